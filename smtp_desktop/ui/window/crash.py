"""The crash path: logs and shows unexpected exceptions, and keeps the window open with what was typed."""

import logging
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QCoreApplication, QObject, Signal
from PySide6.QtWidgets import QWidget

_log = logging.getLogger(__name__)


class Crashes(QObject):
    """Logs every exception that reaches `sys.excepthook`, and shows one dialog at a time. Safe from every thread."""

    _happened = Signal(str)

    def __init__(self, window: Callable[[], QWidget | None], log_path: Path) -> None:
        super().__init__()
        self._window = window
        self._log_path = log_path
        self._shown = False
        self._happened.connect(self._show)

    def install(self) -> None:
        """Replaces `sys.excepthook`."""
        sys.excepthook = self._hook

    def _hook(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        _log.critical("unexpected error\n%s", "".join(traceback.format_exception(kind, error, trace)))
        self._happened.emit(kind.__name__)

    def _show(self, name: str) -> None:
        window = self._window()
        if self._shown or window is None:
            return
        from smtp_desktop.ui.widgets.message_dialog import MessageDialog  # noqa: PLC0415 - most starts show none

        self._shown = True
        words = QCoreApplication.translate(
            "Crashes",
            "The program ran into an internal error ({name}). Your entries are still there. Please report "
            "this and attach the log: {path}",
        ).format(name=name, path=self._log_path)
        dialog = MessageDialog(window, title=QCoreApplication.translate("Crashes", "Something went wrong"), text=words)
        dialog.finished.connect(self._again)
        dialog.open()

    def _again(self) -> None:
        self._shown = False
