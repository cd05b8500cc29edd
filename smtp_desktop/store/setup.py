"""The setup in SQLite: all SMTPs, activities and choices, read and changed in one transaction."""

import sqlite3
from collections.abc import Callable, Iterable

from smtp_desktop.domain.checks.alert import WEBHOOK_REF_KEY
from smtp_desktop.domain.delivery.activity import Activity
from smtp_desktop.domain.secret import SecretRef
from smtp_desktop.domain.setup import Setup
from smtp_desktop.domain.smtp.profile import SmtpProfile
from smtp_desktop.store.activities import all_activities, write_activity
from smtp_desktop.store.database import Database
from smtp_desktop.store.preferences import write_preference
from smtp_desktop.store.profiles import all_profiles, forget_unused_server, write_profile
from smtp_desktop.store.signed_in import all_signed_in, write_signed_in
from smtp_desktop.store.stale_secrets import mark_stale_secrets, refuse_lost_secrets


class SqliteSetup:
    """The port `services.ports.SetupStore`. Every call is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(self) -> Setup:
        """Returns all there is."""
        with self._database.read() as connection:
            return _setup(connection)

    def change(self, make: Callable[[Setup], Setup]) -> Setup:
        """Makes the setup what `make` returns; see `SetupStore.change`."""
        with self._database.write() as connection:
            before = _setup(connection)
            after = make(before)
            _write_profiles(connection, before.profiles, after.profiles)
            _write_activities(connection, before.activities, after.activities)
            _write_preferences(connection, before, after)
            _write_signed_in(connection, before, after)
            return _setup(connection)


def _setup(connection: sqlite3.Connection) -> Setup:
    return Setup(
        profiles=tuple(all_profiles(connection)),
        activities=tuple(all_activities(connection)),
        preferences={row["key"]: row["value"] for row in connection.execute("SELECT * FROM preference")},
        signed_in=all_signed_in(connection),
    )


def _write_profiles(
    connection: sqlite3.Connection, before: Iterable[SmtpProfile], after: Iterable[SmtpProfile]
) -> None:
    old, new = {one.id: one for one in before}, {one.id: one for one in after}
    old_refs, new_refs = _refs(old.values()), _refs(new.values())
    refuse_lost_secrets(connection, before=old_refs, after=new_refs)
    gone = [one for one in old.values() if one.id not in new]
    connection.executemany("DELETE FROM smtp WHERE id = ?", [[one.id] for one in gone])
    changed = [one for one in new.values() if old.get(one.id) != one]
    renamed = [one.id for one in changed if one.id in old and old[one.id].name != one.name]
    # Two of them may change names with each other. No name has a blank.
    connection.executemany("UPDATE smtp SET name = ' ' || id WHERE id = ?", [[one] for one in renamed])
    for one in sorted(changed, key=lambda one: one.is_default):  # the new default last: it is the only one then
        write_profile(connection, one)
    mark_stale_secrets(connection, before=old_refs, after=new_refs)
    for one in [*gone, *(old[one.id] for one in changed if one.id in old)]:
        forget_unused_server(connection, one)


def _refs(profiles: Iterable[SmtpProfile]) -> set[SecretRef]:
    return {ref for one in profiles for ref in one.secret_refs.values()}


def _write_activities(connection: sqlite3.Connection, before: Iterable[Activity], after: Iterable[Activity]) -> None:
    # What the deletion of an SMTP has unbound is not as it was read.
    present = {one.id: one for one in all_activities(connection)}
    new = {one.id: one for one in after}
    connection.executemany("DELETE FROM activity WHERE id = ?", [[one.id] for one in before if one.id not in new])
    changed = [one for one in new.values() if present.get(one.id) != one]
    renamed = [one.id for one in changed if one.id in present and present[one.id].name != one.name]
    connection.executemany("UPDATE activity SET name = ' ' || id WHERE id = ?", [[one] for one in renamed])
    for one in changed:
        write_activity(connection, one)


def _write_preferences(connection: sqlite3.Connection, before: Setup, after: Setup) -> None:
    places = {"before": _webhook(before), "after": _webhook(after)}
    refuse_lost_secrets(connection, **places)
    gone = before.preferences.keys() - after.preferences.keys()
    connection.executemany("DELETE FROM preference WHERE key = ?", [[key] for key in sorted(gone)])
    for key, value in after.preferences.items():
        if before.preferences.get(key) != value:
            write_preference(connection, key, value)
    mark_stale_secrets(connection, **places)


def _webhook(setup: Setup) -> set[SecretRef]:
    ref = setup.preferences.get(WEBHOOK_REF_KEY)
    return {SecretRef(ref)} if ref else set()


def _write_signed_in(connection: sqlite3.Connection, before: Setup, after: Setup) -> None:
    gone = before.signed_in.keys() - after.signed_in.keys()
    connection.executemany("DELETE FROM signed_in WHERE profile_id = ?", [[one] for one in sorted(gone)])
    for profile_id, signed_in in after.signed_in.items():
        if before.signed_in.get(profile_id) != signed_in:
            write_signed_in(connection, signed_in)
