"""Certificates that nobody issued."""

from datetime import UTC, datetime, timedelta

from smtp_desktop.domain.smtp.certificate import Certificate

ISSUED = datetime(2026, 1, 1, tzinfo=UTC)


def a_certificate(
    *names: str, valid_until: datetime = ISSUED + timedelta(days=365), fingerprint: str = "ab" * 32
) -> Certificate:
    """Returns a certificate for `names`, the first of which is its subject."""
    return Certificate(
        subject=names[0] if names else "Example Server",
        issuer="Example CA, Example Ltd",
        fingerprint=fingerprint,
        valid_from=ISSUED,
        valid_until=valid_until,
        names=names,
    )
