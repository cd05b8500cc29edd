"""How a try ended, in the words of the window."""

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QApplication, QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from smtp_desktop.domain.checks.health import TestKind, TestOutcome
from smtp_desktop.domain.delivery.delivery import Attempt
from smtp_desktop.domain.diagnosis.advice import Advice
from smtp_desktop.domain.diagnosis.conversation import Failure, FailureKind, HttpReply, Reply, SupportId
from smtp_desktop.domain.smtp.profile import GenericServer
from smtp_desktop.services.checks.outcome import outcome_of, passed_text, title_of
from smtp_desktop.services.checks.tester import Report
from smtp_desktop.ui.theme.styled import styled_button, styled_label
from smtp_desktop.ui.widgets.certificate_view import certificate_text
from smtp_desktop.ui.widgets.message_text import one_line, shown
from smtp_desktop.ui.widgets.step_words import stage_name


class VerdictTone(StrEnum):
    """As the style sheet's `tone` calls it."""

    GOOD = "good"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A matter of its own: what it is, what it means, and what to do, in this order."""

    heading: str
    meaning: str
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is said when it is over. `title` is the dialog's, `heading` stands above `words`, a paragraph each; `steps`
    are what to do, in this order; `warnings` are what may go wrong nevertheless; `ids` are for Microsoft's support."""

    title: str
    heading: str
    words: tuple[str, ...]
    tone: VerdictTone
    steps: tuple[str, ...] = ()
    warnings: tuple[Passage, ...] = ()
    ids: tuple[SupportId, ...] = ()


def plain_verdict(title: str, *words: str) -> Verdict:
    """Returns the verdict on what could not be done, with nothing known beyond `words`."""
    return Verdict(title=title, heading=title, words=words, tone=VerdictTone.BAD)


def failed_verdict(title: str, failure: Failure, advice: Advice | None) -> Verdict:
    """Returns what went wrong, the server's words, and what to do about it."""
    words = [shown(advice.meaning) if advice and failure.reply else shown(failure.message)]
    if advice and failure.chain:
        # Here the message tells of this very certificate, and the advice of what that may mean.
        words.append(shown(advice.meaning))
    if failure.reply:
        words.append(_said(failure.reply))
    if failure.chain:
        words.append(certificate_text(failure.chain[0]))
    unknown = failure.kind is FailureKind.OUTCOME_UNKNOWN
    return Verdict(
        title=title,
        heading=shown(advice.title) if advice else title,
        words=tuple(words),
        tone=VerdictTone.WARN if unknown else VerdictTone.BAD,
        steps=tuple(shown(step) for step in advice.steps) if advice else (),
        ids=_ids(failure.reply),
    )


def verdict_on(report: Report) -> Verdict:
    """Returns how a test or check ended."""
    failure = report.timeline.failure
    if failure is None:
        return _passed(report)
    title = title_of(report, shown)
    if outcome_of(report) is TestOutcome.CANCELLED:
        words = (_tr("Nothing more is sent, and nothing is recorded."),)
        return Verdict(title=title, heading=_tr("It was stopped"), words=words, tone=VerdictTone.WARN)
    return failed_verdict(title, failure, report.advice)


def verdict_on_attempt(attempt: Attempt, advice: Advice | None) -> Verdict:
    """Returns how an attempt to send a mail ended."""
    failure = attempt.timeline.failure
    if failure is None:
        return _taken(attempt)
    if failure.kind is FailureKind.CANCELLED:
        return plain_verdict(_tr("Stopped"), _tr("It was stopped before anything was sent."))
    if failure.kind is FailureKind.OUTCOME_UNKNOWN:
        return failed_verdict(_tr("Not known whether the mail was sent"), failure, advice)
    title = _tr("Failed at the step {stage}").format(stage=stage_name(failure.stage))
    return failed_verdict(title, failure, advice)


def _taken(attempt: Attempt) -> Verdict:
    timeline = attempt.timeline
    title = _tr("Accepted through {name}").format(name=attempt.smtp_name)
    words = [_said(timeline.accepted)] if timeline.accepted else []
    words += [
        _tr("{recipient} was refused: {reply}").format(recipient=one_line(r.recipient), reply=one_line(str(r.reply)))
        for r in timeline.refused
    ]
    return Verdict(
        title=title,
        heading=title,
        words=tuple(words),
        tone=VerdictTone.WARN if timeline.refused else VerdictTone.GOOD,
        ids=_ids(timeline.accepted),
    )


def _passed(report: Report) -> Verdict:
    accepted = report.timeline.accepted
    return Verdict(
        title=title_of(report, shown),
        heading=shown(passed_text(report)),
        words=(*([_said(accepted)] if accepted else []), *_passed_in_words(report)),
        tone=VerdictTone.WARN if report.warnings else VerdictTone.GOOD,
        warnings=tuple(_passage(concern.advice) for concern in report.warnings),
        ids=_ids(accepted),
    )


def _passed_in_words(report: Report) -> tuple[str, ...]:
    is_test = report.test_kind is TestKind.TEST
    if isinstance(report.profile.server, GenericServer):
        return () if is_test else (_tr("Everything up to signing in works. No mail was sent."),)
    if is_test:
        # 202 means that a draft was made: what happens to it then is not told.
        return (_tr("If it can't be passed on, a report about that comes to the mailbox itself."),)
    return (_tr("No mail was sent."),)


def _passage(advice: Advice) -> Passage:
    steps = tuple(shown(step) for step in advice.steps)
    return Passage(heading=shown(advice.title), meaning=shown(advice.meaning), steps=steps)


def _said(reply: Reply | HttpReply) -> str:
    words = _tr("Microsoft said: {reply}") if isinstance(reply, HttpReply) else _tr("The server said: {reply}")
    return words.format(reply=one_line(str(reply)))


def _ids(reply: Reply | HttpReply | None) -> tuple[SupportId, ...]:
    return reply.ids if isinstance(reply, HttpReply) else ()


def _tr(source: str) -> str:
    return QCoreApplication.translate("Verdict", source)


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
        for concern in verdict.warnings:
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
