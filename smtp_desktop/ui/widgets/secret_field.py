"""Fields for secrets: one of a form, which may stand for a stored secret, and one for a password in a dialog."""

from PySide6.QtCore import QCoreApplication, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter, QPainterPath, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QToolButton, QVBoxLayout, QWidget

from smtp_desktop.domain.secret import Secret
from smtp_desktop.ui.accessibility.announcement import describe, name_star
from smtp_desktop.ui.layout.mirroring import margins, mirrored
from smtp_desktop.ui.theme.styled import styled_label

_GRID = 24  # units of the drawing, as in every icon
_STROKE = 1.8
_ICON_PX = 16
_CORNER_PX = 6


def _eye() -> QPainterPath:
    path = QPainterPath(QPointF(2, 12))
    path.cubicTo(6, 4.5, 18, 4.5, 22, 12)
    path.cubicTo(18, 19.5, 6, 19.5, 2, 12)
    path.addEllipse(QPointF(12, 12), 3, 3)
    return path


class EyeButton(QToolButton):
    """A toggle with an eye, crossed out while the text is visible. Drawn in the text's colour, sharp at any scale."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setAutoRaise(True)
        self.setProperty("kind", "eye")
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.hasFocus():
            painter.setPen(QPen(self.palette().highlight().color(), 1))
            painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), _CORNER_PX, _CORNER_PX)
        scale = _ICON_PX / _GRID
        painter.translate((self.width() - _ICON_PX) / 2, (self.height() - _ICON_PX) / 2)
        painter.scale(scale, scale)
        painter.setPen(QPen(self.palette().buttonText().color(), _STROKE))
        painter.drawPath(_eye())
        if self.isChecked():
            painter.drawLine(QPointF(4, 20), QPointF(20, 4))
        painter.end()


_DOTS = "•" * 12
_EDGE_PX = 4
_EYE_PX = 26


class SecretEdit(QLineEdit):
    """A field for a secret in one of three states: to be entered, kept (dots for the stored one), being replaced.

    It never holds a stored secret, only what is typed. Typing, pasting or Replace starts a replacement, Keep ends it.
    """

    state_changed = Signal()

    def __init__(self, what: str) -> None:
        """`what` names the secret, for screen readers."""
        super().__init__()
        self._what = what
        self._kept = False
        self._replacing = False
        self._locked = False
        self.eye = EyeButton(self)
        self.eye.toggled.connect(self._show_typed)
        self.switch = QPushButton(self)
        self.switch.setProperty("kind", "link")
        self.switch.setAutoDefault(False)
        self.switch.setCursor(Qt.CursorShape.PointingHandCursor)
        self.switch.clicked.connect(self._on_switch)
        self._show_typed(False)
        self._show_state()

    @property
    def secret(self) -> Secret | None:
        """The typed secret; None if nothing was typed."""
        return Secret.typed(self.text()) if self.text() else None

    @property
    def resting(self) -> bool:
        """Whether the field stands for the stored secret."""
        return self._kept and not self._replacing

    def reset(self, *, kept: bool) -> None:
        """Clears the field; with `kept` it stands for the stored secret."""
        self._kept, self._replacing = kept, False
        self.setText("")  # unlike clear(), this also forgets what undo could bring back
        self.eye.setChecked(False)
        self._show_state()

    def type_anew(self, typed: Secret) -> None:
        """Enters `typed` as if the user had typed it, in place of what was there."""
        if self.resting:
            self._replace()
        self.setText(typed.reveal())

    def set_kept(self, kept: bool) -> None:
        """Sets whether a stored secret can be used. What was typed stays."""
        if kept == self._kept:
            return
        self._kept = kept
        self._replacing = kept and bool(self.text())
        self._show_state()

    def set_locked(self, locked: bool) -> None:
        """Sets whether typing, showing and replacing are disabled."""
        self._locked = locked
        self._show_state()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.resting and not self._locked and _types_something(event):
            self._replace()
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_buttons()

    def _on_switch(self) -> None:
        if self.resting:
            self._replace()
        else:
            self.reset(kept=True)
            self.state_changed.emit()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _replace(self) -> None:
        self._replacing = True
        self._show_state()
        self.state_changed.emit()

    def _show_typed(self, shown: bool) -> None:
        self.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)
        label = self.tr("Hide {what}") if shown else self.tr("Show {what}")
        self.eye.setAccessibleName(label.format(what=self._what))
        self.eye.setToolTip(label.format(what=self._what))

    def _show_state(self) -> None:
        if self.resting:
            self.eye.setChecked(False)
        self.setReadOnly(self.resting or self._locked)
        self.setPlaceholderText(_DOTS if self.resting else "")
        self.eye.setVisible(not self.resting)
        self.switch.setVisible(self._kept)
        self.switch.setText(self.tr("Replace") if self.resting else self.tr("Keep"))
        self.switch.setAccessibleName(f"{self.switch.text()} {self._what}")
        for button in (self.eye, self.switch):
            button.setEnabled(not self._locked)
        self._place_buttons()

    def _place_buttons(self) -> None:
        right = self.width() - _EDGE_PX
        height = self.height() - 2 * _EDGE_PX
        for button in (self.switch, self.eye):
            if not button.isVisibleTo(self):
                continue
            size = QSize(_EYE_PX, height) if button is self.eye else button.sizeHint()
            right -= size.width()
            button.setGeometry(mirrored(self, QRect(right, _EDGE_PX, size.width(), height)))
        self.setTextMargins(margins(0, 0, self.width() - right - _EDGE_PX, 0))


def _types_something(event: QKeyEvent) -> bool:
    if event.matches(QKeySequence.StandardKey.Paste):
        return True
    alt_alone = event.modifiers() == Qt.KeyboardModifier.AltModifier
    return bool(event.text()) and event.text().isprintable() and not alt_alone


def password_field(layout: QVBoxLayout, label: str, name: str, *, required: bool = True) -> QLineEdit:
    """Adds a labelled password field to a dialog, with an eye that shows the text, and returns the field.

    `name` becomes its `objectName`.
    """
    field = _PasswordEdit()
    field.setObjectName(name)
    field.setAccessibleName(label)
    row = QHBoxLayout()
    row.setSpacing(2)
    caption = styled_label(label, "label")
    caption.setBuddy(field)
    row.addWidget(caption)
    if required:
        row.addWidget(name_star(styled_label("*", "required")))
    describe(field, required=required)
    row.addStretch(1)
    group = QVBoxLayout()
    group.setSpacing(4)
    group.addLayout(row)
    group.addWidget(field)
    layout.addLayout(group)
    return field


class _PasswordEdit(QLineEdit):
    """A password of a dialog, with an eye that shows it."""

    def __init__(self) -> None:
        super().__init__()
        self._eye = EyeButton(self)
        self._eye.setObjectName("eyeButton")
        self._eye.toggled.connect(self._show_typed)
        self._show_typed(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        height = self.height() - 2 * _EDGE_PX
        there = QRect(self.width() - _EDGE_PX - _EYE_PX, _EDGE_PX, _EYE_PX, height)
        self._eye.setGeometry(mirrored(self, there))
        self.setTextMargins(margins(0, 0, _EYE_PX, 0))

    def _show_typed(self, visible: bool) -> None:
        self.setEchoMode(QLineEdit.EchoMode.Normal if visible else QLineEdit.EchoMode.Password)
        words = _tr("Hide the password") if visible else _tr("Show the password")
        self._eye.setAccessibleName(words)
        self._eye.setToolTip(words)


def _tr(source: str) -> str:
    return QCoreApplication.translate("PasswordField", source)
