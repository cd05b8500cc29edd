"""The field for the recipient of a test, with its error, and the addresses of earlier tests."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCompleter, QFrame, QLineEdit, QListView, QVBoxLayout

from smtp_desktop.domain.smtp.field_rules import address_problem
from smtp_desktop.ui.accessibility.announcement import describe
from smtp_desktop.ui.theme.styled import styled_label
from smtp_desktop.ui.widgets.message_text import shown


class RecipientField(QFrame):
    """A field for one address with its error below. The latest of `recipients` stands in it, and the others are
    proposed. The field's `objectName` is `toEmailAddressField`."""

    def __init__(self, recipients: Sequence[str] = ()) -> None:
        super().__init__()
        self._field, self._error = _ProposingLine(recipients), styled_label("", "error", wrap=True)
        label = self.tr("Enter To Email Address")
        caption = styled_label(label, "label")
        caption.setBuddy(self._field)
        self._field.setObjectName("toEmailAddressField")
        self._field.setAccessibleName(label)
        self._field.textChanged.connect(lambda _: self.show_error(""))
        self._error.setObjectName("toEmailAddressError")
        self._error.hide()
        describe(self._field, required=True)
        self.setFocusProxy(self._field)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 0)
        column.setSpacing(4)
        for widget in (caption, self._field, self._error):
            column.addWidget(widget)

    @property
    def typed(self) -> str:
        """The text of the field."""
        return self._field.text()

    @property
    def problem(self) -> str:
        """Why the text is not an address; empty where it is one."""
        problem = address_problem(self.typed)
        return shown(problem) if problem else ""

    def focus(self) -> None:
        """Moves the focus to the field, with all its text selected, so that typing replaces it."""
        self._field.setFocus()
        self._field.selectAll()

    def show_error(self, words: str) -> None:
        """Shows `words` as the error; empty ones remove it."""
        self._error.setText(words)
        self._error.setVisible(bool(words))
        describe(self._field, required=True, error=words)
        self._field.setProperty("invalid", bool(words))
        self._field.style().polish(self._field)
        if words:
            self._field.end(False)  # to be corrected, not to be typed anew


class _ProposingLine(QLineEdit):
    """Proposes what holds the typed text; Down shows all."""

    def __init__(self, proposals: Sequence[str]) -> None:
        super().__init__(proposals[0] if proposals else "")
        self._proposals = tuple(proposals)
        self._completer = QCompleter(list(proposals), self)
        self._completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self._completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        # Not by setCompleter: that would propose what is typed in full already, and Enter would only close the list.
        self._completer.setWidget(self)
        self._popup = self._completer.popup() or QListView(self)
        self._completer.activated.connect(self.setText)
        self.textEdited.connect(self._propose)

    def _propose(self, typed: str) -> None:
        wanted = typed.strip().lower()
        if wanted and any(wanted in one.lower() != wanted for one in self._proposals):
            self._completer.setCompletionPrefix(typed.strip())
            self._completer.complete()
        else:
            self._popup.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down and self._proposals:
            self._completer.setCompletionPrefix("")
            self._completer.complete()
        else:
            super().keyPressEvent(event)
