"""Events: facts about what has happened. Each carries the new value, so that no listener has to ask for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # A command that publishes one event needs the values of no other.
    from smtp_desktop.domain.checks.health import CheckResult, ServerFact
    from smtp_desktop.domain.delivery.activity import Activity, ActivityId
    from smtp_desktop.domain.sign_in.signed_in import SignedIn
    from smtp_desktop.domain.smtp.profile import ProfileId, SmtpProfile


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileSaved:
    """An SMTP was created or changed. If it is the default, no other one is any longer."""

    profile: SmtpProfile


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileDeleted:
    """An SMTP was deleted; `new_default` took its place as the default, if it was the default."""

    profile_id: ProfileId
    new_default: ProfileId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedInChanged:
    """Somebody signed in for an SMTP, or out, or its access token was renewed, or could not be. `state` is None where
    nobody is signed in now."""

    profile_id: ProfileId
    state: SignedIn | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultRecorded:
    """A test or check of a stored SMTP ended."""

    result: CheckResult


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerLearned:
    """A conversation showed how a server secures its connections, and that is new."""

    fact: ServerFact


@dataclass(frozen=True, slots=True, kw_only=True)
class MailReceived:
    """The local inbox received a mail; it now holds `count` mails."""

    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivitySaved:
    """An activity was created or changed."""

    activity: Activity


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityDeleted:
    """An activity was deleted; its deliveries stay."""

    activity_id: ActivityId


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupChanged:
    """SMTPs, activities and choices were changed as a whole, as by an import or a restore: read them all again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxChanged:
    """The outbox changed: its mails, or the holds on SMTPs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyringWaits:
    """The system's keyring has not answered for some seconds: it may have asked the user for its password."""


Event = (
    ActivitySaved
    | ActivityDeleted
    | KeyringWaits
    | OutboxChanged
    | ProfileSaved
    | ProfileDeleted
    | ResultRecorded
    | ServerLearned
    | SetupChanged
    | SignedInChanged
    | MailReceived
)
