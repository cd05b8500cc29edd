"""What goes into the outbox, and what comes of it."""

from dataclasses import dataclass
from datetime import datetime

from smtp_desktop.domain.delivery.activity import ActivityId
from smtp_desktop.domain.delivery.delivery import Attempt, DeliveryState, RecipientState
from smtp_desktop.domain.mail.message import RawMessage, TemplateMessage
from smtp_desktop.domain.smtp.profile import ProfileId


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxEntry:
    """A mail that is to be put into the outbox. `size_bytes` counts its content roughly; `shared_texts` are long parts
    of its text or HTML that others may share: such are kept once."""

    message: TemplateMessage | RawMessage
    created_at: datetime
    size_bytes: int
    activity_id: ActivityId | None = None
    activity_name: str = ""
    smtp_id: ProfileId | None = None
    backup_id: ProfileId | None = None
    shared_texts: tuple[str, ...] = ()


class SetupChanged(Exception):
    """Somebody has changed an SMTP or an activity meanwhile, so that nothing was kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryUpdate:
    """What an attempt came to, as it is kept: the delivery's new state and the attempt itself. It is either finished
    (`finished_at`) or open (`next_try_at`), never both; WAITING is open, SENT, REFUSED and CANCELLED are finished."""

    attempt: Attempt
    state: DeliveryState
    recipients: tuple[RecipientState, ...]
    next_try_at: datetime | None
    finished_at: datetime | None
    may_be_twice: bool
