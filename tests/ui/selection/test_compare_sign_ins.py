"""The comparison of SMTPs that sign in without a password."""

from dataclasses import replace

from PySide6.QtWidgets import QTableView, QWidget
from ui.driver import cells
from ui.smtp_panel_driver import GENERIC, GRAPH, GUID

from smtp_desktop.domain.smtp.oauth import OAuthClient, OAuthProvider
from smtp_desktop.domain.smtp.profile import SignIn
from smtp_desktop.ui.selection.compare_dialog import CompareDialog


def test_every_field_of_a_client_has_a_label(qtbot):
    client = OAuthClient(
        provider=OAuthProvider.OTHER,
        client_id=GUID,
        issuer="https://login.northwind.example",
        authorize_url="https://login.northwind.example/auth",
        token_url="https://login.northwind.example/token",
        device_url="https://login.northwind.example/device",
        scope="mail",
    )
    by_browser = replace(GENERIC, server=replace(GENERIC.server, sign_in=SignIn.BROWSER, oauth=client))
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = CompareDialog(parent, profiles=[GENERIC, by_browser, GRAPH])
    model = dialog.findChild(QTableView).model()
    labels = cells(model, 0)
    assert {"Provider", "Issuer", "Authorization address", "Token address", "Device code address"} <= set(labels)
    assert all(labels)
