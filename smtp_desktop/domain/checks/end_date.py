"""End dates: when a client secret, a certificate or a way of signing in ends, and when to warn of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from smtp_desktop.domain.checks.expiry import CERTIFICATE_WARNED_AHEAD_DAYS, WARNED_AHEAD_DAYS, WARNING_DAYS
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.domain.smtp.profile import ProfileId, SmtpProfile

PASSWORDS_WARNED_AHEAD_DAYS = 60  # another way of signing in takes longer to set up than a new secret
SIGN_IN_WARNED_AHEAD_DAYS = 7  # to sign in again takes a minute


class EndDateKind(StrEnum):
    """The kind of thing that ends."""

    CERTIFICATE = "certificate"
    ISSUING_CA = "issuing_ca"
    CLIENT_SECRET = "client_secret"  # noqa: S105 - a kind, not a secret
    APP_CERTIFICATE = "app_certificate"
    NEXT_APP_CERTIFICATE = "next_app_certificate"  # ready, not yet in use
    PASSWORD_SIGN_IN = "password_sign_in"  # noqa: S105 - as above
    SIGN_IN = "sign_in"  # in a browser: somebody has to sign in again
    UNUSED_SIGN_IN = "unused_sign_in"

    @property
    def warned_ahead_days(self) -> int:
        """How many days before the end the warning begins."""
        days = {
            EndDateKind.CLIENT_SECRET: WARNED_AHEAD_DAYS,
            EndDateKind.APP_CERTIFICATE: WARNED_AHEAD_DAYS,
            EndDateKind.NEXT_APP_CERTIFICATE: WARNED_AHEAD_DAYS,
            EndDateKind.PASSWORD_SIGN_IN: PASSWORDS_WARNED_AHEAD_DAYS,
            EndDateKind.SIGN_IN: SIGN_IN_WARNED_AHEAD_DAYS,
            EndDateKind.UNUSED_SIGN_IN: WARNED_AHEAD_DAYS,
        }
        return days.get(self, CERTIFICATE_WARNED_AHEAD_DAYS)


@dataclass(frozen=True, slots=True, kw_only=True)
class AffectedSmtp:
    """An SMTP that stops working on an end date."""

    id: ProfileId
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EndDate:
    """The day on which something ends for one or more SMTPs.

    `ends_on` is the last day, by this computer's calendar; `ends_at` (aware UTC) is the exact moment where that is
    known. `what` names the thing in a few words, `meaning` says what happens then, `steps` are what to do, in order.
    `may_go_on` is set for what somebody may have switched on again: nobody can be certain that it has ended.
    """

    kind: EndDateKind
    ends_on: date
    smtps: tuple[AffectedSmtp, ...]
    what: MessageText
    meaning: MessageText
    steps: tuple[MessageText, ...]
    ends_at: datetime | None = None
    may_go_on: bool = False

    @property
    def names(self) -> str:
        """The names of its SMTPs on one line."""
        return names_of(self.smtps)

    def is_like(self, other: "EndDate") -> bool:
        """Whether both are of the same kind and have an SMTP in common."""
        return self.kind is other.kind and not {smtp.id for smtp in self.smtps}.isdisjoint(s.id for s in other.smtps)

    def days_left(self, today: date) -> int:
        """Returns the days until the last day: 0 on it, negative afterwards."""
        return (self.ends_on - today).days

    def ended(self, now: datetime) -> bool:
        """Whether it has certainly ended. `now` is aware, in this computer's zone."""
        if self.may_go_on:
            return False
        if self.ends_at:
            return now > self.ends_at  # RFC 5280 4.1.2.5: valid through notAfter, inclusive
        return self.days_left(now.date()) < 0

    def is_near(self, now: datetime) -> bool:
        """Whether it is worth a warning, or has ended. `now` is as in `ended`."""
        return self.days_left(now.date()) <= self.kind.warned_ahead_days

    def warning_days(self, now: datetime) -> int | None:
        """Returns which of the warnings before the end is due: the least of `WARNING_DAYS` that is not below the days
        left, 0 once it has ended; None before the first. `now` is as in `ended`."""
        if self.ended(now):
            return 0
        days_left = self.days_left(now.date())
        return min((days for days in WARNING_DAYS if days_left <= days), default=None) if self.is_near(now) else None

    def left(self, now: datetime) -> MessageText:
        """Returns the time until the end, or since then, in words. `now` is as in `ended`."""
        days = self.days_left(now.date())
        if self.ended(now):
            return _ago(-days, "expired today", "expired yesterday", "expired {n} days ago")
        if days < 0:
            return _ago(-days, "", "yesterday", "{n} days ago")
        return _ago(days, "today", "tomorrow", "in {n} days")


def affected(profiles: Iterable[SmtpProfile]) -> tuple[AffectedSmtp, ...]:
    """Returns `profiles` as affected SMTPs, in the same order."""
    return tuple(AffectedSmtp(id=profile.id, name=profile.name) for profile in profiles)


def names_of(smtps: tuple[AffectedSmtp, ...]) -> str:
    """Returns the names of `smtps` on one line."""
    return ", ".join(smtp.name for smtp in smtps)


def _ago(days: int, none: str, one: str, many: str) -> MessageText:
    return msg(none if days == 0 else one if days == 1 else many, n=days)
