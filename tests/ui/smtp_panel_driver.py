"""A user at the SMTP panel."""

from datetime import UTC, datetime
from typing import Any

from fakes.certificates import a_certificate
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QScrollArea,
    QWidget,
)
from pytestqt.qtbot import QtBot
from ui.driver import Driver

from smtp_desktop.domain.checks.health import ServerFact
from smtp_desktop.domain.diagnosis.conversation import Security, TlsMode
from smtp_desktop.domain.secret import SecretRef
from smtp_desktop.domain.smtp.profile import (
    GenericServer,
    GraphMailbox,
    ProfileId,
    SmtpProfile,
)
from smtp_desktop.ui.smtps.panel import SmtpPanel

GUID = "8f2c6d1e-5b0a-4c57-9d0e-77e0b1d241ab"
GENERIC = SmtpProfile(
    id=ProfileId("relay"),
    name="Corporate_Relay",
    server=GenericServer(
        host_name="smtp.northwind.example",
        user_name="relay-svc@northwind.example",
        password_ref=SecretRef("keyring:password"),
        trusted_ca_pem="-----BEGIN CERTIFICATE-----",
    ),
    is_default=True,
    from_address="no-reply@northwind.example",
    signature="Northwind Operations",
)
GRAPH = SmtpProfile(
    id=ProfileId("mailbox"),
    name="Invoices_Graph",
    server=GraphMailbox(
        user_name="svc-mail@northwind.example",
        tenant_id=GUID,
        client_id=GUID,
        password_ref=SecretRef("keyring:password"),
        client_secret_ref=SecretRef("keyring:client-secret"),
    ),
)
FACT = ServerFact(
    host="smtp.northwind.example",
    port=587,
    security=Security(
        mode=TlsMode.STARTTLS,
        version="TLSv1.3",
        chain=(a_certificate(valid_until=datetime(2027, 2, 3, 12, tzinfo=UTC)),),
    ),
)


class SmtpPanelDriver(Driver):
    """Finds parts of the panel by name, types, clicks, and collects the requests that the panel emits."""

    def __init__(self, panel: SmtpPanel, qtbot: QtBot) -> None:
        super().__init__(qtbot)
        self._panel = panel
        self.saves: list[Any] = []
        self.tests: list[Any] = []
        self.deletes: list[Any] = []
        self.closes: list[bool] = []
        self.stops: list[bool] = []
        panel.save_requested.connect(self.saves.append)
        panel.test_requested.connect(self.tests.append)
        panel.delete_requested.connect(self.deletes.append)
        panel.close_requested.connect(lambda: self.closes.append(True))
        panel.stop_waiting_requested.connect(lambda: self.stops.append(True))

    @property
    def window(self) -> SmtpPanel:
        return self._panel

    @property
    def panel(self) -> SmtpPanel:
        return self._panel

    def visible(self, name: str, within: QWidget | None = None) -> bool:
        """Returns whether the widget of that name, which there has to be, is shown."""
        assert self.panel.findChild(QWidget, name) is not None, name
        return super().visible(name, within)

    def click(self, name: str | QWidget, within: QWidget | None = None) -> None:
        part = self.part(name, within) if isinstance(name, str) else name
        if isinstance(part, QCheckBox):
            part.setFocus()
            self.qtbot.keyClick(part, Qt.Key.Key_Space)
        else:
            super().click(part)

    def resize(self, width: int, height: int) -> None:
        """Resizes the panel, and waits until what is in it has its size."""
        self.panel.resize(width, height)
        scroll = self.panel.findChild(QScrollArea)
        assert scroll is not None
        self.until(lambda: scroll.width() <= width and scroll.height() <= height)

    def hint(self, field: str) -> str:
        return self.part(f"{field}Hint").text() if self.visible(f"{field}Hint") else ""


def driver_at(panel: SmtpPanel, qtbot: QtBot) -> SmtpPanelDriver:
    """Shows `panel` and returns a driver for it."""
    qtbot.addWidget(panel)
    panel.resize(404, 900)
    with qtbot.waitExposed(panel):
        panel.show()
    panel.activateWindow()
    return SmtpPanelDriver(panel, qtbot)


def fill_generic(driver: SmtpPanelDriver) -> None:
    driver.enter("nameField", "Relay")
    driver.enter("hostNameField", "smtp.northwind.example")
    driver.enter("userNameField", "svc@northwind.example")
    driver.enter("passwordField", "pa ss")


def fill_graph(driver: SmtpPanelDriver) -> None:
    driver.pick("typeField", "MS Graph API")
    driver.enter("nameField", "Invoices")
    driver.enter("userNameField", "svc-mail@northwind.example")
    driver.enter("passwordField", "pw")
    driver.enter("tenantIdField", GUID)
    driver.enter("clientIdField", GUID)
    driver.enter("clientSecretField", "secret")
