"""The keeper of what is typed into a form and not saved yet, so that a crash or a log-out does not cost it."""

import logging
import os
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer

from smtp_desktop.domain.errors import SmtpDesktopError, StoreError
from smtp_desktop.domain.kept_form import KeptForm, KeptFormId
from smtp_desktop.services.ports import KeptForms
from smtp_desktop.ui.runtime.tasks import Tasks

_EVERY_MS = 500
_log = logging.getLogger(__name__)


class FormKeeper(QObject):
    """Looks at a form twice a second while it is open, and keeps it on the disk as long as something in it is unsaved.

    It asks the form instead of listening to it: whatever changes there, by hand, by a save or from elsewhere, is seen.
    """

    def __init__(self, *, owner: QObject, read: Callable[[], KeptForm | None], forms: KeptForms, tasks: Tasks) -> None:
        """`read` returns what the form holds, None where nothing in it is unsaved."""
        super().__init__(owner)
        self._read, self._forms, self._tasks = read, forms, tasks
        self._id = _new_id()
        self._kept: KeptForm | None = None
        self._open = self._writing = self._ended = False
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self._look)

    def watch(self, opened: bool) -> None:
        """Looks at the form from now on, if it is open; else once more, since what it held was decided on."""
        self._open = opened
        if opened and not self._ended:
            self._timer.start()

    def adopt(self, form_id: KeptFormId, form: KeptForm) -> None:
        """Goes on with a form that an earlier window kept, and that this one shows now."""
        self._drop_kept()
        self._id, self._kept = form_id, form

    def keep_now(self) -> None:
        """Keeps the form as it is, on this thread, and looks no more: the program ends."""
        self._end()
        form = self._read()
        if form is not None and not _same(form, self._kept):
            self._on_this_thread(lambda: self._forms.keep(self._id, form))

    def drop_now(self) -> None:
        """Forgets the form, on this thread, and looks no more: the user has decided on it, and the window closes."""
        self._end()
        self._on_this_thread(lambda: self._forms.drop(self._id))

    def _end(self) -> None:
        self._ended = True
        self._timer.stop()

    def _look(self) -> None:
        if self._writing:
            return  # one after the other: the newest has to be the last
        form = self._read()
        if form is None:
            self._drop_kept()
            if not self._open:
                self._timer.stop()
        elif not _same(form, self._kept):
            form_id, self._kept = self._id, form
            self._write(lambda: self._forms.keep(form_id, form))

    def _drop_kept(self) -> None:
        if self._kept is not None:
            dropped, self._id, self._kept = self._id, _new_id(), None
            self._write(lambda: self._forms.drop(dropped))

    def _write(self, write: Callable[[], None]) -> None:
        self._writing = True
        # After the end, what the GUI thread wrote last must stay.
        self._tasks.run(self, lambda: None if self._ended else write(), self._wrote, self._failed)

    def _wrote(self, _: object) -> None:
        self._writing = False

    def _failed(self, error: SmtpDesktopError) -> None:
        self._writing, self._kept = False, None
        _log.warning("%s", error)

    @staticmethod
    def _on_this_thread(write: Callable[[], None]) -> None:
        try:
            write()
        except StoreError as error:
            _log.warning("%s", error)


def _new_id() -> KeptFormId:
    return KeptFormId(os.urandom(16).hex())  # `uuid` would take 4 ms of the start to import


def _same(form: KeptForm, kept: KeptForm | None) -> bool:
    return kept is not None and replace(form, at=kept.at) == kept
