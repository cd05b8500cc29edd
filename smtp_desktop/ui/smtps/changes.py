"""The changes to stored SMTPs besides editing: duplicate, delete, set as default."""
# ruff: noqa: PLC0415 - a dialog is loaded when it is first opened

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.delivery.activity import Activity
from smtp_desktop.domain.errors import ChangedMeanwhile, NoSuchProfile, SmtpDesktopError
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.profile import ProfileId, SmtpProfile, copy_name
from smtp_desktop.services.activities import Activities
from smtp_desktop.services.profile_changes import Deleted
from smtp_desktop.services.profiles import Profiles
from smtp_desktop.ui.cards.smtp_cards import SmtpCards
from smtp_desktop.ui.runtime.tasks import Tasks, stop_on
from smtp_desktop.ui.runtime.vault_unlocker import VaultUnlocker
from smtp_desktop.ui.smtps.editor import SmtpEditor
from smtp_desktop.ui.smtps.page import SmtpPage
from smtp_desktop.ui.widgets.message_dialog import MessageDialog
from smtp_desktop.ui.widgets.message_text import shown

if TYPE_CHECKING:
    from smtp_desktop.ui.smtps.duplicate_dialog import DuplicateDialog

T = TypeVar("T")


class SmtpChanges(QObject):
    """Changes SMTPs on a worker, after it asked the user where something could be lost. What it changes comes back to
    the window as an event."""

    def __init__(
        self,
        *,
        window: QWidget,
        page: SmtpPage,
        editor: SmtpEditor,
        profiles: Profiles,
        activities: Activities,
        tasks: Tasks,
        unlocker: VaultUnlocker,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._page = page
        self._editor = editor
        self._profiles = profiles
        self._activities = activities
        self._tasks = tasks
        self._unlocker = unlocker

    @property
    def _cards(self) -> SmtpCards:
        return self._page.cards

    def set_default(self, profile_id: ProfileId) -> None:
        """Makes the SMTP the default."""
        self._run(lambda: self._profiles.set_default(profile_id), lambda _: None)

    def duplicate(self, profile_id: ProfileId) -> None:
        """Asks about a copy, and makes it once the user confirms."""
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
        # The dialog stays until the copy exists: what was typed is not lost where the keyring fails.
        if not isValid(dialog):
            return  # closed while the master password was asked for
        cancel = Cancel()
        stop_on(dialog.rejected, cancel)

        def done(copy_id: ProfileId) -> None:
            dialog.accept()
            self._show_copied(profile, copy_id)

        def failed(error: SmtpDesktopError) -> None:
            def given_up() -> None:
                if isValid(dialog):  # it may have been closed while the master password was asked for
                    dialog.activateWindow()
                    dialog.show_problem(shown(error.message))

            again = partial(self._make_copy, dialog, profile, password)
            if not self._unlocker.wants(error, again, given_up):
                dialog.show_problem(shown(error.message))

        dialog.show_working()
        self._tasks.run(dialog, lambda: self._profiles.duplicate(profile.id, password, cancel).id, done, failed)

    def _show_copied(self, original: SmtpProfile, copy_id: ProfileId) -> None:
        copy = self._cards.profile(copy_id)
        if copy is None:
            return  # deleted elsewhere as soon as it was made
        dialog = MessageDialog(
            self._window,
            title=self.tr("Duplicated"),
            text=self.tr("{name} was copied to {copy}.").format(name=original.name, copy=copy.name),
        )
        dialog.finished.connect(lambda _: self._editor.edit(copy_id, focus=False))
        dialog.open()

    def delete(self, profile_ids: Sequence[ProfileId]) -> None:
        """Asks whether to delete these SMTPs, and does so once the user confirms."""
        self._run(self._activities.all, lambda activities: self._ask_delete(frozenset(profile_ids), activities))

    def _ask_delete(self, profile_ids: frozenset[ProfileId], activities: Sequence[Activity]) -> None:
        profiles = [profile for profile in self._cards.profiles if profile.id in profile_ids]
        if not profiles:
            return
        others = [other for other in self._cards.profiles if other.id not in profile_ids]
        used_by = [one.name for one in activities if not profile_ids.isdisjoint((one.smtp_id, one.backup_id))]
        from smtp_desktop.ui.smtps.delete_dialog import DeleteDialog

        dialog = DeleteDialog(self._window, profiles=profiles, others=others, used_by=used_by)
        ids = [profile.id for profile in profiles]
        dialog.confirmed.connect(
            lambda new_default: self._run(
                lambda: self._profiles.delete_all(ids, new_default=new_default),
                lambda deleted: self._deleted(deleted, len(ids)),
            )
        )
        dialog.open()

    def _deleted(self, deleted: Deleted, count: int) -> None:
        if deleted.secrets_left:
            self._show_message(
                self.tr("Deleted, but its password is still in the keyring")
                if count == 1
                else self.tr("Deleted, but passwords are still in the keyring"),
                self.tr("{reason} The program tries again at its next start.").format(
                    reason=shown(deleted.secrets_left.message)
                ),
            )

    def _run(self, work: Callable[[], T], done: Callable[[T], None]) -> None:
        def failed(error: SmtpDesktopError) -> None:
            if not self._unlocker.wants(error, lambda: self._run(work, done)):
                self._show_message(self.tr("That didn't work"), shown(error.message))
            if isinstance(error, NoSuchProfile | ChangedMeanwhile):
                self._page.reload_asked.emit()

        self._tasks.run(self, work, done, failed)

    def _show_message(self, title: str, words: str) -> None:
        MessageDialog(self._window, title=title, text=words).open()
