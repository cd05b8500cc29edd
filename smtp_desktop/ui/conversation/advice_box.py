"""The box that shows how a test, a check or an attempt to send ended, and what to do about it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from smtp_desktop.domain.diagnosis.conversation import SupportId
from smtp_desktop.ui.accessibility.announcement import copy_text
from smtp_desktop.ui.conversation.summary import OutcomeSummary
from smtp_desktop.ui.layout.contents import clear_layout
from smtp_desktop.ui.theme.styled import styled_button, styled_label
from smtp_desktop.ui.widgets.joint_selection import JointSelection
from smtp_desktop.ui.widgets.message_text import one_line


class AdviceView(QFrame):
    """Shows an OutcomeSummary. Its `objectName` is `advice`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("advice")
        self.setProperty("area", "advice")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(14, 12, 14, 12)
        self._column.setSpacing(4)
        self._selection = JointSelection(self)

    def show_summary(self, summary: OutcomeSummary) -> None:
        """Shows `summary` in place of the one before."""
        clear_layout(self._column)
        self.setProperty("tone", summary.tone.value)
        self.style().polish(self)
        spoken = self._add_section(summary.heading, summary.words, summary.steps)
        for warning in summary.warnings:
            self._column.addSpacing(8)
            spoken += self._add_section(warning.heading, (warning.meaning,), warning.steps)
        ids = _ids_text(summary.ids)
        if ids:
            spoken.append(self.tr("For Microsoft support: {ids}").format(ids=ids))
            self._column.addWidget(self._for_support(spoken[-1], ids))
        self.setAccessibleName(" ".join(spoken))

    def _add_section(self, heading: str, words: tuple[str, ...], steps: tuple[str, ...]) -> list[str]:
        """Returns all texts that were added."""
        first = self._column.count() == 0
        self._column.addWidget(self._selection.add(styled_label(heading, "adviceTitle", wrap=True)))
        for number, line in enumerate(words):
            label = self._selectable(line)
            label.setObjectName("messageText" if first and number == 0 else "")
            self._column.addWidget(label)
        if steps:
            self._column.addWidget(self._numbered(steps))
        return [heading, *words, *(f"{number}. {step}" for number, step in enumerate(steps, start=1))]

    def _numbered(self, steps: tuple[str, ...]) -> QWidget:
        """Returns the numbered steps below each other, the numbers in a column of their own."""
        block = QWidget()
        grid = QGridLayout(block)
        grid.setContentsMargins(4, 2, 0, 0)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(3)
        grid.setColumnStretch(1, 1)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop
        for number, step in enumerate(steps, start=1):
            mark = styled_label(f"{number}.", "adviceText")
            mark.setAccessibleName(" ")  # it is read with its step
            grid.addWidget(mark, number, 0, right)
            label = self._selectable(step)
            label.setAccessibleName(f"{number}. {step}")
            grid.addWidget(label, number, 1)
        return block

    def _selectable(self, words: str) -> QLabel:
        return self._selection.add(styled_label(words, "adviceText", wrap=True))

    def _for_support(self, words: str, ids: str) -> QWidget:
        label = self._selectable(words)
        label.setObjectName("supportIds")
        copy = styled_button(self.tr("Copy"), "link")
        copy.setObjectName("copyIdsButton")
        copy.setAccessibleName(self.tr("Copy the IDs that Microsoft support asks for"))
        copy.setAutoDefault(False)
        copy.clicked.connect(lambda: copy_text(self, ids))
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(label, 1)
        row.addWidget(copy, alignment=Qt.AlignmentFlag.AlignTop)
        return line


class Retry(QScrollArea):
    """A summary on a failure, with a button to try again. Scrolls if the text needs more space."""

    asked = Signal()
    """The button was pressed."""

    def __init__(self, advice_name: str, button_name: str, parent: QWidget | None = None) -> None:
        """`advice_name` and `button_name` are object names."""
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

    def show_summary(self, summary: OutcomeSummary) -> None:
        """Shows what went wrong."""
        self._advice.show_summary(summary)
        self.verticalScrollBar().setValue(0)


def _ids_text(ids: tuple[SupportId, ...]) -> str:
    return ", ".join(f"{one_line(i.name)} {one_line(i.value)}" for i in ids)
