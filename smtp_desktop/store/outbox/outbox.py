"""The outbox store: each call one transaction, and the SQL in the other modules of this room."""

import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from smtp_desktop.domain.delivery.activity import ActivityId
from smtp_desktop.domain.delivery.attempt import Attempt, DeliveryUpdate, OwnedMails
from smtp_desktop.domain.delivery.delivery import (
    CourierId,
    Delivery,
    DeliveryCounts,
    DeliveryFilter,
    DeliveryId,
    DeliveryOrder,
)
from smtp_desktop.domain.delivery.holds import SmtpHold
from smtp_desktop.domain.delivery.outbox_entry import OutboxEntry
from smtp_desktop.domain.errors import NoSuchDelivery
from smtp_desktop.domain.mail.message import RawMessage, TemplateMessage
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.smtp.limits import SendLimits
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.store.database import Database
from smtp_desktop.store.outbox import (
    arrivals,
    clearing,
    clock,
    commands,
    damage,
    holds,
    leases,
    queries,
    queues,
    results,
)
from smtp_desktop.store.outbox.contents import find_messages
from smtp_desktop.store.outbox.damage import despite_damage
from smtp_desktop.store.outbox.rows import attempt_of, delivery_of, fetched
from smtp_desktop.store.timestamps import to_microseconds

_ONE = "SELECT * FROM delivery WHERE id = ?1 UNION ALL SELECT * FROM arrival WHERE id = ?1"
_ATTEMPTS = "SELECT * FROM delivery_attempt WHERE delivery_id = ? ORDER BY number"


class SqliteOutbox:
    """Keeps mails until they are sent, and how their attempts went; `services.delivery.ports.OutboxStore` says what
    each call means. Every call is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._shared = arrivals.SharedContents()

    def add(self, entries: Sequence[OutboxEntry], *, setup_version: int | None = None) -> Sequence[DeliveryId]:
        """Adds them all, or none. Raises StaleSetup."""
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
            rows = fetched(connection, _ONE, [delivery_id])
        if not rows:
            raise _unknown(delivery_id)
        return delivery_of(rows[0])

    def page(self, wanted: DeliveryFilter, *, before: DeliveryId | None, limit: int) -> Sequence[Delivery]:
        """Returns the newest deliveries that match, newest first."""
        with self._database.read() as connection:
            return queries.find_page(connection, wanted, before=before, limit=limit)

    def first(self, wanted: DeliveryFilter, order: DeliveryOrder, *, limit: int) -> Sequence[Delivery]:
        """Returns the first `limit` deliveries that match, in that order."""
        with self._database.read() as connection:
            return queries.find_first(connection, wanted, order, limit=limit)

    def count(self, wanted: DeliveryFilter) -> int:
        """Returns how many deliveries match."""
        with self._database.read() as connection:
            return queries.count_matching(connection, wanted)

    def counts(self, *, midnight: datetime) -> DeliveryCounts:
        """Returns how many deliveries there are, and how many of them today and in each state."""
        with self._database.read() as connection:
            return queries.count_all(connection, midnight=midnight)

    def count_held(self) -> int:
        """Returns how many deliveries wait for an SMTP that is held or paused."""
        with self._database.read() as connection:
            return queues.count_held(connection)

    def attempts(self, delivery_id: DeliveryId) -> Sequence[Attempt]:
        """Returns the delivery's attempts, the first one first."""
        with self._database.read() as connection:
            return [attempt_of(row) for row in fetched(connection, _ATTEMPTS, [delivery_id])]

    def messages(self, delivery_ids: Sequence[DeliveryId]) -> Sequence[TemplateMessage | RawMessage]:
        """Returns the messages, in that order, with all attachments. Raises NoSuchDelivery, and DamagedMail
        where one can't be read."""
        with self._database.read() as connection:
            found = find_messages(connection, delivery_ids)
        for delivery_id in delivery_ids:
            if delivery_id not in found:
                raise _unknown(delivery_id)
        return [found[delivery_id] for delivery_id in delivery_ids]

    def message(self, delivery_id: DeliveryId) -> TemplateMessage | RawMessage:
        """Returns the message, with all attachments. Raises NoSuchDelivery, DamagedMail."""
        return self.messages([delivery_id])[0]

    def latest_by_activity(self) -> Mapping[ActivityId, Delivery]:
        """Returns the newest delivery of every activity that has one."""
        with self._database.read() as connection:
            return queries.latest(connection)

    @despite_damage
    def claim(
        self,
        courier: CourierId,
        *,
        now: datetime,
        lease_ends_at: datetime,
        limit: int,
        excluding: Collection[ProfileId] = (),
        limits: Mapping[ProfileId, SendLimits] | None = None,
    ) -> Sequence[Delivery]:
        """Gives `courier` up to `limit` due mails; see `OutboxStore.claim`."""
        with self._write_promoted(now) as connection:
            return leases.claim(
                connection,
                courier,
                now=now,
                lease_ends_at=lease_ends_at,
                limit=limit,
                excluding=excluding,
                limits=limits,
            )

    @despite_damage
    def extend(self, courier: CourierId, *, lease_ends_at: datetime) -> None:
        """Extends all leases of `courier` until `lease_ends_at`."""
        with self._database.write() as connection:
            leases.extend(connection, courier, lease_ends_at=lease_ends_at)

    @despite_damage
    def mark_data_started(
        self,
        delivery_ids: Collection[DeliveryId],
        courier: CourierId,
        *,
        through: ProfileId | None = None,
        counted_at: datetime | None = None,
    ) -> Sequence[DeliveryId]:
        """Notes that the content is about to go out; returns those that `courier` owns: only these may go out."""
        with self._database.write() as connection:
            return results.mark_data_started(connection, delivery_ids, courier, through=through, counted_at=counted_at)

    @despite_damage
    def unmark_data_started(self, courier: CourierId, delivery_ids: Collection[DeliveryId]) -> None:
        """Notes that nothing went out of those that `courier` owns."""
        with self._database.write() as connection:
            results.unmark_data_started(connection, courier, delivery_ids)

    @despite_damage
    def finish(
        self, courier: CourierId, updates: Mapping[DeliveryId, DeliveryUpdate], *, through: ProfileId | None = None
    ) -> Sequence[DeliveryId]:
        """Keeps all attempts, and updates the mails that `courier` owns, which ends its leases; returns these."""
        with self._database.write() as connection:
            return results.finish(connection, courier, updates, through=through)

    @despite_damage
    def finish_and_start(
        self,
        courier: CourierId,
        updates: Mapping[DeliveryId, DeliveryUpdate],
        delivery_ids: Collection[DeliveryId],
        *,
        through: ProfileId | None = None,
        counted_at: datetime | None = None,
    ) -> OwnedMails:
        """Does `finish` with `updates` and `mark_data_started` with `delivery_ids`, in one transaction."""
        with self._database.write() as connection:
            finished = results.finish(connection, courier, updates, through=through)
            started = results.mark_data_started(
                connection, delivery_ids, courier, through=through, counted_at=counted_at
            )
        return OwnedMails(finished=tuple(finished), started=tuple(started))

    @despite_damage
    def note(self, delivery_id: DeliveryId, courier: CourierId, update: DeliveryUpdate) -> bool:
        """Keeps an attempt that another one follows at once; returns whether `courier` owns the mail."""
        with self._database.write() as connection:
            return results.note(connection, delivery_id, courier, update)

    @despite_damage
    def release_lease(self, courier: CourierId, delivery_ids: Sequence[DeliveryId]) -> None:
        """Makes those that `courier` owns wait again, unless their data has started."""
        with self._database.write() as connection:
            leases.release_lease(connection, courier, delivery_ids)

    @despite_damage
    def reclaim_expired(self, *, now: datetime, retry_at: Sequence[datetime]) -> int:
        """Ends the leases that have expired; returns how many."""
        with self._database.write() as connection:
            # `now` may be of a while ago, on purpose: it says nothing about the clock.
            return leases.reclaim_expired(connection, now=now, retry_at=retry_at)

    @despite_damage
    def expire(self, *, now: datetime, after: timedelta) -> int:
        """Ends those that wait and are too old to be sent; returns how many."""
        with self._write_promoted(now) as connection:
            return commands.expire(connection, now=now, after=after)

    @despite_damage
    def next_due_at(self, *, now: datetime) -> datetime | None:
        """Returns when the next mail is due or the next lease ends; mails of held SMTPs don't count."""
        # Mostly there is nothing to write, and a query does not have to wait for other writers.
        if self._database.value(arrivals.HAS_ARRIVAL) or self._is_set_back(now):
            with self._write_promoted(now):
                pass
        with self._database.read() as connection:
            return leases.next_due_at(connection)

    @despite_damage
    def resend(self, delivery_ids: Sequence[DeliveryId], *, now: datetime) -> int:
        """Makes those that are not on their way wait again; returns how many."""
        with self._write_promoted(now) as connection:
            return commands.resend(connection, delivery_ids, now=now)

    @despite_damage
    def send_now(self, delivery_ids: Sequence[DeliveryId], *, now: datetime) -> int:
        """Makes those that wait due at once; returns how many."""
        with self._write_promoted(now) as connection:
            return commands.send_now(connection, delivery_ids, now=now)

    @despite_damage
    def cancel(self, delivery_ids: Sequence[DeliveryId], *, now: datetime) -> int:
        """Cancels those that wait or would be tried again; returns how many."""
        with self._write_promoted(now) as connection:
            return commands.cancel(connection, delivery_ids, now=now)

    @despite_damage
    def prune(self, *, finished_before: datetime, limit: int) -> int:
        """Deletes at most `limit` that were finished before then, with all that belongs to them; returns how many."""
        with self._write_promoted() as connection:
            return clearing.prune(connection, finished_before=finished_before, limit=limit)

    @despite_damage
    def delete_finished(self, delivery_ids: Sequence[DeliveryId], *, finished_before: datetime) -> int:
        """Deletes those of them that were finished before then; returns how many."""
        with self._write_promoted() as connection:
            return clearing.delete_finished(connection, delivery_ids, finished_before=finished_before)

    def first_finished_at(self) -> datetime | None:
        """Returns when the first of the finished deliveries was finished, None where there is none."""
        with self._database.read() as connection:
            return clearing.first_finished_at(connection)

    def drop_contents(self, *, finished_before: datetime, now: datetime, limit: int) -> bool:
        """Drops contents of mails that were sent before then; returns whether there may be more."""
        with self._database.write() as connection:
            return clearing.drop_contents(connection, finished_before=finished_before, now=now, limit=limit)

    def first_content_at(self) -> datetime | None:
        """Returns when the first of those was finished whose content may be dropped; None where there is none."""
        with self._database.read() as connection:
            return clearing.first_content_at(connection)

    def hold(self, hold: SmtpHold) -> None:
        """Keeps `hold`, in the place of another one on that SMTP. Does nothing if the SMTP is gone."""
        with self._database.write() as connection:
            holds.put_hold(connection, hold)

    def replace_hold(
        self, profile_id: ProfileId, *, present: SmtpHold | None, new: SmtpHold | None, version: int | None = None
    ) -> bool:
        """Puts `new` in the place of `present`; see `OutboxStore.replace_hold`."""
        with self._database.write() as connection:
            if not holds.has_version(connection, profile_id, version):
                return False
            return holds.replace_hold(connection, profile_id, present=present, new=new)

    def release(self, profile_id: ProfileId, *, version: int | None = None) -> bool:
        """Ends the hold of an SMTP that passed a check; returns whether there was one that a check can end."""
        # Most are not held, and a query does not have to wait for other writers: 200 checks may end at the same time.
        with self._database.read() as connection:
            if not holds.is_released_by_check(connection, profile_id):
                return False
        with self._database.write() as connection:
            return holds.has_version(connection, profile_id, version) and holds.release_by_check(connection, profile_id)

    def resume(self, profile_id: ProfileId) -> bool:
        """Ends the hold of that SMTP, whatever it is; returns whether there was one."""
        with self._database.write() as connection:
            return holds.resume(connection, profile_id)

    def holds(self) -> Sequence[SmtpHold]:
        """Returns every hold, the oldest first."""
        with self._database.read() as connection:
            return holds.find_holds(connection)

    def count_refusal(self, profile_id: ProfileId, pattern: str, delivery_id: DeliveryId) -> int:
        """Counts a refusal of that SMTP; returns how many mails in a row were refused like this."""
        with self._database.write() as connection:
            return holds.count_refusal(connection, profile_id, pattern, delivery_id)

    def set_right(self) -> int:
        """Ends the deliveries whose rows are damaged so that they can't be changed; returns how many."""
        with self._database.write() as connection:
            return damage.set_right(connection)

    def _is_set_back(self, now: datetime) -> bool:
        return clock.is_set_back(self._database.value(clock.LATEST), to_microseconds(now))

    @contextmanager
    def _write_promoted(self, now: datetime | None = None) -> Iterator[sqlite3.Connection]:
        """Begins a transaction in which every mail has its delivery, and no open moment lies further ahead than it
        did when it was written."""
        with self._database.write() as connection:
            arrivals.promote(connection)
            if now:
                clock.keep_time(connection, to_microseconds(now))
            yield connection


def _unknown(delivery_id: DeliveryId) -> NoSuchDelivery:
    return NoSuchDelivery(msg("There is no message {id} in the outbox.", id=delivery_id))
