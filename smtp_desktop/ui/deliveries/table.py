"""The table of deliveries: what mouse and keys do there, and its usual columns by the room that there is."""

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from smtp_desktop.ui.deliveries.cells import DOT_SIZE, DeliveryColumn
from smtp_desktop.ui.deliveries.model import DeliveriesModel
from smtp_desktop.ui.deliveries.words import usual_state_texts
from smtp_desktop.ui.widgets.double_click import DoubleClick
from smtp_desktop.ui.widgets.row_table import dress_row_table, widest_time_px

_ROW_PX = 38
_DOT_ROOM_PX = 20
_CELL_PADDING_PX = 22
# Below these widths of the page columns are hidden: the panel shows their content.
_WIDE_PX, _MIDDLE_PX, _NARROW_PX = 720, 560, 420
_LEAST_STATE_PX = 104  # in the narrowest page, where states are elided


class DeliveryTable(QTableView):
    """Shows `model`, the newest delivery first. Its `objectName` is `table`."""

    opened = Signal(object)
    """The user opened a delivery. Carries its DeliveryId."""
    current_changed = Signal(object)
    """Another row is the current one. Carries its DeliveryId."""
    menu_asked = Signal(QPoint)
    """The menu of the selected deliveries was requested. Carries the position on the screen."""

    def __init__(self, model: DeliveriesModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        dress_row_table(self, "table", self.tr("Deliveries"), model, row_px=_ROW_PX)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setIconSize(DOT_SIZE)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # The newest first, as they are read.
        self.horizontalHeader().setSortIndicator(DeliveryColumn.TIME, Qt.SortOrder.DescendingOrder)
        self.setSortingEnabled(True)
        double_click = DoubleClick(self)
        # The panel that the first click opens must not get the second one.
        self.clicked.connect(lambda _: double_click.expect(lambda: None))
        self.clicked.connect(self._open)
        self.activated.connect(self._open)
        self.selectionModel().currentRowChanged.connect(self._emit_current)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._select_current()
            self._open(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            # Its position is nobody's click.
            self._select_current()
            where = self.visualRect(self.currentIndex()).bottomLeft()
        else:
            where = event.pos()
            index = self.indexAt(where)
            if index.isValid() and not self.selectionModel().isSelected(index):
                self.selectRow(index.row())
        if self.selectionModel().hasSelection():
            self.menu_asked.emit(self.viewport().mapToGlobal(where))

    def _select_current(self) -> None:
        """Selects the row to which Tab came, as long as nothing is selected."""
        if self.currentIndex().isValid() and not self.selectionModel().hasSelection():
            self.selectRow(self.currentIndex().row())

    def _open(self, index: QModelIndex) -> None:
        delivery = self._model.delivery_at(index.row())
        # A click that extends the selection opens nothing.
        if delivery and len(self.selectionModel().selectedRows()) == 1:
            self.opened.emit(delivery.id)

    def _emit_current(self, index: QModelIndex) -> None:
        delivery = self._model.delivery_at(index.row())
        if delivery:
            self.current_changed.emit(delivery.id)


def usual_widths(table: QTableView, page_px: int) -> dict[int, int]:
    """Returns the widths of the columns on a page that is `page_px` wide: times and states as they need it, the others
    alike."""
    table.ensurePolished()  # only then it has the font of the style sheet
    metrics = table.fontMetrics()
    state_px = max(metrics.horizontalAdvance(each) for each in usual_state_texts()) + _CELL_PADDING_PX + _DOT_ROOM_PX
    if page_px < _NARROW_PX:
        state_px = min(state_px, max(_LEAST_STATE_PX, table.viewport().width() * 2 // 5))
    widths: dict[int, int] = {
        DeliveryColumn.TIME: widest_time_px(table) + _CELL_PADDING_PX,
        DeliveryColumn.STATE: state_px,
    }
    shared: list[int] = [column for column in DeliveryColumn if column not in {*widths, *left_out(page_px)}]
    each = (table.viewport().width() - sum(widths.values())) // len(shared)
    return widths | dict.fromkeys(shared, each)


def left_out(page_px: int) -> frozenset[int]:
    """Returns the columns for which a page that is `page_px` wide has no room."""
    least: dict[int, int] = {
        DeliveryColumn.SMTP: _WIDE_PX,
        DeliveryColumn.ACTIVITY: _MIDDLE_PX,
        DeliveryColumn.TO: _MIDDLE_PX,
        DeliveryColumn.TIME: _NARROW_PX,
    }
    return frozenset(column for column, needed_px in least.items() if page_px < needed_px)
