"""The painting of the rows of a list, with a tick before the name, and where the tags in a cell are."""

from collections.abc import Iterator, Sequence
from enum import Enum, auto

from PySide6.QtCore import QCoreApplication, QModelIndex, QPersistentModelIndex, QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFont, QIcon, QPainter, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from smtp_desktop.ui.cards.card_cache import CHIP_HEIGHT, DOT_SIDE, CardCache, shape_painter, width_of
from smtp_desktop.ui.cards.smtp_table import ROW_ROLE, SmtpColumn, SmtpRow
from smtp_desktop.ui.theme.theme import Theme

ROW_PX = 36
TICK_PX = 16
_PADDING_PX = 11
_TICK_GAP_PX = 10
_CHIP_GAP_PX = 5
_ICON_RATIO = 2
_CHECK = QPolygonF([QPointF(4.2, 8.2), QPointF(7, 11), QPointF(11.8, 5.6)])
TEXT_FROM_PX = _PADDING_PX + TICK_PX + _TICK_GAP_PX
"""Where a name begins, in pixels from the edge of its cell: a press before that is one on the tick."""


class Tick(Enum):
    """The state of a tick box."""

    OFF = auto()
    SOME = auto()
    ON = auto()


class RowPainter(QStyledItemDelegate):
    """Paints cells in the colours of `theme`. Keeps nothing of a row between calls."""

    def __init__(self, theme: Theme, view: QWidget) -> None:
        super().__init__(view)
        self.theme, self._view = theme, view
        self._cache: CardCache | None = None

    def cache_for(self, font: QFont, ratio: float) -> CardCache:
        """Returns the fonts and pictures for a screen with this device pixel ratio."""
        if self._cache is None or self._cache.made_for != (self.theme, font, ratio):
            self._cache = CardCache(self.theme, font, ratio)
        return self._cache

    def clear_cache(self) -> None:
        """Frees fonts and pictures. Must run on the GUI thread, which made them."""
        self._cache = None

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row: SmtpRow = index.data(ROW_ROLE)
        cell: QRect = option.rect
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.fillRect(cell, self.theme.color("accent_soft" if selected else "surface"))
        painter.fillRect(QRect(cell.left(), cell.bottom(), cell.width(), 1), self.theme.color("line"))
        cache = self.cache_for(self._view.font(), self._view.devicePixelRatioF())
        spot = _Spot(cell, option.direction)
        match SmtpColumn(index.column()):
            case SmtpColumn.NAME:
                self._paint_name(painter, cache, spot, row, ticked=selected)
            case SmtpColumn.STATE:
                painter.drawPixmap(spot.at(0, DOT_SIDE, DOT_SIDE + 1).topLeft(), cache.dot(row.card.tone.value))
                _draw_text(painter, cache, spot, row.state, begin=15)
            case SmtpColumn.TAGS:
                for _, chip, left in _placed(cache, row.tags, spot.width):
                    width = round(chip.deviceIndependentSize().width())
                    painter.drawPixmap(spot.at(left, width, CHIP_HEIGHT).topLeft(), chip)
            case column:
                _draw_text(painter, cache, spot, row.text(column))

    def _paint_name(self, painter: QPainter, cache: CardCache, spot: "_Spot", row: SmtpRow, *, ticked: bool) -> None:
        painter.save()
        painter.translate(spot.at(0, TICK_PX, TICK_PX).topLeft())
        paint_tick(painter, self.theme, Tick.ON if ticked else Tick.OFF)
        painter.restore()
        begin = TEXT_FROM_PX - _PADDING_PX
        badge = cache.badge(QCoreApplication.translate("CardPainter", "Default")) if row.card.is_default else None
        badge_px = round(badge.deviceIndependentSize().width()) if badge else 0
        width = _draw_text(painter, cache, spot, row.card.name, begin=begin, end=badge_px and badge_px + 6, strong=True)
        if badge:
            painter.drawPixmap(spot.at(begin + width + 6, badge_px, CHIP_HEIGHT).topLeft(), badge)

    def tag_at(self, point: QPoint, cell: QRect, index: QModelIndex, option: QStyleOptionViewItem) -> str:
        """Returns the tag in that cell at a point of the view; empty where there is none."""
        if index.column() != SmtpColumn.TAGS or self._cache is None:
            return ""
        row: SmtpRow = index.data(ROW_ROLE)
        spot = _Spot(cell, option.direction)
        for tag, chip, left in _placed(self._cache, row.tags, spot.width):
            if spot.at(left, round(chip.deviceIndependentSize().width()), CHIP_HEIGHT).contains(point):
                return tag
        return ""


class _Spot:
    """The inside of a cell, measured from where its text begins: from the right where that is read so."""

    def __init__(self, cell: QRect, direction: Qt.LayoutDirection) -> None:
        self._inner = cell.adjusted(_PADDING_PX, 0, -_PADDING_PX, -1)
        self._direction = direction

    @property
    def width(self) -> int:
        return self._inner.width()

    def at(self, left: int, width: int, height: int) -> QRect:
        """Returns a rectangle of that size, vertically in the middle."""
        top = self._inner.top() + (self._inner.height() - height) // 2
        return QStyle.visualRect(self._direction, self._inner, QRect(self._inner.left() + left, top, width, height))


def _draw_text(
    painter: QPainter,
    cache: CardCache,
    spot: _Spot,
    words: str,
    *,
    begin: int = 0,
    end: int = 0,
    strong: bool = False,
) -> int:
    """Draws the words between `begin` and `end` pixels from the edges, elided if need be; returns their width."""
    font = cache.strong if strong else cache.lead
    line = cache.line(words, font, max(0, spot.width - begin - end))
    width = width_of(line)
    cache.draw_line(painter, line, font, "text", rect=spot.at(begin, width, ROW_PX))
    return width


def _placed(cache: CardCache, tags: Sequence[str], room: int) -> Iterator[tuple[str, QPixmap, int]]:
    """Yields the tags that fit, each with its picture and where it begins, and last how many there are besides, which
    is no tag."""
    left = 0
    for number, tag in enumerate(tags):
        chip = cache.chip(tag, room, "")
        width = round(chip.deviceIndependentSize().width())
        others = len(tags) - number - 1
        rest = cache.chip(f"+{others}", room, "") if others else None
        needed = width + (round(rest.deviceIndependentSize().width()) + _CHIP_GAP_PX if rest else 0)
        if left + needed > room and left:
            yield "", cache.chip(f"+{others + 1}", room, ""), left
            return
        yield tag, chip, left
        left += width + _CHIP_GAP_PX


def paint_tick(painter: QPainter, theme: Theme, tick: Tick) -> None:
    """Paints a tick box, TICK_PX wide."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    box = QRectF(0.75, 0.75, TICK_PX - 1.5, TICK_PX - 1.5)
    painter.setPen(QPen(theme.color("faint" if tick is Tick.OFF else "accent"), 1.5))
    painter.setBrush(theme.color("accent" if tick is Tick.ON else "surface"))
    painter.drawRoundedRect(box, 3.5, 3.5)
    if tick is Tick.OFF:
        return
    pen = QPen(theme.color("on_accent" if tick is Tick.ON else "accent"), 1.8)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    if tick is Tick.ON:
        painter.drawPolyline(_CHECK)
    else:
        painter.drawLine(QPointF(5, 8), QPointF(11, 8))


def tick_icon(theme: Theme, tick: Tick) -> QIcon:
    """Returns a tick box for the header."""
    picture = QPixmap(TICK_PX * _ICON_RATIO, TICK_PX * _ICON_RATIO)
    picture.setDevicePixelRatio(_ICON_RATIO)
    picture.fill(Qt.GlobalColor.transparent)
    painter = shape_painter(picture)
    paint_tick(painter, theme, tick)
    painter.end()
    return QIcon(picture)
