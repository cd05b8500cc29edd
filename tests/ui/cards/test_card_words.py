"""The short text of a failure on a card."""

from datetime import UTC, datetime

import pytest

from smtp_desktop.domain.checks.health import CheckResult, TestKind
from smtp_desktop.domain.diagnosis.conversation import CertificateFault, FailureKind, Stage
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.ui.cards.smtp_words import failure_word


@pytest.mark.parametrize(
    ("fault", "word"),
    [
        (CertificateFault.CHANGED, "Alarm: certificate changed"),
        (CertificateFault.EXPIRED, "Certificate expired"),
        (CertificateFault.NOT_YET_VALID, "Certificate not valid yet"),
        (CertificateFault.WRONG_HOST, "Certificate of another host"),
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


def test_faults_kinds_and_stages_share_no_name() -> None:
    reasons = [*CertificateFault, *FailureKind, *Stage]
    assert len(set(reasons)) == len(reasons)
