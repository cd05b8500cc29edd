"""smtp-desktop smtp set"""

from functools import cache
from typing import Any

import click

from smtp_desktop.cli.context import Session
from smtp_desktop.cli.declared.difference_output import difference_document
from smtp_desktop.cli.options.secret_sources import OPTION_SECRETS
from smtp_desktop.cli.options.secrets import with_open_vault
from smtp_desktop.cli.options.sign_in import app_options, named_credentials, with_credentials
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
@app_options
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
        start = with_credentials(with_trust(base, options, read_ca), options, read_certificate)
        draft = drafted_profile(start, options, secrets, stored=present)
        # What was asked for is asked for once, however often it is tried.
        secrets.update({field: typed for field, typed in draft.typed_secrets.items() if field in OPTION_SECRETS})
        if present is not None and set(present.secret_refs) - kept_secrets(draft, present):
            open_vault_to_erase(session, services, present)
        bases[:] = [base]
        return draft

    with session.open() as services:
        read_ca, read_certificate = cache(services.authorities.read), cache(services.certificates.read)
        named = named_fields(options) | named_trust(options) | named_credentials(options)
        default_if_none = options["is_default"] is None
        ensured = with_open_vault(
            services,
            lambda: services.ensurer.profile(name, drafted, named=named, default_if_none=default_if_none),
        )
        stored = ensured.stored
        document, ca = documents_of(services, [stored])[stored.name], trusted_ca(services, stored)
    if ensured.difference.changed:
        session.output.notice(*trust_meaning(bases[0], draft_of(stored), ca), *sign_in_hint(stored))
    session.output.result(
        {**difference_document(ensured.difference), "smtp": document}, difference_text(ensured.difference)
    )
