"""What stands on a page in place of its content."""

from PySide6 import QtCore
from PySide6.QtCore import QSize, Qt, Signal, SignalInstance
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from smtp_desktop.ui.theme.styled import styled_button, styled_label
from smtp_desktop.ui.widgets.advice_box import AdviceView, Verdict


class Notice(QWidget):
    """An icon, a title, words and buttons in the middle of the page."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.icon = QLabel()
        self.icon.setProperty("role", "emptyIcon")
        self.icon.setFixedSize(QSize(64, 64))
        self.icon.setAlignment(QtCore.Qt.AlignmentFlag.AlignCenter)
        self.title = styled_label("", "emptyTitle")
        self.words = styled_label("", "muted", wrap=True)
        self.words.setAlignment(QtCore.Qt.AlignmentFlag.AlignHCenter)
        self.words.setFixedWidth(460)
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(8)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addLayout(self.buttons)
        row.addStretch(1)
        # In a row of its own the label gets the height that its wrapped words need; an alignment would cut them.
        words = QHBoxLayout()
        words.addStretch(1)
        words.addWidget(self.words)
        words.addStretch(1)
        column = QVBoxLayout(self)
        column.addStretch(2)
        column.addWidget(self.icon, alignment=QtCore.Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(10)
        column.addWidget(self.title, alignment=QtCore.Qt.AlignmentFlag.AlignHCenter)
        column.addLayout(words)
        column.addSpacing(10)
        column.addLayout(row)
        column.addStretch(3)

    def say_no_match(self, words: str) -> None:
        """It says that nothing fits the search; `words` say what does not."""
        self.icon.hide()
        self.title.setText(self.tr("Nothing found"))
        self.words.setText(words)

    def say_error(self, title: str, again: SignalInstance) -> None:
        """It says that the content can't be shown, and offers to read it again: `again` is emitted then. `words` are
        to say why."""
        self.icon.hide()
        self.title.setText(title)
        button = styled_button(self.tr("Try again"), "primary")
        button.setObjectName("reloadButton")
        button.clicked.connect(again)
        self.buttons.addWidget(button)


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
