"""Paints a card. Keeps nothing of a card between calls."""

from PySide6.QtCore import QCoreApplication, QPoint, QPointF, QRect, QRectF
from PySide6.QtGui import QFont, QPainter, QPainterPath

from smtp_desktop.ui.cards.card import Card
from smtp_desktop.ui.cards.card_ink import BAR_HEIGHT, BAR_WIDTH, ENDLESS, CardInk
from smtp_desktop.ui.theme.theme import Theme

CARD_HEIGHT = 152
CARD_MIN_WIDTH = 244
GAP = 16
_PADDING = 14
_DOTS_SIDE = 26
_CHIP_MIN_WIDTH = 40
_BAR_STEP = BAR_WIDTH + 2
_FEWEST_BARS = 4


def card_rect(cell: QRect) -> QRect:
    """Returns where the card lies in its cell of the grid."""
    half = GAP // 2
    return cell.adjusted(half, half, -half, -half)


def dots_rect(cell: QRect) -> QRect:
    """Returns where the three dots of a card lie."""
    card = card_rect(cell)
    return QRect(card.right() - _PADDING - _DOTS_SIDE + 4, card.top() + 11, _DOTS_SIDE, _DOTS_SIDE)


class CardFace:
    """Draws cards in the colours of `theme`."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        self._ink: CardInk | None = None

    def ink_for(self, font: QFont, ratio: float) -> CardInk:
        """Returns what cards are drawn with on a screen of that pixel ratio."""
        if self._ink is None or self._ink.made_for != (self.theme, font, ratio):
            self._ink = CardInk(self.theme, font, ratio)
        return self._ink

    def forget(self) -> None:
        """What cards are drawn with is gone, on this thread."""
        self._ink = None

    def paint(
        self, painter: QPainter, ink: CardInk, cell: QRect, card: Card, *, selected: bool, focused: bool, hovered: bool
    ) -> None:
        """The card stands in its cell."""
        rect = card_rect(cell)
        painter.drawPixmap(rect.topLeft(), ink.ground(rect.size(), selected=selected, focused=focused))
        inner = rect.adjusted(_PADDING, _PADDING, -_PADDING, -12)
        with_dots = selected or hovered or focused
        self._title(painter, ink, inner, card, room=_DOTS_SIDE + 4 if with_dots else 0)
        if with_dots:
            self._dots(painter, ink, dots_rect(cell), active=hovered)
        self._lines(painter, ink, inner, card)
        self._chips(painter, ink, inner, card)
        self._status(painter, ink, inner, card)

    def _title(self, painter: QPainter, ink: CardInk, inner: QRect, card: Card, *, room: int) -> None:
        line = QRect(inner.left(), inner.top(), inner.width() - room, 22)
        badge = ink.badge(QCoreApplication.translate("CardFace", "Default")) if card.is_default else None
        limit = line.width() - (round(badge.deviceIndependentSize().width()) + 8 if badge else 0)
        token = "muted" if card.dimmed else "text"
        name = ink.draw(painter, card.name, ink.name, token, place=line.adjusted(0, 0, limit - line.width(), 0))
        if badge:
            painter.drawPixmap(QPoint(line.left() + name + 8, line.top()), badge)

    def _dots(self, painter: QPainter, ink: CardInk, rect: QRect, *, active: bool) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if active:
            around = QPainterPath()
            around.addRoundedRect(rect, 6, 6)
            painter.fillPath(around, ink.brush("accent_soft"))
        dots, middle = QPainterPath(), QRectF(rect).center()
        for offset in (-5, 0, 5):
            dots.addEllipse(QPointF(middle.x(), middle.y() + offset), 1.6, 1.6)
        painter.fillPath(dots, ink.brush("accent" if active else "muted"))
        painter.restore()

    def _lines(self, painter: QPainter, ink: CardInk, inner: QRect, card: Card) -> None:
        top = inner.top() + 26
        token = "muted" if card.dimmed else "text"
        ink.draw(painter, card.lead, ink.lead, token, place=QRect(inner.left(), top, inner.width(), 19))
        ink.draw(painter, card.detail, ink.small, "muted", place=QRect(inner.left(), top + 20, inner.width(), 17))

    def _chips(self, painter: QPainter, ink: CardInk, inner: QRect, card: Card) -> None:
        left = inner.left()
        for number, words in enumerate(card.chips):
            room = inner.right() + 1 - left
            if room < _CHIP_MIN_WIDTH:
                return
            chip = ink.chip(words, room, accent=card.accent_chip and number == 0)
            painter.drawPixmap(QPoint(left, inner.top() + 71), chip)
            left += round(chip.deviceIndependentSize().width()) + 6

    def _status(self, painter: QPainter, ink: CardInk, inner: QRect, card: Card) -> None:
        line = QRect(inner.left(), inner.bottom() - 16, inner.width(), 17)
        painter.drawPixmap(QPoint(line.left(), line.center().y() - 4), ink.dot(card.tone.value))
        # The words come first: of the chart, only the latest bars that there is room for are drawn.
        whole = ink.line(card.status, ink.small, "muted", ENDLESS)
        free = line.width() - 15 - 8 - whole.width
        count = min(len(card.bars), max(_FEWEST_BARS, free // _BAR_STEP))
        bars = card.bars[len(card.bars) - count :]
        chart = count * _BAR_STEP
        room = line.adjusted(15, 0, -(chart + 8 if chart else 0), 0)
        if whole.width <= room.width():
            ink.put(painter, whole, ink.small, room)
        else:
            # Half an age says nothing: where there is no room for all of it, it is left to the tool tip.
            told = card.status.rpartition(" · ")[0] or card.status
            ink.draw(painter, told, ink.small, "muted", place=room)
        self._chart(painter, ink, line, bars)

    def _chart(self, painter: QPainter, ink: CardInk, line: QRect, bars: tuple[tuple[bool | None, float], ...]) -> None:
        left, top = line.right() + 1 - len(bars) * _BAR_STEP + 2, line.bottom() - BAR_HEIGHT
        for works, height in bars:
            tall = round((5 + (BAR_HEIGHT - 5) * height) * ink.ratio)
            painter.drawPixmap(left, top, ink.bar(works, tall))
            left += _BAR_STEP
