"""A notice that replaces the content of a page."""

from PySide6.QtCore import QSize, Qt, SignalInstance
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from smtp_desktop.ui.layout.wrap_layout import WrapLayout
from smtp_desktop.ui.theme.styled import styled_button, styled_label

_MOST_PX = 460


class Notice(QWidget):
    """An icon, a title, a text and buttons in the middle of the page."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.icon = QLabel()
        self.icon.setProperty("role", "emptyIcon")
        self.icon.setFixedSize(QSize(64, 64))
        self.icon.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.title = styled_label("", "emptyTitle", wrap=True)
        self.words = styled_label("", "muted", wrap=True)
        self.title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.words.setMaximumWidth(_MOST_PX)
        self.words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.buttons = WrapLayout(centred=True)
        self.buttons.setSpacing(8)
        # In a row of its own the label gets the height that its wrapped text needs; an alignment would clip it.
        words = QHBoxLayout()
        words.addStretch(1)
        words.addWidget(self.words, 1000)  # all that there is, up to its maximum
        words.addStretch(1)
        column = QVBoxLayout(self)
        column.addStretch(2)
        column.addWidget(self.icon, alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(10)
        column.addWidget(self.title)
        column.addLayout(words)
        column.addSpacing(10)
        column.addLayout(self.buttons)
        column.addStretch(3)

    def showEvent(self, event: QShowEvent) -> None:
        from smtp_desktop.ui.accessibility.announcement import announce  # noqa: PLC0415 - 3 ms that few starts need

        super().showEvent(event)
        announce(self, f"{self.title.text()}. {self.words.text()}")

    def say_no_match(self, words: str) -> None:
        """Says that nothing matches the search; `words` add what."""
        self.icon.hide()
        self.title.setText(self.tr("Nothing found"))
        self.words.setText(words)

    def say_error(self, title: str, again: SignalInstance) -> None:
        """Says that the content can't be shown, with a button that emits `again`. The text of `words` says why."""
        self.icon.hide()
        self.title.setText(title)
        button = styled_button(self.tr("Try again"), "primary")
        button.setObjectName("reloadButton")
        button.clicked.connect(again)
        self.buttons.addWidget(button)
