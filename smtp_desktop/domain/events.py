"""What has happened. An event carries the new value, so that nobody asks back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from smtp_desktop.domain.checks.health import CheckResult, ServerFact
    from smtp_desktop.domain.delivery.activity import Activity, ActivityId
    from smtp_desktop.domain.smtp.profile import ProfileId, SmtpProfile


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileSaved:
    """An SMTP was created or changed. If it is the default, every other one is not any more."""

    profile: SmtpProfile


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileDeleted:
    """An SMTP is gone; `new_default` took its place as the default, if it had that."""

    profile_id: ProfileId
    new_default: ProfileId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultRecorded:
    """A test or check of a stored SMTP ended."""

    result: CheckResult


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerLearned:
    """A server's way of securing the connection was seen."""

    fact: ServerFact


@dataclass(frozen=True, slots=True, kw_only=True)
class MailReceived:
    """The local inbox took a mail; `count` mails are in it now."""

    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivitySaved:
    """An activity was created or changed."""

    activity: Activity


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityDeleted:
    """An activity is gone; its deliveries stay."""

    activity_id: ActivityId


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxChanged:
    """Something in the outbox, or what holds it up, is not as it was."""


Event = (
    ActivitySaved
    | ActivityDeleted
    | OutboxChanged
    | ProfileSaved
    | ProfileDeleted
    | ResultRecorded
    | ServerLearned
    | MailReceived
)
