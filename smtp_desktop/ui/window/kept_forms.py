"""The unsaved forms of the window: kept during typing, and offered by the next window."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from PySide6.QtCore import QObject, SignalInstance

from smtp_desktop.domain.kept_form import FormKind, KeptForm, KeptFormId
from smtp_desktop.services.ports import KeptForms
from smtp_desktop.ui.runtime.form_keeper import FormKeeper
from smtp_desktop.ui.runtime.tasks import Tasks
from smtp_desktop.ui.window.kept_forms_bar import KeptFormsBar


class FormSection(Protocol):
    """The section of a form, as far as its unsaved changes go."""

    @property
    def panel_wanted(self) -> SignalInstance: ...

    def unsaved(self) -> KeptForm | None:
        """Returns what the open form holds; None where nothing in it is unsaved."""
        ...

    def resume(self, form: KeptForm, resumed: Callable[[], None]) -> None:
        """Opens the form with what was typed and not saved, after asking about what is typed there now; then calls
        `resumed`."""
        ...


class UnsavedForms(QObject):
    """Keeps the forms of the window, and offers those that an earlier one kept in `bar`."""

    def __init__(
        self, *, owner: QObject, sections: Mapping[FormKind, FormSection], forms: KeptForms, tasks: Tasks
    ) -> None:
        super().__init__(owner)
        self._sections, self._forms, self._tasks = sections, forms, tasks
        self.bar = KeptFormsBar()
        self._offered: Mapping[KeptFormId, KeptForm] = {}
        self._keepers: dict[FormKind, FormKeeper] = {}
        for kind, section in sections.items():
            keeper = FormKeeper(owner=self, read=section.unsaved, forms=forms, tasks=tasks)
            section.panel_wanted.connect(keeper.watch)
            self._keepers[kind] = keeper
        self.bar.continue_asked.connect(self._go_on)
        self.bar.discard_asked.connect(self._discard)

    def offer(self) -> None:
        """Shows what an earlier window kept, if anything."""
        self._tasks.run(self, self._forms.all, self._show, lambda _: None)

    def keep_now(self) -> None:
        """Keeps every form as it is; for an end of the program that asks nothing."""
        for keeper in self._keepers.values():
            keeper.keep_now()

    def drop_now(self) -> None:
        """Forgets the forms of this window; the user has decided on them. What is still offered stays."""
        for keeper in self._keepers.values():
            keeper.drop_now()

    def _show(self, found: Mapping[KeptFormId, KeptForm]) -> None:
        self._offered = found
        for form_id, form in found.items():
            self.bar.add(form_id, form)

    def _go_on(self, form_id: str) -> None:
        kept_id = KeptFormId(form_id)
        form = self._offered[kept_id]

        def resumed() -> None:
            self._keepers[form.kind].adopt(kept_id, form)
            self.bar.remove(kept_id)

        self._sections[form.kind].resume(form, resumed)

    def _discard(self, form_id: str) -> None:
        kept_id = KeptFormId(form_id)
        self.bar.remove(kept_id)
        self._tasks.run(self, lambda: self._forms.drop(kept_id), lambda _: None, lambda _: None)
