"""Pictures of signing in without a password: the form, the dialogs, and the certificates of an app."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from PySide6.QtWidgets import QLineEdit

from shots.studio import Studio
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.sign_in.tokens import DeviceCode, TokenSet
from smtp_desktop.domain.smtp.oauth import AppCertificate, OAuthProvider
from smtp_desktop.domain.smtp.profile import AppCredential, SignIn
from smtp_desktop.ui.sign_in.account_dialog import OtherAccountDialog
from smtp_desktop.ui.sign_in.certificate_dialog import ImportCertificateDialog
from smtp_desktop.ui.sign_in.change_dialog import ChangeSignInDialog
from smtp_desktop.ui.sign_in.dialog import SignInDialog
from smtp_desktop.ui.sign_in.request import SignInWay

_USER = "alerts@contoso.example"
_ID = "8f2c6d1e-5b0a-4c57-9d0e-77e0b1d241ab"
_ADDRESS = (
    "https://login.microsoftonline.com/common/oauth2/v2.0/authorize?client_id=8f2c6d1e-5b0a-4c57-9d0e-77e0b1d241ab"
    "&redirect_uri=http%3A%2F%2Flocalhost%3A53187&scope=https%3A%2F%2Foutlook.office.com%2FSMTP.Send"
)
_PEM = "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n"
_CERTIFICATE = AppCertificate(pem=_PEM.format("AAAA"), valid_until=date(2028, 2, 3))
_NEXT = AppCertificate(pem=_PEM.format("BBBB"), valid_until=date(2030, 2, 3))


def shoot_sign_in(studio: Studio) -> None:
    """Takes the form before and after a sign-in, the dialogs, and the certificates."""
    _shoot_form(studio)
    _shoot_dialogs(studio)
    _shoot_certificates(studio)


def _shoot_form(studio: Studio) -> None:
    window = studio.window
    window.smtps.editor.start_create()
    panel = window.smtps.panel
    studio.wait(panel.isVisible)
    for name, typed in (
        ("nameField", "Alerts_Contoso"),
        ("fromAddressField", _USER),
        ("hostNameField", "smtp.office365.com"),
        ("userNameField", _USER),
    ):
        studio.find(panel, QLineEdit, name).setText(typed)
    studio.click(panel, "browserSegment")
    studio.shoot("sign-in-form")
    studio.find(panel, QLineEdit, "clientIdField").setText(_ID)
    tokens = TokenSet(
        access_token=Secret("placeholder"),
        expires_at=datetime.now(UTC) + timedelta(minutes=61),
        refresh_token=Secret("placeholder"),
        account=_USER,
    )
    panel.form.sign_in.take_tokens(tokens, _USER)
    panel.form.sign_in.client.set_open(False)
    studio.shoot("signed-in-form")
    panel.form.sign_in.drop_tokens()
    studio.click(panel, "app-onlySegment")
    studio.shoot("app-only-form")
    window.smtps.editor.start_create()
    studio.find(panel, QLineEdit, "hostNameField").setText("smtp.northwind.example")
    studio.click(panel, "browserSegment")
    panel.focus_field("scope")
    studio.shoot("other-provider-form")


def _shoot_dialogs(studio: Studio) -> None:
    window = studio.window
    dialog = SignInDialog(window, user_name=_USER, way=SignInWay.BROWSER, codes=True)
    dialog.open()
    dialog.show_address(_ADDRESS, opened=True)
    studio.shoot("sign-in-browser", dialog)
    dialog.wait(SignInWay.CODE)
    expires_at = datetime.now(UTC) + timedelta(minutes=14, seconds=33)
    dialog.show_code(
        DeviceCode(code="F7QK2WDJB", address="https://microsoft.com/devicelogin", expires_at=expires_at),
    )
    studio.shoot("sign-in-code", dialog)
    dialog.reject()
    other = OtherAccountDialog(window, account="boss@contoso.example", wanted=_USER, may_differ=True)
    other.open()
    studio.shoot("sign-in-other-account", other)
    other.reject()
    change = ChangeSignInDialog(window, name="Alerts_Mail", provider=OAuthProvider.MICROSOFT)
    change.open()
    studio.shoot("change-sign-in", change)
    change.reject()
    files = ImportCertificateDialog(window)
    files.open()
    studio.shoot("import-certificate", files)
    files.reject()


def _shoot_certificates(studio: Studio) -> None:
    panel = studio.window.smtps.panel
    studio.window.smtps.editor.start_edit(studio.profile("Invoices_Graph").id, focus=False)
    draft = panel.draft()
    panel.enter(replace(draft, sign_in=SignIn.APP_ONLY, app_credential=AppCredential.CERTIFICATE))
    certificates = panel.form.sign_in.certificate
    panel.focus_field("certificate")
    studio.shoot("certificate-none")
    certificates.take(_CERTIFICATE, Secret("placeholder"))
    studio.shoot("certificate")
    certificates.take(_NEXT, Secret("placeholder"))
    studio.shoot("certificate-next")
    studio.window.smtps.editor.start_create()
