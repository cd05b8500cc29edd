"""Mails in the outbox, to be read by the user: as their server gets them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from smtp_desktop.domain.delivery.delivery import Delivery, DeliveryId
from smtp_desktop.domain.errors import ContentDropped
from smtp_desktop.domain.mail.address import Address, BadAddress
from smtp_desktop.domain.mail.message import Message, MessageBytes, RawMessage, TemplateMessage
from smtp_desktop.domain.mail.received import MailContent
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.domain.smtp.identity import mail_of
from smtp_desktop.domain.smtp.profile import SmtpProfile, default_of
from smtp_desktop.services.delivery.ports import OutboxStore
from smtp_desktop.services.ports import MailFormat, ProfileStore

_NOBODY = Address(local="nobody", domain="smtp-desktop.invalid")  # RFC 2606 2


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxMail:
    """A mail as its server gets it, byte for byte but for what that server itself demands, and all that can be read of
    it."""

    raw: bytes
    content: MailContent


class OutboxMails:
    """Reads mails that the outbox keeps. Blocks on the disk, and for up to some seconds on reading."""

    def __init__(self, *, store: OutboxStore, profiles: ProfileStore, mail_format: MailFormat) -> None:
        self._store = store
        self._profiles = profiles
        self._format = mail_format

    def read(self, delivery_id: DeliveryId) -> OutboxMail:
        """Returns the mail. Raises NoSuchDelivery, ContentDropped, DamagedMail, StoreError."""
        delivery = self._store.get(delivery_id)
        if delivery.content_dropped:
            raise ContentDropped(
                msg(
                    "The text and attachments of this message have been deleted since it was sent. The settings say "
                    "how many days they are kept."
                )
            )
        message = self._store.message(delivery_id)
        profile = _profile_of(delivery, self._profiles.all())
        composed, notes = _as_sent(message, profile)
        raw = self._format.compose(composed)
        content = self._format.read(raw)
        return OutboxMail(raw=raw, content=replace(content, notes=(*notes, *content.notes)))


def _profile_of(delivery: Delivery, profiles: Sequence[SmtpProfile]) -> SmtpProfile | None:
    """Returns the SMTP of the last attempt, else the one that the mail would go through; None where it is gone."""
    by_name = {profile.name: profile for profile in profiles}
    by_id = {profile.id: profile for profile in profiles}
    bound = by_id.get(delivery.smtp_id) if delivery.smtp_id else default_of(profiles)
    return by_name.get(delivery.smtp_name, bound)


def _as_sent(
    message: TemplateMessage | RawMessage, profile: SmtpProfile | None
) -> tuple[Message | MessageBytes, Sequence[MessageText]]:
    """Returns the message with what the SMTP adds to it, and what is to be said about that."""
    try:
        if profile:
            composed = mail_of(message, profile, message.recipients).message
            if isinstance(message, RawMessage):
                return composed, ()
            return composed, (msg("From and signature are taken from {name} as it is now.", name=profile.name),)
    except BadAddress:
        pass
    if isinstance(message, RawMessage):
        return MessageBytes(raw=message.raw, message_id=message.message_id), ()
    unsigned = Message(
        header_from=_NOBODY,
        to=message.to,
        cc=message.cc,
        reply_to=message.reply_to,
        subject=message.subject,
        text=message.text,
        html=message.html,
        message_id=message.message_id,
        date=message.date,
        attachments=message.attachments,
        headers=message.headers,
    )
    return unsigned, (
        msg("From and signature come from the SMTP that sends the message. There is none at the moment."),
    )
