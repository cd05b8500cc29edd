"""Everything that is wrong with a certificate is named at once."""

from datetime import UTC, datetime, timedelta

import pytest
from fakes.certificates import a_certificate

from smtp_desktop.domain.diagnosis.conversation import CertificateFault, FailureKind
from smtp_desktop.domain.message_text import msg
from smtp_desktop.transports.net.certificate_faults import with_chain
from smtp_desktop.transports.session_error import SessionError

AHEAD, PAST = datetime.now(UTC) + timedelta(days=300), datetime(2026, 2, 3, tzinfo=UTC)


def said(fault, certificate, host="mail.example"):
    error = SessionError(FailureKind.CERTIFICATE, msg("Not trusted."), certificate_fault=fault)
    return str(with_chain(error, (certificate,), host).message)


def test_an_unknown_issuer_and_an_end_are_named_together():
    words = said(CertificateFault.UNKNOWN_ISSUER, a_certificate("mail.example", valid_until=PAST))
    assert words.startswith("The certificate of mail.example is not from an authority that this computer trusts.")
    assert words.endswith("It also expired on 3 Feb 2026.")


def test_an_unknown_issuer_and_another_name_are_named_together():
    words = said(CertificateFault.SELF_SIGNED, a_certificate("other.example", valid_until=AHEAD))
    assert words.endswith("It is also for another name: other.example.")


def test_an_end_and_another_name_are_named_together():
    words = said(CertificateFault.EXPIRED, a_certificate("other.example", valid_until=PAST))
    assert "expired on 3 Feb 2026" in words
    assert words.endswith("It is also for another name: other.example.")


@pytest.mark.parametrize("name", ["mail.example", "MAIL.example", "*.example"])
def test_what_is_right_is_not_named(name):
    words = said(CertificateFault.UNKNOWN_ISSUER, a_certificate(name, valid_until=AHEAD))
    assert "also" not in words
