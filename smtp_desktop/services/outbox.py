"""Putting mail into the outbox, and looking after what is in it."""

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import StringIO

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.delivery.activity import Activity, ActivityId
from smtp_desktop.domain.delivery.activity_template import RenderedMessage, render
from smtp_desktop.domain.delivery.delivery import (
    Attempt,
    Delivery,
    DeliveryCounts,
    DeliveryFilter,
    DeliveryId,
    DeliveryState,
    RecipientState,
    SmtpHold,
)
from smtp_desktop.domain.delivery.outbox_entry import OutboxEntry, SetupChanged
from smtp_desktop.domain.delivery.routing import route_of
from smtp_desktop.domain.errors import (
    ActivityOff,
    BadAttachment,
    FieldErrors,
    MissingValues,
    NoSmtp,
    SmtpDesktopError,
)
from smtp_desktop.domain.events import OutboxChanged
from smtp_desktop.domain.mail.address import BadAddress
from smtp_desktop.domain.mail.message import Attachment, TemplateMessage
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.smtp.identity import identity_of
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.services.delivery.ports import ActivityStore, Files, OutboxStore
from smtp_desktop.services.ports import Clock, Events, ProfileStore
from smtp_desktop.services.raw_message import AttachmentReader

ATTACHMENTS_LIMIT_BYTES = 25_000_000
"""What the attachments of one mail, or a finished message, may have in all."""
_PRUNE_AT_ONCE = 500
_NO_FROM = "smtp-desktop.invalid"  # RFC 2606 2: nobody's; such a mail only waits until its SMTP has a From Address


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ready:
    """An activity that can be triggered, and the domain of its mails' Message-IDs, by the setup of that version."""

    activity: Activity
    id_domain: str
    version: int


class Outbox:
    """The mails of this home. Any call may block on the disk."""

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
        self._activities = activities
        self._profiles = profiles
        self._files = files
        self._clock = clock
        self._events = events
        self._new_message_id = new_message_id
        self._known: dict[ActivityId, _Ready] = {}

    def trigger(
        self, activity_id: ActivityId, values: Mapping[str, object], *, extra_files: Sequence[str] = ()
    ) -> Delivery:
        """The activity's mail is in the outbox, on the disk.

        Raises ActivityOff, NoSmtp, MissingValues, FieldErrors, BadAttachment, NoSuchActivity, StoreError; then nothing
        was queued.
        """
        (kept,) = self.trigger_many(activity_id, [values], extra_files=extra_files)
        if isinstance(kept, SmtpDesktopError):
            raise kept
        return kept

    def trigger_many(
        self,
        activity_id: ActivityId,
        rows: Sequence[Mapping[str, object]],
        *,
        extra_files: Sequence[str] = (),
    ) -> Sequence[Delivery | SmtpDesktopError]:
        """All good rows are in the outbox, in one transaction. Returns one answer per row: its delivery, or why it was
        not queued (MissingValues, FieldErrors, BadAttachment). Raises what `trigger` raises otherwise."""
        while True:
            ready = self._ready(activity_id)
            made = self._made(ready, rows, extra_files)
            try:
                added = iter(self._add([each for each in made if isinstance(each, OutboxEntry)], ready.version))
            except SetupChanged:
                # Somebody has changed an SMTP or an activity since it was read: all is made anew, by what is so now.
                self._known.clear()
            else:
                return [next(added) if isinstance(each, OutboxEntry) else each for each in made]

    def submit(
        self, raw: bytes, *, smtp_id: ProfileId | None, recipients: Sequence[str] = (), sender: str = ""
    ) -> Delivery:
        """The finished message is in the outbox, without its Bcc, and with Message-ID and Date where they were missing.
        Its recipients are those of To, Cc and Bcc unless they are given; `smtp_id` is None for the default SMTP.

        Raises FieldErrors on `message`, `to` or `sender`, NoSmtp, NoSuchProfile, StoreError; then nothing was queued.
        """
        from smtp_desktop.services.raw_message import raw_message  # noqa: PLC0415 - the window never needs it

        if smtp_id is not None:
            self._profiles.get(smtp_id)
        id_domain = self._id_domain(smtp_id, None)
        now = self._clock.now()
        message = raw_message(
            raw,
            recipients=recipients,
            sender=sender,
            now=now,
            limit_bytes=ATTACHMENTS_LIMIT_BYTES,
            new_message_id=lambda address: self._new_message_id(address.domain if address else id_domain),
        )
        return self._add([OutboxEntry(message=message, created_at=now, size_bytes=len(message.raw), smtp_id=smtp_id)])[
            0
        ]

    def get(self, delivery_id: DeliveryId) -> Delivery:
        """Raises NoSuchDelivery."""
        return self._store.get(delivery_id)

    def page(self, wanted: DeliveryFilter, *, before: DeliveryId | None = None, limit: int = 200) -> Sequence[Delivery]:
        """Returns the newest that fit, newest first, those before `before` if given."""
        return self._store.page(wanted, before=before, limit=limit)

    def count(self, wanted: DeliveryFilter) -> int:
        """Returns how many fit."""
        return self._store.count(wanted)

    def counts(self) -> DeliveryCounts:
        """Returns how the outbox stands; today began at midnight, local time."""
        local = self._clock.now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
        # Made aware anew: the offset at midnight may have been another one.
        return self._store.counts(midnight=local.astimezone(UTC))

    def attempts(self, delivery_id: DeliveryId) -> Sequence[Attempt]:
        """Returns its attempts, the first one first."""
        return self._store.attempts(delivery_id)

    def latest_by_activity(self) -> Mapping[ActivityId, Delivery]:
        """Returns the newest delivery of every activity that has one."""
        return self._store.latest_by_activity()

    def holds(self) -> Sequence[SmtpHold]:
        """Returns the SMTPs that nothing goes through for now."""
        return self._store.holds()

    def resend(self, delivery_ids: Sequence[DeliveryId]) -> int:
        """Finished ones wait again, for the recipients that did not get them; sent ones for all. Returns how many."""
        return self._changed(self._store.resend(delivery_ids, now=self._clock.now()))

    def send_now(self, delivery_ids: Sequence[DeliveryId]) -> int:
        """Those that wait are due at once. Returns how many."""
        return self._changed(self._store.send_now(delivery_ids, now=self._clock.now()))

    def cancel(self, delivery_ids: Sequence[DeliveryId]) -> int:
        """Those that wait are cancelled. Returns how many."""
        return self._changed(self._store.cancel(delivery_ids, now=self._clock.now()))

    def export_csv(self, wanted: DeliveryFilter, write: Callable[[str], object], cancel: Cancel) -> int:
        """All that fit were written as CSV (RFC 4180), newest first, unless cancelled. Returns how many."""
        return write_csv(self._store, wanted, write, cancel)

    def prune(self, *, retention_days: int) -> int:
        """Those that were finished longer ago are gone. Returns how many."""
        finished_before = self._clock.now() - timedelta(days=retention_days)
        total = 0
        while True:
            # Small transactions: triggers of other processes get their turn in between.
            gone = self._store.prune(finished_before=finished_before, limit=_PRUNE_AT_ONCE)
            total += gone
            if gone < _PRUNE_AT_ONCE:
                return self._changed(total)

    def _ready(self, activity_id: ActivityId) -> _Ready:
        """Returns the activity as it was when it was triggered last, or as it is now."""
        ready = self._known.get(activity_id)
        if ready is None:
            # Asked before the rest is read, which so is never older than its version says.
            version = self._store.setup_version()
            activity = self._activities.get(activity_id)
            if not activity.enabled:
                raise ActivityOff(msg("{name} is switched off. Switch it on to trigger it.", name=activity.name))
            id_domain = self._id_domain(activity.smtp_id, activity.backup_id)
            ready = self._known[activity_id] = _Ready(activity=activity, id_domain=id_domain, version=version)
        return ready

    def _id_domain(self, smtp_id: ProfileId | None, backup_id: ProfileId | None) -> str:
        """Returns the domain of new Message-IDs: that of who the mail is from, by the SMTP of now. Raises NoSmtp."""
        profiles = self._profiles.all()
        route = route_of(smtp_id=smtp_id, backup_id=backup_id, profiles=profiles, held=())
        for profile in profiles:
            if profile.id == route.profile_id:
                try:
                    return identity_of(profile).header_from.domain
                except BadAddress:
                    return _NO_FROM
        raise NoSmtp(msg("There is no default SMTP to send through. Create an SMTP, or make one the default."))

    def _made(
        self, ready: _Ready, rows: Sequence[Mapping[str, object]], extra_files: Sequence[str]
    ) -> list[OutboxEntry | SmtpDesktopError]:
        """Returns for each row what is to be put into the outbox, all of one moment, or why it can't be."""
        attaching = AttachmentReader(self._files, limit_bytes=ATTACHMENTS_LIMIT_BYTES)
        now = self._clock.now()
        made: list[OutboxEntry | SmtpDesktopError] = []
        for values in rows:
            try:
                rendered = render(ready.activity, values)
                files = attaching.read((*rendered.attachments, *extra_files))
                made.append(self._submission(ready, rendered, files, now))
            except (MissingValues, FieldErrors, BadAttachment) as refused:
                made.append(refused)
        return made

    def _submission(
        self, ready: _Ready, rendered: RenderedMessage, files: tuple[Attachment, ...], now: datetime
    ) -> OutboxEntry:
        activity = ready.activity
        message = TemplateMessage(
            to=rendered.to,
            cc=rendered.cc,
            bcc=rendered.bcc,
            subject=rendered.subject,
            text=rendered.text,
            html=rendered.html,
            attachments=files,
            message_id=self._new_message_id(ready.id_domain),
            date=now,
        )
        return OutboxEntry(
            message=message,
            created_at=now,
            size_bytes=_size_bytes(message),
            activity_id=activity.id,
            activity_name=activity.name,
            smtp_id=activity.smtp_id,
            backup_id=activity.backup_id,
            shared_texts=rendered.shared_texts,
        )

    def _add(self, submissions: Sequence[OutboxEntry], setup_version: int | None = None) -> list[Delivery]:
        ids = self._store.add(submissions, setup_version=setup_version)
        if ids:
            self._events.publish(OutboxChanged())
        # Not read back: they are in the outbox now, whatever befalls the database next.
        return [_queued(delivery_id, mail) for delivery_id, mail in zip(ids, submissions, strict=True)]

    def _changed(self, count: int) -> int:
        if count:
            self._events.publish(OutboxChanged())
        return count


def _queued(delivery_id: DeliveryId, mail: OutboxEntry) -> Delivery:
    """Returns the delivery that `mail` has just become."""
    return Delivery(
        id=delivery_id,
        created_at=mail.created_at,
        state=DeliveryState.WAITING,
        subject=mail.message.subject,
        recipients=tuple([RecipientState(address=address.spec) for address in mail.message.recipients]),
        message_id=mail.message.message_id,
        size_bytes=mail.size_bytes,
        activity_id=mail.activity_id,
        activity_name=mail.activity_name,
        smtp_id=mail.smtp_id,
        backup_id=mail.backup_id,
        next_try_at=mail.created_at,
        retry_from=mail.created_at,
    )


def _size_bytes(message: TemplateMessage) -> int:
    size = _bytes_in(message.subject) + _bytes_in(message.text) + _bytes_in(message.html)
    for attachment in message.attachments:
        size += len(attachment.content)
    return size


def _bytes_in(words: str) -> int:
    return len(words) if words.isascii() else len(words.encode())


_PAGE = 1000
_COMPUTED = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet takes such a cell for a formula
COLUMNS = (
    "id",
    "created_at",
    "activity",
    "smtp",
    "by_backup",
    "subject",
    "recipients",
    "state",
    "attempts",
    "last_reply",
    "finished_at",
    "message_id",
)


def write_csv(store: OutboxStore, wanted: DeliveryFilter, write: Callable[[str], object], cancel: Cancel) -> int:
    """All that fit were written (RFC 4180), newest first, unless cancelled. Returns how many."""
    write(_lines([COLUMNS]))
    count = 0
    before: DeliveryId | None = None
    while not cancel.requested:
        page = store.page(wanted, before=before, limit=_PAGE)
        if page:
            write(_lines(_row(delivery) for delivery in page))
            count += len(page)
            before = page[-1].id
        if len(page) < _PAGE:
            break
    return count


def _lines(rows: Iterable[Iterable[str]]) -> str:
    lines = StringIO()
    csv.writer(lines, lineterminator="\r\n").writerows([_harmless(cell) for cell in row] for row in rows)
    return lines.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_COMPUTED) else cell


def _row(delivery: Delivery) -> tuple[str, ...]:
    return (
        str(delivery.id),
        _moment(delivery.created_at),
        delivery.activity_name,
        delivery.smtp_name,
        "yes" if delivery.by_backup else "no",
        delivery.subject,
        delivery.to,
        delivery.state.value,
        str(delivery.attempts),
        delivery.last_reply,
        _moment(delivery.finished_at),
        delivery.message_id,
    )


def _moment(moment: datetime | None) -> str:
    return moment.isoformat(timespec="seconds") if moment else ""
