"""When a client secret or a certificate ends, and from when on that is worth a warning."""

from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from smtp_desktop.domain.profile import GraphMailbox, SmtpProfile

if TYPE_CHECKING:
    from smtp_desktop.domain.certificate import Certificate

WARNED_AHEAD_DAYS = 30
CERTIFICATE_WARNED_AHEAD_DAYS = 21


class SecretExpiry(NamedTuple):
    """A client secret that ends soon or has ended. `days_left` is 0 on its last day and negative afterwards."""

    valid_until: date
    days_left: int

    @property
    def ended(self) -> bool:
        return self.days_left < 0


def secret_expiry(profile: SmtpProfile, today: date) -> SecretExpiry | None:
    """Returns what to warn of, or None while the client secret's last day is not known or further ahead."""
    if not isinstance(profile.server, GraphMailbox) or profile.server.client_secret_valid_until is None:
        return None
    return expiry_on(profile.server.client_secret_valid_until, today)


def expiry_on(valid_until: date, today: date) -> SecretExpiry | None:
    """Returns what to warn of for a client secret with this last day, or None while it is further ahead."""
    days_left = (valid_until - today).days
    return SecretExpiry(valid_until=valid_until, days_left=days_left) if days_left <= WARNED_AHEAD_DAYS else None


class CertificateExpiry(NamedTuple):
    """A certificate that ends soon or has ended: a server's, or with `of_ca` that of a CA which an SMTP trusts.
    `days_left` is 0 on its last day and negative afterwards; it ends within that day."""

    valid_until: datetime  # aware
    days_left: int
    ended: bool
    of_ca: bool = False


def certificate_expiry(certificate: "Certificate", now: datetime, *, of_ca: bool = False) -> CertificateExpiry | None:
    """Returns what to warn of, or None while the certificate's end is further ahead. `now` is in the zone whose days
    are counted."""
    valid_until = certificate.valid_until.astimezone(now.tzinfo)
    days_left = (valid_until.date() - now.date()).days
    if days_left > CERTIFICATE_WARNED_AHEAD_DAYS:
        return None
    return CertificateExpiry(valid_until=valid_until, days_left=days_left, ended=valid_until <= now, of_ca=of_ca)
