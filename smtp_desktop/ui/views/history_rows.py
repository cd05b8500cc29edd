"""Paints a result of a test or check in two lines. Keeps no state between calls and reads one role."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from smtp_desktop.domain.checks.health import CheckResult, outcome_of
from smtp_desktop.ui.models.check_history import RESULT_ROLE, outcome_words, took_words, trial_word
from smtp_desktop.ui.text import one_line, time_text
from smtp_desktop.ui.theme import Theme
from smtp_desktop.ui.views.check_mark import draw_mark

ROW_PX = 42
_MARK_PX, _INDENT_PX, _SIDE_PX = 8, 18, 8


class HistoryRow(QStyledItemDelegate):
    """Outcome and time above; what it was, how long it took and the server's words below."""

    def __init__(self, theme: Theme, parent: object = None) -> None:
        super().__init__(parent)  # type: ignore[arg-type]  # any QObject; typing it would need one import more
        self.theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, ROW_PX)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        result: CheckResult = index.data(RESULT_ROLE)
        place: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        if state & QStyle.StateFlag.State_Selected and state & QStyle.StateFlag.State_HasFocus:
            painter.fillRect(place, self.theme.color("accent_soft"))
        inner = place.adjusted(_SIDE_PX, 4, -_SIDE_PX, -4)
        above = QRect(inner.left() + _INDENT_PX, inner.top(), inner.width() - _INDENT_PX, 17)
        mark = QRectF(inner.left(), above.center().y() - _MARK_PX / 2 + 1, _MARK_PX, _MARK_PX)
        draw_mark(painter, mark, outcome_of(result), self.theme)
        font: QFont = QFont(option.font)
        font.setPixelSize(12)
        taken = self._text(painter, above, time_text(result.at), font, "muted", right=True)
        self._text(painter, above.adjusted(0, 0, -taken - 8, 0), outcome_words(result), font, "text")
        parts = (trial_word(result), took_words(result), one_line(result.reply))
        below = above.translated(0, 17)
        self._text(painter, below, " · ".join(part for part in parts if part), font, "muted")
        painter.restore()

    def _text(
        self, painter: QPainter, place: QRect, words: str, font: QFont, token: str, *, right: bool = False
    ) -> int:
        """Draws one line, elided where it does not fit; returns its width in pixels."""
        metrics = QFontMetrics(font)
        shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, place.width())
        painter.setFont(font)
        painter.setPen(self.theme.color(token))
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | side, shown)
        return metrics.horizontalAdvance(shown)
