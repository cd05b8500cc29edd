"""The courier: takes what is due from the outbox and sends it, a few mails at a time through each SMTP."""

import math
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.delivery.delivery import Attempt, CourierId, Delivery, RetryPolicy, Route
from smtp_desktop.domain.delivery.routing import route_of
from smtp_desktop.domain.errors import StoreBusy, StoreError
from smtp_desktop.domain.smtp.profile import ProfileId, SmtpProfile
from smtp_desktop.services.checks.tester import Tester
from smtp_desktop.services.delivery.attempt import CourierContext
from smtp_desktop.services.delivery.holds import HoldChecks
from smtp_desktop.services.delivery.in_flight import DeliverySummary, InFlight
from smtp_desktop.services.delivery.ports import MailConnector, OutboxStore
from smtp_desktop.services.delivery.server_queue import MAILS_PER_CONNECTION, Job, ServerQueue
from smtp_desktop.services.delivery.worker import DeliveryWorker
from smtp_desktop.services.ports import Clock, Events, HealthStore, ProfileStore, Vault

_LOOK_EVERY_S = 0.5
_IDLE_S = 10.0  # servers hang up on idle connections, some after less than a minute
_PATIENCE_S = 20.0  # for the mails in hand when the courier is to end
_LAST_PATIENCE_S = 5.0  # for sends that were cancelled, and connections that are closed


class Courier:
    """Delivers mails. Any number of couriers, in any number of processes, share one outbox."""

    def __init__(
        self,
        *,
        store: OutboxStore,
        profiles: ProfileStore,
        health: HealthStore,
        vault: Vault,
        connector: MailConnector,
        tester: Tester,
        clock: Clock,
        events: Events,
        policy: RetryPolicy,
        jitter: Callable[[], float],
        courier_id: CourierId,
        lease_s: float = 60,
        connections: int = 2,
        patience_s: float = _PATIENCE_S,
    ) -> None:
        """Claimed mails are this courier's for `lease_s`, and for longer as long as it lives. `jitter` gives numbers
        from 0 to 1; no two couriers have the same `courier_id`."""
        self._context = CourierContext(
            store=store,
            profiles=profiles,
            health=health,
            vault=vault,
            connector=connector,
            clock=clock,
            events=events,
            policy=policy,
            jitter=jitter,
            courier_id=courier_id,
        )
        self._tester = tester
        self._lease_s = lease_s
        self._connections = connections
        self._patience_s = patience_s

    def run(
        self,
        *,
        watch: bool,
        cancel: Cancel,
        on_attempt: Callable[[Delivery, Attempt], None] = lambda _delivery, _attempt: None,
        idle_s: float = math.inf,
    ) -> DeliverySummary:
        """All that was due is tried; with `watch` it goes on until `cancel`, or until there was nothing to do for
        `idle_s`. Returns how it went.

        After `cancel` the mails that are being sent are finished, for 20 seconds at most, and the others wait again.
        `on_attempt` hears of each attempt, on any thread. Raises VaultLocked when a password is needed first,
        StoreError; in both cases all other mails have been given back.
        """
        shift = CourierRun(
            self._context,
            self._tester,
            lease_s=self._lease_s,
            connections=self._connections,
            patience_s=self._patience_s,
            on_attempt=on_attempt,
        )
        return shift.work(watch=watch, cancel=cancel, idle_s=idle_s)


class CourierRun:
    """One run of a courier."""

    def __init__(
        self,
        context: CourierContext,
        tester: Tester,
        *,
        lease_s: float,
        connections: int,
        patience_s: float,
        on_attempt: Callable[[Delivery, Attempt], None],
    ) -> None:
        self._context = context
        self._store = context.store
        self._lease_s = lease_s
        self._connections = connections
        self._patience_s = patience_s
        self._room = MAILS_PER_CONNECTION * connections
        self._in_flight = InFlight()
        self._dispatch = DeliveryWorker(context, self._in_flight, on_attempt=on_attempt, forward=self._put)
        self._probes = HoldChecks(context, tester, failed=self._in_flight.fail)
        self._queues: dict[ProfileId, ServerQueue] = {}
        self._old_queues: list[ServerQueue] = []
        self._opening = threading.Lock()
        self._stopping = False
        self._beat_at: datetime | None = None

    def work(self, *, watch: bool, cancel: Cancel, idle_s: float) -> DeliverySummary:
        """See `Courier.run`."""
        wakeup, busy_at_s = self._in_flight.wakeup, time.monotonic()
        cancel.wakes(wakeup.set)
        try:
            while True:
                # Before anything is looked at: what happens from here on rings again.
                wakeup.clear()
                if cancel.requested or self._in_flight.error:
                    break
                placed = self._round(watch=watch)
                if placed or self._is_busy:
                    busy_at_s = time.monotonic()
                elif not watch or time.monotonic() - busy_at_s >= idle_s:
                    break
                if placed < self._room:
                    wakeup.wait(self._pause_s)
        finally:
            cancel.wakes(None)
            self._stop()
        if self._in_flight.error:
            raise self._in_flight.error
        return self._in_flight.summary()

    @property
    def _is_busy(self) -> bool:
        return not self._in_flight.empty or self._probes.running

    @property
    def _pause_s(self) -> float:
        """How long to wait at most: others may put mails into the outbox, and what is in hand must stay ours."""
        return min(_LOOK_EVERY_S, self._lease_s / 3)

    def _round(self, *, watch: bool) -> int:
        """What is due is on its way, as far as there is room; returns how many mails that is. Raises StoreError."""
        now = self._context.clock.now()
        try:
            self._beat(now)
            if watch:
                self._probes.look()
            # By then, so that this courier's own have not ended if the computer sleeps in between.
            return self._claim(leases_ended_by=now) if self._is_something_due() else 0
        except StoreBusy:
            # Somebody writes a lot just now; for a courier that stays there is another time.
            if not watch:
                raise
            return 0

    def _is_something_due(self) -> bool:
        due_at = self._store.next_due_at()
        return due_at is not None and due_at <= self._context.clock.now()

    def _claim(self, *, leases_ended_by: datetime) -> int:
        now = self._context.clock.now()
        first_retry = self._context.policy.next_try(
            since=now, now=now, attempts=1, asked_s=None, jitter=self._context.jitter()
        )
        self._store.reclaim_expired(now=leases_ended_by, retry_at=first_retry or now)
        queues = self._all_queues()
        closed = [queue for queue in queues if queue.closed]
        held = {hold.profile_id for hold in self._store.holds()}
        self._reopen(closed, held)
        claimed = self._store.claim(
            self._context.courier_id,
            now=now,
            lease_ends_at=now + timedelta(seconds=self._lease_s),
            limit=max([self._room, *(queue.capacity for queue in queues if queue.has_room)]),
            excluding=[queue.profile_id for queue in queues if not queue.has_room],
        )
        if not claimed:
            return 0
        if self._in_flight.empty:
            self._beat_at = now + timedelta(seconds=self._lease_s / 3)
        self._in_flight.take(*(delivery.id for delivery in claimed))
        ways = Routes(self._context.profiles.all(), held)
        return self._place(claimed, [ways.job_of(delivery) for delivery in claimed])

    def _reopen(self, closed: Sequence[ServerQueue], held: Collection[ProfileId]) -> None:
        """Lanes that were closed before the holds were read, and are held no more, make room for new ones."""
        for queue in closed:
            if queue.profile_id not in held:
                with self._opening:
                    del self._queues[queue.profile_id]
                self._old_queues = [old for old in (*self._old_queues, queue) if old.alive]

    def _all_queues(self) -> tuple[ServerQueue, ...]:
        with self._opening:
            return tuple(self._queues.values())

    def _place(self, claimed: Sequence[Delivery], jobs: Sequence[Job | None]) -> int:
        homeless = [delivery.id for delivery, job in zip(claimed, jobs, strict=True) if job is None]
        by_smtp: dict[ProfileId, list[Job]] = {}
        for job in filter(None, jobs):
            by_smtp.setdefault(job.profile.id, []).append(job)
        for together in by_smtp.values():
            if not self._put(*together):
                homeless += [job.delivery.id for job in together]
        if homeless:
            # Its SMTP was held, or deleted, a moment ago.
            self._store.release_lease(self._context.courier_id, homeless)
            self._in_flight.drop(*homeless)
        return len(claimed) - len(homeless)

    def _put(self, *jobs: Job) -> bool:
        """They are in the lane of their SMTP; False where that is closed."""
        profile_id = jobs[0].profile.id
        with self._opening:
            queue = self._queues.get(profile_id)
            if queue is None and not self._stopping:
                queue = ServerQueue(profile_id, connections=self._connections, idle_s=_IDLE_S, work=self._dispatch)
                self._queues[profile_id] = queue
        return queue is not None and queue.put(jobs)

    def _beat(self, now: datetime) -> None:
        """What is in hand stays this courier's. Raises StoreError."""
        # By the clock of the leases, which runs on while the computer sleeps.
        if self._in_flight.empty or (self._beat_at and now < self._beat_at):
            return
        self._beat_at = now + timedelta(seconds=self._lease_s / 3)
        self._store.extend(self._context.courier_id, lease_ends_at=now + timedelta(seconds=self._lease_s))

    def _stop(self) -> None:
        """No mail is in hand and nothing runs any more, but for what waits for a keyring that does not answer."""
        with self._opening:
            self._stopping = True
        queues = (*self._all_queues(), *self._old_queues)
        waiting = [job for queue in queues for job in queue.close()]
        with self._noting():
            self._dispatch.release_lease(*waiting)
        self._await_sends(self._patience_s)
        for queue in queues:
            queue.cancel_sends()
        self._probes.stop(_LAST_PATIENCE_S)
        for queue in queues:
            queue.join(_LAST_PATIENCE_S)
        with self._noting():
            self._store.release_lease(self._context.courier_id, self._in_flight.held)

    def _await_sends(self, patience_s: float) -> None:
        until_s = time.monotonic() + patience_s
        while True:
            self._in_flight.wakeup.clear()
            left_s = until_s - time.monotonic()
            if self._in_flight.empty or left_s <= 0:
                return
            with self._noting():
                self._beat(self._context.clock.now())
            self._in_flight.wakeup.wait(min(left_s, self._pause_s))

    @contextmanager
    def _noting(self) -> Iterator[None]:
        """An error of the outbox ends nothing here, but `run` raises it."""
        try:
            yield
        except StoreError as error:
            self._in_flight.fail(error)


class Routes:
    """What mails go through now; asked once for all that are for the same SMTPs."""

    def __init__(self, profiles: Sequence[SmtpProfile], held: Collection[ProfileId]) -> None:
        self._profiles = profiles
        self._by_id = {profile.id: profile for profile in profiles}
        self._held = held
        self._routes: dict[tuple[ProfileId | None, ProfileId | None], Route] = {}

    def job_of(self, delivery: Delivery) -> Job | None:
        """Returns the mail with the SMTP that it goes through now; None where there is none."""
        route = self._route(delivery.smtp_id, delivery.backup_id)
        if route.profile_id is None or route.profile_id in self._held:
            return None
        backup = self._by_id.get(delivery.backup_id) if delivery.backup_id and not route.by_backup else None
        return Job(delivery=delivery, profile=self._by_id[route.profile_id], by_backup=route.by_backup, backup=backup)

    def _route(self, smtp_id: ProfileId | None, backup_id: ProfileId | None) -> Route:
        found = self._routes.get((smtp_id, backup_id))
        if found is None:
            found = route_of(smtp_id=smtp_id, backup_id=backup_id, profiles=self._profiles, held=self._held)
            self._routes[smtp_id, backup_id] = found
        return found
