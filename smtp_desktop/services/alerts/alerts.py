"""The alerts: what is noticed of SMTPs, and sent to where the user chose."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.checks.alert import (
    Alert,
    AlertChannel,
    AlertChoices,
    AlertEvent,
    AlertPlan,
    StoppedSmtp,
    alert_choices,
)
from smtp_desktop.domain.checks.alert_words import alert_words
from smtp_desktop.domain.checks.health import CheckResult
from smtp_desktop.domain.delivery.holds import SmtpHold
from smtp_desktop.domain.errors import AlertFailed, NoSuchProfile, SmtpDesktopError, StoreError, VaultLocked
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.services.alerts.ports import AlertStore
from smtp_desktop.services.alerts.sender import SMTP_GONE, AlertSender
from smtp_desktop.services.ports import Clock, Preferences, ProfileStore, Vault

GATHERED = timedelta(seconds=5)
"""How long an alert waits for others: many SMTPs of one server fail together, and are one mail."""
_CLAIM = timedelta(minutes=5)  # longer than a conversation takes; then another process may send it
_AGAIN = timedelta(minutes=1)
_WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240))
_log = logging.getLogger(__name__)


class Alerts:
    """Notices and sends alerts, if the user wants any. Any call may block on the disk; `send_due` on the network and
    the keyring as well."""

    def __init__(
        self,
        *,
        store: AlertStore,
        preferences: Preferences,
        profiles: ProfileStore,
        vault: Vault,
        sender: AlertSender,
        clock: Clock,
        read_holds: Callable[[], Mapping[ProfileId, SmtpHold]],
        computer: str,
    ) -> None:
        """`computer` is the name of this one, which alerts state."""
        self._store = store
        self._preferences = preferences
        self._profiles = profiles
        self._vault = vault
        self._sender = sender
        self._clock = clock
        self._read_holds = read_holds
        self._computer = computer

    def note_failed(self, results: Sequence[CheckResult]) -> None:
        """Notes results of automatic checks by which SMTPs that worked stopped. Raises StoreError."""
        choices = self._choices
        if choices.channels:
            stopped = [StoppedSmtp(profile_id=one.profile_id, since=one.at, cause=one.cause) for one in results]
            self._store.note_stopped(stopped, self._plan(choices))

    def note_sent(self, smtps: Mapping[str, datetime]) -> None:
        """Notes that mails went out through the SMTPs of these names, and when those attempts began. Raises
        StoreError."""
        choices = self._choices
        stopped = self._store.stopped() if choices.channels else frozenset()
        for one in self._profiles.all() if stopped else ():
            if one.id in stopped and one.name in smtps:
                self._store.note_working(one.id, self._plan(choices), at=smtps[one.name])

    def send_due(self, cancel: Cancel, *, now_all: bool = False) -> datetime | None:
        """Notes what the store shows by now, and sends what is due; with `now_all` also what waits for others. Returns
        when something is due next, None where nothing is. What can't be sent is tried again five times, for up to some
        hours. Raises StoreError."""
        choices = self._choices
        if not choices.channels:
            return None
        self._store.look(self._plan(choices))
        broken = self._mail_problem(choices)
        due_by = self._clock.now() + (GATHERED if now_all else timedelta(0))
        due_at = self._store.next_due_at()
        if due_at and due_at <= due_by:  # else nothing is claimed: that keeps others from writing, every few seconds
            for channel in choices.channels:
                if not cancel.requested and not (broken and channel is AlertChannel.MAIL):
                    self._send(channel, choices, broken, cancel, due_by=due_by)
            due_at = self._store.next_due_at()
        return max(due_at, self._clock.now() + _AGAIN) if due_at and broken else due_at

    def problems(self) -> Mapping[AlertChannel, str]:
        """Returns why alerts can't be sent for now, by channel. Raises StoreError."""
        return self._store.problems()

    @property
    def _choices(self) -> AlertChoices:
        return alert_choices(self._preferences.all())

    def _plan(self, choices: AlertChoices) -> AlertPlan:
        now = self._clock.now()
        return AlertPlan(channels=choices.channels, now=now, due_at=now + GATHERED)

    def _send(
        self,
        channel: AlertChannel,
        choices: AlertChoices,
        broken: MessageText | None,
        cancel: Cancel,
        *,
        due_by: datetime,
    ) -> None:
        """Sends what is due on that channel by then. `broken` is what is wrong with alerts by mail."""
        alerts = self._store.claim(channel, now=due_by, until=due_by + _CLAIM)
        if not alerts:
            return
        ids = [alert.id for alert in alerts]
        try:
            self._send_one(channel, choices, alerts, broken, cancel)
        except VaultLocked as locked:
            self._store.set_problem(channel, str(locked))
            self._store.postpone(ids, due_at=self._clock.now() + _AGAIN, tried=False)
        except StoreError:
            raise
        except SmtpDesktopError as error:
            self._failed(channel, alerts, error, cancelled=cancel.requested)
        else:
            self._store.done(ids)
            self._store.set_problem(channel, "")

    def _send_one(
        self,
        channel: AlertChannel,
        choices: AlertChoices,
        alerts: Sequence[Alert],
        broken: MessageText | None,
        cancel: Cancel,
    ) -> None:
        note = broken if any(alert.event is AlertEvent.STOPPED for alert in alerts) else None
        words = alert_words(alerts, computer=self._computer, note=note)
        if channel is AlertChannel.MAIL and choices.smtp_id:
            self._sender.mail(choices.smtp_id, choices.mail_to, words, cancel=cancel)
        elif choices.webhook_ref:
            url = self._vault.get(choices.webhook_ref)
            if url is None:
                raise AlertFailed(msg("The webhook's address is no longer in the keyring. Enter it again."))
            self._sender.post(url, alerts, words, cancel=cancel)

    def _mail_problem(self, choices: AlertChoices) -> MessageText | None:
        """Returns why no alert may go out by mail for now, whatever there is to be sent, and keeps that: the SMTP for
        it is gone, or does not work itself."""
        if AlertChannel.MAIL not in choices.channels or choices.smtp_id is None:
            return None
        try:
            name = self._profiles.get(choices.smtp_id).name
        except NoSuchProfile:
            self._store.set_problem(AlertChannel.MAIL, str(SMTP_GONE))
            return SMTP_GONE
        words = msg("Alerts can't be sent by email for now: {name}, which sends them, isn't working.", name=name)
        hold = self._read_holds().get(choices.smtp_id)
        if choices.smtp_id in self._store.stopped() or (hold and hold.stops):
            self._store.set_problem(AlertChannel.MAIL, str(words))
            return words
        if self._store.problems().get(AlertChannel.MAIL) == str(words):
            self._store.set_problem(AlertChannel.MAIL, "")
        return None

    def _failed(
        self, channel: AlertChannel, alerts: Sequence[Alert], error: SmtpDesktopError, *, cancelled: bool
    ) -> None:
        now = self._clock.now()
        if cancelled:
            self._store.postpone([alert.id for alert in alerts], due_at=now, tried=False)
            return
        _log.warning("an alert could not be sent (%s): %s", channel, error)
        self._store.set_problem(channel, str(error))
        for alert in alerts:
            if alert.tries < len(_WAITS):
                self._store.postpone([alert.id], due_at=now + _WAITS[alert.tries], tried=True)
            else:
                self._store.done([alert.id])
