"""Queries on the outbox: pages, counts, and the newest delivery of each activity. Mails that have no delivery yet
(`arrival`) are read without an index: they are few."""

import re
import sqlite3
from collections.abc import Sequence
from datetime import datetime

from smtp_desktop.domain.delivery.activity import ActivityId
from smtp_desktop.domain.delivery.delivery import (
    Delivery,
    DeliveryCounts,
    DeliveryFilter,
    DeliveryId,
    DeliveryOrder,
    DeliverySort,
    DeliveryState,
)
from smtp_desktop.store.outbox.rows import delivery_of, fetched, storable
from smtp_desktop.store.timestamps import to_microseconds

_SEARCHED = ("subject", "recipients", "activity_name", "smtp_name")
_LIKE = " OR ".join(f"{column} LIKE ? ESCAPE '\\'" for column in _SEARCHED)
_FOLDED = f"instr(folded({' || char(10) || '.join(_SEARCHED)}), ?)"
_LIKE_LIMIT = 1000  # SQLite refuses patterns of 50,000 bytes and more
_LATEST = """
SELECT * FROM delivery
WHERE id IN (SELECT (SELECT max(id) FROM delivery WHERE activity_id = activity.id) FROM activity)
UNION ALL
SELECT * FROM arrival WHERE id IN (SELECT max(id) FROM arrival WHERE activity_id IS NOT NULL GROUP BY activity_id)
"""

_STATES = (
    DeliveryState.WAITING,
    DeliveryState.SENDING,
    DeliveryState.UNKNOWN,
    DeliveryState.REFUSED,
    DeliveryState.EXPIRED,
    DeliveryState.CANCELLED,
    DeliveryState.SENT,
)
_SMTP = """
coalesce(
    nullif(smtp_name, ''),
    (SELECT name FROM smtp WHERE smtp.id = smtp_id),
    (SELECT name FROM smtp WHERE is_default = 1 AND smtp_id IS NULL),
    ''
) COLLATE NOCASE"""
_KEYS = {
    DeliverySort.TIME: "id",
    DeliverySort.ACTIVITY: "activity_name COLLATE NOCASE",
    DeliverySort.SMTP: _SMTP,
    DeliverySort.SUBJECT: "subject COLLATE NOCASE",
    DeliverySort.TO: "recipients COLLATE NOCASE",
    DeliverySort.STATE: f"instr(' {' '.join(_STATES)} ', ' ' || state || ' ')",
}

_WILD = re.compile(r"[%_\\]")
_ESCAPED = r"\\\g<0>"

_Values = list[str | int]


def find_page(
    connection: sqlite3.Connection, wanted: DeliveryFilter, *, before: DeliveryId | None, limit: int
) -> Sequence[Delivery]:
    """Returns the newest deliveries that match, newest first."""
    terms, values = _terms(connection, wanted)
    if before is not None:
        terms.append("id < ?")
        values.append(before)
    # One branch for each state: its index has it in order already, so that only a page of each has to be sorted.
    branches = [
        _branch("delivery", [*terms, f"state = '{state.value}'"]) for state in DeliveryState if state in wanted.states
    ] or [_branch("delivery", terms)]
    if _wants_arrivals(wanted):
        branches.append(_branch("arrival", terms))
    query = f"SELECT * FROM ({' UNION ALL '.join(branches)}) ORDER BY id DESC LIMIT ?"  # noqa: S608 - no text from outside
    return [delivery_of(row) for row in fetched(connection, query, [*[*values, limit] * len(branches), limit])]


def find_first(
    connection: sqlite3.Connection, wanted: DeliveryFilter, order: DeliveryOrder, *, limit: int
) -> Sequence[Delivery]:
    """Returns the first `limit` deliveries that match, in that order.

    SQLite looks through all that match, and keeps `limit` of them at a time: an index for each order would cost time
    with every mail that is sent. By time there is one.
    """
    terms, values = _terms(connection, wanted)
    if wanted.states:
        terms.append(f"state IN ({', '.join(repr(state.value) for state in wanted.states)})")
    by = f"{_KEYS[order.by]} {'DESC' if order.descending else 'ASC'}, id DESC"
    branches = [_first_rows(table, terms, by) for table in ("delivery", "arrival")]
    query = f"SELECT * FROM ({' UNION ALL '.join(branches)}) ORDER BY {by} LIMIT ?"  # noqa: S608 - no text from outside
    return [delivery_of(row) for row in fetched(connection, query, [*[*values, limit] * len(branches), limit])]


def _first_rows(table: str, terms: Sequence[str], by: str) -> str:
    # Only numbers are sorted, and then read: whole rows would take ten times as long.
    first = f"SELECT id FROM {table}{_where(terms)} ORDER BY {by} LIMIT ?"  # noqa: S608 - as above
    return f"SELECT * FROM {table} WHERE id IN ({first})"  # noqa: S608 - as above


def _branch(table: str, terms: Sequence[str]) -> str:
    return f"SELECT * FROM (SELECT * FROM {table}{_where(terms)} ORDER BY id DESC LIMIT ?)"  # noqa: S608 - as above


def count_matching(connection: sqlite3.Connection, wanted: DeliveryFilter) -> int:
    """Returns how many deliveries match."""
    terms, values = _terms(connection, wanted)
    arrivals = _counted(connection, "arrival", terms, values) if _wants_arrivals(wanted) else 0
    if wanted.states:
        terms.append(f"state IN ({', '.join('?' * len(wanted.states))})")
        values.extend(wanted.states)
    return arrivals + _counted(connection, "delivery", terms, values)


def _counted(connection: sqlite3.Connection, table: str, terms: Sequence[str], values: _Values) -> int:
    query = f"SELECT count(*) FROM {table}{_where(terms)}"  # noqa: S608 - no text from outside stands in it
    return int(connection.execute(query, values).fetchone()[0])


def _wants_arrivals(wanted: DeliveryFilter) -> bool:
    """Whether arrivals, all of which are waiting, can match."""
    return not wanted.states or DeliveryState.WAITING in wanted.states


def count_all(connection: sqlite3.Connection, *, midnight: datetime) -> DeliveryCounts:
    """Returns the counts; `today` begins at `midnight`."""
    in_state = dict(connection.execute("SELECT state, count(*) FROM delivery GROUP BY state").fetchall())
    since = [to_microseconds(midnight)]
    today = connection.execute("SELECT count(*) FROM delivery WHERE created_at >= ?", since).fetchone()[0]
    arrived, arrived_today = connection.execute(
        "SELECT count(*), total(created_at >= ?) FROM arrival", since
    ).fetchone()
    return DeliveryCounts(
        total=sum(in_state.values()) + arrived,
        today=today + int(arrived_today),
        waiting=in_state.get(DeliveryState.WAITING, 0) + in_state.get(DeliveryState.SENDING, 0) + arrived,
        sending=in_state.get(DeliveryState.SENDING, 0),
        refused=in_state.get(DeliveryState.REFUSED, 0),
        unknown=in_state.get(DeliveryState.UNKNOWN, 0),
        expired=in_state.get(DeliveryState.EXPIRED, 0),
    )


def latest(connection: sqlite3.Connection) -> dict[ActivityId, Delivery]:
    """Returns the newest delivery of every activity that has one."""
    return {ActivityId(row["activity_id"]): delivery_of(row) for row in fetched(connection, _LATEST, ())}


def _terms(connection: sqlite3.Connection, wanted: DeliveryFilter) -> tuple[list[str], _Values]:
    """Returns the conditions other than the states, and their values."""
    terms: list[str] = []
    values: _Values = []
    if wanted.activity_id is not None:
        terms.append("activity_id = ?")
        values.append(wanted.activity_id)
    if wanted.smtp_name:
        terms.append(f"{_SMTP} = ?")
        values.append(storable(wanted.smtp_name))
    for condition, moment in (
        ("created_at >= ?", wanted.since),
        ("created_at < ?", wanted.until),
        ("finished_at < ?", wanted.finished_before),
    ):
        if moment is not None:
            terms.append(condition)
            values.append(to_microseconds(moment))
    if not wanted.search:
        return terms, values
    if wanted.search.isascii() and len(wanted.search) < _LIKE_LIMIT:
        # Four times as fast as what follows, but SQLite ignores the case of ASCII letters only.
        terms.append(f"({_LIKE})")
        values.extend([f"%{re.sub(_WILD, _ESCAPED, wanted.search)}%"] * len(_SEARCHED))
    else:
        connection.create_function("folded", 1, str.casefold, deterministic=True)
        terms.append(_FOLDED)
        values.append(storable(wanted.search.casefold()))
    return terms, values


def _where(terms: Sequence[str]) -> str:
    return f" WHERE {' AND '.join(terms)}" if terms else ""
