"""smtp-desktop smtp create|duplicate|set-default"""

from typing import Any

import click

from smtp_desktop.cli.context import Session
from smtp_desktop.cli.options.json import json_option
from smtp_desktop.cli.options.secrets import SecretSource, ask, can_ask, read_all, with_open_vault
from smtp_desktop.cli.options.smtp import (
    client_secret_options,
    drafted_profile,
    password_options,
    profile_options,
    typed_secrets,
)
from smtp_desktop.cli.options.trust import trust_meaning, trust_options, with_trust
from smtp_desktop.cli.smtp.stored import saved_document, trusted_ca
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.profile import SecretField


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
        draft = drafted_profile(
            with_trust(base, options, services.authorities.read), options, typed_secrets(options), stored=None
        )
        profile = with_open_vault(services, lambda: services.profiles.create(draft, default_if_none=default_if_none))
        document, ca = saved_document(services, profile, changed=True), trusted_ca(services, profile)
    session.output.diagnostic(*trust_meaning(base, draft, ca))
    session.output.result(document, f"Created {profile.name}.")


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
        document = saved_document(services, copy, changed=True)
    session.output.result(document, copy.name)


@click.command("set-default")
@click.argument("name")
@click.pass_obj
def set_default(session: Session, name: str) -> None:
    """Make an SMTP the default, which activities without an SMTP of their own use.

    \b
    Examples:
      smtp-desktop smtp set-default Reports
    """
    with session.open() as services:
        before = services.profiles.by_name(name)
        profile = services.profiles.set_default(before.id)
        document = saved_document(services, profile, changed=not before.is_default)
    now = "is already" if before.is_default else "is now"
    session.output.result(document, f"{profile.name} {now} the default.")
