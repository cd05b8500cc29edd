"""What the admin can do with SMTPs: each intent of page, panel and menu becomes a call of a use case."""

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QModelIndex, QObject, QPoint, QTimer, Signal
from PySide6.QtWidgets import QWidget

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.errors import Cancelled, FieldErrors, NoSuchProfile, SmtpDesktopError
from smtp_desktop.domain.events import Event, ProfileDeleted, ProfileSaved, ResultRecorded, ServerLearned
from smtp_desktop.domain.health import ServerFact
from smtp_desktop.domain.profile import GenericServer, ProfileId, SmtpProfile, copy_name
from smtp_desktop.domain.secret import Secret
from smtp_desktop.services.profiles import Deleted, Profiles
from smtp_desktop.ui.dialogs.delete import DeleteDialog
from smtp_desktop.ui.dialogs.duplicate import DuplicateDialog
from smtp_desktop.ui.dialogs.message import Answer, MessageDialog, UnsavedDialog
from smtp_desktop.ui.menus import more_actions_menu
from smtp_desktop.ui.models.smtp_cards import SmtpCards
from smtp_desktop.ui.pages.smtp_page import SmtpPage
from smtp_desktop.ui.panels.smtp_panel import SaveRequest, SmtpPanel, TestRequest
from smtp_desktop.ui.tasks import Tasks
from smtp_desktop.ui.text import shown
from smtp_desktop.ui.trials import Trials
from smtp_desktop.ui.unlocking import Unlocking

T = TypeVar("T")
_SLOW_KEYRING_MS = 3000


class SmtpActions(QObject):
    """Carries intents to `Profiles` and results back into page and panel."""

    panel_wanted = Signal(bool)
    """The Info panel should be visible, or not."""

    def __init__(
        self,
        *,
        window: QWidget,
        page: SmtpPage,
        panel: SmtpPanel,
        profiles: Profiles,
        trials: Trials,
        tasks: Tasks,
        unlocking: Unlocking,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._page = page
        self._panel = panel
        self._profiles = profiles
        self._trials = trials
        self._tasks = tasks
        self._unlocking = unlocking
        self._facts: dict[tuple[str, int], ServerFact] = {}
        self._open = False
        self._cancel: Cancel | None = None
        self._after_save: Callable[[], None] | None = None
        self._connect()

    @property
    def is_open(self) -> bool:
        """Whether a form is open in the panel."""
        return self._open

    @property
    def _cards(self) -> SmtpCards:
        return self._page.cards

    def _connect(self) -> None:
        page, panel, grid = self._page, self._panel, self._page.grid
        page.create_asked.connect(self.create)
        grid.opened.connect(lambda index: self._open_index(index, focus=False))
        grid.edit_asked.connect(lambda index: self._open_index(index, focus=True))
        grid.menu_asked.connect(self._show_menu)
        panel.save_requested.connect(self._save)
        panel.test_requested.connect(self._test_draft)
        panel.delete_requested.connect(self.delete)
        panel.close_requested.connect(self.close_panel)
        panel.stop_waiting_requested.connect(self._stop_waiting)
        self._trials.edit_asked.connect(self._edit_id)

    def hear(self, event: Event) -> None:
        """Page and panel show what has happened."""
        match event:
            case ProfileSaved(profile=profile):
                self._cards.put(profile)
                self._refresh_panel(profile.id if profile.is_default else None)
            case ProfileDeleted(profile_id=profile_id, new_default=new_default):
                self._cards.remove(profile_id, new_default)
                if self._open and self._panel.profile_id == profile_id:
                    self._hide_panel()
                self._refresh_panel(new_default)
            case ResultRecorded(result=result):
                self._cards.record(result)
            case ServerLearned(fact=fact):
                self.learn(fact)
            case _:
                pass

    def learn(self, fact: ServerFact) -> None:
        """The panel can tell how this server secures connections."""
        self._facts[(fact.host, fact.port)] = fact
        self._panel.set_server_fact(fact)

    def create(self) -> None:
        """The panel is open and empty, after unsaved changes were asked about."""
        self.leave(self._start_create)

    def edit_current(self) -> None:
        """The panel is open on the selected SMTP with the cursor in its first field."""
        self._with_current(lambda profile: self._edit_id(profile.id))

    def duplicate_current(self) -> None:
        """The copy of the selected SMTP is asked about."""
        self._with_current(lambda profile: self.duplicate(profile.id))

    def delete_current(self) -> None:
        """Deleting the selected SMTP is asked about."""
        self._with_current(lambda profile: self.delete(profile.id))

    def test_current(self) -> None:
        """The open form, or else the selected SMTP, is tested."""
        if self._open:
            self._panel.test()
        else:
            self._with_current(self._trials.test)

    def check_current(self) -> None:
        """The selected SMTP is checked."""
        self._with_current(self._trials.check)

    def check_all(self) -> None:
        """Every SMTP is checked at once; the cards tell."""
        self._trials.check_all(self._cards)

    def save(self) -> None:
        """The open form is saved."""
        if self._open:
            self._panel.save()

    def close_panel(self) -> None:
        """The panel is closed, after unsaved changes were asked about."""
        if self._open:
            self.leave(self._hide_panel)

    def leave(self, then: Callable[[], None]) -> None:
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

    def _with_current(self, act: Callable[[SmtpProfile], object]) -> None:
        profile = self._page.current()
        if profile:
            act(profile)

    def _start_create(self) -> None:
        self._page.select(None)
        self._panel.start_create(is_default=not any(profile.is_default for profile in self._cards.profiles))
        self._show_panel()
        self._panel.focus_first_field()

    def _open_index(self, index: QModelIndex, *, focus: bool) -> None:
        profile = self._cards.profile_at(index)
        if profile:
            self._edit_id(profile.id, focus=focus)

    def _edit_id(self, profile_id: ProfileId, *, focus: bool = True) -> None:
        if self._open and self._panel.profile_id == profile_id:
            if focus:
                self._panel.focus_first_field()
            return
        self.leave(lambda: self._start_edit(profile_id, focus=focus))

    def _start_edit(self, profile_id: ProfileId, *, focus: bool) -> None:
        profile = self._cards.profile(profile_id)
        if profile is None:
            return
        self._panel.start_edit(profile, self._fact_for(profile))
        self._show_panel()
        self._page.select(profile_id)
        if focus:
            self._panel.focus_first_field()

    def _fact_for(self, profile: SmtpProfile) -> ServerFact | None:
        server = profile.server
        return (
            self._facts.get((server.host_name.lower(), server.smtp_port)) if isinstance(server, GenericServer) else None
        )

    def _show_panel(self) -> None:
        self._open = True
        self.panel_wanted.emit(True)

    def _hide_panel(self) -> None:
        self._open = False
        self.panel_wanted.emit(False)
        self._page.grid.setFocus()

    def _refresh_panel(self, changed: ProfileId | None) -> None:
        # Another SMTP became the default: the form that is open may have to untick its box.
        open_id = self._panel.profile_id
        if changed is None or not self._open or open_id is None:
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
        self._panel.start_edit(profile, self._fact_for(profile))
        if then:
            then()
        else:
            self._page.select(profile.id)

    def _saved_all_the_same(self, profile: SmtpProfile, request: SaveRequest) -> None:
        # The wish to stop came after the row was written, as while the keyring erased the old secret.
        if self._open and self._cancel is None and self._panel.profile_id == request.profile_id:
            if self._panel.draft() == request.draft:
                self._panel.start_edit(profile, self._fact_for(profile))
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

    def _test_draft(self, request: TestRequest) -> None:
        stored = self._cards.profile(request.profile_id) if request.profile_id else None
        self._trials.test_draft(request.draft, stored, changed=request.changed)

    def set_default(self, profile_id: ProfileId) -> None:
        """The SMTP is the default soon."""
        self._run(lambda: self._profiles.set_default(profile_id), lambda _: None)

    def duplicate(self, profile_id: ProfileId) -> None:
        """A copy is asked about, and made when it is confirmed."""
        profile = self._cards.profile(profile_id)
        if profile is None:
            return
        taken = frozenset(other.name for other in self._cards.profiles)
        name = copy_name(profile.name, taken)
        dialog = DuplicateDialog(self._window, name=profile.name, copy_name=name, needs_password=profile.needs_password)
        dialog.confirmed.connect(lambda secret: self._make_copy(profile, secret))
        dialog.open()

    def _make_copy(self, profile: SmtpProfile, password: Secret | None) -> None:
        self._run(lambda: self._profiles.duplicate(profile.id, password), lambda copy: self._copied(profile, copy))

    def _copied(self, original: SmtpProfile, copy: SmtpProfile) -> None:
        dialog = MessageDialog(
            self._window,
            title=self.tr("Duplicated"),
            text=self.tr("{name} was copied to {copy}.").format(name=original.name, copy=copy.name),
        )
        dialog.finished.connect(lambda _: self._edit_id(copy.id, focus=False))
        dialog.open()

    def delete(self, profile_id: ProfileId) -> None:
        """Deleting is asked about, and done when it is confirmed."""
        profile = self._cards.profile(profile_id)
        if profile is None:
            return
        others = [other for other in self._cards.profiles if other.id != profile_id]
        dialog = DeleteDialog(self._window, profile=profile, others=others)
        dialog.confirmed.connect(
            lambda new_default: self._run(
                lambda: self._profiles.delete(profile_id, new_default=new_default), self._deleted
            )
        )
        dialog.open()

    def _deleted(self, deleted: Deleted) -> None:
        if deleted.secrets_left:
            self._say(
                self.tr("Deleted, but its password is still in the keyring"),
                self.tr("{reason} It is tried again when the program starts next.").format(
                    reason=shown(deleted.secrets_left.message)
                ),
            )

    def _show_menu(self, index: QModelIndex, where: QPoint) -> None:
        profile = self._cards.profile_at(index)
        if profile is None:
            return
        menu = more_actions_menu(self._window, profile)
        acts: dict[str, Callable[[], object]] = {
            "editAction": lambda: self._edit_id(profile.id),
            "duplicateAction": lambda: self.duplicate(profile.id),
            "testAction": lambda: self._trials.test(profile),
            "checkAction": lambda: self._trials.check(profile),
            "setDefaultAction": lambda: self.set_default(profile.id),
            "deleteAction": lambda: self.delete(profile.id),
        }
        menu.triggered.connect(lambda action: acts[action.objectName()]())
        menu.popup(where)

    def _run(self, work: Callable[[], T], done: Callable[[T], None]) -> None:
        def failed(error: SmtpDesktopError) -> None:
            if not self._unlocking.wants(error, lambda: self._run(work, done)):
                self._say(self.tr("That did not work"), shown(error.message))
            if isinstance(error, NoSuchProfile):
                self._page.reload_asked.emit()

        self._tasks.run(self, work, done, failed)

    def _say(self, title: str, words: str) -> None:
        MessageDialog(self._window, title=title, text=words).open()
