"""The summary of a test, a check or an attempt to send: how it ended, in words and steps."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QCoreApplication

from smtp_desktop.domain.checks.health import TestKind, TestOutcome
from smtp_desktop.domain.delivery.attempt import Attempt
from smtp_desktop.domain.diagnosis.actions import Means
from smtp_desktop.domain.diagnosis.advice import Advice, Frontend
from smtp_desktop.domain.diagnosis.conversation import Failure, FailureKind, HttpReply, Reply, Stage, SupportId
from smtp_desktop.domain.diagnosis.stages import said_text
from smtp_desktop.domain.smtp.profile import GenericServer
from smtp_desktop.services.checks.report import Report, outcome_of, passed_text, slow_text, title_of
from smtp_desktop.ui.conversation.step_mark import stage_name
from smtp_desktop.ui.widgets.certificate_view import certificate_text
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
        words.append(_said(failure.reply, failure.stage))
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
    accepted, slow = report.timeline.accepted, slow_text(report, shown)
    return OutcomeSummary(
        title=title_of(report, shown),
        heading=shown(passed_text(report)) if report.warnings else _passed_heading(report),
        words=(*([_said(accepted)] if accepted else []), *_passed_ids_text(report), *([slow] if slow else [])),
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


def _said(reply: Reply | HttpReply, stage: Stage | None = None) -> str:
    return f"{shown(said_text(reply, stage))}: {one_line(str(reply))}"


def _ids(reply: Reply | HttpReply | None) -> tuple[SupportId, ...]:
    return reply.ids if isinstance(reply, HttpReply) else ()


def _tr(source: str) -> str:
    return QCoreApplication.translate("OutcomeSummary", source)
