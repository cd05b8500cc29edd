"""Shows in the form of an SMTP the fields that its type and sign-in use, with their hints and links."""

from datetime import date

from PySide6.QtCore import QCoreApplication

from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.field_rules import hints
from smtp_desktop.domain.smtp.profile import Cloud, ProfileType, SecretField, SignIn, SmtpProfile
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
    signs_in = draft.auth_required if generic else draft.sign_in is SignIn.PASSWORD
    for box in (fields.server.tls, fields.server.auth_required):
        box.setVisible(generic)
    for field in (fields.sign_in.sign_in, *fields.app.fields, fields.cloud.cloud):
        field.setVisible(not generic)
    fields.sign_in.user_name.setVisible(signs_in or not generic)
    fields.sign_in.password.setVisible(signs_in)
    fields.server.envelope_sender.setVisible(generic and signs_in)
    fields.server.ehlo_name.setVisible(generic)
    for field in (fields.cloud.authority, fields.cloud.graph_url):
        field.setVisible(not generic and draft.cloud is Cloud.CUSTOM)
    fields.basic.from_address.set_required(generic and not signs_in)


def show_hints(fields: SmtpFields, draft: ProfileDraft, stored: SmtpProfile | None, today: date) -> None:
    """Shows below each field what its content means, but for TLS."""
    advice = {name: shown(text) for name, text in hints(draft).items()}
    fields.basic.from_address.set_hint(from_hint(draft))
    fields.sign_in.user_name.set_hint(advice.get("user_name", ""))
    lost = lost_secret_hint(draft, stored, SecretField.PASSWORD)
    fields.sign_in.password.set_hint(lost or advice.get("password", ""))
    fields.app.client_secret.set_hint(lost_secret_hint(draft, stored, SecretField.CLIENT_SECRET))
    fields.sign_in.sign_in.set_hint(advice.get("sign_in", ""))
    ending = expiry_warning(draft, today)
    fields.app.client_secret_valid_until.set_hint(ending or expiry_advice(), warns=bool(ending))


def show_links(fields: SmtpFields, draft: ProfileDraft) -> None:
    """Shows the links that `draft` gives a use to."""
    fields.sign_in.requirements_link.say(sign_in_link(draft))
    provider = provider_of(draft)
    fields.sign_in.password_link.setVisible(provider is not None)
    if provider:
        fields.sign_in.password_link.say(password_link(provider))
    offered = offered_user_name(draft)
    fields.sign_in.from_address_link.setVisible(bool(offered))
    words = QCoreApplication.translate("SmtpForm", "Use {address}")
    fields.sign_in.from_address_link.say(words.format(address=short(offered)))
