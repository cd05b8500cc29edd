"""A row of buttons of which one is pressed: what a page shows only."""

from collections.abc import Iterator, Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from smtp_desktop.ui.theme.styled import set_style_property, styled_button


class Segments(QWidget):
    """Its `objectName` is `filterSegments`; each button is called after its key, as in `waitingSegment`."""

    chosen = Signal(str)
    """The key of the button that was pressed."""

    def __init__(self, words: Mapping[str, str], parent: QWidget | None = None) -> None:
        """`words` are what the buttons say, by key; the first one is pressed."""
        super().__init__(parent)
        self.setObjectName("filterSegments")
        self.setAccessibleName(self.tr("Show only"))
        self._buttons: dict[str, QPushButton] = {}
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for key, text in words.items():
            button = styled_button(text, "segment")
            button.setObjectName(f"{key}Segment")
            button.setCheckable(True)
            button.clicked.connect(lambda _, key=key: self.chosen.emit(key))
            # In a narrow window the stretch gives way, never the words.
            button.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
            self._buttons[key] = button
            self._group.addButton(button)
            row.addWidget(button)
        next(iter(self._buttons.values())).setChecked(True)
        for button, edge in _edges(list(self._buttons.values())):
            button.setProperty("edge", edge)

    def press(self, key: str) -> None:
        """That button is the pressed one; nobody is told."""
        self._buttons[key].setChecked(True)

    def offer(self, key: str, offered: bool) -> None:
        """That button is there, or not; a pressed one stays."""
        button = self._buttons[key]
        if button.isHidden() == offered and (offered or not button.isChecked()):
            button.setVisible(offered)
            self._round_edges()

    def _round_edges(self) -> None:
        there = [button for button in self._buttons.values() if not button.isHidden()]
        for button, edge in _edges(there):
            set_style_property(button, "edge", edge)


def _edges(row: list[QPushButton]) -> Iterator[tuple[QPushButton, str]]:
    for button in row:
        yield button, "first" if button is row[0] else "last" if button is row[-1] else ""
