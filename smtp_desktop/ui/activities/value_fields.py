"""The fields for the values of placeholders."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from smtp_desktop.ui.accessibility.announcement import describe
from smtp_desktop.ui.theme.styled import set_style_property
from smtp_desktop.ui.widgets.labels import Caption
from smtp_desktop.ui.widgets.message_text import set_tip

_GAP_PX = 8
_LABEL_CHARS = 18


class ValueFields(QWidget):
    """A labelled field for each name, with an error below. The object name of a field is `valueField_NAME`."""

    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._lines: dict[str, QLineEdit] = {}
        self._errors: dict[str, Caption] = {}
        self._names: tuple[str, ...] = ()
        self._remembered: dict[str, str] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(_GAP_PX)
        self._grid.setVerticalSpacing(_GAP_PX)
        self._grid.setColumnStretch(1, 1)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the fields, from top to bottom."""
        return self._names

    @property
    def values(self) -> dict[str, str]:
        """The values by name."""
        return {name: self._lines[name].text() for name in self._names}

    @property
    def stops(self) -> Sequence[QLineEdit]:
        """The editors for the tab order, from top to bottom."""
        return [self._lines[name] for name in self._names]

    def show_names(self, names: Sequence[str], first_value: Callable[[str], str] = lambda _: "") -> None:
        """Shows a field for each of `names`.

        What was typed stays, even for a name that disappears and comes back; a new name gets its `first_value`.
        """
        if tuple(names) == self._names:
            return
        self._remembered |= self.values
        focused = next((name for name, line in self._lines.items() if line.hasFocus()), "")
        for name in self._names:
            self._remove(name)
        self._names = tuple(names)
        for row, name in enumerate(self._names):
            self._add(row, name, self._remembered.get(name, first_value(name)))
        if focused in self._lines:
            self._lines[focused].setFocus()

    def forget(self) -> None:
        """Removes all fields, and forgets what was typed."""
        self.show_names(())
        self._remembered.clear()

    def show_errors(self, errors: Mapping[str, str]) -> None:
        """Shows the errors by name, each below its field, and moves the focus to the first one."""
        for name in self._names:
            self._show_error(name, errors.get(name, ""))
        first = next((name for name in self._names if name in errors), None)
        if first:
            self._lines[first].setFocus()

    def _add(self, row: int, name: str, value: str) -> None:
        line = QLineEdit(value)
        line.setObjectName(f"valueField_{name}")
        line.setAccessibleName(name)
        label, error = Caption("label", _short(name)), Caption("error", wraps=True)
        set_tip(label, name)
        label.setBuddy(line)
        error.setObjectName(f"valueError_{name}")
        error.hide()
        describe(line, required=True)
        self._lines[name], self._errors[name] = line, error
        self._grid.addWidget(label, 2 * row, 0)
        self._grid.addWidget(line, 2 * row, 1)
        self._grid.addWidget(error, 2 * row + 1, 1)
        line.textChanged.connect(lambda: self._on_edited(name))

    def _remove(self, name: str) -> None:
        for widget in (self._lines.pop(name), self._errors.pop(name)):
            self._drop(widget)
        item = self._grid.itemAtPosition(2 * self._names.index(name), 0)
        label = item.widget() if item else None
        if label:
            self._drop(label)

    def _drop(self, widget: QWidget) -> None:
        self._grid.removeWidget(widget)
        widget.hide()
        widget.setParent(None)
        widget.deleteLater()

    def _on_edited(self, name: str) -> None:
        self._show_error(name, "")
        self.edited.emit()

    def _show_error(self, name: str, message: str) -> None:
        line = self._lines[name]
        self._errors[name].show_text(message)
        describe(line, required=True, error=message)
        set_style_property(line, "invalid", bool(message))


def _short(name: str) -> str:
    # A long name must not take space from what is typed.
    return name if len(name) <= _LABEL_CHARS else f"{name[: _LABEL_CHARS - 1]}…"
