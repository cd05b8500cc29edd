"""A line that is there to be copied."""

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QPushButton

from smtp_desktop.ui.styled import styled_button
from smtp_desktop.ui.text import plain_tip

_EDGE_PX = 4
_COPIED_MS = 2000


class CopyLine(QLineEdit):
    """Words that can't be changed, with a button that copies them all."""

    def __init__(self, what: str) -> None:
        """`what` says what is copied, for screen readers."""
        super().__init__()
        self._what = what
        self.setReadOnly(True)
        self.setProperty("mono", True)
        self.button: QPushButton = styled_button("", "link")
        self.button.setParent(self)
        self.button.setAutoDefault(False)
        self.button.clicked.connect(self._copy)
        self._back = QTimer(self, singleShot=True, interval=_COPIED_MS)
        self._back.timeout.connect(self._offer)
        self._offer()

    def show_line(self, words: str) -> None:
        """It says `words`, seen from their beginning."""
        if self.text() != words:
            self.setText(words)
            self.setCursorPosition(0)
            self.setToolTip(plain_tip(words))
            self._offer()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_button()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text())
        self.button.setText(self.tr("Copied"))
        self.button.setAccessibleName(self.tr("Copied"))
        self._place_button()
        self._back.start()

    def _offer(self) -> None:
        self.button.setText(self.tr("Copy"))
        self.button.setAccessibleName(self.tr("Copy {what}").format(what=self._what))
        self._place_button()

    def _place_button(self) -> None:
        width = self.button.sizeHint().width()
        self.button.setGeometry(self.width() - _EDGE_PX - width, _EDGE_PX, width, self.height() - 2 * _EDGE_PX)
        self.setTextMargins(0, 0, width, 0)
