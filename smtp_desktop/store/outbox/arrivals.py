"""New mails in the outbox, and their promotion to deliveries. All functions run in a write transaction."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from smtp_desktop.domain.delivery.delivery import DeliveryId
from smtp_desktop.domain.delivery.outbox_entry import OutboxEntry, StaleSetup
from smtp_desktop.store.outbox.clock import note_time
from smtp_desktop.store.outbox.contents import HASH_BYTES, MessageEncoder
from smtp_desktop.store.outbox.rows import storable
from smtp_desktop.store.timestamps import to_microseconds

HAS_ARRIVAL = "SELECT EXISTS (SELECT 1 FROM arrival)"
# Under the write lock nobody else takes a number, so that a whole batch gets its numbers at once.
_NUMBERS = """
SELECT id, max(id, ifnull((SELECT max(id) FROM mail), 0)), max(id, ifnull((SELECT max(id) FROM delivery), 0)), number
FROM last_pruned, setup_version
"""
_INSERT_MAIL = "INSERT INTO mail VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_INSERT_SHARED = "INSERT OR IGNORE INTO attachment (sha256, content) VALUES (?, ?)"
_ARRIVALS_THAT_SHARE = "SELECT id, shared FROM mail WHERE id IN (SELECT id FROM arrival) AND shared <> x''"
_COLUMNS = """
id, created_at, retry_from, state, next_try_at, activity_id, smtp_id, backup_id, size_bytes, message_id, subject,
recipients, activity_name, expire_after_s
"""
_PROMOTE = f"INSERT INTO delivery ({_COLUMNS}) SELECT {_COLUMNS} FROM arrival"  # noqa: S608 - no text from outside
_NEWEST_ARRIVAL = "SELECT max(created_at) FROM arrival"
# What a damaged mail shares may not be there: that is noticed when it is to be sent.
_INSERT_USE = """
INSERT OR IGNORE INTO attachment_use (delivery_id, sha256)
SELECT ?1, ?2 WHERE EXISTS (SELECT 1 FROM attachment WHERE sha256 = ?2)
"""
_ARRIVALS_LIMIT = 5000
"""Queries go through arrivals without an index. A courier that runs promotes them sooner."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedContents:
    """The hashes of the contents that the last batch shared.

    They are certainly in `attachment` as long as `last_pruned` is the number in the table of that name: a pruning
    changes it, since the mails of this batch are newer than the one that it stood for.
    """

    last_pruned: int = -1
    hashes: frozenset[bytes] = frozenset()


def add(
    connection: sqlite3.Connection,
    entries: Sequence[OutboxEntry],
    shared: SharedContents,
    *,
    setup_version: int | None,
) -> tuple[Sequence[DeliveryId], SharedContents]:
    """Inserts all entries; what is in `shared` need not be inserted again. Returns their numbers, and the contents that
    are shared once this transaction is committed. Raises StaleSetup."""
    last_pruned, last, last_promoted, present_version = connection.execute(_NUMBERS).fetchone()
    if setup_version not in {None, present_version}:
        raise StaleSetup
    ids = [DeliveryId(number) for number in range(last + 1, last + 1 + len(entries))]
    encoder = MessageEncoder()
    rows = [
        (
            delivery_id,
            to_microseconds(entry.created_at),
            entry.activity_id,
            entry.smtp_id,
            entry.backup_id,
            entry.size_bytes,
            entry.message.message_id,
            storable(entry.message.subject),
            "\n".join([address.spec for address in entry.message.recipients]),
            entry.activity_name,
            *encoder.columns_of(entry),
            entry.expire_after_s,
        )
        for delivery_id, entry in zip(ids, entries, strict=True)
    ]
    contents = encoder.contents
    if shared.last_pruned != last_pruned or not shared.hashes.issuperset(contents):
        connection.executemany(_INSERT_SHARED, contents.items())
        shared = SharedContents(last_pruned=last_pruned, hashes=frozenset(contents))
    connection.executemany(_INSERT_MAIL, rows)
    if last + len(ids) - last_promoted > _ARRIVALS_LIMIT:
        promote(connection)
    return ids, shared


def promote(connection: sqlite3.Connection) -> None:
    """Gives every mail its delivery."""
    newest = connection.execute(_NEWEST_ARRIVAL).fetchone()[0]
    if newest is None:
        return
    note_time(connection, newest)
    sharing = connection.execute(_ARRIVALS_THAT_SHARE).fetchall()
    connection.execute(_PROMOTE)
    connection.executemany(_INSERT_USE, _uses(sharing))


def _uses(mails: Sequence[sqlite3.Row]) -> list[tuple[DeliveryId, bytes]]:
    return [
        (row["id"], row["shared"][at : at + HASH_BYTES])
        for row in mails
        for at in range(0, len(row["shared"]), HASH_BYTES)
    ]
