"""The page of dates: title with counts, segments, the table or a notice in its place, and what to do."""

from PySide6.QtCore import QModelIndex, Qt, Signal, SignalInstance
from PySide6.QtGui import QAction, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QStackedWidget, QTableView, QVBoxLayout, QWidget

from smtp_desktop.domain.checks.end_date import AffectedSmtp, EndDate, EndDateKind
from smtp_desktop.ui.conversation.advice_box import AdviceView
from smtp_desktop.ui.conversation.summary import OutcomeSummary
from smtp_desktop.ui.dates.model import MARK_SIZE, DateColumn, DateSegment, DatesModel
from smtp_desktop.ui.layout.room import fit_page
from smtp_desktop.ui.layout.scroll import FittingScroll
from smtp_desktop.ui.layout.wrap_layout import WrapLayout
from smtp_desktop.ui.theme.styled import styled_button, styled_label
from smtp_desktop.ui.theme.theme import Theme, pixmap
from smtp_desktop.ui.widgets.labels import ElidedLabel
from smtp_desktop.ui.widgets.notice import Notice
from smtp_desktop.ui.widgets.popups import Menu
from smtp_desktop.ui.widgets.row_table import row_table
from smtp_desktop.ui.widgets.segments import Segments

_ROW_PX, _LEAST_TABLE_PX = 38, 112  # two rows below the titles
_WHEN_PX, _LEFT_PX = 112, 176
# Below this width the last column is hidden: the box below the table has its text.
_WIDE_PX = 900
_NARROW_PX = 460  # below this one that of the day: the column beside it says how many are left
_ICON_PX = 30


class DatesPage(QWidget):
    """Shows `model`. Its `objectName` is `datesPage`."""

    smtp_asked = Signal(object)
    """The user wants to open an SMTP. Carries its ProfileId."""
    change_asked = Signal(object)
    """The user wants an SMTP to sign in otherwise than with a password. Carries its ProfileId."""
    sign_in_asked = Signal(object)
    """The user wants to sign in anew for an SMTP. Carries its ProfileId."""
    current_changed = Signal()
    """Another row is the current one, or its text has changed; see `current`."""
    reload_asked = Signal()

    def __init__(self, model: DatesModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("datesPage")
        self._model = model
        self._loaded = self._failed = False
        self._segment = DateSegment.ALL
        self._chosen: EndDate | None = None
        self._summary: OutcomeSummary | None = None
        self._count = ElidedLabel("count")
        self._count.setObjectName("dateCounts")
        self.segments = Segments({DateSegment.ALL: self.tr("All"), DateSegment.SOON: self.tr("Soon")})
        self.segments.chosen.connect(lambda key: self._choose_segment(DateSegment(key)))
        self.table = self._make_table()
        self._advice = AdviceView()
        self._advice.setObjectName("dateAdvice")
        self._open_button = styled_button(self.tr("Open the SMTP"))
        self._open_button.setObjectName("openSmtpButton")
        self._open_button.clicked.connect(lambda: self._open(self.table.currentIndex()))
        self._sign_in_button = styled_button("")
        self._sign_in_button.setObjectName("dateSignInButton")
        self._sign_in_button.clicked.connect(self._act_on_sign_in)
        self._states = QStackedWidget()
        self._empty, self._no_match, self._error = Notice("emptyState"), Notice("noMatchState"), Notice("errorState")
        self._lay_out()
        self._fill_notices(theme)
        # Connected after the table, whose selection model clears the selection at each reset.
        model.modelReset.connect(self._restore_selection)
        model.dataChanged.connect(lambda *_: self.current_changed.emit())
        self._restore_selection()

    def current(self) -> EndDate | None:
        """Returns the end date of the current row; None if there is none."""
        return self._model.end_date_at(self.table.currentIndex().row())

    def show_loaded(self) -> None:
        """Call it once the model holds what is stored: from then on an empty model means that nothing is known."""
        self._loaded, self._failed = True, False
        self.refresh()

    def show_error(self, words: str) -> None:
        """Shows what went wrong, unless there are dates to show."""
        self._failed = True
        self._error.words.setText(words)
        self.refresh()

    def show_summary(self, summary: OutcomeSummary | None) -> None:
        """Shows `summary` on the current row in the box below the table; hides the box if it is None."""
        if summary and summary != self._summary:
            self._summary = summary
            self._advice.show_summary(summary)
        self._below.setVisible(summary is not None)

    def set_theme(self, theme: Theme) -> None:
        """Paints the page in the colours of `theme`."""
        self._model.set_theme(theme)
        self._empty.icon.setPixmap(pixmap("calendar", theme.color("accent"), _ICON_PX))

    def refresh(self) -> None:
        """Updates the counts, and shows the table or a notice."""
        near, ended = self._model.near, self._model.ended
        words = [self.tr("{n} soon").format(n=f"{near - ended:,}")] if near > ended else []
        words += [self.tr("{n} expired").format(n=f"{ended:,}")] if ended else []
        self._count.show_words(" · ".join(words))
        has_rows = self._model.rowCount() > 0
        if self._failed and not has_rows:
            self._states.setCurrentWidget(self._error)
        elif has_rows or not self._loaded:
            self._states.setCurrentWidget(self._filled)
        else:
            self._fill_empty_title()
            self._states.setCurrentWidget(self._no_match if self._model.is_searched else self._empty)

    def _make_table(self) -> QTableView:
        table = row_table("table", self.tr("Dates"), self._model, row_px=_ROW_PX)
        table.setIconSize(MARK_SIZE)
        table.setMinimumHeight(_LEAST_TABLE_PX)
        table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = table.horizontalHeader()
        header.setMinimumSectionSize(40)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        for column, width in ((DateColumn.WHEN, _WHEN_PX), (DateColumn.LEFT, _LEFT_PX)):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            table.setColumnWidth(column, width)
        table.doubleClicked.connect(self._open)
        table.selectionModel().currentRowChanged.connect(self._note_chosen)
        return table

    def _lay_out(self) -> None:
        head = WrapLayout()
        head.setSpacing(12)
        head.addWidget(styled_label(self.tr("Dates"), "pageTitle"))
        head.addWidget(self._count, 1)
        head.addWidget(self.segments)
        self._below, self._filled = QWidget(), QWidget()
        below = QVBoxLayout(self._below)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(10)
        advice = FittingScroll()  # in a low window
        advice.set_area("page")
        advice.column.addWidget(self._advice)
        below.addWidget(advice)
        buttons = WrapLayout()
        buttons.setSpacing(10)
        buttons.addStretch()
        buttons.addWidget(self._sign_in_button)
        buttons.addWidget(self._open_button)
        below.addLayout(buttons)
        self._below.hide()
        filled = QVBoxLayout(self._filled)
        filled.setContentsMargins(0, 0, 0, 0)
        filled.setSpacing(14)
        filled.addWidget(self.table, 1)
        filled.addWidget(self._below)
        column = self._column = QVBoxLayout(self)
        column.setSpacing(14)
        column.addLayout(head)
        column.addWidget(self._states, 1)
        for state in (self._filled, self._empty, self._no_match, self._error):
            self._states.addWidget(state)

    def _fill_notices(self, theme: Theme) -> None:
        self._empty.icon.setPixmap(pixmap("calendar", theme.color("accent"), _ICON_PX))
        self._empty.words.setText(
            self.tr(
                "This list shows the certificates of servers that were tested or checked, client secrets with an "
                "expiry date entered, and where Microsoft is ending password sign-in."
            )
        )
        self._no_match.say_no_match(self.tr("No dates match the search and filter."))
        self._error.say_error(self.tr("Dates can't be shown"), self.reload_asked)

    def _fill_empty_title(self) -> None:
        soon = self._segment is DateSegment.SOON
        words = self.tr("Nothing known expires soon") if soon else self.tr("No dates yet")
        self._empty.title.setText(words)

    def _choose_segment(self, segment: DateSegment) -> None:
        self._segment = segment
        self._model.show_only(segment=segment)
        self.refresh()

    def _note_chosen(self, index: QModelIndex) -> None:
        if end_date := self._model.end_date_at(index.row()):
            self._chosen = end_date
            several = len(end_date.smtps) > 1
            words = self.tr("Open an SMTP…") if several else self.tr("Open {name}").format(name=end_date.names)
            self._open_button.setText(words)
            self._open_button.setAccessibleName(words)
            self._show_sign_in_button(end_date.kind)
        self.current_changed.emit()

    def _show_sign_in_button(self, kind: EndDateKind) -> None:
        words = {
            EndDateKind.PASSWORD_SIGN_IN: self.tr("Change sign-in…"),
            EndDateKind.SIGN_IN: self.tr("Sign in again"),
            EndDateKind.UNUSED_SIGN_IN: self.tr("Sign in again"),
        }.get(kind, "")
        self._sign_in_button.setText(words)
        self._sign_in_button.setAccessibleName(words)
        self._sign_in_button.setVisible(bool(words))

    def _act_on_sign_in(self) -> None:
        end_date = self.current()
        if end_date:
            changes = end_date.kind is EndDateKind.PASSWORD_SIGN_IN
            self._ask_for_one(self.table.currentIndex(), self.change_asked if changes else self.sign_in_asked)

    def _restore_selection(self) -> None:
        # The first row if the chosen one is gone: it ends first.
        row = max(0, self._model.row_like(self._chosen))
        if self._model.rowCount():
            self.table.selectRow(row)
        self.current_changed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        fit_page(self, self._column)
        self.segments.fit()
        width = event.size().width()
        self.table.setColumnHidden(DateColumn.STEPS, width < _WIDE_PX)
        self.table.setColumnHidden(DateColumn.WHEN, width < _NARROW_PX)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.table.hasFocus():
            self._open(self.table.currentIndex())
            return
        super().keyPressEvent(event)

    def _open(self, index: QModelIndex) -> None:
        self._ask_for_one(index, self.smtp_asked)

    def _ask_for_one(self, index: QModelIndex, asked: SignalInstance) -> None:
        """Emits `asked` for the SMTP of that row, after asking which one where there are several."""
        end_date = self._model.end_date_at(index.row())
        if end_date is None:
            return
        if len(end_date.smtps) == 1:
            asked.emit(end_date.smtps[0].id)
        else:
            self._ask_which(index, end_date.smtps, asked)

    def _ask_which(self, index: QModelIndex, smtps: tuple[AffectedSmtp, ...], asked: SignalInstance) -> None:
        menu = Menu(self, "dateSmtpsMenu", self.tr("Open an SMTP"))
        for smtp in smtps:
            action = QAction(smtp.name.replace("&", "&&"), menu)
            action.triggered.connect(lambda _=False, smtp=smtp: asked.emit(smtp.id))
            menu.addAction(action)
        menu.setActiveAction(menu.actions()[0])
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.table.viewport().mapToGlobal(self.table.visualRect(index).bottomLeft()))
