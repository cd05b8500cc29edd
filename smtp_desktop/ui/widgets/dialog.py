"""The base of all dialogs: a title, a body, and a footer with buttons."""

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QRect, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QFrame, QPushButton, QToolButton, QVBoxLayout, QWidget

from smtp_desktop.ui.accessibility.announcement import announce
from smtp_desktop.ui.accessibility.reading_order import read_in_order
from smtp_desktop.ui.layout.scroll import FittingScroll
from smtp_desktop.ui.layout.wrap_layout import WrapLayout
from smtp_desktop.ui.theme.styled import styled_button, styled_label
from smtp_desktop.ui.widgets.message_text import set_tip

_FRAME = QSize(16, 44)  # what the system draws around a dialog, which has none before it is shown
_KEYPAD = Qt.KeyboardModifier.KeypadModifier


class Dialog(QDialog):
    """A window-modal dialog that deletes itself when it is closed. Fill `body` and add buttons to `footer`.

    Enter presses the button that has the focus; the default button only where something else has it.
    """

    def __init__(self, parent: QWidget | None, *, name: str, title: str, width: int, scrolls: bool = True) -> None:
        """`name` is the object name, `width` in pixels the least, as far as the screen allows. Where the screen is too
        low for all of it the body `scrolls`, unless a part of it does so."""
        super().__init__(parent)
        self.setObjectName(name)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setMinimumWidth(min(width, self.screen().availableGeometry().width() - _FRAME.width()))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(1, 1, 1, 1)
        outer.setSpacing(0)
        self._around_body = FittingScroll() if scrolls else None
        self.body = self._around_body.column if self._around_body else QVBoxLayout()
        self.body.setContentsMargins(22, 18, 22, 18)
        self.body.setSpacing(8)
        self.title = styled_label(title, "dialogTitle", wrap=True)
        self.body.addWidget(self.title)
        if self._around_body:
            outer.addWidget(self._around_body, 1)
        else:
            outer.addLayout(self.body, 1)
        frame = self._footer_frame = QFrame()
        frame.setProperty("area", "dialogFooter")
        self.footer = WrapLayout(frame)
        self.footer.setContentsMargins(22, 12, 22, 12)
        self.footer.setSpacing(10)
        outer.addWidget(frame)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        focused = self.focusWidget()
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & ~_KEYPAD
        # Qt presses the default button, unless the focused one is an "auto default" button as well.
        if enter and isinstance(focused, (QPushButton, QToolButton)):
            focused.click()
        else:
            super().keyPressEvent(event)

    def setVisible(self, visible: bool) -> None:
        if visible and self.testAttribute(Qt.WidgetAttribute.WA_Resized):
            self.resize(self.size().boundedTo(self.screen().availableSize() - _FRAME))
        elif visible:
            for part in self.findChildren(QWidget):
                part.ensurePolished()  # only then it has the sizes of the style sheet
            self.fit()  # Qt would give it two thirds of the screen at most
        super().setVisible(visible)

    def showEvent(self, event: QShowEvent) -> None:
        read_in_order(self.body)
        self._footer_frame.raise_()
        super().showEvent(event)

    def say_title(self, title: str, more: str = "") -> None:
        """Changes the title as the dialog goes on, and has it announced, with `more` of what is shown now."""
        self.title.setText(title)
        self.setWindowTitle(title)
        announce(self, " ".join(part for part in (title, more) if part))

    def open(self) -> None:
        parent = self.parentWidget()
        if parent:
            overlay = _Overlay(parent.window())
            self.finished.connect(overlay.remove)
        super().open()

    def fit(self) -> None:
        """Resizes the dialog to the height of its content, as far as the screen allows, and keeps it on the screen."""
        layout = self.layout()
        if layout is None:
            return
        if self._around_body:
            self._around_body.refit()
        layout.activate()
        # adjustSize() ignores the height that wrapped text needs at this width, and uses at most 2/3 of the screen.
        width = max(self.width(), self.minimumWidth())
        wraps, usual = layout.hasHeightForWidth(), layout.totalSizeHint().height()
        wanted = max(layout.totalHeightForWidth(width) if wraps else usual, layout.totalMinimumSize().height())
        room = self.screen().availableGeometry()
        frame_height = self.frameGeometry().height() - self.height() if self.isVisible() else _FRAME.height()
        self.resize(width, min(wanted, room.height() - frame_height))
        if self._around_body:
            self._around_body.drop_needless_bar()
        if self.isVisible():
            self._stay_on(room)

    def grow(self) -> None:
        """Makes the dialog higher where its content needs that and the screen allows it; never lower."""
        # What was shown just now has no size until the layout is done.
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
        height = self.height()
        self.fit()
        if self.height() < height:
            self.resize(self.width(), height)

    def _stay_on(self, room: QRect) -> None:
        frame = self.frameGeometry()
        left = max(room.left(), min(frame.left(), room.right() + 1 - frame.width()))
        top = max(room.top(), min(frame.top(), room.bottom() + 1 - frame.height()))
        if (left, top) != (frame.left(), frame.top()):
            self.move(left, top)

    def add_ok(self, text: str) -> QPushButton:
        """Adds the button that confirms. Enter in a field presses it."""
        button = self._add_ok(text, "primary")
        button.setDefault(True)
        return button

    def add_destructive_ok(self, text: str, effect: str, *, keep: str = "") -> QPushButton:
        """Adds *Cancel*, or `keep` in its place, which has the first focus and which Enter in a field presses, and the
        button that confirms what can't be undone. `effect` says what it does, as its accessible name and tool tip."""
        cancel = self.add_cancel(keep)
        cancel.setDefault(True)
        button = self._add_ok(text, "danger")
        button.setAutoDefault(False)
        button.setAccessibleName(effect)
        set_tip(button, effect)
        cancel.setFocus()
        return button

    def _add_ok(self, text: str, kind: str) -> QPushButton:
        button = styled_button(text, kind)
        button.setObjectName("okButton")
        self.footer.addWidget(button)
        return button

    def add_cancel(self, text: str = "") -> QPushButton:
        """Adds the button that closes the dialog without any effect: *Cancel*, unless it has another `text`."""
        button = styled_button(text or self.tr("Cancel"))
        button.setObjectName("cancelButton")
        button.setAutoDefault(False)
        button.clicked.connect(self.reject)
        self.footer.addWidget(button)
        return button


class _Overlay(QWidget):
    """Dims the window behind an open dialog."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        window.installEventFilter(self)
        self.setGeometry(window.rect())
        self.show()
        self.raise_()

    def remove(self) -> None:
        """Shows the window as before."""
        self.hide()
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and isinstance(watched, QWidget):
            self.setGeometry(watched.rect())
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(12, 17, 28, 97))
        painter.end()
