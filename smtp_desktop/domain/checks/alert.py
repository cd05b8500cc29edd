"""Alerts: SMTPs that stopped working, or work again, told to somebody who does not sit in front of the window."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from smtp_desktop.domain.diagnosis.kinds import Cause
from smtp_desktop.domain.secret import SecretRef
from smtp_desktop.domain.smtp.profile import ProfileId

SMTP_KEY, TO_KEY = "alerts.smtp", "alerts.to"
WEBHOOK_REF_KEY, WEBHOOK_SHOWN_KEY = "alerts.webhook", "alerts.webhook_shown"
"""The keys of the preferences. The webhook's URL itself may hold a token, and is in the vault."""

AlertId = NewType("AlertId", int)


class AlertChannel(StrEnum):
    """A way that alerts take."""

    MAIL = "mail"
    WEBHOOK = "webhook"


class AlertEvent(StrEnum):
    """What became of an SMTP."""

    STOPPED = "stopped"
    WORKS = "works"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """An SMTP stopped working at `since` because of `cause`, or works again since then. `id` is its own in the store,
    for one channel; it was tried `tries` times."""

    id: AlertId
    event: AlertEvent
    profile_id: ProfileId
    smtp_name: str
    since: datetime
    cause: Cause | None = None
    tries: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StoppedSmtp:
    """An automatic check found that this SMTP, which worked before, does not work any more."""

    profile_id: ProfileId
    since: datetime
    cause: Cause | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertPlan:
    """What becomes of what is noticed `now`: alerts by these channels, due at `due_at`."""

    channels: tuple[AlertChannel, ...]
    now: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertChoices:
    """Where alerts go: by mail through an SMTP to an address, and to a webhook, of which `webhook_shown` is what may be
    shown. Neither, unless somebody chose it."""

    smtp_id: ProfileId | None = None
    mail_to: str = ""
    webhook_ref: SecretRef | None = None
    webhook_shown: str = ""

    @property
    def channels(self) -> tuple[AlertChannel, ...]:
        mail = (AlertChannel.MAIL,) if self.smtp_id and self.mail_to else ()
        return mail + ((AlertChannel.WEBHOOK,) if self.webhook_ref else ())


def alert_choices(kept: Mapping[str, str]) -> AlertChoices:
    """Returns the choices in `kept`, the preferences."""
    return AlertChoices(
        smtp_id=ProfileId(kept.get(SMTP_KEY, "")) or None,
        mail_to=kept.get(TO_KEY, ""),
        webhook_ref=SecretRef(kept.get(WEBHOOK_REF_KEY, "")) or None,
        webhook_shown=kept.get(WEBHOOK_SHOWN_KEY, ""),
    )
