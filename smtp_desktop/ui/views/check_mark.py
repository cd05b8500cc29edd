"""How a test or check ended, as a sign that needs no colour to be told apart."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from smtp_desktop.domain.checks.health import TrialOutcome
from smtp_desktop.ui.theme import Theme

TOKENS = {
    TrialOutcome.WORKS: "ok",
    TrialOutcome.WORKS_BUT: "warn",
    TrialOutcome.FAILED: "bad",
    TrialOutcome.UNKNOWN: "faint",
}
"""The theme's colour of each."""


def draw_mark(painter: QPainter, place: QRectF, outcome: TrialOutcome, theme: Theme) -> None:
    """A disc where it works, a triangle where it works, but; a cross where it failed, a ring where nobody knows."""
    pen = QPen(theme.color(TOKENS[outcome]), max(1.6, place.width() / 5))
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color(TOKENS[outcome]))
    match outcome:
        case TrialOutcome.WORKS:
            painter.drawEllipse(place)
        case TrialOutcome.WORKS_BUT:
            painter.drawPolygon([QPointF(place.center().x(), place.top()), place.bottomRight(), place.bottomLeft()])
        case TrialOutcome.FAILED:
            inner = place.adjusted(0.8, 0.8, -0.8, -0.8)
            painter.setPen(pen)
            painter.drawLine(inner.topLeft(), inner.bottomRight())
            painter.drawLine(inner.topRight(), inner.bottomLeft())
        case TrialOutcome.UNKNOWN:
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(place.adjusted(1, 1, -1, -1))
    painter.restore()
