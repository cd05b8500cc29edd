"""The parts that repeat from card to card, made once: fonts, lines of text, and small pictures."""

from collections.abc import Callable
from enum import Enum, auto
from typing import TypeVar

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPaintDevice, QPainter, QPen, QPixmap, QStaticText, QTransform

from smtp_desktop.ui.theme.theme import Theme

BAR_WIDTH, BAR_HEIGHT = 3, 14
CHIP_HEIGHT = 22
DOT_SIDE = 8
TICK_PX = 16
UNLIMITED = 1 << 20
"""A width in pixels that no line reaches."""
_CHIP_PADDING = 18  # both sides together
_BADGE_PADDING = 16
_RADIUS = 12
_BAR_OPACITY = 0.75
# Enough for a few screens of cards; some megabytes at most.
_MAX_LINES, _MAX_PICTURES, _MAX_BACKGROUNDS = 1000, 200, 6
_BAR_TOKENS = {True: "ok", False: "bad", None: "warn"}
_Key = TypeVar("_Key", bound=tuple[object, ...])
_Made = TypeVar("_Made")


class Tick(Enum):
    """The state of a tick box."""

    OFF = auto()
    SOME = auto()
    ON = auto()


class MeasuredFont:
    """A font with its metrics. Compared by identity, so that it is a cheap key."""

    def __init__(self, font: QFont) -> None:
        self.font, self.metrics = font, QFontMetrics(font)


class CardCache:
    """The cache for one theme, one font and one device pixel ratio.

    Shaping text and filling round shapes is most of the cost of a card, and most of it repeats from card to card.
    """

    def __init__(self, theme: Theme, base: QFont, ratio: float) -> None:
        self._theme, self._base, self.ratio = theme, base, ratio
        self.made_for = (theme, base, ratio)
        self.name = self._font(14, QFont.Weight.DemiBold)
        self.lead = self._font(13)
        self.strong = self._font(13, QFont.Weight.DemiBold)
        self.small = self._font(12)
        self._badge_font = self._font(11.5, QFont.Weight.DemiBold)
        self._chip_font = self._font(11.5, QFont.Weight.Medium)
        self._lines: dict[tuple[str, MeasuredFont, int], QStaticText] = {}
        self._backgrounds: dict[tuple[int, int, bool, bool], QPixmap] = {}
        self._chips: dict[tuple[str, int, str], QPixmap] = {}
        self._badges: dict[tuple[str, bool], QPixmap] = {}
        self._dots: dict[tuple[str], QPixmap] = {}
        self._ticks: dict[tuple[Tick], QPixmap] = {}
        self._bars: dict[tuple[bool | None, int], QPixmap] = {}

    def line(self, words: str, font: MeasuredFont, available: int) -> QStaticText:
        """Returns the words shaped, elided where they need more than `available` pixels."""
        return _cached(self._lines, _MAX_LINES, (words, font, available), self._make_line)

    def background(self, size: QSize, *, selected: bool, focused: bool) -> QPixmap:
        """Returns an empty card with its shadow."""
        key = (size.width(), size.height(), selected, focused)
        return _cached(self._backgrounds, _MAX_BACKGROUNDS, key, self._make_background)

    def chip(self, words: str, available: int, token: str) -> QPixmap:
        """Returns a chip, elided where it needs more than `available` pixels. `token` is a colour of the theme that has
        a soft twin: accent, warn, bad; empty for a plain chip."""
        return _cached(self._chips, _MAX_PICTURES, (words, available, token), self._make_chip)

    def badge(self, words: str, *, on_selected: bool = False) -> QPixmap:
        """Returns the badge beside a name, also on what is selected, which has the badge's own colour."""
        return _cached(self._badges, _MAX_PICTURES, (words, on_selected), self._make_badge)

    def dot(self, token: str) -> QPixmap:
        """Returns the dot beside a status: DOT_SIDE pixels wide and one higher, since it hangs half a pixel low."""
        return _cached(self._dots, _MAX_PICTURES, (token,), self._make_dot)

    def bar(self, works: bool | None, height_px: int) -> QPixmap:
        """Returns a bar of a chart; `height_px` is in device pixels."""
        return _cached(self._bars, _MAX_PICTURES, (works, height_px), self._make_bar)

    def tick(self, tick: Tick) -> QPixmap:
        """Returns a tick box, TICK_PX wide."""
        return _cached(self._ticks, _MAX_PICTURES, (tick,), self._make_tick)

    def draw(self, painter: QPainter, words: str, font: MeasuredFont, token: str, *, rect: QRect) -> int:
        """Draws the words vertically centred in `rect`, elided if need be, and returns their width in pixels."""
        line = self.line(words, font, rect.width())
        self.draw_line(painter, line, font, token, rect=rect)
        return width_of(line)

    def draw_line(self, painter: QPainter, line: QStaticText, font: MeasuredFont, token: str, *, rect: QRect) -> None:
        """Draws the line vertically centred in `rect`."""
        above = (rect.height() - font.metrics.height()) / 2
        self._draw_text(painter, line, font, token, QPointF(rect.left(), rect.top() + above))

    def _font(self, pixels: float, weight: QFont.Weight = QFont.Weight.Normal) -> MeasuredFont:
        font = QFont(self._base)
        font.setPixelSize(round(pixels))
        font.setWeight(weight)
        return MeasuredFont(font)

    def _draw_text(self, painter: QPainter, line: QStaticText, font: MeasuredFont, token: str, at: QPointF) -> None:
        painter.setFont(font.font)
        painter.setPen(self._theme.color(token))
        painter.drawStaticText(at, line)

    def _draw_centred(self, painter: QPainter, line: QStaticText, font: MeasuredFont, token: str, rect: QRectF) -> None:
        above, beside = rect.height() - font.metrics.height(), rect.width() - width_of(line)
        self._draw_text(painter, line, font, token, QPointF(beside / 2, above / 2))

    def _make_line(self, words: str, font: MeasuredFont, available: int) -> QStaticText:
        whole = _shaped(words, font)
        if width_of(whole) <= available:
            return whole
        return _shaped(font.metrics.elidedText(words, Qt.TextElideMode.ElideRight, available), font)

    def _picture(self, size: QSizeF) -> QPixmap:
        picture = QPixmap((size * self.ratio).toSize())
        picture.setDevicePixelRatio(self.ratio)
        picture.fill(Qt.GlobalColor.transparent)
        return picture

    def _make_background(self, width: int, height: int, selected: bool, focused: bool) -> QPixmap:
        picture = self._picture(QSizeF(width, height + 2))
        painter, rect = shape_painter(picture), QRectF(0, 0, width, height)
        more = self._theme.more_contrast
        if not more:
            painter.setBrush(QColor(16, 24, 40, 14) if self._theme.mode == "light" else QColor(0, 0, 0, 90))
            painter.drawRoundedRect(rect.translated(0, 1.5), _RADIUS, _RADIUS)
        border = (3 if more else 2) if selected else 1
        painter.setPen(QPen(self._theme.color("accent" if selected or focused else "line"), border))
        with_ring = focused and not selected and not more  # with more contrast the ring is around the card
        painter.setBrush(self._theme.color("accent_soft" if with_ring else "surface"))
        _draw_rounded(painter, rect, inset=border / 2)
        if with_ring:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.color("surface"))
            _draw_rounded(painter, rect, inset=3)
        painter.end()
        return picture

    def _make_chip(self, words: str, available: int, token: str) -> QPixmap:
        font = self._badge_font if token else self._chip_font
        line = self.line(words, font, available - _CHIP_PADDING)
        width = width_of(line) + _CHIP_PADDING
        picture = self._picture(QSizeF(width, CHIP_HEIGHT))
        painter, rect = shape_painter(picture), QRectF(0, 0, width, CHIP_HEIGHT)
        with_line = not token or self._theme.more_contrast
        if with_line:
            painter.setPen(QPen(self._theme.color(token or "line"), 1))
        painter.setBrush(self._theme.color(f"{token}_soft" if token else "sunken"))
        inset, radius = (0.5, 10.5) if with_line else (1.0, 10.0)
        painter.drawRoundedRect(rect.adjusted(inset, inset, -inset, -inset), radius, radius)
        self._draw_centred(painter, line, font, token or "muted", rect)
        painter.end()
        return picture

    def _make_badge(self, words: str, on_selected: bool) -> QPixmap:
        line = self.line(words, self._badge_font, UNLIMITED)
        width = width_of(line) + _BADGE_PADDING
        picture = self._picture(QSizeF(width, CHIP_HEIGHT))
        painter, rect = shape_painter(picture), QRectF(0, 0, width, CHIP_HEIGHT)
        inset = 0.0
        if self._theme.more_contrast:
            inset = 0.5
            painter.setPen(QPen(self._theme.color("accent"), 1))
        painter.setBrush(self._theme.color("surface" if on_selected else "accent_soft"))
        painter.drawRoundedRect(rect.adjusted(inset, inset, -inset, -inset), 11 - inset, 11 - inset)
        self._draw_centred(painter, line, self._badge_font, "accent", rect)
        painter.end()
        return picture

    def _make_dot(self, token: str) -> QPixmap:
        picture = self._picture(QSizeF(DOT_SIDE, DOT_SIDE + 1))
        painter = shape_painter(picture)
        painter.setBrush(self._theme.color(token))
        draw_dot(painter, QRectF(0, 0.5, DOT_SIDE, DOT_SIDE), token if self._theme.more_contrast else "")
        painter.end()
        return picture

    def _make_tick(self, tick: Tick) -> QPixmap:
        picture = self._picture(QSizeF(TICK_PX, TICK_PX))
        painter, theme = shape_painter(picture), self._theme
        painter.setPen(QPen(theme.color("faint" if tick is Tick.OFF else "accent"), 1.5))
        painter.setBrush(theme.color("accent" if tick is Tick.ON else "surface"))
        painter.drawRoundedRect(QRectF(0.75, 0.75, TICK_PX - 1.5, TICK_PX - 1.5), 3.5, 3.5)
        pen = QPen(theme.color("on_accent" if tick is Tick.ON else "accent"), 1.8)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        if tick is Tick.ON:
            painter.drawPolyline([QPointF(4.2, 8.2), QPointF(7, 11), QPointF(11.8, 5.6)])
        elif tick is Tick.SOME:
            painter.drawLine(QPointF(5, 8), QPointF(11, 8))
        painter.end()
        return picture

    def _make_bar(self, works: bool | None, height_px: int) -> QPixmap:
        picture = self._picture(QSizeF(BAR_WIDTH, BAR_HEIGHT + 1))
        painter, height = shape_painter(picture), height_px / self.ratio
        painter.setOpacity(1 if self._theme.more_contrast else _BAR_OPACITY)
        painter.setBrush(self._theme.color(_BAR_TOKENS[works]))
        painter.drawRoundedRect(QRectF(0, BAR_HEIGHT - height, BAR_WIDTH, height), 1, 1)
        painter.end()
        return picture


def draw_dot(painter: QPainter, rect: QRectF, token: str) -> None:
    """Draws the mark of a state in the painter's colours: a disc, or by the colour `token` a triangle for what warns
    and a square for what failed."""
    match token:
        case "warn":
            top = QPointF(rect.center().x(), rect.top())
            painter.drawPolygon([top, rect.bottomRight(), rect.bottomLeft()])
        case "bad":
            painter.drawRect(rect)
        case _:
            painter.drawEllipse(rect)


def _cached(cache: dict[_Key, _Made], limit: int, key: _Key, make: Callable[..., _Made]) -> _Made:
    """Returns the value of `key`, made by `make(*key)` if need be; beyond `limit` the oldest value is dropped."""
    # Not `lru_cache` on a method: it would be part of a reference cycle, which only the garbage collector frees, on any
    # thread; but fonts must be freed on the thread that made them.
    made = cache.get(key)
    if made is None:
        if len(cache) >= limit:
            del cache[next(iter(cache))]
        made = cache[key] = make(*key)
    return made


def shape_painter(device: QPaintDevice) -> QPainter:
    """Returns a painter that draws round shapes smoothly and, unless told otherwise, without an outline."""
    painter = QPainter(device)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    return painter


def _draw_rounded(painter: QPainter, rect: QRectF, *, inset: float) -> None:
    radius = _RADIUS - inset
    painter.drawRoundedRect(rect.adjusted(inset, inset, -inset, -inset), radius, radius)


def width_of(line: QStaticText) -> int:
    """Returns the width of a shaped line in pixels."""
    return round(line.size().width())


def _shaped(words: str, font: MeasuredFont) -> QStaticText:
    line = QStaticText(words)
    line.setTextFormat(Qt.TextFormat.PlainText)
    line.prepare(QTransform(), font.font)
    return line


class CachedPainter:
    """The base of what paints in the colours of `theme` with fonts and pictures that it keeps."""

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
