"""A driver of the page of dates, and what ends on it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from fakes.certificates import a_certificate
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu, QTableView
from ui.driver import LEFT, cells
from ui.window_driver import WindowDriver

from smtp_desktop.domain.checks.health import ServerFact
from smtp_desktop.domain.diagnosis.conversation import Security, TlsMode
from smtp_desktop.domain.events import ServerLearned
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.ui.dates.model import DateColumn
from smtp_desktop.ui.dates.page import DatesPage

APP = "8f2c6d1e-5b0a-4c57-9d0e-77e0b1d241ab"


def today() -> date:
    return datetime.now().astimezone().date()


def fact(host: str, days: int, port: int = 587) -> ServerFact:
    """Returns a server whose certificate ends in so many days, at noon."""
    noon = datetime.combine(today() + timedelta(days=days), datetime.min.time()).astimezone() + timedelta(hours=12)
    chain = (a_certificate(host, valid_until=noon.astimezone(UTC), fingerprint=f"{abs(hash(host)):064x}"),)
    return ServerFact(host=host, port=port, security=Security(mode=TlsMode.STARTTLS, version="TLSv1.3", chain=chain))


class DatesDriver:
    """Acts on the page of dates."""

    def __init__(self, gui: WindowDriver) -> None:
        self.gui = gui

    @property
    def page(self) -> DatesPage:
        return self.gui.window.dates.page

    @property
    def table(self) -> QTableView:
        return self.page.table

    def have_secret(self, name: str, days: int) -> ProfileId:
        """Stores a mailbox whose client secret ends in so many days."""
        return self.gui.have_graph(name, client_secret_valid_until=(today() + timedelta(days=days)).isoformat())

    def have_certificate(self, host: str, days: int) -> None:
        self.gui.health.learn(fact(host, days))

    def see_certificate(self, host: str, days: int) -> None:
        """Stores a certificate and publishes its event, as a test or check does."""
        self.have_certificate(host, days)
        self.gui.bus.publish(ServerLearned(fact=fact(host, days)))

    def stop_reading_store(self) -> None:
        """Stops all reading of the store; `reads` counts the attempts."""
        section: Any = self.gui.window.dates  # whose method is replaced
        self.gui.window._watch.stop()
        self.gui.until(lambda: not section._reading)
        self.reads: list[int] = []
        section.load = lambda: self.reads.append(1)

    def open_page(self) -> None:
        self.gui.click("datesEntry")
        self.gui.until(lambda: self.gui.visible("datesPage"))
        self.gui.until(lambda: self.page._loaded)

    def cells(self, column: DateColumn) -> list[str]:
        return cells(self.table.model(), column)

    def names(self) -> list[str]:
        return self.cells(DateColumn.SMTP)

    def position(self, name: str) -> QPoint:
        return self.table.visualRect(self.table.model().index(self.names().index(name), DateColumn.WHAT)).center()

    def click_row(self, name: str) -> None:
        self.gui.qtbot.mouseClick(self.table.viewport(), LEFT, pos=self.position(name))

    def double_click_row(self, name: str) -> None:
        self.click_row(name)
        self.gui.qtbot.mouseDClick(self.table.viewport(), LEFT, pos=self.position(name))

    def menu(self) -> QMenu:
        return self.gui.menu("dateSmtpsMenu")

    def shows_panel_of(self, name: str) -> bool:
        gui = self.gui
        return gui.visible("smtpPage") and gui.panel.isVisible() and gui.typed("nameField") == name

    def badge(self) -> str:
        return self.gui.words(self.gui.part("datesEntry"))
