"""Checking many SMTPs at the same time."""

import os
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from functools import partial

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import Step
from smtp_desktop.domain.errors import SmtpDesktopError, StoreError, VaultError, VaultLocked
from smtp_desktop.domain.smtp.profile import ProfileId, SmtpProfile
from smtp_desktop.services.checks.tester import Report, Tester
from smtp_desktop.services.ports import ProfileStore, Vault
from smtp_desktop.services.server_access import secrets_of

_MOST_AT_ONCE = 200  # threads that wait for a server cost next to nothing
_TOGETHER_S = 0.1  # what ends so soon after the first is written with it, and wakes nobody before

CheckOutcome = Report | SmtpDesktopError
"""How one SMTP did: an error where no conversation could be held."""


class BulkCheck:
    """Checks SMTPs together. Any number of rounds may run, and share 200 threads; each blocks its own until it ends."""

    def __init__(self, *, tester: Tester, store: ProfileStore, vault: Vault) -> None:
        self._tester = tester
        self._store = store
        self._vault = vault
        # Its threads come as they are needed and stay for the next round: starting 200 takes longer than their work.
        self._pool = ThreadPoolExecutor(_MOST_AT_ONCE, thread_name_prefix="check", initializer=_stay_on_one_core)

    def run(
        self,
        profile_ids: Sequence[ProfileId],
        *,
        cancel: Cancel,
        on_end: Callable[[ProfileId, CheckOutcome], None],
        on_step: Callable[[ProfileId, Step], None] = lambda *_: None,
    ) -> None:
        """Each of `profile_ids` was checked once, 200 at the same time; nothing is tried twice, whatever happens.

        `on_end` hears of each as it ends, on the calling thread; after `cancel` of those only that were under way.
        `on_step` hears of their steps, on any thread.
        What stops one SMTP (its keyring entry is gone, it was deleted) stops no other; a vault that is locked stops
        all before the first conversation: raises VaultLocked then, and StoreError where the SMTPs can't be read.
        """
        wanted = list(dict.fromkeys(profile_ids))
        if not wanted:
            return
        self._refuse_locked(frozenset(wanted))
        cancels = [Cancel() for _ in wanted]
        cancel.wakes(lambda: _request_all(cancels))
        begun = threading.Event()

        def told(profile_id: ProfileId, step: Step) -> None:
            on_step(profile_id, step)
            begun.set()

        # The shared threads get little of the caller's: they may hold what they got a little longer than this lasts.
        checks: dict[Future[CheckOutcome | None], ProfileId] = {}
        for one, own in zip(wanted, cancels, strict=True):
            check = self._pool.submit(self._one, one, own, told)
            checks[check] = one
            if len(checks) == 1:
                # It loads what all of them need: twice as fast as when the others begin meanwhile.
                check.add_done_callback(lambda _: begun.set())
                begun.wait()
        left = set(checks)
        while left:
            wait(left, return_when=FIRST_COMPLETED)
            together, left = wait(left, timeout=_TOGETHER_S)
            self._end({checks[check]: check.result() for check in together if not check.exception()}, on_end)
        cancel.wakes(None)
        for check in checks:
            check.result()  # raises what is a bug

    def _one(
        self, profile_id: ProfileId, cancel: Cancel, on_step: Callable[[ProfileId, Step], None]
    ) -> CheckOutcome | None:
        """Returns how it did; None where it was not to be begun any more."""
        if cancel.requested:
            return None
        try:
            return self._tester.check_unkept(profile_id, cancel=cancel, on_step=partial(on_step, profile_id))
        except SmtpDesktopError as error:
            return error

    def _end(
        self, outcomes: Mapping[ProfileId, CheckOutcome | None], on_end: Callable[[ProfileId, CheckOutcome], None]
    ) -> None:
        """Results that come together are on the disk together: 200 servers that answer at the same time wait for it
        a few times, not 200 times."""
        failed: StoreError | None = None
        try:
            self._tester.keep([outcome for outcome in outcomes.values() if isinstance(outcome, Report)])
        except StoreError as error:
            failed = error
        for profile_id, outcome in outcomes.items():
            if outcome is not None:
                lost = isinstance(outcome, Report) and outcome.result
                on_end(profile_id, failed if failed and lost else outcome)

    def _refuse_locked(self, wanted: Collection[ProfileId]) -> None:
        first = next((p for p in self._store.all() if p.id in wanted and p.needed_secrets), None)
        if first:
            self._read_secrets(first)

    def _read_secrets(self, profile: SmtpProfile) -> None:
        try:
            secrets_of(profile, self._vault)
        except VaultLocked:
            raise
        except VaultError:
            return  # of this SMTP alone: its own check tells


def _stay_on_one_core() -> None:
    """Python lets one thread work at a time. On several cores they hand its lock from core to core at every call of the
    system, which costs as much again as the work itself."""
    if hasattr(os, "sched_setaffinity"):  # Linux; it is about the calling thread alone
        with suppress(OSError):  # a sandbox may forbid it
            os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def _request_all(cancels: Sequence[Cancel]) -> None:
    for cancel in cancels:
        cancel.request()
