"""Certificates as JSON."""

import json
from datetime import datetime
from typing import Any

from smtp_desktop.domain.diagnosis.conversation import (
    CertificateFault,
    Failure,
    FailureKind,
    HttpReply,
    Party,
    RecipientRefused,
    Reply,
    Security,
    Stage,
    Step,
    StepStatus,
    SupportId,
    Timeline,
    TlsMode,
    TranscriptLine,
)
from smtp_desktop.domain.message_text import MessageText
from smtp_desktop.domain.smtp.certificate import Certificate

_CertificateJson = Any  # what json.loads gives: its shape is known to the two functions alone


def from_chain(chain: tuple[Certificate, ...]) -> _CertificateJson:
    """Returns what `to_chain` makes equal certificates from."""
    return [
        [
            one.subject,
            one.issuer,
            one.fingerprint,
            one.valid_from.isoformat(),
            one.valid_until.isoformat(),
            one.names,
            one.self_signed,
        ]
        for one in chain
    ]


def to_chain(found: _CertificateJson) -> tuple[Certificate, ...]:
    """Returns the certificates that `from_chain` was given."""
    return tuple(_certificate(one) for one in found)


def _certificate(one: _CertificateJson) -> Certificate:
    subject, issuer, fingerprint, valid_from, valid_until, names, self_signed = one
    return Certificate(
        subject=subject,
        issuer=issuer,
        fingerprint=fingerprint,
        valid_from=datetime.fromisoformat(valid_from),
        valid_until=datetime.fromisoformat(valid_until),
        names=tuple(names),
        self_signed=self_signed,
    )


# Made once, and without a look for circles: half the time of `json.dumps`, for each of many mails.
_dump = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode
_Json = Any  # what json.loads gives: its shape is known to the two functions of each pair alone


def timeline_to_json(timeline: Timeline) -> str:
    """Returns `timeline` as JSON in ASCII, from which `timeline_from_json` makes an equal one."""
    failure, accepted, security = timeline.failure, timeline.accepted, timeline.security
    content = {
        "steps": [[s.stage, s.outcome, s.detail, s.started_ms, s.duration_ms] for s in timeline.steps],
        "transcript": [[line.party, line.text, line.at_ms] for line in timeline.transcript],
        "failure": _from_failure(failure) if failure else None,
        "accepted": _from_any_reply(accepted) if accepted else None,
        "security": _from_security(security) if security else None,
        "refused": [[refused.recipient, _from_reply(refused.reply)] for refused in timeline.refused],
    }
    return _dump({key: value for key, value in content.items() if value})


def timeline_from_json(content: str) -> Timeline:
    """Returns the timeline that `timeline_to_json` was given."""
    found = json.loads(content)
    return Timeline(
        steps=tuple(_to_step(step) for step in found.get("steps", ())),
        transcript=tuple(
            TranscriptLine(party=Party(party), text=line, at_ms=at_ms)
            for party, line, at_ms in found.get("transcript", ())
        ),
        failure=_to_failure(found["failure"]) if "failure" in found else None,
        accepted=_to_any_reply(found["accepted"]) if "accepted" in found else None,
        security=_to_security(found["security"]) if "security" in found else None,
        refused=tuple(
            RecipientRefused(recipient=recipient, reply=_to_reply(reply))
            for recipient, reply in found.get("refused", ())
        ),
    )


def _to_step(step: _Json) -> Step:
    stage, outcome, detail, started_ms, duration_ms = step
    return Step(
        stage=Stage(stage), outcome=StepStatus(outcome), detail=detail, started_ms=started_ms, duration_ms=duration_ms
    )


def _from_failure(failure: Failure) -> _Json:
    return {
        "stage": failure.stage,
        "kind": failure.kind,
        "message": [failure.message.template, failure.message.values],
        "reply": _from_any_reply(failure.reply) if failure.reply else None,
        "certificate_fault": failure.certificate_fault,
        "chain": from_chain(failure.chain),
    }


def _to_failure(found: _Json) -> Failure:
    template, values = found["message"]
    fault = found["certificate_fault"]
    return Failure(
        stage=Stage(found["stage"]),
        kind=FailureKind(found["kind"]),
        message=MessageText(template, values),
        reply=_to_any_reply(found["reply"]) if found["reply"] else None,
        certificate_fault=CertificateFault(fault) if fault else None,
        chain=to_chain(found.get("chain", ())),
    )


def _from_any_reply(reply: Reply | HttpReply) -> _Json:
    return {"http": _from_http(reply)} if isinstance(reply, HttpReply) else {"smtp": _from_reply(reply)}


def _to_any_reply(found: _Json) -> Reply | HttpReply:
    return _to_http(found["http"]) if "http" in found else _to_reply(found["smtp"])


def _from_reply(reply: Reply) -> _Json:
    return [reply.code, reply.enhanced_code, reply.text]


def _to_reply(found: _Json) -> Reply:
    code, enhanced_code, words = found
    return Reply(code=code, enhanced_code=enhanced_code, text=tuple(words))


def _from_http(reply: HttpReply) -> _Json:
    return {
        "code": reply.code,
        "error_code": reply.error_code,
        "text": reply.text,
        "aadsts": reply.aadsts,
        "ids": [[support.name, support.value] for support in reply.ids],
        "retry_after_s": reply.retry_after_s,
    }


def _to_http(found: _Json) -> HttpReply:
    return HttpReply(
        code=found["code"],
        error_code=found["error_code"],
        text=tuple(found["text"]),
        aadsts=tuple(found["aadsts"]),
        ids=tuple(SupportId(name=name, value=value) for name, value in found["ids"]),
        retry_after_s=found["retry_after_s"],
    )


def _from_security(security: Security) -> _Json:
    return [security.mode, security.version, from_chain(security.chain)]


def _to_security(found: _Json) -> Security:
    # Until version 4 the names and the last day stood here, in two fields.
    mode, version, *chain = found
    return Security(
        mode=TlsMode(mode),
        version=version,
        chain=to_chain(chain[0]) if len(chain) == 1 else (),
    )
