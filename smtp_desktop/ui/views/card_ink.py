"""What is drawn on card after card, made once: fonts, lines of text, and small pictures."""

from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QPixmap

from smtp_desktop.ui.theme import Theme

BAR_WIDTH, BAR_HEIGHT = 3, 14
CHIP_HEIGHT = 22
DOT_SIDE = 8
_CHIP_EXTRA = 18  # what a chip is wider than its words
_BADGE_EXTRA = 16
_RADIUS = 12
_BAR_OPACITY = 0.75
_KEPT_LINES, _KEPT_PICTURES, _KEPT_GROUNDS = 2000, 200, 6  # some screens full; a few megabytes at most
_BAR_TOKENS = {True: "ok", False: "bad", None: "warn"}


@dataclass(frozen=True, slots=True, eq=False)
class Type:
    """A font and its measures."""

    font: QFont
    metrics: QFontMetrics


@dataclass(frozen=True, slots=True)
class Line:
    """What is shown of a line of text, and how many pixels wide."""

    shown: str
    width: int


class CardInk:
    """For one theme, one font and one pixel ratio. Shaping text and filling round shapes is most of what a card costs,
    and from card to card most of it repeats."""

    def __init__(self, theme: Theme, base: QFont, ratio: float) -> None:
        # A copy: the font of a style option is gone with the option.
        self._theme, self._base, self.ratio = theme, QFont(base), ratio
        self.made_for = (theme, self._base, ratio)
        self.name = self._type(14, QFont.Weight.DemiBold)
        self.lead = self._type(13)
        self.small = self._type(12)
        self._badge = self._type(11.5, QFont.Weight.DemiBold)
        self._chip = self._type(11.5, QFont.Weight.Medium)
        self.color = lru_cache(_KEPT_PICTURES)(theme.color)
        self.line = lru_cache(_KEPT_LINES)(self._line)
        self.ground = lru_cache(_KEPT_GROUNDS)(self._ground)
        self.chip = lru_cache(_KEPT_PICTURES)(self._draw_chip)
        self.badge = lru_cache(_KEPT_PICTURES)(self._draw_badge)
        self.dot = lru_cache(_KEPT_PICTURES)(self._dot)
        self.bar = lru_cache(_KEPT_PICTURES)(self._bar)

    def _type(self, pixels: float, weight: QFont.Weight = QFont.Weight.Normal) -> Type:
        font = QFont(self._base)
        font.setPixelSize(round(pixels))
        font.setWeight(weight)
        return Type(font, QFontMetrics(font))

    def draw(self, painter: QPainter, words: str, type_: Type, token: str, *, place: QRect) -> int:
        """The words stand in `place`, in its middle, elided where they do not fit; returns their width in pixels."""
        line = self.line(words, type_, place.width())
        painter.setFont(type_.font)
        painter.setPen(self.color(token))
        above = (place.height() - type_.metrics.height()) / 2 + type_.metrics.ascent()
        painter.drawText(QPointF(place.left(), place.top() + above), line.shown)
        return line.width

    def _line(self, words: str, type_: Type, room: int) -> Line:
        """Returns what is shown of one line of text where there is so much room for it."""
        metrics = type_.metrics
        width = metrics.horizontalAdvance(words)
        if width <= room:
            return Line(words, width)
        shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, room)
        return Line(shown, metrics.horizontalAdvance(shown))

    def _picture(self, size: QSizeF) -> QPixmap:
        picture = QPixmap((size * self.ratio).toSize())
        picture.setDevicePixelRatio(self.ratio)
        picture.fill(Qt.GlobalColor.transparent)
        return picture

    def _ground(self, size: QSize, *, selected: bool, focused: bool) -> QPixmap:
        """Returns an empty card, and its shadow below it."""
        picture = self._picture(QSizeF(size.width(), size.height() + 2))
        painter, rect = _painter(picture), QRectF(0, 0, size.width(), size.height())
        painter.setBrush(QColor(16, 24, 40, 14) if self._theme.mode == "light" else QColor(0, 0, 0, 90))
        painter.drawRoundedRect(rect.translated(0, 1.5), _RADIUS, _RADIUS)
        strong = selected or focused
        width = 2.0 if strong else 1.0
        pen = QPen(self.color("accent" if strong else "line"), width)
        if focused and not selected:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(self.color("surface"))
        half = width / 2
        painter.drawRoundedRect(rect.adjusted(half, half, -half, -half), _RADIUS, _RADIUS)
        painter.end()
        return picture

    def _draw_chip(self, words: str, room: int, *, accent: bool) -> QPixmap:
        """Returns a chip, elided where it does not fit into `room` pixels."""
        type_ = self._badge if accent else self._chip
        line = self.line(words, type_, room - _CHIP_EXTRA)
        width = line.width + _CHIP_EXTRA
        picture = self._picture(QSizeF(width, CHIP_HEIGHT))
        painter, rect = _painter(picture), QRectF(0.5, 0.5, width - 1, CHIP_HEIGHT - 1)
        painter.setFont(type_.font)
        if not accent:
            painter.setPen(QPen(self.color("line"), 1))
        painter.setBrush(self.color("accent_soft" if accent else "sunken"))
        painter.drawRoundedRect(rect, 10.5, 10.5)
        painter.setPen(self.color("accent" if accent else "muted"))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, line.shown)
        painter.end()
        return picture

    def _draw_badge(self, words: str) -> QPixmap:
        """Returns the badge beside a name."""
        width = self._badge.metrics.horizontalAdvance(words) + _BADGE_EXTRA
        picture = self._picture(QSizeF(width, CHIP_HEIGHT))
        painter, rect = _painter(picture), QRectF(0, 0, width, CHIP_HEIGHT)
        painter.setFont(self._badge.font)
        painter.setBrush(self.color("accent_soft"))
        painter.drawRoundedRect(rect, 11, 11)
        painter.setPen(self.color("accent"))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, words)
        painter.end()
        return picture

    def _dot(self, token: str) -> QPixmap:
        """Returns the dot beside a status, DOT_SIDE pixels wide and one higher: it hangs by half a pixel."""
        picture = self._picture(QSizeF(DOT_SIDE, DOT_SIDE + 1))
        painter = _painter(picture)
        painter.setBrush(self.color(token))
        painter.drawEllipse(QRectF(0, 0.5, DOT_SIDE, DOT_SIDE))
        painter.end()
        return picture

    def _bar(self, works: bool | None, tall: int) -> QPixmap:
        """Returns a bar of a chart, so many device pixels high."""
        picture = self._picture(QSizeF(BAR_WIDTH, BAR_HEIGHT + 1))
        painter, height = _painter(picture), tall / self.ratio
        painter.setOpacity(_BAR_OPACITY)
        painter.setBrush(self.color(_BAR_TOKENS[works]))
        painter.drawRoundedRect(QRectF(0, BAR_HEIGHT - height, BAR_WIDTH, height), 1, 1)
        painter.end()
        return picture


def _painter(picture: QPixmap) -> QPainter:
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    return painter
