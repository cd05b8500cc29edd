"""Which help the form of an SMTP leads to."""

from PySide6.QtCore import QCoreApplication

from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.profile import ProfileType, SignIn
from smtp_desktop.domain.smtp.providers import AppPasswordProvider, app_password_provider
from smtp_desktop.ui.help import HelpPage, HelpRequest, HelpValues

REGISTER = "register-the-app"
SCOPE = "scope-it-to-one-mailbox"
PASSWORD_SIGN_IN = "user-name-and-password"  # noqa: S105 - a section's name, not a password


def azure_help(draft: ProfileDraft, section: str) -> HelpRequest:
    """Returns how to register the Azure app, with the commands for the mailbox of `draft`."""
    values = HelpValues(client_id=draft.client_id, tenant_id=draft.tenant_id, mailbox=draft.user_name)
    return HelpRequest(page=HelpPage.AZURE_APP, section=section, values=values)


def sign_in_help(draft: ProfileDraft) -> HelpRequest:
    """Returns what the chosen sign-in asks for in Entra ID and Exchange."""
    return azure_help(draft, SCOPE if draft.sign_in is SignIn.APP_ONLY else PASSWORD_SIGN_IN)


def sign_in_link(draft: ProfileDraft) -> str:
    """Returns the words that lead to it."""
    if draft.sign_in is SignIn.APP_ONLY:
        return QCoreApplication.translate("SmtpForm", "How to scope it to one mailbox")
    return QCoreApplication.translate("SmtpForm", "What this sign-in needs")


def provider_of(draft: ProfileDraft) -> AppPasswordProvider | None:
    """Returns the provider with app passwords that `draft` signs in at."""
    if draft.type is not ProfileType.GENERIC or not draft.auth_required:
        return None
    return app_password_provider(draft.host_name)


def password_help(provider: AppPasswordProvider) -> HelpRequest:
    """Returns how to get an app password of `provider`."""
    section = provider.name.lower().replace(".", "-")
    return HelpRequest(page=HelpPage.APP_PASSWORDS, section=section)


def password_link(provider: AppPasswordProvider) -> str:
    """Returns the words that lead to it."""
    if provider.takes_passwords:
        words = QCoreApplication.translate("SmtpForm", "How to get an app password for {provider}")
    else:
        words = QCoreApplication.translate("SmtpForm", "What to do instead of {provider}")
    return words.format(provider=provider.name)
