"""The form of an SMTP in the Info panel: opened, kept up to date, and never left with unsaved changes unasked."""
# ruff: noqa: PLC0415 - a dialog is loaded when it is first opened

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from smtp_desktop.domain.checks.health import ServerFact
from smtp_desktop.domain.events import Event, ProfileDeleted, ProfileSaved, ServerLearned
from smtp_desktop.domain.kept_form import KeptForm
from smtp_desktop.domain.smtp.profile import ProfileId, SmtpProfile
from smtp_desktop.services.profiles import Profiles
from smtp_desktop.ui.cards.smtp_cards import SmtpCards
from smtp_desktop.ui.checks.tested_settings import FormContent
from smtp_desktop.ui.runtime.lazy import Lazy
from smtp_desktop.ui.runtime.tasks import Tasks
from smtp_desktop.ui.runtime.vault_unlocker import VaultUnlocker
from smtp_desktop.ui.smtps.page import SmtpPage
from smtp_desktop.ui.smtps.saver import Conflict, LateEnd, SmtpSaver
from smtp_desktop.ui.widgets.message_dialog import Answer, UnsavedDialog

if TYPE_CHECKING:
    from smtp_desktop.ui.smtps.panel import SmtpPanel


class SmtpEditor(QObject):
    """Opens and closes the form, and keeps it and the selected card together."""

    panel_wanted = Signal(bool)
    """The Info panel is to be visible, or not."""
    stored = Signal(object)
    """A form was stored. Carries a SavedForm."""

    def __init__(
        self,
        *,
        window: QWidget,
        page: SmtpPage,
        panel: Lazy[SmtpPanel],
        profiles: Profiles,
        tasks: Tasks,
        unlocker: VaultUnlocker,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._page = page
        self._later_panel = panel
        self._open = False
        self._after_save: Callable[[], None] | None = None
        self._saver = SmtpSaver(owner=self, panel=panel, profiles=profiles, tasks=tasks, unlocker=unlocker)
        self._saver.stored.connect(self.stored)
        self._saver.saved.connect(self._on_saved)
        self._saver.failed.connect(self._on_failed)
        self._saver.ended_late.connect(self._on_ended_late)
        self._saver.conflicted.connect(self._ask_about_conflict)
        self._saver.deleted.connect(self._detach)
        page.create_asked.connect(self.create)
        panel.apply("editor", lambda panel: panel.close_requested.connect(self.close_panel))

    @property
    def _panel(self) -> SmtpPanel:
        return self._later_panel()

    @property
    def is_open(self) -> bool:
        """Whether the panel shows the form."""
        return self._open

    @property
    def _cards(self) -> SmtpCards:
        return self._page.cards

    def shows(self, profile_id: ProfileId | None) -> bool:
        """Returns whether the form of that SMTP is open; None stands for one that is being created."""
        return self._open and self._panel.profile_id == profile_id

    @property
    def is_saving(self) -> bool:
        """Whether the form is being saved."""
        return self._saver.is_saving

    def on_event(self, event: Event) -> None:
        """Shows in the open form what has happened; what the user typed stays."""
        if not self._open:
            return
        match event:
            case ProfileSaved(profile=profile):
                self._show_stored(profile)
            case ProfileDeleted(profile_id=profile_id) if profile_id == self._panel.profile_id:
                self._hide_panel()
            case ProfileDeleted(new_default=new_default):
                stored = self._panel.stored
                if stored and stored.id == new_default:
                    self._show_stored(replace(stored, is_default=True))
            case ServerLearned(fact=fact):
                self.learn(fact)
            case _:
                pass

    def _show_stored(self, profile: SmtpProfile) -> None:
        stored = self._panel.stored
        if stored is None or self._saver.is_pending(stored.id):
            return  # the end of the save fills the form anew
        if profile.id == stored.id:
            self._panel.refresh_stored(profile)
        elif profile.is_default and stored.is_default:
            self._panel.refresh_stored(replace(stored, is_default=False))

    def on_reloaded(self) -> None:
        """Shows in the open form what another process stored, as the cards show it already; what the user typed
        stays."""
        open_id = self._panel.profile_id if self._open else None
        if open_id is None or self._saver.is_pending(open_id):
            return
        if self._cards.profile(open_id):
            self._refresh()
        elif self._panel.is_changed():
            self._panel.detach()
        else:
            self._hide_panel()

    def _refresh(self) -> None:
        open_id = self._panel.profile_id if self._open else None
        profile = self._cards.profile(open_id) if open_id else None
        if profile:
            self._panel.refresh_stored(profile)

    def learn(self, fact: ServerFact) -> None:
        """Shows in the open form how its server secures connections, if `fact` is about that one."""
        if self._open:
            self._panel.set_server_fact(fact)

    def create(self) -> None:
        """Opens an empty form, after asking about unsaved changes."""
        self.confirm_close(self.start_create)

    def edit(self, profile_id: ProfileId, *, focus: bool = True) -> None:
        """Opens the form on an SMTP, after asking about unsaved changes; with `focus`, the cursor is in it."""
        if self.shows(profile_id):
            if focus:
                self._panel.focus_first_field()
        else:
            self.confirm_close(lambda: self.start_edit(profile_id, focus=focus))

    def content_of(self, profile_id: ProfileId | None) -> FormContent | None:
        """Returns what the form of that SMTP, or of a new one, holds; None where it is not open. Raises FieldErrors."""
        return self._panel.content() if self.shows(profile_id) else None

    def save(self) -> None:
        """Saves the open form."""
        if self._open:
            self._panel.save()

    def close_panel(self) -> None:
        """Closes the panel, after asking about unsaved changes."""
        if self._open:
            self.confirm_close(self._hide_panel)

    def close_unless_changed(self) -> None:
        """Closes the panel if nothing in it is unsaved; asks nothing."""
        if self._open and not self._panel.is_changed():
            self._hide_panel()

    def confirm_close(self, then: Callable[[], None]) -> None:
        """Calls `then` once no unsaved change can be lost by it: at once, or after the user has saved or discarded it.
        Never calls it if the user cancels."""
        if not self._open or not self._panel.is_changed():
            then()
            return
        dialog = UnsavedDialog(self._window, name=self._panel.stored.name if self._panel.stored else "")
        dialog.answered.connect(lambda answer: self._on_answered(answer, then))
        dialog.open()

    def _on_answered(self, answer: Answer, then: Callable[[], None]) -> None:
        match answer:
            case Answer.DISCARD:
                self._after_save = None
                self._saver.stop()
                then()
            case Answer.SAVE:
                self._after_save = then
                self._panel.save()
                if not self._saver.is_saving:
                    self._stay()
            case Answer.CANCEL:
                self._page.select(self._panel.profile_id)

    def _stay(self) -> None:
        # What was to follow must not follow a later save; the card that was clicked is not the open one.
        self._after_save = None
        self._page.select(self._panel.profile_id)

    def _on_saved(self, saved_id: ProfileId) -> None:
        then, self._after_save = self._after_save, None
        self._fill_anew(saved_id)
        if then:
            then()
        else:
            self._page.select(saved_id)

    def _on_failed(self) -> None:
        if self._after_save:
            self._stay()
        self._refresh()

    def _detach(self) -> None:
        self._panel.detach()

    def _ask_about_conflict(self, conflict: Conflict) -> None:
        from smtp_desktop.ui.smtps.conflicts import ask_about_conflict

        ask_about_conflict(self._window, self._panel, conflict.request.edit, conflict.present)

    def _on_ended_late(self, end: LateEnd) -> None:
        if not self._open or self._saver.is_saving or self._panel.profile_id != end.request.profile_id:
            return
        if end.saved_id is None:
            self._refresh()
            return
        if self._panel.draft() == end.request.draft:
            self._fill_anew(end.saved_id)
            self._page.select(end.saved_id)
        else:
            self._refresh()
        self._panel.show_note(self.tr("It was saved anyway: it was too late to stop."))

    def _fill_anew(self, profile_id: ProfileId) -> None:
        profile = self._cards.profile(profile_id)
        if profile:  # else it was deleted as soon as it was saved
            self._panel.start_edit(profile, self._cards.fact_about(profile))

    def start_create(self) -> None:
        """Opens an empty form; what is in an open one is lost."""
        self._page.select(None)
        self._panel.start_create(is_default=not any(profile.is_default for profile in self._cards.profiles))
        self._show_panel()
        self._panel.focus_first_field()

    def start_edit(self, profile_id: ProfileId, *, focus: bool) -> None:
        """Opens the form on an SMTP, if it is there; what is in an open one is lost."""
        profile = self._cards.profile(profile_id)
        if profile is None:
            return
        self._panel.start_edit(profile, self._cards.fact_about(profile))
        self._show_panel()
        self._page.select(profile_id)
        if focus:
            self._panel.focus_first_field()

    def unsaved(self) -> KeptForm | None:
        """Returns what the open form holds besides secrets; None where nothing in it is unsaved."""
        return self._panel.unsaved() if self._open else None

    def resume(self, form: KeptForm, resumed: Callable[[], None]) -> None:
        """Opens the form with what was typed before the program ended, after asking about unsaved changes; then calls
        `resumed`."""
        self.confirm_close(lambda: self._resume(form, resumed))

    def _resume(self, form: KeptForm, resumed: Callable[[], None]) -> None:
        stored = self._cards.profile(ProfileId(form.stored_id)) if form.stored_id else None
        if stored:
            self.start_edit(stored.id, focus=True)
        else:
            self.start_create()
        self._panel.resume(form)
        resumed()

    def _show_panel(self) -> None:
        self._open = True
        self.panel_wanted.emit(True)

    def _hide_panel(self) -> None:
        self._open = False
        self.panel_wanted.emit(False)
        self._page.focus_view()
