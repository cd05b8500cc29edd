"""The end of the window: what is asked before it, and what goes on after it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QMainWindow

from smtp_desktop.services.services import Services
from smtp_desktop.ui.runtime.detached import start_detached
from smtp_desktop.ui.runtime.tasks import Tasks
from smtp_desktop.ui.runtime.worker_programs import WorkerPrograms
from smtp_desktop.ui.window.frame import WindowFrame, layout_to_keep
from smtp_desktop.ui.window.section import confirm_close_all
from smtp_desktop.ui.window.settings import put_all

if TYPE_CHECKING:
    from smtp_desktop.ui.window.sections import Sections


class WindowClosing(QObject):
    """Hides the window where the program stays in the background, else closes it, once the user has decided on unsaved
    changes and on mails that wait."""

    def __init__(
        self,
        window: QMainWindow,
        frame: WindowFrame,
        sections: Sections,
        *,
        services: Services,
        tasks: Tasks,
        programs: WorkerPrograms,
        stop: Callable[[], None],
    ) -> None:
        """`stop` ends the window's looks and checks."""
        super().__init__(window)
        self.is_over = False
        """Whether the window may close without another question."""
        self.left_behind: subprocess.Popen[bytes] | None = None
        """What goes on sending."""
        self._window, self._frame, self._sections = window, frame, sections
        self._services, self._tasks, self._stop = services, tasks, stop
        self._detached = programs.detached_courier
        self._quitting = self._ending = False

    def quit(self) -> None:
        """Ends the program, also where closing the window would only hide it."""
        self._quitting = True
        self._window.close()
        self._quitting = False

    def ask(self) -> None:
        """Hides the window, or asks what is to be asked and then closes it."""
        sections = self._sections
        if sections.background.keeps_running and not self._quitting:
            self._window.hide()
            return
        if self._ending:
            return
        current = self._frame.current
        keys = sorted(sections.by_key, key=lambda key: key != current)
        confirm_close_all(sections.by_key, keys, asking=self._ask_on, then=self._ask_about_mails)

    def _ask_on(self, page: str) -> None:
        self._frame.show_page(page)
        if not self._window.isVisible():  # it was quit from the tray
            self._window.show()
            question = QApplication.activeModalWidget()
            if question:
                question.raise_()
                question.activateWindow()

    def _ask_about_mails(self) -> None:
        if self._goes_on:
            self._close_now()
        else:
            self._sections.close_confirmation.ask(self._close_now)

    @property
    def _goes_on(self) -> bool:
        """Whether a courier sends what waits once the program has ended."""
        return self._sections.background.wanted and bool(self._detached)

    def _close_now(self) -> None:
        kept, self._ending, goes_on = layout_to_keep(self._window, self._frame), True, self._goes_on
        self._stop()
        self._sections.unsaved.drop_now()

        def keep() -> int:
            put_all(self._services.preferences, kept)
            return self._services.outbox.counts().waiting if goes_on else 0

        def end(waiting: object) -> None:
            # The courier may need a while for the mails that it is sending: the window is hidden meanwhile.
            self._window.hide()
            courier = self._sections.courier
            courier.end(lambda: self._close(hand_over=isinstance(waiting, int) and waiting > 0))

        # The window must close even if its layout can't be stored.
        self._tasks.run(self, keep, end, end)

    def _close(self, *, hand_over: bool) -> None:
        if hand_over:
            self.left_behind = start_detached(
                self._detached, master=self._sections.courier.master, folder=self._services.home
            )
        self.is_over = True
        self._window.close()
