"""A segmented control: a row of buttons of which one is pressed, to filter a page."""
# ruff: noqa: PLC0415 - the menu is loaded when it is first opened: most windows have room for the row

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Generic, TypeVar

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from smtp_desktop.ui.layout.room import is_small
from smtp_desktop.ui.theme.styled import set_style_property, styled_button
from smtp_desktop.ui.theme.theme import Theme, pixmap

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMenu

_ICON_PX = 16
_ARROW_PX = 24  # with the gap before it


class Segments(QWidget):
    """The buttons. Its `objectName` is `filterSegments`; that of a button has its key, as in `waitingSegment`.

    Where there is no room for the row, and anyway in a small window, one button with a menu, `filterMenuButton`, stands
    for it.
    """

    chosen = Signal(str)
    """A button was pressed. Carries its key."""

    def __init__(self, words: Mapping[str, str], *, row_if_small: bool = False) -> None:
        """`words` are the texts of the buttons by key; the first one is pressed. With `row_if_small` it is a row in a
        small window as well, where there is room."""
        super().__init__()
        self._row_if_small = row_if_small
        self.setObjectName("filterSegments")
        self.setAccessibleName(self.tr("Show only"))
        self._words = dict(words)
        self._buttons: dict[str, QPushButton] = {}
        self._offered = set(words)
        self._short = self._was_small = False
        self._menu_button: QPushButton | None = None
        self._joined: Segments | None = None
        self._joined_gap_px = 0
        self._group = QButtonGroup(self)
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for key, text in words.items():
            button = styled_button(text, "segment", accessible_as="radio")
            button.setObjectName(f"{key}Segment")
            button.setCheckable(True)
            button.clicked.connect(lambda _, key=key: self.chosen.emit(key))
            self._buttons[key] = button
            self._group.addButton(button)
            row.addWidget(button)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        next(iter(self._buttons.values())).setChecked(True)
        self._round_edges()

    @property
    def pressed(self) -> str:
        """The key of the pressed button."""
        return next(key for key, button in self._buttons.items() if button.isChecked())

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """The buttons, of which Tab stops at the pressed one."""
        return tuple(self._buttons.values())

    def press(self, key: str) -> None:
        """Presses that button without emitting `chosen`."""
        self._buttons[key].setChecked(True)

    def focus_pressed(self) -> None:
        """Gives the focus to the pressed button, or to the one that stands for all."""
        if self._menu_button and self._short:
            self._menu_button.setFocus()
        elif pressed := self._group.checkedButton():
            pressed.setFocus()

    def offer(self, key: str, offered: bool) -> None:
        """Shows or hides that button; a pressed one is never hidden."""
        button = self._buttons[key]
        if (key in self._offered) is not offered and (offered or not button.isChecked()):
            (self._offered.add if offered else self._offered.discard)(key)
            self._show_parts()
            self._round_edges()
            self.updateGeometry()

    def join(self, other: Segments, *, gap_px: int) -> None:
        """Has the menu offer the choices of `other` as well, which is hidden then; else it stands `gap_px` beside the
        row."""
        self._joined, self._joined_gap_px = other, gap_px

    def fit(self) -> None:
        """Chooses between the row and the menu, for the room that there is now."""
        small = self._is_small()
        short = small or self.width() < self._wanted_size().width()
        if short is not self._short:
            self._short = short
            self._show_parts()
            self.updateGeometry()
        if small is not self._was_small:
            self._was_small = small
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint() if self._is_small() else self._wanted_size()

    def minimumSizeHint(self) -> QSize:
        pressed = self._group.checkedButton()
        return pressed.sizeHint() + QSize(_ARROW_PX, 0) if pressed else self._row_size()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def menu(self) -> QMenu:
        """Returns the menu that stands for the row. It deletes itself when it is closed."""
        from smtp_desktop.ui.widgets.popups import Menu

        menu = Menu(self, "filterMenu", self.accessibleName())
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.add_choices(menu)
        if self._joined:
            menu.addSeparator()
            self._joined.add_choices(menu)
        return menu

    def add_choices(self, menu: QMenu) -> None:
        """Adds an entry for each button, which presses that."""
        from PySide6.QtGui import QActionGroup

        group = QActionGroup(menu)
        for key, button in self._buttons.items():
            if key in self._offered:
                action = group.addAction(self._words[key])
                action.setObjectName(f"{key}FilterAction")
                action.setCheckable(True)
                action.setChecked(button.isChecked())
                action.triggered.connect(button.click)
                menu.addAction(action)

    def _is_small(self) -> bool:
        return not self._row_if_small and is_small(self)

    def _row_size(self) -> QSize:
        offered = [self._buttons[key] for key in self._buttons if key in self._offered]
        for button in offered:
            button.ensurePolished()  # only then it has the size of the style sheet
        hints = [button.sizeHint() for button in offered]
        return QSize(sum(hint.width() for hint in hints), max(hint.height() for hint in hints))

    def _wanted_size(self) -> QSize:
        """Returns the size of the row and, while it is hidden, of what would come back with it: without room for both,
        the one would take the room of the other, which would hide it again."""
        joined_px = self._joined.sizeHint().width() + self._joined_gap_px if self._joined and self._short else 0
        return self._row_size() + QSize(joined_px, 0)

    def _make_menu_button(self) -> QPushButton:
        button = styled_button("", "menuButton")
        button.setObjectName("filterMenuButton")
        button.clicked.connect(self._pop_up)
        self._row.addWidget(button, 0, Qt.AlignmentFlag.AlignRight)
        QWidget.setTabOrder(self.stops[-1], button)
        self._group.buttonToggled.connect(lambda *_: self._say_pressed())
        return button

    def _say_pressed(self) -> None:
        pressed = next((key for key, button in self._buttons.items() if button.isChecked()), None)
        if pressed and self._menu_button:
            words = self._words[pressed]
            self._menu_button.setText(f"{words}  ▾")
            self._menu_button.setAccessibleName(f"{self.accessibleName()}: {words}")
            self.updateGeometry()

    def _pop_up(self) -> None:
        menu, button = self.menu(), self._menu_button
        if button:
            left = 0 if self.isRightToLeft() else button.width() - menu.sizeHint().width()
            menu.popup(button.mapToGlobal(QPoint(left, button.height() + 2)))

    def _show_parts(self) -> None:
        if self._short and self._menu_button is None:
            self._menu_button = self._make_menu_button()
            self._say_pressed()
        for key, button in self._buttons.items():
            button.setVisible(key in self._offered and not self._short)
        if self._menu_button:
            self._menu_button.setVisible(self._short)
        if self._joined:
            self._joined.setVisible(not self._short)

    def _round_edges(self) -> None:
        for button, edge in _edges([self._buttons[key] for key in self._buttons if key in self._offered]):
            set_style_property(button, "edge", edge)


_Chosen = TypeVar("_Chosen", bound=StrEnum)


class SegmentChoice(Segments, Generic[_Chosen]):
    """A choice among the members of an enum, as wide as its field. `labels` has a label for each, in the order of the
    row. A form's `LabelledField` gives it its name."""

    def __init__(self, labels: Mapping[_Chosen, str]) -> None:
        super().__init__({member.value: label for member, label in labels.items()}, row_if_small=True)
        self._members = {member.value: member for member in labels}

    @property
    def member(self) -> _Chosen:
        """The chosen member."""
        return self._members[self.pressed]

    def choose(self, member: _Chosen) -> None:
        """Chooses `member` without emitting `chosen`."""
        self.press(member.value)

    def words_for(self, member: object) -> str:
        """Returns the label of `member`; its value where there is no button for it."""
        return self._words.get(str(member), str(member))

    def setFocus(self, *_: Qt.FocusReason) -> None:
        self.focus_pressed()

    def event(self, event: QEvent) -> bool:
        handled = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self.fit()  # buttons may get wider without this, as by the style of the window that they come into
        return handled


class IconSegments(Segments):
    """Segments with pictures; their words are tool tips and accessible names. Always a row."""

    def set_icons(self, names: Mapping[str, str], theme: Theme) -> None:
        """Draws the icons of these names, by key, in the colours of `theme`."""
        for key, button in self._buttons.items():
            words = button.accessibleName()
            drawn = QIcon(pixmap(names[key], theme.color("muted"), _ICON_PX))
            drawn.addPixmap(pixmap(names[key], theme.color("accent"), _ICON_PX), QIcon.Mode.Normal, QIcon.State.On)
            button.setIcon(drawn)
            button.setText("")
            button.setProperty("pictured", True)
            button.setToolTip(words)

    def fit(self) -> None:
        pass

    def sizeHint(self) -> QSize:
        return self._row_size()

    def minimumSizeHint(self) -> QSize:
        return self._row_size()


def _edges(row: list[QPushButton]) -> Iterator[tuple[QPushButton, str]]:
    for button in row:
        yield button, "first" if button is row[0] else "last" if button is row[-1] else ""
