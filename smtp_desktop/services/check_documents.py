"""The result of a check as a JSON object: how one process tells another."""

from datetime import datetime
from typing import Any

from smtp_desktop.domain.checks.deliverability import ConcernKind
from smtp_desktop.domain.checks.health import CheckResult, Trial
from smtp_desktop.domain.diagnosis.conversation import CertificateFault, FailureKind, Stage
from smtp_desktop.domain.smtp.profile import ProfileId


def to_document(result: CheckResult) -> dict[str, Any]:
    """Returns an object with a value for every field."""
    return result._asdict() | {"at": result.at.isoformat()}


def from_document(document: dict[str, Any]) -> CheckResult:
    """Returns the result that `to_document` made the object of."""
    stage, kind, fault = document["stage"], document["kind"], document["certificate_fault"]
    return CheckResult(
        profile_id=ProfileId(document["profile_id"]),
        at=datetime.fromisoformat(document["at"]),
        trial=Trial(document["trial"]),
        ok=document["ok"],
        duration_ms=document["duration_ms"],
        stage=Stage(stage) if stage else None,
        kind=FailureKind(kind) if kind else None,
        certificate_fault=CertificateFault(fault) if fault else None,
        reply=document["reply"],
        concerns=tuple(ConcernKind(concern) for concern in document["concerns"]),
    )
