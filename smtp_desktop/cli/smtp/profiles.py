"""smtp-desktop smtp list|show|create|edit|duplicate|delete|default"""

from dataclasses import dataclass, replace
from typing import Any

import click

from smtp_desktop.cli.context import Session
from smtp_desktop.cli.options.json import json_option
from smtp_desktop.cli.options.secrets import SecretSource, ask, can_ask, open_vault_of, read_all, with_open_vault
from smtp_desktop.cli.options.smtp import (
    client_secret_options,
    drafted_profile,
    named_fields,
    password_options,
    profile_options,
)
from smtp_desktop.cli.options.trust import named_trust, trust_meaning, trust_options, with_trust
from smtp_desktop.cli.output.output import error_document, printable
from smtp_desktop.cli.smtp.profile_output import profile_document, profile_lines, profile_table, server_text
from smtp_desktop.domain.smtp.certificate import Certificate
from smtp_desktop.domain.smtp.draft import ProfileDraft, draft_of, kept_secrets
from smtp_desktop.domain.smtp.edit import edit_of
from smtp_desktop.domain.smtp.profile import GenericServer, SecretField, SmtpProfile
from smtp_desktop.services.services import Services


@click.command("list")
@json_option
@click.pass_obj
def list_all(session: Session) -> None:
    """Lists every SMTP, the default first."""
    with session.open() as services:
        profiles = services.profiles.all()
        holds = services.read_holds()
        documents = [
            profile_document(profile, _trusted_ca(services, profile), holds.get(profile.id)) for profile in profiles
        ]
    session.output.answer(documents, *profile_table(profiles, holds))


@click.command()
@click.argument("name")
@json_option
@click.pass_obj
def show(session: Session, name: str) -> None:
    """Shows one SMTP; its secrets stay where they are."""
    with session.open() as services:
        profile = services.profiles.by_name(name)
        ca, hold = _trusted_ca(services, profile), services.read_holds().get(profile.id)
    session.output.answer(profile_document(profile, ca, hold), *profile_lines(profile, ca, hold))


def _document(services: Services, profile: SmtpProfile) -> dict[str, object]:
    return profile_document(profile, _trusted_ca(services, profile), services.read_holds().get(profile.id))


def _trusted_ca(services: Services, profile: SmtpProfile) -> Certificate | None:
    """Returns the certificate of the CA that is trusted for this SMTP alone, if there is one that can be read."""
    server = profile.server
    if not isinstance(server, GenericServer) or not server.trusted_ca_pem:
        return None
    return services.authorities.certificate(server.trusted_ca_pem)


@click.command()
@click.argument("name")
@profile_options
@trust_options
@password_options
@client_secret_options
@json_option
@click.pass_obj
def create(session: Session, /, name: str, **options: Any) -> None:
    """Creates an SMTP. The first one is the default unless told otherwise."""
    with session.open() as services:
        base, default_if_none = ProfileDraft(name=name), options["is_default"] is None
        draft = drafted_profile(with_trust(base, options, services.authorities), options, stored=None)
        profile = with_open_vault(services, lambda: services.profiles.create(draft, default_if_none=default_if_none))
        document, ca = _document(services, profile), _trusted_ca(services, profile)
    session.output.diagnostic(*trust_meaning(base, draft, ca))
    session.output.result(document, f"Created {profile.name}.")


@click.command()
@click.argument("name")
@click.option("--name", "new_name", help="Rename it.")
@profile_options
@trust_options
@password_options
@client_secret_options
@json_option
@click.pass_obj
def edit(session: Session, /, name: str, new_name: str | None, **options: Any) -> None:
    """Changes an SMTP: only what is given, whatever else others change."""
    with session.open() as services:
        stored = services.profiles.by_name(name)
        base = replace(draft_of(stored), name=stored.name if new_name is None else new_name)
        draft = drafted_profile(with_trust(base, options, services.authorities), options, stored=stored)
        if set(stored.secret_refs) - kept_secrets(draft, stored):
            _open_vault_to_erase(session, services, stored)
        named = named_fields(options) | named_trust(options) | ({"name"} if new_name is not None else set())
        edit = edit_of(stored, draft, named=named)
        profile = with_open_vault(services, lambda: services.profiles.save(stored.id, edit))
        document, ca = _document(services, profile), _trusted_ca(services, profile)
    session.output.diagnostic(*trust_meaning(base, draft, ca))
    session.output.result(document, f"Saved {profile.name}.")


@click.command()
@click.argument("name")
@password_options
@json_option
@click.pass_obj
def duplicate(session: Session, name: str, *, password_stdin: bool, password_env: str | None) -> None:
    """Copies an SMTP, all but its password, and prints the copy's name."""
    source = SecretSource(field=SecretField.PASSWORD, stdin=password_stdin, variable=password_env)
    with session.open() as services:
        original = services.profiles.by_name(name)
        if source.given and not original.needs_password:
            raise click.UsageError(f"{original.name} has no password.")
        password = read_all((source,)).get(SecretField.PASSWORD)
        if original.needs_password and not password and can_ask():
            password = ask(SecretField.PASSWORD)
        copy = with_open_vault(services, lambda: services.profiles.duplicate(original.id, password))
        document = _document(services, copy)
    session.output.result(document, copy.name)


@click.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--new-default", metavar="NAME", help="The SMTP that becomes the default; needed to delete the default.")
@json_option
@click.pass_obj
def delete(session: Session, name: str, *, yes: bool, new_default: str | None) -> None:
    """Deletes an SMTP with its history and its secrets. This can't be undone."""
    with session.open() as services:
        profile = services.profiles.by_name(name)
        successor = _successor(services, profile, new_default)
        uses = _uses(services, profile)
        _confirm_delete(profile, uses, yes=yes)
        _open_vault_to_erase(session, services, profile)
        deleted = services.profiles.delete(profile.id, new_default=successor.id if successor else None)
    left = deleted.secrets_left
    if left:
        session.output.diagnostic(
            f"Its secrets could not be erased yet, which is tried again at the next start: {left}"
        )
    session.output.result(
        {
            "name": profile.name,
            "deleted": True,
            "new_default": successor.name if successor else None,
            "activities": uses.bound,
            "backup_of": uses.backed_up,
            "secrets_left": error_document(left) if left else None,
        },
        f"Deleted {profile.name}." + (f" {successor.name} is the default now." if successor else ""),
        *uses.lines("went"),
    )


def _successor(services: Services, profile: SmtpProfile, new_default: str | None) -> SmtpProfile | None:
    if new_default is not None:
        if not profile.is_default:
            raise click.UsageError(f"{profile.name} is not the default, so --new-default has no place here.")
        successor = services.profiles.by_name(new_default)
        if successor.id == profile.id:
            raise click.UsageError("The new default must be another SMTP than the deleted one.")
        return successor
    others = [other.name for other in services.profiles.all() if other.id != profile.id]
    if profile.is_default and others:
        raise click.UsageError(
            f"{profile.name} is the default. Name the one that takes its place with --new-default: {', '.join(others)}"
        )
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Uses:
    """The names of the activities that are `bound` to an SMTP, and of those that have it as their backup."""

    bound: list[str]
    backed_up: list[str]

    def lines(self, verb: str) -> list[str]:
        texts = {
            f"To the default SMTP {verb}": self.bound,
            "Without a backup from now on": self.backed_up,
        }
        return [f"{what}: {', '.join(names)}." for what, names in texts.items() if names]


def _uses(services: Services, profile: SmtpProfile) -> _Uses:
    activities = services.activities.all()
    return _Uses(
        bound=[activity.name for activity in activities if activity.smtp_id == profile.id],
        backed_up=[activity.name for activity in activities if activity.backup_id == profile.id],
    )


def _confirm_delete(profile: SmtpProfile, uses: _Uses, *, yes: bool) -> None:
    if yes:
        return
    if not can_ask():
        raise click.UsageError("Deleting can't be undone. Say --yes to do it without being asked.")
    effects = "".join(f"{printable(line)}\n" for line in uses.lines("go"))
    click.confirm(
        f"{effects}Delete {profile.name} ({server_text(profile)}) with its history and its secrets? "
        "This can't be undone.",
        abort=True,
        err=True,
    )


def _open_vault_to_erase(session: Session, services: Services, profile: SmtpProfile) -> None:
    # Otherwise the secrets would outlive the SMTP. A vault that can't be opened must not prevent it, though.
    problem = open_vault_of(services, profile)
    if problem:
        session.output.diagnostic(f"Warning: {problem}")


@click.command()
@click.argument("name")
@json_option
@click.pass_obj
def default(session: Session, name: str) -> None:
    """Makes an SMTP the default."""
    with session.open() as services:
        profile = services.profiles.set_default(services.profiles.by_name(name).id)
        document = _document(services, profile)
    session.output.result(document, f"{profile.name} is the default now.")
