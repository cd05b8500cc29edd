"""The painting of cards, and where the parts of a card are."""

from PySide6.QtCore import QCoreApplication, QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPixmap, QStaticText

from smtp_desktop.ui.cards.card import Card
from smtp_desktop.ui.cards.card_cache import (
    BAR_HEIGHT,
    BAR_WIDTH,
    UNLIMITED,
    CachedPainter,
    CardCache,
    MeasuredFont,
    width_of,
)

CARD_HEIGHT = 152
CARD_MIN_WIDTH = 244
GAP, SMALL_GAP = QSize(16, 16), QSize(12, 12)
"""Between cards beside and above each other."""
_PADDING = 14
_DOTS_SIDE = 26
_CHIP_MIN_WIDTH = 40
_CHIP_GAP = 6
_BAR_STEP = BAR_WIDTH + 2
_FEWEST_BARS = 4
_RING_RADIUS = 16


def card_rect(cell: QRect, gap: QSize = GAP) -> QRect:
    """Returns the rectangle of a card within its cell of the grid."""
    beside, above = gap.width() // 2, gap.height() // 2
    return cell.adjusted(beside, above, -beside, -above)


def dots_rect(card: QRect, *, mirrored: bool = False) -> QRect:
    """Returns the rectangle of a card's menu button, the three dots."""
    left = Side(card, mirrored=mirrored).x(card.right() - _PADDING - _DOTS_SIDE + 4, _DOTS_SIDE)
    return QRect(left, card.top() + 11, _DOTS_SIDE, _DOTS_SIDE)


class Side:
    """Draws what is laid out from left to right on a card, and `mirrored` where that is read the other way."""

    def __init__(self, card: QRect, *, mirrored: bool) -> None:
        self._both_ends, self._mirrored = card.left() + card.right() + 1, mirrored

    def x(self, left: int, width: int) -> int:
        """Returns the left end of what is `width` wide and would be at `left`."""
        return self._both_ends - left - width if self._mirrored else left

    def draw_line(
        self, painter: QPainter, cache: CardCache, line: QStaticText, font: MeasuredFont, token: str, *, rect: QRect
    ) -> int:
        """Draws the line at the beginning of `rect`, and returns its width in pixels."""
        width = width_of(line)
        there = QRect(self.x(rect.left(), width), rect.top(), width, rect.height())
        cache.draw_line(painter, line, font, token, rect=there)
        return width

    def draw(
        self, painter: QPainter, cache: CardCache, words: str, font: MeasuredFont, token: str, *, rect: QRect
    ) -> int:
        """Draws the words at the beginning of `rect`, elided if need be, and returns their width in pixels."""
        return self.draw_line(painter, cache, cache.line(words, font, rect.width()), font, token, rect=rect)

    def draw_picture(self, painter: QPainter, picture: QPixmap, left: int, top: int) -> int:
        """Draws the picture, and returns its width in pixels."""
        width = _width(picture)
        painter.drawPixmap(QPoint(self.x(left, width), top), picture)
        return width


def _width(picture: QPixmap) -> int:
    return round(picture.deviceIndependentSize().width())


class CardPainter(CachedPainter):
    """Paints cards in the colours of `theme`. Keeps nothing of a card between calls."""

    def paint(
        self,
        painter: QPainter,
        cache: CardCache,
        rect: QRect,
        card: Card,
        *,
        selected: bool,
        focused: bool,
        hovered: bool,
        mirrored: bool = False,
    ) -> None:
        """Paints the card into `rect`."""
        side = Side(rect, mirrored=mirrored)
        painter.drawPixmap(rect.topLeft(), cache.background(rect.size(), selected=selected, focused=focused))
        if focused and self.theme.more_contrast:
            from smtp_desktop.ui.theme.focus_ring import draw_ring  # noqa: PLC0415 - few have this theme

            draw_ring(painter, rect, self.theme.color("focus"), _RING_RADIUS)
        inner = rect.adjusted(_PADDING, _PADDING, -_PADDING, -12)
        with_dots = selected or hovered or focused
        self._paint_title(painter, cache, side, inner, card, reserved=_DOTS_SIDE + 4 if with_dots else 0)
        if with_dots:
            self._paint_dots(painter, dots_rect(rect, mirrored=mirrored), active=hovered)
        self._paint_lines(painter, cache, side, inner, card)
        self._paint_chips(painter, cache, side, inner, card)
        self._paint_status(painter, cache, side, inner, card)

    def _paint_title(
        self, painter: QPainter, cache: CardCache, side: Side, inner: QRect, card: Card, *, reserved: int
    ) -> None:
        line = QRect(inner.left(), inner.top(), inner.width() - reserved, 22)
        badge = cache.badge(QCoreApplication.translate("CardPainter", "Default")) if card.is_default else None
        limit = line.width() - (_width(badge) + 8 if badge else 0)
        token = "muted" if card.dimmed else "text"
        rect = line.adjusted(0, 0, limit - line.width(), 0)
        width = side.draw(painter, cache, card.name, cache.name, token, rect=rect)
        if badge:
            side.draw_picture(painter, badge, line.left() + width + 8, line.top())

    def _paint_dots(self, painter: QPainter, rect: QRect, *, active: bool) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if active:
            painter.setBrush(self.theme.color("accent_soft"))
            painter.drawRoundedRect(rect, 6, 6)
        painter.setBrush(self.theme.color("accent" if active else "muted"))
        middle = QRectF(rect).center()
        for offset in (-5, 0, 5):
            painter.drawEllipse(QPointF(middle.x(), middle.y() + offset), 1.6, 1.6)
        painter.restore()

    def _paint_lines(self, painter: QPainter, cache: CardCache, side: Side, inner: QRect, card: Card) -> None:
        lead = QRect(inner.left(), inner.top() + 26, inner.width(), 19)
        detail = QRect(inner.left(), lead.top() + 20, inner.width(), 17)
        side.draw(painter, cache, card.lead, cache.lead, "muted" if card.dimmed else "text", rect=lead)
        side.draw(painter, cache, card.detail, cache.small, "muted", rect=detail)

    def _paint_chips(self, painter: QPainter, cache: CardCache, side: Side, inner: QRect, card: Card) -> None:
        left, top, end = inner.left(), inner.top() + 71, inner.right() + 1
        # The chip of a hold is never left out for want of space.
        hold = cache.chip(card.hold_chip, inner.width(), card.hold_tone.value) if card.hold_chip else None
        end -= _width(hold) + _CHIP_GAP if hold else 0
        for number, words in enumerate(card.chips):
            if end - left < _CHIP_MIN_WIDTH:
                break
            chip = cache.chip(words, end - left, "accent" if card.accent_chip and number == 0 else "")
            left += side.draw_picture(painter, chip, left, top) + _CHIP_GAP
        if hold:
            side.draw_picture(painter, hold, left, top)

    def _paint_status(self, painter: QPainter, cache: CardCache, side: Side, inner: QRect, card: Card) -> None:
        line = QRect(inner.left(), inner.bottom() - 16, inner.width(), 17)
        side.draw_picture(painter, cache.dot(card.tone.value), line.left(), line.center().y() - 4)
        # The text has priority: of the chart, only the latest bars that still fit are drawn.
        whole = cache.line(card.status, cache.small, UNLIMITED)
        free = line.width() - 15 - 8 - width_of(whole)
        count = min(len(card.bars), max(_FEWEST_BARS, free // _BAR_STEP))
        bars = card.bars[len(card.bars) - count :]
        chart = count * _BAR_STEP
        rect = line.adjusted(15, 0, -(chart + 8 if chart else 0), 0)
        if width_of(whole) <= rect.width():
            side.draw_line(painter, cache, whole, cache.small, "muted", rect=rect)
        else:
            # An elided age is useless: where the whole status does not fit, the age is left to the tool tip.
            without_age = card.status.rpartition(" · ")[0] or card.status
            side.draw(painter, cache, without_age, cache.small, "muted", rect=rect)
        self._paint_chart(painter, cache, side, line, bars)

    def _paint_chart(
        self, painter: QPainter, cache: CardCache, side: Side, line: QRect, bars: tuple[tuple[bool | None, float], ...]
    ) -> None:
        left, top = line.right() + 1 - len(bars) * _BAR_STEP + 2, line.bottom() - BAR_HEIGHT
        for works, height in bars:
            height_px = round((5 + (BAR_HEIGHT - 5) * height) * cache.ratio)
            painter.drawPixmap(side.x(left, BAR_WIDTH), top, cache.bar(works, height_px))
            left += _BAR_STEP
