"""The chart and the rows of a history of tests and checks, with marks that differ in shape, not only in colour."""

from collections.abc import Sequence

from PySide6.QtCore import (
    QCoreApplication,
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
from PySide6.QtGui import QFont, QFontMetrics, QFontMetricsF, QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QToolTip, QWidget

from smtp_desktop.domain.checks.health import CheckResult, TestOutcome, outcome_of
from smtp_desktop.ui.checks.history.model import (
    RESULT_ROLE,
    STALE_ROLE,
    before_change,
    outcome_words,
    spoken,
    test_kind_word,
    took_words,
)
from smtp_desktop.ui.layout.mirroring import in_direction
from smtp_desktop.ui.theme.theme import Theme
from smtp_desktop.ui.widgets.message_text import one_line, plain_tip, time_text

TOKENS = {
    TestOutcome.WORKS: "ok",
    TestOutcome.WORKS_BUT: "warn",
    TestOutcome.FAILED: "bad",
    TestOutcome.UNKNOWN: "faint",
}
"""The name of each outcome's colour in the theme."""


def draw_mark(painter: QPainter, rect: QRectF, outcome: TestOutcome, theme: Theme) -> None:
    """Draws a disc for "works", a triangle for "works, but", a cross for "failed" and a ring for "not known"."""
    pen = QPen(theme.color(TOKENS[outcome]), max(1.6, rect.width() / 5))
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color(TOKENS[outcome]))
    match outcome:
        case TestOutcome.WORKS:
            painter.drawEllipse(rect)
        case TestOutcome.WORKS_BUT:
            painter.drawPolygon([QPointF(rect.center().x(), rect.top()), rect.bottomRight(), rect.bottomLeft()])
        case TestOutcome.FAILED:
            inner = rect.adjusted(0.8, 0.8, -0.8, -0.8)
            painter.setPen(pen)
            painter.drawLine(inner.topLeft(), inner.bottomRight())
            painter.drawLine(inner.topRight(), inner.bottomLeft())
        case TestOutcome.UNKNOWN:
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(rect.adjusted(1, 1, -1, -1))
    painter.restore()


_BAR_PX, _GAP_PX, _MARK_PX = 5, 3, 5
_BARS_PX, _LEAST_PX = 56, 6
_LEGEND_PX = 22
_LEGEND_MARK_PX, _LEGEND_GAP_PX = 8, 14


class HistoryChart(QWidget):
    """A bar for each of the latest results that there is room for, the newest at the end. Its height is how long the
    test or check took, its colour and the mark above it how it ended; a legend explains the marks."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("historyChart")
        self._theme = theme
        self._results: tuple[CheckResult, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(0, _MARK_PX + 4 + _BARS_PX + _LEGEND_PX)

    def set_theme(self, theme: Theme) -> None:
        """Redraws the chart in the colours of `theme`."""
        self._theme = theme
        self.update()

    def show_results(self, newest_first: Sequence[CheckResult]) -> None:
        """Shows these results."""
        self._results = tuple(newest_first)
        self.setAccessibleName(self._described())
        self.update()

    def _described(self) -> str:
        names = outcome_names()
        counts = {outcome: sum(outcome_of(one) is outcome for one in self._results) for outcome in names}
        parts = ", ".join(f"{counts[outcome]} {name}" for outcome, name in names.items() if counts[outcome])
        return self.tr("The last {n} results: {parts}").format(n=len(self._results), parts=parts)

    def _bars(self) -> list[tuple[QRectF, CheckResult]]:
        room = self.width() // (_BAR_PX + _GAP_PX)
        shown = self._results[:room]
        slowest = max((one.duration_ms for one in shown), default=0.0) or 1.0
        bottom = _MARK_PX + 4 + _BARS_PX
        bars = []
        for number, result in enumerate(shown):
            tall = _LEAST_PX + (_BARS_PX - _LEAST_PX) * result.duration_ms / slowest
            left = self.width() - (number + 1) * (_BAR_PX + _GAP_PX) + _GAP_PX
            bars.append((QRectF(self._x(left, _BAR_PX), bottom - tall, _BAR_PX, tall), result))
        return bars

    def _x(self, left: float, width: float) -> float:
        """Returns the left end of what is `width` wide, and begins at `left` where that is read from left to right."""
        return self.width() - left - width if self.isRightToLeft() else left

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            at = event.pos().x()
            found = next((one for rect, one in self._bars() if rect.left() <= at < rect.right() + _GAP_PX), None)
            QToolTip.showText(event.globalPos(), plain_tip(spoken(found)) if found else "", self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for rect, result in self._bars():
            outcome = outcome_of(result)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.color(TOKENS[outcome]))
            painter.drawRoundedRect(rect, 1.5, 1.5)
            if outcome is not TestOutcome.WORKS:
                mark = QRectF(rect.left(), rect.top() - _MARK_PX - 2, _MARK_PX, _MARK_PX)
                draw_mark(painter, mark, outcome, self._theme)
        self._legend(painter)
        painter.end()

    def _legend(self, painter: QPainter) -> None:
        font = self.font()
        font.setPixelSize(11)
        painter.setFont(font)
        metrics = QFontMetricsF(font)
        middle = self.height() - _LEGEND_PX / 2 + 2
        left = 0.0
        present = {outcome_of(one) for one in self._results}
        for outcome, name in outcome_names().items():
            if outcome not in present:
                continue
            there = self._x(left, _LEGEND_MARK_PX)
            mark = QRectF(there, middle - _LEGEND_MARK_PX / 2, _LEGEND_MARK_PX, _LEGEND_MARK_PX)
            draw_mark(painter, mark, outcome, self._theme)
            painter.setPen(self._theme.color("muted"))
            baseline = middle + metrics.ascent() / 2 - 1
            name_px = metrics.horizontalAdvance(name)
            painter.drawText(QPointF(self._x(left + _LEGEND_MARK_PX + 5, name_px), baseline), name)
            left += _LEGEND_MARK_PX + 5 + name_px + _LEGEND_GAP_PX


def outcome_names() -> dict[TestOutcome, str]:
    """Returns the name of each outcome, as the legend shows it."""
    return {
        TestOutcome.WORKS: _tr("works"),
        TestOutcome.WORKS_BUT: _tr("works, but"),
        TestOutcome.FAILED: _tr("failed"),
        TestOutcome.UNKNOWN: _tr("unknown"),
    }


def _tr(source: str) -> str:
    return QCoreApplication.translate("HistoryChart", source)


ROW_PX = 42
_ROW_MARK_PX, _INDENT_PX, _SIDE_PX = 8, 18, 8


class HistoryRow(QStyledItemDelegate):
    """Draws a result in two lines: outcome and time above; test or check, duration and the server's reply below."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, ROW_PX)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        result: CheckResult = index.data(RESULT_ROLE)
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        if state & QStyle.StateFlag.State_Selected and state & QStyle.StateFlag.State_HasFocus:
            painter.fillRect(rect, self.theme.color("accent_soft"))
        inner = rect.adjusted(_SIDE_PX, 4, -_SIDE_PX, -4)
        above = QRect(inner.left() + _INDENT_PX, inner.top(), inner.width() - _INDENT_PX, 17)
        mark = QRect(inner.left(), above.center().y() - _ROW_MARK_PX // 2 + 1, _ROW_MARK_PX, _ROW_MARK_PX)
        direction: Qt.LayoutDirection = option.direction
        draw_mark(painter, in_direction(direction, inner, mark).toRectF(), outcome_of(result), self.theme)
        painter.setLayoutDirection(direction)
        font: QFont = QFont(option.font)
        font.setPixelSize(12)
        at, said = (in_direction(direction, inner, rect) for rect in (above, above.translated(0, 17)))
        taken = self._text(painter, at, time_text(result.at), font, "muted", at_end=True)
        beside = in_direction(direction, inner, above.adjusted(0, 0, -taken - 8, 0))
        stale = bool(index.data(STALE_ROLE))
        outcome = before_change(outcome_words(result)) if stale else outcome_words(result)
        self._text(painter, beside, outcome, font, "muted" if stale else "text")
        parts = (test_kind_word(result), took_words(result), one_line(result.reply))
        self._text(painter, said, " · ".join(part for part in parts if part), font, "muted")
        painter.restore()

    def _text(
        self, painter: QPainter, rect: QRect, words: str, font: QFont, token: str, *, at_end: bool = False
    ) -> int:
        """Draws one line, elided where it does not fit. Returns its width in pixels."""
        metrics = QFontMetrics(font)
        shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, rect.width())
        painter.setFont(font)
        painter.setPen(self.theme.color(token))
        # Of two sides, that where lines end is at the left where they begin at the right.
        at_right = at_end is not (painter.layoutDirection() is Qt.LayoutDirection.RightToLeft)
        side = Qt.AlignmentFlag.AlignRight if at_right else Qt.AlignmentFlag.AlignLeft
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute | side, shown)
        return metrics.horizontalAdvance(shown)
