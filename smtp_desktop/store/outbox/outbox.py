"""The outbox store: each call one transaction, and the SQL in the other modules of this room."""

import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

from smtp_desktop.domain.delivery.activity import ActivityId
from smtp_desktop.domain.delivery.attempt import Attempt, DeliveryUpdate
from smtp_desktop.domain.delivery.delivery import (
    CourierId,
    Delivery,
    DeliveryCounts,
    DeliveryFilter,
    DeliveryId,
    SmtpHold,
)
from smtp_desktop.domain.delivery.outbox_entry import OutboxEntry
from smtp_desktop.domain.errors import NoSuchDelivery
from smtp_desktop.domain.mail.message import RawMessage, TemplateMessage
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.store.database import Database
from smtp_desktop.store.outbox import arrivals, commands, leases, queries, results
from smtp_desktop.store.outbox.contents import find_messages
from smtp_desktop.store.outbox.rows import attempt_of, delivery_of, hold_of, storable
from smtp_desktop.store.timestamps import to_microseconds

_ONE = "SELECT * FROM delivery WHERE id = :id UNION ALL SELECT * FROM arrival WHERE id = :id"
_ATTEMPTS = "SELECT * FROM delivery_attempt WHERE delivery_id = ? ORDER BY number"
_HOLD = """
INSERT OR REPLACE INTO smtp_hold (profile_id, since, stage, kind, reply, check_at)
SELECT :profile_id, :since, :stage, :kind, :reply, :check_at
WHERE EXISTS (SELECT 1 FROM smtp WHERE id = :profile_id)
"""


class SqliteOutbox:
    """Keeps mails until they are sent, and how their attempts went; `services.delivery.ports.OutboxStore` says what
    each call means. Every call is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._shared = arrivals.SharedContents()

    def add(self, entries: Sequence[OutboxEntry], *, setup_version: int | None = None) -> Sequence[DeliveryId]:
        """Adds them all, or none. Raises SetupChanged."""
        with self._database.write() as connection:
            ids, shared = arrivals.add(connection, entries, self._shared, setup_version=setup_version)
        self._shared = shared  # only now that it is on the disk
        return ids

    def setup_version(self) -> int:
        """Returns a number that changes whenever anyone changes an SMTP or an activity."""
        return self._database.value("SELECT number FROM setup_version")

    def get(self, delivery_id: DeliveryId) -> Delivery:
        """Returns the delivery. Raises NoSuchDelivery."""
        with self._database.read() as connection:
            row = connection.execute(_ONE, {"id": delivery_id}).fetchone()
        if row is None:
            raise _gone()
        return delivery_of(row)

    def page(self, wanted: DeliveryFilter, *, before: DeliveryId | None, limit: int) -> Sequence[Delivery]:
        """Returns the newest deliveries that match, newest first."""
        with self._database.read() as connection:
            return queries.find_page(connection, wanted, before=before, limit=limit)

    def count(self, wanted: DeliveryFilter) -> int:
        """Returns how many deliveries match."""
        with self._database.read() as connection:
            return queries.count_matching(connection, wanted)

    def counts(self, *, midnight: datetime) -> DeliveryCounts:
        """Returns how many deliveries there are, and how many of them today and in each state."""
        with self._database.read() as connection:
            return queries.count_all(connection, midnight=midnight)

    def attempts(self, delivery_id: DeliveryId) -> Sequence[Attempt]:
        """Returns the delivery's attempts, the first one first."""
        with self._database.read() as connection:
            return [attempt_of(row) for row in connection.execute(_ATTEMPTS, [delivery_id])]

    def messages(self, delivery_ids: Sequence[DeliveryId]) -> Sequence[TemplateMessage | RawMessage]:
        """Returns the messages, in that order, with all attachments. Raises NoSuchDelivery."""
        with self._database.read() as connection:
            found = find_messages(connection, delivery_ids)
        if len(found) < len(set(delivery_ids)):
            raise _gone()
        return [found[delivery_id] for delivery_id in delivery_ids]

    def message(self, delivery_id: DeliveryId) -> TemplateMessage | RawMessage:
        """Returns the message, with all attachments. Raises NoSuchDelivery."""
        return self.messages([delivery_id])[0]

    def latest_by_activity(self) -> Mapping[ActivityId, Delivery]:
        """Returns the newest delivery of every activity that has one."""
        with self._database.read() as connection:
            return queries.latest(connection)

    def claim(
        self,
        courier: CourierId,
        *,
        now: datetime,
        lease_ends_at: datetime,
        limit: int,
        excluding: Collection[ProfileId] = (),
    ) -> Sequence[Delivery]:
        """Gives `courier` up to `limit` due mails, the longest due first, without those that would go through one of
        `excluding`."""
        with self._write_promoted() as connection:
            return leases.claim(
                connection, courier, now=now, lease_ends_at=lease_ends_at, limit=limit, excluding=excluding
            )

    def extend(self, courier: CourierId, *, lease_ends_at: datetime) -> None:
        """Extends all leases of `courier` until `lease_ends_at`."""
        with self._database.write() as connection:
            leases.extend(connection, courier, lease_ends_at=lease_ends_at)

    def mark_data_started(
        self, delivery_ids: Collection[DeliveryId], courier: CourierId, *, through: ProfileId | None = None
    ) -> Sequence[DeliveryId]:
        """Notes that the content is about to go out; returns those that `courier` owns: only these may go out."""
        with self._database.write() as connection:
            return results.mark_data_started(connection, delivery_ids, courier, through=through)

    def unmark_data_started(self, courier: CourierId, delivery_ids: Collection[DeliveryId]) -> None:
        """Notes that nothing went out of those that `courier` owns."""
        with self._database.write() as connection:
            results.unmark_data_started(connection, courier, delivery_ids)

    def finish(self, courier: CourierId, updates: Mapping[DeliveryId, DeliveryUpdate]) -> Sequence[DeliveryId]:
        """Keeps all attempts, and updates the mails that `courier` owns, which ends its leases; returns these."""
        with self._database.write() as connection:
            return results.finish(connection, courier, updates)

    def note(self, delivery_id: DeliveryId, courier: CourierId, attempt: Attempt) -> bool:
        """Keeps an attempt that another one follows at once; returns whether `courier` owns the mail."""
        with self._database.write() as connection:
            return results.note(connection, delivery_id, courier, attempt)

    def release_lease(self, courier: CourierId, delivery_ids: Sequence[DeliveryId]) -> None:
        """Makes those that `courier` owns wait again, unless their data has started."""
        with self._database.write() as connection:
            leases.release_lease(connection, courier, delivery_ids)

    def reclaim_expired(self, *, now: datetime, retry_at: datetime) -> int:
        """Ends the leases that have expired; returns how many."""
        with self._database.write() as connection:
            return leases.reclaim_expired(connection, now=now, retry_at=retry_at)

    def next_due_at(self) -> datetime | None:
        """Returns when the next mail is due or the next lease ends; mails of held SMTPs don't count."""
        # Mostly there is none, and a query does not have to wait for other writers.
        if self._database.value(arrivals.HAS_ARRIVAL):
            with self._write_promoted():
                pass
        with self._database.read() as connection:
            return leases.next_due_at(connection)

    def resend(self, delivery_ids: Sequence[DeliveryId], *, now: datetime) -> int:
        """Makes those that are not on their way wait again; returns how many."""
        with self._write_promoted() as connection:
            return commands.resend(connection, delivery_ids, now=now)

    def send_now(self, delivery_ids: Sequence[DeliveryId], *, now: datetime) -> int:
        """Makes those that wait due at once; returns how many."""
        with self._write_promoted() as connection:
            return commands.send_now(connection, delivery_ids, now=now)

    def cancel(self, delivery_ids: Sequence[DeliveryId], *, now: datetime) -> int:
        """Cancels those that wait or would be tried again; returns how many."""
        with self._write_promoted() as connection:
            return commands.cancel(connection, delivery_ids, now=now)

    def prune(self, *, finished_before: datetime, limit: int) -> int:
        """Deletes at most `limit` that were finished before then, with all that belongs to them; returns how many."""
        with self._write_promoted() as connection:
            return commands.prune(connection, finished_before=finished_before, limit=limit)

    def first_finished_at(self) -> datetime | None:
        """Returns when the first of the finished deliveries was finished, None where there is none."""
        with self._database.read() as connection:
            return commands.first_finished_at(connection)

    def hold(self, hold: SmtpHold) -> None:
        """Keeps mails of that SMTP from being claimed until `release`. Does nothing if the SMTP is gone."""
        values = {
            "profile_id": hold.profile_id,
            "since": to_microseconds(hold.since),
            "stage": hold.stage,
            "kind": hold.kind,
            "reply": storable(hold.reply),
            "check_at": to_microseconds(hold.check_at),
        }
        with self._database.write() as connection:
            connection.execute(_HOLD, values)

    def release(self, profile_id: ProfileId) -> bool:
        """Lets mails of that SMTP be claimed again; returns whether it was held."""
        # Most are not, and a query does not have to wait for other writers: 200 checks may end at the same time.
        with self._database.read() as connection:
            if not connection.execute("SELECT 1 FROM smtp_hold WHERE profile_id = ?", [profile_id]).fetchone():
                return False
        with self._database.write() as connection:
            return connection.execute("DELETE FROM smtp_hold WHERE profile_id = ?", [profile_id]).rowcount > 0

    def holds(self) -> Sequence[SmtpHold]:
        """Returns every hold, the oldest first."""
        with self._database.read() as connection:
            return [hold_of(row) for row in connection.execute("SELECT * FROM smtp_hold ORDER BY since, profile_id")]

    @contextmanager
    def _write_promoted(self) -> Iterator[sqlite3.Connection]:
        """Begins a transaction in which every mail has its delivery."""
        with self._database.write() as connection:
            arrivals.promote(connection)
            yield connection


def _gone() -> NoSuchDelivery:
    return NoSuchDelivery(msg("This delivery does not exist any more."))
