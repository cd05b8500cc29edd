"""The grid of cards."""

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QWidget

from smtp_desktop.ui.cards.card import CARD_ROLE
from smtp_desktop.ui.cards.card_cache import shape_painter
from smtp_desktop.ui.cards.card_painter import CARD_HEIGHT, CARD_MIN_WIDTH, GAP, CardPainter, card_rect, dots_rect
from smtp_desktop.ui.cards.cell_view import CellView
from smtp_desktop.ui.theme.styled import ACCESSIBLE_AS
from smtp_desktop.ui.theme.theme import Theme
from smtp_desktop.ui.widgets.double_click import DoubleClick

_PLACEHOLDERS = 6
_CARD = QSize(CARD_MIN_WIDTH, CARD_HEIGHT)


class CardGrid(CellView):
    """Shows a model's cards in rows that fill the width. Its `objectName` is `grid`."""

    opened = Signal(object)
    """A card was clicked. Carries its QModelIndex."""
    edit_asked = Signal(object)
    """A card was double-clicked, or Enter was pressed on it. Carries its QModelIndex."""
    menu_asked = Signal(object, object)
    """A card's menu was requested. Carries its QModelIndex and the position on the screen, a QPoint."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(_CARD + GAP, theme.color("bg"), parent)
        self._gap = GAP
        self.setObjectName("grid")
        self.setProperty(ACCESSIBLE_AS, "items")
        self.setProperty("paintsFocus", True)  # on the card that has it
        self._theme = theme
        self._loading = False
        self._double_click = DoubleClick(self)
        self._painter = CardPainter(theme)
        self.destroyed.connect(self._painter.clear_cache)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)

    def set_theme(self, theme: Theme) -> None:
        """Paints the cards in the colours of `theme`."""
        self._theme = self._painter.theme = theme
        self.background = theme.color("bg")
        self.viewport().update()

    def set_gap(self, gap: QSize, *, bar_over_px: int | None) -> None:
        """Sets the room between cards; for `bar_over_px` see `set_cell`."""
        self._gap = gap
        self.set_cell(_CARD + gap, bar_over_px=bar_over_px)

    def dots(self, index: QModelIndex) -> QRect:
        """Returns the rectangle of the card's menu button, the three dots, in the viewport."""
        return dots_rect(card_rect(self.visualRect(index), self._gap), mirrored=self.isRightToLeft())

    def set_loading(self, loading: bool) -> None:
        """Shows grey placeholders where the cards will be, or hides them."""
        self._loading = loading
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._loading:
            self._paint_placeholders()

    def paint_cell(self, painter: QPainter, index: QModelIndex, rect: QRect) -> None:
        self._painter.paint(
            painter,
            self._painter.cache_for(self.font(), self.devicePixelRatioF()),
            card_rect(rect, self._gap),
            index.data(CARD_ROLE),
            selected=self.selectionModel().isSelected(index),
            focused=self.hasFocus() and index == self.currentIndex(),
            hovered=self.is_hovered(rect),
            mirrored=self.isRightToLeft(),
        )

    def _paint_placeholders(self) -> None:
        painter = shape_painter(self.viewport())
        painter.setOpacity(0.5)
        painter.setBrush(self._theme.color("line"))
        cells = self.cells(_PLACEHOLDERS)
        for number in range(_PLACEHOLDERS):
            painter.drawRoundedRect(card_rect(cells.rect(number), self._gap), 12, 12)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        super().mousePressEvent(event)
        if not index.isValid() or event.button() != Qt.MouseButton.LeftButton or self._selects(event):
            return
        if self.dots(index).contains(event.position().toPoint()):
            self._ask_menu(index)
        else:
            pressed = QPersistentModelIndex(index)
            self._double_click.expect(lambda: self._edit(pressed))
            self.opened.emit(index)

    def _edit(self, pressed: QPersistentModelIndex) -> None:
        if pressed.isValid():
            self.edit_asked.emit(self.model().index(pressed.row(), 0))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        on_dots = index.isValid() and self.dots(index).contains(event.position().toPoint())
        plain = event.button() == Qt.MouseButton.LeftButton and not self._selects(event)
        if index.isValid() and not on_dots and plain:
            self.edit_asked.emit(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.edit_asked.emit(self.currentIndex())
            return
        several = self.selectionMode() is QAbstractItemView.SelectionMode.ExtendedSelection
        if several and event.key() == Qt.Key.Key_Space and self.currentIndex().isValid():
            # As a tick in a list: besides the others, or no longer.
            self.selectionModel().select(self.currentIndex(), QItemSelectionModel.SelectionFlag.Toggle)
            return
        super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            index = self.currentIndex()
            if index.isValid():
                self._ask_menu(index)
            return
        index = self.indexAt(event.pos())
        if index.isValid():
            # On one of several selected cards the menu is for all of them.
            flag = QItemSelectionModel.SelectionFlag
            was_selected = self.selectionModel().isSelected(index)
            self.selectionModel().setCurrentIndex(index, flag.NoUpdate if was_selected else flag.ClearAndSelect)
            self.menu_asked.emit(index, event.globalPos())

    def _selects(self, event: QMouseEvent) -> bool:
        """Whether the click changes a selection of several cards instead of opening the card."""
        several = self.selectionMode() is QAbstractItemView.SelectionMode.ExtendedSelection
        keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        return several and bool(event.modifiers() & keys)

    def _ask_menu(self, index: QModelIndex) -> None:
        dots = self.dots(index)
        self.menu_asked.emit(index, self.viewport().mapToGlobal(QPoint(dots.left(), dots.bottom() + 2)))
