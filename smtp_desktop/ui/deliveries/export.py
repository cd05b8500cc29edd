"""The export of deliveries as CSV: its dialog, and writing the file."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QProgressBar, QWidget
from shiboken6 import isValid

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.delivery.delivery import DeliveryFilter
from smtp_desktop.domain.errors import SmtpDesktopError
from smtp_desktop.services.outbox import Outbox
from smtp_desktop.services.private_file import private, whole_file
from smtp_desktop.ui.runtime.tasks import Progress, Tasks, stop_on
from smtp_desktop.ui.theme.styled import styled_label
from smtp_desktop.ui.widgets.dialog import Dialog
from smtp_desktop.ui.widgets.message_text import shown


class ExportDialog(Dialog):
    """Shows the progress of an export and how it ended. Its `objectName` is `exportDialog`."""

    stopped = Signal()
    """The user cancelled the export."""

    def __init__(self, parent: QWidget, *, path: str) -> None:
        super().__init__(parent, name="exportDialog", title=self.tr("Exporting…"), width=460)
        self._words = styled_label(path, "muted", wrap=True)
        self._words.setObjectName("messageText")
        self._bar = QProgressBar()
        self._bar.setObjectName("progress")
        self._bar.setAccessibleName(self.tr("Written so far"))
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 0)
        self.body.addWidget(self._words)
        self.body.addWidget(self._bar)
        self.footer.addStretch(1)
        self._cancel = self.add_cancel()
        self._ok = self.add_ok(self.tr("Ok"))
        self._ok.clicked.connect(self.accept)
        self._ok.hide()

    def show_progress(self, done: int, total: int) -> None:
        """Shows that `done` of `total` deliveries are written."""
        self._bar.setRange(0, max(1, total))
        self._bar.setValue(min(done, total))

    def show_end(self, title: str, words: str) -> None:
        """Shows how the export ended."""
        self.say_title(title, words)
        self._words.setText(words)
        self._bar.hide()
        self._cancel.hide()
        self._ok.show()
        self._ok.setFocus()

    def reject(self) -> None:
        if self._ok.isHidden():
            self.stopped.emit()
        super().reject()


_LINE_END = "\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Progress:
    done: int
    total: int


class DeliveryExport(QObject):
    """Asks for the file, writes it on a worker, and shows the progress."""

    def __init__(self, *, window: QWidget, outbox: Outbox, tasks: Tasks) -> None:
        super().__init__(window)
        self._window = window
        self._outbox = outbox
        self._tasks = tasks

    def ask(self, wanted: DeliveryFilter) -> None:
        """Asks for a file and exports the deliveries that match `wanted` to it."""
        dialog = QFileDialog(self._window, self.tr("Export deliveries"), "deliveries.csv", self.tr("CSV (*.csv)"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")
        dialog.fileSelected.connect(lambda path: self.write(wanted, Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def write(self, wanted: DeliveryFilter, path: Path) -> None:
        """Exports the deliveries that match `wanted` to the file. If it is stopped, the file is left as it was."""
        dialog = ExportDialog(self._window, path=str(path))
        cancel, steps, outbox = Cancel(), Progress(), self._outbox

        def show(progress: _Progress) -> None:
            if isValid(dialog):
                dialog.show_progress(progress.done, progress.total)

        steps.reported.connect(show)
        stop_on(dialog.stopped, cancel)

        def done(count: int) -> None:
            words = (
                self.tr("1 delivery was exported to {path}.")
                if count == 1
                else self.tr("{n} deliveries were exported to {path}.")
            )
            dialog.show_end(self.tr("Exported"), words.format(n=f"{count:,}", path=path))

        def failed(error: SmtpDesktopError) -> None:
            dialog.show_end(self.tr("That didn't work"), shown(error.message))

        dialog.open()
        self._tasks.run(dialog, lambda: _write(outbox, wanted, path, cancel, steps), done, failed)


def _write(outbox: Outbox, wanted: DeliveryFilter, path: Path, cancel: Cancel, steps: Progress) -> int:
    """Writes the file and returns the number of deliveries in it. Raises CantWrite, StoreError."""
    total, done = outbox.count(wanted), -1  # the first line is the header
    with whole_file(path) as part:
        # With a byte order mark, by which spreadsheets recognise UTF-8.
        with open(part, "w", encoding="utf-8-sig", newline="", opener=private) as file:

            def write(lines: str) -> None:
                nonlocal done
                file.write(lines)
                done += lines.count(_LINE_END)
                steps.reported.emit(_Progress(done=done, total=total))

            count = outbox.export_csv(wanted, write, cancel)
        if cancel.requested:
            part.unlink()
    return count
