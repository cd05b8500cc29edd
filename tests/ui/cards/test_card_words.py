"""The short text of a failure on a card."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from smtp_desktop.domain.checks.health import CheckResult, TestKind
from smtp_desktop.domain.diagnosis.conversation import CertificateFault, FailureKind, Stage
from smtp_desktop.domain.diagnosis.kinds import Cause
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.ui.cards.card import Tone
from smtp_desktop.ui.cards.smtp_words import failure_word, success_status


@pytest.mark.parametrize(
    ("fault", "word"),
    [
        (CertificateFault.CHANGED, "Alarm: certificate changed"),
        (CertificateFault.EXPIRED, "Certificate expired"),
        (CertificateFault.NOT_YET_VALID, "Certificate not valid yet"),
        (CertificateFault.WRONG_HOST, "Certificate for another host"),
        (CertificateFault.UNKNOWN_ISSUER, "Certificate refused"),
        (None, "Certificate refused"),  # kept before faults were
    ],
)
def test_a_certificates_fault_is_named(fault: CertificateFault | None, word: str) -> None:
    result = CheckResult(
        profile_id=ProfileId("1"),
        at=datetime(2026, 11, 24, tzinfo=UTC),
        test_kind=TestKind.CHECK,
        ok=False,
        duration_ms=1.0,
        stage=Stage.SECURE,
        kind=FailureKind.CERTIFICATE,
        certificate_fault=fault,
    )
    assert failure_word(result) == word


def refusal(**values: Any) -> CheckResult:
    return CheckResult(
        **{
            "profile_id": ProfileId("1"),
            "at": datetime(2026, 11, 24, tzinfo=UTC),
            "test_kind": TestKind.CHECK,
            "ok": False,
            "duration_ms": 1.0,
            "stage": Stage.CONTENT,
            "kind": FailureKind.REPLY,
            "reply": "550 5.7.1 no",
        }
        | values
    )


@pytest.mark.parametrize(
    ("cause", "word"),
    [
        (Cause.LIMIT, "Limit reached"),
        (Cause.SENDER_REFUSED, "Sender refused"),
        (Cause.NETWORK_REFUSED, "Network refused"),
        (None, "Message refused"),  # kept before causes were
    ],
)
def test_what_a_server_refused_goes_by_the_cause_not_by_where_it_said_so(cause: Cause | None, word: str) -> None:
    assert failure_word(refusal(cause=cause)) == word


def test_what_the_program_found_itself_is_said_more_exactly_than_the_cause() -> None:
    result = refusal(cause=Cause.SERVER_UNREACHABLE, kind=FailureKind.REFUSED, stage=Stage.CONNECT, reply="")
    assert failure_word(result) == "Connection refused"


@pytest.mark.parametrize("kind", [FailureKind.GRAPH_REFUSED, FailureKind.DRAFT_REFUSED, FailureKind.TOKEN_REFUSED])
def test_what_microsoft_refused_goes_by_the_cause(kind: FailureKind) -> None:
    result = refusal(cause=Cause.PERMISSION_MISSING, kind=kind, stage=Stage.SEND, reply="403 ErrorAccessDenied")
    assert failure_word(result) == "Permission missing"
    assert failure_word(replace(result, cause=Cause.SERVER_BUSY, reply="503")) == "Server busy"


def test_faults_kinds_and_stages_share_no_name() -> None:
    reasons = [*CertificateFault, *FailureKind, *Stage]
    assert len(set(reasons)) == len(reasons)


def test_what_passed_without_encryption_is_no_warning() -> None:
    passed = CheckResult(
        profile_id=ProfileId("1"),
        at=datetime(2026, 11, 24, tzinfo=UTC),
        test_kind=TestKind.TEST,
        ok=True,
        duration_ms=1.0,
    )
    assert success_status(passed, "just now") == (Tone.OK, "Working · just now")
