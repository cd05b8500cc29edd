"""The holds of SMTPs: what attempts and probes make of them, and the checks of held ones."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.delivery.holds import (
    HoldState,
    SmtpHold,
    Trouble,
    hold_after,
    hold_after_probe,
    hold_after_stopped_probe,
    next_check_at,
    pause_s,
)
from smtp_desktop.domain.delivery.refusals import SAME_REFUSALS
from smtp_desktop.domain.diagnosis.kinds import Cause
from smtp_desktop.domain.errors import NoSuchProfile, SmtpDesktopError, StoreError, VaultLocked
from smtp_desktop.domain.smtp.profile import ProfileId, SmtpProfile
from smtp_desktop.services.checks.tester import Tester
from smtp_desktop.services.delivery.attempt import CourierContext
from smtp_desktop.services.delivery.outcome import Outcome
from smtp_desktop.services.delivery.server_queue import Job, ServerQueue

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _RunningCheck:
    thread: threading.Thread
    cancel: Cancel


class SmtpHolds:
    """Holds, pauses and slows SMTPs by the outcomes of attempts, and ends that by the outcomes of probes: safe from
    every thread. Checks held SMTPs when they are due, each on a thread of its own, one sign-in each time: for the
    thread that runs the courier."""

    def __init__(self, context: CourierContext, tester: Tester, *, on_error: Callable[[BaseException], None]) -> None:
        """`on_error` gets what ends the courier, on any thread."""
        self._context = context
        self._store = context.store
        self._tester = tester
        self._on_error = on_error
        self._checks: list[_RunningCheck] = []

    def stops(self, profile_id: ProfileId) -> bool:
        """Whether mails wait for that SMTP to work again. Raises StoreError."""
        return any(hold.profile_id == profile_id and hold.stops for hold in self._store.holds())

    def note(self, job: Job, outcome: Outcome, queue: ServerQueue) -> bool:
        """Notes what the outcome says of the SMTP, which may be changed meanwhile: then it may well work by now.
        Returns whether its queue has to end. Raises StoreError."""
        repeated = bool(outcome.refusal) and (
            self._store.count_refusal(job.profile.id, outcome.refusal, job.delivery.id) >= SAME_REFUSALS
        )
        verdict = outcome.trouble or (outcome.why if repeated else None)
        if verdict is None:
            if job.probe:
                self._end_probe(job, outcome)
            return False
        trouble = Trouble(
            profile_id=job.profile.id,
            started_at=outcome.started_at,
            diagnosis=verdict.diagnosis,
            failure=verdict.failure,
            reply=verdict.reply,
            connections=queue.workers,
            repeated=repeated,
        )
        jitter = self._context.jitter()
        new = self._replace(
            job.profile.id,
            lambda old: hold_after(trouble, old, now=self._context.clock.now(), jitter=jitter),
            made_with=job.profile,
        )
        if new and new.state is HoldState.SLOWED:
            queue.set_connections(new.connections)
            return False
        return True

    def stop_probe(self, job: Job) -> None:
        """Notes that the probe ended before it showed anything. Raises StoreError."""
        if job.probe:
            self._change_probe(job, lambda old: hold_after_stopped_probe(old, now=self._context.clock.now()))

    def _end_probe(self, job: Job, outcome: Outcome) -> None:
        now = self._context.clock.now()
        why = outcome.why
        if outcome.stopped:
            self.stop_probe(job)
        elif why and why.diagnosis.cause is Cause.THIS_COMPUTER:
            later = now + timedelta(seconds=pause_s(1, self._context.jitter()))
            self._change_probe(job, lambda old: hold_after_stopped_probe(old, now=later))
        else:
            self._change_probe(job, lambda old: hold_after_probe(old, now=now))

    def _change_probe(self, job: Job, change: Callable[[SmtpHold], SmtpHold | None]) -> None:
        def change_own(old: SmtpHold | None) -> SmtpHold | None:
            own = old and old.probe == job.delivery.id and old.courier == self._context.courier_id
            return change(old) if old and own else old

        self._replace(job.profile.id, change_own)

    def _replace(
        self,
        profile_id: ProfileId,
        change: Callable[[SmtpHold | None], SmtpHold | None],
        *,
        made_with: SmtpProfile | None = None,
    ) -> SmtpHold | None:
        """Puts what `change` makes of the hold in its place, and returns that. Other processes change it as well.
        Changes nothing where the SMTP has other settings by now than those that it is `made_with`."""
        while True:
            version = self._current_version(made_with) if made_with else None
            if made_with and version is None:
                return None
            old = next((hold for hold in self._store.holds() if hold.profile_id == profile_id), None)
            new = change(old)
            if new == old or self._store.replace_hold(profile_id, present=old, new=new, version=version):
                return new

    def _current_version(self, profile: SmtpProfile) -> int | None:
        """Returns the version that the SMTP is stored in; None where it is gone or has other settings by now."""
        try:
            present = self._context.profiles.get(profile.id)
        except NoSuchProfile:
            return None
        same = (present.server, present.from_address) == (profile.server, profile.from_address)
        return present.version if same else None

    @property
    def checking(self) -> bool:
        """Whether any check is running."""
        return any(check.thread.is_alive() for check in self._checks)

    def start_due_checks(self) -> None:
        """Starts the check of every held SMTP that is due. Raises StoreError."""
        self._checks = [check for check in self._checks if check.thread.is_alive()]
        now = self._context.clock.now()
        for hold in self._store.holds():
            if hold.state is HoldState.HELD and hold.until and hold.until <= now:
                # Postponed before it starts, so that no other courier checks it as well.
                later = replace(hold, until=next_check_at(hold, now))
                if self._store.replace_hold(hold.profile_id, present=hold, new=later):
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
        except (VaultLocked, StoreError) as error:
            self._on_error(error)  # the courier raises it, on the thread that runs it
        except Exception:  # noqa: BLE001 - logged; mails go on, and the next check is due later
            _log.exception("The check of a held SMTP failed")

    def _check(self, hold: SmtpHold, cancel: Cancel) -> None:
        """Checks the SMTP; where it works, the tester ends the hold. Raises VaultLocked, StoreError."""
        try:
            self._tester.check(hold.profile_id, cancel=cancel, on_step=lambda _: None)
        except (VaultLocked, StoreError):
            raise
        except SmtpDesktopError:
            # The SMTP is gone, or the keyring fails: the next check reports it.
            return
