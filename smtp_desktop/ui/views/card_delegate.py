"""Paints a card. Keeps no state between calls and reads one role."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from smtp_desktop.ui.models.card import CARD_ROLE, Card
from smtp_desktop.ui.theme import Theme

CARD_HEIGHT = 152
CARD_MIN_WIDTH = 244
GAP = 16
_PADDING = 14
_DOTS_SIDE = 26
_CHIP_EXTRA = 18  # what a chip is wider than its words
_CHIP_MIN_WIDTH = 40
_BAR_WIDTH, _BAR_GAP, _BAR_HEIGHT = 3, 2, 14
_FEWEST_BARS = 4
_BAR_TOKENS = {True: "ok", False: "bad", None: "warn"}


def card_rect(cell: QRect) -> QRect:
    """Returns where the card lies in its cell of the grid."""
    half = GAP // 2
    return cell.adjusted(half, half, -half, -half)


def dots_rect(cell: QRect) -> QRect:
    """Returns where the three dots of a card lie."""
    card = card_rect(cell)
    return QRect(card.right() - _PADDING - _DOTS_SIDE + 4, card.top() + 11, _DOTS_SIDE, _DOTS_SIDE)


def _font(base: QFont, pixels: float, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    font = QFont(base)
    font.setPixelSize(round(pixels))
    font.setWeight(weight)
    return font


class CardDelegate(QStyledItemDelegate):
    """Draws cards in the colours of `theme`."""

    def __init__(self, theme: Theme, parent: object = None) -> None:
        super().__init__(parent)  # type: ignore[arg-type]  # any QObject; typing it would need one import more
        self.theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        # The grid stretches its cells to fill the row; a card fills its cell.
        view = option.widget
        return view.gridSize() if isinstance(view, QListView) else QSize(CARD_MIN_WIDTH + GAP, CARD_HEIGHT + GAP)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        card: Card = index.data(CARD_ROLE)
        cell: QRect = option.rect
        state: QStyle.StateFlag = option.state
        font: QFont = option.font
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = card_rect(cell)
        selected = bool(state & QStyle.StateFlag.State_Selected)
        focused = bool(state & QStyle.StateFlag.State_HasFocus)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        self._ground(painter, rect, selected=selected, focused=focused)
        inner = rect.adjusted(_PADDING, _PADDING, -_PADDING, -12)
        with_dots = selected or hovered or focused
        self._title(painter, inner, card, font, room=_DOTS_SIDE + 4 if with_dots else 0)
        if with_dots:
            self._dots(painter, dots_rect(cell), active=hovered)
        self._lines(painter, inner, card, font)
        self._chips(painter, inner, card, font)
        self._status(painter, inner, card, font)
        painter.restore()

    def _ground(self, painter: QPainter, rect: QRect, *, selected: bool, focused: bool) -> None:
        theme = self.theme
        shadow = QColor(16, 24, 40, 14) if theme.mode == "light" else QColor(0, 0, 0, 90)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(shadow)
        painter.drawRoundedRect(QRectF(rect).translated(0, 1.5), 12, 12)
        strong = selected or focused
        width = 2.0 if strong else 1.0
        pen = QPen(theme.color("accent" if strong else "line"), width)
        if focused and not selected:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(theme.color("surface"))
        half = width / 2
        painter.drawRoundedRect(QRectF(rect).adjusted(half, half, -half, -half), 12, 12)

    def _title(self, painter: QPainter, inner: QRect, card: Card, base: QFont, *, room: int) -> None:
        font = _font(base, 14, QFont.Weight.DemiBold)
        line = QRect(inner.left(), inner.top(), inner.width() - room, 22)
        badge_font = _font(base, 11.5, QFont.Weight.DemiBold)
        badge = self.tr("Default")
        badge_width = QFontMetrics(badge_font).horizontalAdvance(badge) + 16 if card.is_default else 0
        limit = line.width() - (badge_width + 8 if badge_width else 0)
        token = "muted" if card.dimmed else "text"
        name = self._text(painter, line.adjusted(0, 0, limit - line.width(), 0), card.name, font, token)
        if badge_width:
            chip = QRectF(line.left() + name + 8, line.top(), badge_width, 22)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.theme.color("accent_soft"))
            painter.drawRoundedRect(chip, 11, 11)
            painter.setFont(badge_font)
            painter.setPen(self.theme.color("accent"))
            painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, badge)

    def _dots(self, painter: QPainter, rect: QRect, *, active: bool) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        if active:
            painter.setBrush(self.theme.color("accent_soft"))
            painter.drawRoundedRect(QRectF(rect), 6, 6)
        painter.setBrush(self.theme.color("accent" if active else "muted"))
        middle = QRectF(rect).center()
        for offset in (-5, 0, 5):
            painter.drawEllipse(QPointF(middle.x(), middle.y() + offset), 1.6, 1.6)

    def _lines(self, painter: QPainter, inner: QRect, card: Card, base: QFont) -> None:
        top = inner.top() + 26
        token = "muted" if card.dimmed else "text"
        self._text(painter, QRect(inner.left(), top, inner.width(), 19), card.lead, _font(base, 13), token)
        self._text(painter, QRect(inner.left(), top + 20, inner.width(), 17), card.detail, _font(base, 12), "muted")

    def _chips(self, painter: QPainter, inner: QRect, card: Card, base: QFont) -> None:
        left = inner.left()
        for number, chip in enumerate(card.chips):
            accent = card.accent_chip and number == 0
            room = inner.right() + 1 - left
            if room < _CHIP_MIN_WIDTH:
                return
            left += self._chip(painter, QRect(left, inner.top() + 71, room, 22), chip, base, accent=accent) + 6

    def _chip(self, painter: QPainter, place: QRect, words: str, base: QFont, *, accent: bool) -> int:
        """Draws a chip at the left of `place`, elided where it does not fit; returns its width in pixels."""
        font = _font(base, 11.5, QFont.Weight.DemiBold if accent else QFont.Weight.Medium)
        metrics = QFontMetrics(font)
        shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, place.width() - _CHIP_EXTRA)
        width = metrics.horizontalAdvance(shown) + _CHIP_EXTRA
        rect = QRectF(place.left() + 0.5, place.top() + 0.5, width - 1, 21)
        painter.setFont(font)
        painter.setPen(Qt.PenStyle.NoPen if accent else QPen(self.theme.color("line"), 1))
        painter.setBrush(self.theme.color("accent_soft" if accent else "sunken"))
        painter.drawRoundedRect(rect, 10.5, 10.5)
        painter.setPen(self.theme.color("accent" if accent else "muted"))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, shown)
        return width

    def _status(self, painter: QPainter, inner: QRect, card: Card, base: QFont) -> None:
        line = QRect(inner.left(), inner.bottom() - 16, inner.width(), 17)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.theme.color(card.tone.value))
        painter.drawEllipse(QRectF(line.left(), line.center().y() - 3.5, 8, 8))
        words = _font(base, 12)
        # The words come first: of the chart, only the latest bars that there is room for are drawn.
        needed = QFontMetrics(words).horizontalAdvance(card.status) + 1  # eliding rounds the other way
        free = line.width() - 15 - 8 - needed
        count = min(len(card.bars), max(_FEWEST_BARS, free // (_BAR_WIDTH + _BAR_GAP)))
        bars = card.bars[len(card.bars) - count :]
        chart = count * (_BAR_WIDTH + _BAR_GAP)
        room = line.adjusted(15, 0, -(chart + 8 if chart else 0), 0)
        # Half an age says nothing: where there is no room for all of it, it is left to the tool tip.
        told = card.status if needed <= room.width() + 1 else card.status.rpartition(" · ")[0] or card.status
        self._text(painter, room, told, words, "muted")
        self._chart(painter, line, bars)

    def _chart(self, painter: QPainter, line: QRect, bars: tuple[tuple[bool | None, float], ...]) -> None:
        painter.setOpacity(0.75)
        painter.setPen(Qt.PenStyle.NoPen)
        left = line.right() + 1 - len(bars) * (_BAR_WIDTH + _BAR_GAP) + _BAR_GAP
        for works, height in bars:
            tall = 5 + (_BAR_HEIGHT - 5) * height
            painter.setBrush(self.theme.color(_BAR_TOKENS[works]))
            painter.drawRoundedRect(QRectF(left, line.bottom() - tall, _BAR_WIDTH, tall), 1, 1)
            left += _BAR_WIDTH + _BAR_GAP
        painter.setOpacity(1)

    def _text(self, painter: QPainter, rect: QRect, words: str, font: QFont, token: str) -> int:
        """Draws one line, elided where it does not fit; returns its width in pixels."""
        metrics = QFontMetrics(font)
        shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, rect.width())
        painter.setFont(font)
        painter.setPen(self.theme.color(token))
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
        return metrics.horizontalAdvance(shown)
