"""A segmented control: a row of buttons of which one is pressed, to filter a page."""
# ruff: noqa: PLC0415 - the menu is loaded when it is first opened: most windows have room for the row

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from smtp_desktop.ui.theme.styled import set_style_property, styled_button
from smtp_desktop.ui.widgets.room import is_small

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMenu


class Segments(QWidget):
    """The buttons. Its `objectName` is `filterSegments`; that of a button has its key, as in `waitingSegment`.

    In a small window, or where there is no room for the row, one button with a menu, `filterMenuButton`, stands for
    them.
    """

    chosen = Signal(str)
    """A button was pressed. Carries its key."""
    menu_shown = Signal(object)
    """The menu is about to be shown, and may get more entries. Carries a QMenu."""

    def __init__(self, words: Mapping[str, str], parent: QWidget | None = None) -> None:
        """`words` are the texts of the buttons by key; the first one is pressed."""
        super().__init__(parent)
        self.setObjectName("filterSegments")
        self.setAccessibleName(self.tr("Show only"))
        self._buttons: dict[str, QPushButton] = {}
        self._offered = set(words)
        self._group = QButtonGroup(self)
        self._short = False
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addStretch(1)
        for key, text in words.items():
            button = styled_button(text, "segment")
            button.setObjectName(f"{key}Segment")
            button.setCheckable(True)
            button.clicked.connect(lambda _, key=key: self.chosen.emit(key))
            self._buttons[key] = button
            self._group.addButton(button)
            row.addWidget(button)
        self._menu_button = self._make_menu_button()
        row.addWidget(self._menu_button)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._group.buttonToggled.connect(lambda *_: self._say_pressed())
        next(iter(self._buttons.values())).setChecked(True)
        self._round_edges()

    def press(self, key: str) -> None:
        """Presses that button without emitting `chosen`."""
        self._buttons[key].setChecked(True)

    def offer(self, key: str, offered: bool) -> None:
        """Shows or hides that button; a pressed one is never hidden."""
        button = self._buttons[key]
        if (key in self._offered) is not offered and (offered or not button.isChecked()):
            (self._offered.add if offered else self._offered.discard)(key)
            self._show_parts()
            self._round_edges()
            self.updateGeometry()

    def fit(self) -> None:
        """Chooses between the row and the menu, for the room that there is now."""
        short = is_small(self) or self.width() < self._row_size().width()
        if short is not self._short:
            self._short = short
            self._show_parts()
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return self._menu_button.sizeHint() if is_small(self) else self._row_size()

    def minimumSizeHint(self) -> QSize:
        return self._menu_button.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def _row_size(self) -> QSize:
        hints = [self._buttons[key].sizeHint() for key in self._buttons if key in self._offered]
        return QSize(sum(hint.width() for hint in hints), max(hint.height() for hint in hints))

    def _make_menu_button(self) -> QPushButton:
        button = styled_button("", "menuButton")
        button.setObjectName("filterMenuButton")
        button.clicked.connect(self._pop_up)
        button.hide()
        return button

    def _say_pressed(self) -> None:
        pressed = self._group.checkedButton()
        if pressed:
            self._menu_button.setText(f"{pressed.text()}  ▾")
            self._menu_button.setAccessibleName(f"{self.accessibleName()}: {pressed.text()}")

    def _pop_up(self) -> None:
        menu = self.menu()
        left = self._menu_button.width() - menu.sizeHint().width()
        menu.popup(self._menu_button.mapToGlobal(QPoint(left, self._menu_button.height() + 2)))

    def menu(self) -> QMenu:
        """Returns the menu that stands for the row. It deletes itself when it is closed."""
        from PySide6.QtCore import Qt
        from PySide6.QtGui import QActionGroup
        from PySide6.QtWidgets import QMenu

        menu = QMenu(self)
        menu.setObjectName("filterMenu")
        menu.setAccessibleName(self.accessibleName())
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        group = QActionGroup(menu)
        for key, button in self._buttons.items():
            if key in self._offered:
                action = group.addAction(button.text())
                action.setObjectName(f"{key}FilterAction")
                action.setCheckable(True)
                action.setChecked(button.isChecked())
                action.triggered.connect(button.click)
                menu.addAction(action)
        self.menu_shown.emit(menu)
        return menu

    def _show_parts(self) -> None:
        for key, button in self._buttons.items():
            button.setVisible(key in self._offered and not self._short)
        self._menu_button.setVisible(self._short)

    def _round_edges(self) -> None:
        for button, edge in _edges([self._buttons[key] for key in self._buttons if key in self._offered]):
            set_style_property(button, "edge", edge)


def _edges(row: list[QPushButton]) -> Iterator[tuple[QPushButton, str]]:
    for button in row:
        yield button, "first" if button is row[0] else "last" if button is row[-1] else ""
