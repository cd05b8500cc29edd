"""What the SMTP panel says beside fields that are right."""

from PySide6.QtCore import QCoreApplication, QDate, QLocale

from smtp_desktop.domain.address import BadAddress, BadHost, ascii_host
from smtp_desktop.domain.conversation import TlsMode
from smtp_desktop.domain.draft import ProfileDraft, field_errors, kept_secrets
from smtp_desktop.domain.health import ServerFact
from smtp_desktop.domain.message import identity_of
from smtp_desktop.domain.profile import GenericServer, ProfileId, ProfileType, SecretField, SmtpProfile
from smtp_desktop.ui.text import shown


def from_hint(draft: ProfileDraft) -> str:
    """Returns who the mail is sent as where recipients see another address; else nothing."""
    if draft.type is not ProfileType.GENERIC or not draft.from_address.strip():
        return ""
    server = GenericServer(
        host_name=draft.host_name,
        auth_required=draft.auth_required,
        user_name=draft.user_name.strip(),
        envelope_sender=draft.envelope_sender,
    )
    profile = SmtpProfile(id=ProfileId(""), name="", server=server, from_address=draft.from_address.strip())
    try:
        identity = identity_of(profile)
    except BadAddress:
        return ""
    if identity.header_from.spec == identity.envelope_sender.spec:
        return ""
    return QCoreApplication.translate("SmtpForm", "Recipients see this address; mail is sent as the user name.")


def tls_hint(draft: ProfileDraft, fact: ServerFact | None) -> str:
    """Returns how the server secures connections where `fact` is of the draft's host and port; else nothing."""
    if fact is None or not draft.tls or not _is_about(fact, draft):
        return ""
    port = fact.port
    if fact.security.mode is TlsMode.STARTTLS:
        found = QCoreApplication.translate("SmtpForm", "STARTTLS found on port {port}").format(port=port)
    else:
        found = QCoreApplication.translate("SmtpForm", "TLS on connect found on port {port}").format(port=port)
    until = fact.security.certificate_valid_until
    if until is None:
        return found
    day = until.astimezone().date()
    date = QLocale().toString(QDate(day.year, day.month, day.day), "d MMM yyyy")
    valid = QCoreApplication.translate("SmtpForm", "certificate valid until {date}").format(date=date)
    return f"{found} · {valid}"


def _is_about(fact: ServerFact, draft: ProfileDraft) -> bool:
    try:
        host = ascii_host(draft.host_name)
    except BadHost:
        return False
    return host == fact.host and draft.smtp_port.strip() == str(fact.port)


def lost_secret_hint(draft: ProfileDraft, stored: SmtpProfile | None, field: SecretField) -> str:
    """Returns why a stored secret has to be entered again for what the form says now; else nothing."""
    if stored is None or stored.type is not draft.type or field not in stored.secret_refs:
        return ""
    if field in kept_secrets(draft, stored):
        return ""
    return next((shown(error.message) for error in field_errors(draft, stored) if error.field == field), "")
