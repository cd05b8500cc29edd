"""The summary of how a test, a check or an attempt to send ended, and the box that shows it."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from smtp_desktop.domain.checks.health import TestKind, TestOutcome
from smtp_desktop.domain.delivery.attempt import Attempt
from smtp_desktop.domain.diagnosis.actions import Means
from smtp_desktop.domain.diagnosis.advice import Advice, Frontend
from smtp_desktop.domain.diagnosis.conversation import Failure, FailureKind, HttpReply, Reply, SupportId
from smtp_desktop.domain.smtp.profile import GenericServer
from smtp_desktop.services.checks.report import Report, outcome_of, passed_text, title_of
from smtp_desktop.ui.accessibility.announcement import copy_text
from smtp_desktop.ui.conversation.step_mark import stage_name
from smtp_desktop.ui.layout.contents import clear_layout
from smtp_desktop.ui.theme.styled import styled_button, styled_label
from smtp_desktop.ui.widgets.certificate_view import certificate_text
from smtp_desktop.ui.widgets.joint_selection import JointSelection
from smtp_desktop.ui.widgets.message_text import one_line, shown


class SummaryTone(StrEnum):
    """The values of the style sheet's property `tone`."""

    GOOD = "good"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceSection:
    """A heading, what it means, and the steps to take, in order."""

    heading: str
    meaning: str
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeSummary:
    """The content of the advice box: how a test, a check or an attempt ended, or what an end date means.

    `title` is for a dialog. `heading` is above `words`, one paragraph each. `steps` are what to do, in order;
    `warnings` are what may go wrong nevertheless; `ids` are what Microsoft's support asks for.
    """

    title: str
    heading: str
    words: tuple[str, ...]
    tone: SummaryTone
    steps: tuple[str, ...] = ()
    warnings: tuple[AdviceSection, ...] = ()
    ids: tuple[SupportId, ...] = ()


def plain_summary(title: str, *words: str) -> OutcomeSummary:
    """Returns the summary on a failure of which nothing but `words` is known."""
    return OutcomeSummary(title=title, heading=title, words=words, tone=SummaryTone.BAD)


def failure_summary(
    title: str, failure: Failure, advice: Advice | None, present: Collection[Means] = ()
) -> OutcomeSummary:
    """Returns what went wrong, what the server said, and what to do about it with the means that are `present`."""
    words = [shown(advice.meaning) if advice and failure.reply else shown(failure.message)]
    if advice and failure.chain:
        # The message is about this certificate; the advice adds what that may mean.
        words.append(shown(advice.meaning))
    if failure.reply:
        words.append(_said(failure.reply))
    if failure.chain:
        words.append(certificate_text(failure.chain[0]))
    unknown = failure.kind is FailureKind.OUTCOME_UNKNOWN
    return OutcomeSummary(
        title=title,
        heading=shown(advice.title) if advice else title,
        words=tuple(words),
        tone=SummaryTone.WARN if unknown else SummaryTone.BAD,
        steps=_steps(advice, present) if advice else (),
        ids=_ids(failure.reply),
    )


def report_summary(report: Report, present: Collection[Means] = ()) -> OutcomeSummary:
    """Returns how a test or check ended, and what to do with the means that are `present`."""
    failure = report.timeline.failure
    if failure is None:
        return _passed(report)
    title = title_of(report, shown)
    if outcome_of(report) is TestOutcome.CANCELLED:
        words = (_tr("Sending stopped. Nothing was recorded."),)
        return OutcomeSummary(title=title, heading=_tr("Stopped"), words=words, tone=SummaryTone.WARN)
    return failure_summary(title, failure, report.advice, present)


def attempt_summary(attempt: Attempt, advice: Advice | None) -> OutcomeSummary:
    """Returns how an attempt to send a mail ended."""
    failure = attempt.timeline.failure
    if failure is None:
        return _accepted(attempt)
    if failure.kind is FailureKind.CANCELLED:
        return plain_summary(_tr("Stopped"), _tr("Stopped before anything was sent."))
    if failure.kind is FailureKind.OUTCOME_UNKNOWN:
        return failure_summary(_tr("Unclear whether the message was sent"), failure, advice)
    title = _tr("Failed at {stage}").format(stage=stage_name(failure.stage))
    return failure_summary(title, failure, advice)


def _accepted(attempt: Attempt) -> OutcomeSummary:
    timeline = attempt.timeline
    title = _tr("Accepted through {name}").format(name=attempt.smtp_name)
    words = [_said(timeline.accepted)] if timeline.accepted else []
    words += [
        _tr("{recipient} was refused: {reply}").format(recipient=one_line(r.recipient), reply=one_line(str(r.reply)))
        for r in timeline.refused
    ]
    words += [
        _tr("It is unclear whether {recipient} received it.").format(recipient=one_line(each))
        for each in timeline.in_doubt
    ]
    return OutcomeSummary(
        title=title,
        heading=title,
        words=tuple(words),
        tone=SummaryTone.WARN if timeline.refused or timeline.in_doubt else SummaryTone.GOOD,
        ids=_ids(timeline.accepted),
    )


def _passed(report: Report) -> OutcomeSummary:
    accepted = report.timeline.accepted
    return OutcomeSummary(
        title=title_of(report, shown),
        heading=shown(passed_text(report)) if report.warnings else _passed_heading(report),
        words=(*([_said(accepted)] if accepted else []), *_passed_ids_text(report)),
        tone=SummaryTone.WARN if report.warnings else SummaryTone.GOOD,
        warnings=tuple(_section(warning.advice) for warning in report.warnings),
        ids=_ids(accepted),
    )


def _passed_heading(report: Report) -> str:
    # The title of the dialog says already what passed, and where.
    return _tr("On its way to {to}").format(to=one_line(str(report.to))) if report.to else _tr("Ready to send")


def _passed_ids_text(report: Report) -> tuple[str, ...]:
    is_test = report.test_kind is TestKind.TEST
    if isinstance(report.profile.server, GenericServer):
        if is_test:
            return (
                ()
                if report.warnings
                else (_tr("Delivery is now up to the servers that follow. Look in that mailbox."),)
            )
        return (_tr("Everything up to and including sign-in works. No message was sent."),)
    if is_test:
        # 202 means that a draft was created; Graph does not report what happens to it then.
        return (_tr("If it can't be passed on, Microsoft 365 sends a report to this mailbox."),)
    return (_tr("No message was sent."),)


def _section(advice: Advice) -> AdviceSection:
    return AdviceSection(heading=shown(advice.title), meaning=shown(advice.meaning), steps=_steps(advice))


def _steps(advice: Advice, present: Collection[Means] = ()) -> tuple[str, ...]:
    return tuple(step.at(Frontend.WINDOW, shown) for step in advice.steps_for(Frontend.WINDOW, present))


def _said(reply: Reply | HttpReply) -> str:
    words = _tr("Microsoft said: {reply}") if isinstance(reply, HttpReply) else _tr("The server said: {reply}")
    return words.format(reply=one_line(str(reply)))


def _ids(reply: Reply | HttpReply | None) -> tuple[SupportId, ...]:
    return reply.ids if isinstance(reply, HttpReply) else ()


def _tr(source: str) -> str:
    return QCoreApplication.translate("OutcomeSummary", source)


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
