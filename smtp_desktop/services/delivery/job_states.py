"""The life of a job, which is a mail with a courier: one table of all that can happen to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class JobState(StrEnum):
    """How far a message is."""

    WAITING = "waiting"  # in the outbox, and no courier's
    LEASED = "leased"  # a courier's; no content went out
    DATA_STARTED = "data started"  # that is noted; content may have gone out
    SETTLED = "settled"  # the result of its attempt is written: sent, refused, unknown, expired, or waiting again
    UNKNOWN = "unknown"  # its courier died: nobody knows what the server has


class JobEvent(StrEnum):
    """Something that happens to a job."""

    CLAIMED = "claimed"
    CONTENT_BEGINS = "content begins"
    LEASE_LOST = "lease lost"  # another courier has it by now
    NOTHING_TAKEN = "nothing taken"  # the server certainly has nothing of it
    BACKUP_TAKES_OVER = "backup takes over"
    RESULT = "result"
    LEASE_RELEASED = "lease released"
    COURIER_DIED = "courier died"  # its lease ran out


class StoreAction(StrEnum):
    """The call of `OutboxStore` that writes it down."""

    CLAIM = "claim"
    MARK = "mark_data_started"
    UNMARK = "unmark_data_started"
    NOTE = "note"
    FINISH = "finish"
    RELEASE = "release_lease"
    RECLAIM = "reclaim_expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """The state that an event leads to, and how that is written down; None where there is nothing to write."""

    to: JobState
    action: StoreAction | None


_S, _E, _A = JobState, JobEvent, StoreAction

TRANSITIONS: Mapping[tuple[JobState, JobEvent], Transition] = {
    (_S.WAITING, _E.CLAIMED): Transition(to=_S.LEASED, action=_A.CLAIM),
    (_S.LEASED, _E.CONTENT_BEGINS): Transition(to=_S.DATA_STARTED, action=_A.MARK),
    (_S.LEASED, _E.LEASE_LOST): Transition(to=_S.WAITING, action=None),
    (_S.LEASED, _E.BACKUP_TAKES_OVER): Transition(to=_S.LEASED, action=_A.NOTE),
    (_S.LEASED, _E.RESULT): Transition(to=_S.SETTLED, action=_A.FINISH),
    (_S.LEASED, _E.LEASE_RELEASED): Transition(to=_S.WAITING, action=_A.RELEASE),
    (_S.LEASED, _E.COURIER_DIED): Transition(to=_S.WAITING, action=_A.RECLAIM),
    (_S.DATA_STARTED, _E.NOTHING_TAKEN): Transition(to=_S.LEASED, action=_A.UNMARK),
    (_S.DATA_STARTED, _E.LEASE_LOST): Transition(to=_S.WAITING, action=None),
    (_S.DATA_STARTED, _E.BACKUP_TAKES_OVER): Transition(to=_S.LEASED, action=_A.NOTE),
    (_S.DATA_STARTED, _E.RESULT): Transition(to=_S.SETTLED, action=_A.FINISH),
    # It keeps its lease once its content may be out, and is left to whoever finds its lease ended.
    (_S.DATA_STARTED, _E.LEASE_RELEASED): Transition(to=_S.DATA_STARTED, action=_A.RELEASE),
    (_S.DATA_STARTED, _E.COURIER_DIED): Transition(to=_S.UNKNOWN, action=_A.RECLAIM),
}
"""What every event makes of a job. An event that a state does not have here is a bug.

A courier can die before and after each action, and while content is on its way. Each action is one transaction, so that
it leaves the state before or the one after; COURIER_DIED says what becomes of that."""


def transition(state: JobState, event: JobEvent) -> Transition:
    """Returns what `event` makes of a job in `state`. Raises RuntimeError where it can't happen."""
    found = TRANSITIONS.get((state, event))
    if found is None:
        raise RuntimeError(f"a job that is {state} can't meet {event}")
    return found
