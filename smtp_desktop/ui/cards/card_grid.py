"""The grid of cards."""

from __future__ import annotations

from PySide6 import QtCore, QtGui
from PySide6.QtCore import QModelIndex, QPoint, QRect, QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QPainterPath
from PySide6.QtWidgets import QAbstractItemView, QWidget

from smtp_desktop.ui.cards.card import CARD_ROLE
from smtp_desktop.ui.cards.card_face import CARD_HEIGHT, CARD_MIN_WIDTH, GAP, CardFace, card_rect, dots_rect
from smtp_desktop.ui.cards.card_ink import brush_of, smooth_painter
from smtp_desktop.ui.cards.cell_view import CellView

TYPE_CHECKING = False
if TYPE_CHECKING:
    from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QPaintEvent

    from smtp_desktop.ui.theme.theme import Theme

_SKELETONS = 6


class CardGrid(CellView):
    """Shows a model's cards in rows that fill the width. Its `objectName` is `grid`."""

    opened = Signal(object)
    """A card was clicked: its QModelIndex."""
    edit_asked = Signal(object)
    """A card was double-clicked, or Enter was pressed on it: its QModelIndex."""
    menu_asked = Signal(object, object)
    """The menu of a card is wanted: its QModelIndex and the place on the screen, a QPoint."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(QSize(CARD_MIN_WIDTH + GAP, CARD_HEIGHT + GAP), brush_of(theme.color("bg")), parent)
        self.setObjectName("grid")
        self._theme = theme
        self._loading = False
        self._face = CardFace(theme)
        self.destroyed.connect(self._face.forget)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)

    def set_theme(self, theme: Theme) -> None:
        """The cards are painted in the colours of `theme`."""
        self._theme = self._face.theme = theme
        self.background = brush_of(theme.color("bg"))
        self.viewport().update()

    def set_loading(self, loading: bool) -> None:
        """Grey shapes stand where cards will be, or not any more."""
        self._loading = loading
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._loading:
            self._paint_skeleton()

    def paint_cell(self, painter: QPainter, index: QModelIndex, place: QRect) -> None:
        self._face.paint(
            painter,
            self._face.ink_for(self.font(), self.devicePixelRatioF()),
            place,
            index.data(CARD_ROLE),
            selected=self.selectionModel().isSelected(index),
            focused=self.hasFocus() and index == self.currentIndex(),
            hovered=self.is_pointed_at(place),
        )

    def _paint_skeleton(self) -> None:
        painter, shapes = smooth_painter(self.viewport()), QPainterPath()
        painter.setOpacity(0.5)
        cells = self.cells(_SKELETONS)
        for number in range(_SKELETONS):
            shapes.addRoundedRect(QRectF(card_rect(cells.rect(number))), 12, 12)
        painter.fillPath(shapes, brush_of(self._theme.color("line")))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        super().mousePressEvent(event)
        if not index.isValid() or event.button() != QtCore.Qt.MouseButton.LeftButton or self._selects(event):
            return
        if dots_rect(self.visualRect(index)).contains(event.position().toPoint()):
            self._ask_menu(index)
        else:
            self.opened.emit(index)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        on_dots = index.isValid() and dots_rect(self.visualRect(index)).contains(event.position().toPoint())
        plain = event.button() == QtCore.Qt.MouseButton.LeftButton and not self._selects(event)
        if index.isValid() and not on_dots and plain:
            self.edit_asked.emit(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (QtCore.Qt.Key.Key_Return, QtCore.Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.edit_asked.emit(self.currentIndex())
            return
        super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QtGui.QContextMenuEvent.Reason.Keyboard:
            index = self.currentIndex()
            if index.isValid():
                self._ask_menu(index)
            return
        index = self.indexAt(event.pos())
        if index.isValid():
            # On one of several that are selected the menu is for all of them.
            flag = QtCore.QItemSelectionModel.SelectionFlag
            kept = self.selectionModel().isSelected(index)
            self.selectionModel().setCurrentIndex(index, flag.NoUpdate if kept else flag.ClearAndSelect)
            self.menu_asked.emit(index, event.globalPos())

    def _selects(self, event: QMouseEvent) -> bool:
        """Whether a click adds to the selection, or takes from it, rather than opening the card."""
        several = self.selectionMode() is QAbstractItemView.SelectionMode.ExtendedSelection
        keys = QtCore.Qt.KeyboardModifier.ControlModifier | QtCore.Qt.KeyboardModifier.ShiftModifier
        return several and bool(event.modifiers() & keys)

    def _ask_menu(self, index: QModelIndex) -> None:
        dots = dots_rect(self.visualRect(index))
        self.menu_asked.emit(index, self.viewport().mapToGlobal(QPoint(dots.left(), dots.bottom() + 2)))
