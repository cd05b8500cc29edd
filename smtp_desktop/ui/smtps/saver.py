"""The saver of an SMTP's form, which works on a worker, since the keyring may be slow, and what is said of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.errors import Cancelled, FieldErrors, NoSuchProfile, SmtpDesktopError
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.edit import ProfileChanged
from smtp_desktop.domain.smtp.profile import ProfileId, SmtpProfile
from smtp_desktop.services.profiles import Profiles
from smtp_desktop.ui.cards.smtp_cards import DefaultMove, SmtpCards
from smtp_desktop.ui.runtime.lazy import Lazy
from smtp_desktop.ui.runtime.tasks import Tasks
from smtp_desktop.ui.runtime.vault_unlocker import VaultUnlocker
from smtp_desktop.ui.widgets.message_text import shown

if TYPE_CHECKING:
    from smtp_desktop.ui.smtps.panel import SmtpPanel
    from smtp_desktop.ui.smtps.requests import SaveRequest

_SLOW_KEYRING_MS = 3000


@dataclass(frozen=True, slots=True, kw_only=True)
class LateEnd:
    """The end of a save that the user had stopped waiting for; a `saved_id` of None means that nothing was saved."""

    request: SaveRequest
    saved_id: ProfileId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedForm:
    """What was stored of a form; `before` is None where it created the SMTP."""

    before: ProfileId | None
    saved_id: ProfileId
    draft: ProfileDraft


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A save that was refused, and the SMTP as others have stored it."""

    request: SaveRequest
    present: SmtpProfile


class SmtpSaver(QObject):
    """Saves on a worker what the panel asks for, and lets the user stop waiting for it.

    Only the id of the SMTP comes back from here. The SMTP itself comes with ProfileSaved, which the window has handled
    before the save ends.
    """

    stored = Signal(object)
    """The form was stored, before anything else is made of that. Carries a SavedForm."""
    saved = Signal(object)
    """The form was saved. Carries the ProfileId, which is new where the form was creating."""
    failed = Signal()
    """The form was not saved, or the user stopped waiting."""
    conflicted = Signal(object)
    """Others changed the same. Carries a Conflict; `failed` was emitted before."""
    deleted = Signal()
    """The SMTP in the form is not there any more; `failed` was emitted before."""
    ended_late = Signal(object)
    """Carries a LateEnd."""

    def __init__(
        self, *, owner: QObject, panel: Lazy[SmtpPanel], profiles: Profiles, tasks: Tasks, unlocker: VaultUnlocker
    ) -> None:
        super().__init__(owner)
        self._later_panel = panel
        self._profiles = profiles
        self._tasks = tasks
        self._unlocker = unlocker
        self._cancel: Cancel | None = None
        self._checks = False
        self._locked = Cancel()  # of the save that waits for the master password, if one does
        self._pending: Counter[ProfileId | None] = Counter()
        panel.apply("saver", self._connect_panel)

    def _connect_panel(self, panel: SmtpPanel) -> None:
        panel.save_requested.connect(self.save)
        panel.stop_waiting_requested.connect(self._stop_waiting)

    @property
    def _panel(self) -> SmtpPanel:
        return self._later_panel()

    @property
    def is_saving(self) -> bool:
        """Whether the panel waits for a save."""
        return self._cancel is not None

    def is_pending(self, profile_id: ProfileId) -> bool:
        """Returns whether a save of this SMTP has not ended yet, be it one that the user stopped waiting for."""
        return self._pending[profile_id] > 0

    def save(self, request: SaveRequest) -> None:
        """Creates or changes the SMTP. The panel is locked until that ends, or the user stops waiting."""
        self._locked.request()
        cancel = self._cancel = Cancel()
        self._checks = request.check is not None
        self._panel.set_busy(self.tr("Checking, then saving…") if self._checks else self.tr("Saving…"))
        if not self._checks:
            QTimer.singleShot(_SLOW_KEYRING_MS, self, lambda: self._show_slow(cancel))
        self._pending[request.profile_id] += 1
        self._tasks.run(
            self._panel,
            lambda: self._write(request, cancel),
            lambda saved_id: self._on_saved(saved_id, request, cancel),
            lambda error: self._on_failed(error, request, cancel),
        )

    def stop(self) -> bool:
        """Stops waiting; nothing is saved, unless it is written already. Returns whether a save was waited for."""
        self._locked.request()
        if self._cancel is None:
            return False
        # The use case looks at this between writing the secret and the row.
        self._cancel.request()
        self._cancel = None
        return True

    def _write(self, request: SaveRequest, cancel: Cancel) -> ProfileId:
        # On a worker.
        if request.profile_id is None:
            untouched = request.draft.is_default == request.edit.seen.is_default
            if request.check:
                request.check.run(request.draft, cancel)
            saved_id = self._profiles.create(request.draft, cancel, default_if_none=untouched).id
            if request.check:
                request.check.record(request.draft, saved_id)
            return saved_id
        return self._profiles.save(request.profile_id, request.edit, cancel).id

    def _show_slow(self, cancel: Cancel) -> None:
        if self._cancel is cancel:
            self._panel.set_busy(
                self.tr("Waiting for the keyring. If it asks to be unlocked, enter its password, or stop waiting.")
            )

    def _stop_waiting(self) -> None:
        if self.stop():
            self._panel.set_idle()
            if self._checks:
                note = self.tr("Stopped waiting. Nothing was saved; your entries are still here.")
            else:
                note = self.tr("Stopped waiting for the keyring. Nothing was saved; your entries are still here.")
            self._panel.show_note(note)
            self.failed.emit()

    def _on_saved(self, saved_id: ProfileId, request: SaveRequest, cancel: Cancel) -> None:
        self._pending[request.profile_id] -= 1
        if self._cancel is not cancel and cancel.requested:
            # The user stopped after the row was written, as while the keyring erased the old secret.
            self.ended_late.emit(LateEnd(request=request, saved_id=saved_id))
            return
        self._cancel = None
        self._panel.set_idle()
        self.stored.emit(SavedForm(before=request.profile_id, saved_id=saved_id, draft=request.draft))
        self.saved.emit(saved_id)

    def _on_failed(self, error: SmtpDesktopError, request: SaveRequest, cancel: Cancel) -> None:
        self._pending[request.profile_id] -= 1
        if self._cancel is not cancel:
            self.ended_late.emit(LateEnd(request=request, saved_id=None))
            return
        self._cancel = None
        self._panel.set_idle()
        if self._ask_master_password(error, request, cancel):
            return
        self.failed.emit()
        if isinstance(error, FieldErrors):
            self._panel.show_errors(error.errors)
        elif isinstance(error, ProfileChanged):
            self.conflicted.emit(Conflict(request=request, present=error.present))
        elif isinstance(error, NoSuchProfile):
            self.deleted.emit()
        elif not isinstance(error, Cancelled):
            self._panel.show_note(shown(error.message))

    def _ask_master_password(self, error: SmtpDesktopError, request: SaveRequest, cancel: Cancel) -> bool:
        # Opening the vault takes a moment, in which the user may discard what was typed, or save it anew.
        def again() -> None:
            if not cancel.requested:
                self.save(request)

        def given_up() -> None:
            if not cancel.requested:
                self.failed.emit()

        self._locked = cancel
        return self._unlocker.wants(error, again, given_up)


class SmtpNews(QObject):
    """Puts what the user has done into words."""

    said = Signal(str)
    """What was done, as a sentence."""

    def __init__(self, owner: QObject, *, cards: SmtpCards) -> None:
        super().__init__(owner)
        self._cards = cards
        self._moved: DefaultMove | None = None
        cards.default_moved.connect(self._say_moved)

    def _say_moved(self, move: DefaultMove) -> None:
        self._moved = move
        self.said.emit(self._words(move))

    def _words(self, move: DefaultMove) -> str:
        return self.tr("{name} is now the default instead of {before}.").format(name=move.name, before=move.before)

    def say_stored(self, saved: SavedForm) -> None:
        """Says that a form was saved."""
        profile = self._cards.profile(saved.saved_id)
        move, self._moved = self._moved, None
        if profile is None:
            return  # it was deleted as soon as it was saved
        form = self.tr("{name} was saved.") if saved.before else self.tr("{name} was created.")
        words = form.format(name=profile.name)
        self.said.emit(f"{words} {self._words(move)}" if move and move.profile_id == profile.id else words)
