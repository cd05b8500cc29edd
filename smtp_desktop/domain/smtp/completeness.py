"""Incomplete SMTPs: those that were imported without something that they can't send without."""

from smtp_desktop.domain.mail.address import address_or_none
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.domain.smtp.profile import GenericServer, SecretField, SmtpProfile

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
    missing = []
    if isinstance(server, GenericServer):
        user = address_or_none(server.user_name) if server.auth_required else None
        if not profile.from_address and user is None and (server.user_name or not server.auth_required):
            missing.append("from_address")
        if server.auth_required and not server.user_name:
            missing.append("user_name")
    needed = profile.needed_secrets - {SecretField.TOKENS} - profile.secret_refs.keys()
    return (*(str(field) for field in SecretField if field in needed), *missing)


def needs_words(field: str) -> MessageText:
    """Returns that such a field is missing, in a few words: *Needs a password*."""
    return _NEEDS[field]


def enter_words(profile: SmtpProfile, field: str) -> MessageText:
    """Returns that the SMTP lacks such a field and what to do, in a sentence."""
    return msg(_ENTER[field].template, name=profile.name)
