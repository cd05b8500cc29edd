"""The painting of the rows of a list, with a tick before the name, and where the tags in a cell are."""

from collections.abc import Iterator, Mapping, Sequence

from PySide6.QtCore import QCoreApplication, QPoint, QRect, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QStyle

from smtp_desktop.ui.cards.card_cache import CHIP_HEIGHT, DOT_SIDE, TICK_PX, CachedPainter, CardCache, Tick, width_of
from smtp_desktop.ui.cards.smtp_table import SmtpColumn, SmtpRow

ROW_PX = 36
_PADDING_PX = 11
_TICK_GAP_PX = 10
_CHIP_GAP_PX = 5
TEXT_FROM_PX = _PADDING_PX + TICK_PX + _TICK_GAP_PX
"""Where a name begins, in pixels from the edge of its cell: a press before that is one on the tick."""


class Cell:
    """The inside of a cell, measured from where its text begins: from the right where that is read so."""

    def __init__(self, rect: QRect, direction: Qt.LayoutDirection) -> None:
        self._inner = rect.adjusted(_PADDING_PX, 0, -_PADDING_PX, -1)
        self._direction = direction

    @property
    def width(self) -> int:
        return self._inner.width()

    def at(self, left: int, width: int, height: int) -> QRect:
        """Returns a rectangle of that size, vertically in the middle."""
        top = self._inner.top() + (self._inner.height() - height) // 2
        return QStyle.visualRect(self._direction, self._inner, QRect(self._inner.left() + left, top, width, height))


class RowPainter(CachedPainter):
    """Paints rows in the colours of `theme`. Keeps nothing of a row between calls.

    No delegate: Qt would make an option for each cell, which takes longer than to paint it.
    """

    def paint(
        self, painter: QPainter, cache: CardCache, row: SmtpRow, cells: Mapping[SmtpColumn, Cell], *, selected: bool
    ) -> None:
        """Paints what is in these cells of a row."""
        for column, cell in cells.items():
            match column:
                case SmtpColumn.NAME:
                    self._paint_name(painter, cache, cell, row, ticked=selected)
                case SmtpColumn.STATE:
                    painter.drawPixmap(cell.at(0, DOT_SIDE, DOT_SIDE + 1).topLeft(), cache.dot(row.card.tone.value))
                    _draw_text(painter, cache, cell, row.state, begin=15)
                case SmtpColumn.TAGS:
                    for _, chip, left in _placed(cache, row.tags, cell.width):
                        painter.drawPixmap(cell.at(left, _width(chip), CHIP_HEIGHT).topLeft(), chip)
                case _:
                    _draw_text(painter, cache, cell, row.text(column))

    def _paint_name(self, painter: QPainter, cache: CardCache, cell: Cell, row: SmtpRow, *, ticked: bool) -> None:
        painter.drawPixmap(cell.at(0, TICK_PX, TICK_PX).topLeft(), cache.tick(Tick.ON if ticked else Tick.OFF))
        begin = TEXT_FROM_PX - _PADDING_PX
        words = QCoreApplication.translate("CardPainter", "Default")
        badge = cache.badge(words, on_selected=ticked) if row.card.is_default else None
        badge_px = _width(badge) if badge else 0
        width = _draw_text(painter, cache, cell, row.card.name, begin=begin, end=badge_px and badge_px + 6, strong=True)
        if badge:
            painter.drawPixmap(cell.at(begin + width + 6, badge_px, CHIP_HEIGHT).topLeft(), badge)

    def tag_at(self, point: QPoint, cell: Cell, tags: Sequence[str]) -> str:
        """Returns the tag in the cell of the tags at a point of the view; empty where there is none."""
        placed = _placed(self._cache, tags, cell.width) if self._cache else ()
        return next((tag for tag, chip, left in placed if cell.at(left, _width(chip), CHIP_HEIGHT).contains(point)), "")


def _draw_text(
    painter: QPainter,
    cache: CardCache,
    cell: Cell,
    words: str,
    *,
    begin: int = 0,
    end: int = 0,
    strong: bool = False,
) -> int:
    """Draws the words between `begin` and `end` pixels from the edges, elided if need be; returns their width."""
    font = cache.strong if strong else cache.lead
    line = cache.line(words, font, max(0, cell.width - begin - end))
    width = width_of(line)
    cache.draw_line(painter, line, font, "text", rect=cell.at(begin, width, ROW_PX))
    return width


def _placed(cache: CardCache, tags: Sequence[str], room: int) -> Iterator[tuple[str, QPixmap, int]]:
    """Yields the tags that fit, each with its picture and where it begins, and last how many there are besides, which
    is no tag."""
    left = 0
    for number, tag in enumerate(tags):
        chip = cache.chip(tag, room, "")
        width = _width(chip)
        others = len(tags) - number - 1
        rest = cache.chip(f"+{others}", room, "") if others else None
        needed = width + (_width(rest) + _CHIP_GAP_PX if rest else 0)
        if left + needed > room and left:
            yield "", cache.chip(f"+{others + 1}", room, ""), left
            return
        yield tag, chip, left
        left += width + _CHIP_GAP_PX


def _width(picture: QPixmap) -> int:
    return round(picture.deviceIndependentSize().width())
