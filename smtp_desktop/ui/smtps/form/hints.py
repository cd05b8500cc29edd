"""The hints below the fields of an SMTP, and the help pages that they lead to."""

from datetime import date, datetime

from PySide6.QtCore import QCoreApplication

from smtp_desktop.domain.checks.expiry import WARNED_AHEAD_DAYS, Expiry, expiry_on
from smtp_desktop.domain.checks.health import ServerFact
from smtp_desktop.domain.diagnosis.conversation import TlsMode
from smtp_desktop.domain.mail.address import BadAddress, BadHost, ascii_host, parse_address
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.field_rules import field_errors
from smtp_desktop.domain.smtp.identity import identity_of
from smtp_desktop.domain.smtp.kept_secrets import kept_secrets
from smtp_desktop.domain.smtp.oauth import OAuthProvider
from smtp_desktop.domain.smtp.oauth_hosts import oauth_provider_of
from smtp_desktop.domain.smtp.profile import (
    INTERACTIVE,
    GenericServer,
    ProfileId,
    ProfileType,
    SecretField,
    SignIn,
    SmtpProfile,
)
from smtp_desktop.domain.smtp.providers import AppPasswordProvider, app_password_provider
from smtp_desktop.ui.help.pages import HelpPage, HelpRequest, HelpValues
from smtp_desktop.ui.widgets.certificate_view import written_day
from smtp_desktop.ui.widgets.message_text import day_text, shown

REGISTER = "register-the-app"
SCOPE = "scope-it-to-one-mailbox"
CERTIFICATE = "create-the-certificate"
FOR_APP_ONLY = "for-app-only"
PASSWORD_SIGN_IN = "user-name-and-password"  # noqa: S105 - a section's name, not a password


def azure_help(draft: ProfileDraft, section: str) -> HelpRequest:
    """Returns the help on registering the Azure app, with the commands for the mailbox of `draft`."""
    values = HelpValues(client_id=draft.client_id, tenant_id=draft.tenant_id, mailbox=draft.user_name)
    return HelpRequest(page=HelpPage.AZURE_APP, section=section, values=values)


def sign_in_help(draft: ProfileDraft) -> HelpRequest:
    """Returns the help on what the chosen sign-in needs in Entra ID and Exchange."""
    if draft.type is ProfileType.GENERIC:
        return _client_page(draft, HelpPage.MICROSOFT_OAUTH, FOR_APP_ONLY)
    return azure_help(draft, SCOPE if draft.sign_in is SignIn.APP_ONLY else PASSWORD_SIGN_IN)


def client_help(draft: ProfileDraft) -> HelpRequest:
    """Returns the help on registering the client of an SMTP server's sign-in."""
    pages = {
        OAuthProvider.GOOGLE: HelpPage.GOOGLE_OAUTH,
        OAuthProvider.MICROSOFT: HelpPage.MICROSOFT_OAUTH,
        OAuthProvider.OTHER: HelpPage.OTHER_OAUTH,
    }
    return _client_page(draft, pages[draft.provider])


def upload_help(draft: ProfileDraft) -> HelpRequest:
    """Returns the help on uploading the certificate of an app."""
    if draft.type is ProfileType.GENERIC:
        return _client_page(draft, HelpPage.MICROSOFT_OAUTH, FOR_APP_ONLY)
    return azure_help(draft, CERTIFICATE)


def _client_page(draft: ProfileDraft, page: HelpPage, section: str = "") -> HelpRequest:
    values = HelpValues(client_id=draft.client_id, tenant_id=draft.tenant_id, mailbox=draft.user_name)
    return HelpRequest(page=page, section=section, values=values)


def changes_sign_in(draft: ProfileDraft, stored: SmtpProfile | None) -> bool:
    """Returns whether that stored SMTP signs in with a password at a provider that is giving these up."""
    by_password = draft.type is ProfileType.GENERIC and draft.auth_required and draft.sign_in is SignIn.PASSWORD
    return stored is not None and by_password and oauth_provider_of(draft.host_name) is not OAuthProvider.OTHER


def sign_in_link(draft: ProfileDraft, stored: SmtpProfile | None) -> str:
    """Returns the text of the link below *Sign-in*: to a guided change, or to `sign_in_help`; "" where there is
    neither."""
    if changes_sign_in(draft, stored):
        return QCoreApplication.translate("SmtpForm", "Change sign-in…")
    at_microsoft = draft.type is ProfileType.GRAPH or (draft.uses_oauth and draft.provider is OAuthProvider.MICROSOFT)
    if not at_microsoft or draft.sign_in in INTERACTIVE:
        return ""
    if draft.sign_in is SignIn.APP_ONLY:
        return QCoreApplication.translate("SmtpForm", "How to limit it to one mailbox")
    return QCoreApplication.translate("SmtpForm", "Requirements of this sign-in")


def provider_of(draft: ProfileDraft) -> AppPasswordProvider | None:
    """Returns the provider with app passwords that `draft` signs in to; None for any other server."""
    by_password = draft.auth_required and draft.sign_in is SignIn.PASSWORD
    if draft.type is not ProfileType.GENERIC or not by_password:
        return None
    return app_password_provider(draft.host_name)


def password_help(provider: AppPasswordProvider) -> HelpRequest:
    """Returns the help on getting an app password of `provider`."""
    section = provider.name.lower().replace(".", "-")
    return HelpRequest(page=HelpPage.APP_PASSWORDS, section=section)


def password_link(provider: AppPasswordProvider) -> str:
    """Returns the text of the link to `password_help`."""
    if provider.takes_passwords:
        words = QCoreApplication.translate("SmtpForm", "How to get an app password for {provider}")
    else:
        words = QCoreApplication.translate("SmtpForm", "What to use instead of {provider}")
    return words.format(provider=provider.name)


def from_hint(draft: ProfileDraft) -> str:
    """Returns a hint where recipients see another address than the one that sends; else an empty string."""
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


def offered_user_name(draft: ProfileDraft) -> str:
    """Returns the address that the From Address holds where it may be the User Name, which is empty; else ""."""
    signs_in = draft.type is ProfileType.GRAPH or draft.auth_required
    if not signs_in or draft.user_name.strip():
        return ""
    try:
        return parse_address(draft.from_address).spec
    except BadAddress:
        return ""


def fact_about(fact: ServerFact | None, draft: ProfileDraft) -> ServerFact | None:
    """Returns `fact` where it is about the draft's host and port, and the draft uses TLS."""
    return fact if fact and draft.tls and is_about(fact, draft) else None


def tls_hint(fact: ServerFact | None) -> str:
    """Returns how the server secures connections; an empty string where that is not known."""
    if fact is None:
        return ""
    port = fact.port
    if fact.security.mode is TlsMode.STARTTLS:
        found = QCoreApplication.translate("SmtpForm", "STARTTLS found on port {port}").format(port=port)
    else:
        found = QCoreApplication.translate("SmtpForm", "TLS on connect found on port {port}").format(port=port)
    until = fact.security.certificate_valid_until
    if until is None:
        return found
    day = written_day(until)
    valid = QCoreApplication.translate("SmtpForm", "certificate valid until {date}").format(date=day)
    return f"{found} · {valid}"


def is_about(fact: ServerFact, draft: ProfileDraft) -> bool:
    """Returns whether `fact` is about the draft's host and port."""
    try:
        host = ascii_host(draft.host_name)
    except BadHost:
        return False
    return host == fact.host and draft.smtp_port.strip() == str(fact.port)


def lost_secret_hint(draft: ProfileDraft, stored: SmtpProfile | None, field: SecretField) -> str:
    """Returns why a stored secret has to be entered again for what the form holds now; else an empty string."""
    if stored is None or stored.type is not draft.type or field not in stored.secret_refs:
        return ""
    if field in kept_secrets(draft, stored):
        return ""
    return next((shown(error.message) for error in field_errors(draft, stored) if error.field == field), "")


def local_today() -> date:
    """Returns today's date in the local time zone."""
    return datetime.now().astimezone().date()


def expiry_warning(draft: ProfileDraft, today: date) -> str:
    """Returns what to do about a client secret that ends soon or has ended; else an empty string."""
    try:
        valid_until = date.fromisoformat(draft.client_secret_valid_until.strip())
    except ValueError:
        return ""
    expiry = expiry_on(valid_until, today)
    if expiry is None:
        return ""
    what = QCoreApplication.translate("SmtpForm", "Create a new secret in Entra ID and enter it here.")
    return f"{_ends(expiry)} {what}"


def _ends(expiry: Expiry) -> str:
    if expiry.ended:
        return QCoreApplication.translate("SmtpForm", "Expired on {date}.").format(date=day_text(expiry.last_day))
    if expiry.days_left == 0:
        return QCoreApplication.translate("SmtpForm", "Expires today.")
    if expiry.days_left == 1:
        return QCoreApplication.translate("SmtpForm", "Expires tomorrow.")
    return QCoreApplication.translate("SmtpForm", "Expires in {days} days.").format(days=expiry.days_left)


def expiry_advice() -> str:
    """Returns the hint of the field for the day on which the client secret ends."""
    words = QCoreApplication.translate("SmtpForm", "Entra ID shows this date. You are warned {days} days in advance.")
    return words.format(days=WARNED_AHEAD_DAYS)
