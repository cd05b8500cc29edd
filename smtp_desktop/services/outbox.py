"""The outbox service: puts mails into the outbox, lists them, and changes those that are in it."""
# ruff: noqa: PLC0415 - nobody who only looks at holds needs all that composes, sends and exports mails

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, timedelta
from itertools import count
from typing import TYPE_CHECKING

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.delivery.activity import ActivityId
from smtp_desktop.domain.delivery.delivery import (
    Delivery,
    DeliveryCounts,
    DeliveryFilter,
    DeliveryId,
    DeliveryOrder,
    DeliveryState,
    RecipientState,
)
from smtp_desktop.domain.delivery.holds import hold_by_hand
from smtp_desktop.domain.errors import ContentDropped, SmtpDesktopError, WrongState
from smtp_desktop.domain.events import OutboxChanged
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.services.locked_property import locked_cached_property

if TYPE_CHECKING:
    from datetime import datetime

    from smtp_desktop.domain.delivery.attempt import Attempt
    from smtp_desktop.domain.delivery.message_draft import MessageDraft
    from smtp_desktop.domain.delivery.outbox_entry import OutboxEntry
    from smtp_desktop.domain.delivery.send_elsewhere import Elsewhere
    from smtp_desktop.services.delivery.ports import ActivityStore, Files, OutboxStore
    from smtp_desktop.services.outbox_entries import EntryBuilder
    from smtp_desktop.services.ports import Clock, Events, ProfileStore
    from smtp_desktop.services.raw_message import RawEnvelope

_CLEARED_AT_ONCE = 500


class Outbox:
    """The mails in the data folder, waiting and finished. Any call may block on the disk. Publishes OutboxChanged after
    each change."""

    def __init__(
        self,
        *,
        store: OutboxStore,
        activities: ActivityStore,
        profiles: ProfileStore,
        files: Files,
        clock: Clock,
        events: Events,
        new_message_id: Callable[[str], str],
    ) -> None:
        self._store = store
        self._clock = clock
        self._events = events
        self._activities = activities
        self._profiles = profiles
        self._files = files
        self._new_message_id = new_message_id

    @locked_cached_property
    def _entries(self) -> EntryBuilder:
        from smtp_desktop.services.outbox_entries import EntryBuilder

        return EntryBuilder(
            store=self._store,
            activities=self._activities,
            profiles=self._profiles,
            files=self._files,
            clock=self._clock,
            new_message_id=self._new_message_id,
        )

    def trigger(
        self, activity_id: ActivityId, values: Mapping[str, object], *, extra_files: Sequence[str] = ()
    ) -> Delivery:
        """Puts the activity's mail into the outbox; it is on the disk when this returns.

        Raises ActivityOff, NoSmtp, MissingValues, FieldErrors, BadAttachment, NoSuchActivity, StoreError; then nothing
        was queued.
        """
        (queued,) = self.trigger_many(activity_id, [values], extra_files=extra_files)
        if isinstance(queued, SmtpDesktopError):
            raise queued
        return queued

    def trigger_many(
        self,
        activity_id: ActivityId,
        rows: Sequence[Mapping[str, object]],
        *,
        extra_files: Sequence[str] = (),
    ) -> Sequence[Delivery | SmtpDesktopError]:
        """Puts the mails of all good rows into the outbox, in one transaction. Returns for each row its delivery, or
        why it was not queued (MissingValues, FieldErrors, BadAttachment). Raises ActivityOff, NoSmtp, NoSuchActivity,
        StoreError."""
        from smtp_desktop.domain.delivery.outbox_entry import StaleSetup

        while True:
            built = self._entries.of_activity(activity_id, rows, extra_files)
            try:
                added = iter(self._add(built.entries, built.setup_version))
            except StaleSetup:
                # An SMTP or an activity was changed since it was read: everything is built again.
                self._entries.forget_setup()
            else:
                return [each if isinstance(each, SmtpDesktopError) else next(added) for each in built.by_row]

    def check(
        self, activity_id: ActivityId, rows: Sequence[Mapping[str, object]], *, extra_files: Sequence[str] = ()
    ) -> Sequence[SmtpDesktopError | None]:
        """Returns for each row why `trigger_many` would not queue it, None where it would; queues nothing. Raises as
        `trigger_many` does."""
        built = self._entries.of_activity(activity_id, rows, extra_files)
        return [each if isinstance(each, SmtpDesktopError) else None for each in built.by_row]

    def submit(self, raw: bytes, envelope: RawEnvelope, *, smtp_id: ProfileId | None) -> Delivery:
        """Puts a message that was finished elsewhere into the outbox, without its Bcc, and with a Message-ID and a Date
        if they were missing. `smtp_id` is None for the default SMTP.

        Raises FieldErrors on `message`, `to` or `sender`, NoSmtp, NoSuchProfile, StoreError; then nothing was queued.
        """
        entry = self._entries.of_raw_message(raw, envelope, smtp_id=smtp_id)
        return self._add([entry])[0]

    def submit_draft(self, draft: MessageDraft, *, smtp_id: ProfileId | None) -> Delivery:
        """Puts a message without an activity into the outbox. `smtp_id` is None for the default SMTP.

        Raises FieldErrors, BadAttachment, NoSmtp, NoSuchProfile, StoreError; then nothing was queued.
        """
        return self._add([self._entries.of_draft(draft, smtp_id=smtp_id)])[0]

    def get(self, delivery_id: DeliveryId) -> Delivery:
        """Returns the delivery. Raises NoSuchDelivery."""
        return self._store.get(delivery_id)

    def page(self, wanted: DeliveryFilter, *, before: DeliveryId | None = None, limit: int = 200) -> Sequence[Delivery]:
        """Returns the newest deliveries that match, newest first; with `before`, only older ones than that."""
        return self._store.page(wanted, before=before, limit=limit)

    def first(self, wanted: DeliveryFilter, order: DeliveryOrder, *, limit: int) -> Sequence[Delivery]:
        """Returns the first `limit` deliveries that match, in that order."""
        return self._store.first(wanted, order, limit=limit)

    def count(self, wanted: DeliveryFilter) -> int:
        """Returns how many deliveries match."""
        return self._store.count(wanted)

    def counts(self) -> DeliveryCounts:
        """Returns how many deliveries there are in all and in each state; today began at midnight, local time."""
        local = self._clock.now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
        # Without its zone and made aware again: at midnight the offset from UTC may have been another one.
        return self._store.counts(midnight=local.astimezone(UTC))

    def count_held(self) -> int:
        """Returns how many deliveries wait for an SMTP that is held or paused."""
        return self._store.count_held()

    def attempts(self, delivery_id: DeliveryId) -> Sequence[Attempt]:
        """Returns the delivery's attempts, the first one first."""
        return self._store.attempts(delivery_id)

    def latest_by_activity(self) -> Mapping[ActivityId, Delivery]:
        """Returns the newest delivery of every activity that has one."""
        return self._store.latest_by_activity()

    def pause(self, profile_id: ProfileId) -> None:
        """Lets nothing go through that SMTP until `resume`. What is being sent goes on. Does nothing if the SMTP is
        gone."""
        self._store.hold(hold_by_hand(profile_id, now=self._clock.now()))
        self._events.publish(OutboxChanged())

    def resume(self, profile_id: ProfileId) -> bool:
        """Lets mails go through that SMTP again at once, whatever held it; returns whether anything did."""
        return self._changed(int(self._store.resume(profile_id))) > 0

    def resend(self, delivery_ids: Sequence[DeliveryId]) -> int:
        """Makes finished ones wait again, for the recipients that did not get them, and sent ones for all recipients,
        unless their content was dropped. Returns how many."""
        return self._changed(self._store.resend(delivery_ids, now=self._clock.now()))

    def resend_matching(self, wanted: DeliveryFilter) -> int:
        """Does `resend` with all that match; returns how many."""
        total, before = 0, None
        while page := self._store.page(wanted, before=before, limit=_CLEARED_AT_ONCE):
            before = page[-1].id
            total += self._store.resend([delivery.id for delivery in page], now=self._clock.now())
        return self._changed(total)

    def send_elsewhere(self, delivery_id: DeliveryId, elsewhere: Elsewhere) -> Delivery:
        """Puts the mail into the outbox once more, through another SMTP or to others; its record so far stays as it is.

        Raises WrongState where it is still to be sent, ContentDropped, FieldErrors on `to`, NoSmtp, NoSuchProfile,
        NoSuchDelivery, DamagedMail, StoreError; then nothing was queued."""
        from smtp_desktop.domain.delivery.send_elsewhere import can_send_elsewhere

        delivery = self._store.get(delivery_id)
        if delivery.content_dropped:
            raise ContentDropped(msg("Its content has been deleted since it was sent, so it can't be sent again."))
        if not can_send_elsewhere(delivery):
            raise WrongState(
                msg(
                    "Message {id} is still waiting to be sent. Cancel it first, or it will be sent twice.",
                    id=delivery.id,
                )
            )
        return self._add([self._entries.of_delivery(delivery, elsewhere)])[0]

    def send_now(self, delivery_ids: Sequence[DeliveryId]) -> int:
        """Makes those that wait due at once; returns how many."""
        return self._changed(self._store.send_now(delivery_ids, now=self._clock.now()))

    def cancel(self, delivery_ids: Sequence[DeliveryId]) -> int:
        """Cancels those that wait; returns how many."""
        return self._changed(self._store.cancel(delivery_ids, now=self._clock.now()))

    def export_csv(self, wanted: DeliveryFilter, write: Callable[[str], object], cancel: Cancel) -> int:
        """Writes all that match as CSV, newest first, until `cancel`; returns how many. See `write_csv`."""
        from smtp_desktop.services.deliveries_csv import write_csv

        return write_csv(self._store, wanted, write, cancel)

    def prune(self, *, retention_days: int, batches: int | None = None) -> int:
        """Deletes those that were finished longer ago, in so many small transactions at most; returns how many."""
        finished_before = self._clock.now() - timedelta(days=retention_days)
        total = 0
        for _ in count() if batches is None else range(batches):
            # Small transactions: other processes can trigger in between.
            deleted = self._store.prune(finished_before=finished_before, limit=_CLEARED_AT_ONCE)
            total += deleted
            if deleted < _CLEARED_AT_ONCE:
                break
        return self._changed(total)

    def purge(self, delivery_ids: Sequence[DeliveryId], *, finished_before: datetime) -> int:
        """Deletes those of them that were finished before then, for good; returns how many."""
        return self._changed(self._store.delete_finished(delivery_ids, finished_before=finished_before))

    def drop_contents(self, *, content_days: int, batches: int | None = None) -> None:
        """Drops the contents of those that were sent longer ago, in so many small transactions at most. Publishes
        nothing: what is shown of them, all but that they can be sent again, stays as it is."""
        now = self._clock.now()
        before = now - timedelta(days=content_days)
        for _ in count() if batches is None else range(batches):
            if not self._store.drop_contents(finished_before=before, now=now, limit=_CLEARED_AT_ONCE):
                return

    def _add(self, entries: Sequence[OutboxEntry], setup_version: int | None = None) -> list[Delivery]:
        ids = self._store.add(entries, setup_version=setup_version)
        if ids:
            self._events.publish(OutboxChanged())
        # Not read back: they are in the outbox even if the database can't be read now.
        return [_queued(delivery_id, entry) for delivery_id, entry in zip(ids, entries, strict=True)]

    def _changed(self, count: int) -> int:
        if count:
            self._events.publish(OutboxChanged())
        return count


def _queued(delivery_id: DeliveryId, entry: OutboxEntry) -> Delivery:
    """Returns the delivery that `entry` has just become."""
    return Delivery(
        id=delivery_id,
        created_at=entry.created_at,
        state=DeliveryState.WAITING,
        subject=entry.message.subject,
        recipients=tuple([RecipientState(address=address.spec) for address in entry.message.recipients]),
        message_id=entry.message.message_id,
        size_bytes=entry.size_bytes,
        activity_id=entry.activity_id,
        activity_name=entry.activity_name,
        smtp_id=entry.smtp_id,
        backup_id=entry.backup_id,
        next_try_at=entry.created_at,
        retry_from=entry.created_at,
        expire_after_s=entry.expire_after_s,
    )
