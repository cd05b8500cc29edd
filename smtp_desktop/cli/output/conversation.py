"""Conversations in text and JSON: steps, failures, replies, advice, certificates."""

from datetime import datetime

from smtp_desktop.domain.diagnosis.advice import Advice
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
from smtp_desktop.domain.diagnosis.stages import status_text, took_text
from smtp_desktop.domain.smtp.certificate import Certificate, spelled
from smtp_desktop.domain.smtp.profile import GenericServer

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
    lines = [f"{_OTHER_REPLIES.get(failure.kind, 'Microsoft said')}: {reply}"]
    if reply.retry_after_s is not None:
        lines.append(f"Asked to wait {reply.retry_after_s:g} s before the next try.")
    return lines + [f"{support_id.name}: {support_id.value}" for support_id in reply.ids]


def advice_lines(advice: Advice | None) -> list[str]:
    """Returns an empty line, the title, the meaning and the numbered steps; no lines without advice."""
    if advice is None:
        return []
    steps = [f"  {number}. {step}" for number, step in enumerate(advice.steps, start=1)]
    return ["", str(advice.title), str(advice.meaning), *steps]


def step_documents(timeline: Timeline) -> list[dict[str, object]]:
    """Returns the steps of a conversation for `--json`; times count from its beginning."""
    return [
        {
            "stage": step.stage.value,
            "outcome": step.status.value,
            "detail": step.detail,
            "started_ms": round(step.started_ms, 1),
            "duration_ms": round(step.duration_ms, 1),
        }
        for step in timeline.steps
    ]


def failure_document(failure: Failure | None) -> dict[str, object]:
    """Returns a failure for `--json`. Every key is there, null if it has no value."""
    return {
        "stage": failure.stage.value if failure else None,
        "kind": failure.kind.value if failure else None,
        "message": str(failure.message) if failure else None,
        "certificate": certificate_documents(failure.chain) if failure and failure.chain else None,
    }


def reply_document(reply: Reply | HttpReply | None) -> dict[str, object] | None:
    """Returns a server's reply for `--json`; Microsoft's have `ids` and `retry_after_s` too."""
    if reply is None:
        return None
    text = "\n".join(reply.text)
    if isinstance(reply, Reply):
        return {"code": reply.code, "enhanced_code": reply.enhanced_code, "text": text}
    return {
        "code": reply.code,
        "enhanced_code": reply.error_code,
        "text": text,
        "ids": {support_id.name: support_id.value for support_id in reply.ids},
        "retry_after_s": reply.retry_after_s,
    }


def advice_document(advice: Advice | None) -> dict[str, object] | None:
    """Returns an advice for `--json`."""
    if advice is None:
        return None
    return {"title": str(advice.title), "meaning": str(advice.meaning), "steps": [str(step) for step in advice.steps]}


_NAMES_SHOWN = 10


def certificate_lines(chain: tuple[Certificate, ...]) -> list[str]:
    """Returns a few lines for each certificate, the server's own first."""
    return [line for number, one in enumerate(chain) for line in _certificate_lines(one, is_own=number == 0)]


def _certificate_lines(certificate: Certificate, *, is_own: bool) -> list[str]:
    issuer = "itself" if certificate.self_signed else certificate.issuer
    names = certificate.names[:_NAMES_SHOWN]
    more = [f"+{len(certificate.names) - _NAMES_SHOWN} more"] if len(certificate.names) > _NAMES_SHOWN else []
    lines = [f"Certificate of {certificate.subject}" if is_own else f"  Above it: {certificate.subject}"]
    lines.append(f"  Issued by {issuer}")
    if names:
        lines.append(f"  For {', '.join((*names, *more))}")
    lines.append(f"  Valid from {_day(certificate.valid_from)} until {_day(certificate.valid_until)}")
    lines.append(f"  SHA-256 {spelled(certificate.fingerprint)}")
    return lines


def certificate_documents(chain: tuple[Certificate, ...]) -> list[dict[str, object]]:
    """Returns the certificates for `--json`, the server's own first."""
    return [
        {
            "subject": one.subject,
            "issuer": one.issuer,
            "names": list(one.names),
            "valid_from": one.valid_from.isoformat(),
            "valid_until": one.valid_until.isoformat(),
            "fingerprint": spelled(one.fingerprint),
            "self_signed": one.self_signed,
        }
        for one in chain
    ]


def trusted_document(server: GenericServer | None, ca: Certificate | None) -> dict[str, object]:
    """Returns for `--json` what is trusted for one SMTP alone, null if nothing is. `ca` is the certificate of the CA
    that it trusts, None if that can't be read."""
    if server is None or not (server.trusted_ca_pem or server.trusted_fingerprint):
        return {"trusted_ca": None, "trusted_fingerprint": None}
    authority = {"subject": ca.subject if ca else None, "valid_until": ca.valid_until.isoformat() if ca else None}
    return {
        "trusted_ca": authority if server.trusted_ca_pem else None,
        "trusted_fingerprint": spelled(server.trusted_fingerprint) or None,
    }


def trusted_ca_text(ca: Certificate | None) -> str:
    """Returns a trusted CA on one line."""
    return f"{ca.subject}, until {_day(ca.valid_until)}" if ca else "a CA whose certificate can't be read"


def _day(moment: datetime) -> str:
    return moment.date().isoformat()
