"""Client secrets and certificates that expire soon or have expired, as a card warns of them: those of apps, and those
of servers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from smtp_desktop.domain.smtp.profile import AppCredential, GenericServer, Server, SignIn, SmtpProfile

if TYPE_CHECKING:
    from smtp_desktop.domain.smtp.certificate import Certificate
    from smtp_desktop.domain.smtp.oauth import AppCertificate

WARNING_DAYS = (60, 30, 14, 7)
"""How many days ahead the warnings of what an app proves itself with become more urgent."""
WARNED_AHEAD_DAYS = max(WARNING_DAYS)
_ON_CARD_DAYS = 30  # a card that shows it no longer shows first that it works
CERTIFICATE_WARNED_AHEAD_DAYS = 21


@dataclass(frozen=True, slots=True, kw_only=True)
class Expiry:
    """The end of a client secret or a certificate that is near or past. `last_day` is by this computer's calendar;
    `days_left` is 0 on it and negative afterwards. A certificate may have `ended` in the course of its last day."""

    last_day: date
    days_left: int
    ended: bool


def secret_in_use(server: Server) -> date | None:
    """Returns the last day of the client secret that the server's app signs in with; None where it is unknown, or the
    app signs in with something else."""
    if isinstance(server, GenericServer):
        by_secret = server.oauth is not None and server.app_credential is AppCredential.SECRET
    else:
        by_secret = server.sign_in is SignIn.PASSWORD or server.app_credential is AppCredential.SECRET
    return server.client_secret_valid_until if by_secret else None


def certificate_in_use(server: Server) -> AppCertificate | None:
    """Returns the certificate that the server's app signs in with, if it does so with one."""
    in_use = server.sign_in is SignIn.APP_ONLY and server.app_credential is AppCredential.CERTIFICATE
    return server.app_certificate if in_use else None


def secret_expiry(profile: SmtpProfile, today: date) -> Expiry | None:
    """Returns what to warn of; None while the client secret's last day is unknown or far ahead."""
    last_day = secret_in_use(profile.server)
    return expiry_on(last_day, today) if last_day else None


def app_certificate_expiry(profile: SmtpProfile, today: date) -> Expiry | None:
    """Returns what to warn of; None while the app signs in with no certificate, or its last day is far ahead."""
    certificate = certificate_in_use(profile.server)
    return expiry_on(certificate.valid_until, today) if certificate else None


def expiry_on(last_day: date, today: date) -> Expiry | None:
    """Returns what to warn of for a client secret or an app's certificate with this last day; None while it is far
    ahead."""
    days_left = (last_day - today).days
    return Expiry(last_day=last_day, days_left=days_left, ended=days_left < 0) if days_left <= _ON_CARD_DAYS else None


def certificate_expiry(certificate: Certificate, now: datetime) -> Expiry | None:
    """Returns what to warn of; None while the certificate's end is far ahead. `now` is aware, in the zone whose days
    are counted."""
    valid_until = certificate.valid_until.astimezone(now.tzinfo)
    days_left = (valid_until.date() - now.date()).days
    if days_left > CERTIFICATE_WARNED_AHEAD_DAYS:
        return None
    return Expiry(last_day=valid_until.date(), days_left=days_left, ended=valid_until <= now)
