"""The base of dialogs that do something with several SMTPs and show what comes of each."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QProgressBar, QPushButton, QTableView, QVBoxLayout, QWidget

from smtp_desktop.domain.smtp.profile import ProfileId, SmtpProfile
from smtp_desktop.ui.accessibility.announcement import announce
from smtp_desktop.ui.selection.run_rows import ICON_PX, NAME, TOOK, WORDS, RowEnd, RowState, RunRows
from smtp_desktop.ui.theme.styled import styled_button, styled_label
from smtp_desktop.ui.theme.theme import Theme
from smtp_desktop.ui.widgets.dialog import Dialog
from smtp_desktop.ui.widgets.row_table import row_table

_ROW_PX, _MOST_ROWS = 34, 9
_NAME_PX, _MOST_NAME_PX, _TOOK_PX = 190, 280, 70


class RunDialog(Dialog):
    """Asks, then runs. Before the run there are tick boxes, *Cancel* and the button that starts; while it runs only a
    button that stops it; at the end *Close*. The table's `objectName` is `results`.

    A subclass fills `form`, and implements `_is_complete` and `_start`.
    """

    stopped = Signal()
    """The user wants no more to be done."""

    def __init__(
        self, parent: QWidget, *, name: str, title: str, profiles: Sequence[SmtpProfile], theme: Theme, words: str
    ) -> None:
        """`words` say what it is about, below the title."""
        super().__init__(parent, name=name, title=title, width=600)
        self._running = self._stopping = False
        self.body.addWidget(styled_label(words, "muted", wrap=True))
        self._fields = QWidget()  # before the table, which is read after them
        self.form = QVBoxLayout(self._fields)
        self.form.setContentsMargins(0, 0, 0, 0)
        self.form.setSpacing(6)
        self.body.addWidget(self._fields)
        self._error = styled_label("", "error", wrap=True)
        self._error.setObjectName("runError")
        self._error.hide()
        self.body.addWidget(self._error)
        self.rows = RunRows(profiles, theme, self)
        self.rows.ticks_changed.connect(self._refresh)
        self._progress = self._make_progress()
        self._table = self._make_table(len(profiles))
        self._add_buttons()

    def _make_progress(self) -> QWidget:
        self._words, self._bar = styled_label("", "muted"), QProgressBar()
        self._words.setObjectName("runWords")
        self._bar.setTextVisible(False)
        progress = QWidget()
        row = QHBoxLayout(progress)
        row.setContentsMargins(0, 6, 0, 0)
        row.setSpacing(14)
        row.addWidget(self._words)
        row.addWidget(self._bar, 1)
        progress.hide()
        self.body.addWidget(progress)
        return progress

    def _make_table(self, count: int) -> QTableView:
        table = row_table("results", self.tr("SMTPs"), self.rows, row_px=_ROW_PX)
        table.horizontalHeader().hide()
        table.setIconSize(QSize(ICON_PX, ICON_PX))
        table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        table.ensurePolished()  # only then it has the font of the style sheet
        table.setColumnWidth(NAME, min(max(_NAME_PX, table.sizeHintForColumn(NAME)), _MOST_NAME_PX))
        table.setColumnWidth(TOOK, _TOOK_PX)
        table.horizontalHeader().setSectionResizeMode(WORDS, QHeaderView.ResizeMode.Stretch)
        table.setFixedHeight(_ROW_PX * min(max(count, 2), _MOST_ROWS) + 4)
        self.body.addWidget(table)
        return table

    def _add_buttons(self) -> None:
        self._stop = styled_button(self._stop_words())
        self._stop.setObjectName("stopButton")
        self._stop.setAutoDefault(False)
        self._stop.clicked.connect(self._ask_stop)
        self._stop.hide()
        self.footer.addWidget(self._stop)
        self.footer.addStretch(1)
        self._cancel = self.add_cancel()
        self._ok = self.add_ok(self._start_words())
        self._ok.clicked.connect(self._start)
        self._close = styled_button(self.tr("Close"))
        self._close.setObjectName("closeDialogButton")
        self._close.clicked.connect(self.reject)
        self._close.hide()
        self.footer.addWidget(self._close)

    # What a subclass says

    def _start_words(self) -> str:
        """Returns the text of the button that starts."""
        raise NotImplementedError

    def _stop_words(self) -> str:
        """Returns the text of the button that stops it."""
        return self.tr("Stop")

    def _waiting_words(self) -> str:
        """Returns the words of an SMTP whose turn has not come."""
        return self.tr("Waiting")

    def _is_complete(self) -> bool:
        """Returns whether everything was entered."""
        raise NotImplementedError

    def _start(self) -> None:
        """Asks for the run."""
        raise NotImplementedError

    # How it goes

    def show_begun(self, wanted: Sequence[ProfileId]) -> None:
        """Shows that the run goes on."""
        self._running = True
        self._show_error("")
        self.rows.begin(self._waiting_words())
        self._bar.setMaximum(len(wanted))
        self._progress.show()
        self._fields.setEnabled(False)
        self._show_buttons(self._stop)
        self._count()

    def show_row(self, end: RowEnd) -> None:
        """Shows how far one SMTP is."""
        index = self.rows.show(end)
        self._table.scrollTo(index)
        self._count()

    def show_end(self) -> None:
        """Shows that the run has ended."""
        self._running = False
        self.rows.end(self._waiting_words())
        self._count()
        announce(self, self._words.text())
        self._show_buttons(self._close)

    def show_problem(self, words: str) -> None:
        """Shows why it could not begin; what was entered stays."""
        self._running = False
        self.rows.take_back()
        self._progress.hide()
        self._fields.setEnabled(True)
        self._show_buttons(self._ok, self._cancel)
        self._show_error(words)
        self._refresh()

    def reject(self) -> None:
        if self._running:
            self._ask_stop()
        else:
            super().reject()

    def _ask_stop(self) -> None:
        if self._stop.isEnabled():
            self._stopping = True
            self._stop.setEnabled(False)
            self.stopped.emit()
            self._count()

    def _show_error(self, words: str) -> None:
        self._error.setText(words)
        self._error.setVisible(bool(words))
        if words:
            announce(self, words, urgent=True)

    def _show_buttons(self, first: QPushButton, *others: QPushButton) -> None:
        first.show()
        first.setFocus()
        for button in (self._stop, self._cancel, self._ok, self._close):
            button.setVisible(button is first or button in others)

    def _refresh(self) -> None:
        self._ok.setEnabled(not self._running and self._is_complete() and bool(self.rows.ticked()))

    def _count(self) -> None:
        good, bad = self.rows.count(RowState.GOOD), self.rows.count(RowState.BAD, RowState.UNSURE)
        total, done = self.rows.rowCount(), good + bad
        words = self.tr("{done} of {total} done").format(done=f"{done:,}", total=f"{total:,}")
        if done:
            works = self.tr("{n} works") if good == 1 else self.tr("{n} work")
            fails = self.tr("{n} doesn't") if bad == 1 else self.tr("{n} don't")
            parts = [works.format(n=f"{good:,}"), *([fails.format(n=f"{bad:,}")] if bad else [])]
            words = f"{words}: {', '.join(parts)}"
        if self._stopping and self._running:
            words = self.tr("{words} · stopping…").format(words=words)
        self._words.setText(words)
        self._bar.setValue(done)
        self._bar.setAccessibleName(words)
