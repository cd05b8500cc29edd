"""A list of items in cells of one size that fill the width, however many there are."""

from __future__ import annotations

from PySide6 import QtCore, QtWidgets
from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize
from PySide6.QtGui import QHoverEvent, QPainter, QRegion
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from smtp_desktop.ui.cards.cells import Cells

TYPE_CHECKING = False
if TYPE_CHECKING:
    from PySide6.QtCore import QEvent, Qt
    from PySide6.QtGui import QBrush, QMouseEvent, QPaintEvent, QResizeEvent

_Action = QAbstractItemView.CursorAction
_Hint = QAbstractItemView.ScrollHint
_ONE = QSize(1, 1)
_LINES_OF_WHEEL = 3  # what a notch is worth by the settings of most systems
_Index = QModelIndex | QPersistentModelIndex


class CellView(QListView):
    """To a person, a test and a screen reader it is a QListView.

    But that one asks the model about every item to lay it out. Here all places are computed, and only what is in sight
    is looked at: a hundred thousand items are shown as fast as a hundred.
    """

    def __init__(self, least_cell: QSize, background: QBrush, parent: QWidget | None = None) -> None:
        """Cells are as high as `least_cell`, and at least as wide."""
        super().__init__(parent)
        self._least_cell = least_cell
        self.background = background
        self._pointer: QPoint | None = None
        self._pressed_at = QPoint()  # in the content
        self.setProperty("horizontalScrollBarPolicy", "ScrollBarAlwaysOff")
        self.setMouseTracking(True)
        # A viewport of its own: to name the one that Qt made, PySide would load every kind of widget, 25 ms.
        viewport = QWidget()
        viewport.setAttribute(QtCore.Qt.WidgetAttribute.WA_Hover)
        # Filled by `paintEvent`. Only what is opaque does Qt shift when it scrolls, and has just the rest painted.
        viewport.setAttribute(QtCore.Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setViewport(viewport)
        self.setSelectionRectVisible(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)

    def take_focus(self) -> None:
        """The keyboard is for this list, and the first item the current one."""
        # As QAbstractItemView does by itself, which asks `moveCursor` with enumerations of Qt for that.
        if not self.currentIndex().isValid():
            self.selectionModel().setCurrentIndex(self.model().index(0, 0), QItemSelectionModel.SelectionFlag.NoUpdate)
        self.setFocus()

    def columns(self) -> int:
        """Returns how many cells stand in a row."""
        return max(1, self._room() // self._least_cell.width())

    def is_in_sight(self, index: QModelIndex) -> bool:
        """Returns whether something of the item is seen."""
        return self.visualRect(index).intersects(self.viewport().rect())

    def cells(self, count: int | None = None) -> Cells:
        """Returns where all items lie; where `count` would, if it is given."""
        columns, model = self.columns(), self.model()
        return Cells(
            count=count if count is not None else model.rowCount() if model else 0,
            columns=columns,
            cell_width=max(1, self._room() // columns),
            cell_height=self._least_cell.height(),
            width=self.viewport().width(),
            mirrored=self.isRightToLeft(),
        )

    def _room(self) -> int:
        # As if the scroll bar were there, so that its coming and going moves nothing.
        return self.maximumViewportSize().width() - self.verticalScrollBar().sizeHint().width() - 1

    def _is_drawing_band(self) -> bool:
        return self.state() is QAbstractItemView.State.DragSelectingState

    # Where things are. QListView would look it up in its layout.

    def reset(self) -> None:
        super().reset()
        self.doItemsLayout()  # now: it costs nothing, and all is painted at once

    def doItemsLayout(self) -> None:
        QAbstractItemView.doItemsLayout(self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        QAbstractItemView.resizeEvent(self, event)

    def updateGeometries(self) -> None:
        bar, height = self.verticalScrollBar(), self.viewport().height()
        bar.setSingleStep(self._least_cell.height() // _LINES_OF_WHEEL)  # one row for each notch of the wheel
        bar.setPageStep(height)
        bar.setRange(0, max(0, self.cells().height - height))

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
        if self._is_drawing_band():
            self.viewport().update()
        elif self._pointer:
            # It is over another item now.
            for there in (self._pointer, self._pointer + QPoint(dx, dy)):
                self.update(self.indexAt(there))

    def scrollTo(self, index: _Index, hint: QAbstractItemView.ScrollHint = _Hint.EnsureVisible) -> None:
        if not index.isValid():
            return
        bar, cell = self.verticalScrollBar(), self.cells().rect(index.row())
        above, below = cell.top(), cell.bottom() + 1 - self.viewport().height()
        places = {
            _Hint.EnsureVisible: min(max(bar.value(), below), above),
            _Hint.PositionAtTop: above,
            _Hint.PositionAtBottom: below,
            _Hint.PositionAtCenter: (above + below) // 2,
        }
        bar.setValue(places[hint])

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
        if self._is_drawing_band():
            for number in cells.touching(rect.normalized().translated(down)):
                self._add(selection, number, number)
        elif cells.count and (rect.size() != _ONE or cells.at(rect.topLeft() + down) is not None):
            # All from one to the other, in the order of reading.
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

    # What is seen

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed_at = event.position().toPoint() + QPoint(0, self.verticalOffset())
        super().mousePressEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHoverEvent):
            left = event.type() == QtCore.QEvent.Type.HoverLeave
            self._pointer = None if left else event.position().toPoint()
            if left:
                # Through the window's edge, of which the view itself hears nothing.
                self.viewport().update()
        return super().viewportEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, area = QPainter(self.viewport()), event.region()
        painter.setBackground(self.background)
        painter.eraseRect(event.rect())
        cells, down = self.cells(), self.verticalOffset()
        for number in cells.touching(event.rect().translated(0, down)):
            place = cells.rect(number).translated(0, -down)
            if area.intersects(place):
                self.paint_cell(painter, self.model().index(number, 0), place)
        if self._is_drawing_band():
            self._paint_band(painter)
        painter.end()

    def paint_cell(self, painter: QPainter, index: QModelIndex, place: QRect) -> None:
        """The item is painted into its cell."""
        raise NotImplementedError

    def is_pointed_at(self, place: QRect) -> bool:
        """Whether the pointer is there."""
        return self._pointer is not None and place.contains(self._pointer)

    def _paint_band(self, painter: QPainter) -> None:
        here = self.viewport().mapFromGlobal(self.cursor().pos())
        band = QtWidgets.QStyleOptionRubberBand()
        band.initFrom(self)
        band.shape = QtWidgets.QRubberBand.Shape.Rectangle
        band.opaque = False
        band.rect = QRect(self._pressed_at - QPoint(0, self.verticalOffset()), here).normalized()
        rubber_band = QtWidgets.QStyle.ControlElement.CE_RubberBand
        self.style().drawControl(rubber_band, band, painter, self)
