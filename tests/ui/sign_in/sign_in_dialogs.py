"""The dialogs of a sign-in, in the states in which the tests look at them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from PySide6.QtWidgets import QWidget
from ui.dialog_makers import typed

from smtp_desktop.domain.sign_in.tokens import DeviceCode
from smtp_desktop.ui.conversation.summary import plain_summary
from smtp_desktop.ui.sign_in.certificate_dialog import ImportCertificateDialog
from smtp_desktop.ui.sign_in.dialog import SignInDialog
from smtp_desktop.ui.sign_in.request import SignInWay
from smtp_desktop.ui.widgets.dialog import Dialog

_ADDRESS = "https://login.company.example/realms/mail/protocol/openid-connect/auth?client_id=smtp-desktop&state=12345"


def _sign_in(parent: QWidget, way: SignInWay) -> SignInDialog:
    return SignInDialog(parent, user_name="ann@company.example", way=way, codes=True)


def waiting_sign_in(parent: QWidget) -> Dialog:
    dialog = _sign_in(parent, SignInWay.BROWSER)
    dialog.show_address(_ADDRESS, opened=True)
    return dialog


def coded_sign_in(parent: QWidget) -> Dialog:
    dialog = _sign_in(parent, SignInWay.CODE)
    expires_at = datetime.now(UTC) + timedelta(minutes=15)
    dialog.show_code(
        DeviceCode(code="WDJB-MJHT", address="https://login.company.example/device", expires_at=expires_at)
    )
    return dialog


def refused_sign_in(parent: QWidget) -> Dialog:
    dialog = _sign_in(parent, SignInWay.BROWSER)
    dialog.show_problem(plain_summary("Signing in didn't work", "Access was denied."))
    return dialog


def chosen_certificate(parent: QWidget) -> Dialog:
    dialog = ImportCertificateDialog(parent)
    dialog.take((Path("app.pfx"),))
    return typed(dialog, filePasswordField="s3cret")
