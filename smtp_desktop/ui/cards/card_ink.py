"""What is drawn on card after card, made once: fonts, lines of text, and small pictures."""

from typing import NamedTuple, TypeVar

from PySide6 import QtCore
from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QPainter,
    QPainterPath,
    QPalette,
    QPixmap,
    QTextCharFormat,
    QTextLayout,
)

from smtp_desktop.ui.theme.theme import Theme

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QRect, QSize
    from PySide6.QtGui import QBrush, QPaintDevice

BAR_WIDTH, BAR_HEIGHT = 3, 14
CHIP_HEIGHT = 22
DOT_SIDE = 8
_CHIP_EXTRA = 18  # what a chip is wider than its words
_BADGE_EXTRA = 16
_RADIUS = 12
_BAR_OPACITY = 0.75
ENDLESS = 1 << 20  # more pixels than any line has
_KEPT_LINES, _KEPT_PICTURES, _KEPT_GROUNDS = 1000, 200, 6  # some screens full; a few megabytes at most
_BAR_TOKENS = {True: "ok", False: "bad", None: "warn"}
_CLEAR = QColor(0, 0, 0, 0)
_Key = TypeVar("_Key", bound=tuple[object, ...])
_Made = TypeVar("_Made")


class Type:
    """A font and its measures. One of them is only like itself."""

    def __init__(self, font: QFont) -> None:
        self.font, self.metrics = font, QFontMetrics(font)


class TextLine(NamedTuple):
    """A line of text, shaped and coloured, and how many pixels wide it is."""

    layout: QTextLayout
    width: int


def brush_of(color: QColor) -> "QBrush":
    """Returns a brush that fills with `color`. QBrush itself, as QPen and all that take one or the other, has PySide
    make the 93 enumerations of Qt, which takes longer than painting a screen of cards."""
    palette = QPalette()
    palette.setColor(QPalette.ColorRole.Window, color)
    return palette.window()


class CardInk:
    """For one theme, one font and one pixel ratio. Shaping text and filling round shapes is most of what a card costs,
    and from card to card most of it repeats."""

    def __init__(self, theme: Theme, base: QFont, ratio: float) -> None:
        self._theme, self._base, self.ratio = theme, base, ratio
        self.made_for = (theme, base, ratio)
        self.name = self._type(14, QFont.Weight.DemiBold)
        self.lead = self._type(13)
        self.small = self._type(12)
        self._badge = self._type(11.5, QFont.Weight.DemiBold)
        self._chip = self._type(11.5, QFont.Weight.Medium)
        self._brushes: dict[tuple[str], QBrush] = {}
        self._formats: dict[tuple[str], QTextCharFormat] = {}
        self._lines: dict[tuple[str, Type, str, int], TextLine] = {}
        self._grounds: dict[tuple[int, int, bool, bool], QPixmap] = {}
        self._chips: dict[tuple[str, int, bool], QPixmap] = {}
        self._badges: dict[tuple[str], QPixmap] = {}
        self._dots: dict[tuple[str], QPixmap] = {}
        self._bars: dict[tuple[bool | None, int], QPixmap] = {}

    def brush(self, token: str) -> "QBrush":
        """Returns what fills with the colour `token`."""
        return _kept(self._brushes, _KEPT_PICTURES, (token,), self._brush)

    def line(self, words: str, type_: Type, token: str, room: int) -> TextLine:
        """Returns what is shown of the words where there is so much room for them, in the colour `token`."""
        return _kept(self._lines, _KEPT_LINES, (words, type_, token, room), self._line)

    def ground(self, size: "QSize", *, selected: bool, focused: bool) -> QPixmap:
        """Returns an empty card, and its shadow below it."""
        key = (size.width(), size.height(), selected, focused)
        return _kept(self._grounds, _KEPT_GROUNDS, key, self._ground)

    def chip(self, words: str, room: int, *, accent: bool) -> QPixmap:
        """Returns a chip, elided where it does not fit into `room` pixels."""
        return _kept(self._chips, _KEPT_PICTURES, (words, room, accent), self._draw_chip)

    def badge(self, words: str) -> QPixmap:
        """Returns the badge beside a name."""
        return _kept(self._badges, _KEPT_PICTURES, (words,), self._draw_badge)

    def dot(self, token: str) -> QPixmap:
        """Returns the dot beside a status, DOT_SIDE pixels wide and one higher: it hangs by half a pixel."""
        return _kept(self._dots, _KEPT_PICTURES, (token,), self._dot)

    def bar(self, works: bool | None, tall: int) -> QPixmap:
        """Returns a bar of a chart, so many device pixels high."""
        return _kept(self._bars, _KEPT_PICTURES, (works, tall), self._bar)

    def draw(self, painter: QPainter, words: str, type_: Type, token: str, *, place: "QRect") -> int:
        """The words stand in `place`, in its middle, elided where they do not fit; returns their width in pixels."""
        line = self.line(words, type_, token, place.width())
        self.put(painter, line, type_, place)
        return line.width

    def put(self, painter: QPainter, line: TextLine, type_: Type, place: "QRect") -> None:
        """The line stands in `place`, in its middle."""
        above = (place.height() - type_.metrics.height()) / 2
        line.layout.draw(painter, QPointF(place.left(), place.top() + above))

    def _type(self, pixels: float, weight: QFont.Weight = QFont.Weight.Normal) -> Type:
        font = QFont(self._base)
        font.setPixelSize(round(pixels))
        font.setWeight(weight)
        return Type(font)

    def _make_format(self, token: str) -> QTextCharFormat:
        written = QTextCharFormat()
        written.setForeground(self.brush(token))
        return written

    def _brush(self, token: str) -> "QBrush":
        return brush_of(self._theme.color(token))

    def _line(self, words: str, type_: Type, token: str, room: int) -> TextLine:
        whole = self._shaped(words, type_, token)
        if whole.width <= room:
            return whole
        return self._shaped(type_.metrics.elidedText(words, QtCore.Qt.TextElideMode.ElideRight, room), type_, token)

    def _shaped(self, words: str, type_: Type, token: str) -> TextLine:
        layout, colored = QTextLayout(words, type_.font), QTextLayout.FormatRange()
        layout.setCacheEnabled(True)
        colored.length = len(words) + sum(character > "\uffff" for character in words)  # in UTF-16
        colored.format = _kept(self._formats, _KEPT_PICTURES, (token,), self._make_format)
        layout.setFormats([colored])
        layout.beginLayout()
        line = layout.createLine()
        layout.endLayout()
        return TextLine(layout, round(line.naturalTextWidth()))

    def _picture(self, size: QSizeF) -> QPixmap:
        picture = QPixmap((size * self.ratio).toSize())
        picture.setDevicePixelRatio(self.ratio)
        picture.fill(_CLEAR)
        return picture

    def _ground(self, wide: int, high: int, selected: bool, focused: bool) -> QPixmap:
        picture = self._picture(QSizeF(wide, high + 2))
        painter, rect = smooth_painter(picture), QRectF(0, 0, wide, high)
        shadow = QColor(16, 24, 40, 14) if self._theme.mode == "light" else QColor(0, 0, 0, 90)
        painter.fillPath(_rounded(rect.translated(0, 1.5), _RADIUS), brush_of(shadow))
        edge = "accent" if selected or focused else "line"
        painter.fillPath(_rounded(rect, _RADIUS), self.brush(edge))
        width = 2 if selected else 1
        if focused and not selected:
            painter.fillPath(_rounded(rect.adjusted(1, 1, -1, -1), _RADIUS - 1), self.brush("accent_soft"))
            width = 3
        painter.fillPath(_rounded(rect.adjusted(width, width, -width, -width), _RADIUS - width), self.brush("surface"))
        painter.end()
        return picture

    def _draw_chip(self, words: str, room: int, accent: bool) -> QPixmap:
        type_ = self._badge if accent else self._chip
        line = self.line(words, type_, "accent" if accent else "muted", room - _CHIP_EXTRA)
        width = line.width + _CHIP_EXTRA
        picture = self._picture(QSizeF(width, CHIP_HEIGHT))
        painter, rect = smooth_painter(picture), QRectF(0, 0, width, CHIP_HEIGHT)
        if not accent:
            painter.fillPath(_rounded(rect, 11), self.brush("line"))
        painter.fillPath(_rounded(rect.adjusted(1, 1, -1, -1), 10), self.brush("accent_soft" if accent else "sunken"))
        self._write(painter, line, type_, rect)
        return picture

    def _draw_badge(self, words: str) -> QPixmap:
        line = self.line(words, self._badge, "accent", ENDLESS)
        picture = self._picture(QSizeF(line.width + _BADGE_EXTRA, CHIP_HEIGHT))
        painter, rect = smooth_painter(picture), QRectF(0, 0, line.width + _BADGE_EXTRA, CHIP_HEIGHT)
        painter.fillPath(_rounded(rect, 11), self.brush("accent_soft"))
        self._write(painter, line, self._badge, rect)
        return picture

    def _write(self, painter: QPainter, line: TextLine, type_: Type, rect: QRectF) -> None:
        """The line stands in the middle of `rect`, and the picture is done."""
        above, beside = rect.height() - type_.metrics.height(), rect.width() - line.width
        line.layout.draw(painter, QPointF(beside / 2, above / 2))
        painter.end()

    def _dot(self, token: str) -> QPixmap:
        picture = self._picture(QSizeF(DOT_SIDE, DOT_SIDE + 1))
        painter, dot = smooth_painter(picture), QPainterPath()
        dot.addEllipse(QRectF(0, 0.5, DOT_SIDE, DOT_SIDE))
        painter.fillPath(dot, self.brush(token))
        painter.end()
        return picture

    def _bar(self, works: bool | None, tall: int) -> QPixmap:
        picture = self._picture(QSizeF(BAR_WIDTH, BAR_HEIGHT + 1))
        painter, height = smooth_painter(picture), tall / self.ratio
        painter.setOpacity(_BAR_OPACITY)
        bar = _rounded(QRectF(0, BAR_HEIGHT - height, BAR_WIDTH, height), 1)
        painter.fillPath(bar, self.brush(_BAR_TOKENS[works]))
        painter.end()
        return picture


def _kept(kept: dict[_Key, _Made], most: int, key: _Key, make: "Callable[..., _Made]") -> _Made:
    """Returns what is kept for `key`, made of it now if need be."""
    # Not `lru_cache` on a method, which holds what holds it: only the garbage collector would free those, on whatever
    # thread it runs, and fonts must be let go on the one that made them.
    made = kept.get(key)
    if made is None:
        if len(kept) >= most:
            del kept[next(iter(kept))]
        made = kept[key] = make(*key)
    return made


def smooth_painter(picture: "QPaintDevice") -> QPainter:
    """Returns a painter on it that draws round shapes smoothly."""
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    return painter


def _rounded(rect: QRectF, radius: float) -> QPainterPath:
    path = QPainterPath()
    path.addRoundedRect(rect, radius, radius)
    return path
