"""How something ended and what to do about it: a coloured box."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from smtp_desktop.domain.diagnosis.conversation import SupportId
from smtp_desktop.ui.styled import styled_button, styled_label
from smtp_desktop.ui.text import one_line
from smtp_desktop.ui.verdict import Verdict


class AdviceView(QFrame):
    """Shows a verdict. Its `objectName` is `advice`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("advice")
        self.setProperty("area", "advice")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(14, 12, 14, 12)
        self._column.setSpacing(4)

    def show_verdict(self, verdict: Verdict) -> None:
        """The box says this, in place of what it said."""
        while item := self._column.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        self.setProperty("tone", verdict.tone.value)
        self.style().polish(self)
        spoken = self._add_passage(verdict.heading, verdict.words, verdict.steps)
        for concern in verdict.concerns:
            self._column.addSpacing(8)
            spoken += self._add_passage(concern.heading, (concern.meaning,), concern.steps)
        ids = _in_words(verdict.ids)
        if ids:
            spoken.append(self.tr("For Microsoft's support: {ids}").format(ids=ids))
            self._column.addWidget(self._for_support(spoken[-1], ids))
        self.setAccessibleName(" ".join(spoken))

    def _add_passage(self, heading: str, words: tuple[str, ...], steps: tuple[str, ...]) -> list[str]:
        """Returns all that it says."""
        first = self._column.count() == 0
        self._column.addWidget(styled_label(heading, "adviceTitle", wrap=True))
        for number, line in enumerate(words):
            label = _selectable(line)
            label.setObjectName("messageText" if first and number == 0 else "")
            self._column.addWidget(label)
        if steps:
            self._column.addWidget(_numbered(steps))
        return [heading, *words, *(f"{number}. {step}" for number, step in enumerate(steps, start=1))]

    def _for_support(self, words: str, ids: str) -> QWidget:
        label = _selectable(words)
        label.setObjectName("supportIds")
        copy = styled_button(self.tr("Copy"), "link")
        copy.setObjectName("copyIdsButton")
        copy.setAccessibleName(self.tr("Copy what Microsoft's support asks for"))
        copy.setAutoDefault(False)
        copy.clicked.connect(lambda: QApplication.clipboard().setText(ids))
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(label, 1)
        row.addWidget(copy, alignment=Qt.AlignmentFlag.AlignTop)
        return line


def _numbered(steps: tuple[str, ...]) -> QWidget:
    """Returns the steps below each other, their numbers in a column of their own."""
    block = QWidget()
    grid = QGridLayout(block)
    grid.setContentsMargins(4, 2, 0, 0)
    grid.setHorizontalSpacing(6)
    grid.setVerticalSpacing(3)
    grid.setColumnStretch(1, 1)
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop
    for number, step in enumerate(steps, start=1):
        grid.addWidget(styled_label(f"{number}.", "adviceText"), number, 0, right)
        label = _selectable(step)
        label.setAccessibleName(f"{number}. {step}")
        grid.addWidget(label, number, 1)
    return block


def _selectable(words: str) -> QLabel:
    label = styled_label(words, "adviceText", wrap=True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def _in_words(ids: tuple[SupportId, ...]) -> str:
    return ", ".join(f"{one_line(i.name)} {one_line(i.value)}" for i in ids)
