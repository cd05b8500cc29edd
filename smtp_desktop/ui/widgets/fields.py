"""Editors of forms: check box, choice, text area, collapsible section, and a line to copy."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Generic, TypeVar

from PySide6.QtCore import QRect, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from smtp_desktop.ui.accessibility.announcement import copy_text, describe
from smtp_desktop.ui.layout.mirroring import margins, mirrored
from smtp_desktop.ui.theme.styled import styled_button
from smtp_desktop.ui.widgets.field import FIELD_GAP_PX, object_name
from smtp_desktop.ui.widgets.labels import Caption
from smtp_desktop.ui.widgets.message_text import set_tip
from smtp_desktop.ui.widgets.popups import ComboBox

_INDENT_PX = 27


class BoxField(QWidget):
    """A check box with a hint or an error below, aligned with its text."""

    edited = Signal()

    def __init__(self, name: str, label: str) -> None:
        """`name` is in snake case."""
        super().__init__()
        self.name = name
        self.box = QCheckBox(label)
        self.editor: QWidget = self.box
        self._hint_text = ""
        self._hint = Caption("hint", wraps=True)
        self._error = Caption("error", wraps=True)
        self.box.setObjectName(object_name(name, "Box"))
        self.box.setAccessibleName(label)
        self._hint.setObjectName(object_name(name, "Hint"))
        self._error.setObjectName(object_name(name, "Error"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, FIELD_GAP_PX)
        layout.setSpacing(0)
        layout.addWidget(self.box)
        for part in (self._hint, self._error):
            part.setContentsMargins(margins(_INDENT_PX, 0, 0, 0))
            part.hide()
            layout.addWidget(part)
        self._rows = layout
        self.box.toggled.connect(self._on_edited)

    def _on_edited(self) -> None:
        self.set_error("")
        self.edited.emit()

    def add_below(self, part: QWidget) -> None:
        """Adds `part` below hint and error, aligned with the text."""
        holder = QWidget()
        indented = QVBoxLayout(holder)
        indented.setContentsMargins(margins(_INDENT_PX, 0, 0, 0))
        indented.addWidget(part)
        self._rows.addWidget(holder)

    @property
    def checked(self) -> bool:
        """Whether the box is checked."""
        return self.box.isChecked()

    @property
    def error(self) -> str:
        """The error that is shown; empty if there is none."""
        return self._error.text()

    def set_hint(self, hint: str, *, warns: bool = False) -> None:
        """Shows `hint` below the box while there is no error."""
        self._hint_text = hint
        self._hint.set_role("warning" if warns else "hint")
        self._show_below()

    def set_error(self, message: str) -> None:
        """Shows `message` below the box; an empty one removes it."""
        self._error.setText(message)
        self._show_below()

    def _show_below(self) -> None:
        message = self._error.text()
        self._error.setVisible(bool(message))
        self._hint.show_text("" if message else self._hint_text)
        describe(self.box, error=message, hint=self._hint_text)

    def set_locked(self, locked: bool) -> None:
        """Sets whether the box is read-only."""
        self.box.setEnabled(not locked)


_Chosen = TypeVar("_Chosen", bound=StrEnum)


class Choice(ComboBox, Generic[_Chosen]):
    """A choice among the members of an enum. `labels` has a label for each, in the order of the list."""

    def __init__(self, labels: Mapping[_Chosen, str]) -> None:
        super().__init__()
        self._members = tuple(labels)
        for label in labels.values():
            self.addItem(label)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def chosen(self) -> _Chosen:
        """The chosen member."""
        return self._members[self.currentIndex()]

    def choose(self, member: _Chosen) -> None:
        """Chooses `member`."""
        self.setCurrentIndex(self._members.index(member))

    def words_for(self, member: object) -> str:
        """Returns the label of `member`."""
        return self.itemText(self._members.index(member))


_LINE_PX = 34  # the height of a line edit


class TextArea(QPlainTextEdit):
    """Plain text of several lines. Tab moves to the next field."""

    def __init__(self, height_px: int, *, grows: bool = False) -> None:
        """One that `grows` is one line high while it is empty."""
        super().__init__()
        self._height_px = height_px
        self.setTabChangesFocus(True)
        self.setFixedHeight(height_px)
        if grows:
            self.textChanged.connect(self._fit)
            self._fit()

    def _fit(self) -> None:
        # By its content, not by the focus: where a click elsewhere shrank it, what was clicked would move away.
        empty = self.document().isEmpty()
        self.setFixedHeight(_LINE_PX if empty else self._height_px)
        # An empty line has nothing to scroll to.
        policy = Qt.ScrollBarPolicy.ScrollBarAlwaysOff if empty else Qt.ScrollBarPolicy.ScrollBarAsNeeded
        self.setVerticalScrollBarPolicy(policy)


class Fold(QWidget):
    """A title that shows or hides its content; collapsed at first."""

    def __init__(self, title: str, content: QWidget) -> None:
        super().__init__()
        self._content, self._words = content, title
        self._title = QToolButton()
        self._title.setText(title)
        self._title.setAccessibleName(title)
        self._title.setCheckable(True)
        self._title.setAutoRaise(True)
        self._title.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._title.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._title.setProperty("kind", "fold")
        self._title.toggled.connect(self.set_open)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 6, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(self._title)
        layout.addWidget(content)
        self.set_open(False)

    @property
    def title_button(self) -> QToolButton:
        """The button that shows or hides the content."""
        return self._title

    def set_foldable(self, foldable: bool) -> None:
        """Sets whether there is a title that folds the content; without it, the content is always shown."""
        self._title.setVisible(foldable)
        self._content.setVisible(not foldable or self._title.isChecked())

    def set_open(self, is_open: bool) -> None:
        """Shows or hides the content."""
        self._title.setChecked(is_open)
        if self.isRightToLeft():
            # Qt draws the arrow at the left there, too.
            self._title.setText(f"{'▾' if is_open else '◂'} {self._words}")
        else:
            self._title.setArrowType(Qt.ArrowType.DownArrow if is_open else Qt.ArrowType.RightArrow)
        self._content.setVisible(is_open)


_EDGE_PX = 4
_COPIED_MS = 2000  # how long the button says that it has copied


class CopyLine(QLineEdit):
    """A read-only line with a button that copies it."""

    def __init__(self, what: str) -> None:
        """`what` names the content, for screen readers."""
        super().__init__()
        self._what = what
        self.setReadOnly(True)
        self.setProperty("mono", True)
        self.button: QPushButton = styled_button("", "link")
        self.button.setParent(self)
        self.button.setAutoDefault(False)
        self.button.clicked.connect(self._copy)
        self._reset = QTimer(self, singleShot=True)
        self._reset.setInterval(_COPIED_MS)
        self._reset.timeout.connect(self._show_copy)
        self._show_copy()

    def show_line(self, words: str) -> None:
        """Shows `words`, from their beginning."""
        if self.text() != words:
            self.setText(words)
            self.setCursorPosition(0)
            set_tip(self, words)
            self._show_copy()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_button()

    def _copy(self) -> None:
        copy_text(self, self.text())
        self.button.setText(self.tr("Copied"))
        self.button.setAccessibleName(self.tr("Copied"))
        self._place_button()
        self._reset.start()

    def _show_copy(self) -> None:
        self.button.setText(self.tr("Copy"))
        self.button.setAccessibleName(self.tr("Copy {what}").format(what=self._what))
        self._place_button()

    def _place_button(self) -> None:
        width = self.button.sizeHint().width()
        there = QRect(self.width() - _EDGE_PX - width, _EDGE_PX, width, self.height() - 2 * _EDGE_PX)
        self.button.setGeometry(mirrored(self, there))
        self.setTextMargins(margins(0, 0, width, 0))
