"""The sign-ins of SMTPs in SQLite: who signed in, and until when that holds. Tokens are in a vault."""

import sqlite3
from collections.abc import Mapping

from smtp_desktop.domain.sign_in.signed_in import SignedIn
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.store.database import Database
from smtp_desktop.store.timestamps import (
    from_microseconds,
    from_microseconds_or_none,
    to_microseconds,
    to_microseconds_or_none,
)

_PUT = """
INSERT OR REPLACE INTO signed_in (profile_id, account, signed_in_at, valid_until, ends_at, problem)
SELECT :profile_id, :account, :signed_in_at, :valid_until, :ends_at, :problem
WHERE EXISTS (SELECT 1 FROM smtp WHERE id = :profile_id)
"""


class SqliteSignedIn:
    """The port `services.sign_in.ports.SignedInStore`. Every call is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, profile_id: ProfileId) -> SignedIn | None:
        """Returns who signed in for the SMTP; None where nobody did."""
        with self._database.read() as connection:
            row = connection.execute("SELECT * FROM signed_in WHERE profile_id = ?", [profile_id]).fetchone()
            return _signed_in(row) if row else None

    def all(self) -> Mapping[ProfileId, SignedIn]:
        """Returns everybody who signed in, by SMTP."""
        with self._database.read() as connection:
            return all_signed_in(connection)

    def put(self, signed_in: SignedIn) -> None:
        """Stores who signed in, in place of who did before. Does nothing where the SMTP is gone."""
        with self._database.write() as connection:
            write_signed_in(connection, signed_in)

    def forget(self, profile_id: ProfileId) -> None:
        """Forgets who signed in for the SMTP."""
        with self._database.write() as connection:
            connection.execute("DELETE FROM signed_in WHERE profile_id = ?", [profile_id])


def all_signed_in(connection: sqlite3.Connection) -> Mapping[ProfileId, SignedIn]:
    """Returns everybody who signed in, by SMTP."""
    found = map(_signed_in, connection.execute("SELECT * FROM signed_in"))
    return {one.profile_id: one for one in found}


def write_signed_in(connection: sqlite3.Connection, signed_in: SignedIn) -> None:
    """Writes who signed in, in place of who did before. Does nothing where the SMTP is gone."""
    values = {
        "profile_id": signed_in.profile_id,
        "account": signed_in.account,
        "signed_in_at": to_microseconds(signed_in.signed_in_at),
        "valid_until": to_microseconds(signed_in.valid_until),
        "ends_at": to_microseconds_or_none(signed_in.ends_at),
        "problem": signed_in.problem,
    }
    connection.execute(_PUT, values)


def _signed_in(row: sqlite3.Row) -> SignedIn:
    return SignedIn(
        profile_id=ProfileId(row["profile_id"]),
        account=row["account"],
        signed_in_at=from_microseconds(row["signed_in_at"]),
        valid_until=from_microseconds(row["valid_until"]),
        ends_at=from_microseconds_or_none(row["ends_at"]),
        problem=row["problem"],
    )
