"""A check box whose words continue on further lines where it is narrow."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QCheckBox, QSizePolicy, QStyle, QStyleOptionButton

_SPACING_PX = 9  # between box and words, by the style sheet


class WrapCheckBox(QCheckBox):
    """A QCheckBox draws several lines, but breaks none itself."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self._words = words
        self.setAccessibleName(words)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        lines = self._broken(width).count("\n") + 1
        return max(self._box_px(), lines * self.fontMetrics().lineSpacing()) + 4

    def sizeHint(self) -> QSize:
        width = self._beside_px() + self.fontMetrics().horizontalAdvance(self._words)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        longest = max(map(self.fontMetrics().horizontalAdvance, self._words.split()), default=0)
        return QSize(self._beside_px() + longest, self._box_px() + 4)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setText(self._broken(self.width()))

    def _broken(self, width: int) -> str:
        room = width - self._beside_px()
        lines: list[str] = []
        for word in self._words.split():
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and self.fontMetrics().horizontalAdvance(longer) > room:
                lines.append(word)
            else:
                lines[-1:] = [longer]
        return "\n".join(lines)

    def _box_px(self) -> int:
        return self.style().pixelMetric(QStyle.PixelMetric.PM_IndicatorHeight, QStyleOptionButton(), self)

    def _beside_px(self) -> int:
        box = self.style().pixelMetric(QStyle.PixelMetric.PM_IndicatorWidth, QStyleOptionButton(), self)
        return box + _SPACING_PX + 3
