"""A field of a form: an editor under its label."""

from typing import Protocol

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from smtp_desktop.ui.accessibility.announcement import describe, name_star
from smtp_desktop.ui.layout.wrap_layout import WrapLayout
from smtp_desktop.ui.theme.styled import set_style_property
from smtp_desktop.ui.widgets.labels import Caption, LinkButton
from smtp_desktop.ui.widgets.secret_field import SecretEdit
from smtp_desktop.ui.widgets.segments import Segments

Editor = QLineEdit | QPlainTextEdit | QComboBox | Segments


def object_name(field: str, suffix: str) -> str:
    """Returns the object name of a part of a field: `hostNameError` for `host_name` and `Error`."""
    first, *rest = field.split("_")
    return first + "".join(word.capitalize() for word in rest) + suffix


LABEL_GAP_PX = 4
FIELD_GAP_PX = 12


class Field(Protocol):
    """The interface of a field for its form."""

    @property
    def name(self) -> str: ...

    @property
    def editor(self) -> QWidget: ...

    @property
    def error(self) -> str: ...

    def set_error(self, message: str) -> None: ...

    def set_locked(self, locked: bool) -> None: ...


class LabelledField(QWidget):
    """An editor under its label, with a star if required, a counter or note at the right, and a hint or error below.

    An error replaces the hint and disappears when the content of the editor changes.
    """

    edited = Signal()
    editing_finished = Signal()
    """The focus left a line, or Enter was pressed in it."""

    def __init__(
        self,
        name: str,
        label: str,
        editor: Editor,
        *,
        required: bool = False,
        limit: int | None = None,
    ) -> None:
        """`name` is in snake case; `limit` is in code points."""
        super().__init__()
        self.name = name
        self.editor: QWidget = editor
        self.link: LinkButton | None = None
        self._limit = limit
        self._hint_text, self._required = "", required
        self._label = Caption("label", label)
        self._star = name_star(Caption("required", "*"))
        self._aside = Caption("counter")
        self._hint = Caption("hint", wraps=True)
        self._error = Caption("error", wraps=True)
        self._name_parts(label)
        self._lay_out()
        self.set_required(required)
        for part in (self._aside, self._hint, self._error):
            part.hide()
        self._connect(editor)
        self._count()

    def _name_parts(self, label: str) -> None:
        self.editor.setObjectName(object_name(self.name, "Field"))
        self._error.setObjectName(object_name(self.name, "Error"))
        self._hint.setObjectName(object_name(self.name, "Hint"))
        self._label.setObjectName(object_name(self.name, "Label"))
        self._aside.setObjectName(object_name(self.name, "Counter" if self._limit else "Note"))
        self.editor.setAccessibleName(label)
        self._label.setBuddy(self.editor)

    def _lay_out(self) -> None:
        head = WrapLayout()
        head.setSpacing(2)
        head.addWidget(self._label)
        head.addWidget(self._star)
        head.addStretch(1)
        head.addWidget(self._aside)
        self._rows = layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, FIELD_GAP_PX)
        layout.setSpacing(LABEL_GAP_PX)
        layout.addLayout(head)
        layout.addWidget(self.editor)
        layout.addWidget(self._hint)
        layout.addWidget(self._error)
        layout.addStretch(1)  # keeps it at the top beside a higher field

    def _connect(self, editor: Editor) -> None:
        if isinstance(editor, QComboBox):
            editor.currentIndexChanged.connect(self._on_edited)
        elif isinstance(editor, Segments):
            editor.chosen.connect(self._on_edited)
        else:
            editor.textChanged.connect(self._on_edited)
        if isinstance(editor, QLineEdit):
            editor.editingFinished.connect(self.editing_finished)

    def _on_edited(self) -> None:
        self._count()
        self.set_error("")
        self.edited.emit()

    def _count(self) -> None:
        if self._limit is None:
            return
        used = self._used()
        self._aside.show_text(self.tr("{used} / {limit}").format(used=used, limit=self._limit))
        set_style_property(self._aside, "invalid", used > self._limit)

    def _used(self) -> int:
        # Limits are in code points, as Python counts; Qt counts UTF-16 units.
        if isinstance(self.editor, QPlainTextEdit):
            return len(self.editor.toPlainText())
        return len(self.editor.text().strip()) if isinstance(self.editor, QLineEdit) else 0

    @property
    def error(self) -> str:
        """The error that is shown; empty if there is none."""
        return self._error.text()

    def set_required(self, required: bool) -> None:
        """Shows or hides the star beside the label."""
        self._required = required
        self._star.setVisible(required)
        self._show_below()

    def hide_label(self) -> None:
        """Hides the label, where something else names the field. The accessible name stays."""
        self._label.hide()
        self._star.hide()

    def set_note(self, note: str) -> None:
        """Shows `note` at the right of the label, for fields without a limit."""
        self._aside.show_text(note)

    def set_hint(self, hint: str, *, warns: bool = False) -> None:
        """Shows `hint` below the editor while there is no error."""
        self._hint_text = hint
        self._hint.set_role("warning" if warns else "hint")
        self._show_below()

    def set_error(self, message: str) -> None:
        """Shows `message` below the editor and marks it invalid; an empty message undoes both."""
        self._error.setText(message)
        set_style_property(self.editor, "invalid", bool(message))
        self._show_below()

    def add_link(self, text: str) -> LinkButton:
        """Adds a link below hint and error, and returns it. A field has at most one."""
        self.link = LinkButton(text)
        self.link.setObjectName(object_name(self.name, "Link"))
        self._rows.insertWidget(self._rows.count() - 1, self.link)
        return self.link

    def _show_below(self) -> None:
        message = self._error.text()
        self._error.setVisible(bool(message))
        self._hint.show_text("" if message else self._hint_text)
        describe(self.editor, required=self._required, error=message, hint=self._hint_text)

    def set_locked(self, locked: bool) -> None:
        """Sets whether the content is read-only. It can always be copied."""
        if isinstance(self.editor, SecretEdit):
            self.editor.set_locked(locked)
        elif isinstance(self.editor, QLineEdit | QPlainTextEdit):
            self.editor.setReadOnly(locked)
        else:
            self.editor.setEnabled(not locked)
