"""What went wrong, with a button that tries again."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from smtp_desktop.ui.styled import styled_button
from smtp_desktop.ui.verdict import Verdict
from smtp_desktop.ui.views.advice import AdviceView


class Retry(QScrollArea):
    """Scrolls where the words need more room than there is. `advice_name` and `button_name` are objectNames."""

    asked = Signal()
    """It should be tried again."""

    def __init__(self, advice_name: str, button_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._advice = AdviceView()
        self._advice.setObjectName(advice_name)
        self._again = styled_button(self.tr("Try again"))
        self._again.setObjectName(button_name)
        self._again.setAutoDefault(False)
        self._again.clicked.connect(self.asked)
        inner = QWidget()
        inner.setProperty("area", "panelBody")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 8, 0, 8)
        column.setSpacing(10)
        column.addWidget(self._advice)
        column.addWidget(self._again, alignment=Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(inner)

    def show_verdict(self, verdict: Verdict) -> None:
        """This is what went wrong."""
        self._advice.show_verdict(verdict)
        self.verticalScrollBar().setValue(0)
