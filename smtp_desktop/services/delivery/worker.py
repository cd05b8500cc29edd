"""The worker: sends jobs on the threads of a queue, from their start to their written result."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace

from smtp_desktop.domain.delivery.attempt import Attempt, DeliveryUpdate
from smtp_desktop.domain.delivery.delivery import Delivery, DeliveryId
from smtp_desktop.domain.diagnosis.conversation import Stage
from smtp_desktop.domain.diagnosis.kinds import Cause
from smtp_desktop.domain.errors import DamagedMail, NoSuchDelivery, StoreBusy, StoreError, VaultLocked
from smtp_desktop.domain.events import OutboxChanged
from smtp_desktop.domain.mail.address import BadAddress
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.shortage import lacking
from smtp_desktop.domain.smtp.profile import SmtpProfile
from smtp_desktop.services.delivery.attempt import (
    CourierContext,
    LeaseGuard,
    LeaseStatus,
    attempt_delivery,
    mails_of,
    not_started,
    outcome_of,
)
from smtp_desktop.services.delivery.holds import SmtpHolds
from smtp_desktop.services.delivery.in_flight import InFlight
from smtp_desktop.services.delivery.job_states import JobState
from smtp_desktop.services.delivery.outcome import (
    Outcome,
    Schedule,
    delivery_after,
    tries_of,
    update_for_backup,
    update_of,
)
from smtp_desktop.services.delivery.server_queue import Job, ServerQueue, WorkerConnection

_log = logging.getLogger(__name__)


class DeliveryWorker:
    """Attempts deliveries and writes down the results; the `JobSender` of all queues. Safe from every thread."""

    def __init__(
        self,
        context: CourierContext,
        in_flight: InFlight,
        holds: SmtpHolds,
        *,
        on_attempt: Callable[[Delivery, Attempt], None],
        enqueue: Callable[[Job], bool],
    ) -> None:
        """`on_attempt` gets each attempt, on a worker's thread. `enqueue` puts a job into the queue of its SMTP, or
        returns False where that is closed."""
        self._context = context
        self._in_flight = in_flight
        self._holds = holds
        self._on_attempt = on_attempt
        self._enqueue = enqueue

    def send(self, jobs: Sequence[Job], connection: WorkerConnection, queue: ServerQueue) -> None:
        """Attempts each mail, after which it is no longer this courier's or in the queue of its backup; or releases it.
        Never raises: an error of the outbox ends the courier, any other one is these mails' own."""
        alone = list(jobs)
        if len(jobs) > 1:
            at_hand, alone = alone, []
            with self._errors_contained(at_hand):
                alone = self._send_groups(at_hand, connection, queue)
        for job in alone:
            with self._errors_contained([job]):
                if queue.closed:
                    self.release_lease(job)
                else:
                    self._send_alone(job, connection, queue)

    def release_lease(self, *jobs: Job) -> None:
        """Makes the mails wait again, unless their data has started. Raises StoreError."""
        self._in_flight.release_leases(job.delivery.id for job in jobs)
        for job in jobs:
            self._holds.stop_probe(job)

    @contextmanager
    def _errors_contained(self, jobs: list[Job]) -> Iterator[None]:
        """Catches every error. One of the outbox, or a lack of memory or files, ends the courier, and `jobs` are
        released; after any other one, which is a bug, they are set aside, and the courier goes on with the others."""
        try:
            yield
        except StoreError as error:
            self._end_courier(jobs, error)
        except Exception as error:  # noqa: BLE001 - logged; whatever it is, no other mail must wait for it
            if lacking(error):
                self._end_courier(jobs, error)
                return
            _log.error("The program failed at %s", _named([job.delivery.id for job in jobs]), exc_info=error)
            for job in jobs:
                self._set_aside(job, error)

    def _end_courier(self, jobs: Sequence[Job], error: Exception) -> None:
        ids = [job.delivery.id for job in jobs]
        if isinstance(error, StoreBusy) and not self._in_flight.any_started(ids):
            # Nothing went out of them, and the database will be free again.
            self._in_flight.release_leases_later(ids)
            return
        self._in_flight.fail(error)
        _log.error("The courier ends at %s", _named(ids), exc_info=error)
        with suppress(StoreError):
            self.release_lease(*jobs)
        self._in_flight.lose(ids)

    def _set_aside(self, job: Job, error: Exception) -> None:
        """Lets the mail wait for a while, so that it blocks no other. Once its data has started, nobody knows what
        became of it."""
        state = self._in_flight.state_of(job.delivery.id)
        if state is None:
            return  # it has its result, or is another courier's
        message = msg(
            "An internal error occurred while sending this message: {kind}. See the log file.",
            kind=type(error).__name__,
        )
        cause = Cause.OUTCOME_UNKNOWN if state is JobState.DATA_STARTED else Cause.THIS_COMPUTER
        outcome = not_started(job, self._context.clock.now(), Stage.CONTENT, message, cause)
        try:
            self._in_flight.settle({job.delivery.id: self._update(job, outcome)}, through=job.profile.id)
            self._holds.stop_probe(job)
        except StoreError as further:
            self._end_courier([job], further)
        except Exception:  # noqa: BLE001 - logged; not even that can be noted: it is left to whoever finds its lease ended
            _log.exception("Nothing could be noted of mail %s", job.delivery.id)
            self._in_flight.lose([job.delivery.id])

    def _send_groups(self, jobs: list[Job], connection: WorkerConnection, queue: ServerQueue) -> list[Job]:
        """Sends the mails together, and after them those that follow in the queue as long as all goes well. `jobs` has
        those that are at hand. Returns those that are left, to be sent alone."""
        done: list[tuple[Job, Outcome]] = []
        try:
            while True:
                left = self._send_group(jobs, done, connection, queue)
                goes_on = not left and all(outcome.why is None for _, outcome in done)
                following = queue.more(connection) if goes_on else []
                if len(following) < 2:  # noqa: PLR2004 - one is no group
                    return [*left, *following]
                jobs[:] = following
        finally:
            self._apply(done, queue)

    def _send_group(
        self, jobs: list[Job], done: list[tuple[Job, Outcome]], connection: WorkerConnection, queue: ServerQueue
    ) -> list[Job]:
        """Sends `jobs` together, once the results of those that were `done` before are written; puts their own in the
        place of these. Returns those of which the server took nothing."""
        started_at = self._context.clock.now()
        with queue.sending() as cancel:
            try:
                mails = dict(zip((job.delivery.id for job in jobs), mails_of(self._context, jobs), strict=True))
            except (BadAddress, DamagedMail, NoSuchDelivery):
                return list(jobs)  # each alone, which says what is wrong with it
            owned = self._start_group(jobs, done)
            self._call_for_more(queue)
            timelines = connection.send_together([mails[job.delivery.id] for job in owned], cancel)
        sent = list(zip(owned, timelines, strict=True))
        done += [(job, outcome_of(self._context, job, started_at, timeline)) for job, timeline in sent if timeline]
        untouched = [job for job, timeline in sent if timeline is None]
        self._in_flight.untouched([job.delivery.id for job in untouched])
        return untouched

    def _start_group(self, jobs: Sequence[Job], done: list[tuple[Job, Outcome]]) -> list[Job]:
        """Writes the results of `done`, which it empties, and notes that the content of `jobs` goes out. Returns those
        that this courier still owns: only these may go."""
        profile = jobs[0].profile
        ids = [job.delivery.id for job in jobs]
        counted_at = self._context.counted_at(profile)
        if done:
            updates = {job.delivery.id: self._update(job, outcome) for job, outcome in done}
            started = self._in_flight.settle_and_start(updates, ids, through=profile.id, counted_at=counted_at)
            finished = [*done]
            done.clear()
            self._report_all(finished, updates)
        else:
            started = self._in_flight.start(ids, through=profile.id, counted_at=counted_at)
        return [job for job in jobs if job.delivery.id in started]

    def _call_for_more(self, queue: ServerQueue) -> None:
        """Wakes the courier up where the queue has room and more may be due. Called before this thread waits for a
        server, when the database is free for the claim."""
        if self._in_flight.more_is_due and queue.has_room:
            self._in_flight.wakeup.set()

    def _send_alone(self, job: Job, connection: WorkerConnection, queue: ServerQueue) -> None:
        self._call_for_more(queue)
        with queue.sending() as cancel:
            guard = LeaseGuard(self._context, self._in_flight, job, queue, cancel)
            try:
                self._send_guarded(job, connection, queue, guard)
            except VaultLocked as locked:
                self._in_flight.fail(locked)
                self.release_lease(job)
            finally:
                guard.end_sign_in()

    def _send_guarded(self, job: Job, connection: WorkerConnection, queue: ServerQueue, guard: LeaseGuard) -> None:
        if not connection.serves(job.profile) and not self._may_connect(job, queue, guard):
            self.release_lease(job)
            return
        outcome = attempt_delivery(self._context, job, connection, guard)
        if isinstance(guard.error, StoreBusy):
            raise guard.error
        if guard.error:
            self._in_flight.fail(guard.error)
            self.release_lease(job)
        elif guard.status is LeaseStatus.LOST:
            self._holds.stop_probe(job)
        elif guard.status is LeaseStatus.HELD and outcome.stopped:
            self.release_lease(job)
        else:
            self._apply([(job, outcome)], queue)

    def _may_connect(self, job: Job, queue: ServerQueue, guard: LeaseGuard) -> bool:
        if not guard.begin_sign_in():
            return False
        # Another process may have found out meanwhile that the SMTP does not work.
        if job.probe or not self._holds.stops(job.profile.id):
            return True
        self.release_lease(*queue.close())
        return False

    def _apply(self, results: Sequence[tuple[Job, Outcome]], queue: ServerQueue) -> None:
        """Stores the results, and moves mails that can go on through their backup to its queue."""
        finished: list[tuple[Job, Outcome]] = []
        for job, outcome in results:
            # Held before the mail waits again: else somebody could claim it at once.
            if self._holds.note(job, outcome, queue):
                self.release_lease(*queue.close())
            backup = self._free_backup(job) if outcome.for_backup else None
            if backup:
                self._go_on_through(backup, job, outcome)
            else:
                finished.append((job, outcome))
        if finished:
            updates = {job.delivery.id: self._update(job, outcome) for job, outcome in finished}
            self._in_flight.settle(updates, through=finished[0][0].profile.id)
            self._report_all(finished, updates)

    def _free_backup(self, job: Job) -> SmtpProfile | None:
        backup = job.backup
        if backup is None or backup.id == job.profile.id or self._holds.stops(backup.id):
            return None
        return backup

    def _go_on_through(self, backup: SmtpProfile, job: Job, outcome: Outcome) -> None:
        """Keeps the attempt, and puts the mail into the queue of `backup`."""
        update = update_for_backup(job.delivery, outcome)
        if not self._in_flight.pass_to_backup(job.delivery.id, update):
            return
        delivery = replace(
            job.delivery,
            attempts=update.attempt.number,
            recipients=update.recipients,
            last_cause=update.attempt.cause,
            last_reply=update.reply,
        )
        self._report((delivery, update.attempt))
        backup_job = Job(delivery=delivery, profile=backup, by_backup=True, waits_with_smtp=outcome.waits_with_smtp)
        if not self._enqueue(backup_job):
            self.release_lease(backup_job)

    def _update(self, job: Job, outcome: Outcome) -> DeliveryUpdate:
        delivery = job.delivery
        earlier = self._context.store.attempts(delivery.id) if outcome.why and delivery.backup_id else ()
        schedule = Schedule(
            policy=self._context.policy,
            now=self._context.clock.now(),
            jitter=self._context.jitter(),
            tries=tries_of(delivery, by_backup=job.by_backup, earlier=earlier),
            waits_with_smtp=job.waits_with_smtp,
        )
        return update_of(delivery, outcome, schedule)

    def _report_all(self, finished: Sequence[tuple[Job, Outcome]], updates: dict[DeliveryId, DeliveryUpdate]) -> None:
        done = [(job.delivery, updates[job.delivery.id]) for job, _ in finished]
        self._report(*((delivery_after(delivery, update), update.attempt) for delivery, update in done))

    def _report(self, *attempts: tuple[Delivery, Attempt]) -> None:
        self._context.events.publish(OutboxChanged())
        for delivery, attempt in attempts:
            self._on_attempt(delivery, attempt)


def _named(ids: Sequence[DeliveryId]) -> str:
    return ", ".join(f"mail {each}" for each in ids)
