"""A segmented control: a row of buttons of which one is pressed, to filter a page."""

from collections.abc import Iterator, Mapping

from PySide6.QtCore import Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QWidget

from smtp_desktop.ui.theme.styled import set_style_property, styled_button
from smtp_desktop.ui.theme.theme import Theme, pixmap

_ICON_PX = 16


class Segments(QWidget):
    """The buttons. Its `objectName` is `filterSegments`; that of a button has its key, as in `waitingSegment`."""

    chosen = Signal(str)
    """A button was pressed. Carries its key."""

    def __init__(self, words: Mapping[str, str], parent: QWidget | None = None) -> None:
        """`words` are the texts of the buttons by key; the first one is pressed."""
        super().__init__(parent)
        self.setObjectName("filterSegments")
        self.setAccessibleName(self.tr("Show only"))
        self._buttons: dict[str, QPushButton] = {}
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
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
        next(iter(self._buttons.values())).setChecked(True)
        for button, edge in _edges(list(self._buttons.values())):
            button.setProperty("edge", edge)

    def press(self, key: str) -> None:
        """Presses that button without emitting `chosen`."""
        self._buttons[key].setChecked(True)

    def focus_pressed(self) -> None:
        """Gives the focus to the pressed button."""
        for button in self._buttons.values():
            if button.isChecked():
                button.setFocus()

    def offer(self, key: str, offered: bool) -> None:
        """Shows or hides that button; a pressed one is never hidden."""
        button = self._buttons[key]
        if button.isHidden() == offered and (offered or not button.isChecked()):
            button.setVisible(offered)
            self._round_edges()

    def _round_edges(self) -> None:
        there = [button for button in self._buttons.values() if not button.isHidden()]
        for button, edge in _edges(there):
            set_style_property(button, "edge", edge)


class IconSegments(Segments):
    """Segments with pictures; their words are tool tips and accessible names."""

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


def _edges(row: list[QPushButton]) -> Iterator[tuple[QPushButton, str]]:
    for button in row:
        yield button, "first" if button is row[0] else "last" if button is row[-1] else ""
