"""Writing deliveries into a CSV file that the admin chooses."""
# ruff: noqa: PLC0415 - a dialog is loaded when it is first opened

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget
from shiboken6 import isValid

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.delivery.delivery import DeliveryFilter
from smtp_desktop.domain.errors import SmtpDesktopError
from smtp_desktop.domain.message_text import text
from smtp_desktop.services.outbox import Outbox
from smtp_desktop.ui.relay import Relay
from smtp_desktop.ui.stopping import stop_on
from smtp_desktop.ui.tasks import Tasks
from smtp_desktop.ui.text import shown

_LINE_END = "\r\n"


class CantWrite(SmtpDesktopError):
    """The file could not be written; nothing of it is left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Progress:
    done: int
    total: int


class DeliveryExport(QObject):
    """Asks for the file, writes it on a worker, and tells how far it is."""

    def __init__(self, *, window: QWidget, outbox: Outbox, tasks: Tasks) -> None:
        super().__init__(window)
        self._window = window
        self._outbox = outbox
        self._tasks = tasks

    def ask(self, wanted: DeliveryFilter) -> None:
        """All that fit are exported, once a file is chosen."""
        dialog = QFileDialog(self._window, self.tr("Export deliveries"), "deliveries.csv", self.tr("CSV (*.csv)"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")
        dialog.fileSelected.connect(lambda path: self.write(wanted, Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def write(self, wanted: DeliveryFilter, path: Path) -> None:
        """All that fit are in the file soon, or none where it is stopped."""
        from smtp_desktop.ui.dialogs.export import ExportDialog

        dialog = ExportDialog(self._window, path=str(path))
        cancel, steps, outbox = Cancel(), Relay(), self._outbox

        def show(progress: _Progress) -> None:
            if isValid(dialog):
                dialog.show_progress(progress.done, progress.total)

        steps.told.connect(show)
        stop_on(dialog.stopped, cancel)

        def done(count: int) -> None:
            words = self.tr("1 delivery is in {path}.") if count == 1 else self.tr("{n} deliveries are in {path}.")
            dialog.show_end(self.tr("Exported"), words.format(n=f"{count:,}", path=path))

        def failed(error: SmtpDesktopError) -> None:
            dialog.show_end(self.tr("That did not work"), shown(error.message))

        dialog.open()
        self._tasks.run(dialog, lambda: _write(outbox, wanted, path, cancel, steps), done, failed)


def _write(outbox: Outbox, wanted: DeliveryFilter, path: Path, cancel: Cancel, steps: Relay) -> int:
    """Returns how many are in the file. It takes the place of `path` when it is whole: what was there before is not
    lost by stopping or a full disk."""
    total, done = outbox.count(wanted), -1  # the first line is the header
    part = path.with_name(f"{path.name}.part")

    try:
        # With a byte order mark, by which spreadsheets know UTF-8.
        with part.open("w", encoding="utf-8-sig", newline="") as file:

            def write(lines: str) -> None:
                nonlocal done
                file.write(lines)
                done += lines.count(_LINE_END)
                steps.told.emit(_Progress(done=done, total=total))

            count = outbox.export_csv(wanted, write, cancel)
        if not cancel.requested:
            part.replace(path)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise CantWrite(
            text("{path} could not be written: {reason}. Choose another place.", path=str(path), reason=reason)
        ) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return count
