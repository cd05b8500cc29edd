"""The first SMTPs with all that their cards show, in one read: the window's first paint."""

import sqlite3

from smtp_desktop.domain.checks.health import CheckResult, Overview, ServerFact, endpoint_of
from smtp_desktop.domain.smtp.profile import ProfileId, SmtpProfile
from smtp_desktop.store.database import Database
from smtp_desktop.store.health import ONE_FACT, RESULTS_OF_ONE, fact_of, result_of
from smtp_desktop.store.profiles import profile_of

# Two queries, because an index answers each; ordering by both columns would sort the whole table.
_DEFAULT = "SELECT * FROM smtp WHERE is_default = 1"
_OTHERS = "SELECT * FROM smtp WHERE is_default = 0 ORDER BY sort_name, name LIMIT ?"
_HELD = "SELECT profile_id FROM smtp_hold WHERE state <> 'slowed'"


def read_overview(database: Database, *, count: int, results: int) -> Overview:
    """Returns the first `count` SMTPs, each with its latest `results`. Raises StoreError.

    Takes no longer with 10,000 SMTPs than with `count`.
    """
    with database.read() as connection:
        rows = [*connection.execute(_DEFAULT), *connection.execute(_OTHERS, [count])]
        profiles = tuple(profile_of(row) for row in rows[:count])
        return Overview(
            profiles=profiles,
            total=connection.execute("SELECT count(*) FROM smtp").fetchone()[0],
            history=_history(connection, profiles, results),
            facts=_facts(connection, profiles),
            held=frozenset(row["profile_id"] for row in connection.execute(_HELD)),
        )


def _history(
    connection: sqlite3.Connection, profiles: tuple[SmtpProfile, ...], count: int
) -> dict[ProfileId, list[CheckResult]]:
    found = {
        one.id: [result_of(row) for row in connection.execute(RESULTS_OF_ONE, [one.id, count])] for one in profiles
    }
    return {profile_id: results for profile_id, results in found.items() if results}


def _facts(connection: sqlite3.Connection, profiles: tuple[SmtpProfile, ...]) -> tuple[ServerFact, ...]:
    if connection.execute("SELECT 1 FROM server_fact LIMIT 1").fetchone() is None:
        return ()
    endpoints = sorted({endpoint for one in profiles if (endpoint := endpoint_of(one.server))})
    rows = (connection.execute(ONE_FACT, endpoint).fetchone() for endpoint in endpoints)
    return tuple(fact_of(row) for row in rows if row)
