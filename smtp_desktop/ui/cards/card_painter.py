"""The painting of cards, and where the parts of a card are."""

from PySide6.QtCore import QCoreApplication, QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QPixmap

from smtp_desktop.ui.cards.card import Card
from smtp_desktop.ui.cards.card_cache import BAR_HEIGHT, BAR_WIDTH, UNLIMITED, CardCache, width_of
from smtp_desktop.ui.theme.theme import Theme

CARD_HEIGHT = 152
CARD_MIN_WIDTH = 244
GAP = 16
_PADDING = 14
_DOTS_SIDE = 26
_CHIP_MIN_WIDTH = 40
_CHIP_GAP = 6
_BAR_STEP = BAR_WIDTH + 2
_FEWEST_BARS = 4
_RING_RADIUS = 16


def card_rect(cell: QRect) -> QRect:
    """Returns the rectangle of a card within its cell of the grid."""
    half = GAP // 2
    return cell.adjusted(half, half, -half, -half)


def dots_rect(cell: QRect) -> QRect:
    """Returns the rectangle of a card's menu button, the three dots."""
    card = card_rect(cell)
    return QRect(card.right() - _PADDING - _DOTS_SIDE + 4, card.top() + 11, _DOTS_SIDE, _DOTS_SIDE)


def _chip_step(chip: QPixmap) -> int:
    """Returns the distance from a chip to the next."""
    return round(chip.deviceIndependentSize().width()) + _CHIP_GAP


class CardPainter:
    """Paints cards in the colours of `theme`. Keeps nothing of a card between calls."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
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
        self,
        painter: QPainter,
        cache: CardCache,
        cell: QRect,
        card: Card,
        *,
        selected: bool,
        focused: bool,
        hovered: bool,
    ) -> None:
        """Paints the card into its cell."""
        rect = card_rect(cell)
        painter.drawPixmap(rect.topLeft(), cache.background(rect.size(), selected=selected, focused=focused))
        if focused and self.theme.more_contrast:
            from smtp_desktop.ui.theme.focus_ring import draw_ring  # noqa: PLC0415 - few have this theme

            draw_ring(painter, rect, self.theme.color("focus"), _RING_RADIUS)
        inner = rect.adjusted(_PADDING, _PADDING, -_PADDING, -12)
        with_dots = selected or hovered or focused
        self._paint_title(painter, cache, inner, card, reserved=_DOTS_SIDE + 4 if with_dots else 0)
        if with_dots:
            self._paint_dots(painter, dots_rect(cell), active=hovered)
        self._paint_lines(painter, cache, inner, card)
        self._paint_chips(painter, cache, inner, card)
        self._paint_status(painter, cache, inner, card)

    def _paint_title(self, painter: QPainter, cache: CardCache, inner: QRect, card: Card, *, reserved: int) -> None:
        line = QRect(inner.left(), inner.top(), inner.width() - reserved, 22)
        badge = cache.badge(QCoreApplication.translate("CardPainter", "Default")) if card.is_default else None
        limit = line.width() - (round(badge.deviceIndependentSize().width()) + 8 if badge else 0)
        token = "muted" if card.dimmed else "text"
        width = cache.draw(painter, card.name, cache.name, token, rect=line.adjusted(0, 0, limit - line.width(), 0))
        if badge:
            painter.drawPixmap(QPoint(line.left() + width + 8, line.top()), badge)

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

    def _paint_lines(self, painter: QPainter, cache: CardCache, inner: QRect, card: Card) -> None:
        top = inner.top() + 26
        token = "muted" if card.dimmed else "text"
        cache.draw(painter, card.lead, cache.lead, token, rect=QRect(inner.left(), top, inner.width(), 19))
        cache.draw(painter, card.detail, cache.small, "muted", rect=QRect(inner.left(), top + 20, inner.width(), 17))

    def _paint_chips(self, painter: QPainter, cache: CardCache, inner: QRect, card: Card) -> None:
        left, top, end = inner.left(), inner.top() + 71, inner.right() + 1
        # The chip of a hold is never left out for want of space.
        hold = cache.chip(card.hold_chip, inner.width(), card.hold_tone.value) if card.hold_chip else None
        end -= _chip_step(hold) if hold else 0
        for number, words in enumerate(card.chips):
            if end - left < _CHIP_MIN_WIDTH:
                break
            chip = cache.chip(words, end - left, "accent" if card.accent_chip and number == 0 else "")
            painter.drawPixmap(QPoint(left, top), chip)
            left += _chip_step(chip)
        if hold:
            painter.drawPixmap(QPoint(left, top), hold)

    def _paint_status(self, painter: QPainter, cache: CardCache, inner: QRect, card: Card) -> None:
        line = QRect(inner.left(), inner.bottom() - 16, inner.width(), 17)
        painter.drawPixmap(QPoint(line.left(), line.center().y() - 4), cache.dot(card.tone.value))
        # The text has priority: of the chart, only the latest bars that still fit are drawn.
        whole = cache.line(card.status, cache.small, UNLIMITED)
        free = line.width() - 15 - 8 - width_of(whole)
        count = min(len(card.bars), max(_FEWEST_BARS, free // _BAR_STEP))
        bars = card.bars[len(card.bars) - count :]
        chart = count * _BAR_STEP
        rect = line.adjusted(15, 0, -(chart + 8 if chart else 0), 0)
        if width_of(whole) <= rect.width():
            cache.draw_line(painter, whole, cache.small, "muted", rect=rect)
        else:
            # An elided age is useless: where the whole status does not fit, the age is left to the tool tip.
            without_age = card.status.rpartition(" · ")[0] or card.status
            cache.draw(painter, without_age, cache.small, "muted", rect=rect)
        self._paint_chart(painter, cache, line, bars)

    def _paint_chart(
        self, painter: QPainter, cache: CardCache, line: QRect, bars: tuple[tuple[bool | None, float], ...]
    ) -> None:
        left, top = line.right() + 1 - len(bars) * _BAR_STEP + 2, line.bottom() - BAR_HEIGHT
        for works, height in bars:
            height_px = round((5 + (BAR_HEIGHT - 5) * height) * cache.ratio)
            painter.drawPixmap(left, top, cache.bar(works, height_px))
            left += _BAR_STEP
