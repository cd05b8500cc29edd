"""smtp-desktop smtp set"""

from dataclasses import replace
from functools import cache
from typing import Any

import click

from smtp_desktop.cli.context import Session
from smtp_desktop.cli.declared.difference_output import difference_document
from smtp_desktop.cli.options.secrets import with_open_vault
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
from smtp_desktop.cli.smtp.stored import documents_of, open_vault_to_erase, trusted_ca
from smtp_desktop.domain.declared.difference import difference_text
from smtp_desktop.domain.smtp.draft import ProfileDraft, draft_of
from smtp_desktop.domain.smtp.kept_secrets import kept_secrets
from smtp_desktop.domain.smtp.profile import SmtpProfile


@click.command("set")
@click.argument("name")
@profile_options
@trust_options
@password_options
@client_secret_options
@click.pass_obj
def set_smtp(session: Session, /, name: str, **options: Any) -> None:
    """Create an SMTP, or change it to match the options.

    Fields without an option stay as they are. If everything matches already, nothing is changed and the command
    succeeds; a password is changed only if it differs from the stored one. With --json, `changed` and `diff` say what
    was done.

    \b
    Example:
      smtp-desktop smtp set Reports --host smtp.company.example --user reports@company.example --password-env PASSWORD
    """
    session.output.typed_in = typed_in(options)
    secrets = dict(typed_secrets(options))
    bases: list[ProfileDraft] = []

    def drafted(present: SmtpProfile | None) -> ProfileDraft:
        base = ProfileDraft(name=name) if present is None else draft_of(present)
        draft = drafted_profile(with_trust(base, options, read_ca), options, secrets, stored=present)
        secrets.update(draft.typed_secrets)  # what was asked for is asked for once, however often it is tried
        if present is not None and set(present.secret_refs) - kept_secrets(draft, present):
            open_vault_to_erase(session, services, present)
        bases[:] = [base]
        return draft

    with session.open() as services:
        read_ca = cache(services.authorities.read)
        named = named_fields(options) | named_trust(options)
        default_if_none = options["is_default"] is None
        ensured = with_open_vault(
            services,
            lambda: services.ensurer.profile(name, drafted, named=named, default_if_none=default_if_none),
        )
        stored = ensured.stored
        document, ca = documents_of(services, [stored])[stored.name], trusted_ca(services, stored)
    if ensured.difference.changed:
        saved = replace(draft_of(ensured.stored), password=None, client_secret=None)
        session.output.notice(*trust_meaning(bases[0], saved, ca))
    session.output.result(
        {**difference_document(ensured.difference), "smtp": document}, difference_text(ensured.difference)
    )
