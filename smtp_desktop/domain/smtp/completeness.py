"""Incomplete SMTPs: those that were imported without something that they can't send without."""

import re

from smtp_desktop.domain.mail.address import address_or_none
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.domain.smtp.profile import GenericServer, SecretField, SignIn, SmtpProfile

_COMMON_ADDRESS = re.compile(
    r"[A-Za-z0-9_+-]{1,30}(?:\.[A-Za-z0-9_+-]{1,30})?@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,30}[A-Za-z0-9])?\.){1,3}[A-Za-z]{2,20}"
)
_NEEDS = {
    "user_name": msg("Needs a user name"),
    "from_address": msg("Needs a From Address"),
    SecretField.PASSWORD: msg("Needs a password"),
    SecretField.CLIENT_SECRET: msg("Needs a client secret"),
    SecretField.SERVICE_ACCOUNT: msg("Needs a service account's key"),
    SecretField.CERTIFICATE: msg("Needs a certificate"),
}
_ENTER = {
    "user_name": msg("{name} has no user name. Enter one and save."),
    "from_address": msg("The SMTP {name} has no valid From address. Enter one and save."),
    SecretField.PASSWORD: msg("{name} has no password yet. Enter it and save."),
    SecretField.CLIENT_SECRET: msg("{name} has no client secret yet. Enter it and save."),
    SecretField.SERVICE_ACCOUNT: msg("{name} has no service account's key yet. Choose its file and save."),
    SecretField.CERTIFICATE: msg("{name} has no certificate yet. Create or import one and save."),
}


def missing_fields(profile: SmtpProfile) -> tuple[str, ...]:
    """Returns the fields that it needs and has no value for, the secrets first; none where it is complete. Who is to
    sign in is none of them."""
    server = profile.server
    if not isinstance(server, GenericServer):
        return _secrets(profile)
    # Quick, since a list asks it of each of a hundred thousand.
    by_password = server.sign_in is SignIn.PASSWORD
    secrets: tuple[str, ...] = ()
    if server.auth_required and not (by_password and server.password_ref):
        secrets = _secrets(profile)
    if server.auth_required and not server.user_name:
        return (*secrets, "user_name")
    if profile.from_address or (server.auth_required and _is_address(server.user_name)):
        return secrets
    return (*secrets, "from_address")


def _secrets(profile: SmtpProfile) -> tuple[str, ...]:
    needed = profile.needed_secrets - {SecretField.TOKENS} - profile.secret_refs.keys()
    return tuple(str(field) for field in SecretField if field in needed)


def _is_address(user: str) -> bool:
    return _COMMON_ADDRESS.fullmatch(user) is not None or address_or_none(user) is not None


def needs_words(field: str) -> MessageText:
    """Returns that such a field is missing, in a few words: *Needs a password*."""
    return _NEEDS[field]


def enter_words(profile: SmtpProfile, field: str) -> MessageText:
    """Returns that the SMTP lacks such a field and what to do, in a sentence."""
    return msg(_ENTER[field].template, name=profile.name)
