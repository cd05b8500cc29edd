"""Activities in SQLite."""

import sqlite3
from collections.abc import Callable, Sequence

from smtp_desktop.domain.delivery.activity import Activity, ActivityId
from smtp_desktop.domain.errors import FieldError, FieldErrors, NoSuchActivity, NoSuchProfile
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.natural_order import natural_key
from smtp_desktop.store.database import Database

_PUT = """
INSERT INTO activity (
    id, name, description, smtp_id, backup_id, mail_to, mail_cc, mail_bcc, subject, body_text, body_html, attachments,
    expire_after_s, enabled, reply_to, headers
) VALUES (
    :id, :name, :description, :smtp_id, :backup_id, :to, :cc, :bcc, :subject, :text, :html, :attachments,
    :expire_after_s, :enabled, :reply_to, :headers
) ON CONFLICT (id) DO UPDATE SET
    name = excluded.name, description = excluded.description, smtp_id = excluded.smtp_id,
    backup_id = excluded.backup_id, mail_to = excluded.mail_to, mail_cc = excluded.mail_cc,
    mail_bcc = excluded.mail_bcc, subject = excluded.subject, body_text = excluded.body_text,
    body_html = excluded.body_html, attachments = excluded.attachments,
    expire_after_s = excluded.expire_after_s, enabled = excluded.enabled,
    reply_to = excluded.reply_to, headers = excluded.headers
"""


class SqliteActivities:
    """Keeps activities. Every call is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> Sequence[Activity]:
        """Returns every activity, by name ignoring case."""
        with self._database.read() as connection:
            return all_activities(connection)

    def get(self, activity_id: ActivityId) -> Activity:
        """Returns the activity. Raises NoSuchActivity."""
        with self._database.read() as connection:
            return _existing(connection, activity_id)

    def named(self, name: str) -> Activity | None:
        """Returns the activity of that name, ignoring case; None where there is none."""
        if not name.isascii():  # no name is otherwise, and SQLite takes no broken characters
            return None
        with self._database.read() as connection:
            row = connection.execute("SELECT * FROM activity WHERE name = ?", [name]).fetchone()
            return _activity(row) if row else None

    def add(self, make: Callable[[Sequence[Activity]], Activity]) -> Activity:
        """Inserts what `make` returns; see `ActivityStore.add`."""
        with self._database.write() as connection:
            return _put(connection, make(all_activities(connection)))

    def change(self, activity_id: ActivityId, change: Callable[[Activity], Activity]) -> Activity:
        """Changes the activity to what `change` makes of it; see `ActivityStore.change`."""
        with self._database.write() as connection:
            before = _existing(connection, activity_id)
            after = change(before)
            return before if after == before else _put(connection, after)

    def delete(self, activity_id: ActivityId) -> None:
        """Deletes the activity; its deliveries stay and keep its name. Raises NoSuchActivity."""
        with self._database.write() as connection:
            if not connection.execute("DELETE FROM activity WHERE id = ?", [activity_id]).rowcount:
                raise _gone()


def all_activities(connection: sqlite3.Connection) -> Sequence[Activity]:
    """Returns every activity, by name in natural order."""
    rows = connection.execute("SELECT * FROM activity ORDER BY name COLLATE NOCASE")
    return tuple(sorted((_activity(row) for row in rows), key=lambda one: natural_key(one.name)))


def _existing(connection: sqlite3.Connection, activity_id: ActivityId) -> Activity:
    row = connection.execute("SELECT * FROM activity WHERE id = ?", [activity_id]).fetchone()
    if row is None:
        raise _gone()
    return _activity(row)


def _put(connection: sqlite3.Connection, activity: Activity) -> Activity:
    write_activity(connection, activity)
    return _existing(connection, activity.id)


def write_activity(connection: sqlite3.Connection, activity: Activity) -> None:
    """Writes the activity. Raises FieldErrors for a taken name, NoSuchProfile where an SMTP of it is gone."""
    _refuse_taken_name(connection, activity)
    _refuse_missing_smtp(connection, activity)
    connection.execute(_PUT, _row(activity))


def _gone() -> NoSuchActivity:
    return NoSuchActivity(msg("This activity no longer exists."))


def _refuse_taken_name(connection: sqlite3.Connection, activity: Activity) -> None:
    taken = connection.execute("SELECT 1 FROM activity WHERE name = ? AND id <> ?", [activity.name, activity.id])
    if taken.fetchone():
        raise FieldErrors((FieldError(field="name", message=msg("Another activity already has this name.")),))


def _refuse_missing_smtp(connection: sqlite3.Connection, activity: Activity) -> None:
    for profile_id in (activity.smtp_id, activity.backup_id):
        if profile_id is None:
            continue
        if not connection.execute("SELECT 1 FROM smtp WHERE id = ?", [profile_id]).fetchone():
            raise NoSuchProfile(msg("The selected SMTP no longer exists. Choose another one."))


def _activity(row: sqlite3.Row) -> Activity:
    return Activity(
        id=ActivityId(row["id"]),
        name=row["name"],
        description=row["description"],
        smtp_id=row["smtp_id"],
        backup_id=row["backup_id"],
        to=row["mail_to"],
        cc=row["mail_cc"],
        bcc=row["mail_bcc"],
        reply_to=row["reply_to"],
        subject=row["subject"],
        text=row["body_text"],
        html=row["body_html"],
        attachments=row["attachments"],
        headers=row["headers"],
        expire_after_s=row["expire_after_s"],
        enabled=bool(row["enabled"]),
        version=row["version"],
    )


def _row(activity: Activity) -> dict[str, str | int | None]:
    return {
        "id": activity.id,
        "name": activity.name,
        "description": activity.description,
        "smtp_id": activity.smtp_id,
        "backup_id": activity.backup_id,
        "to": activity.to,
        "cc": activity.cc,
        "bcc": activity.bcc,
        "reply_to": activity.reply_to,
        "subject": activity.subject,
        "text": activity.text,
        "html": activity.html,
        "attachments": activity.attachments,
        "headers": activity.headers,
        "expire_after_s": activity.expire_after_s,
        "enabled": activity.enabled,
    }
