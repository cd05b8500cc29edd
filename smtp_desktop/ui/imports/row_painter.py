"""The painting of the rows of what was found: tick boxes, two lines in a cell, choices and links."""

import re
from collections.abc import Iterable

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QFont, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from smtp_desktop.ui.cards.card_cache import DOT_SIDE, TICK_PX, CachedPainter, CardCache, MeasuredFont, width_of
from smtp_desktop.ui.imports.found import FoundColumn
from smtp_desktop.ui.imports.rows import SHOWN_ROLE, ShownRow, Way
from smtp_desktop.ui.theme.theme import Theme
from smtp_desktop.ui.widgets.message_text import one_line

ROW_PX, HEADER_PX = 50, 36
EDGE_PX = 14
"""Between the edge of the table and its first or last column."""
GAP_PX = 6
"""Between a column's edge and its text."""
TEXT_FROM_PX = EDGE_PX + TICK_PX + 13
"""Where names begin, in pixels from the edge of their cells: a press before that is one on the tick box."""
_LINE_PX, _HALF_PX = 16, 8
_CHOICE_PX, _CHOICE_RADIUS, _CHEVRON_PX = 30, 8, 4
_DOT_GAP_PX = 8
_ADDRESS = re.compile(r"^\S+(?::\d{1,5}|@\S+)$")
_Index = QModelIndex | QPersistentModelIndex


class RowDelegate(QStyledItemDelegate):
    """Paints cells in the colors of `theme`. `two_lines` is whether the server stands below the name."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._cached = CachedPainter(theme)
        self.two_lines = False

    @property
    def theme(self) -> Theme:
        return self._cached.theme

    def set_theme(self, theme: Theme) -> None:
        """Paints in the colors of `theme` from now on."""
        self._cached.theme = theme

    def cache_for(self, font: QFont, ratio: float) -> CardCache:
        """Returns the fonts and pictures for a screen with this device pixel ratio."""
        return self._cached.cache_for(font, ratio)

    def clear_cache(self) -> None:
        """Frees fonts and pictures; on the GUI thread."""
        self._cached.clear_cache()

    def wanted_px(self, view: QAbstractItemView, column: FoundColumn, rows: Iterable[ShownRow]) -> int:
        """Returns the width at which all of these rows can be read in a column."""
        cache = self.cache_for(view.font(), view.devicePixelRatioF())
        begin = {FoundColumn.NAME: TEXT_FROM_PX - EDGE_PX, FoundColumn.STATE: DOT_SIDE + _DOT_GAP_PX}.get(column, 0)
        font = (cache.strong if column is FoundColumn.NAME else cache.lead).metrics
        texts = [
            max(
                font.horizontalAdvance(one_line(row.text(column))),
                cache.small.metrics.horizontalAdvance(one_line(row.second(column))),
            )
            for row in rows
        ]
        return before_px(column) + begin + max(texts, default=0) + 2 + after_px(column)

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(0, ROW_PX)

    def editorEvent(
        self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: _Index
    ) -> bool:
        return False  # Qt would tick where it would paint the box; the table does it

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        shown: ShownRow = index.data(SHOWN_ROLE)
        rect, column = QRect(option.rect), FoundColumn(index.column())
        # Not the option's font, which is gone with the option.
        cache = self.cache_for(option.widget.font(), option.widget.devicePixelRatioF())
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, self.theme.color("accent_soft"))
        if index.row() + 1 < index.model().rowCount():
            painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), self.theme.color("line"))
        cell = _Cell(rect, option.direction, column)
        pen = _Pen(painter, cache, cell)
        token = "faint" if shown.tick is None else "text"
        match column:
            case FoundColumn.NAME:
                self._paint_name(pen, shown, token)
            case FoundColumn.STATE:
                painter.drawPixmap(cell.at(0, DOT_SIDE, DOT_SIDE + 1).topLeft(), cache.dot(shown.tone.value))
                pen.write(shown.text(column), shown.second(column), "text", begin=DOT_SIDE + _DOT_GAP_PX)
            case FoundColumn.WHAT:
                self._paint_what(pen, shown)
            case _:
                pen.write(shown.text(column), shown.second(column), token)

    def _paint_name(self, pen: "_Pen", shown: ShownRow, token: str) -> None:
        if shown.tick is not None:
            place = pen.cell.at(0, TICK_PX, TICK_PX).topLeft()
            pen.painter.drawPixmap(place, pen.cache.tick(shown.tick))
        below = shown.row.server if self.two_lines else ""
        pen.write(shown.text(FoundColumn.NAME), below, token, begin=TEXT_FROM_PX - EDGE_PX, strong=True)

    def _paint_what(self, pen: "_Pen", shown: ShownRow) -> None:
        words = shown.text(FoundColumn.WHAT)
        if shown.way is Way.CHOICE:
            self._paint_choice(pen, words)
        elif words:
            width = pen.write(words, "", "accent")
            if self.theme.more_contrast:
                under = pen.cell.at(0, width, _LINE_PX + 2)
                pen.painter.fillRect(QRect(under.left(), under.bottom(), width, 1), self.theme.color("accent"))

    def _paint_choice(self, pen: "_Pen", words: str) -> None:
        painter, cell = pen.painter, pen.cell
        box = QRectF(cell.at(0, cell.width, _CHOICE_PX)).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.theme.color("edge"), 1))
        painter.setBrush(self.theme.color("surface"))
        painter.drawRoundedRect(box, _CHOICE_RADIUS, _CHOICE_RADIUS)
        arrow = QRectF(cell.at(cell.width - 20, 2 * _CHEVRON_PX, _CHEVRON_PX))
        line = QPen(self.theme.color("muted"), 1.6)
        line.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(line)
        painter.drawPolyline([arrow.topLeft(), QPointF(arrow.center().x(), arrow.bottom()), arrow.topRight()])
        painter.restore()
        pen.write(words, "", "text", begin=9, end=25)


def before_px(column: FoundColumn) -> int:
    """Returns how much room is before the text of a cell."""
    return EDGE_PX if column is FoundColumn.NAME else GAP_PX


def after_px(column: FoundColumn) -> int:
    """Returns how much room is behind the text of a cell."""
    return EDGE_PX if column is FoundColumn.WHAT else GAP_PX


class _Cell:
    """The inside of a cell, measured from where its text begins: from the right where that is read so."""

    def __init__(self, rect: QRect, direction: Qt.LayoutDirection, column: FoundColumn) -> None:
        before, after = before_px(column), after_px(column)
        if direction is Qt.LayoutDirection.RightToLeft:
            before, after = after, before
        self._inner = rect.adjusted(before, 0, -after, -1)
        self._direction = direction

    @property
    def width(self) -> int:
        return self._inner.width()

    def at(self, left: int, width: int, height: int, above_px: int = 0) -> QRect:
        """Returns a rectangle of that size, so much above the middle."""
        top = self._inner.top() + (self._inner.height() - height) // 2 - above_px
        there = QRect(self._inner.left() + left, top, width, height)
        return QStyle.visualRect(self._direction, self._inner, there)


class _Pen:
    """Writes into a cell."""

    def __init__(self, painter: QPainter, cache: CardCache, cell: _Cell) -> None:
        self.painter, self.cache, self.cell = painter, cache, cell

    def write(self, words: str, below: str, token: str, *, begin: int = 0, end: int = 0, strong: bool = False) -> int:
        """Writes one line, or a second one `below` it, between `begin` and `end` pixels from the edges, and returns the
        width of the first."""
        font = self.cache.strong if strong else self.cache.lead
        room = max(0, self.cell.width - begin - end)
        above = _HALF_PX if below else 0
        width = self._line(words, font, token, room, begin=begin, above_px=above)
        if below:
            self._line(below, self.cache.small, "faint", room, begin=begin, above_px=-_HALF_PX)
        return width

    def _line(self, words: str, font: MeasuredFont, token: str, room: int, *, begin: int, above_px: int) -> int:
        shown = one_line(words)
        # Of an address both ends count: the host's name, and the port or the domain.
        if _ADDRESS.search(shown) and font.metrics.horizontalAdvance(shown) > room:
            shown = font.metrics.elidedText(shown, Qt.TextElideMode.ElideMiddle, room)
        line = self.cache.line(shown, font, room)
        width = width_of(line)
        place = self.cell.at(begin, width, _LINE_PX, above_px)
        self.cache.draw_line(self.painter, line, font, token, rect=place)
        return width
