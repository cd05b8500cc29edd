"""A check box as a field of a form."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from smtp_desktop.ui.fields.caption import Caption
from smtp_desktop.ui.fields.labelled_field import FIELD_GAP_PX
from smtp_desktop.ui.fields.names import object_name

_INDENT_PX = 26


class BoxField(QWidget):
    """A check box with a hint or an error below, in line with its text."""

    edited = Signal()

    def __init__(self, name: str, label: str) -> None:
        """`name` is the field's in snake case."""
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
            part.setContentsMargins(_INDENT_PX, 0, 0, 0)
            part.hide()
            layout.addWidget(part)
        self._rows = layout
        self.box.toggled.connect(self._on_edited)

    def _on_edited(self) -> None:
        self.set_error("")
        self.edited.emit()

    def add_below(self, part: QWidget) -> None:
        """`part` stands below hint and error, in line with the text."""
        holder = QWidget()
        indented = QVBoxLayout(holder)
        indented.setContentsMargins(_INDENT_PX, 0, 0, 0)
        indented.addWidget(part)
        self._rows.addWidget(holder)

    @property
    def checked(self) -> bool:
        """Whether the box is ticked."""
        return self.box.isChecked()

    @property
    def error(self) -> str:
        """What is said to be wrong with it, or nothing."""
        return self._error.text()

    def set_hint(self, hint: str, *, warns: bool = False) -> None:
        """`hint` stands below the box unless an error does."""
        self._hint_text = hint
        self._hint.set_role("warning" if warns else "hint")
        self._show_below()

    def set_error(self, message: str) -> None:
        """`message` stands below the box; an empty one takes it back."""
        self._error.setText(message)
        self._show_below()

    def _show_below(self) -> None:
        message = self._error.text()
        self._error.setVisible(bool(message))
        self._hint.show_text("" if message else self._hint_text)
        self.box.setAccessibleDescription(message or self._hint_text)

    def set_locked(self, locked: bool) -> None:
        """The box can be read but not changed."""
        self.box.setEnabled(not locked)
