"""The courier: claims due mails from the outbox and sends them, a few at a time through each SMTP."""

import math
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.delivery.attempt import Attempt
from smtp_desktop.domain.delivery.delivery import Delivery
from smtp_desktop.domain.delivery.holds import SmtpHold
from smtp_desktop.domain.errors import StoreBusy, StoreError
from smtp_desktop.domain.events import OutboxChanged
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.services.checks.tester import Tester
from smtp_desktop.services.delivery.attempt import CourierContext
from smtp_desktop.services.delivery.holds import SmtpHolds
from smtp_desktop.services.delivery.in_flight import DeliverySummary, InFlight
from smtp_desktop.services.delivery.routes import Routes, Smtps
from smtp_desktop.services.delivery.server_queue import MAILS_PER_CONNECTION, Job, ServerQueue
from smtp_desktop.services.delivery.worker import DeliveryWorker

_POLL_S = 0.5
_CONNECTION_IDLE_S = 10.0  # servers hang up on idle connections, some after less than a minute
_SENDS_TIMEOUT_S = 20.0  # for mails that are being sent when the courier is to end
_CANCELLED_TIMEOUT_S = 5.0  # then for cancelled sends, and for connections to close
_EXPIRE_EVERY = timedelta(minutes=1)  # looking for mails that are too old goes through all that wait


@dataclass(frozen=True, slots=True, kw_only=True)
class _RunOptions:
    """Leases last for `lease_s`; an SMTP without a limit of its own gets `connections` at most; when the courier is to
    end, mails that are being sent have `sends_timeout_s` left."""

    lease_s: float
    connections: int
    sends_timeout_s: float


class Courier:
    """Delivers mails. Any number of couriers, in any number of processes, share one outbox."""

    def __init__(
        self,
        context: CourierContext,
        tester: Tester,
        *,
        lease_s: float = 60,
        connections: int = 2,
        sends_timeout_s: float = _SENDS_TIMEOUT_S,
    ) -> None:
        """Leases last for `lease_s` and are extended while the courier lives. An SMTP without a limit of its own gets
        `connections` at most. When the courier is to end, mails that are being sent have `sends_timeout_s` left."""
        self._context = context
        self._tester = tester
        self._options = _RunOptions(lease_s=lease_s, connections=connections, sends_timeout_s=sends_timeout_s)

    def run(
        self,
        *,
        watch: bool,
        cancel: Cancel,
        on_attempt: Callable[[Delivery, Attempt], None] = lambda _delivery, _attempt: None,
        idle_s: float = math.inf,
    ) -> DeliverySummary:
        """Tries all mails that are due, and with `watch` goes on until `cancel`, or until there was nothing to do for
        `idle_s`; without it, ends when nothing more can be done now. Returns how that went.

        After `cancel` the mails that are being sent are finished, within 20 seconds, and the others wait again.
        `on_attempt` gets each attempt, on any thread. Raises VaultLocked when a password is needed first, StoreError;
        in both cases all other mails have been released.
        """
        run = CourierRun(self._context, self._tester, self._options, on_attempt=on_attempt)
        return run.work(watch=watch, cancel=cancel, idle_s=idle_s)


class CourierRun:
    """One run of a courier: its queues, leases and hold checks. `work` is called once."""

    def __init__(
        self,
        context: CourierContext,
        tester: Tester,
        options: _RunOptions,
        *,
        on_attempt: Callable[[Delivery, Attempt], None],
    ) -> None:
        self._context = context
        self._store = context.store
        self._options = options
        self._capacity = MAILS_PER_CONNECTION * options.connections
        self._lease = timedelta(seconds=options.lease_s)
        self._in_flight = InFlight(context.store, context.courier_id, patience_s=options.lease_s)
        self._holds = SmtpHolds(context, tester, on_error=self._in_flight.fail)
        self._worker = DeliveryWorker(
            context, self._in_flight, self._holds, on_attempt=on_attempt, enqueue=self._enqueue
        )
        self._smtps = Smtps(context)
        self._queues: dict[ProfileId, ServerQueue] = {}
        self._old_queues: list[ServerQueue] = []
        self._queues_lock = threading.Lock()
        self._stopping = False
        self._extend_at: datetime | None = None
        self._expire_at: datetime | None = None
        self._busy_since_s: float | None = None

    def work(self, *, watch: bool, cancel: Cancel, idle_s: float) -> DeliverySummary:
        """See `Courier.run`."""
        wakeup, busy_at_s = self._in_flight.wakeup, time.monotonic()
        cancel.set_waker(wakeup.set)
        try:
            while True:
                # Cleared before anything is read: what happens from here on sets it again.
                wakeup.clear()
                if cancel.requested or self._in_flight.error:
                    break
                # Asked before the look: what a mail that was finished since then left behind, the look did not see.
                was_busy = self._is_busy
                queued = self._look(watch=watch)
                if queued or was_busy or self._is_busy:
                    busy_at_s = time.monotonic()
                elif not watch or time.monotonic() - busy_at_s >= idle_s:
                    break
                if queued < self._capacity:
                    wakeup.wait(self._pause_s)
        finally:
            cancel.set_waker(None)
            self._stop()
        if self._in_flight.error:
            raise self._in_flight.error
        return self._in_flight.summary()

    @property
    def _is_busy(self) -> bool:
        return not self._in_flight.empty or self._holds.checking

    @property
    def _pause_s(self) -> float:
        """How long to wait at most: other processes add mails, and leases must be extended in time."""
        return min(_POLL_S, self._options.lease_s / 3)

    def _look(self, *, watch: bool) -> int:
        """Extends the leases, closes the queues of SMTPs that were stopped, starts hold checks, and queues due mails as
        far as there is room; returns how many mails it queued. Raises StoreError."""
        now = self._context.clock.now()
        try:
            self._in_flight.release_postponed_leases()
            self._extend_leases(now)
            self._close_stopped()
            if watch:
                self._holds.start_due_checks()
            self._expire()
            # By the time from before: this courier's own leases must not have expired because the computer slept
            # since then.
            queued = self._claim(expired_at=now) if self._in_flight.more_is_due or self._is_something_due() else 0
        except StoreBusy:
            # Somebody writes a lot at the moment, or the disk is full. A courier that watches, or has mails in hand,
            # tries again with the next look.
            self._busy_since_s = self._busy_since_s or time.monotonic()
            if not watch and (self._in_flight.empty or time.monotonic() - self._busy_since_s > self._options.lease_s):
                raise
            return 0
        self._busy_since_s = None
        return queued

    def _close_stopped(self) -> None:
        """Closes the queues of SMTPs that somebody paused or found not to work."""
        queues = [queue for queue in self._all_queues() if not queue.closed]
        stopped = {hold.profile_id for hold in self._store.holds() if self._stops(hold)} if queues else set()
        for queue in queues:
            if queue.profile_id in stopped:
                self._worker.release_lease(*queue.close())

    def _stops(self, hold: SmtpHold) -> bool:
        """Whether nothing goes through the SMTP but what is being sent: this courier may send its probe."""
        return hold.stops and hold.courier != self._context.courier_id

    def _expire(self) -> None:
        now = self._context.clock.now()
        if self._expire_at and now < self._expire_at <= now + _EXPIRE_EVERY:
            return
        self._expire_at = now + _EXPIRE_EVERY
        if self._store.expire(now=now, after=self._context.policy.lifetime):
            self._context.events.publish(OutboxChanged())

    def _is_something_due(self) -> bool:
        due_at = self._store.next_due_at(now=self._context.clock.now())
        return due_at is not None and due_at <= self._context.clock.now()

    def _claim(self, *, expired_at: datetime) -> int:
        """Reclaims leases that had expired at that time, then claims and queues due mails; returns how many."""
        now = self._context.clock.now()
        retries = self._context.policy.next_unknown_tries(now=now, jitter=self._context.jitter())
        self._store.reclaim_expired(now=expired_at, retry_at=retries)
        self._smtps.refresh()
        queues = self._all_queues()
        closed = [queue for queue in queues if queue.closed]
        full = [queue.profile_id for queue in queues if not queue.has_room]
        limit = max([self._capacity, *(queue.capacity for queue in queues if queue.profile_id not in full)])
        claimed = self._in_flight.claim(
            now=now,
            lease_ends_at=now + self._lease,
            limit=limit,
            excluding=full,
            limits=self._smtps.limits,
        )
        self._in_flight.more_is_due = len(claimed) == limit or bool(full)
        if not claimed:
            return 0
        if self._extend_at is None or len(self._in_flight.ids) == len(claimed):
            self._extend_at = now + self._lease / 3
        holds = self._store.holds()
        self._retire(closed, holds)
        self._set_connections(holds)
        routes = Routes(self._smtps.all, holds, self._context.courier_id)
        return self._enqueue_all(claimed, [routes.job_of(delivery) for delivery in claimed])

    def _retire(self, closed: Sequence[ServerQueue], holds: Sequence[SmtpHold]) -> None:
        """Makes room for new queues of SMTPs that are open again. `closed` queues were closed before `holds` were
        read."""
        stopped = {hold.profile_id for hold in holds if self._stops(hold)}
        for queue in closed:
            if queue.profile_id not in stopped:
                with self._queues_lock:
                    del self._queues[queue.profile_id]
                self._old_queues = [old for old in (*self._old_queues, queue) if old.alive]

    def _set_connections(self, holds: Sequence[SmtpHold]) -> None:
        """Lets each SMTP have as many connections as it takes."""
        self._smtps.fewer_connections = {hold.profile_id: hold.connections for hold in holds if hold.connections}
        for queue in self._all_queues():
            queue.set_connections(self._smtps.connections(queue.profile_id, self._options.connections))

    def _all_queues(self) -> tuple[ServerQueue, ...]:
        with self._queues_lock:
            return tuple(self._queues.values())

    def _enqueue_all(self, claimed: Sequence[Delivery], jobs: Sequence[Job | None]) -> int:
        """Queues the jobs, and releases mails that have no job or no open queue; returns how many mails it queued."""
        unqueued = [delivery.id for delivery, job in zip(claimed, jobs, strict=True) if job is None]
        by_smtp: dict[ProfileId, list[Job]] = {}
        for job in filter(None, jobs):
            by_smtp.setdefault(job.profile.id, []).append(job)
        for of_one_smtp in by_smtp.values():
            if not self._enqueue(*of_one_smtp):
                unqueued += [job.delivery.id for job in of_one_smtp]
        if unqueued:
            # Their SMTP was held, or deleted, a moment ago.
            self._in_flight.release_leases(unqueued)
        return len(claimed) - len(unqueued)

    def _enqueue(self, *jobs: Job) -> bool:
        """Puts jobs of one SMTP into its queue; returns False where that is closed. Safe from every thread."""
        profile_id = jobs[0].profile.id
        with self._queues_lock:
            queue = self._queues.get(profile_id)
            if queue is None and not self._stopping:
                connections = self._smtps.connections(profile_id, self._options.connections)
                queue = ServerQueue(profile_id, connections=connections, idle_s=_CONNECTION_IDLE_S, sender=self._worker)
                self._queues[profile_id] = queue
        return queue is not None and queue.put(jobs)

    def _extend_leases(self, now: datetime) -> None:
        """Extends the leases once a third of their time is over, or the clock was set back. Raises StoreError."""
        # By the clock of the leases, not the monotonic one: it goes on while the computer sleeps.
        if self._in_flight.empty or (self._extend_at and now < self._extend_at <= now + self._lease / 3):
            return
        self._extend_at = now + self._lease / 3
        self._store.extend(self._context.courier_id, lease_ends_at=now + self._lease)

    def _stop(self) -> None:
        """Closes the queues, waits for what is being sent, and releases all leases. Afterwards nothing runs any more,
        except what waits for a keyring that does not answer."""
        with self._queues_lock:
            self._stopping = True
        queues = (*self._all_queues(), *self._old_queues)
        waiting = [job for queue in queues for job in queue.close()]
        with self._store_errors_noted():
            self._worker.release_lease(*waiting)
        self._await_sends(queues)
        for queue in queues:
            queue.cancel_sends()
        self._holds.stop(_CANCELLED_TIMEOUT_S)
        for queue in queues:
            queue.join(_CANCELLED_TIMEOUT_S)
        with self._store_errors_noted():
            self._in_flight.release_leases(self._in_flight.ids)

    def _await_sends(self, queues: Sequence[ServerQueue]) -> None:
        until_s = time.monotonic() + self._options.sends_timeout_s
        while True:
            self._in_flight.wakeup.clear()
            left_s = until_s - time.monotonic()
            if self._in_flight.empty or left_s <= 0 or not any(queue.alive for queue in queues):
                return
            with self._store_errors_noted():
                self._extend_leases(self._context.clock.now())
            self._in_flight.wakeup.wait(min(left_s, self._pause_s))

    @contextmanager
    def _store_errors_noted(self) -> Iterator[None]:
        """Keeps the stop going when the outbox fails; `work` raises the error afterwards."""
        try:
            yield
        except StoreError as error:
            self._in_flight.fail(error)
