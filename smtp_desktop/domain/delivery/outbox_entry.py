"""Mails that are about to be put into the outbox."""

from dataclasses import dataclass
from datetime import datetime

from smtp_desktop.domain.delivery.activity import ActivityId
from smtp_desktop.domain.mail.message import RawMessage, TemplateMessage
from smtp_desktop.domain.smtp.profile import ProfileId


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxEntry:
    """A mail that is to be put into the outbox. `size_bytes` is about its size as it is sent; `shared_texts` are long
    parts of its text or HTML that other mails may share: the outbox keeps them once."""

    message: TemplateMessage | RawMessage
    created_at: datetime
    size_bytes: int
    activity_id: ActivityId | None = None
    activity_name: str = ""
    smtp_id: ProfileId | None = None
    backup_id: ProfileId | None = None
    shared_texts: tuple[str, ...] = ()
    expire_after_s: int | None = None


class StaleSetup(Exception):
    """An SMTP or an activity was changed meanwhile; nothing was put into the outbox."""
