"""Outbox entries: built of an activity and its values, or of a raw message."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from smtp_desktop.domain.delivery.activity import Activity, ActivityId
from smtp_desktop.domain.delivery.activity_template import RenderedMessage, render
from smtp_desktop.domain.delivery.delivery import Delivery
from smtp_desktop.domain.delivery.message_draft import MessageDraft, message_of
from smtp_desktop.domain.delivery.outbox_entry import OutboxEntry
from smtp_desktop.domain.delivery.routing import route_of
from smtp_desktop.domain.delivery.send_elsewhere import Elsewhere, parsed, readdressed, still_wanted
from smtp_desktop.domain.errors import (
    ActivityOff,
    BadAttachment,
    FieldErrors,
    MissingValues,
    NoSmtp,
    SmtpDesktopError,
)
from smtp_desktop.domain.mail.address import BadAddress
from smtp_desktop.domain.mail.message import Attachment, TemplateMessage
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.smtp.identity import identity_of
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.services.delivery.ports import ActivityStore, Files, OutboxStore
from smtp_desktop.services.ports import Clock, ProfileStore
from smtp_desktop.services.raw_message import RawEnvelope, raw_message

ATTACHMENTS_LIMIT_BYTES = 25_000_000
"""The limit for all attachments of a mail together, and for a raw message."""
_HEADER_BYTES, _MULTIPART_BYTES, _PART_BYTES = 290, 320, 190
_NO_FROM = "smtp-desktop.invalid"  # RFC 2606 2: nobody's domain. Such a mail waits until its SMTP has a From Address.


@dataclass(frozen=True, slots=True, kw_only=True)
class _Setup:
    """An enabled activity and the domain of its mails' Message-IDs, as they were at the setup `version`."""

    activity: Activity
    id_domain: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltEntries:
    """For each row of values its entry, or why there is none. `setup_version` is that of the SMTPs and activities that
    they were built by."""

    by_row: Sequence[OutboxEntry | SmtpDesktopError]
    setup_version: int

    @property
    def entries(self) -> list[OutboxEntry]:
        """The entries of the good rows."""
        return [each for each in self.by_row if isinstance(each, OutboxEntry)]


class EntryBuilder:
    """Builds outbox entries. Remembers activities, so that a trigger does not read the setup again; a stale one is
    noticed by its version when the entry is added. Any call may block on the disk."""

    def __init__(
        self,
        *,
        store: OutboxStore,
        activities: ActivityStore,
        profiles: ProfileStore,
        files: Files,
        clock: Clock,
        new_message_id: Callable[[str], str],
    ) -> None:
        """`new_message_id` returns an unused Message-ID, with angle brackets, in the domain that it is given."""
        self._store = store
        self._activities = activities
        self._profiles = profiles
        self._files = files
        self._clock = clock
        self._new_message_id = new_message_id
        self._setups: dict[ActivityId, _Setup] = {}

    def forget_setup(self) -> None:
        """Makes the next call read the setup again."""
        self._setups.clear()

    def of_activity(
        self, activity_id: ActivityId, rows: Sequence[Mapping[str, object]], extra_files: Sequence[str]
    ) -> BuiltEntries:
        """Builds an entry for each row of values, all with the same creation time; each gets `extra_files` attached.
        Raises ActivityOff, NoSmtp, NoSuchActivity, StoreError."""
        setup = self._setup(activity_id)
        reader = AttachmentReader(self._files, limit_bytes=ATTACHMENTS_LIMIT_BYTES)
        now = self._clock.now()
        by_row: list[OutboxEntry | SmtpDesktopError] = []
        for values in rows:
            try:
                rendered = render(setup.activity, values)
                files = reader.read((*rendered.attachments, *extra_files))
                by_row.append(self._entry(setup, rendered, files, now))
            except (MissingValues, FieldErrors, BadAttachment) as refused:
                by_row.append(refused)
        return BuiltEntries(by_row=by_row, setup_version=setup.version)

    def of_raw_message(self, raw: bytes, envelope: RawEnvelope, *, smtp_id: ProfileId | None) -> OutboxEntry:
        """Builds the entry of a message that was finished elsewhere; see `Outbox.submit`. Raises FieldErrors, NoSmtp,
        NoSuchProfile, StoreError."""
        if smtp_id is not None:
            self._profiles.get(smtp_id)
        id_domain = self._id_domain(smtp_id, None)
        now = self._clock.now()
        message = raw_message(
            raw,
            envelope,
            now=now,
            limit_bytes=ATTACHMENTS_LIMIT_BYTES,
            new_message_id=lambda address: self._new_message_id(address.domain if address else id_domain),
        )
        return OutboxEntry(message=message, created_at=now, size_bytes=len(message.raw), smtp_id=smtp_id)

    def of_draft(self, draft: MessageDraft, *, smtp_id: ProfileId | None) -> OutboxEntry:
        """Builds the entry of a message without an activity; see `Outbox.submit_draft`. Raises FieldErrors,
        BadAttachment, NoSmtp, NoSuchProfile, StoreError."""
        if smtp_id is not None:
            self._profiles.get(smtp_id)
        now = self._clock.now()
        files = AttachmentReader(self._files, limit_bytes=ATTACHMENTS_LIMIT_BYTES).read(draft.attachments)
        message_id = self._new_message_id(self._id_domain(smtp_id, None))
        message = message_of(draft, files, message_id=message_id, date=now)
        return OutboxEntry(message=message, created_at=now, size_bytes=_size_bytes(message), smtp_id=smtp_id)

    def of_delivery(self, delivery: Delivery, elsewhere: Elsewhere) -> OutboxEntry:
        """Builds the entry that sends a mail of the outbox again; see `Outbox.send_elsewhere`. Raises FieldErrors,
        NoSmtp, NoSuchProfile, NoSuchDelivery, DamagedMail, StoreError."""
        recipients = parsed(elsewhere.recipients or still_wanted(delivery))
        if elsewhere.smtp_id is not None:
            self._profiles.get(elsewhere.smtp_id)
        backup_id = delivery.backup_id if elsewhere.smtp_id == delivery.smtp_id else None
        message_id = self._new_message_id(self._id_domain(elsewhere.smtp_id, backup_id))
        now = self._clock.now()
        message = readdressed(self._store.message(delivery.id), recipients, message_id=message_id, now=now)
        return OutboxEntry(
            message=message,
            created_at=now,
            size_bytes=delivery.size_bytes,
            activity_id=delivery.activity_id,
            activity_name=delivery.activity_name,
            smtp_id=elsewhere.smtp_id,
            backup_id=backup_id,
            expire_after_s=delivery.expire_after_s,
        )

    def _setup(self, activity_id: ActivityId) -> _Setup:
        """Returns the activity as it was when it was last triggered, or as it is now."""
        setup = self._setups.get(activity_id)
        if setup is None:
            # The version is read first: what is read after it is never older than it says.
            version = self._store.setup_version()
            activity = self._activities.get(activity_id)
            if not activity.enabled:
                raise ActivityOff(msg("{name} is switched off. Switch it on to trigger it.", name=activity.name))
            id_domain = self._id_domain(activity.smtp_id, activity.backup_id)
            setup = self._setups[activity_id] = _Setup(activity=activity, id_domain=id_domain, version=version)
        return setup

    def _id_domain(self, smtp_id: ProfileId | None, backup_id: ProfileId | None) -> str:
        """Returns the domain of new Message-IDs: that of the From Address of the SMTP that the mail would go through
        now. Raises NoSmtp."""
        profiles = self._profiles.all()
        route = route_of(smtp_id=smtp_id, backup_id=backup_id, profiles=profiles, held=())
        for profile in profiles:
            if profile.id == route.profile_id:
                try:
                    return identity_of(profile).header_from.domain
                except BadAddress:
                    return _NO_FROM
        raise NoSmtp(msg("There is no default SMTP. Create an SMTP, or set one as the default."))

    def _entry(
        self, setup: _Setup, rendered: RenderedMessage, files: tuple[Attachment, ...], now: datetime
    ) -> OutboxEntry:
        activity = setup.activity
        message = TemplateMessage(
            to=rendered.to,
            cc=rendered.cc,
            bcc=rendered.bcc,
            reply_to=rendered.reply_to,
            subject=rendered.subject,
            text=rendered.text,
            html=rendered.html,
            attachments=files,
            headers=rendered.headers,
            message_id=self._new_message_id(setup.id_domain),
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
            expire_after_s=activity.expire_after_s,
        )


def _size_bytes(message: TemplateMessage) -> int:
    """Returns about the size of the message as it is composed, to a few percent: to compose each takes as long as to
    queue it."""
    size = _HEADER_BYTES + len(message.subject) + _body_bytes(message.text) + _body_bytes(message.html)
    size += sum(len(address.spec) + 2 for address in (*message.to, *message.cc, *message.reply_to))
    size += sum(len(name) + len(value) + 4 for name, value in message.headers)
    multiparts = bool(message.text and message.html) + bool(message.attachments)
    size += multiparts * _MULTIPART_BYTES + len(message.attachments) * _PART_BYTES
    return size + sum(_base64_bytes(len(attachment.content)) for attachment in message.attachments)


def _body_bytes(text: str) -> int:
    return (len(text) if text.isascii() else len(text.encode(errors="replace"))) + text.count("\n")


def _base64_bytes(size_bytes: int) -> int:
    return size_bytes * 78 // 57  # RFC 2045 6.8: 57 bytes are a line of 76 characters


# No header can carry these characters of a file name: among them the bytes of a name that is not UTF-8, and the start
# of an encoded word (RFC 2047), which can hide line ends.
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]|=\?")


class AttachmentReader:
    """Reads the attachments of one mail or of a batch, each path once."""

    def __init__(self, files: Files, *, limit_bytes: int) -> None:
        self._files = files
        self._limit_bytes = limit_bytes
        self._by_path: dict[str, Attachment] = {}

    def read(self, paths: Iterable[str]) -> tuple[Attachment, ...]:
        """Returns the attachments of one mail. Raises BadAttachment where one can't be read, or where all together are
        larger than the limit."""
        left_bytes = self._limit_bytes
        attachments = []
        for path in paths:
            attachment = self._attachment(path, left_bytes)
            left_bytes -= len(attachment.content)
            attachments.append(attachment)
        return tuple(attachments)

    def _attachment(self, path: str, left_bytes: int) -> Attachment:
        attachment = self._by_path.get(path)
        if attachment is None:
            read = self._files.read(path, limit_bytes=left_bytes)
            attachment = self._by_path[path] = replace(read, name=_UNSAFE.sub("_", read.name))
        if len(attachment.content) > left_bytes:
            raise BadAttachment(
                msg(
                    "With {path}, the attachments exceed {limit} MB in total.",
                    path=path,
                    limit=self._limit_bytes // 1_000_000,
                )
            )
        return attachment
