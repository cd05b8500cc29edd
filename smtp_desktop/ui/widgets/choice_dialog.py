"""A dialog that asks which of a few ways to go."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QRadioButton, QWidget

from smtp_desktop.ui.layout.mirroring import margins
from smtp_desktop.ui.theme.styled import styled_label
from smtp_desktop.ui.widgets.dialog import Dialog

_WIDTH_PX = 540
_INDENT_PX = 27


class ChoiceDialog(Dialog):
    """A question, and answers of which each says what follows; one is proposed. A subclass adds them."""

    chosen = Signal(str)
    """Carries the key of the answer, after the dialog was closed."""

    def __init__(self, parent: QWidget | None, *, name: str, title: str, question: str, ok: str) -> None:
        """`ok` is the text of the button that confirms."""
        super().__init__(parent, name=name, title=title, width=_WIDTH_PX)
        label = styled_label(question, "", wrap=True)
        label.setObjectName("messageText")
        self.body.addWidget(label)
        self._group = QButtonGroup(self)
        self._answers: dict[str, QRadioButton] = {}
        self._ok_text = ok

    def add_answer(self, key: str, words: str, more: str) -> None:
        """Adds an answer; `more` says what follows from it."""
        button = QRadioButton(words)
        button.setObjectName(f"{key}Choice")
        button.setAccessibleName(words)
        button.setAccessibleDescription(more)
        self._group.addButton(button)
        self._answers[key] = button
        self.body.addWidget(button)
        below = styled_label(more, "muted", wrap=True)
        below.setContentsMargins(margins(_INDENT_PX, 0, 0, 0))
        self.body.addWidget(below)

    def propose(self, key: str) -> None:
        """Adds the buttons, once all answers are there; the answer with that key is chosen at first."""
        self.body.addStretch(1)
        self.footer.addStretch(1)
        self.add_cancel()
        self.add_ok(self._ok_text).clicked.connect(self._confirm)
        self._answers[key].setChecked(True)
        self._answers[key].setFocus()

    def _confirm(self) -> None:
        key = next(key for key, button in self._answers.items() if button.isChecked())
        self.accept()
        self.chosen.emit(key)
