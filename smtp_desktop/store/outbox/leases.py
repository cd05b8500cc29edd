"""Leases: which courier has which mail. All functions but `next_due_at` run in a write transaction, so that any number
of processes may call them."""

import json
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from smtp_desktop.domain.delivery.delivery import CourierId, Delivery, DeliveryId, DeliveryState, RecipientState
from smtp_desktop.domain.delivery.holds import HoldState, SmtpHold
from smtp_desktop.domain.diagnosis.kinds import Cause
from smtp_desktop.domain.smtp.limits import SendLimits
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.store.outbox.holds import find_hold, put_hold
from smtp_desktop.store.outbox.queues import DUE_IN_QUEUE, FIRST_IN_QUEUE, QueueRoute, routes
from smtp_desktop.store.outbox.rows import delivery_of, fetched, recipients_of, states_in
from smtp_desktop.store.outbox.sent_counts import allowance
from smtp_desktop.store.timestamps import from_microseconds, from_microseconds_or_none, to_microseconds

_CLAIM = """
UPDATE delivery SET
    may_be_twice = may_be_twice OR state = 'unknown', state = 'sending', courier = :courier,
    lease_ends_at = :lease_ends_at
WHERE id IN (SELECT value FROM json_each(:ids))
"""
_CLAIMED = "SELECT * FROM delivery WHERE id IN (SELECT value FROM json_each(?)) ORDER BY next_try_at, id"
_PROBE = """
UPDATE smtp_hold SET state = 'probing', until = :until, courier = :courier, probe = :probe WHERE profile_id = :id
"""
_LEASED_IN_QUEUE = """
SELECT count(*) FROM delivery WHERE courier IS NOT NULL AND data_started = 0 AND queue = ?
"""
_RELEASE = """
UPDATE delivery SET state = 'waiting', courier = NULL, lease_ends_at = NULL
WHERE courier = ? AND data_started = 0 AND id IN (SELECT value FROM json_each(?))
"""
_RELEASE_EXPIRED = """
UPDATE delivery SET state = 'waiting', courier = NULL, lease_ends_at = NULL
WHERE courier IS NOT NULL AND lease_ends_at <= ? AND data_started = 0
"""
# Where the courier did not say through which SMTP, it is the one that the mail is bound to.
_EXPIRED_WITH_DATA_STARTED = """
SELECT id, recipients, recipient_states, unknown_tries, ifnull((
    SELECT type FROM smtp WHERE id = coalesce(data_started_through, smtp_id, (SELECT id FROM smtp WHERE is_default = 1))
), '') AS type
FROM delivery WHERE courier IS NOT NULL AND lease_ends_at <= ? AND data_started = 1
"""
_MAKE_UNKNOWN = """
UPDATE delivery SET
    state = 'unknown', recipient_states = :recipient_states, next_try_at = :next_try_at, finished_at = :finished_at,
    may_be_twice = 1, unknown_tries = min(unknown_tries, 1000000) + 1, last_cause = 'outcome_unknown', courier = NULL,
    lease_ends_at = NULL, data_started = 0, data_started_through = NULL
WHERE id = :id
"""
_EXTEND_PROBES = """
UPDATE smtp_hold SET until = ? WHERE courier = ? AND probe IN (SELECT id FROM delivery WHERE courier = ?)
"""
_FIRST_LEASE_END = "SELECT min(lease_ends_at) FROM delivery WHERE courier IS NOT NULL"

_Due = tuple[int, int]  # next_try_at and id


def claim(
    connection: sqlite3.Connection,
    courier: CourierId,
    *,
    now: datetime,
    lease_ends_at: datetime,
    limit: int,
    excluding: Collection[ProfileId] = (),
    limits: Mapping[ProfileId, SendLimits] | None = None,
) -> Sequence[Delivery]:
    """Gives `courier` up to `limit` due mails, the longest due first; of an SMTP whose pause is over, one alone."""
    found = _Claim(connection, now=to_microseconds(now), limit=limit, limits=limits or {})
    all_routes = routes(connection, excluding=excluding)
    found.find_probes(all_routes)
    found.find_due(all_routes)
    until = to_microseconds(lease_ends_at)
    for profile_id, (_, delivery_id) in found.probes.items():
        connection.execute(_PROBE, {"id": profile_id, "until": until, "courier": courier, "probe": delivery_id})
    ids = json.dumps(found.ids)
    connection.execute(_CLAIM, {"courier": courier, "lease_ends_at": until, "ids": ids})
    return [delivery_of(row) for row in fetched(connection, _CLAIMED, [ids])]


class _Claim:
    """Chooses the mails to claim, and notes which SMTPs have used up their limits."""

    def __init__(
        self, connection: sqlite3.Connection, *, now: int, limit: int, limits: Mapping[ProfileId, SendLimits]
    ) -> None:
        self.now = now
        self.probes: dict[str, _Due] = {}
        self._connection = connection
        self._limit = limit
        self._limits = limits
        self._due: list[_Due] = []

    @property
    def ids(self) -> Sequence[int]:
        return [delivery_id for _, delivery_id in (*self.probes.values(), *self._due)]

    def find_probes(self, all_routes: Sequence[QueueRoute]) -> None:
        """Chooses the longest due mail for each SMTP that is to be probed."""
        candidates: dict[str, list[_Due]] = {}
        for route in all_routes:
            for profile_id, probe_at in route.probes.items():
                if probe_at <= self.now:
                    candidates.setdefault(profile_id, []).extend(self._first_due(route.queue, 2))
        for profile_id, due in candidates.items():
            chosen = set(self.probes.values())
            first = min((one for one in due if one not in chosen), default=None)
            if first and len(self.probes) < self._limit and self._allowance(profile_id, all_routes) != 0:
                self.probes[profile_id] = first

    def find_due(self, all_routes: Sequence[QueueRoute]) -> None:
        """Chooses the longest due of the other mails, as far as the limits of their SMTPs go."""
        probes = set(self.probes.values())
        due: list[tuple[_Due, str]] = []
        for route in all_routes:
            if route.through and route.opens_at <= self.now:
                found = self._first_due(route.queue, self._limit + len(probes))
                due.extend((one, route.through) for one in found if one not in probes)
        left: dict[str, int | None] = {}
        for one, through in sorted(due):
            if len(self._due) + len(probes) >= self._limit:
                return
            if through not in left:
                left[through] = self._allowance(through, all_routes)
            room = left[through]
            if room != 0:
                self._due.append(one)
                left[through] = None if room is None else room - 1

    def _first_due(self, queue: str, count: int) -> list[_Due]:
        rows = self._connection.execute(DUE_IN_QUEUE, [queue, self.now, count])
        return [(row["next_try_at"], row["id"]) for row in rows]

    def _allowance(self, profile_id: str, all_routes: Sequence[QueueRoute]) -> int | None:
        """Returns how many mails may be claimed for that SMTP; None for as many as there are. Where its limits are used
        up, it is held until there is room again."""
        limits = self._limits.get(ProfileId(profile_id))
        found = limits and allowance(self._connection, ProfileId(profile_id), limits, now=self.now)
        if not found:
            return None
        left, next_at = found
        if left == 0:
            self._hold_limited(ProfileId(profile_id), next_at)
            return 0
        queues = [route.queue for route in all_routes if route.through == profile_id]
        leased = sum(int(self._connection.execute(_LEASED_IN_QUEUE, [queue]).fetchone()[0]) for queue in queues)
        return max(left - leased, 0)

    def _hold_limited(self, profile_id: ProfileId, next_at: int) -> None:
        present = find_hold(self._connection, profile_id)
        if present and present.stops:
            return
        put_hold(
            self._connection,
            SmtpHold(
                profile_id=profile_id,
                state=HoldState.LIMITED,
                since=from_microseconds(self.now),
                until=from_microseconds(next_at),
                cause=Cause.LIMIT,
                connections=present.connections if present else 0,
            ),
        )


def next_due_at(connection: sqlite3.Connection) -> datetime | None:
    """Returns when the next mail that may be sent is due, or the next lease ends, whichever is sooner."""
    times: list[int | None] = [connection.execute(_FIRST_LEASE_END).fetchone()[0]]
    for route in routes(connection):
        opens = [*route.probes.values(), *([route.opens_at] if route.through else [])]
        if opens:
            first = connection.execute(FIRST_IN_QUEUE, [route.queue]).fetchone()["next_try_at"]
            times.append(max(first, min(opens)))
    return from_microseconds_or_none(min((time for time in times if time is not None), default=None))


def extend(connection: sqlite3.Connection, courier: CourierId, *, lease_ends_at: datetime) -> None:
    """Extends all leases of `courier`, and the time for its probes, until `lease_ends_at`."""
    until = to_microseconds(lease_ends_at)
    connection.execute("UPDATE delivery SET lease_ends_at = ? WHERE courier = ?", [until, courier])
    connection.execute(_EXTEND_PROBES, [until, courier, courier])


def release_lease(connection: sqlite3.Connection, courier: CourierId, delivery_ids: Sequence[DeliveryId]) -> None:
    """Makes those of `courier` wait again whose data has not started. They have kept the time when they were due."""
    connection.execute(_RELEASE, [courier, json.dumps(delivery_ids)])


def reclaim_expired(connection: sqlite3.Connection, *, now: datetime, retry_at: Sequence[datetime]) -> int:
    """Ends the leases that have expired; returns how many."""
    at = to_microseconds(now)
    data_started = fetched(connection, _EXPIRED_WITH_DATA_STARTED, [at])
    for row in data_started:
        tries = max(row["unknown_tries"], 0)
        retried = row["type"] == "generic" and tries < len(retry_at)
        values = {
            "id": row["id"],
            "recipient_states": states_in(
                _waiting_as_unknown(recipients_of(row["recipients"], row["recipient_states"]))
            ),
            "next_try_at": to_microseconds(retry_at[tries]) if retried else None,
            "finished_at": None if retried else at,
        }
        connection.execute(_MAKE_UNKNOWN, values)
    return len(data_started) + connection.execute(_RELEASE_EXPIRED, [at]).rowcount


def _waiting_as_unknown(recipients: Sequence[RecipientState]) -> Sequence[RecipientState]:
    return [
        replace(recipient, state=DeliveryState.UNKNOWN) if recipient.state is DeliveryState.WAITING else recipient
        for recipient in recipients
    ]
