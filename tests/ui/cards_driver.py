"""What the drivers of windows with cards share: the cards, their menu, and how such a window is shown and closed."""

import shiboken6
from PySide6.QtCore import QModelIndex, QPoint
from PySide6.QtGui import QContextMenuEvent, QImage
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot
from ui.driver import LEFT, RIGHT, Driver, cells

from smtp_desktop.store.database import Database
from smtp_desktop.ui.cards.card import CARD_ROLE, Card
from smtp_desktop.ui.cards.card_grid import CardGrid
from smtp_desktop.ui.runtime.bus import Bus
from smtp_desktop.ui.runtime.tasks import Tasks


def first_inked_column(image: QImage) -> float:
    """Returns the first column of pixels, beyond the tick box, in which something is written."""
    ratio = round(image.devicePixelRatio())
    for x in range(30 * ratio, image.width()):
        shades = [image.pixelColor(x, y).lightness() for y in range(2, image.height() - 2)]
        if min(shades) < 160:
            return x / ratio
    raise AssertionError("nothing is written there")


class CardsDriver(Driver):
    """A user at a window with a grid of cards and a panel."""

    database: Database

    def __init__(self, qtbot: QtBot, app: QApplication) -> None:
        super().__init__(qtbot)
        self.app = app
        self._palette = app.palette()
        self.bus = Bus()
        self._tasks: Tasks | None = None

    @property
    def grid(self) -> CardGrid:
        raise NotImplementedError

    @property
    def tasks(self) -> Tasks:
        assert self._tasks is not None, "it is not open"
        return self._tasks

    @tasks.setter
    def tasks(self, tasks: Tasks) -> None:
        self._tasks = tasks

    def activate(self) -> None:
        """Shows the window in front."""
        self.window.show()
        self.switch_to(self.window)

    def delete_window(self, window: QWidget) -> None:
        """Ends all work, and deletes the window: nothing may be painted or delivered later, in another test."""
        self.tasks.close()
        self.tasks._pool.shutdown(wait=True)
        shiboken6.delete(window)
        shiboken6.delete(self.tasks)
        self._tasks = None
        self.app.processEvents()

    def close_files(self) -> None:
        """Closes the database, and gives the program its looks of before."""
        self.database.close()
        shiboken6.delete(self.bus)
        self.app.setStyleSheet("")
        self.app.setPalette(self._palette)

    # The cards

    def names(self) -> list[str]:
        """Returns the names on the cards, in order."""
        return cells(self.grid.model(), 0)

    def index(self, name: str) -> QModelIndex:
        return self.grid.model().index(self.names().index(name), 0)

    def card(self, name: str) -> Card:
        return self.index(name).data(CARD_ROLE)

    def selected(self) -> list[str]:
        return [index.data() for index in self.grid.selectionModel().selectedIndexes()]

    def position(self, name: str) -> QPoint:
        """Returns where a card's middle is, in the grid's viewport."""
        return self.grid.visualRect(self.index(name)).center()

    def click_card(self, name: str) -> None:
        self.qtbot.mouseClick(self.grid.viewport(), LEFT, pos=self.position(name))

    def open_card(self, name: str) -> None:
        """Clicks a card, and waits until the panel shows it."""
        self.click_card(name)
        self.until(lambda: self.panel.isVisible() and self.field("nameField").text() == name)

    def right_click_card(self, name: str) -> QMenu:
        viewport = self.grid.viewport()
        at = self.position(name)
        self.qtbot.mouseClick(viewport, RIGHT, pos=at)
        # The system makes this event of the click; the offscreen platform does not do so for a widget.
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, viewport.mapToGlobal(at))
        self.app.sendEvent(viewport, event)
        return self.menu()

    def choose(self, name: str, action: str) -> None:
        """Clicks an entry of a card's menu."""
        self.click_entry(self.right_click_card(name), action)
