"""Looking whether SMTPs that are held work again."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.delivery.delivery import SmtpHold
from smtp_desktop.domain.errors import SmtpDesktopError, StoreError, VaultLocked
from smtp_desktop.services.checks.tester import Tester
from smtp_desktop.services.delivery.attempt import CourierContext
from smtp_desktop.services.delivery.worker import FIRST_PROBE

if TYPE_CHECKING:
    from smtp_desktop.services.delivery.ports import OutboxStore


_LONGEST_WAIT = timedelta(hours=4)


class HoldChecks:
    """Checks held SMTPs when their time has come, each on a thread of its own: one sign-in each time."""

    def __init__(self, context: CourierContext, tester: Tester, *, failed: Callable[[BaseException], None]) -> None:
        self._context = context
        self._tester = tester
        self._failed = failed
        self._running: list[tuple[threading.Thread, Cancel]] = []

    @property
    def running(self) -> bool:
        """Whether a check goes on."""
        return any(thread.is_alive() for thread, _ in self._running)

    def look(self) -> None:
        """Every check whose time has come has begun. Raises StoreError."""
        self._running = [(thread, cancel) for thread, cancel in self._running if thread.is_alive()]
        now = self._context.clock.now()
        for hold in self._context.store.holds():
            if hold.probe_at <= now:
                # First of all the next time is set, so that no other courier checks as well.
                self._context.store.hold(replace(hold, probe_at=next_probe(hold, now)))
                self._start(hold)

    def stop(self, timeout_s: float) -> None:
        """No check runs any more, unless it waits for a keyring."""
        for _, cancel in self._running:
            cancel.request()
        for thread, _ in self._running:
            thread.join(timeout_s)

    def _start(self, hold: SmtpHold) -> None:
        cancel = Cancel()
        thread = threading.Thread(target=self._run, args=(hold, cancel), name="probe", daemon=True)
        self._running.append((thread, cancel))
        thread.start()

    def _run(self, hold: SmtpHold, cancel: Cancel) -> None:
        try:
            self._check(hold, cancel)
        except BaseException as error:  # noqa: BLE001 - the courier raises it, on the caller's thread
            self._failed(error)

    def _check(self, hold: SmtpHold, cancel: Cancel) -> None:
        """The SMTP was checked; where it works, the tester has ended the hold."""
        try:
            self._tester.check(hold.profile_id, cancel=cancel, on_step=lambda _: None)
        except (VaultLocked, StoreError):
            raise
        except SmtpDesktopError:
            # The SMTP is gone, or the keyring fails: there will be another look.
            return


def next_probe(hold: SmtpHold, now: datetime) -> datetime:
    """Returns when to look again after a look at `now`: the waits double, from 15 minutes to four hours."""
    return now + min(now - hold.since + FIRST_PROBE, _LONGEST_WAIT)


CLEARING = timedelta(hours=1)
"""How rarely old deliveries are cleared out: a courier is started for that alone once an hour at most."""


def next_work_at(store: OutboxStore, *, retention_days: int) -> datetime | None:
    """Returns when there is something to do for a courier that watches, which may be long ago: a mail is due, the lease
    of another courier ends, an SMTP that is held is to be looked at, or old deliveries are to be cleared out. None
    where nothing is to be done until somebody changes the data. Raises StoreError."""
    moments = [store.next_due_at(), *(hold.probe_at for hold in store.holds())]
    if finished_at := store.first_finished_at():
        moments.append(finished_at + timedelta(days=retention_days) + CLEARING)
    return min((moment for moment in moments if moment is not None), default=None)
