"""What activities, outbox and courier need from the outside; `services.ports` has the rest."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.delivery.activity import Activity, ActivityId
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
from smtp_desktop.domain.diagnosis.conversation import Step, Timeline, TlsMode
from smtp_desktop.domain.mail.message import Attachment, Mail, RawMessage, TemplateMessage
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.profile import ProfileId, SecretField, Server


class ActivityStore(Protocol):
    """Keeps activities. Every call is one transaction; all may raise StoreError. Safe from every thread."""

    def all(self) -> Sequence[Activity]:
        """Returns every activity, by name ignoring case."""
        ...

    def get(self, activity_id: ActivityId) -> Activity:
        """Raises NoSuchActivity."""
        ...

    def put(self, activity: Activity) -> None:
        """Inserts or updates. Raises FieldErrors for a taken name, NoSuchProfile where an SMTP is gone."""
        ...

    def delete(self, activity_id: ActivityId) -> None:
        """Deletes it; its deliveries stay and keep its name. Raises NoSuchActivity."""
        ...


class OutboxStore(Protocol):
    """Keeps mails until they are sent, and what became of them. Every call is one transaction that is on the disk when
    it returns; all may raise StoreError. Safe from every thread and process."""

    def add(self, submissions: Sequence[OutboxEntry], *, setup_version: int | None = None) -> Sequence[DeliveryId]:
        """Keeps them all, or none. They wait, and are due at once. Raises SetupChanged where `setup_version` is given
        and no longer the present one."""
        ...

    def setup_version(self) -> int:
        """Returns a number that is another one once anybody has changed an SMTP or an activity."""
        ...

    def get(self, delivery_id: DeliveryId) -> Delivery:
        """Raises NoSuchDelivery."""
        ...

    def page(self, wanted: DeliveryFilter, *, before: DeliveryId | None, limit: int) -> Sequence[Delivery]:
        """Returns the newest that fit, newest first, those before `before` if given."""
        ...

    def count(self, wanted: DeliveryFilter) -> int: ...

    def counts(self, *, midnight: datetime) -> DeliveryCounts:
        """Returns how the outbox stands; `today` counts those created since `midnight`."""
        ...

    def attempts(self, delivery_id: DeliveryId) -> Sequence[Attempt]:
        """Returns its attempts, the first one first."""
        ...

    def message(self, delivery_id: DeliveryId) -> TemplateMessage | RawMessage:
        """Returns what is to be sent, with all attachments. Raises NoSuchDelivery."""
        ...

    def messages(self, delivery_ids: Sequence[DeliveryId]) -> Sequence[TemplateMessage | RawMessage]:
        """Returns what is to be sent of each, in that order, as `message` does. Raises NoSuchDelivery."""
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
    ) -> Sequence[Delivery]:
        """Gives `courier` up to `limit` due mails, the longest due first: they are SENDING until the lease ends. Due
        are WAITING ones and UNKNOWN ones that have a next try. Left out are those whose SMTP (bound, or the default
        one) is held or missing, unless their backup is there and not held; and those that would go through one of
        `excluding` (the bound or default one, or the backup in its place)."""
        ...

    def extend(self, courier: CourierId, *, lease_ends_at: datetime) -> None:
        """All that `courier` holds is its own until `lease_ends_at`."""
        ...

    def mark_data_started(
        self, delivery_ids: Collection[DeliveryId], courier: CourierId, *, through: ProfileId | None = None
    ) -> Sequence[DeliveryId]:
        """Notes that their content is about to go out through the SMTP `through`, by whose kind `reclaim_expired`
        goes (where it is not given: by the SMTP that each mail is for). Returns those that are still this
        courier's: of the others nothing is noted, and they must not go out."""
        ...

    def unmark_data_started(self, courier: CourierId, delivery_ids: Collection[DeliveryId]) -> None:
        """Those that are still this courier's do not count as handed over any more: nothing of them went out."""
        ...

    def finish(self, courier: CourierId, outcomes: Mapping[DeliveryId, DeliveryUpdate]) -> Sequence[DeliveryId]:
        """Keeps the attempts; each mail is as its outcome says and nobody's. Returns those that were still this
        courier's; of the others only the attempt is kept."""
        ...

    def note(self, delivery_id: DeliveryId, courier: CourierId, attempt: Attempt) -> bool:
        """Keeps an attempt that the next one follows at once: the mail stays this courier's, and does not count as
        handed over any more. Returns False where it was not this courier's any more; then only the attempt is kept."""
        ...

    def release_lease(self, courier: CourierId, delivery_ids: Sequence[DeliveryId]) -> None:
        """Those that are still this courier's and were not handed over wait again, due at once."""
        ...

    def reclaim_expired(self, *, now: datetime, retry_at: datetime) -> int:
        """Takes mails back from couriers whose lease has ended, and returns how many. Those that were not handed over
        wait again; those that were are UNKNOWN, with `retry_at` as their next try where their SMTP is a Generic one,
        and without one where it is a mailbox (there duplicates are not the lesser harm); both set `may_be_twice`, and
        their recipients that were WAITING are UNKNOWN."""
        ...

    def next_due_at(self) -> datetime | None:
        """Returns when the next mail is due or the next lease ends, whichever is sooner, held ones left out."""
        ...

    def resend(self, delivery_ids: Sequence[DeliveryId], *, now: datetime) -> int:
        """Those that are REFUSED, UNKNOWN or CANCELLED wait again, for the recipients that did not get them (all of
        them for CANCELLED); SENT ones wait again for all recipients. Returns how many."""
        ...

    def send_now(self, delivery_ids: Sequence[DeliveryId], *, now: datetime) -> int:
        """Those that wait are due at once. Returns how many."""
        ...

    def cancel(self, delivery_ids: Sequence[DeliveryId], *, now: datetime) -> int:
        """Those that wait, or are UNKNOWN with a next try, are CANCELLED or stay UNKNOWN without one. Returns how
        many."""
        ...

    def prune(self, *, finished_before: datetime, limit: int) -> int:
        """Deletes at most `limit` finished ones (SENT, REFUSED, CANCELLED, UNKNOWN without a next try), with all that
        belongs to them; returns how many."""
        ...

    def first_finished_at(self) -> datetime | None:
        """Returns when the one that is finished for the longest time was; None where none is."""
        ...

    def hold(self, hold: SmtpHold) -> None:
        """Nothing is claimed for that SMTP until `release`."""
        ...

    def release(self, profile_id: ProfileId) -> bool:
        """Returns whether it was held."""
        ...

    def holds(self) -> Sequence[SmtpHold]: ...


class MailConnection(Protocol):
    """A connection to a server that sends one mail after the other. Used from one thread at a time."""

    def send(self, mail: Mail, *, cancel: Cancel, on_step: Callable[[Step], None]) -> Timeline:
        """Sends `mail`, after connecting and signing in where that is needed. Never raises for what the server does.
        Only the stages that were gone through anew are in the timeline. `on_step` hears of CONTENT or SEND as RUNNING
        before a byte of the content goes out; if it requests the cancel then, none does."""
        ...

    @property
    def room(self) -> int:
        """How many mails `send_many` takes at once now: 1 until a mail has gone through an open connection to a server
        that takes several in a flight, and that did not break on it before."""
        ...

    def send_many(self, mails: Sequence[Mail], *, cancel: Cancel) -> Sequence[Timeline | None]:
        """Sends up to `room` mails over the open connection, in as few flights as the server allows, and returns what
        became of each, in order; each timeline has the stages of a mail alone. The caller has noted that their content
        may go out. Never raises for what the server does, nor for what can't be written.

        None is a mail of which the server took nothing for certain: the connection ended before it, a cancel came
        first, or it can't be written. It may be sent anew at once, by `send`, which tells what is wrong with it."""
        ...

    def close(self) -> None:
        """The server was told goodbye where it still listens. A second call does nothing."""
        ...


class MailConnector(Protocol):
    def open(
        self, server: Server, *, secrets: Mapping[SecretField, Secret], known_mode: TlsMode | None
    ) -> MailConnection:
        """Returns a line that connects when it sends first."""
        ...


class Files(Protocol):
    def read(self, path: str, *, limit_bytes: int) -> Attachment:
        """Returns the file with its name and type. Raises BadAttachment: it is missing, unreadable or larger."""
        ...


class ChangeSignal(Protocol):
    def version(self) -> int:
        """Returns a number that is another one once anybody has changed the database."""
        ...
