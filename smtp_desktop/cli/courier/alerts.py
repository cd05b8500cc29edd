"""Alerts of SMTPs that stopped or work again, while a courier runs, with or without a window."""

import logging
import os
import threading
import time
from collections.abc import Callable
from datetime import datetime

from smtp_desktop.cli.interrupt import interruptible
from smtp_desktop.cli.options.secrets import MASTER_VARIABLE
from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.checks.alert import alert_choices
from smtp_desktop.domain.delivery.attempt import Attempt
from smtp_desktop.domain.delivery.delivery import DeliveryState
from smtp_desktop.domain.errors import StoreError, VaultError, VaultLocked
from smtp_desktop.domain.secret import Secret
from smtp_desktop.services.services import Services

_EVERY_S = 5.0
_END_S = 5.0
_log = logging.getLogger(__name__)


class CourierAlerts:
    """Looks every five seconds, on a thread of its own, whether alerts are to be sent. `note` is safe from every
    thread; all else is for the thread that runs the courier."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._next_at_s = 0.0
        self._cancel = Cancel()
        self._thread: threading.Thread | None = None
        self._vault_opened = False
        self._sent: dict[str, datetime] = {}  # the SMTPs that a mail went through, and when that began

    def start_if_due(self) -> None:
        """Starts a look if the last one was a while ago, and has ended."""
        now_s = time.monotonic()
        if now_s < self._next_at_s or (self._thread and self._thread.is_alive()):
            return
        self._next_at_s = now_s + _EVERY_S
        thread = threading.Thread(target=self._look, args=(self._cancel,), name="alerts", daemon=True)
        thread.start()  # fails where the system has no thread left: then there is none to wait for
        self._thread = thread

    def note(self, attempt: Attempt) -> None:
        """Notes an attempt: a mail that was sent shows that its SMTP works again."""
        if attempt.state is DeliveryState.SENT:
            self._sent[attempt.smtp_name] = attempt.started_at

    def end(self) -> None:
        """Ends the look under way; what it was about to send is sent by the next one, in whatever process."""
        if self._thread:
            self._cancel.request()
            self._thread.join(_END_S)

    def send_all(self, should_end: Callable[[], bool]) -> None:
        """Sends all that there is now, for a courier that ends: nobody may look again for hours."""
        interruptible(lambda cancel: self._look(cancel, now_all=True), should_end=should_end)

    def _look(self, cancel: Cancel, *, now_all: bool = False) -> None:
        try:
            if not self._services.alerts_wanted():
                self._sent.clear()
                return
            self._open_vault()
            while self._sent:
                sent, self._sent = self._sent, {}
                self._services.alerts.note_sent(sent)
            self._services.alerts.send_due(cancel, now_all=now_all)
        except StoreError as error:
            _log.warning("alerts wait: %s", error)  # the courier reports the same error, or the next look goes well

    def _open_vault(self) -> None:
        """Opens the vault, where the webhook's address is, with the master password from the environment: a courier
        that has not had to sign in yet has not done so."""
        master = None if self._vault_opened else os.environ.get(MASTER_VARIABLE)
        ref = alert_choices(self._services.preferences.all()).webhook_ref if master else None
        if not master or not ref:
            return
        self._vault_opened = True  # once: a keyring is not to be asked every five seconds
        try:
            self._services.vault.get(ref)
        except VaultLocked:
            try:
                self._services.unlock(Secret(master))
            except VaultError as error:
                _log.warning("alerts by webhook wait: %s", error)
        except VaultError:
            return  # whoever sends says so
