"""Holds of SMTPs, and refusals in a row."""

import sqlite3
from collections.abc import Sequence

from smtp_desktop.domain.delivery.delivery import CourierId, DeliveryId
from smtp_desktop.domain.delivery.holds import HoldState, SmtpHold
from smtp_desktop.domain.diagnosis.kinds import Cause, FailureKind, Stage
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.store.known import known
from smtp_desktop.store.outbox.rows import fetched, storable
from smtp_desktop.store.timestamps import (
    from_microseconds,
    from_microseconds_or_none,
    to_microseconds,
    to_microseconds_or_none,
)

_PUT = """
INSERT OR REPLACE INTO smtp_hold (
    profile_id, state, since, until, cause, stage, kind, reply, by_hand, failures, connections, courier, probe
) SELECT
    :profile_id, :state, :since, :until, :cause, :stage, :kind, :reply, :by_hand, :failures, :connections, :courier,
    :probe
WHERE EXISTS (SELECT 1 FROM smtp WHERE id = :profile_id)
"""
_ONE = "SELECT * FROM smtp_hold WHERE profile_id = ?"
_ALL = "SELECT * FROM smtp_hold ORDER BY since, profile_id"
# A check goes as far as the sign-in: it shows nothing about limits, nor about what was refused after that.
_RELEASED_BY_CHECK = """
profile_id = ? AND by_hand = 0 AND state IN ('held', 'paused', 'probing')
AND ifnull(cause, '') NOT IN ('limit', 'mail_refused', 'recipient_refused')
"""
_COUNT_REFUSAL = """
INSERT INTO smtp_refusal (profile_id, pattern, mails, last_mail)
SELECT ?1, ?2, 1, ?3 WHERE EXISTS (SELECT 1 FROM smtp WHERE id = ?1)
ON CONFLICT (profile_id) DO UPDATE SET
    mails = CASE WHEN pattern <> ?2 THEN 1 WHEN last_mail = ?3 THEN mails ELSE mails + 1 END,
    pattern = ?2, last_mail = ?3
RETURNING mails
"""


def find_holds(connection: sqlite3.Connection) -> Sequence[SmtpHold]:
    """Returns every hold, the oldest first."""
    return [hold_of(row) for row in fetched(connection, _ALL, ())]


def find_hold(connection: sqlite3.Connection, profile_id: ProfileId) -> SmtpHold | None:
    """Returns the hold of that SMTP, if there is one."""
    return next((hold_of(row) for row in fetched(connection, _ONE, [profile_id])), None)


def replace_hold(
    connection: sqlite3.Connection, profile_id: ProfileId, *, present: SmtpHold | None, new: SmtpHold | None
) -> bool:
    """Puts `new` in the place of `present`, unless something else is there by now; returns whether it did."""
    if find_hold(connection, profile_id) != present:
        return False
    if new is None:
        connection.execute("DELETE FROM smtp_hold WHERE profile_id = ?", [profile_id])
    else:
        put_hold(connection, new)
    return True


def has_version(connection: sqlite3.Connection, profile_id: ProfileId, version: int | None) -> bool:
    """Whether the SMTP has that version; True where none is given."""
    if version is None:
        return True
    row = connection.execute("SELECT version FROM smtp WHERE id = ?", [profile_id]).fetchone()
    return row is not None and row["version"] == version


def put_hold(connection: sqlite3.Connection, hold: SmtpHold) -> None:
    """Keeps the hold, in the place of another one. Does nothing if the SMTP is gone."""
    values = {
        "profile_id": hold.profile_id,
        "state": hold.state,
        "since": to_microseconds(hold.since),
        "until": to_microseconds_or_none(hold.until),
        "cause": hold.cause,
        "stage": hold.stage,
        "kind": hold.kind,
        "reply": storable(hold.reply),
        "by_hand": hold.by_hand,
        "failures": hold.failures,
        "connections": hold.connections,
        "courier": hold.courier,
        "probe": hold.probe,
    }
    connection.execute(_PUT, values)


def is_released_by_check(connection: sqlite3.Connection, profile_id: ProfileId) -> bool:
    """Whether there is a hold that a check ends which went well."""
    found = connection.execute(f"SELECT 1 FROM smtp_hold WHERE {_RELEASED_BY_CHECK}", [profile_id])  # noqa: S608 - no text from outside
    return found.fetchone() is not None


def release_by_check(connection: sqlite3.Connection, profile_id: ProfileId) -> bool:
    """Ends the hold of an SMTP that has passed a check; returns whether there was one."""
    return connection.execute(f"DELETE FROM smtp_hold WHERE {_RELEASED_BY_CHECK}", [profile_id]).rowcount > 0  # noqa: S608 - as above


def resume(connection: sqlite3.Connection, profile_id: ProfileId) -> bool:
    """Ends the hold of that SMTP, whatever it is; returns whether there was one."""
    connection.execute("DELETE FROM smtp_refusal WHERE profile_id = ?", [profile_id])
    return connection.execute("DELETE FROM smtp_hold WHERE profile_id = ?", [profile_id]).rowcount > 0


def count_refusal(connection: sqlite3.Connection, profile_id: ProfileId, pattern: str, delivery_id: DeliveryId) -> int:
    """Counts a refusal; returns how many mails in a row were refused like this."""
    row = connection.execute(_COUNT_REFUSAL, [profile_id, pattern, delivery_id]).fetchone()
    return int(row[0]) if row else 0


def hold_of(row: sqlite3.Row) -> SmtpHold:
    """Returns the hold in `row`."""
    return SmtpHold(
        profile_id=row["profile_id"],
        state=known(HoldState, row["state"]) or HoldState.HELD,
        since=from_microseconds(row["since"]),
        until=from_microseconds_or_none(row["until"]),
        cause=known(Cause, row["cause"]),
        stage=known(Stage, row["stage"]),
        kind=known(FailureKind, row["kind"]),
        reply=row["reply"],
        by_hand=bool(row["by_hand"]),
        failures=row["failures"],
        connections=row["connections"],
        courier=CourierId(row["courier"]) if row["courier"] else None,
        probe=DeliveryId(row["probe"]) if row["probe"] is not None else None,
    )
