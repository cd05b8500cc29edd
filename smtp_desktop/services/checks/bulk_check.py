"""Bulk checks and tests: many SMTPs at the same time."""

import os
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from functools import partial
from typing import Any

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.checks.health import CheckResult, TestKind, WarningKind
from smtp_desktop.domain.diagnosis.conversation import CertificateFault, FailureKind, Stage, Step
from smtp_desktop.domain.diagnosis.kinds import Cause
from smtp_desktop.domain.errors import SmtpDesktopError, StoreError, VaultError, VaultLocked
from smtp_desktop.domain.smtp.profile import ProfileId, SmtpProfile
from smtp_desktop.services.checks.report import Report
from smtp_desktop.services.checks.tester import Tester
from smtp_desktop.services.ports import ProfileStore
from smtp_desktop.services.server_access import ServerAccess

_MOST_AT_ONCE = 200  # threads that wait for a server cost next to nothing
_BATCH_S = 0.1  # results that arrive this soon after the first are stored together

CheckOutcome = Report | SmtpDesktopError
"""The outcome of the check of one SMTP; an error if no conversation took place."""


class BulkCheck:
    """Checks or tests many SMTPs at once. Any number of runs may go on at the same time and share 200 threads."""

    def __init__(self, *, tester: Tester, store: ProfileStore, access: ServerAccess) -> None:
        self._tester = tester
        self._store = store
        self._access = access
        # Threads start as they are needed and stay for the next run: starting 200 takes longer than their work.
        self._pool = ThreadPoolExecutor(_MOST_AT_ONCE, thread_name_prefix="check", initializer=_stay_on_one_core)

    def run(
        self,
        profile_ids: Sequence[ProfileId],
        *,
        cancel: Cancel,
        on_end: Callable[[ProfileId, CheckOutcome], None],
        on_step: Callable[[ProfileId, Step], None] = lambda *_: None,
        test_to: str = "",
    ) -> None:
        """Checks each of `profile_ids` once, or with `test_to` tests each by a mail to that address, up to 200 at the
        same time; blocks until all have ended. Retries nothing.

        Calls `on_end` for each as it ends, on the calling thread; after `cancel` only for those that had begun. Calls
        `on_step` for each of their steps, on any thread.
        A problem with one SMTP (its keyring entry is gone, it was deleted) stops no other. A locked vault stops all
        before the first conversation: raises VaultLocked. Raises StoreError where the SMTPs can't be read.
        """
        wanted = list(dict.fromkeys(profile_ids))
        if not wanted:
            return
        self._refuse_locked(frozenset(wanted))
        cancels = [Cancel() for _ in wanted]
        cancel.set_waker(lambda: _request_all(cancels))
        first_began = threading.Event()

        def forward(profile_id: ProfileId, step: Step) -> None:
            on_step(profile_id, step)
            first_began.set()

        # The pool's threads get as few of the caller's objects as possible: they may keep them after this returns.
        checks: dict[Future[CheckOutcome | None], ProfileId] = {}
        for profile_id, own_cancel in zip(wanted, cancels, strict=True):
            check = self._pool.submit(self._check, profile_id, own_cancel, forward, test_to)
            checks[check] = profile_id
            if len(checks) == 1:
                # The first check imports what all of them need: twice as fast as when the others begin meanwhile.
                check.add_done_callback(lambda _: first_began.set())
                first_began.wait()
        running = set(checks)
        while running:
            wait(running, return_when=FIRST_COMPLETED)
            ended, running = wait(running, timeout=_BATCH_S)
            self._end({checks[check]: check.result() for check in ended if not check.exception()}, on_end)
        cancel.set_waker(None)
        for check in checks:
            check.result()  # raises what is a bug

    def _check(
        self, profile_id: ProfileId, cancel: Cancel, on_step: Callable[[ProfileId, Step], None], test_to: str
    ) -> CheckOutcome | None:
        """Returns the outcome; None where it was cancelled before it began."""
        if cancel.requested:
            return None
        try:
            step = partial(on_step, profile_id)
            if test_to:
                return self._tester.test_unrecorded(profile_id, to=test_to, cancel=cancel, on_step=step)
            return self._tester.check_unrecorded(profile_id, cancel=cancel, on_step=step)
        except SmtpDesktopError as error:
            return error

    def _end(
        self, outcomes: Mapping[ProfileId, CheckOutcome | None], on_end: Callable[[ProfileId, CheckOutcome], None]
    ) -> None:
        """Records the results in one transaction, then calls `on_end`: when 200 servers answer at the same moment, the
        run waits for the disk a few times, not 200 times."""
        failure: StoreError | None = None
        try:
            self._tester.record([outcome for outcome in outcomes.values() if isinstance(outcome, Report)])
        except StoreError as error:
            failure = error
        for profile_id, outcome in outcomes.items():
            if outcome is not None:
                unsaved = isinstance(outcome, Report) and outcome.result
                on_end(profile_id, failure if failure and unsaved else outcome)

    def _refuse_locked(self, wanted: Collection[ProfileId]) -> None:
        first = next((p for p in self._store.all() if p.id in wanted and p.needed_secrets), None)
        if first:
            self._read_secrets(first)

    def _read_secrets(self, profile: SmtpProfile) -> None:
        try:
            self._access.credentials_of(profile, self._store.get)
        except VaultLocked:
            raise
        except VaultError:
            return  # concerns this SMTP alone: its own check reports it


def _stay_on_one_core() -> None:
    """Binds the calling thread to one core. Python runs one thread at a time; on several cores the threads would pass
    its lock from core to core at every system call, which costs as much again as the work itself."""
    if hasattr(os, "sched_setaffinity"):  # Linux only
        with suppress(OSError):  # a sandbox may forbid it
            os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def _request_all(cancels: Sequence[Cancel]) -> None:
    for cancel in cancels:
        cancel.request()


def result_document(result: CheckResult) -> dict[str, Any]:
    """Returns `result` as a JSON object: one process hands it to another."""
    return asdict(result) | {"at": result.at.isoformat()}


def result_from_document(document: dict[str, Any]) -> CheckResult:
    """Returns the result that `result_document` made `document` of. Raises KeyError or ValueError for any other."""
    stage, kind, cause = document["stage"], document["kind"], document["cause"]
    fault = document["certificate_fault"]
    return CheckResult(
        profile_id=ProfileId(document["profile_id"]),
        at=datetime.fromisoformat(document["at"]),
        test_kind=TestKind(document["test_kind"]),
        ok=document["ok"],
        duration_ms=document["duration_ms"],
        stage=Stage(stage) if stage else None,
        kind=FailureKind(kind) if kind else None,
        cause=Cause(cause) if cause else None,
        certificate_fault=CertificateFault(fault) if fault else None,
        reply=document["reply"],
        warnings=tuple(WarningKind(warning) for warning in document["warnings"]),
        settings_version=document["settings_version"],
    )
