"""An SMTP that is tried without being saved, from the options that name its server."""

from collections.abc import Mapping
from typing import Any

import click

from smtp_desktop.cli.options.choice import Choice
from smtp_desktop.cli.options.secret_sources import OPTION_SECRETS, secret_source
from smtp_desktop.cli.options.sign_in import gives_credential, with_credentials
from smtp_desktop.cli.options.smtp import drafted_profile, named_fields, typed_secrets
from smtp_desktop.cli.options.trust import named_trust, with_trust
from smtp_desktop.domain.mail.address import address_or_none
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.profile import INTERACTIVE, ProfileType, SecretField
from smtp_desktop.services.services import Services

_NAME = "unsaved"
_NOBODY = "nobody@sender.invalid"  # for a check, which names no sender; never looked up in DNS (RFC 6761)


def is_unsaved(choice: Choice, options: Mapping[str, Any]) -> bool:
    """Whether the options name a server instead of SMTPs. Raises UsageError where they do neither, or both."""
    names_server = options["host_name"] is not None or options["type"] == ProfileType.GRAPH
    if names_server and choice.is_any:
        raise click.UsageError("Name SMTPs, or use --host to try settings without saving them; not both.")
    secrets_given = any(secret_source(field, options).options for field in OPTION_SECRETS)
    secrets_given = secrets_given or gives_credential(options)
    if not names_server and (named_fields(options) or named_trust(options) or secrets_given):
        raise click.UsageError("These options need --host: they are for settings that are not saved.")
    if not names_server:
        choice.refuse_wrong()
    return names_server


def unsaved_draft(services: Services, options: Mapping[str, Any], *, sends: bool) -> ProfileDraft:
    """Returns the SMTP that the options describe. It signs in only where they name a user or a password; a check needs
    no sender. Asks for a missing password on a terminal. Raises UsageError, FieldErrors, NoInput."""
    secrets = typed_secrets(options)
    typed = dict(options)
    if typed["auth_required"] is None and typed["type"] != ProfileType.GRAPH:
        typed["auth_required"] = any((typed["user_name"], typed["sign_in"], SecretField.PASSWORD in secrets))
    user_is_sender = bool(typed["auth_required"]) and address_or_none(typed["user_name"] or "") is not None
    if typed["from_address"] is None and typed["type"] != ProfileType.GRAPH and not (sends or user_is_sender):
        typed["from_address"] = _NOBODY
    if typed["sign_in"] in INTERACTIVE:
        raise click.UsageError(
            "A person has to sign in first, to an SMTP that is saved: smtp create, then smtp sign-in."
        )
    base = with_trust(ProfileDraft(name=_NAME), options, services.authorities.read)
    base = with_credentials(base, options, services.certificates.read)
    return drafted_profile(base, typed, secrets, stored=None)
