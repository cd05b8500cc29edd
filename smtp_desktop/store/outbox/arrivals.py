"""Mails as they come into the outbox. Each is kept by one row, which is quick; the deliveries that couriers work with,
and their places in the indexes, follow for many at once. Called in a write transaction."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from smtp_desktop.domain.delivery.delivery import DeliveryId
from smtp_desktop.domain.delivery.outbox_entry import OutboxEntry, SetupChanged
from smtp_desktop.store.outbox.contents import HASH_BYTES, Writing
from smtp_desktop.store.outbox.rows import storable
from smtp_desktop.store.timestamps import stored

HAS_ARRIVAL = "SELECT EXISTS (SELECT 1 FROM arrival)"
# Under the write lock nobody else takes a number, so a whole batch gets its own beforehand.
_NUMBERS = """
SELECT id, max(id, ifnull((SELECT max(id) FROM mail), 0)), max(id, ifnull((SELECT max(id) FROM delivery), 0)), number
FROM last_pruned, setup_version
"""
_KEEP = "INSERT INTO mail VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_KEEP_SHARED = "INSERT OR IGNORE INTO attachment (sha256, content) VALUES (?, ?)"
_SHARING = "SELECT id, shared FROM mail WHERE id IN (SELECT id FROM arrival) AND shared <> x''"
_COLUMNS = """
id, created_at, retry_from, state, next_try_at, activity_id, smtp_id, backup_id, size_bytes, message_id, subject,
recipients, activity_name
"""
_SORT_IN = f"INSERT INTO delivery ({_COLUMNS}) SELECT {_COLUMNS} FROM arrival"  # noqa: S608 - no text from outside stands in it
_USE = "INSERT OR IGNORE INTO attachment_use (delivery_id, sha256) VALUES (?, ?)"
_AT_MOST = 5000
"""How many may wait for their deliveries: those are searched without an index. A courier that runs looks sooner."""


@dataclass(frozen=True, slots=True)
class Shared:
    """The hashes of what the last mails shared. It is in `attachment` for certain until something is pruned; then the
    number in `last_pruned` is another one, since the mail that brought it is newer than this one."""

    last_pruned: int = -1
    hashes: frozenset[bytes] = frozenset()


def keep(
    connection: sqlite3.Connection, submissions: Sequence[OutboxEntry], shared: Shared, *, setup_version: int | None
) -> tuple[Sequence[DeliveryId], Shared]:
    """All of them are kept, or none; `shared` tells what need not be kept again. Returns their numbers, and what is
    shared once this transaction has ended well. Raises SetupChanged."""
    last_pruned, last, sorted_in, present_version = connection.execute(_NUMBERS).fetchone()
    if setup_version not in {None, present_version}:
        raise SetupChanged
    ids = [DeliveryId(number) for number in range(last + 1, last + 1 + len(submissions))]
    writing = Writing()
    rows = [
        (
            number,
            stored(mail.created_at),
            mail.activity_id,
            mail.smtp_id,
            mail.backup_id,
            mail.size_bytes,
            mail.message.message_id,
            storable(mail.message.subject),
            "\n".join([address.spec for address in mail.message.recipients]),
            mail.activity_name,
            *writing.row_of(mail),
        )
        for number, mail in zip(ids, submissions, strict=True)
    ]
    contents = writing.contents
    if shared.last_pruned != last_pruned or not shared.hashes.issuperset(contents):
        connection.executemany(_KEEP_SHARED, contents.items())
        shared = Shared(last_pruned, frozenset(contents))
    connection.executemany(_KEEP, rows)
    if last + len(ids) - sorted_in > _AT_MOST:
        promote(connection)
    return ids, shared


def promote(connection: sqlite3.Connection) -> None:
    """Every mail has its delivery."""
    sharing = connection.execute(_SHARING).fetchall()
    connection.execute(_SORT_IN)
    connection.executemany(_USE, _uses(sharing))


def _uses(sharing: Sequence[sqlite3.Row]) -> list[tuple[DeliveryId, bytes]]:
    return [
        (row["id"], row["shared"][at : at + HASH_BYTES])
        for row in sharing
        for at in range(0, len(row["shared"]), HASH_BYTES)
    ]
