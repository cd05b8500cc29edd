"""Checks of held SMTPs: whether they work again."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.delivery.delivery import SmtpHold
from smtp_desktop.domain.errors import SmtpDesktopError, StoreError, VaultLocked
from smtp_desktop.services.checks.tester import Tester
from smtp_desktop.services.delivery.attempt import CourierContext

FIRST_WAIT = timedelta(minutes=15)
"""From the begin of a hold to its first check."""
_LONGEST_WAIT = timedelta(hours=4)


@dataclass(frozen=True, slots=True, kw_only=True)
class _RunningCheck:
    thread: threading.Thread
    cancel: Cancel


class HoldChecks:
    """Checks held SMTPs when they are due, each on a thread of its own: one sign-in each time.

    Not thread-safe: for the thread that runs the courier.
    """

    def __init__(self, context: CourierContext, tester: Tester, *, on_error: Callable[[BaseException], None]) -> None:
        """`on_error` gets what ends the courier, on any thread."""
        self._context = context
        self._tester = tester
        self._on_error = on_error
        self._checks: list[_RunningCheck] = []

    @property
    def running(self) -> bool:
        """Whether any check is running."""
        return any(check.thread.is_alive() for check in self._checks)

    def start_due(self) -> None:
        """Starts every check that is due. Raises StoreError."""
        self._checks = [check for check in self._checks if check.thread.is_alive()]
        now = self._context.clock.now()
        for hold in self._context.store.holds():
            if hold.check_at <= now:
                # Postponed before it starts, so that no other courier checks it as well.
                self._context.store.hold(replace(hold, check_at=next_check_at(hold, now)))
                self._start(hold)

    def stop(self, timeout_s: float) -> None:
        """Cancels all checks and waits for them, each for `timeout_s` at most: one may be stuck in a keyring."""
        for check in self._checks:
            check.cancel.request()
        for check in self._checks:
            check.thread.join(timeout_s)

    def _start(self, hold: SmtpHold) -> None:
        cancel = Cancel()
        thread = threading.Thread(target=self._run, args=(hold, cancel), name="hold check", daemon=True)
        self._checks.append(_RunningCheck(thread=thread, cancel=cancel))
        thread.start()

    def _run(self, hold: SmtpHold, cancel: Cancel) -> None:
        try:
            self._check(hold, cancel)
        except BaseException as error:  # noqa: BLE001 - the courier raises it, on the thread that runs it
            self._on_error(error)

    def _check(self, hold: SmtpHold, cancel: Cancel) -> None:
        """Checks the SMTP; where it works, the tester ends the hold. Raises VaultLocked, StoreError."""
        try:
            self._tester.check(hold.profile_id, cancel=cancel, on_step=lambda _: None)
        except (VaultLocked, StoreError):
            raise
        except SmtpDesktopError:
            # The SMTP is gone, or the keyring fails: the next check reports it.
            return


def next_check_at(hold: SmtpHold, now: datetime) -> datetime:
    """Returns when to check again after a check at `now`: the waits double, from 15 minutes to four hours."""
    return now + min(now - hold.since + FIRST_WAIT, _LONGEST_WAIT)
