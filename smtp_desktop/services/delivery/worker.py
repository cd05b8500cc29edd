"""The worker: sends jobs on the threads of a queue, from their start to their written result."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from smtp_desktop.domain.delivery.attempt import Attempt, DeliveryUpdate, Disposition, last_reply
from smtp_desktop.domain.delivery.delivery import Delivery, DeliveryState, SmtpHold
from smtp_desktop.domain.delivery.retry_policy import retry_after_s
from smtp_desktop.domain.diagnosis.conversation import Stage
from smtp_desktop.domain.errors import NoSuchProfile, StoreBusy, StoreError, VaultLocked
from smtp_desktop.domain.events import OutboxChanged
from smtp_desktop.domain.mail.address import BadAddress
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.smtp.profile import ProfileId, SmtpProfile
from smtp_desktop.services.delivery.attempt import (
    CourierContext,
    LeaseGuard,
    LeaseStatus,
    attempt_delivery,
    mails_of,
    not_started,
    result_of,
)
from smtp_desktop.services.delivery.attempt_result import AttemptResult, attempt_of, update_of
from smtp_desktop.services.delivery.holds import FIRST_WAIT
from smtp_desktop.services.delivery.in_flight import InFlight
from smtp_desktop.services.delivery.server_queue import Job, ServerQueue, WorkerConnection

_log = logging.getLogger(__name__)

_Result = TypeVar("_Result")
_BUSY_TRIES = 5  # each waits for the database's busy timeout


class DeliveryWorker:
    """Attempts deliveries and writes down the results; the `JobSender` of all queues. Safe from every thread."""

    def __init__(
        self,
        context: CourierContext,
        in_flight: InFlight,
        *,
        on_attempt: Callable[[Delivery, Attempt], None],
        enqueue: Callable[[Job], bool],
    ) -> None:
        """`on_attempt` gets each attempt, on a worker's thread. `enqueue` puts a job into the queue of its SMTP, or
        returns False where that is closed."""
        self._context = context
        self._store = context.store
        self._in_flight = in_flight
        self._on_attempt = on_attempt
        self._enqueue = enqueue

    def send(self, jobs: Sequence[Job], connection: WorkerConnection, queue: ServerQueue) -> None:
        """Attempts each mail, after which it is no longer this courier's or in the queue of its backup; or releases it.
        Never raises: an error ends the courier."""
        alone = jobs
        if len(jobs) > 1:
            alone = ()
            with self._errors_end_the_courier(*jobs):
                alone = self._send_together(jobs, connection, queue)
        for job in alone:
            with self._errors_end_the_courier(job):
                if queue.closed:
                    self.release_lease(job)
                else:
                    self._send_alone(job, connection, queue)

    def release_lease(self, *jobs: Job) -> None:
        """Makes the mails wait again, unless their data has started. Raises StoreError."""
        ids = [job.delivery.id for job in jobs]
        if ids:
            self._store.release_lease(self._context.courier_id, ids)
            self._in_flight.remove(*ids)

    @contextmanager
    def _errors_end_the_courier(self, *jobs: Job) -> Iterator[None]:
        """Catches every error, be it a bug or the database's: ends the courier, and releases the leases of `jobs`."""
        try:
            yield
        except BaseException as error:  # noqa: BLE001 - the courier raises it, on the thread that runs it
            self._crashed(jobs, error)

    def _crashed(self, jobs: Sequence[Job], error: BaseException) -> None:
        """Ends the courier with `error`. A single mail waits for a while, so that it does not block the others next
        time. Of several, nobody knows which one it was: they are released, and those whose data has started are left
        to `reclaim_expired`."""
        ids = [job.delivery.id for job in jobs]
        self._in_flight.fail(error)
        _log.error("The courier ends at %s", ", ".join(f"mail {each}" for each in ids), exc_info=error)
        with suppress(StoreError):
            if isinstance(error, StoreError) or len(jobs) > 1:
                self.release_lease(*jobs)
            elif ids[0] in self._in_flight.ids:
                self._postpone(jobs[0], error)
        self._in_flight.remove(*ids)

    def _postpone(self, job: Job, error: BaseException) -> None:
        message = msg("The program failed at this mail: {kind}. Its log file says more.", kind=type(error).__name__)
        result = not_started(job, self._context.clock.now(), Stage.CONTENT, message, Disposition.RETRY)
        self._store.finish(self._context.courier_id, {job.delivery.id: self._update(job, result)})

    def _send_together(self, jobs: Sequence[Job], connection: WorkerConnection, queue: ServerQueue) -> Sequence[Job]:
        """Sends the mails together. Returns those of which the server took nothing, to be sent alone."""
        started_at = self._context.clock.now()
        with queue.sending() as cancel:
            try:
                mails = dict(zip((job.delivery.id for job in jobs), mails_of(self._context, jobs), strict=True))
            except BadAddress:
                return jobs
            owned = self._mark_data_started(jobs)
            self._call_for_more(queue)
            timelines = connection.send_together([mails[job.delivery.id] for job in owned], cancel)
        sent = list(zip(owned, timelines, strict=True))
        self._apply_results([(job, result_of(job, started_at, timeline)) for job, timeline in sent if timeline], queue)
        untouched = [job for job, timeline in sent if timeline is None]
        if untouched:
            ids = [job.delivery.id for job in untouched]
            self._patiently(lambda: self._store.unmark_data_started(self._context.courier_id, ids))
        return untouched

    def _mark_data_started(self, jobs: Sequence[Job]) -> Sequence[Job]:
        """Notes that the content of `jobs` goes out. Returns those that this courier still owns: only these may go."""
        ids = [job.delivery.id for job in jobs]
        owned = set(self._store.mark_data_started(ids, self._context.courier_id, through=jobs[0].profile.id))
        self._in_flight.remove(*(each for each in ids if each not in owned))
        return [job for job in jobs if job.delivery.id in owned]

    def _call_for_more(self, queue: ServerQueue) -> None:
        """Wakes the courier up where the queue has room. Called before this thread waits for a server, when the
        database is free for the claim."""
        if queue.has_room:
            self._in_flight.wakeup.set()

    def _send_alone(self, job: Job, connection: WorkerConnection, queue: ServerQueue) -> None:
        self._call_for_more(queue)
        with queue.sending() as cancel:
            guard = LeaseGuard(self._context, job, queue, cancel)
            try:
                self._send_guarded(job, connection, queue, guard)
            except VaultLocked as locked:
                self._in_flight.fail(locked)
                self.release_lease(job)
            finally:
                guard.end_sign_in()

    def _send_guarded(self, job: Job, connection: WorkerConnection, queue: ServerQueue, guard: LeaseGuard) -> None:
        if not connection.serves(job.profile.server) and not self._may_connect(job, queue, guard):
            self.release_lease(job)
            return
        result = attempt_delivery(self._context, job, connection, guard)
        if guard.error:
            self._in_flight.fail(guard.error)
            self.release_lease(job)
        elif guard.status is LeaseStatus.LOST:
            self._in_flight.remove(job.delivery.id)
        elif guard.status is LeaseStatus.HELD and result.disposition is Disposition.STOPPED:
            self.release_lease(job)
        else:
            self._apply_results([(job, result)], queue)

    def _may_connect(self, job: Job, queue: ServerQueue, guard: LeaseGuard) -> bool:
        if not guard.begin_sign_in():
            return False
        # Another process may have found out meanwhile that the sign-in fails.
        if not self._is_held(job.profile.id):
            return True
        self.release_lease(*queue.close())
        return False

    def _is_held(self, profile_id: ProfileId) -> bool:
        return any(hold.profile_id == profile_id for hold in self._store.holds())

    def _apply_results(self, results: Sequence[tuple[Job, AttemptResult]], queue: ServerQueue) -> None:
        """Stores the results, and moves mails that can go on through their backup to its queue."""
        finished: list[tuple[Job, DeliveryUpdate]] = []
        for job, result in results:
            if result.disposition is Disposition.HOLD:
                self._hold(job, result, queue)
            backup = self._free_backup(job) if result.disposition in {Disposition.RETRY, Disposition.HOLD} else None
            if backup:
                self._go_on_through(backup, job, result)
            else:
                finished.append((job, self._update(job, result)))
        if finished:
            self._finish(finished)

    def _hold(self, job: Job, result: AttemptResult, queue: ServerQueue) -> None:
        """Holds the SMTP, unless it was changed meanwhile: then it may well work by now. Closes its queue."""
        failure = result.timeline.failure
        if failure is not None and self._is_current(job.profile):
            now = self._context.clock.now()
            self._store.hold(
                SmtpHold(
                    profile_id=job.profile.id,
                    since=now,
                    stage=failure.stage,
                    kind=failure.kind,
                    reply=last_reply(result.timeline),
                    check_at=now + FIRST_WAIT,
                )
            )
        self.release_lease(*queue.close())

    def _is_current(self, profile: SmtpProfile) -> bool:
        try:
            return self._context.profiles.get(profile.id).server == profile.server
        except NoSuchProfile:
            return False

    def _free_backup(self, job: Job) -> SmtpProfile | None:
        backup = job.backup
        return None if backup is None or backup.id == job.profile.id or self._is_held(backup.id) else backup

    def _go_on_through(self, backup: SmtpProfile, job: Job, result: AttemptResult) -> None:
        """Keeps the attempt, and puts the mail into the queue of `backup`."""
        attempt = attempt_of(job.delivery, result, DeliveryState.WAITING)
        if not self._patiently(lambda: self._store.note(job.delivery.id, self._context.courier_id, attempt)):
            self._in_flight.remove(job.delivery.id)
            return
        delivery = replace(job.delivery, attempts=attempt.number)
        self._report((delivery, attempt))
        all_held = result.disposition is Disposition.HOLD
        backup_job = Job(delivery=delivery, profile=backup, by_backup=True, all_held=all_held)
        if not self._enqueue(backup_job):
            self.release_lease(backup_job)

    def _update(self, job: Job, result: AttemptResult) -> DeliveryUpdate:
        now = self._context.clock.now()
        return update_of(job.delivery, result, now=now, next_try=lambda: self._next_try(job, result, now))

    def _next_try(self, job: Job, result: AttemptResult, now: datetime) -> datetime | None:
        if result.disposition is Disposition.STOPPED or (result.disposition is Disposition.HOLD and job.all_held):
            return now
        return self._context.policy.next_try(
            since=job.delivery.retry_from or job.delivery.created_at,
            now=now,
            tries=self._tries(job),
            asked_s=retry_after_s(result.timeline),
            jitter=self._context.jitter(),
        )

    def _tries(self, job: Job) -> int:
        """Returns how often the mail was tried, this time included. An attempt through an SMTP and the one through its
        backup that follows are one try."""
        if job.delivery.backup_id is None:
            return job.delivery.attempts + 1
        earlier = [attempt.by_backup for attempt in self._store.attempts(job.delivery.id)]
        return max(earlier.count(True) + job.by_backup, earlier.count(False) + (not job.by_backup))

    def _finish(self, finished: Sequence[tuple[Job, DeliveryUpdate]]) -> None:
        updates = {job.delivery.id: update for job, update in finished}
        for delivery_id in self._patiently(lambda: self._store.finish(self._context.courier_id, updates)):
            self._in_flight.count(delivery_id, updates[delivery_id].state)
        self._in_flight.remove(*updates)
        self._report(*((_updated(job.delivery, update), update.attempt) for job, update in finished))

    def _patiently(self, write: Callable[[], _Result]) -> _Result:
        """Returns what `write` returns, calling it again while the database is busy: results of attempts must not get
        lost. Raises StoreError."""
        for _ in range(_BUSY_TRIES - 1):
            with suppress(StoreBusy):
                return write()
        return write()

    def _report(self, *attempts: tuple[Delivery, Attempt]) -> None:
        self._context.events.publish(OutboxChanged())
        for delivery, attempt in attempts:
            self._on_attempt(delivery, attempt)


def _updated(delivery: Delivery, update: DeliveryUpdate) -> Delivery:
    """Returns `delivery` as `update` leaves it."""
    attempt = update.attempt
    failure = attempt.timeline.failure
    return replace(
        delivery,
        state=update.state,
        recipients=update.recipients,
        smtp_name=attempt.smtp_name,
        by_backup=attempt.by_backup,
        attempts=attempt.number,
        next_try_at=update.next_try_at,
        finished_at=update.finished_at,
        last_stage=failure.stage if failure else None,
        last_kind=failure.kind if failure else None,
        last_reply=last_reply(attempt.timeline),
        may_be_twice=update.may_be_twice,
    )
