"""Who said what, and when."""

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QVBoxLayout, QWidget

from smtp_desktop.domain.diagnosis.conversation import TranscriptLine
from smtp_desktop.services.checks.report_text import TRANSCRIPT_KEY, transcript_line
from smtp_desktop.ui.theme.styled import styled_label
from smtp_desktop.ui.widgets.message_text import shown

_SELECTABLE = Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard


class TranscriptView(QFrame):
    """A key to the speakers, and below it the lines, which can be selected and copied. The field's `objectName` is
    `transcript`."""

    def __init__(self, *, height_px: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._field = QPlainTextEdit()
        self._field.setObjectName("transcript")
        self._field.setAccessibleName(self.tr("Transcript"))
        self._field.setAccessibleDescription(shown(TRANSCRIPT_KEY))
        self._field.setReadOnly(True)
        self._field.setTextInteractionFlags(_SELECTABLE)
        self._field.setTabChangesFocus(True)
        self._field.setProperty("mono", True)
        self._field.setMinimumHeight(height_px)
        # Times and speakers stay columns; a long line is scrolled to.
        self._field.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(styled_label(shown(TRANSCRIPT_KEY), "hint", wrap=True))
        column.addWidget(self._field)

    def show_lines(self, lines: Iterable[TranscriptLine]) -> None:
        """It shows `lines`, from the first on."""
        self._field.setPlainText("\n".join(transcript_line(line) for line in lines))
