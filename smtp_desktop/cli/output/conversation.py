"""Conversations in text and JSON: steps, failures, replies, advice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtp_desktop.cli.output.certificates import certificate_documents, certificate_lines
from smtp_desktop.domain.diagnosis.advice import Advice, AdviceStep, Frontend
from smtp_desktop.domain.diagnosis.conversation import (
    Failure,
    FailureKind,
    HttpReply,
    Reply,
    Stage,
    Step,
    StepStatus,
    Timeline,
)
from smtp_desktop.domain.diagnosis.stages import said_text, status_text, took_text

if TYPE_CHECKING:
    from smtp_desktop.cli.contract import common

STAGE_NAMES = {
    Stage.FIND_HOST: "Find host",
    Stage.CONNECT: "Connect",
    Stage.SECURE: "Secure",
    Stage.GREET: "Greet",
    Stage.SIGN_IN: "Sign in",
    Stage.SENDER: "Sender",
    Stage.RECIPIENT: "Recipient",
    Stage.CONTENT: "Content",
    Stage.TOKEN: "Token",
    Stage.MAILBOX: "Mailbox",
    Stage.SEND: "Send",
}
"""The stages' names where there is little room."""

_WIDTH = 40
_MARKS = {StepStatus.DONE: "#", StepStatus.FAILED: "!", StepStatus.UNKNOWN: "?"}


def chart_lines(timeline: Timeline) -> list[str]:
    """Returns a line for each step, with a bar on a common time axis."""
    if not timeline.steps:
        return []
    axis_ms = max(1.0, *(step.started_ms + step.duration_ms for step in timeline.steps))
    widest = max(len(STAGE_NAMES[step.stage]) for step in timeline.steps)
    return [f"  {STAGE_NAMES[step.stage]:<{widest}}  [{_bar(step, axis_ms)}]  {_took(step)}" for step in timeline.steps]


def _bar(step: Step, axis_ms: float) -> str:
    mark = _MARKS.get(step.status)
    if mark is None:
        return " " * _WIDTH
    # Even the shortest step gets a mark, and the last one stays on the axis.
    start = min(int(step.started_ms / axis_ms * _WIDTH), _WIDTH - 1)
    end = min(max(round((step.started_ms + step.duration_ms) / axis_ms * _WIDTH), start + 1), _WIDTH)
    return f"{' ' * start}{mark * (end - start)}".ljust(_WIDTH)


def _took(step: Step) -> str:
    if step.status in _MARKS:
        return f"{took_text(step.duration_ms)!s:>8}"
    return str(status_text(step.status))


# Where the reply is not Microsoft's.
_OTHER_REPLIES = {FailureKind.PROXY: "The proxy said", FailureKind.NOT_GRAPH: "The answer was"}


def reply_lines(failure: Failure, host: str) -> list[str]:
    """Returns the server's reply, or its certificates if it gave none, and the ids that Microsoft's support asks for.
    `host` names a server that is not Microsoft's."""
    reply = failure.reply
    if reply is None:
        return certificate_lines(failure.chain)
    if isinstance(reply, Reply):
        return [f"{host} said: {reply}"]
    lines = [f"{_OTHER_REPLIES.get(failure.kind) or said_text(reply, failure.stage)}: {reply}"]
    if reply.retry_after_s is not None:
        lines.append(f"Asked to wait {reply.retry_after_s:g} s before the next try.")
    return lines + [f"{support_id.name}: {support_id.value}" for support_id in reply.ids]


def advice_lines(advice: Advice | None) -> list[str]:
    """Returns an empty line, the title, the meaning and the numbered steps; no lines without advice."""
    if advice is None:
        return []
    steps = enumerate(advice.steps_for(Frontend.TERMINAL), start=1)
    return ["", str(advice.title), str(advice.meaning), *(line for step in steps for line in _step_lines(*step))]


def _step_lines(number: int, step: AdviceStep) -> list[str]:
    words = step.at(Frontend.TERMINAL)
    if not step.command:
        return [f"  {number}. {words}"]
    # On a line of its own, a command can be copied whole.
    return [f"  {number}. {words.removesuffix(step.command).rstrip()}", f"       {step.command}"]


def step_documents(timeline: Timeline) -> list[common.Step]:
    """Returns the steps of a conversation for `--json`; times count from its beginning."""
    return [
        {
            "stage": step.stage,
            "outcome": step.status,
            "detail": step.detail,
            "started_ms": round(step.started_ms, 1),
            "duration_ms": round(step.duration_ms, 1),
        }
        for step in timeline.steps
    ]


def failure_document(failure: Failure | None) -> common.FailureKeys:
    """Returns a failure for `--json`; None is none."""
    return {
        "stage": failure.stage if failure else None,
        "kind": failure.kind if failure else None,
        "message": str(failure.message) if failure else None,
        "certificate": certificate_documents(failure.chain) if failure and failure.chain else None,
    }


def reply_document(reply: Reply | HttpReply | None) -> common.Reply | None:
    """Returns a server's reply for `--json`."""
    if reply is None:
        return None
    text = "\n".join(reply.text)
    if isinstance(reply, Reply):
        enhanced = reply.enhanced_code or None
        return {"code": reply.code, "enhanced_code": enhanced, "text": text, "ids": {}, "retry_after_s": None}
    return {
        "code": reply.code,
        "enhanced_code": reply.error_code or None,
        "text": text,
        "ids": {support_id.name: support_id.value for support_id in reply.ids},
        "retry_after_s": reply.retry_after_s,
    }


def advice_document(advice: Advice | None) -> common.Advice | None:
    """Returns an advice for `--json`."""
    return advice_texts(advice) if advice else None


def advice_texts(advice: Advice) -> common.Advice:
    """Returns an advice for `--json`, where there is one."""
    return {"title": str(advice.title), "meaning": str(advice.meaning), "steps": terminal_steps(advice)}


def terminal_steps(advice: Advice) -> list[str]:
    """Returns the steps of `advice` in words for a terminal."""
    return [step.at(Frontend.TERMINAL) for step in advice.steps_for(Frontend.TERMINAL)]
