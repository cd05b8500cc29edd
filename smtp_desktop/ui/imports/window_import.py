"""The import in the window: files are read and looked at on workers, and what the user chose is imported."""
# ruff: noqa: PLC0415 - a dialog is loaded when it is first opened

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.errors import ChangedMeanwhile, SmtpDesktopError, WrongPassphrase
from smtp_desktop.domain.imports.preview import ImportOutcome, ImportPreview
from smtp_desktop.domain.imports.source_file import SourceFile, decoded
from smtp_desktop.services.imports.source_files import SourceFiles, read_source_files
from smtp_desktop.ui.imports.excerpt import excerpt
from smtp_desktop.ui.imports.found import Found, FoundSource, ImportRequest
from smtp_desktop.ui.imports.words import found_of, outcome_words
from smtp_desktop.ui.runtime.tasks import Tasks, stop_on
from smtp_desktop.ui.theme.theme import Theme
from smtp_desktop.ui.widgets.message_text import error_text

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from smtp_desktop.domain.secret import Secret
    from smtp_desktop.services.services import Services
    from smtp_desktop.ui.imports.dialog import ImportDialog
    from smtp_desktop.ui.runtime.vault_unlocker import VaultUnlocker


@dataclass(frozen=True, slots=True, kw_only=True)
class _Looked:
    """All files that were added, and what was found in them."""

    files: SourceFiles
    preview: ImportPreview
    found: Found


_NOTHING = _Looked(files=SourceFiles(), preview=ImportPreview(sources=(), rows=()), found=Found())


class WindowImport(QObject):
    """Opens the dialog, and does what it asks for. Reads files on workers, and keeps them only while it is open."""

    check_asked = Signal(object)
    """The user wants the SMTPs checked that were created or changed. Carries their ids."""
    said = Signal(str)
    """What was done, as a sentence."""

    def __init__(
        self,
        *,
        window: QWidget,
        services: Services,
        tasks: Tasks,
        unlocker: VaultUnlocker,
        theme: Theme,
    ) -> None:
        super().__init__(window)
        self._window, self._services, self._tasks, self._unlocker = window, services, tasks, unlocker
        self.theme = theme
        self._dialog: ImportDialog | None = None
        self._looked = _NOTHING
        self._passphrase: Secret | None = None

    def open(self, paths: Sequence[str] = ()) -> None:
        """Opens the dialog with what is found in these files and folders; in an open one they are added."""
        from smtp_desktop.ui.imports.dialog import ImportDialog

        if self._dialog is None:
            self._looked, self._passphrase = _NOTHING, None
            dialog = self._dialog = ImportDialog(self._window, theme=self.theme)
            dialog.paths_added.connect(self.add)
            dialog.sources.files_asked.connect(lambda: self._ask_files(folder=False))
            dialog.sources.folder_asked.connect(lambda: self._ask_files(folder=True))
            dialog.sources.paste_asked.connect(self._ask_text)
            dialog.sources.removed.connect(self._remove)
            dialog.table.password_asked.connect(self._ask_password)
            dialog.table.details_asked.connect(self._show_details)
            dialog.confirmed.connect(self._run)
            dialog.finished.connect(self._forget)
            dialog.open()
        if paths:
            self.add(paths)

    def add(self, paths: Sequence[str]) -> None:
        """Looks at these files and folders, too."""
        wanted = [Path(path) for path in paths]
        cancel = Cancel()
        if self._dialog:
            stop_on(self._dialog.finished, cancel)
        self._look(lambda: read_source_files(wanted, cancel))

    def _add_text(self, text: str) -> None:
        names = {file.path for file in self._looked.files.files}
        name = number = self.tr("Pasted text")
        count = 1
        while number in names:
            count += 1
            number = f"{name} {count}"
        file = SourceFile(path=number, content=text.encode())
        self._look(lambda: SourceFiles(files=(file,)))

    def _remove(self, source: FoundSource) -> None:
        self._looked = _without(self._looked, source.files)
        self._look(SourceFiles)

    def _look(self, read: Callable[[], SourceFiles], *, problem: str = "") -> None:
        """Looks at what was added so far together with what `read` returns on a worker. `problem` is why all is looked
        at again."""
        dialog, before, passphrase = self._dialog, self._looked.files, self._passphrase
        if dialog is None:
            return
        imports = self._services.imports

        def work() -> _Looked:
            files = _together(before, read())
            preview = imports.look(files.files, passphrase)
            found = found_of(preview, besides=files.besides, unread=files.unread)
            return _Looked(files=files, preview=preview, found=found)

        def done(looked: _Looked) -> None:
            self._looked = looked
            dialog.show_found(looked.found)
            if problem:
                dialog.show_problem(problem)

        def failed(error: SmtpDesktopError) -> None:
            self._on_failed(error, lambda: self._look(read))

        dialog.show_busy()
        self._tasks.run(dialog, work, done, failed)

    def _on_failed(self, error: SmtpDesktopError, again: Callable[[], None]) -> None:
        dialog = self._dialog
        if dialog is None:
            return
        if isinstance(error, WrongPassphrase):
            self._ask_passphrase(error, again)
            return
        words = error_text(error)

        def if_open() -> None:
            if isValid(dialog) and dialog.isVisible():
                dialog.activateWindow()
                again()

        if not self._unlocker.wants(error, if_open, lambda: dialog.show_problem(words)):
            dialog.show_problem(words)

    def _run(self, request: ImportRequest) -> None:
        dialog, preview = self._dialog, self._looked.preview
        if dialog is None:
            return
        cancel, imports = Cancel(), self._services.imports
        stop_on(dialog.stopped, cancel)

        def done(outcome: ImportOutcome) -> None:
            dialog.accept()
            self.said.emit(outcome_words(outcome))
            if request.checks and outcome.profile_ids:
                self.check_asked.emit(outcome.profile_ids)

        dialog.show_importing()
        self._tasks.run(
            dialog,
            lambda: imports.run(preview, request.choices, cancel),
            done,
            lambda error: self._on_not_imported(error, request),
        )

    def _on_not_imported(self, error: SmtpDesktopError, request: ImportRequest) -> None:
        if isinstance(error, ChangedMeanwhile):
            # What is stored is no longer what the rows were compared with.
            self._look(SourceFiles, problem=error_text(error))
        else:
            self._on_failed(error, lambda: self._run(request))

    def _forget(self) -> None:
        self._dialog, self._looked, self._passphrase = None, _NOTHING, None

    # What the dialog asks for

    def _ask_files(self, *, folder: bool) -> None:
        from PySide6.QtWidgets import QFileDialog

        title = self.tr("Add a folder") if folder else self.tr("Add files")
        chooser = QFileDialog(self._dialog, title)
        chooser.setObjectName("addFilesDialog")
        mode = QFileDialog.FileMode.Directory if folder else QFileDialog.FileMode.ExistingFiles
        chooser.setFileMode(mode)
        chooser.filesSelected.connect(self.add)
        chooser.finished.connect(chooser.deleteLater)
        chooser.open()

    def _ask_text(self) -> None:
        from smtp_desktop.ui.imports.entry_dialogs import PasteDialog

        if self._dialog:
            dialog = PasteDialog(self._dialog)
            dialog.entered.connect(self._add_text)
            dialog.open()

    def _ask_password(self, row: int) -> None:
        from smtp_desktop.ui.imports.entry_dialogs import FoundPasswordDialog

        found = self._dialog
        if found:
            dialog = FoundPasswordDialog(found, row=found.rows.shown_at(row).row)
            dialog.entered.connect(lambda secret: found.set_password(row, secret))
            dialog.open()

    def _ask_passphrase(self, error: WrongPassphrase, again: Callable[[], None]) -> None:
        from smtp_desktop.ui.imports.entry_dialogs import PassphraseDialog

        found, words = self._dialog, error_text(error)
        if found is None:
            return

        def take(secret: Secret) -> None:
            self._passphrase = secret
            again()

        def leave() -> None:
            self._passphrase = None
            found.show_problem(self.tr("The sealed file was not opened."))

        dialog = PassphraseDialog(found, problem=words if self._passphrase else "")
        dialog.entered.connect(take)
        dialog.rejected.connect(leave)
        dialog.open()

    def _show_details(self, row: int) -> None:
        from smtp_desktop.ui.imports.entry_dialogs import DetailsDialog

        dialog = self._dialog
        if dialog is None:
            return
        found = dialog.rows.shown_at(row).row
        file = next((one for one in self._looked.files.files if one.path == found.place.file), None)

        def show(lines: str) -> None:
            DetailsDialog(dialog, row=found, lines=lines).open()

        # A large file takes a while to be decoded.
        self._tasks.run(dialog, lambda: _lines_of(file, found.place.line), show, lambda _: show(""))


def _lines_of(file: SourceFile | None, line: int | None) -> str:
    """Returns the line among those around it, without passwords. Raises NotText."""
    return excerpt(decoded(file), line) if file and line else ""


def _together(before: SourceFiles, more: SourceFiles) -> SourceFiles:
    """Returns both; a file that was added before is taken as it is now."""
    files: Mapping[str, SourceFile] = {file.path: file for file in (*before.files, *more.files)}
    unread = {one.file: one for one in (*before.unread, *more.unread) if one.file not in files}
    named = {file.path for file in before.files if file.path not in before.besides}
    named |= {file.path for file in more.files if file.path not in more.besides}
    return SourceFiles(
        files=tuple(files.values()),
        besides=frozenset(path for path in files if path not in named),
        unread=tuple(unread.values()),
    )


def _without(looked: _Looked, paths: Sequence[str]) -> _Looked:
    gone = frozenset(paths)
    files = SourceFiles(
        files=tuple(file for file in looked.files.files if file.path not in gone),
        besides=looked.files.besides - gone,
        unread=tuple(one for one in looked.files.unread if one.file not in gone),
    )
    return _Looked(files=files, preview=looked.preview, found=looked.found)
