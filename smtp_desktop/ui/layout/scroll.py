"""A scroll area that is as high as its content, and scrolls only where the screen is too small for that."""

from PySide6.QtCore import QCoreApplication, QEvent, QSize, Qt
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QVBoxLayout, QWidget

_MIN_HEIGHT_PX = 96


class FittingScroll(QScrollArea):
    """Add the content to `column`; after each change of the content, call `refit` before the dialog is resized."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._content = content = QWidget()
        self.set_area("panelBody")
        self.column = QVBoxLayout(content)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setWidget(content)

    def set_area(self, area: str) -> None:
        """Sets whose background it has: an area of the style sheet."""
        for part in (self, self._content):
            part.setProperty("area", area)

    def refit(self) -> None:
        """Updates the height to that of the content."""
        self.column.activate()
        self.updateGeometry()

    def drop_needless_bar(self) -> None:
        """Hides the scroll bar where all has room without it. Qt keeps one that is there, if its width makes the
        content higher than it would be without it."""
        if self.verticalScrollBar().isVisible() and self.heightForWidth(self.width()) <= self.height():
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)

    def bring_into_view(self, widget: QWidget) -> None:
        """Scrolls to `widget`."""
        # A widget that was shown just now has no geometry until the layout is done.
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
        self.ensureWidgetVisible(widget, 0, 0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        if self.column.hasHeightForWidth():
            # What has a higher minimum, as a field with a hint, is not made lower than that.
            return max(self.column.totalHeightForWidth(width), self.column.totalMinimumSize().height())
        return self.column.totalSizeHint().height()

    def sizeHint(self) -> QSize:
        width = max(self.width(), self.column.totalMinimumSize().width())
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(self.column.totalMinimumSize().width(), min(_MIN_HEIGHT_PX, self.sizeHint().height()))
