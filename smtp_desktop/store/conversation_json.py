"""Conversations as JSON: timelines of steps, replies and failures, and certificate chains."""

import json
from datetime import datetime
from typing import Any

from smtp_desktop.domain.diagnosis.conversation import (
    CertificateFault,
    Failure,
    FailureDetail,
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

# One encoder that doesn't look for circular references takes half the time of `json.dumps`, which counts in a batch.
_encode = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode
_Json = Any  # as json.loads returns it; only the two functions of each pair know its shape


def chain_to_json(chain: tuple[Certificate, ...]) -> _Json:
    """Returns `chain` as lists of what JSON can hold; `chain_from_json` makes equal certificates of them."""
    return [
        [
            certificate.subject,
            certificate.issuer,
            certificate.fingerprint,
            certificate.valid_from.isoformat(),
            certificate.valid_until.isoformat(),
            certificate.names,
            certificate.self_signed,
        ]
        for certificate in chain
    ]


def chain_from_json(found: _Json) -> tuple[Certificate, ...]:
    """Returns the certificates that `chain_to_json` was given."""
    return tuple(_to_certificate(each) for each in found)


def _to_certificate(found: _Json) -> Certificate:
    subject, issuer, fingerprint, valid_from, valid_until, names, self_signed = found
    return Certificate(
        subject=subject,
        issuer=issuer,
        fingerprint=fingerprint,
        valid_from=datetime.fromisoformat(valid_from),
        valid_until=datetime.fromisoformat(valid_until),
        names=tuple(names),
        self_signed=self_signed,
    )


def timeline_to_json(timeline: Timeline) -> str:
    """Returns `timeline` as JSON in ASCII, of which `timeline_from_json` makes an equal one."""
    failure, accepted, security = timeline.failure, timeline.accepted, timeline.security
    content = {
        "steps": [[s.stage, s.status, s.detail, s.started_ms, s.duration_ms] for s in timeline.steps],
        "transcript": [[line.party, line.text, line.at_ms] for line in timeline.transcript],
        "failure": _from_failure(failure) if failure else None,
        "accepted": _from_any_reply(accepted) if accepted else None,
        "security": _from_security(security) if security else None,
        "refused": [[refused.recipient, _from_reply(refused.reply)] for refused in timeline.refused],
        "in_doubt": timeline.in_doubt,
    }
    return _encode({key: value for key, value in content.items() if value})


def timeline_from_json(content: str) -> Timeline:
    """Returns the timeline that `timeline_to_json` was given."""
    found = json.loads(content)
    return Timeline(
        steps=tuple(_to_step(step) for step in found.get("steps", ())),
        transcript=tuple(
            TranscriptLine(party=Party(party), text=text, at_ms=at_ms)
            for party, text, at_ms in found.get("transcript", ())
        ),
        failure=_to_failure(found["failure"]) if "failure" in found else None,
        accepted=_to_any_reply(found["accepted"]) if "accepted" in found else None,
        security=_to_security(found["security"]) if "security" in found else None,
        refused=tuple(
            RecipientRefused(recipient=recipient, reply=_to_reply(reply))
            for recipient, reply in found.get("refused", ())
        ),
        in_doubt=tuple(found.get("in_doubt", ())),
    )


def _to_step(found: _Json) -> Step:
    stage, status, detail, started_ms, duration_ms = found
    return Step(
        stage=Stage(stage), status=StepStatus(status), detail=detail, started_ms=started_ms, duration_ms=duration_ms
    )


def _from_failure(failure: Failure) -> _Json:
    return {
        "stage": failure.stage,
        "kind": failure.kind,
        "message": [failure.message.template, failure.message.values],
        "reply": _from_any_reply(failure.reply) if failure.reply else None,
        "certificate_fault": failure.certificate_fault,
        "chain": chain_to_json(failure.chain),
        "detail": failure.detail,
    }


def _to_failure(found: _Json) -> Failure:
    template, values = found["message"]
    fault, detail = found["certificate_fault"], found.get("detail")
    return Failure(
        stage=Stage(found["stage"]),
        kind=FailureKind(found["kind"]),
        message=MessageText(template=template, values=values),
        reply=_to_any_reply(found["reply"]) if found["reply"] else None,
        certificate_fault=CertificateFault(fault) if fault else None,
        chain=chain_from_json(found.get("chain", ())),
        detail=FailureDetail(detail) if detail else None,
    )


def _from_any_reply(reply: Reply | HttpReply) -> _Json:
    return {"http": _from_http(reply)} if isinstance(reply, HttpReply) else {"smtp": _from_reply(reply)}


def _to_any_reply(found: _Json) -> Reply | HttpReply:
    return _to_http(found["http"]) if "http" in found else _to_reply(found["smtp"])


def _from_reply(reply: Reply) -> _Json:
    raw = [reply.raw.hex()] if reply.raw else []
    return [reply.code, reply.enhanced_code, reply.text, *raw]


def _to_reply(found: _Json) -> Reply:
    code, enhanced_code, text, *raw = found
    return Reply(code=code, enhanced_code=enhanced_code, text=tuple(text), raw=bytes.fromhex("".join(raw)))


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
    return [security.mode, security.version, chain_to_json(security.chain)]


def _to_security(found: _Json) -> Security:
    # Before version 4 of the database, two fields took the chain's place: its names and its last day.
    mode, version, *chain = found
    return Security(
        mode=TlsMode(mode),
        version=version,
        chain=chain_from_json(chain[0]) if len(chain) == 1 else (),
    )
