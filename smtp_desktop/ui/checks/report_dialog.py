"""Showing what a report holds before it goes anywhere."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QWidget

from smtp_desktop.ui.theme.styled import styled_label
from smtp_desktop.ui.widgets.dialog import Dialog

_WIDTH_PX, _HEIGHT_PX = 720, 560
_SELECTABLE = Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard


class ReportDialog(Dialog):
    """Shows the report; *Copy* puts exactly that on the clipboard."""

    def __init__(self, parent: QWidget, lines: Sequence[str]) -> None:
        super().__init__(parent, name="reportDialog", title=self.tr("Copy report"), width=480)
        words = self.tr(
            "This is all that is copied. It holds no password and no other secret, but names, servers and addresses: "
            "look it through before you pass it on."
        )
        self.body.addWidget(styled_label(words, "muted", wrap=True))
        self._text = QPlainTextEdit("\n".join(lines))
        self._text.setObjectName("reportText")
        self._text.setAccessibleName(self.tr("Report"))
        self._text.setReadOnly(True)
        self._text.setTextInteractionFlags(_SELECTABLE)
        self._text.setTabChangesFocus(True)
        self._text.setProperty("mono", True)
        self._text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.body.addWidget(self._text, 1)
        self.footer.addStretch(1)
        self.add_cancel()
        copy = self.add_ok(self.tr("Copy"))
        copy.clicked.connect(self._copy)
        copy.setFocus()
        room = self.screen().availableGeometry()
        self.resize(min(_WIDTH_PX, room.width()), min(_HEIGHT_PX, room.height()))

    def _copy(self) -> None:
        QApplication.clipboard().setText(self._text.toPlainText())
        self.accept()
