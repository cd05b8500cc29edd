"""A user who selects several cards and uses the bar below them."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from ui.driver import LEFT, cells
from ui.window_driver import WindowDriver

_CTRL = Qt.KeyboardModifier.ControlModifier


class SelectionUser:
    """A user who selects cards and uses the bar."""

    def __init__(self, gui: WindowDriver) -> None:
        self.gui = gui

    def select(self, *names: str) -> None:
        for name in names:
            QTest.mouseClick(self.gui.grid.viewport(), LEFT, _CTRL, self.gui.position(name))
        if len(names) > 1:
            self.gui.until(lambda: self.gui.visible("selectionBar"))
            self.gui.until(lambda: self.gui.part("selectedWords").text() == f"{len(names)} selected")

    def press(self, key: str) -> None:
        self.gui.click(f"{key}SelectedButton")

    def results(self, dialog: Any) -> dict[str, Any]:
        """Returns what the dialog says of each SMTP."""
        model = self.gui.part("results", dialog).model()
        return dict(zip(cells(model, 0), cells(model, 1), strict=True))

    def passwords(self, *names: str) -> list[str]:
        found = [self.gui.stored(name) for name in names]
        return [self.gui.vault.get(one.server.password_ref).reveal() for one in found if one]
