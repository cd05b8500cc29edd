"""What stages are called where there is little room."""
# ruff: noqa: PLC0415 - a list of SMTPs loads this, and mostly has none to tell of

from typing import TYPE_CHECKING

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
from smtp_desktop.domain.diagnosis.stages import outcome_text, took_text

if TYPE_CHECKING:
    from datetime import datetime

    from smtp_desktop.domain.smtp.certificate import Certificate
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


_WIDTH = 40
_MARKS = {StepStatus.DONE: "#", StepStatus.FAILED: "!", StepStatus.UNKNOWN: "?"}


def chart_lines(timeline: Timeline) -> list[str]:
    """Returns a line for each step with a bar on a time axis that is the same for all; nothing without steps."""
    if not timeline.steps:
        return []
    axis_ms = max(1.0, *(step.started_ms + step.duration_ms for step in timeline.steps))
    widest = max(len(STAGE_NAMES[step.stage]) for step in timeline.steps)
    return [f"  {STAGE_NAMES[step.stage]:<{widest}}  [{_bar(step, axis_ms)}]  {_took(step)}" for step in timeline.steps]


def _bar(step: Step, axis_ms: float) -> str:
    mark = _MARKS.get(step.outcome)
    if mark is None:
        return " " * _WIDTH
    # The shortest step is seen too, and the last one does not leave the axis.
    start = min(int(step.started_ms / axis_ms * _WIDTH), _WIDTH - 1)
    end = min(max(round((step.started_ms + step.duration_ms) / axis_ms * _WIDTH), start + 1), _WIDTH)
    return f"{' ' * start}{mark * (end - start)}".ljust(_WIDTH)


def _took(step: Step) -> str:
    if step.outcome in _MARKS:
        return f"{took_text(step.duration_ms)!s:>8}"
    return str(outcome_text(step.outcome))


# Who else than Microsoft it was that answered.
_OTHER_SPEAKERS = {FailureKind.PROXY: "The proxy said", FailureKind.NOT_GRAPH: "The answer was"}


def said_lines(failure: Failure, host: str) -> list[str]:
    """Returns what the server, which is `host` where it is not Microsoft's, said, or the certificates that it showed;
    a line for each id that Microsoft's support asks for."""
    reply = failure.reply
    if reply is None:
        return certificate_lines(failure.chain)
    if isinstance(reply, Reply):
        return [f"{host} said: {reply}"]
    lines = [f"{_OTHER_SPEAKERS.get(failure.kind, 'Microsoft said')}: {reply}"]
    if reply.retry_after_s is not None:
        lines.append(f"Asked to wait {reply.retry_after_s:g} s before the next try.")
    return lines + [f"{support_id.name}: {support_id.value}" for support_id in reply.ids]


def advice_lines(advice: Advice | None) -> list[str]:
    """Returns what it means and the numbered steps, below an empty line; nothing without advice."""
    if advice is None:
        return []
    steps = [f"  {number}. {step}" for number, step in enumerate(advice.steps, start=1)]
    return ["", str(advice.title), str(advice.meaning), *steps]


def failure_document(failure: Failure | None) -> dict[str, object]:
    """Returns what `--json` tells of the failure itself. Every key is there, null where there is none."""
    return {
        "stage": failure.stage.value if failure else None,
        "kind": failure.kind.value if failure else None,
        "message": str(failure.message) if failure else None,
        "certificate": certificate_documents(failure.chain) if failure and failure.chain else None,
    }


def reply_document(reply: Reply | HttpReply | None) -> dict[str, object] | None:
    """Returns what a server said; Microsoft's answers have `ids` and `retry_after_s` besides."""
    if reply is None:
        return None
    words = "\n".join(reply.text)
    if isinstance(reply, Reply):
        return {"code": reply.code, "enhanced_code": reply.enhanced_code, "text": words}
    return {
        "code": reply.code,
        "enhanced_code": reply.error_code,
        "text": words,
        "ids": {support_id.name: support_id.value for support_id in reply.ids},
        "retry_after_s": reply.retry_after_s,
    }


def advice_document(advice: Advice | None) -> dict[str, object] | None:
    """Returns title, meaning and steps."""
    if advice is None:
        return None
    return {"title": str(advice.title), "meaning": str(advice.meaning), "steps": [str(step) for step in advice.steps]}


_NAMES_TOLD = 10


def certificate_lines(chain: "tuple[Certificate, ...]") -> list[str]:
    """Returns a few lines for each certificate, the server's own first; none for an empty chain."""
    return [line for number, one in enumerate(chain) for line in _lines(one, is_own=number == 0)]


def _lines(certificate: "Certificate", *, is_own: bool) -> list[str]:
    from smtp_desktop.domain.smtp.certificate import spelled

    issuer = "itself" if certificate.self_signed else certificate.issuer
    names = certificate.names[:_NAMES_TOLD]
    more = [f"+{len(certificate.names) - _NAMES_TOLD} more"] if len(certificate.names) > _NAMES_TOLD else []
    lines = [f"Certificate of {certificate.subject}" if is_own else f"  Above it: {certificate.subject}"]
    lines.append(f"  Issued by {issuer}")
    if names:
        lines.append(f"  For {', '.join((*names, *more))}")
    lines.append(f"  Valid from {_day(certificate.valid_from)} until {_day(certificate.valid_until)}")
    lines.append(f"  SHA-256 {spelled(certificate.fingerprint)}")
    return lines


def certificate_documents(chain: "tuple[Certificate, ...]") -> list[dict[str, object]]:
    """Returns what `--json` tells of the certificates, the server's own first."""
    from smtp_desktop.domain.smtp.certificate import spelled

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


def trusted_document(server: "GenericServer | None", ca: "Certificate | None") -> dict[str, object]:
    """Returns what `--json` tells of what is trusted for one SMTP alone; null where that is nothing. `ca` is the
    certificate of the CA that it trusts, None where that can't be read."""
    if server is None or not (server.trusted_ca_pem or server.trusted_fingerprint):
        return {"trusted_ca": None, "trusted_fingerprint": None}
    from smtp_desktop.domain.smtp.certificate import spelled

    told = {"subject": ca.subject if ca else None, "valid_until": ca.valid_until.isoformat() if ca else None}
    return {
        "trusted_ca": told if server.trusted_ca_pem else None,
        "trusted_fingerprint": spelled(server.trusted_fingerprint) or None,
    }


def trusted_words(ca: "Certificate | None") -> str:
    """Returns a trusted CA on one line."""
    return f"{ca.subject}, until {_day(ca.valid_until)}" if ca else "a CA whose certificate can't be read"


def _day(moment: "datetime") -> str:
    return moment.date().isoformat()
