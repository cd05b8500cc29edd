"""The Import dialog: the sources, what was found in them, and what becomes of each."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QProgressBar, QVBoxLayout, QWidget

from smtp_desktop.domain.imports.found import FORMAT_NAMES
from smtp_desktop.domain.secret import Secret
from smtp_desktop.ui.accessibility.announcement import announce
from smtp_desktop.ui.imports.found import Found, ImportRequest
from smtp_desktop.ui.imports.rows import FoundRows
from smtp_desktop.ui.imports.sources import Sources
from smtp_desktop.ui.imports.table import FoundTable
from smtp_desktop.ui.layout.mirroring import margins
from smtp_desktop.ui.runtime.file_drop import FileDrop
from smtp_desktop.ui.theme.styled import styled_label
from smtp_desktop.ui.theme.theme import Theme
from smtp_desktop.ui.widgets.dialog import Dialog

_WIDTH_PX = 1130
_BOX_INDENT_PX = 27


class ImportDialog(Dialog):
    """Asks what to import. Its `objectName` is `importDialog`; files can be dropped on it."""

    paths_added = Signal(object)
    """Carries a list of paths of files and folders that were dropped."""
    confirmed = Signal(object)
    """Carries an ImportRequest."""
    stopped = Signal()
    """The user wants no more of what is going on."""

    def __init__(self, parent: QWidget, *, theme: Theme) -> None:
        super().__init__(parent, name="importDialog", title=self.tr("Import"), width=_WIDTH_PX)
        FileDrop(self).dropped.connect(self._on_dropped)
        self._busy = self._importing = False
        self.body.addWidget(
            styled_label(
                self.tr(
                    "Nothing is saved before you press Import. Nothing in the files is run, and no variable is "
                    "filled in."
                ),
                "muted",
                wrap=True,
            )
        )
        self.sources = Sources()
        self.body.addWidget(self.sources)
        self._nothing = styled_label(self._nothing_words(), "muted", wrap=True)
        self._nothing.setObjectName("nothingFound")
        self.body.addWidget(self._nothing)
        self.rows = FoundRows(self)
        self.table = FoundTable(self.rows, theme)
        self.body.addWidget(self.table, 1)
        self._hint = styled_label("", "hint", wrap=True)
        self._hint.setObjectName("importHint")
        self.body.addWidget(self._hint)
        self._error = styled_label("", "error", wrap=True)
        self._error.setObjectName("importError")
        self._error.hide()
        self.body.addWidget(self._error)
        self._bar = QProgressBar()
        self._bar.setObjectName("progress")
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("Reading the files…"))
        self._bar.hide()
        self.body.addWidget(self._bar)
        self._summary = ""
        self._add_footer()
        self.rows.choices_changed.connect(self._refresh)
        self.show_found(Found())
        self.sources.add_button.setFocus()

    def _nothing_words(self) -> str:
        words = self.tr("Drop files or a folder here, add them, or paste their text. These are recognized: {formats}.")
        return words.format(formats=", ".join(FORMAT_NAMES.values()))

    def _add_footer(self) -> None:
        checks = QWidget()
        column = QVBoxLayout(checks)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.check_all_box = QCheckBox(self.tr("Check all imported"))
        self.check_all_box.setObjectName("checkAllBox")
        self.check_all_box.setAccessibleName(self.check_all_box.text())
        self.check_all_box.setChecked(True)
        words = self.tr("No message is sent.")
        self.check_all_box.setAccessibleDescription(words)
        below = styled_label(words, "hint")
        below.setContentsMargins(margins(_BOX_INDENT_PX, 0, 0, 0))
        column.addWidget(self.check_all_box)
        column.addWidget(below)
        self.footer.addWidget(checks)
        self.footer.addStretch(1)
        self.add_cancel()
        self._ok = self.add_ok(self.tr("Import"))
        self._ok.clicked.connect(self._confirm)

    # What is shown

    def show_busy(self) -> None:
        """Shows that files are being read."""
        self._busy, self._importing = True, False
        self._bar.setAccessibleName(self.tr("Reading the files…"))
        self._bar.show()
        self._show_error("")
        self._refresh()
        self.grow()

    def show_found(self, found: Found) -> None:
        """Shows what was found in all files that were added so far."""
        self._busy = False
        self._bar.hide()
        self._summary = found.summary
        were_shown = self.table.isVisibleTo(self)
        self.sources.show_sources(found.sources)
        self.rows.show(found.rows)
        self._nothing.setVisible(not found.rows)
        self.table.setVisible(bool(found.rows))
        if found.rows:
            self.table.updateGeometry()
            self._say_found(found)
            if not were_shown:
                self.table.setFocus()
        self._refresh()
        if self.isVisible():
            self.grow()

    def show_importing(self) -> None:
        """Shows that the import goes on."""
        self._importing = True
        self._bar.setAccessibleName(self.tr("Importing…"))
        self._bar.show()
        self._show_error("")
        self._refresh()

    def show_problem(self, words: str) -> None:
        """Shows why that did not work; what was chosen stays."""
        self._busy = self._importing = False
        self._bar.hide()
        self._show_error(words)
        self._refresh()
        self.grow()

    def set_password(self, row: int, password: Secret) -> None:
        """Gives a row the password that was entered for it."""
        self.rows.set_password(row, password)

    def reject(self) -> None:
        if self._importing:
            self.stopped.emit()
        else:
            super().reject()

    def _say_found(self, found: Found) -> None:
        count = self.rows.rowCount()
        words = self.tr("{n} found") if count != 1 else self.tr("1 found")
        announce(self, f"{words.format(n=f'{count:,}')}. {self._button_words()}")

    def _show_error(self, words: str) -> None:
        self._error.setText(words)
        self._error.setVisible(bool(words))
        if words:
            announce(self, words, urgent=True)

    def _refresh(self) -> None:
        words, idle = self._button_words(), not self._busy and not self._importing
        if words != self._ok.text():
            self._ok.setText(words)
            self._ok.setAccessibleName(words)
        self._ok.setEnabled(idle and bool(self.rows.ticked))
        for part in (self.sources, self.table, self.check_all_box):
            part.setEnabled(idle)
        hint = " ".join(part for part in (self._password_words(), self._summary) if part)
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))

    def _button_words(self) -> str:
        count = self.rows.ticked
        return self.tr("Import {n}").format(n=f"{count:,}") if count else self.tr("Import")

    def _password_words(self) -> str:
        lacking = self.rows.lacking
        if not lacking:
            return ""
        if lacking == 1:
            return self.tr("1 has no password yet: it is imported and can't send until one is entered.")
        words = self.tr("{n} have no password yet: they are imported and can't send until one is entered.")
        return words.format(n=f"{lacking:,}")

    def _confirm(self) -> None:
        request = ImportRequest(choices=self.rows.choices(), checks=self.check_all_box.isChecked())
        self.confirmed.emit(request)

    def _on_dropped(self, paths: list[str]) -> None:
        if not self._busy and not self._importing:
            self.paths_added.emit(paths)
