"""Alerts in SQLite: which SMTPs are known to have stopped, and what is still to be sent of that."""

import sqlite3
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from smtp_desktop.domain.checks.alert import (
    WEBHOOK_REF_KEY,
    WEBHOOK_SHOWN_KEY,
    Alert,
    AlertChannel,
    AlertEvent,
    AlertId,
    AlertPlan,
    StoppedSmtp,
)
from smtp_desktop.domain.diagnosis.kinds import Cause
from smtp_desktop.domain.secret import SecretRef
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.store.database import Database
from smtp_desktop.store.known import known
from smtp_desktop.store.preferences import read_preference, write_preference
from smtp_desktop.store.stale_secrets import mark_stale_secrets, refuse_lost_secrets
from smtp_desktop.store.timestamps import from_microseconds, to_microseconds

# A pause is nothing to alert of, unless the server has been busy, silent or unreachable for long.
_HELD = """
SELECT profile_id, since, cause FROM smtp_hold
WHERE (state = 'held' OR (
    state IN ('paused', 'probing') AND by_hand = 0 AND since <= ?1 AND ifnull(cause, '') <> 'limit'
)) AND profile_id NOT IN (SELECT profile_id FROM smtp_stopped)
"""
_LONG = timedelta(hours=1)
# Its newest check worked, and is newer than what showed that it did not; and nothing holds it any more.
_WORKING = """
SELECT profile_id, result.at FROM smtp_stopped JOIN check_result AS result USING (profile_id)
WHERE result.id = (SELECT max(id) FROM check_result AS newest WHERE newest.profile_id = smtp_stopped.profile_id)
AND result.id > last_result AND result.ok = 1
AND profile_id NOT IN (SELECT profile_id FROM smtp_hold WHERE state = 'held')
"""
_STOPPED_BEFORE = """
SELECT 1 FROM smtp_stopped WHERE profile_id = ?1 AND since <= ?2
AND NOT EXISTS (SELECT 1 FROM smtp_hold WHERE smtp_hold.profile_id = ?1 AND state = 'held')
"""
_STOP = """
INSERT OR IGNORE INTO smtp_stopped (profile_id, since, last_result)
SELECT id, ?2, ifnull((SELECT max(id) FROM check_result WHERE profile_id = ?1), 0) FROM smtp WHERE id = ?1
RETURNING profile_id
"""
# The opposite that was not sent yet: for those who get alerts nothing has changed.
_TAKE_BACK = "DELETE FROM alert WHERE channel = ? AND profile_id = ? AND event <> ? AND claimed_until < ?"
_ADD = "INSERT INTO alert (channel, event, profile_id, cause, since, due_at) VALUES (?, ?, ?, ?, ?, ?)"
_CLAIM = """
UPDATE alert SET claimed_until = ?3
WHERE channel = ?1 AND claimed_until < ?2 AND (due_at <= ?2 OR tries = 0)
AND EXISTS (SELECT 1 FROM alert AS due WHERE due.channel = ?1 AND due.claimed_until < ?2 AND due.due_at <= ?2)
RETURNING *, (SELECT name FROM smtp WHERE smtp.id = profile_id) AS name
"""
_NEXT = "SELECT min(max(due_at, claimed_until)) AS next FROM alert"


class SqliteAlerts:
    """Keeps alerts. Every call is one transaction; see `services.alerts.ports.AlertStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def stopped(self) -> frozenset[ProfileId]:
        """Returns the SMTPs that are known to have stopped."""
        with self._database.read() as connection:
            return frozenset(row["profile_id"] for row in connection.execute("SELECT profile_id FROM smtp_stopped"))

    def note_stopped(self, smtps: Sequence[StoppedSmtp], plan: AlertPlan) -> None:
        """Notes that these SMTPs stopped."""
        with self._database.write() as connection:
            for one in smtps:
                _stop(connection, one, plan)

    def note_working(self, profile_id: ProfileId, plan: AlertPlan, *, at: datetime) -> None:
        """Notes that this SMTP worked at that time."""
        with self._database.write() as connection:
            if connection.execute(_STOPPED_BEFORE, [profile_id, to_microseconds(at)]).fetchone():
                _work(connection, profile_id, at, plan)

    def look(self, plan: AlertPlan) -> None:
        """Notes what the holds and the results of checks show by now."""
        long_ago = [to_microseconds(plan.now - _LONG)]
        with self._database.read() as connection:
            held = connection.execute(f"{_HELD} LIMIT 1", long_ago).fetchone()
            if not held and not connection.execute(f"{_WORKING} LIMIT 1").fetchone():
                return  # and nobody is kept from writing
        with self._database.write() as connection:
            for row in connection.execute(_HELD, long_ago).fetchall():
                since, cause = from_microseconds(row["since"]), known(Cause, row["cause"])
                _stop(connection, StoppedSmtp(profile_id=row["profile_id"], since=since, cause=cause), plan)
            for row in connection.execute(_WORKING).fetchall():
                _work(connection, row["profile_id"], datetime.fromisoformat(row["at"]), plan)

    def claim(self, channel: AlertChannel, *, now: datetime, until: datetime) -> Sequence[Alert]:
        """Claims all alerts of that channel if one of them is due."""
        with self._database.write() as connection:
            rows = connection.execute(_CLAIM, [channel, to_microseconds(now), to_microseconds(until)]).fetchall()
        return [_alert(row) for row in sorted(rows, key=lambda row: row["id"])]

    def done(self, ids: Iterable[AlertId]) -> None:
        """Drops these alerts."""
        with self._database.write() as connection:
            connection.executemany("DELETE FROM alert WHERE id = ?", [[one] for one in ids])

    def postpone(self, ids: Iterable[AlertId], *, due_at: datetime, tried: bool) -> None:
        """Gives these alerts back, due at that moment."""
        change = "UPDATE alert SET claimed_until = 0, due_at = ?, tries = tries + ? WHERE id = ?"
        with self._database.write() as connection:
            connection.executemany(change, [[to_microseconds(due_at), tried, one] for one in ids])

    def keep_channels(self, channels: Collection[AlertChannel]) -> None:
        """Drops all alerts and problems of other channels."""
        with self._database.write() as connection:
            for channel in set(AlertChannel) - set(channels):
                connection.execute("DELETE FROM alert WHERE channel = ?", [channel])
                connection.execute("DELETE FROM alert_problem WHERE channel = ?", [channel])

    def next_due_at(self) -> datetime | None:
        """Returns when an alert is due next."""
        with self._database.read() as connection:
            at = connection.execute(_NEXT).fetchone()["next"]
        return None if at is None else from_microseconds(at)

    def problems(self) -> dict[AlertChannel, str]:
        """Returns why alerts can't be sent, by channel."""
        with self._database.read() as connection:
            rows = connection.execute("SELECT channel, words FROM alert_problem").fetchall()
        return {AlertChannel(row["channel"]): row["words"] for row in rows}

    def set_problem(self, channel: AlertChannel, words: str) -> None:
        """Keeps why alerts can't be sent that way; "" for no reason."""
        if self.problems().get(channel, "") == words:
            return
        with self._database.write() as connection:
            connection.execute("DELETE FROM alert_problem WHERE channel = ?", [channel])
            if words:
                connection.execute("INSERT INTO alert_problem (channel, words) VALUES (?, ?)", [channel, words])

    def keep_webhook(self, ref: SecretRef | None, shown: str) -> SecretRef | None:
        """Keeps the place of the webhook's URL, and what may be shown of it. Returns the place before, whose secret is
        stale now."""
        with self._database.write() as connection:
            kept = read_preference(connection, WEBHOOK_REF_KEY)
            before = SecretRef(kept) if kept else None
            places = {"before": {before} if before else set(), "after": {ref} if ref else set()}
            refuse_lost_secrets(connection, **places)
            write_preference(connection, WEBHOOK_REF_KEY, ref or "")
            write_preference(connection, WEBHOOK_SHOWN_KEY, shown)
            mark_stale_secrets(connection, **places)
        return before


def _stop(connection: sqlite3.Connection, one: StoppedSmtp, plan: AlertPlan) -> None:
    # Not `rowcount`: where the locale is Turkish, sqlite3 does not take INSERT for a statement that counts rows.
    if connection.execute(_STOP, [one.profile_id, to_microseconds(one.since)]).fetchone():
        _add(connection, AlertEvent.STOPPED, one, plan)


def _work(connection: sqlite3.Connection, profile_id: ProfileId, at: datetime, plan: AlertPlan) -> None:
    if connection.execute("DELETE FROM smtp_stopped WHERE profile_id = ?", [profile_id]).rowcount > 0:
        _add(connection, AlertEvent.WORKS, StoppedSmtp(profile_id=profile_id, since=at, cause=None), plan)


def _add(connection: sqlite3.Connection, event: AlertEvent, one: StoppedSmtp, plan: AlertPlan) -> None:
    for channel in plan.channels:
        opposite = [channel, one.profile_id, event, to_microseconds(plan.now)]
        if connection.execute(_TAKE_BACK, opposite).rowcount > 0:
            continue
        since, due_at = to_microseconds(one.since), to_microseconds(plan.due_at)
        connection.execute(_ADD, [channel, event, one.profile_id, one.cause, since, due_at])


def _alert(row: sqlite3.Row) -> Alert:
    return Alert(
        id=AlertId(row["id"]),
        event=AlertEvent(row["event"]),
        profile_id=row["profile_id"],
        smtp_name=row["name"],
        since=from_microseconds(row["since"]),
        cause=known(Cause, row["cause"]),
        tries=row["tries"],
    )
