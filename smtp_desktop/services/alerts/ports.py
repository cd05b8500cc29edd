"""Ports of the alerts."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.checks.alert import Alert, AlertChannel, AlertId, AlertPlan, StoppedSmtp
from smtp_desktop.domain.secret import Secret, SecretRef
from smtp_desktop.domain.smtp.profile import ProfileId


class AlertStore(Protocol):
    """Keeps which SMTPs are known to have stopped, and the alerts that are to be sent of that: one for each channel and
    change, whichever process notices it. Every call is one transaction; all may raise StoreError. Safe from every
    thread and process."""

    def stopped(self) -> frozenset[ProfileId]:
        """Returns the SMTPs that are known to have stopped."""
        ...

    def note_stopped(self, smtps: Sequence[StoppedSmtp], plan: AlertPlan) -> None:
        """Notes that these SMTPs stopped, and adds an alert of each that was not known to. An alert of the opposite
        that nobody has claimed yet is taken back instead."""
        ...

    def note_working(self, profile_id: ProfileId, plan: AlertPlan, *, at: datetime) -> None:
        """Notes that this SMTP worked at that time, likewise; unless it stopped after that, or is held."""
        ...

    def look(self, plan: AlertPlan) -> None:
        """Notes what the store shows by now: an SMTP has stopped that is held, or was paused an hour ago and is still,
        neither by hand nor for a limit; one works again of which no hold is left
        and whose newest test or check, made since, went well."""
        ...

    def claim(self, channel: AlertChannel, *, now: datetime, until: datetime) -> Sequence[Alert]:
        """Returns the alerts of that channel if one of them is due, but those that wait for another try, and claims
        them: nobody else gets them before `until`."""
        ...

    def done(self, ids: Iterable[AlertId]) -> None:
        """Drops these alerts."""
        ...

    def postpone(self, ids: Iterable[AlertId], *, due_at: datetime, tried: bool) -> None:
        """Gives these alerts back, due at that moment; `tried` counts as a try."""
        ...

    def keep_channels(self, channels: Collection[AlertChannel]) -> None:
        """Drops the alerts and problems of all other channels."""
        ...

    def next_due_at(self) -> datetime | None:
        """Returns when an alert is due next, or a claim ends; None where there is none."""
        ...

    def problems(self) -> Mapping[AlertChannel, str]:
        """Returns why alerts can't be sent for now, by channel."""
        ...

    def set_problem(self, channel: AlertChannel, words: str) -> None:
        """Keeps why alerts can't be sent by that channel; "" where they can."""
        ...

    def keep_webhook(self, ref: SecretRef | None, shown: str) -> SecretRef | None:
        """Keeps the place of the webhook's URL, which must have been announced, and what may be shown of it. Returns
        the place before, which is stale now. Raises ChangedMeanwhile for a secret that was given up."""
        ...


class Webhook(Protocol):
    """Posts JSON to a URL, https or this computer's own. Safe from every thread."""

    def shown(self, url: Secret) -> str:
        """Returns what may be shown of the URL: its host. Raises FieldErrors for `alert_webhook` where it is no URL
        that can be posted to."""
        ...

    def post(self, url: Secret, document: Mapping[str, object], *, cancel: Cancel) -> None:
        """Posts `document`; blocks for ten seconds at most. Follows no redirection. Raises AlertFailed, which holds
        nothing of the URL but the host."""
        ...
