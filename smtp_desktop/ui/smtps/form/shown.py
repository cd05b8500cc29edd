"""Shows in the form of an SMTP the fields that its type and sign-in use, with their hints and links."""

from datetime import date

from PySide6.QtCore import QCoreApplication

from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.field_rules import hints
from smtp_desktop.domain.smtp.oauth import OAuthProvider
from smtp_desktop.domain.smtp.profile import (
    INTERACTIVE,
    AppCredential,
    Cloud,
    ProfileType,
    SecretField,
    SignIn,
    SmtpProfile,
)
from smtp_desktop.ui.smtps.form.fields import SmtpFields
from smtp_desktop.ui.smtps.form.hints import (
    expiry_advice,
    expiry_warning,
    from_hint,
    lost_secret_hint,
    offered_user_name,
    password_link,
    provider_of,
    sign_in_link,
)
from smtp_desktop.ui.theme.styled import short
from smtp_desktop.ui.widgets.message_text import shown


def show_used_fields(fields: SmtpFields, draft: ProfileDraft) -> None:
    """Shows the fields that `draft` uses, and hides the others."""
    generic = draft.type is ProfileType.GENERIC
    signs_in = draft.auth_required or not generic
    for box in (fields.server.tls, fields.server.auth_required):
        box.setVisible(generic)
    fields.cloud.cloud.setVisible(not generic)
    fields.sign_in.offer_for(draft.type)
    fields.sign_in.sign_in.setVisible(signs_in)
    fields.sign_in.user_name.setVisible(signs_in)
    fields.sign_in.password.setVisible(signs_in and draft.sign_in is SignIn.PASSWORD)
    fields.sign_in.state.setVisible(draft.uses_oauth and draft.sign_in in INTERACTIVE)
    _show_client(fields, draft)
    _show_credentials(fields, draft)
    fields.server.envelope_sender.setVisible(generic and signs_in)
    fields.server.ehlo_name.setVisible(generic)
    for field in (fields.cloud.authority, fields.cloud.graph_url):
        field.setVisible(not generic and draft.cloud is Cloud.CUSTOM)
    fields.basic.from_address.set_required(not signs_in)


def _show_client(fields: SmtpFields, draft: ProfileDraft) -> None:
    oauth, app_only = draft.uses_oauth, draft.sign_in is SignIn.APP_ONLY
    other = oauth and draft.provider is OAuthProvider.OTHER
    fields.client.provider.setVisible(oauth)
    fields.client.issuer.setVisible(other)
    # An issuer says all of them.
    by_issuer = bool(draft.issuer.strip())
    fields.client.token_url.setVisible(other and not (by_issuer and not draft.token_url))
    fields.client.authorize_url.setVisible(other and not app_only and not (by_issuer and not draft.authorize_url))
    fields.client.device_url.setVisible(other and not app_only and not (by_issuer and not draft.device_url))
    fields.client.scope.setVisible(other or (oauth and bool(draft.scope.strip())))


def _show_credentials(fields: SmtpFields, draft: ProfileDraft) -> None:
    app, graph, oauth = fields.app, draft.type is ProfileType.GRAPH, draft.uses_oauth
    app_only = draft.sign_in is SignIn.APP_ONLY and (graph or oauth)
    at_google = oauth and draft.provider is OAuthProvider.GOOGLE
    at_microsoft = graph or (oauth and draft.provider is OAuthProvider.MICROSOFT)
    chooses = app_only and at_microsoft
    with_secret = not app_only or not at_microsoft or draft.app_credential is AppCredential.SECRET
    secret = (graph or oauth) and with_secret and not (app_only and at_google)
    app.tenant_id.setVisible(at_microsoft)
    app.tenant_id.set_required(graph or app_only)
    app.client_id.setVisible((graph or oauth) and not (app_only and at_google))
    app.word_for(at_microsoft=at_microsoft)
    app.app_credential.setVisible(chooses)
    app.client_secret.setVisible(secret)
    app.client_secret.set_required(graph or app_only or at_google)
    app.client_secret_valid_until.setVisible(secret and at_microsoft and (graph or app_only))
    app.certificate.setVisible(chooses and draft.app_credential is AppCredential.CERTIFICATE)
    app.service_account.setVisible(app_only and at_google)


def show_hints(fields: SmtpFields, draft: ProfileDraft, stored: SmtpProfile | None, today: date) -> None:
    """Shows below each field what its content means, but for TLS."""
    advice = {name: shown(text) for name, text in hints(draft).items()}
    fields.basic.from_address.set_hint(from_hint(draft))
    fields.sign_in.user_name.set_hint(advice.get("user_name", ""))
    lost = lost_secret_hint(draft, stored, SecretField.PASSWORD)
    fields.sign_in.password.set_hint(lost or advice.get("password", ""))
    optional = draft.uses_oauth and draft.sign_in in INTERACTIVE
    fields.app.tenant_id.set_hint(_tr("Leave it empty for any company, and for personal accounts.") if optional else "")
    lost = lost_secret_hint(draft, stored, SecretField.CLIENT_SECRET)
    fields.app.client_secret.set_hint(lost or (_client_secret_hint(draft) if optional else ""))
    fields.sign_in.sign_in.set_hint(advice.get("sign_in", ""))
    ending = expiry_warning(draft, today)
    fields.app.client_secret_valid_until.set_hint(ending or expiry_advice(), warns=bool(ending))


def _client_secret_hint(draft: ProfileDraft) -> str:
    match draft.provider:
        case OAuthProvider.GOOGLE:
            return _tr("Google shows it beside the client ID.")
        case OAuthProvider.MICROSOFT:
            return _tr("Leave it empty: a client for desktop apps has none.")
        case OAuthProvider.OTHER:
            return _tr("Leave it empty where the client has none.")


def show_links(fields: SmtpFields, draft: ProfileDraft, stored: SmtpProfile | None) -> None:
    """Shows the links that `draft` gives a use to."""
    words = sign_in_link(draft, stored)
    fields.sign_in.requirements_link.setVisible(bool(words))
    if words:
        fields.sign_in.requirements_link.say(words)
    provider = provider_of(draft)
    fields.sign_in.password_link.setVisible(provider is not None)
    if provider:
        fields.sign_in.password_link.say(password_link(provider))
    offered = offered_user_name(draft)
    fields.sign_in.from_address_link.setVisible(bool(offered))
    fields.sign_in.from_address_link.say(_tr("Use {address}").format(address=short(offered)))


def _tr(source: str) -> str:
    return QCoreApplication.translate("SmtpForm", source)
