"""The line at the bottom of the window that says what was done, and goes by itself."""

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QWidget

from smtp_desktop.ui.accessibility.announcement import announce
from smtp_desktop.ui.theme.styled import BoundedLabel

_SEEN_MS = 6000
_BOTTOM_PX, _SIDE_PX = 24, 24


class QuietLine(BoundedLabel):
    """Shows a sentence over the lower edge of its parent for some seconds; a click takes it away. Its `objectName` is
    `quietLine`."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._below = parent
        self.setObjectName("quietLine")
        self.setProperty("role", "quiet")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._gone = QTimer(self, singleShot=True)
        self._gone.setInterval(_SEEN_MS)
        self._gone.timeout.connect(self.hide)
        parent.installEventFilter(self)
        self.hide()

    def say(self, words: str) -> None:
        """Shows `words` in place of what was said before."""
        self.setText(words)
        self.setAccessibleName(words)
        self._place()
        self.show()
        self.raise_()
        self._gone.start()
        announce(self, words)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.hide()

    def _place(self) -> None:
        parent = self._below
        room = parent.width() - 2 * _SIDE_PX
        self.setWordWrap(False)
        width = min(self.sizeHint().width(), room)
        self.setWordWrap(True)
        height = self.heightForWidth(width)
        self.setGeometry((parent.width() - width) // 2, parent.height() - _BOTTOM_PX - height, width, height)
