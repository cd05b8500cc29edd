"""The table of deliveries, by mouse and keys."""

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from smtp_desktop.ui.deliveries.cells import DOT_SIZE, DeliveryColumn
from smtp_desktop.ui.deliveries.model import DeliveriesModel
from smtp_desktop.ui.widgets.double_click import DoubleClick
from smtp_desktop.ui.widgets.row_table import dress_row_table

_ROW_PX = 38


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
