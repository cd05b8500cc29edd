"""The outbox in SQLite. What each call means stands in OutboxStore (services.outbox_ports)."""

import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

from smtp_desktop.domain.delivery.activity import ActivityId
from smtp_desktop.domain.delivery.delivery import (
    Attempt,
    CourierId,
    Delivery,
    DeliveryCounts,
    DeliveryFilter,
    DeliveryId,
    SmtpHold,
)
from smtp_desktop.domain.delivery.outbox_entry import DeliveryUpdate, OutboxEntry
from smtp_desktop.domain.errors import NoSuchDelivery
from smtp_desktop.domain.mail.message import RawMessage, TemplateMessage
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.store.database import Database
from smtp_desktop.store.outbox import arrivals as outbox_mails
from smtp_desktop.store.outbox import commands as outbox_orders
from smtp_desktop.store.outbox import leases as outbox_claims
from smtp_desktop.store.outbox import queries as outbox_views
from smtp_desktop.store.outbox import results as outbox_results
from smtp_desktop.store.outbox.contents import find_messages
from smtp_desktop.store.outbox.rows import attempt_of, delivery_of, hold_of, storable
from smtp_desktop.store.timestamps import stored

_ONE = "SELECT * FROM delivery WHERE id = :id UNION ALL SELECT * FROM arrival WHERE id = :id"
_ATTEMPTS = "SELECT * FROM delivery_attempt WHERE delivery_id = ? ORDER BY number"
_HOLD = """
INSERT OR REPLACE INTO smtp_hold (profile_id, since, stage, kind, reply, probe_at)
SELECT :profile_id, :since, :stage, :kind, :reply, :probe_at
WHERE EXISTS (SELECT 1 FROM smtp WHERE id = :profile_id)
"""


class SqliteOutbox:
    """Keeps mails until they are sent, and what became of them. Every call is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._shared = outbox_mails.Shared()

    def add(self, submissions: Sequence[OutboxEntry], *, setup_version: int | None = None) -> Sequence[DeliveryId]:
        """All of them are kept, or none. Raises SetupChanged."""
        with self._database.write() as connection:
            ids, shared = outbox_mails.keep(connection, submissions, self._shared, setup_version=setup_version)
        self._shared = shared  # only now, when it is on the disk
        return ids

    def setup_version(self) -> int:
        """Returns a number that is another one once anybody has changed an SMTP or an activity."""
        return self._database.value("SELECT number FROM setup_version")

    def get(self, delivery_id: DeliveryId) -> Delivery:
        """Returns the delivery. Raises NoSuchDelivery."""
        with self._database.read() as connection:
            row = connection.execute(_ONE, {"id": delivery_id}).fetchone()
        if row is None:
            raise _gone()
        return delivery_of(row)

    def page(self, wanted: DeliveryFilter, *, before: DeliveryId | None, limit: int) -> Sequence[Delivery]:
        """Returns the newest that fit, newest first."""
        with self._database.read() as connection:
            return outbox_views.find_page(connection, wanted, before=before, limit=limit)

    def count(self, wanted: DeliveryFilter) -> int:
        """Returns how many fit."""
        with self._database.read() as connection:
            return outbox_views.count_fitting(connection, wanted)

    def counts(self, *, midnight: datetime) -> DeliveryCounts:
        """Returns how the outbox stands."""
        with self._database.read() as connection:
            return outbox_views.count_all(connection, midnight=midnight)

    def attempts(self, delivery_id: DeliveryId) -> Sequence[Attempt]:
        """Returns its attempts, the first one first."""
        with self._database.read() as connection:
            return [attempt_of(row) for row in connection.execute(_ATTEMPTS, [delivery_id])]

    def messages(self, delivery_ids: Sequence[DeliveryId]) -> Sequence[TemplateMessage | RawMessage]:
        """Returns what is to be sent, in that order, with all attachments. Raises NoSuchDelivery."""
        with self._database.read() as connection:
            found = find_messages(connection, delivery_ids)
        if len(found) < len(set(delivery_ids)):
            raise _gone()
        return [found[delivery_id] for delivery_id in delivery_ids]

    def message(self, delivery_id: DeliveryId) -> TemplateMessage | RawMessage:
        """Returns what is to be sent, with all attachments. Raises NoSuchDelivery."""
        return self.messages([delivery_id])[0]

    def latest_by_activity(self) -> Mapping[ActivityId, Delivery]:
        """Returns the newest delivery of every activity that has one."""
        with self._database.read() as connection:
            return outbox_views.latest(connection)

    def claim(
        self,
        courier: CourierId,
        *,
        now: datetime,
        lease_ends_at: datetime,
        limit: int,
        excluding: Collection[ProfileId] = (),
    ) -> Sequence[Delivery]:
        """`courier` has up to `limit` due mails, the longest due first, but none that would go through `excluding`."""
        with self._write_sorted() as connection:
            return outbox_claims.claim(
                connection, courier, now=now, lease_ends_at=lease_ends_at, limit=limit, excluding=excluding
            )

    def extend(self, courier: CourierId, *, lease_ends_at: datetime) -> None:
        """All that `courier` has is its own until `lease_ends_at`."""
        with self._database.write() as connection:
            outbox_claims.extend(connection, courier, lease_ends_at=lease_ends_at)

    def mark_data_started(
        self, delivery_ids: Collection[DeliveryId], courier: CourierId, *, through: ProfileId | None = None
    ) -> Sequence[DeliveryId]:
        """It is noted that their content goes out; returns those that are this courier's, and may."""
        with self._database.write() as connection:
            return outbox_results.mark_data_started(connection, delivery_ids, courier, through=through)

    def unmark_data_started(self, courier: CourierId, delivery_ids: Collection[DeliveryId]) -> None:
        """Those that are this courier's do not count as handed over."""
        with self._database.write() as connection:
            outbox_results.unmark_data_started(connection, courier, delivery_ids)

    def finish(self, courier: CourierId, outcomes: Mapping[DeliveryId, DeliveryUpdate]) -> Sequence[DeliveryId]:
        """The attempts are kept and the mails are as `outcomes` says; returns those that were this courier's."""
        with self._database.write() as connection:
            return outbox_results.finish(connection, courier, outcomes)

    def note(self, delivery_id: DeliveryId, courier: CourierId, attempt: Attempt) -> bool:
        """The attempt is kept, and the mail stays this courier's; False where it was not any more."""
        with self._database.write() as connection:
            return outbox_results.note(connection, delivery_id, courier, attempt)

    def release_lease(self, courier: CourierId, delivery_ids: Sequence[DeliveryId]) -> None:
        """Those that are still this courier's and were not handed over wait again."""
        with self._database.write() as connection:
            outbox_claims.release_lease(connection, courier, delivery_ids)

    def reclaim_expired(self, *, now: datetime, retry_at: datetime) -> int:
        """Mails whose lease has ended are nobody's any more; returns how many."""
        with self._database.write() as connection:
            return outbox_claims.reclaim_expired(connection, now=now, retry_at=retry_at)

    def next_due_at(self) -> datetime | None:
        """Returns when the next mail is due or the next lease ends, held ones left out."""
        # Mostly there is none, and to see that takes no turn among those who write.
        if self._database.value(outbox_mails.HAS_ARRIVAL):
            with self._write_sorted():
                pass
        with self._database.read() as connection:
            return outbox_claims.next_due_at(connection)

    def resend(self, delivery_ids: Sequence[DeliveryId], *, now: datetime) -> int:
        """Those that are not on their way wait again; returns how many."""
        with self._write_sorted() as connection:
            return outbox_orders.resend(connection, delivery_ids, now=now)

    def send_now(self, delivery_ids: Sequence[DeliveryId], *, now: datetime) -> int:
        """Those that wait are due at once; returns how many."""
        with self._write_sorted() as connection:
            return outbox_orders.send_now(connection, delivery_ids, now=now)

    def cancel(self, delivery_ids: Sequence[DeliveryId], *, now: datetime) -> int:
        """Nothing more is tried for those that wait or would be tried again; returns how many."""
        with self._write_sorted() as connection:
            return outbox_orders.cancel(connection, delivery_ids, now=now)

    def prune(self, *, finished_before: datetime, limit: int) -> int:
        """At most `limit` finished ones are gone with all that belongs to them; returns how many."""
        with self._write_sorted() as connection:
            return outbox_orders.prune(connection, finished_before=finished_before, limit=limit)

    def first_finished_at(self) -> datetime | None:
        """Returns when the one that is finished for the longest time was."""
        with self._database.read() as connection:
            return outbox_orders.first_finished_at(connection)

    def hold(self, hold: SmtpHold) -> None:
        """Nothing is claimed for that SMTP until `release`. Does nothing if the SMTP is gone."""
        values = {
            "profile_id": hold.profile_id,
            "since": stored(hold.since),
            "stage": hold.stage,
            "kind": hold.kind,
            "reply": storable(hold.reply),
            "probe_at": stored(hold.probe_at),
        }
        with self._database.write() as connection:
            connection.execute(_HOLD, values)

    def release(self, profile_id: ProfileId) -> bool:
        """Its mails may be claimed again; returns whether it was held."""
        # Most are not, and to see that takes no turn among those who write: 200 checks may end at the same time.
        with self._database.read() as connection:
            if not connection.execute("SELECT 1 FROM smtp_hold WHERE profile_id = ?", [profile_id]).fetchone():
                return False
        with self._database.write() as connection:
            return _released(connection, profile_id)

    def holds(self) -> Sequence[SmtpHold]:
        """Returns every hold, the oldest first."""
        with self._database.read() as connection:
            return [hold_of(row) for row in connection.execute("SELECT * FROM smtp_hold ORDER BY since, profile_id")]

    @contextmanager
    def _write_sorted(self) -> Iterator[sqlite3.Connection]:
        """A transaction in which every mail has its delivery."""
        with self._database.write() as connection:
            outbox_mails.promote(connection)
            yield connection


def _released(connection: sqlite3.Connection, profile_id: ProfileId) -> bool:
    return connection.execute("DELETE FROM smtp_hold WHERE profile_id = ?", [profile_id]).rowcount > 0


def _gone() -> NoSuchDelivery:
    return NoSuchDelivery(msg("This delivery does not exist any more."))
