"""Ports of activities, outbox and couriers; `services.ports` has the others."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.delivery.activity import Activity, ActivityId
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
from smtp_desktop.domain.diagnosis.conversation import Step, Timeline, TlsMode
from smtp_desktop.domain.mail.message import Attachment, Mail, RawMessage, TemplateMessage
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.sign_in.tokens import TokenSource
from smtp_desktop.domain.smtp.limits import SendLimits
from smtp_desktop.domain.smtp.profile import ProfileId, SecretField, Server


class ActivityStore(Protocol):
    """Keeps activities. Every call is one transaction; all may raise StoreError. Safe from every thread."""

    def all(self) -> Sequence[Activity]:
        """Returns every activity, by name ignoring case."""
        ...

    def get(self, activity_id: ActivityId) -> Activity:
        """Raises NoSuchActivity."""
        ...

    def named(self, name: str) -> Activity | None:
        """Returns the activity of that name, ignoring case; None where there is none."""
        ...

    def add(self, make: Callable[[Sequence[Activity]], Activity]) -> Activity:
        """Inserts what `make` returns, which gets all that are stored. Returns it with its version. Raises FieldErrors
        for a taken name, NoSuchProfile where an SMTP is gone, and what `make` raises."""
        ...

    def change(self, activity_id: ActivityId, change: Callable[[Activity], Activity]) -> Activity:
        """Changes it to what `change` makes of it as it is stored; nobody else writes in between. Returns it with its
        version, a new one where anything was changed. Raises NoSuchActivity, and as `add` does."""
        ...

    def delete(self, activity_id: ActivityId) -> None:
        """Deletes it; its deliveries stay and keep its name. Raises NoSuchActivity."""
        ...


class OutboxStore(Protocol):
    """Keeps mails until they are sent, and how their attempts went. Every call is one transaction that is on the disk
    when it returns; all may raise StoreError. Safe from every thread and process.

    A moment that was noted by a clock that ran ahead counts from now on, as soon as a call is given an earlier `now`
    (but that of `reclaim_expired`, which may be of a while ago): what was due then is due now, and what waited then
    waits as long as it had to.

    `services.delivery.job_states` has what claim, lease, data started, finish, release and reclaim mean. A
    courier owns the mails that it has a lease on."""

    def add(self, entries: Sequence[OutboxEntry], *, setup_version: int | None = None) -> Sequence[DeliveryId]:
        """Adds them all, or none, as WAITING and due at once. Raises StaleSetup where `setup_version` is given and no
        longer the present one."""
        ...

    def setup_version(self) -> int:
        """Returns a number that changes whenever anyone changes an SMTP or an activity."""
        ...

    def get(self, delivery_id: DeliveryId) -> Delivery:
        """Raises NoSuchDelivery."""
        ...

    def page(self, wanted: DeliveryFilter, *, before: DeliveryId | None, limit: int) -> Sequence[Delivery]:
        """Returns the newest deliveries that match, newest first; with `before`, only older ones than that."""
        ...

    def first(self, wanted: DeliveryFilter, order: DeliveryOrder, *, limit: int) -> Sequence[Delivery]:
        """Returns the first `limit` deliveries that match, in that order. Takes longer the more there are, but no more
        memory."""
        ...

    def count(self, wanted: DeliveryFilter) -> int:
        """Returns how many deliveries match."""
        ...

    def counts(self, *, midnight: datetime) -> DeliveryCounts:
        """Returns how many deliveries there are in all and in each state; `today` counts those that were created since
        `midnight`."""
        ...

    def count_held(self) -> int:
        """Returns how many deliveries wait for an SMTP that is held or paused."""
        ...

    def attempts(self, delivery_id: DeliveryId) -> Sequence[Attempt]:
        """Returns the delivery's attempts, the first one first."""
        ...

    def message(self, delivery_id: DeliveryId) -> TemplateMessage | RawMessage:
        """Returns the message, with all attachments. Raises NoSuchDelivery, and DamagedMail where it can't be read."""
        ...

    def messages(self, delivery_ids: Sequence[DeliveryId]) -> Sequence[TemplateMessage | RawMessage]:
        """Returns the messages in that order, as `message` does. Raises NoSuchDelivery, DamagedMail."""
        ...

    def latest_by_activity(self) -> Mapping[ActivityId, Delivery]:
        """Returns the newest delivery of every activity that has one."""
        ...

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
        """Gives `courier` a lease on up to `limit` due mails, the longest due first: they are SENDING. WAITING mails
        can be due, and UNKNOWN ones that have a next try. Left out are mails whose SMTP (bound, or the default one) is
        held, paused, probed or missing, unless their backup exists and is open; and mails that would go through one of
        `excluding` (as their bound or default SMTP, or as the backup in its place). UNKNOWN mails have no backup.

        Of an SMTP whose pause is over, the longest due mail is claimed as its probe: the hold is PROBING, with this
        courier, that mail, and `lease_ends_at` as its end. Of one with `limits`, no more are claimed than may go out
        now, with all that are claimed already; where that is none, the hold is LIMITED until there is room."""
        ...

    def extend(self, courier: CourierId, *, lease_ends_at: datetime) -> None:
        """Extends all leases of `courier`, and the time for its probes, until `lease_ends_at`."""
        ...

    def mark_data_started(
        self,
        delivery_ids: Collection[DeliveryId],
        courier: CourierId,
        *,
        through: ProfileId | None = None,
        counted_at: datetime | None = None,
    ) -> Sequence[DeliveryId]:
        """Notes that their content is about to go out through the SMTP `through`, whose kind `reclaim_expired` goes by
        (without it, by the SMTP that each mail is bound to); with `counted_at` they count for its limits then. Returns
        those that `courier` still owns: the others are not marked, and must not go out."""
        ...

    def unmark_data_started(self, courier: CourierId, delivery_ids: Collection[DeliveryId]) -> None:
        """Notes that nothing went out after all of those that `courier` still owns."""
        ...

    def finish(
        self, courier: CourierId, updates: Mapping[DeliveryId, DeliveryUpdate], *, through: ProfileId | None = None
    ) -> Sequence[DeliveryId]:
        """Keeps the attempts, updates the mails and ends the leases on them. Returns those that `courier` still owned;
        of the others only the attempt is kept. A mail that was sent `through` an SMTP ends its refusals in a row."""
        ...

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
        ...

    def note(self, delivery_id: DeliveryId, courier: CourierId, update: DeliveryUpdate) -> bool:
        """Keeps an attempt that another one follows at once, and how far the mail is for each recipient: `courier`
        keeps its lease, and the data no longer counts as started. Returns False where `courier` did not own the mail
        any more; then only the attempt is kept."""
        ...

    def release_lease(self, courier: CourierId, delivery_ids: Sequence[DeliveryId]) -> None:
        """Makes those that `courier` still owns wait again, due as before, unless their data has started."""
        ...

    def reclaim_expired(self, *, now: datetime, retry_at: Sequence[datetime]) -> int:
        """Ends the leases that have expired; returns how many. Mails whose data has not started wait again. Those whose
        data has started are UNKNOWN and `may_be_twice`, as are their recipients that were WAITING. Where their SMTP is
        a Generic one, their next try is at the moment of `retry_at` that belongs to their number of unknown tries
        before; after as many as that, and where it is a mailbox, there is none: there a duplicate is not the lesser
        harm."""
        ...

    def expire(self, *, now: datetime, after: timedelta) -> int:
        """Ends those that wait, and UNKNOWN ones that have a next try, and that were created or sent again longer ago
        than their `expire_after_s`, or else `after`: they are EXPIRED, or SENT or UNKNOWN where they may have reached
        somebody. Returns how many."""
        ...

    def next_due_at(self, *, now: datetime) -> datetime | None:
        """Returns when the next mail is due or the next lease ends, whichever is sooner. Mails of held SMTPs don't
        count, those of paused and limited ones not before that ends."""
        ...

    def resend(self, delivery_ids: Sequence[DeliveryId], *, now: datetime) -> int:
        """Makes REFUSED, UNKNOWN, CANCELLED and EXPIRED ones wait again, for the recipients that did not get them, and
        SENT ones for all recipients, unless their content was dropped. Returns how many."""
        ...

    def send_now(self, delivery_ids: Sequence[DeliveryId], *, now: datetime) -> int:
        """Makes those that wait due at once; returns how many."""
        ...

    def cancel(self, delivery_ids: Sequence[DeliveryId], *, now: datetime) -> int:
        """Cancels those that wait, and UNKNOWN ones that have a next try: they are CANCELLED, or UNKNOWN without a next
        try where they may have been sent. Returns how many."""
        ...

    def prune(self, *, finished_before: datetime, limit: int) -> int:
        """Deletes at most `limit` finished ones (not WAITING or SENDING; UNKNOWN without a next try), with all that
        belongs to them; returns how many."""
        ...

    def delete_finished(self, delivery_ids: Sequence[DeliveryId], *, finished_before: datetime) -> int:
        """Deletes those of them that were finished before then, as `prune` does; returns how many."""
        ...

    def first_finished_at(self) -> datetime | None:
        """Returns when the first of the finished ones was finished; None where there is none."""
        ...

    def drop_contents(self, *, finished_before: datetime, now: datetime, limit: int) -> bool:
        """Drops the messages, with their attachments, of those that were SENT to all their recipients before then; the
        deliveries stay, and can't be sent again. Looks at some `limit` finished ones, those that were finished first;
        returns whether there may be more."""
        ...

    def first_content_at(self) -> datetime | None:
        """Returns when the first of the finished ones was finished that `drop_contents` has not looked at; None where
        there is none."""
        ...

    def hold(self, hold: SmtpHold) -> None:
        """Keeps `hold`, in the place of another one on that SMTP. Does nothing if the SMTP is gone."""
        ...

    def replace_hold(
        self, profile_id: ProfileId, *, present: SmtpHold | None, new: SmtpHold | None, version: int | None = None
    ) -> bool:
        """Puts `new` in the place of `present`, None being no hold; returns False where something else is there by
        now, or where `version` is given and the SMTP has another one by now."""
        ...

    def release(self, profile_id: ProfileId, *, version: int | None = None) -> bool:
        """Ends the hold of an SMTP that has passed a check, unless `version` is given and it has another one by now;
        returns whether there was one. Pauses by hand, those for limits, and holds for what was refused after the
        sign-in stay: a check shows nothing about them."""
        ...

    def resume(self, profile_id: ProfileId) -> bool:
        """Ends the hold of that SMTP, whatever it is; returns whether there was one."""
        ...

    def holds(self) -> Sequence[SmtpHold]:
        """Returns every hold, the oldest first."""
        ...

    def count_refusal(self, profile_id: ProfileId, pattern: str, delivery_id: DeliveryId) -> int:
        """Counts a refusal by that SMTP; returns how many mails in a row were refused with the same `pattern`."""
        ...


class MailConnection(Protocol):
    """A connection to a server that sends one mail after the other. Used from one thread at a time."""

    def send(self, mail: Mail, *, cancel: Cancel, on_step: Callable[[Step], None]) -> Timeline:
        """Sends `mail`, after connecting and signing in where that is needed, and returns a timeline of the stages that
        it went through this time. Never raises for what the server does. `on_step` gets CONTENT or SEND as RUNNING
        before a byte of the content goes out; if it requests `cancel` then, none does."""
        ...

    @property
    def room(self) -> int:
        """How many mails `send_many` takes now: 1 until a mail has gone through an open connection to a server that
        takes several in a batch, and that did not break on one before."""
        ...

    def send_many(self, mails: Sequence[Mail], *, cancel: Cancel) -> Sequence[Timeline | None]:
        """Sends up to `room` mails over the open connection, in as few batches as the server allows, and returns a
        timeline for each, in order, with the stages of a mail alone. The caller has noted that their content may go
        out. Never raises for what the server does, nor for a mail that can't be written.

        None stands for a mail of which the server certainly took nothing: the connection ended before it, a cancel came
        first, or it can't be written. It can be sent again at once by `send`, which says what is wrong with it."""
        ...

    def close(self) -> None:
        """Says goodbye to the server where it still listens, and disconnects. A second call does nothing."""
        ...


class MailConnector(Protocol):
    """Opens connections. Safe from every thread."""

    def open(
        self,
        server: Server,
        *,
        secrets: Mapping[SecretField, Secret],
        known_mode: TlsMode | None,
        token: TokenSource | None = None,
    ) -> MailConnection:
        """Returns a connection that connects with its first mail, and asks `token` each time that it signs in."""
        ...


class Files(Protocol):
    """Reads files that go with mails."""

    def read(self, path: str, *, limit_bytes: int) -> Attachment:
        """Returns the file with its name and type. Raises BadAttachment: it is missing, unreadable or larger."""
        ...
