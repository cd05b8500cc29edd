"""The latest tests and checks of an SMTP as bars."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from smtp_desktop.domain.checks.health import CheckResult, TrialOutcome, outcome_of
from smtp_desktop.ui.models.check_history import spoken
from smtp_desktop.ui.text import plain_tip
from smtp_desktop.ui.theme import Theme
from smtp_desktop.ui.views.check_mark import TOKENS, draw_mark

_BAR_PX, _GAP_PX, _MARK_PX = 5, 3, 5
_BARS_PX, _LEAST_PX = 56, 6
_LEGEND_PX = 22
_LEGEND_MARK_PX, _LEGEND_GAP_PX = 8, 14


class HistoryChart(QWidget):
    """As many of the latest results as there is room for, the newest at the right: a bar's height is how long it took,
    its colour and the mark above it how it ended. A legend tells what the marks mean."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("historyChart")
        self._theme = theme
        self._results: tuple[CheckResult, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(0, _MARK_PX + 4 + _BARS_PX + _LEGEND_PX)

    def set_theme(self, theme: Theme) -> None:
        """It is drawn in the colours of `theme`."""
        self._theme = theme
        self.update()

    def show_results(self, newest_first: Sequence[CheckResult]) -> None:
        """The bars are of these."""
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
            bars.append((QRectF(left, bottom - tall, _BAR_PX, tall), result))
        return bars

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            at = event.pos().x()
            found = next((one for place, one in self._bars() if place.left() <= at < place.right() + _GAP_PX), None)
            QToolTip.showText(event.globalPos(), plain_tip(spoken(found)) if found else "", self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for place, result in self._bars():
            outcome = outcome_of(result)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.color(TOKENS[outcome]))
            painter.drawRoundedRect(place, 1.5, 1.5)
            if outcome is not TrialOutcome.WORKS:
                mark = QRectF(place.left(), place.top() - _MARK_PX - 2, _MARK_PX, _MARK_PX)
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
            mark = QRectF(left, middle - _LEGEND_MARK_PX / 2, _LEGEND_MARK_PX, _LEGEND_MARK_PX)
            draw_mark(painter, mark, outcome, self._theme)
            painter.setPen(self._theme.color("muted"))
            baseline = middle + metrics.ascent() / 2 - 1
            painter.drawText(QPointF(left + _LEGEND_MARK_PX + 5, baseline), name)
            left += _LEGEND_MARK_PX + 5 + metrics.horizontalAdvance(name) + _LEGEND_GAP_PX


def outcome_names() -> dict[TrialOutcome, str]:
    """Returns what the outcomes are called in a legend."""
    return {
        TrialOutcome.WORKS: _tr("works"),
        TrialOutcome.WORKS_BUT: _tr("works, but"),
        TrialOutcome.FAILED: _tr("failed"),
        TrialOutcome.UNKNOWN: _tr("not known"),
    }


def _tr(source: str) -> str:
    return QCoreApplication.translate("HistoryChart", source)
