"""The page of deliveries: title with counts, segments, and the table or a notice in its place."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from smtp_desktop.domain.delivery.delivery import (
    Delivery,
    DeliveryCounts,
    DeliveryFilter,
    DeliveryId,
)
from smtp_desktop.ui.deliveries.cells import DeliveryColumn
from smtp_desktop.ui.deliveries.model import DeliveriesModel
from smtp_desktop.ui.deliveries.no_match import NoMatch
from smtp_desktop.ui.deliveries.segment import RESENT_AT_ONCE, DeliverySegment
from smtp_desktop.ui.deliveries.table import DeliveryTable, left_out, usual_widths
from smtp_desktop.ui.layout.room import fit_page
from smtp_desktop.ui.layout.wrap_layout import WrapLayout
from smtp_desktop.ui.theme.styled import styled_button, styled_label
from smtp_desktop.ui.theme.theme import Theme, pixmap
from smtp_desktop.ui.widgets.labels import Caption, ElidedLabel
from smtp_desktop.ui.widgets.notice import Notice
from smtp_desktop.ui.widgets.segments import Segments
from smtp_desktop.ui.widgets.table_columns import TableColumns

_LEAST_COUNT_PX = 90
_SCROLL_PAUSE_MS = 150


class DeliveriesPage(QWidget):
    """Shows `model`. Its `objectName` is `deliveriesPage`."""

    segment_chosen = Signal(object)
    """Carries a DeliverySegment."""
    export_asked = Signal()
    resend_all_asked = Signal()
    """All deliveries of the segment that is pressed should be sent again."""
    reload_asked = Signal()
    clear_asked = Signal()
    """The search should be cleared."""
    all_asked = Signal()
    """The deliveries of all activities should be shown again."""
    everything_asked = Signal()
    """The deliveries of all activities and segments should be shown again."""
    scrolled = Signal()
    """Other rows are visible, and scrolling has paused."""

    def __init__(self, model: DeliveriesModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("deliveriesPage")
        self._model = model
        self._loaded = self._failed = False
        self._shown = DeliveryFilter()
        self._segment = DeliverySegment.ALL
        self._top: DeliveryId | None = None
        self._count = ElidedLabel("count")
        self._count.setObjectName("deliveryCounts")
        self._count.setMinimumWidth(_LEAST_COUNT_PX)
        self.note = Caption("warning", wraps=True, announces=True)
        self.note.setObjectName("courierNote")
        self.note.hide()
        self.hold_note = Caption("warning", wraps=True)
        self.hold_note.setObjectName("holdNote")
        self.hold_note.hide()
        self.part_note = Caption("hint", wraps=True)
        self.part_note.setObjectName("partNote")
        self.part_note.hide()
        self.unlock_button = styled_button(self.tr("Enter it…"))
        self.unlock_button.setObjectName("unlockButton")
        self.unlock_button.setAccessibleName(self.tr("Enter the master password"))
        self.unlock_button.hide()
        self.segments = self._make_segments()
        self.table = DeliveryTable(model)
        self.columns = TableColumns(
            self.table, [column.name.lower() for column in DeliveryColumn], stretched=DeliveryColumn.SUBJECT
        )
        self.columns.room_changed.connect(self._fit_columns)
        self._states = QStackedWidget()
        self._empty, self._no_match, self._error = Notice("emptyState"), NoMatch(), Notice("errorState")
        self._no_match.clear_asked.connect(self.clear_asked)
        self._no_match.all_asked.connect(self._show_all)
        self._lay_out()
        self._fill_notices(theme)
        self._scroll_pause = QTimer(self, singleShot=True)
        self._scroll_pause.setInterval(_SCROLL_PAUSE_MS)
        self._scroll_pause.timeout.connect(self.scrolled)
        self.table.verticalScrollBar().valueChanged.connect(lambda _: self._scroll_pause.start())

    def show_loaded(self, counts: DeliveryCounts, shown: DeliveryFilter, *, in_part: bool = False) -> None:
        """Call it once the model is up to date, with what matches `shown`, or with the first of these."""
        self._loaded, self._failed, self._shown = True, False, shown
        part = self.tr("Only the first {n} are sorted and shown. To see others, search or sort by time.")
        self.part_note.show_text(part.format(n=f"{self._model.rowCount():,}") if in_part else "")
        words = [self.tr("{n} today").format(n=f"{counts.today:,}")]
        if counts.waiting:
            words.append(self.tr("{n} waiting").format(n=f"{counts.waiting:,}"))
        if counts.refused:
            words.append(self.tr("{n} refused").format(n=f"{counts.refused:,}"))
        if counts.unknown:
            words.append(self.tr("{n} unknown").format(n=f"{counts.unknown:,}"))
        if counts.expired:
            words.append(self.tr("{n} expired").format(n=f"{counts.expired:,}"))
        self._count.show_words(" · ".join(words))
        self.segments.offer(DeliverySegment.UNKNOWN, counts.unknown > 0)
        self.segments.offer(DeliverySegment.EXPIRED, counts.expired > 0)
        self._keep_top()
        self._refresh()

    def show_error(self, words: str) -> None:
        """Shows what went wrong, unless there are deliveries to show."""
        self._failed = True
        self._error.words.setText(words)
        self._refresh()

    def show_activity(self, name: str) -> None:
        """Says that only the deliveries of this activity are shown; nothing if `name` is empty."""
        self._only.setText(self.tr("Only {name}  ✕").format(name=name))
        self._only.setAccessibleName(self.tr("Only {name}. Show all again").format(name=name))
        self._only.setVisible(bool(name))

    def set_theme(self, theme: Theme) -> None:
        """Paints the page in the colours of `theme`."""
        self._model.set_theme(theme)
        self._empty.icon.setPixmap(pixmap("delivery", theme.color("accent"), 30))

    def selected(self) -> list[Delivery]:
        """Returns the selected deliveries, from top to bottom."""
        rows = sorted(index.row() for index in self.table.selectionModel().selectedRows())
        found = (self._model.delivery_at(row) for row in rows)
        return [delivery for delivery in found if delivery]

    def select(self, delivery_id: DeliveryId) -> None:
        """Selects the row of a delivery, if it is loaded."""
        row = self._model.row_of(delivery_id)
        if row >= 0:
            self.table.selectRow(row)

    def visible_rows(self) -> range:
        """Returns the visible rows."""
        first = self.table.rowAt(0)
        last = self.table.rowAt(self.table.viewport().height() - 1)
        return range(max(0, first), (last if last >= 0 else self._model.rowCount() - 1) + 1)

    def hold_top(self) -> None:
        """Remembers the top row for `show_loaded` to scroll back to; not the first, above which new rows appear."""
        top = self._model.delivery_at(self.table.rowAt(0))
        self._top = top.id if top and self.table.verticalScrollBar().value() > 0 else None

    def _keep_top(self) -> None:
        row = self._model.row_of(self._top)
        self._top = None
        if row >= 0:
            self.table.doItemsLayout()  # or the scroll bar would still have its old range
            self.table.scrollTo(self._model.index(row, 0), QAbstractItemView.ScrollHint.PositionAtTop)

    def _make_segments(self) -> Segments:
        segments = Segments(
            {
                DeliverySegment.ALL: self.tr("All"),
                DeliverySegment.WAITING: self.tr("Waiting"),
                DeliverySegment.REFUSED: self.tr("Refused"),
                DeliverySegment.SENT: self.tr("Sent"),
                DeliverySegment.UNKNOWN: self.tr("Unknown"),
                DeliverySegment.EXPIRED: self.tr("Expired"),
            }
        )
        for seldom in (DeliverySegment.UNKNOWN, DeliverySegment.EXPIRED):
            segments.offer(seldom, False)
        segments.chosen.connect(self._choose)
        return segments

    def _choose(self, key: str) -> None:
        self._segment = DeliverySegment(key)
        self._resend_all.hide()  # until the deliveries are shown that it is about
        self.segment_chosen.emit(self._segment)

    def _lay_out(self) -> None:
        self._export = styled_button(self.tr("Export…"))
        self._export.setObjectName("exportButton")
        self._export.setToolTip(self.tr("Export the list as CSV"))
        self._export.clicked.connect(self.export_asked)
        self._resend_all = styled_button(self.tr("Send all again…"))
        self._resend_all.setObjectName("resendAllButton")
        self._resend_all.hide()
        self._resend_all.clicked.connect(self.resend_all_asked)
        self._only = styled_button("", "filterChip")
        self._only.setObjectName("onlyActivityButton")
        self._only.hide()
        self._only.clicked.connect(self.all_asked)
        head = WrapLayout()
        head.setSpacing(10)
        head.addWidget(styled_label(self.tr("Deliveries"), "pageTitle"))
        head.addWidget(self._count, 1)
        head.addStretch()
        for part in (self._only, self._resend_all, self._export, self.segments):
            head.addWidget(part)
        column = self._column = QVBoxLayout(self)
        column.setSpacing(14)
        column.addLayout(head)
        notes = WrapLayout()
        notes.setSpacing(10)
        notes.addWidget(self.note, 1)
        notes.addWidget(self.unlock_button)
        column.addLayout(notes)
        column.addWidget(self.hold_note)
        column.addWidget(self.part_note)
        column.addWidget(self._states, 1)
        for state in (self.table, self._empty, self._no_match, self._error):
            self._states.addWidget(state)

    def _fill_notices(self, theme: Theme) -> None:
        self._empty.icon.setPixmap(pixmap("delivery", theme.color("accent"), 30))
        self._empty.title.setText(self.tr("Nothing sent yet"))
        self._empty.words.setText(
            self.tr(
                "Every message that an activity or a script sends appears here immediately, with its state, "
                "every attempt to send it, and what the servers said."
            )
        )
        self._error.say_error(self.tr("Deliveries can't be shown"), self.reload_asked)

    def _show_all(self) -> None:
        self.segments.press(DeliverySegment.ALL)
        self._segment = DeliverySegment.ALL
        self._resend_all.hide()
        self.everything_asked.emit()

    def _refresh(self) -> None:
        has_rows = self._model.rowCount() > 0
        if self._failed and not has_rows:
            self._states.setCurrentWidget(self._error)
        elif has_rows or not self._loaded:
            self._states.setCurrentWidget(self.table)
        else:
            self._no_match.say(self._shown, self._segment)
            self._states.setCurrentWidget(self._empty if self._shown == DeliveryFilter() else self._no_match)
        self._export.setEnabled(has_rows)
        self._resend_all.setVisible(has_rows and self._segment in RESENT_AT_ONCE)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        fit_page(self, self._column)
        self.segments.fit()

    def _fit_columns(self) -> None:
        self.columns.set_usual(usual_widths(self.table, self.width()), left_out(self.width()))
