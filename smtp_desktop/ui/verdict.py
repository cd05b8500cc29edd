"""How a try ended, in the words of the window."""

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QCoreApplication

from smtp_desktop.domain.advice import Advice
from smtp_desktop.domain.conversation import Failure, FailureKind, HttpReply, Reply, SupportId
from smtp_desktop.domain.delivery import Attempt
from smtp_desktop.domain.health import Trial
from smtp_desktop.domain.profile import GenericServer
from smtp_desktop.services.testing import Report
from smtp_desktop.ui.certificate_words import certificate_text
from smtp_desktop.ui.step_words import stage_name
from smtp_desktop.ui.text import one_line, shown


class VerdictTone(StrEnum):
    """As the style sheet's `tone` calls it."""

    GOOD = "good"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is said when it is over. `title` is the dialog's, `heading` stands above `words`, a paragraph each; `ids`
    are for Microsoft's support."""

    title: str
    heading: str
    words: tuple[str, ...]
    tone: VerdictTone
    ids: tuple[SupportId, ...] = ()


def plain_verdict(title: str, *words: str) -> Verdict:
    """Returns the verdict on what could not be done, with nothing known beyond `words`."""
    return Verdict(title=title, heading=title, words=words, tone=VerdictTone.BAD)


def failed_verdict(title: str, failure: Failure, advice: Advice | None) -> Verdict:
    """Returns what went wrong, the server's words, and what to do about it."""
    words = [shown(advice.meaning) if advice and failure.reply else shown(failure.message)]
    if failure.reply:
        words.append(_said(failure.reply))
    if failure.chain:
        words.append(certificate_text(failure.chain[0]))
    words += [f"{n}. {shown(step)}" for n, step in enumerate(advice.steps if advice else (), 1)]
    unknown = failure.kind is FailureKind.OUTCOME_UNKNOWN
    return Verdict(
        title=title,
        heading=shown(advice.title) if advice else title,
        words=tuple(words),
        tone=VerdictTone.WARN if unknown else VerdictTone.BAD,
        ids=_ids(failure.reply),
    )


def verdict_on(report: Report) -> Verdict:
    """Returns how a test or check ended."""
    failure = report.timeline.failure
    if failure is None:
        return _passed(report)
    if failure.kind is FailureKind.CANCELLED:
        return plain_verdict(_tr("Cancelled"), _tr("Nothing more is sent."))
    return failed_verdict(_failed_title(report, failure), failure, report.advice)


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


def _failed_title(report: Report, failure: Failure) -> str:
    name = report.profile.name or _tr("the new SMTP")
    if failure.kind is FailureKind.OUTCOME_UNKNOWN:
        return _tr("Not known whether the mail was sent: {name}").format(name=name)
    words = _tr("Test failed: {name}, at the step {stage}")
    if report.trial is Trial.CHECK:
        words = _tr("Check failed: {name}, at the step {stage}")
    return words.format(name=name, stage=stage_name(failure.stage))


def _passed(report: Report) -> Verdict:
    words = [_tr("To {to}.").format(to=report.to.spec)] if report.to else []
    accepted = report.timeline.accepted
    if accepted:
        words.append(_said(accepted))
    title, more = _passed_in_words(report)
    return Verdict(
        title=title, heading=title, words=(*words, *more), tone=VerdictTone.GOOD, ids=_ids(report.timeline.accepted)
    )


def _passed_in_words(report: Report) -> tuple[str, tuple[str, ...]]:
    server, is_test = report.profile.server, report.trial is Trial.TEST
    if isinstance(server, GenericServer):
        if is_test:
            return _tr("Test passed: the mail was accepted by {host}").format(host=server.host_name), ()
        title = _tr("Check passed: {host} works").format(host=server.host_name)
        return title, (_tr("Everything up to signing in works. No mail was sent."),)
    if is_test:
        # 202 means that a draft was made: what happens to it then is not told.
        more = _tr("If it can't be passed on, a report about that comes to the mailbox itself.")
        return _tr("Test passed: the mail was accepted by Microsoft 365"), (more,)
    return _tr("Check passed: Microsoft 365 takes the sign-in"), (_tr("No mail was sent."),)


def _said(reply: Reply | HttpReply) -> str:
    words = _tr("Microsoft said: {reply}") if isinstance(reply, HttpReply) else _tr("The server said: {reply}")
    return words.format(reply=one_line(str(reply)))


def _ids(reply: Reply | HttpReply | None) -> tuple[SupportId, ...]:
    return reply.ids if isinstance(reply, HttpReply) else ()


def _tr(source: str) -> str:
    return QCoreApplication.translate("Verdict", source)
