"""What the admin can do with an SMTP beside editing it: each intent becomes a call of a use case."""
# ruff: noqa: PLC0415 - a dialog is loaded when it is first opened

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QModelIndex, QObject, QPoint
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.delivery.activity import Activity
from smtp_desktop.domain.errors import NoSuchProfile, SmtpDesktopError
from smtp_desktop.domain.events import Event, ProfileDeleted, ProfileSaved, ResultRecorded, ServerLearned
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.profile import ProfileId, SmtpProfile, copy_name
from smtp_desktop.services.activities import Activities
from smtp_desktop.services.profiles import Deleted, Profiles
from smtp_desktop.ui.cards.menus import more_actions_menu, several_menu
from smtp_desktop.ui.cards.smtp_cards import SmtpCards
from smtp_desktop.ui.checks.checks import Checks
from smtp_desktop.ui.checks.trials import Trials
from smtp_desktop.ui.mailbox.reading import MailboxReading
from smtp_desktop.ui.runtime.lazy import Lazy
from smtp_desktop.ui.runtime.stopping import stop_on
from smtp_desktop.ui.runtime.tasks import Tasks
from smtp_desktop.ui.runtime.unlocking import Unlocking
from smtp_desktop.ui.smtps.editing import SmtpEditing
from smtp_desktop.ui.smtps.page import SmtpPage
from smtp_desktop.ui.widgets.message_dialog import MessageDialog
from smtp_desktop.ui.widgets.message_text import shown

if TYPE_CHECKING:
    from smtp_desktop.ui.smtps.duplicate_dialog import DuplicateDialog
    from smtp_desktop.ui.smtps.panel import SmtpPanel, TestRequest

T = TypeVar("T")


class SmtpActions(QObject):
    """Carries the intents of page and menu to the use cases and results back to the cards."""

    def __init__(
        self,
        *,
        window: QWidget,
        page: SmtpPage,
        panel: Lazy[SmtpPanel],
        editing: SmtpEditing,
        profiles: Profiles,
        trials: Trials,
        checks: Checks,
        mailboxes: MailboxReading,
        activities: Activities,
        tasks: Tasks,
        unlocking: Unlocking,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._page = page
        self._panel = panel
        self._profiles = profiles
        self._trials = trials
        self._checks = checks
        self._mailboxes = mailboxes
        self._activities = activities
        self._tasks = tasks
        self._unlocking = unlocking
        self._editing = editing
        self._connect()

    @property
    def _cards(self) -> SmtpCards:
        return self._page.cards

    def _connect(self) -> None:
        grid = self._page.grid
        grid.opened.connect(lambda index: self._open_index(index, focus=False))
        grid.edit_asked.connect(lambda index: self._open_index(index, focus=True))
        grid.menu_asked.connect(self._show_menu)
        self._panel.apply("actions", self._connect_panel)
        self._trials.edit_asked.connect(self._editing.edit)

    def _connect_panel(self, panel: SmtpPanel) -> None:
        panel.test_requested.connect(self._test_draft)
        panel.delete_requested.connect(self.delete)

    def on_event(self, event: Event) -> None:
        """The cards show what has happened."""
        match event:
            case ProfileSaved(profile=profile):
                self._cards.put(profile)
            case ProfileDeleted(profile_id=profile_id, new_default=new_default):
                self._cards.remove(profile_id, new_default)
            case ResultRecorded(result=result):
                self._cards.record(result)
            case ServerLearned(fact=fact):
                self._cards.learn(fact)
            case _:
                pass

    def duplicate_current(self) -> None:
        """The copy of the selected SMTP is asked about."""
        self._with_current(lambda profile: self.duplicate(profile.id))

    def delete_current(self) -> None:
        """Deleting the selected SMTP is asked about."""
        self._with_current(lambda profile: self.delete(profile.id))

    def test_current(self) -> None:
        """The open form, or else the selected SMTP, is tested."""
        if self._editing.is_open:
            self._panel().test()
        else:
            self._with_current(self._trials.test)

    def check_current(self) -> None:
        """The selected SMTP is checked in a dialog; several are checked at once, and their cards tell."""
        selected = self._page.selected()
        if len(selected) > 1:
            self._check_several(selected)
        else:
            self._with_current(self._trials.check)

    def check_all(self) -> None:
        """Every SMTP is checked at once; the cards tell."""
        self._check_several(self._cards.profiles)

    def _check_several(self, profiles: Sequence[SmtpProfile]) -> None:
        self._checks.check([profile.id for profile in profiles])

    def _with_current(self, act: Callable[[SmtpProfile], object]) -> None:
        # With several selected it would be one of them, and nobody could tell which.
        profile = self._page.current() if len(self._page.selected()) < 2 else None  # noqa: PLR2004 - one, or several
        if profile:
            act(profile)

    def _open_index(self, index: QModelIndex, *, focus: bool) -> None:
        profile = self._cards.profile_at(index)
        if profile:
            self._editing.edit(profile.id, focus=focus)

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
        from smtp_desktop.ui.smtps.duplicate_dialog import DuplicateDialog

        dialog = DuplicateDialog(self._window, name=profile.name, copy_name=name, needs_password=profile.needs_password)
        dialog.confirmed.connect(lambda secret: self._make_copy(dialog, profile, secret))
        dialog.open()

    def _make_copy(self, dialog: DuplicateDialog, profile: SmtpProfile, password: Secret | None) -> None:
        # The dialog stays until it is done: what was typed is not lost where the keyring fails.
        if not isValid(dialog):
            return  # closed while the master password was asked for
        cancel = Cancel()
        stop_on(dialog.rejected, cancel)

        def done(copy: SmtpProfile) -> None:
            dialog.accept()
            self._copied(profile, copy)

        def failed(error: SmtpDesktopError) -> None:
            if not self._unlocking.wants(error, lambda: self._make_copy(dialog, profile, password)):
                dialog.show_problem(shown(error.message))

        dialog.show_working()
        self._tasks.run(dialog, lambda: self._profiles.duplicate(profile.id, password, cancel), done, failed)

    def _copied(self, original: SmtpProfile, copy: SmtpProfile) -> None:
        dialog = MessageDialog(
            self._window,
            title=self.tr("Duplicated"),
            text=self.tr("{name} was copied to {copy}.").format(name=original.name, copy=copy.name),
        )
        dialog.finished.connect(lambda _: self._editing.edit(copy.id, focus=False))
        dialog.open()

    def delete(self, profile_id: ProfileId) -> None:
        """Deleting is asked about, and done when it is confirmed."""
        self._run(self._activities.all, lambda activities: self._ask_delete(profile_id, activities))

    def _ask_delete(self, profile_id: ProfileId, activities: Sequence[Activity]) -> None:
        profile = self._cards.profile(profile_id)
        if profile is None:
            return
        others = [other for other in self._cards.profiles if other.id != profile_id]
        used_by = [activity.name for activity in activities if profile_id in (activity.smtp_id, activity.backup_id)]
        from smtp_desktop.ui.smtps.delete_dialog import DeleteDialog

        dialog = DeleteDialog(self._window, profile=profile, others=others, used_by=used_by)
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
        selected = self._page.selected()
        if len(selected) > 1 and profile in selected:
            several = several_menu(self._window, len(selected))
            several.triggered.connect(lambda _: self._check_several(selected))
            several.popup(where)
            return
        menu = more_actions_menu(self._window, profile)
        acts: dict[str, Callable[[], object]] = {
            "editAction": lambda: self._editing.edit(profile.id),
            "duplicateAction": lambda: self.duplicate(profile.id),
            "testAction": lambda: self._trials.test(profile),
            "checkAction": lambda: self._trials.check(profile),
            "readMailboxAction": lambda: self._mailboxes.read(profile),
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
