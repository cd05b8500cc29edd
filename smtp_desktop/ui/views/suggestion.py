"""What a suggestion changes: each field as it is and as it would be."""

from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

from smtp_desktop.domain.checks.suggestion import Suggestion, surety
from smtp_desktop.ui.styled import styled_label
from smtp_desktop.ui.suggestion_words import field_name, value_words
from smtp_desktop.ui.text import one_line, shown

_FIELD_PX = 130


class SuggestionView(QFrame):
    """A small table, and how sure it is that this works. Its `objectName` is `suggestion`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("suggestion")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)

    def show_suggestion(self, suggestion: Suggestion) -> None:
        """It shows this one, in place of what it showed."""
        while item := self._column.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        table = self._table(suggestion)
        sure = styled_label(one_line(shown(surety(suggestion))), "", wrap=True)
        sure.setObjectName("suretyText")
        candidate = suggestion.candidate
        more = candidate.notes if candidate.same_host else (candidate.reason, *candidate.notes)
        for widget in (table, sure, *(styled_label(shown(words), "muted", wrap=True) for words in more)):
            self._column.addWidget(widget)

    def _table(self, suggestion: Suggestion) -> QFrame:
        box = QFrame()
        box.setObjectName("differences")
        box.setProperty("area", "box")
        grid = QGridLayout(box)
        grid.setContentsMargins(14, 10, 14, 10)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(6)
        grid.setColumnMinimumWidth(0, _FIELD_PX)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(2, 1)
        for column, head in enumerate((self.tr("Field"), self.tr("Now"), self.tr("Suggested"))):
            grid.addWidget(styled_label(head, "label"), 0, column)
        spoken = []
        for row, change in enumerate(suggestion.changes, start=1):
            name, (before, after) = field_name(change), value_words(change)
            for column, label in enumerate(_cells(name, before, after)):
                grid.addWidget(label, row, column)
            spoken.append(
                self.tr("{field}: now {before}, suggested {after}.").format(field=name, before=before, after=after)
            )
        box.setAccessibleName(" ".join(spoken))
        return box


def _cells(name: str, before: str, after: str) -> tuple[QLabel, QLabel, QLabel]:
    return styled_label(name, "muted"), styled_label(before, "", wrap=True), styled_label(after, "section", wrap=True)
