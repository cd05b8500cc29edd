"""smtp-desktop smtp edit"""

from dataclasses import replace
from functools import cache
from typing import Any

import click

from smtp_desktop.cli.context import Session
from smtp_desktop.cli.options.choice import Choice, choice_options
from smtp_desktop.cli.options.secret_sources import OPTION_SECRETS, secret_source
from smtp_desktop.cli.options.secrets import with_open_vault
from smtp_desktop.cli.options.sign_in import app_options, gives_credential, named_credentials, with_credentials
from smtp_desktop.cli.options.smtp import (
    client_secret_options,
    drafted_profile,
    named_fields,
    password_options,
    profile_options,
    typed_in,
    typed_secrets,
)
from smtp_desktop.cli.options.trust import named_trust, trust_meaning, trust_options, with_trust
from smtp_desktop.cli.output.sign_in_hints import sign_in_hint
from smtp_desktop.cli.smtp.each import do_each
from smtp_desktop.cli.smtp.stored import documents_of, open_vault_to_erase, trusted_ca
from smtp_desktop.domain.backups import BackupReason
from smtp_desktop.domain.smtp.draft import ProfileDraft, draft_of
from smtp_desktop.domain.smtp.edit import edit_of
from smtp_desktop.domain.smtp.kept_secrets import kept_secrets
from smtp_desktop.domain.smtp.profile import SmtpProfile
from smtp_desktop.domain.smtp.tags import changed_tags

_OF_ONE = {"new_name": "--name", "is_default": "--default"}


@click.command()
@choice_options("Change", tag="--tagged")
@click.option("--name", "new_name", metavar="NAME", help="Rename it.")
@click.option("--add-tag", "added", metavar="TAG", multiple=True, help="Add a tag.")
@click.option("--remove-tag", "removed", metavar="TAG", multiple=True, help="Remove a tag.")
@profile_options
@trust_options
@password_options
@client_secret_options
@app_options
@click.pass_obj
def edit(
    session: Session,
    /,
    choice: Choice,
    new_name: str | None,
    added: tuple[str, ...],
    removed: tuple[str, ...],
    **options: Any,
) -> int:
    """Change the given settings of SMTPs.

    Other fields stay as they are. An SMTP that can't be changed does not stop the others.

    \b
    Examples:
      smtp-desktop smtp edit Reports --port 465
      smtp-desktop smtp edit Reports --password-command 'pass show mail/reports'
      smtp-desktop smtp edit --tagged office --add-tag eu
    """
    if options["tags"] is not None and (added or removed):
        raise click.UsageError("--tag replaces all tags. Use it without --add-tag and --remove-tag.")
    if not choice.is_one:
        _refuse_of_one({"new_name": new_name, **options})
    named = named_fields(options) | named_trust(options) | named_credentials(options)
    named |= ({"name"} if new_name is not None else set()) | ({"tags"} if added or removed else set())
    secrets_given = any(secret_source(field, options).options for field in OPTION_SECRETS)
    if not named and not secrets_given and not gives_credential(options):
        raise click.UsageError("Nothing to change: use at least one option that sets a field.")
    session.output.typed_in = typed_in(options, name="--name")
    secrets = typed_secrets(options)
    saved: dict[str, SmtpProfile] = {}

    def base_of(stored: SmtpProfile) -> ProfileDraft:
        base = draft_of(stored)
        tags = changed_tags(base.tags, added=added, removed=removed)
        return replace(base, name=stored.name if new_name is None else new_name, tags=tags)

    def drafted(stored: SmtpProfile) -> ProfileDraft:
        base = with_credentials(with_trust(base_of(stored), options, read_ca), options, read_certificate)
        return drafted_profile(base, options, secrets, stored=stored, asks=choice.is_one)

    def save(stored: SmtpProfile) -> tuple[dict[str, object], list[str]]:
        draft = drafts[stored.id]
        if set(stored.secret_refs) - kept_secrets(draft, stored):
            open_vault_to_erase(session, services, stored)
        change = edit_of(stored, draft, named=named)
        profile = with_open_vault(services, lambda: services.profiles.save(stored.id, change))
        session.output.notice(*trust_meaning(base_of(stored), draft, trusted_ca(services, profile)))
        session.output.notice(*sign_in_hint(profile))
        saved[profile.name] = profile
        changed = profile.version != stored.version
        line = f"Saved {profile.name}." if changed else f"{profile.name} is unchanged: it was so already."
        return {"name": profile.name, "changed": changed, "smtp": None}, [line]

    with session.open() as services:
        profiles = choice.read(services)
        # Once for all of them.
        read_ca, read_certificate = cache(services.authorities.read), cache(services.certificates.read)
        # All of them before the first is saved: options that do not go with one of them stop the command.
        drafts = {stored.id: drafted(stored) for stored in profiles}
        if len(profiles) > 1:
            services.backups.before(BackupReason.EDIT)
        documents, code = do_each(session.output, choice, profiles, save, undone={"changed": False, "smtp": None})
        if session.output.as_json:
            by_name = documents_of(services, list(saved.values()))
            session.output.result([one | {"smtp": by_name.get(str(one["name"]))} for one in documents])
    return code


def _refuse_of_one(options: dict[str, Any]) -> None:
    for key, option in _OF_ONE.items():
        if options[key] is not None:
            raise click.UsageError(f"{option} is for one SMTP. Name just one.")
