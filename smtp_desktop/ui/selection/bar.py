"""The bar below the SMTPs while several are selected: how many, and what can be done with all of them."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from smtp_desktop.ui.accessibility.announcement import announce
from smtp_desktop.ui.layout.room import fit_list
from smtp_desktop.ui.theme.styled import styled_button, styled_label
from smtp_desktop.ui.widgets.labels import LinkButton
from smtp_desktop.ui.widgets.message_text import set_tip
from smtp_desktop.ui.widgets.popups import Menu

_FIRST_TO_GO = ("export", "compare", "pause", "edit", "test", "replace")


@dataclass(frozen=True, slots=True, kw_only=True)
class Selected:
    """What the bar has to know of the selected SMTPs: how many, whether something stops any of them, and why they can't
    get one password, if so."""

    count: int
    some_stopped: bool
    replace_problem: str


class SelectionBar(QWidget):
    """The bar; the frame in it has the `objectName` selectionBar, its buttons theirs by their keys, as in
    `checkSelectedButton`. What there is no room for stands in a menu."""

    asked = Signal(str)
    """The user wants to do something with all of them. Carries its key: check, test, replace, edit, compare, pause,
    export, delete, or clear."""

    def __init__(self) -> None:
        super().__init__()
        self._words = styled_label("", "section")
        self._words.setObjectName("selectedWords")
        self._clear = LinkButton(self.tr("Clear"))
        self._clear.setObjectName("clearSelectionButton")
        self._clear.clicked.connect(lambda: self.asked.emit("clear"))
        labels = {
            "check": self.tr("Check"),
            "test": self.tr("Test…"),
            "replace": self.tr("Replace password…"),
            "edit": self.tr("Edit fields…"),
            "compare": self.tr("Compare"),
            "pause": self.tr("Pause"),
            "export": self.tr("Export…"),
            "delete": self.tr("Delete"),
        }
        self._buttons = {key: self._button(key, words) for key, words in labels.items()}
        self._more = styled_button(self.tr("More…"))
        self._more.setObjectName("moreSelectedButton")
        self._more.clicked.connect(self._pop_up)
        self._folded: tuple[str, ...] = ()
        frame = QFrame()
        frame.setObjectName("selectionBar")
        frame.setAccessibleName(self.tr("Selected SMTPs"))
        self._row = QHBoxLayout(frame)
        self._row.setContentsMargins(16, 10, 12, 10)
        self._row.setSpacing(8)
        self._row.addWidget(self._words)
        self._row.addWidget(self._clear)
        self._row.addSpacing(12)
        for key, button in self._buttons.items():
            if key == "delete":
                self._row.addWidget(self._more)
                self._row.addStretch(1)
            self._row.addWidget(button)
        self._column = QVBoxLayout(self)
        self._column.addWidget(frame)
        frame.installEventFilter(self)
        self._frame = frame

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        fit_list(self, self._column)  # as the list above it

    def show_selected(self, selected: Selected) -> None:
        """Says how many are selected, and offers what can be done with them."""
        words = self.tr("{n} selected").format(n=f"{selected.count:,}")
        if words != self._words.text():
            self._words.setText(words)
            announce(self, words)
        pause = self.tr("Resume") if selected.some_stopped else self.tr("Pause")
        self._buttons["pause"].setText(pause)
        self._buttons["pause"].setAccessibleName(pause)
        replace = self._buttons["replace"]
        replace.setEnabled(not selected.replace_problem)
        set_tip(replace, selected.replace_problem)
        replace.setAccessibleDescription(selected.replace_problem)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._fit()
        return False

    def _button(self, key: str, words: str) -> QPushButton:
        button = styled_button(words, "dangerText" if key == "delete" else "")
        button.setObjectName(f"{key}SelectedButton")
        button.setAutoDefault(True)  # outside of dialogs, Enter presses only auto-default buttons
        button.clicked.connect(lambda: self.asked.emit(key))
        return button

    def _fit(self) -> None:
        """Folds what there is no room for into the menu."""
        folded: list[str] = []
        while self._needed_px(folded) > self._frame.width() and len(folded) < len(_FIRST_TO_GO):
            folded.append(_FIRST_TO_GO[len(folded)])
        self._folded = tuple(key for key in self._buttons if key in folded)
        for key, button in self._buttons.items():
            button.setVisible(key not in folded)
        self._more.setVisible(bool(folded))

    def _needed_px(self, folded: list[str]) -> int:
        shown: list[QWidget] = [button for key, button in self._buttons.items() if key not in folded]
        parts = [self._words, self._clear, *shown, *([self._more] if folded else [])]
        around = self._row.contentsMargins()
        gaps = self._row.spacing() * (len(parts) + 1) + 12
        return around.left() + around.right() + gaps + sum(part.sizeHint().width() for part in parts)

    def _pop_up(self) -> None:
        menu = Menu(self, "moreSelectedMenu", self.tr("More Actions"))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        for key in self._folded:
            button = self._buttons[key]
            action = menu.add(f"{key}SelectedAction", button.text())
            action.setEnabled(button.isEnabled())
            action.setToolTip(button.toolTip())
            action.triggered.connect(button.click)
        menu.popup(self._more.mapToGlobal(QPoint(0, -menu.sizeHint().height())))
