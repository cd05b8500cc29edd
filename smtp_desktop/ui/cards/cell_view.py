"""A list of items in cells of one size that fill the width, however many there are."""

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QHoverEvent, QMouseEvent, QPainter, QPaintEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QScrollBar, QWidget

from smtp_desktop.ui.cards.cells import Cells

_Action = QAbstractItemView.CursorAction
_Hint = QAbstractItemView.ScrollHint
_SINGLE_POINT = QSize(1, 1)
_LINES_PER_NOTCH = 3  # how far most systems scroll for one notch of the wheel
_Index = QModelIndex | QPersistentModelIndex


def selected_count(view: QAbstractItemView) -> int:
    """Returns how many items or rows are selected."""
    # By ranges: an index of each of ten thousand takes half a second.
    selection = view.selectionModel().selection()
    return sum(selection.at(number).height() for number in range(selection.size()))


class CellView(QListView):
    """A QListView whose speed does not depend on the number of items.

    QListView asks the model about every item to lay it out. Here all rectangles are computed, and only visible items
    are asked for: a hundred thousand items appear as fast as a hundred.
    """

    def __init__(self, minimum_cell: QSize, background: QColor, parent: QWidget | None = None) -> None:
        """Cells are as high as `minimum_cell`, and at least as wide."""
        super().__init__(parent)
        self._minimum_cell = minimum_cell
        self._bar_over: QScrollBar | None = None
        self._bar_over_px: int | None = None
        self.background = background
        self._pointer: QPoint | None = None
        self._pressed_at = QPoint()  # in the content
        self._columns = 1  # before the latest resize
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        # A viewport of its own: to name the one that Qt made, PySide would load every kind of widget, 25 ms.
        viewport = QWidget()
        viewport.setAttribute(Qt.WidgetAttribute.WA_Hover)
        # Filled by `paintEvent`. Only what is opaque does Qt shift when it scrolls, and has just the rest painted.
        viewport.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setViewport(viewport)
        self.setSelectionRectVisible(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)

    def set_cell(self, minimum_cell: QSize, *, bar_over_px: int | None) -> None:
        """Sets the size of the cells. With `bar_over_px` the scroll bar takes no room of its own: so much is left free
        at its side, and it lies over the edge of the cells with the rest."""
        if (minimum_cell, bar_over_px) == (self._minimum_cell, self._bar_over_px):
            return
        self._minimum_cell, self._bar_over_px = minimum_cell, bar_over_px
        bar_over = bar_over_px is not None
        if bar_over and self._bar_over is None:
            self._bar_over = self._make_bar_over()
        elif not bar_over and self._bar_over:
            self._bar_over.deleteLater()
            self._bar_over = None
        policy = Qt.ScrollBarPolicy
        self.setVerticalScrollBarPolicy(policy.ScrollBarAlwaysOff if bar_over else policy.ScrollBarAsNeeded)
        self.doItemsLayout()

    def _make_bar_over(self) -> QScrollBar:
        """Returns a scroll bar that lies over the cells and does what the hidden one would."""
        bar, hidden = QScrollBar(Qt.Orientation.Vertical, self), self.verticalScrollBar()
        bar.valueChanged.connect(hidden.setValue)
        hidden.valueChanged.connect(bar.setValue)
        bar.show()
        return bar

    def columns(self) -> int:
        """Returns the number of cells in a row."""
        return max(1, self._available_width() // self._minimum_cell.width())

    def is_in_view(self, index: QModelIndex) -> bool:
        """Returns whether the item is at least partly visible."""
        return self.visualRect(index).intersects(self.viewport().rect())

    def cells(self, count: int | None = None) -> Cells:
        """Returns the cells of all items, or of `count` items if that is given."""
        columns, model = self.columns(), self.model()
        return Cells(
            count=count if count is not None else model.rowCount() if model else 0,
            columns=columns,
            cell_width=max(1, self._available_width() // columns),
            cell_height=self._minimum_cell.height(),
            width=self.viewport().width(),
            mirrored=self.isRightToLeft(),
        )

    def _available_width(self) -> int:
        if self._bar_over:
            return self.viewport().width() - (self._bar_over_px or 0)
        # As if the scroll bar were always visible, so that cells stay where they are when it appears.
        return self.maximumViewportSize().width() - self.verticalScrollBar().sizeHint().width() - 1

    def is_rubber_banding(self) -> bool:
        """Returns whether the user is drawing a frame around items."""
        return self.state() is QAbstractItemView.State.DragSelectingState

    # Geometry, which QListView would take from its layout

    def reset(self) -> None:
        super().reset()
        self.doItemsLayout()  # at once: it costs nothing, and saves a second paint

    def doItemsLayout(self) -> None:
        QAbstractItemView.doItemsLayout(self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        current, columns = self.currentIndex(), self.columns()
        rows_above = current.row() // self._columns if current.isValid() else 0
        top = rows_above * self._minimum_cell.height() - self.verticalOffset()
        was_in_view = current.isValid() and -self._minimum_cell.height() < top < event.oldSize().height()
        QAbstractItemView.resizeEvent(self, event)
        if columns != self._columns:
            self._columns = columns
            if was_in_view:
                self.scrollTo(current)  # it is in another row now

    def updateGeometries(self) -> None:
        bar, height = self.verticalScrollBar(), self.viewport().height()
        bar.setSingleStep(self._minimum_cell.height() // _LINES_PER_NOTCH)  # one row for each notch of the wheel
        bar.setPageStep(height)
        bar.setRange(0, max(0, self.cells().height - height))
        if self._bar_over:
            self._lay_over(self._bar_over)

    def _lay_over(self, bar: QScrollBar) -> None:
        hidden, width = self.verticalScrollBar(), bar.sizeHint().width()
        bar.setRange(hidden.minimum(), hidden.maximum())
        bar.setPageStep(hidden.pageStep())
        bar.setSingleStep(hidden.singleStep())
        bar.setGeometry(0 if self.isRightToLeft() else self.width() - width, 0, width, self.height())
        bar.setVisible(hidden.maximum() > 0)

    def horizontalOffset(self) -> int:
        return 0

    def verticalOffset(self) -> int:
        return self.verticalScrollBar().value()

    def visualRect(self, index: _Index) -> QRect:
        if not index.isValid():
            return QRect()
        return self.cells().rect(index.row()).translated(0, -self.verticalOffset())

    def indexAt(self, point: QPoint) -> QModelIndex:
        number = self.cells().at(point + QPoint(0, self.verticalOffset()))
        return QModelIndex() if number is None else self.model().index(number, 0)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().scroll(dx, dy)
        if self.is_rubber_banding():
            self.viewport().update()
        elif self._pointer:
            # Another item is under the pointer now.
            for point in (self._pointer, self._pointer + QPoint(dx, dy)):
                self.update(self.indexAt(point))

    def scrollTo(self, index: _Index, hint: QAbstractItemView.ScrollHint = _Hint.EnsureVisible) -> None:
        if not index.isValid():
            return
        bar, cell = self.verticalScrollBar(), self.cells().rect(index.row())
        above, below = cell.top(), cell.bottom() + 1 - self.viewport().height()
        values = {
            _Hint.EnsureVisible: min(max(bar.value(), below), above),
            _Hint.PositionAtTop: above,
            _Hint.PositionAtBottom: below,
            _Hint.PositionAtCenter: (above + below) // 2,
        }
        bar.setValue(values[hint])

    def moveCursor(self, cursor_action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        cells, current = self.cells(), self.currentIndex()
        if not cells.count:
            return QModelIndex()
        number = self._moved(cells, current.row(), cursor_action) if current.isValid() else 0
        return self.model().index(number, 0)

    def _moved(self, cells: Cells, number: int, action: QAbstractItemView.CursorAction) -> int:
        page = max(1, self.viewport().height() // cells.cell_height - 1)
        rows = {_Action.MoveUp: -1, _Action.MoveDown: 1, _Action.MovePageUp: -page, _Action.MovePageDown: page}
        if action in rows:
            return cells.beside(number, rows=rows[action])
        if action in (_Action.MoveHome, _Action.MoveEnd):
            return 0 if action is _Action.MoveHome else cells.count - 1
        back = (_Action.MovePrevious, _Action.MoveRight if cells.mirrored else _Action.MoveLeft)
        return min(max(number + (-1 if action in back else 1), 0), cells.count - 1)

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        cells, down, selection = self.cells(), QPoint(0, self.verticalOffset()), QItemSelection()
        if self.is_rubber_banding():
            for number in cells.touching(rect.normalized().translated(down)):
                self._add(selection, number, number)
        elif cells.count and (rect.size() != _SINGLE_POINT or cells.at(rect.topLeft() + down) is not None):
            # All items from one to the other, in reading order.
            self._add(selection, *sorted(cells.nearest(end + down) for end in (rect.topLeft(), rect.bottomRight())))
        self.selectionModel().select(selection, command)

    def _add(self, selection: QItemSelection, first: int, last: int) -> None:
        selection.select(self.model().index(first, 0), self.model().index(last, 0))

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        region, cells, down = QRegion(), self.cells(), self.verticalOffset()
        for number in cells.touching(self.viewport().rect().translated(0, down)):
            if selection.contains(self.model().index(number, 0)):
                region += cells.rect(number).translated(0, -down)
        return region

    # Painting

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed_at = event.position().toPoint() + QPoint(0, self.verticalOffset())
        super().mousePressEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHoverEvent):
            left = event.type() == QEvent.Type.HoverLeave
            self._pointer = None if left else event.position().toPoint()
            if left:
                # The view itself gets no event when the pointer leaves over the window's edge.
                self.viewport().update()
        return super().viewportEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, area = QPainter(self.viewport()), event.region()
        # Not `fillRect`: to choose among its overloads PySide makes the class of gradients, with 180 presets.
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.background)
        painter.drawRect(event.rect())
        cells, down = self.cells(), self.verticalOffset()
        for number in cells.touching(event.rect().translated(0, down)):
            rect = cells.rect(number).translated(0, -down)
            if area.intersects(rect):
                self.paint_cell(painter, self.model().index(number, 0), rect)
        if self.is_rubber_banding():
            self._paint_rubber_band(painter)
        painter.end()

    def paint_cell(self, painter: QPainter, index: QModelIndex, rect: QRect) -> None:
        """Paints the item into its cell `rect`."""
        raise NotImplementedError

    def is_hovered(self, rect: QRect) -> bool:
        """Returns whether the pointer is in `rect`."""
        return self._pointer is not None and rect.contains(self._pointer)

    def _paint_rubber_band(self, painter: QPainter) -> None:
        # PySide makes a class when it is first named: these three take a twentieth of the start.
        from PySide6.QtWidgets import QRubberBand, QStyle, QStyleOptionRubberBand  # noqa: PLC0415

        here = self.viewport().mapFromGlobal(self.cursor().pos())
        band = QStyleOptionRubberBand()
        band.initFrom(self)
        band.shape = QRubberBand.Shape.Rectangle
        band.opaque = False
        band.rect = QRect(self._pressed_at - QPoint(0, self.verticalOffset()), here).normalized()
        self.style().drawControl(QStyle.ControlElement.CE_RubberBand, band, painter, self)
