"""Client secrets and certificates that expire soon or have expired, as a card warns of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from smtp_desktop.domain.smtp.profile import GraphMailbox, SmtpProfile

if TYPE_CHECKING:
    from smtp_desktop.domain.smtp.certificate import Certificate

WARNED_AHEAD_DAYS = 30
CERTIFICATE_WARNED_AHEAD_DAYS = 21


@dataclass(frozen=True, slots=True, kw_only=True)
class Expiry:
    """The end of a client secret or a certificate that is near or past. `last_day` is by this computer's calendar;
    `days_left` is 0 on it and negative afterwards. A certificate may have `ended` in the course of its last day."""

    last_day: date
    days_left: int
    ended: bool


def secret_expiry(profile: SmtpProfile, today: date) -> Expiry | None:
    """Returns what to warn of; None while the client secret's last day is unknown or far ahead."""
    if not isinstance(profile.server, GraphMailbox) or profile.server.client_secret_valid_until is None:
        return None
    return expiry_on(profile.server.client_secret_valid_until, today)


def expiry_on(last_day: date, today: date) -> Expiry | None:
    """Returns what to warn of for a client secret with this last day; None while it is far ahead."""
    days_left = (last_day - today).days
    return (
        Expiry(last_day=last_day, days_left=days_left, ended=days_left < 0) if days_left <= WARNED_AHEAD_DAYS else None
    )


def certificate_expiry(certificate: Certificate, now: datetime) -> Expiry | None:
    """Returns what to warn of; None while the certificate's end is far ahead. `now` is aware, in the zone whose days
    are counted."""
    valid_until = certificate.valid_until.astimezone(now.tzinfo)
    days_left = (valid_until.date() - now.date()).days
    if days_left > CERTIFICATE_WARNED_AHEAD_DAYS:
        return None
    return Expiry(last_day=valid_until.date(), days_left=days_left, ended=valid_until <= now)
