"""The form in the Info panel: opened, saved, and never left with something typed in it unasked."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.checks.health import ServerFact
from smtp_desktop.domain.checks.suggestion import Suggestion
from smtp_desktop.domain.errors import Cancelled, FieldErrors, SmtpDesktopError
from smtp_desktop.domain.events import Event, ProfileDeleted, ProfileSaved, ServerLearned
from smtp_desktop.domain.smtp.profile import ProfileId, SmtpProfile
from smtp_desktop.services.profiles import Profiles
from smtp_desktop.ui.cards.smtp_cards import SmtpCards
from smtp_desktop.ui.checks.certificate_trust import TrustRequest
from smtp_desktop.ui.checks.settings_finding import ChosenSettings
from smtp_desktop.ui.runtime.lazy import Lazy
from smtp_desktop.ui.runtime.tasks import Tasks
from smtp_desktop.ui.runtime.unlocking import Unlocking
from smtp_desktop.ui.smtps.page import SmtpPage
from smtp_desktop.ui.widgets.message_dialog import Answer, MessageDialog, UnsavedDialog
from smtp_desktop.ui.widgets.message_text import shown

if TYPE_CHECKING:
    from smtp_desktop.ui.smtps.panel import SaveRequest, SmtpPanel

_SLOW_KEYRING_MS = 3000


class SmtpEditing(QObject):
    """Carries the panel's intents to `Profiles` and results back into panel and page."""

    panel_wanted = Signal(bool)
    """The Info panel should be visible, or not."""

    def __init__(
        self,
        *,
        window: QWidget,
        page: SmtpPage,
        panel: Lazy[SmtpPanel],
        profiles: Profiles,
        tasks: Tasks,
        unlocking: Unlocking,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._page = page
        self._later_panel = panel
        self._profiles = profiles
        self._tasks = tasks
        self._unlocking = unlocking
        self._open = False
        self._cancel: Cancel | None = None
        self._after_save: Callable[[], None] | None = None
        page.create_asked.connect(self.create)
        panel.apply("editing", self._connect_panel)

    def _connect_panel(self, panel: SmtpPanel) -> None:
        panel.save_requested.connect(self._save)
        panel.close_requested.connect(self.close_panel)
        panel.stop_waiting_requested.connect(self._stop_waiting)

    @property
    def _panel(self) -> SmtpPanel:
        return self._later_panel()

    @property
    def is_open(self) -> bool:
        """Whether a form is open in the panel."""
        return self._open

    @property
    def _cards(self) -> SmtpCards:
        return self._page.cards

    def on_event(self, event: Event) -> None:
        """The panel shows what has happened. The cards must have heard of it before."""
        match event:
            case ProfileSaved(profile=profile):
                self._refresh_panel(profile.id if profile.is_default else None)
            case ProfileDeleted(profile_id=profile_id, new_default=new_default):
                if self._open and self._panel.profile_id == profile_id:
                    self._hide_panel()
                self._refresh_panel(new_default)
            case ServerLearned(fact=fact):
                self.learn(fact)
            case _:
                pass

    def hear_reloaded(self) -> None:
        """The form shows what another process stored; what was typed stays. The cards must have been loaded."""
        open_id = self._panel.profile_id if self._open else None
        if open_id is None or self._cancel is not None:
            return
        if self._cards.profile(open_id):
            self._refresh_panel(open_id)
        elif self._panel.is_changed():
            self._panel.show_note(self.tr("This SMTP was deleted elsewhere. What you typed is still here."))
        else:
            self._hide_panel()

    def learn(self, fact: ServerFact) -> None:
        """The open form can tell how this server secures connections."""
        if self._open:
            self._panel.set_server_fact(fact)

    def create(self) -> None:
        """The panel is open and empty, after unsaved changes were asked about."""
        self.confirm_close(self._start_create)

    def save(self) -> None:
        """The open form is saved."""
        if self._open:
            self._panel.save()

    def close_panel(self) -> None:
        """The panel is closed, after unsaved changes were asked about."""
        if self._open:
            self.confirm_close(self._hide_panel)

    def confirm_close(self, then: Callable[[], None]) -> None:
        """`then` is called once nothing typed can be lost by it; never, if the admin cancels."""
        if not self._open or not self._panel.is_changed():
            then()
            return
        profile = self._cards.profile(self._panel.profile_id) if self._panel.profile_id else None
        dialog = UnsavedDialog(self._window, name=profile.name if profile else "")
        dialog.answered.connect(lambda answer: self._answered(answer, then))
        dialog.open()

    def _answered(self, answer: Answer, then: Callable[[], None]) -> None:
        match answer:
            case Answer.DISCARD:
                self._stop_saving()
                then()
            case Answer.SAVE:
                self._after_save = then
                self._panel.save()
                if self._cancel is None:
                    self._stay()
            case Answer.CANCEL:
                self._page.select(self._panel.profile_id)

    def _stay(self) -> None:
        # What was to follow must not follow a later save; the card that was clicked is not the open one.
        self._after_save = None
        self._page.select(self._panel.profile_id)

    def _start_create(self) -> None:
        self._page.select(None)
        self._panel.start_create(is_default=not any(profile.is_default for profile in self._cards.profiles))
        self._show_panel()
        self._panel.focus_first_field()

    def edit(self, profile_id: ProfileId, *, focus: bool = True) -> None:
        """The panel is open on the SMTP, after unsaved changes were asked about."""
        if self._open and self._panel.profile_id == profile_id:
            if focus:
                self._panel.focus_first_field()
            return
        self.confirm_close(lambda: self._start_edit(profile_id, focus=focus))

    def trust(self, request: TrustRequest) -> None:
        """The form of that SMTP trusts what was asked for, unsaved; it is opened first where it is not."""
        if self._open and self._panel.profile_id == request.profile_id:
            self._trust_in_form(request)
        elif request.profile_id:
            self.confirm_close(lambda: self._open_and_trust(request))
        else:
            self._refuse_trust()

    def _open_and_trust(self, request: TrustRequest) -> None:
        if request.profile_id:
            self._start_edit(request.profile_id, focus=False)
            self._trust_in_form(request)

    def _trust_in_form(self, request: TrustRequest) -> None:
        if self._open and self._cancel is None and self._panel.is_on_host(request.host_name):
            self._panel.trust(request.trusted)
        else:
            self._refuse_trust()

    def _refuse_trust(self) -> None:
        words = self.tr("The form is being saved, or is about another server by now. Test it again as it is then.")
        MessageDialog(self._window, title=self.tr("Nothing was trusted"), text=words).open()

    def _start_edit(self, profile_id: ProfileId, *, focus: bool) -> None:
        profile = self._cards.profile(profile_id)
        if profile is None:
            return
        self._panel.start_edit(profile, self._cards.fact_about(profile))
        self._show_panel()
        self._page.select(profile_id)
        if focus:
            self._panel.focus_first_field()

    def take_over(self, chosen: ChosenSettings) -> None:
        """The form is open on the SMTP that was tried and holds the chosen settings, unsaved."""
        self._window.activateWindow()
        tried, suggestion = chosen.tried, chosen.suggestion
        if self._open and self._panel.profile_id == tried.profile_id:
            self._panel.propose(suggestion)
        elif tried.profile_id is None:
            self.confirm_close(lambda: self._create_from(chosen))
        else:
            profile_id = tried.profile_id
            self.confirm_close(lambda: self._edit_with(profile_id, suggestion))

    def _create_from(self, chosen: ChosenSettings) -> None:
        # The form that was tested is not open any more.
        self._start_create()
        self._panel.propose(chosen.suggestion, onto=chosen.tried.draft)

    def _edit_with(self, profile_id: ProfileId, suggestion: Suggestion) -> None:
        if self._cards.profile(profile_id):
            self._start_edit(profile_id, focus=False)
            self._panel.propose(suggestion)

    def _show_panel(self) -> None:
        self._open = True
        self.panel_wanted.emit(True)

    def _hide_panel(self) -> None:
        self._open = False
        self.panel_wanted.emit(False)
        self._page.grid.setFocus()

    def _refresh_panel(self, changed: ProfileId | None) -> None:
        # Another SMTP became the default: the form that is open may have to untick its box.
        open_id = self._panel.profile_id if self._open else None
        if changed is None or open_id is None:
            return
        profile = self._cards.profile(open_id)
        if profile and self._cancel is None:
            self._panel.refresh_stored(profile)

    def _save(self, request: SaveRequest) -> None:
        cancel = self._cancel = Cancel()
        self._panel.set_busy(self.tr("Saving…"))
        QTimer.singleShot(_SLOW_KEYRING_MS, self, lambda: self._tell_slow(cancel))
        if request.profile_id is None:
            work = lambda: self._profiles.create(request.draft, cancel)  # noqa: E731 - one of two bodies
        else:
            profile_id = request.profile_id
            work = lambda: self._profiles.save(profile_id, request.draft, cancel)  # noqa: E731 - as above
        self._tasks.run(
            self._panel,
            work,
            lambda profile: self._saved(profile, request, cancel),
            lambda error: self._save_failed(error, request, cancel),
        )

    def _tell_slow(self, cancel: Cancel) -> None:
        if self._cancel is cancel:
            self._panel.set_busy(
                self.tr("Waiting for the keyring. If it asks to be unlocked, enter its password; or stop waiting.")
            )

    def _saved(self, profile: SmtpProfile, request: SaveRequest, cancel: Cancel) -> None:
        if self._cancel is not cancel and cancel.requested:
            self._saved_all_the_same(profile, request)
            return
        self._cancel = None
        self._panel.set_idle()
        then, self._after_save = self._after_save, None
        self._panel.start_edit(profile, self._cards.fact_about(profile))
        if then:
            then()
        else:
            self._page.select(profile.id)

    def _saved_all_the_same(self, profile: SmtpProfile, request: SaveRequest) -> None:
        # The wish to stop came after the row was written, as while the keyring erased the old secret.
        if self._open and self._cancel is None and self._panel.profile_id == request.profile_id:
            if self._panel.draft() == request.draft:
                self._panel.start_edit(profile, self._cards.fact_about(profile))
                self._page.select(profile.id)
            else:
                self._panel.refresh_stored(profile)
            self._panel.show_note(self.tr("It was saved all the same: stopping came too late."))

    def _save_failed(self, error: SmtpDesktopError, request: SaveRequest, cancel: Cancel) -> None:
        if self._cancel is not cancel:
            return
        self._cancel = None
        self._panel.set_idle()
        if self._unlocking.wants(error, lambda: self._save(request)):
            return
        if self._after_save:
            self._stay()
        if isinstance(error, FieldErrors):
            self._panel.show_errors(error.errors)
        elif not isinstance(error, Cancelled):
            self._panel.show_note(shown(error.message))

    def _stop_waiting(self) -> None:
        if self._stop_saving():
            self._panel.set_idle()
            self._panel.show_note(
                self.tr("Stopped waiting for the keyring. Nothing was saved; what you typed is still here.")
            )

    def _stop_saving(self) -> bool:
        if self._cancel is None:
            return False
        # The use case looks at this between writing the secret and the row: nothing of it will be saved.
        self._cancel.request()
        self._cancel = None
        self._after_save = None
        return True
