"""The base of Info panels with a form: its fields in the body, its buttons in the footer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Generic, Protocol, TypeVar

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QPushButton, QWidget

from smtp_desktop.domain.errors import FieldError
from smtp_desktop.domain.kept_form import KeptForm
from smtp_desktop.ui.accessibility.announcement import announce
from smtp_desktop.ui.theme.styled import styled_button
from smtp_desktop.ui.widgets.field import Field
from smtp_desktop.ui.widgets.message_text import shown
from smtp_desktop.ui.widgets.panel_frame import PanelFrame


class Form(Protocol):
    """The interface of a form for its panel."""

    @property
    def first_stop(self) -> QWidget: ...

    @property
    def last_stop(self) -> QWidget: ...

    def field(self, name: str) -> Field | None: ...

    def errors(self) -> dict[str, str]: ...

    def set_error(self, name: str, message: str) -> None: ...

    def clear_errors(self) -> None: ...


_Form = TypeVar("_Form", bound=Form)


@dataclass(frozen=True, slots=True, kw_only=True)
class FormTimes:
    """When the form was opened, and when the window last noticed a change of what it edits; None for never since."""

    opened_at: datetime
    changed_at: datetime | None = None


class FormPanel(PanelFrame, Generic[_Form]):
    """A form with buttons below it. A subclass adds the form by `_set_content`."""

    def __init__(self, form: _Form) -> None:
        super().__init__()
        self._form = form
        self._version = 0
        self.times = FormTimes(opened_at=datetime.now(UTC))

    def note_version(self, version: int) -> None:
        """Notes the version of what is stored by now: another one was made elsewhere."""
        if version != self._version:
            self._version = version
            self.times = replace(self.times, changed_at=datetime.now(UTC))

    def _note_opened(self, version: int) -> None:
        self._version = version
        self.times = FormTimes(opened_at=datetime.now(UTC))

    def focus_first_field(self) -> None:
        """Moves the focus to the first field."""
        self._form.first_stop.setFocus(Qt.FocusReason.OtherFocusReason)
        self._bring_into_view(self._form.first_stop)

    def show_errors(self, errors: tuple[FieldError, ...]) -> None:
        """Shows each error beside its field, or as the note if it has none, and moves the focus to the first one."""
        self._form.clear_errors()
        without_field = [shown(error.message) for error in errors if self._form.field(error.field) is None]
        self.show_note(" ".join(without_field))
        for error in errors:
            if self._form.field(error.field):
                self._form.set_error(error.field, shown(error.message))
        first = next(iter(self._form.errors()), None)
        field = self._form.field(first) if first else None
        if first and field:
            self._reveal(first)
            field.editor.setFocus(Qt.FocusReason.OtherFocusReason)
            self._bring_into_view(field.editor.parentWidget() or field.editor)
            count = len(self._form.errors())
            if count > 1:
                announce(self, self.tr("{n} fields need to be corrected.").format(n=count), urgent=True)

    def _reveal(self, name: str) -> None:
        """Makes that field visible. For forms that have fields on tabs."""

    def _make_button(self, name: str, kind: str) -> QPushButton:
        button = styled_button("", kind)
        button.setObjectName(name)
        return button

    def _lay_out_footer(self, *, left: Sequence[QPushButton], right: Sequence[QPushButton]) -> None:
        for button in left:
            self._footer.addWidget(button)
        self._footer.addStretch(1)
        for button in right:
            self._footer.addWidget(button)
        self.setTabOrder(self._close, self._form.first_stop)
        for before, after in pairwise((self._form.last_stop, *left, *right)):
            self.setTabOrder(before, after)


def resumed_words(form: KeptForm, *, gone: bool) -> str:
    """Returns the note above a form that shows again what was typed before the program ended; `gone` is whether what it
    was about was deleted since."""

    def tr(words: str) -> str:
        return QCoreApplication.translate("FormPanel", words)

    words = [tr("Your unsaved entries have been restored. They are not saved yet.")]
    if gone:
        words.append(tr("The original has since been deleted; saving creates a new one."))
    if form.typed_secret:
        words.append(tr("Passwords and secrets are never kept: enter them again."))
    return " ".join(words)
