"""Holds: why nothing, or less, goes out through an SMTP for now, and what each attempt changes about it.

A hold is *held* (until the settings change or a check succeeds), *paused* (until a time, or by hand until it is
resumed), *probing* (the pause is over, and one mail is tried first), *limited* (the SMTP's own limits are used up) or
*slowed* (mails go, over fewer connections).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from smtp_desktop.domain.diagnosis.consequences import SmtpConsequence, consequence_of
from smtp_desktop.domain.diagnosis.kinds import Cause, FailureKind, Stage
from smtp_desktop.domain.smtp.profile import ProfileId

if TYPE_CHECKING:
    # A list of SMTPs shows holds, and neither diagnoses nor delivers.
    from smtp_desktop.domain.delivery.delivery import CourierId, DeliveryId
    from smtp_desktop.domain.diagnosis.conversation import Failure
    from smtp_desktop.domain.diagnosis.diagnosis import Diagnosis

FIRST_CHECK = timedelta(minutes=15)
"""From the begin of a hold to its first check."""
_LONGEST_CHECK = timedelta(hours=4)
_NETWORK_CHECK = timedelta(hours=1)
_PAUSES_S = (30, 60, 120, 300, 600, 1200, 1800)
_LONGEST_PAUSE = timedelta(days=1)  # whatever a server asks for
_SLOWED = timedelta(hours=1)


class HoldState(StrEnum):
    """How far an SMTP is from sending again."""

    HELD = "held"
    PAUSED = "paused"
    PROBING = "probing"
    LIMITED = "limited"
    SLOWED = "slowed"


_STOPPING = frozenset({HoldState.HELD, HoldState.PAUSED, HoldState.PROBING})


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpHold:
    """A hold on an SMTP since `since`, because of `cause` with the server's `reply` at `stage`.

    At `until` a courier looks again by itself: it checks a held SMTP, probes a paused one with a mail, goes on with a
    limited one, and no longer slows a slowed one; None where only the user ends it. `by_hand` is whether the user
    paused it. `failures` counts the attempts in a row that ended in a pause. `connections` is how many may be open at
    once, 0 for as many as usual. While probing, `courier` tries the mail `probe`, and has until `until`.
    """

    profile_id: ProfileId
    state: HoldState = HoldState.HELD
    since: datetime
    until: datetime | None = None
    cause: Cause | None = None
    stage: Stage | None = None
    kind: FailureKind | None = None
    reply: str = ""
    by_hand: bool = False
    failures: int = 0
    connections: int = 0
    courier: CourierId | None = None
    probe: DeliveryId | None = None

    @property
    def stops(self) -> bool:
        """Whether mails wait for the SMTP to work again, or go through their backup."""
        return self.state in _STOPPING


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What an attempt that began at `started_at` met with at an SMTP, by `diagnosis`, while `connections` were in use.
    `reply` is what the server said; `repeated` is whether the same was said of several mails in a row."""

    profile_id: ProfileId
    started_at: datetime
    diagnosis: Diagnosis
    failure: Failure
    reply: str
    connections: int = 1
    repeated: bool = False


def hold_after(trouble: Trouble, present: SmtpHold | None, *, now: datetime, jitter: float) -> SmtpHold | None:
    """Returns the hold that `trouble` leaves behind, where there is `present` so far; `jitter` is from 0 to 1."""
    if present and present.stops and _stands(present, trouble):
        return present
    if trouble.repeated:
        return _new_hold(trouble, HoldState.HELD, now, until=None)
    match consequence_of(trouble.diagnosis.cause).smtp:
        case SmtpConsequence.HELD:
            return _new_hold(trouble, HoldState.HELD, now, until=now + _first_check(trouble.diagnosis.cause))
        case SmtpConsequence.PAUSED:
            return _paused_or_slowed(trouble, present, now, jitter)
        case SmtpConsequence.GOES_ON:
            return present


def _stands(present: SmtpHold, trouble: Trouble) -> bool:
    """Whether `trouble` is nothing new beside a hold that stops the SMTP: that is the user's or for longer, or the
    attempt began before it."""
    if present.by_hand or present.state is HoldState.HELD:
        return True
    holds = consequence_of(trouble.diagnosis.cause).smtp is SmtpConsequence.HELD or trouble.repeated
    return not holds and trouble.started_at <= present.since


def _paused_or_slowed(trouble: Trouble, present: SmtpHold | None, now: datetime, jitter: float) -> SmtpHold:
    fewer = trouble.diagnosis.fewer_connections
    if fewer and trouble.connections > 1:
        slowed = _new_hold(trouble, HoldState.SLOWED, now, until=now + _SLOWED)
        return replace(slowed, connections=max(trouble.connections // 2, 1))
    failures = present.failures + 1 if present else 1
    asked_s = trouble.diagnosis.retry_after_s
    wait = timedelta(seconds=asked_s) if asked_s else timedelta(seconds=pause_s(failures, jitter))
    paused = _new_hold(trouble, HoldState.PAUSED, now, until=now + min(wait, _LONGEST_PAUSE))
    return replace(
        paused,
        since=present.since if present and present.stops else now,
        failures=failures,
        connections=1 if fewer else present.connections if present else 0,
    )


def _new_hold(trouble: Trouble, state: HoldState, now: datetime, *, until: datetime | None) -> SmtpHold:
    return SmtpHold(
        profile_id=trouble.profile_id,
        state=state,
        since=now,
        until=until,
        cause=trouble.diagnosis.cause,
        stage=trouble.failure.stage,
        kind=trouble.failure.kind,
        reply=trouble.reply,
    )


def hold_after_probe(present: SmtpHold, *, now: datetime) -> SmtpHold | None:
    """Returns the hold that a probe leaves behind which the SMTP has passed."""
    if not present.connections:
        return None
    return SmtpHold(
        profile_id=present.profile_id,
        state=HoldState.SLOWED,
        since=now,
        until=now + _SLOWED,
        cause=present.cause,
        connections=present.connections,
    )


def hold_after_stopped_probe(present: SmtpHold, *, now: datetime) -> SmtpHold:
    """Returns the hold where the probe ended before it showed anything: the next one may be at once."""
    return replace(present, state=HoldState.PAUSED, until=now, courier=None, probe=None)


def hold_by_hand(profile_id: ProfileId, *, now: datetime) -> SmtpHold:
    """Returns the pause that the user asks for."""
    return SmtpHold(profile_id=profile_id, state=HoldState.PAUSED, since=now, by_hand=True)


def pause_s(failures: int, jitter: float) -> float:
    """Returns the length of a pause in seconds after so many failures in a row, a fifth more or less."""
    return _PAUSES_S[min(failures, len(_PAUSES_S)) - 1] * (0.8 + 0.4 * jitter)


def _first_check(cause: Cause) -> timedelta:
    return _NETWORK_CHECK if cause is Cause.NETWORK_REFUSED else FIRST_CHECK


def next_check_at(hold: SmtpHold, now: datetime) -> datetime:
    """Returns when to check a held SMTP again after a check at `now`: the waits double, from 15 minutes to four hours;
    an hour each where the network's address is refused, which somebody may have let in meanwhile."""
    if hold.cause is Cause.NETWORK_REFUSED:
        return now + _NETWORK_CHECK
    return now + min(max(now - hold.since, timedelta(0)) + FIRST_CHECK, _LONGEST_CHECK)
