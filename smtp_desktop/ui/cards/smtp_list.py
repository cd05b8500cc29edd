"""The list of SMTPs: a row each, with a tick box, beside the cards."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from smtp_desktop.ui.cards.card_cache import TICK_PX, CardCache, Tick
from smtp_desktop.ui.cards.cell_view import selected_count
from smtp_desktop.ui.cards.row_painter import ROW_PX, TEXT_FROM_PX, Cell, RowPainter
from smtp_desktop.ui.cards.smtp_cards import SmtpCards
from smtp_desktop.ui.cards.smtp_table import ROW_ROLE, SmtpColumn, SmtpRow, SmtpTable
from smtp_desktop.ui.theme.theme import Theme
from smtp_desktop.ui.widgets.double_click import DoubleClick
from smtp_desktop.ui.widgets.row_table import dress_row_table
from smtp_desktop.ui.widgets.table_columns import TableColumns

_Flag = QItemSelectionModel.SelectionFlag
_CHANGES_SELECTION = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
_USUAL_PX: dict[int, int] = {
    SmtpColumn.NAME: 250,
    SmtpColumn.TYPE: 112,
    SmtpColumn.STATE: 162,
    SmtpColumn.LAST_CHECK: 98,
    SmtpColumn.TAGS: 160,
}
_ADDRESS_PX = 140
"""The least width of the columns From and Host, which share what the others leave."""
_FIRST_TO_GO = (SmtpColumn.TAGS, SmtpColumn.LAST_CHECK, SmtpColumn.TYPE, SmtpColumn.FROM)


class _TickHeader(QHeaderView):
    """A header with a tick box where the rows have theirs."""

    def __init__(self, tick: Callable[[], QPixmap], parent: QTableView) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._tick = tick
        self.setSectionsClickable(True)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        super().paintSection(painter, rect, section)
        if section == SmtpColumn.NAME:
            cell = Cell(rect, self.layoutDirection())
            painter.drawPixmap(cell.at(0, TICK_PX, TICK_PX).topLeft(), self._tick())


class SmtpList(QTableView):
    """Shows the SMTPs of `cards`. Its `objectName` is `table`. Signals carry indexes of the cards."""

    opened = Signal(object)
    """A row was clicked."""
    edit_asked = Signal(object)
    """A row was double-clicked, or Enter was pressed on it."""
    menu_asked = Signal(object, object)
    """A row's menu was requested; carries the position on the screen, too."""
    tag_chosen = Signal(str)
    """A tag was clicked."""

    def __init__(self, cards: SmtpCards, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = SmtpTable(cards, self)
        self._theme = theme
        self._painter = RowPainter(theme)
        self.destroyed.connect(self._painter.clear_cache)
        self._header = _TickHeader(self._tick, self)
        self.setHorizontalHeader(self._header)
        dress_row_table(self, "table", self.tr("SMTPs"), self.table, row_px=ROW_PX)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        # Before it can be sorted: else Qt would sort it by its own choice first.
        self.horizontalHeader().setSortIndicator(SmtpColumn.NAME, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(True)
        self.columns = TableColumns(
            self, [column.name.lower() for column in SmtpColumn], stretched=SmtpColumn.HOST, always=SmtpColumn.NAME
        )
        self.columns.room_changed.connect(self._fit_columns)
        # The header would ask whether each of its columns is selected as a whole, and the model for every cell of it.
        self.horizontalHeader().setSelectionModel(QItemSelectionModel(self.table, self))
        self._double_click = DoubleClick(self)
        self.horizontalHeader().viewport().installEventFilter(self)
        self.selectionModel().selectionChanged.connect(self._show_ticks)
        self.table.modelReset.connect(self._show_ticks)
        self._show_ticks()

    def set_theme(self, theme: Theme) -> None:
        """Paints the rows in the colours of `theme`."""
        self._theme = self._painter.theme = theme
        self._show_ticks()
        self.viewport().update()

    def toggle_all(self) -> None:
        """Selects all rows; none, where all are selected."""
        if selected_count(self) == self.table.rowCount():
            self.clearSelection()
        else:
            self.selectAll()

    def _show_ticks(self) -> None:
        self._header.viewport().update()

    def _tick(self) -> QPixmap:
        count = selected_count(self)
        return self._cache.tick(Tick.OFF if not count else Tick.ON if count == self.table.rowCount() else Tick.SOME)

    @property
    def _cache(self) -> CardCache:
        return self._painter.cache_for(self.font(), self.devicePixelRatioF())

    def _fit_columns(self) -> None:
        room = self.viewport().width()
        left_out: list[int] = []
        addresses = 2

        def needed() -> int:
            others = sum(px for column, px in _USUAL_PX.items() if column not in left_out)
            return others + addresses * _ADDRESS_PX

        for column in _FIRST_TO_GO:
            if needed() <= room:
                break
            left_out.append(column)
            addresses -= column is SmtpColumn.FROM
        spare = max(0, room - needed()) // 2
        self.columns.set_usual({**_USUAL_PX, SmtpColumn.FROM: _ADDRESS_PX + spare}, left_out)

    # Mouse and keys

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseButtonPress and isinstance(event, QMouseEvent):
            header, x = self.horizontalHeader(), event.position().toPoint().x()
            section = header.logicalIndexAt(x)
            left = header.sectionViewportPosition(SmtpColumn.NAME)
            cell = QRect(left, 0, header.sectionSize(SmtpColumn.NAME), header.height())
            if section == SmtpColumn.NAME and self._is_on_tick(QPoint(x, 0), cell):
                self.toggle_all()
                return True
        return super().eventFilter(watched, event)

    def _is_on_tick(self, point: QPoint, cell: QRect) -> bool:
        from_edge = cell.right() - point.x() if self.isRightToLeft() else point.x() - cell.left()
        return 0 <= from_edge < TEXT_FROM_PX

    def mousePressEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        index = self.indexAt(point)
        plain = event.button() is Qt.MouseButton.LeftButton and not event.modifiers() & _CHANGES_SELECTION
        if not index.isValid() or not plain:
            super().mousePressEvent(event)
            return
        cell = self.visualRect(index)
        if index.column() == SmtpColumn.NAME and self._is_on_tick(point, cell):
            self._toggle(index)
            return
        tag = self._tag_at(point, index) if index.column() == SmtpColumn.TAGS else ""
        if tag:
            self.tag_chosen.emit(tag)
            return
        super().mousePressEvent(event)
        pressed = QPersistentModelIndex(index)
        self._double_click.expect(lambda: self._edit(pressed))
        self.opened.emit(self.table.card_index(index))

    def _tag_at(self, point: QPoint, index: QModelIndex) -> str:
        row: SmtpRow = index.data(ROW_ROLE)
        return self._painter.tag_at(point, Cell(self.visualRect(index), self.layoutDirection()), row.tags)

    def _edit(self, pressed: QPersistentModelIndex) -> None:
        if pressed.isValid():
            self.edit_asked.emit(self.table.card_index(pressed))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        # The second press on a tick is one more; that on a row is seen by `DoubleClick`.
        self.mousePressEvent(event)

    def _toggle(self, index: QModelIndex) -> None:
        """Selects the row besides the others, or no longer."""
        self.selectionModel().setCurrentIndex(index, _Flag.Toggle | _Flag.Rows)
        self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and index.isValid():
            self.edit_asked.emit(self.table.card_index(index))
        elif event.key() == Qt.Key.Key_Space and index.isValid():
            self._toggle(index)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        if not index.isValid():
            return
        was_selected = self.selectionModel().isSelected(index)
        if not by_key:
            # On one of several selected rows the menu is for all of them.
            change = _Flag.NoUpdate if was_selected else _Flag.ClearAndSelect | _Flag.Rows
            self.selectionModel().setCurrentIndex(index, change)
        where = self.viewport().mapToGlobal(self.visualRect(index).bottomLeft()) if by_key else event.globalPos()
        self.menu_asked.emit(self.table.card_index(index), where)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, area = QPainter(self.viewport()), event.rect()
        first, last = self.rowAt(area.top()), self.rowAt(area.bottom())
        if first >= 0:
            columns, cache = self._columns_in(area), self._cache
            for row in range(first, (last if last >= 0 else self.table.rowCount() - 1) + 1):
                self._paint_row(painter, cache, area, row, columns)
        current = self.currentIndex()
        if self.hasFocus() and current.isValid():
            more = self._theme.more_contrast
            painter.setPen(QPen(self._theme.color("focus" if more else "accent"), 3 if more else 2))
            top = self.rowViewportPosition(current.row())
            painter.drawRect(QRect(1, top, self.viewport().width() - 2, ROW_PX - 1))
        painter.end()

    def _columns_in(self, area: QRect) -> dict[SmtpColumn, tuple[int, int]]:
        """Returns where the columns that are in `area` begin, and their widths."""
        header = self.horizontalHeader()
        places = {column: (header.sectionViewportPosition(column), header.sectionSize(column)) for column in SmtpColumn}
        return {
            column: (left, width)
            for column, (left, width) in places.items()
            if width and left <= area.right() and left + width > area.left()
        }

    def _paint_row(
        self, painter: QPainter, cache: CardCache, area: QRect, row: int, columns: Mapping[SmtpColumn, tuple[int, int]]
    ) -> None:
        index, top = self.table.index(row, 0), self.rowViewportPosition(row)
        selected = self.selectionModel().isSelected(index)
        if selected:
            painter.fillRect(QRect(area.left(), top, area.width(), ROW_PX), self._theme.color("accent_soft"))
        marked = selected and self._theme.more_contrast
        line_px, color = (2, self._theme.color("accent")) if marked else (1, self._theme.color("line"))
        painter.fillRect(QRect(area.left(), top + ROW_PX - line_px, area.width(), line_px), color)
        if marked:
            painter.fillRect(QRect(area.left(), top, area.width(), line_px), color)
        direction = self.layoutDirection()
        cells = {column: Cell(QRect(left, top, width, ROW_PX), direction) for column, (left, width) in columns.items()}
        self._painter.paint(painter, cache, index.data(ROW_ROLE), cells, selected=selected)
