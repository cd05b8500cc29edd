"""Sending mails: on a worker's thread, from taking it up to writing down what came of it."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from smtp_desktop.domain.delivery.delivery import (
    Attempt,
    Delivery,
    DeliveryState,
    Disposition,
    SmtpHold,
    disposition_of,
    last_reply,
    retry_after_s,
)
from smtp_desktop.domain.delivery.outbox_entry import DeliveryUpdate
from smtp_desktop.domain.diagnosis.conversation import Stage
from smtp_desktop.domain.errors import NoSuchProfile, StoreBusy, StoreError, VaultLocked
from smtp_desktop.domain.events import OutboxChanged
from smtp_desktop.domain.mail.address import BadAddress
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.smtp.profile import ProfileId, SmtpProfile
from smtp_desktop.services.delivery.attempt import CourierContext, LeaseGuard, mails_of, not_started, tried_of, try_job
from smtp_desktop.services.delivery.attempt_result import AttemptResult, attempt_of, outcome_of
from smtp_desktop.services.delivery.in_flight import InFlight
from smtp_desktop.services.delivery.server_queue import Job, ServerQueue, WorkerConnection

_log = logging.getLogger(__name__)

FIRST_PROBE = timedelta(minutes=15)
_Written = TypeVar("_Written")
_BUSY_TRIES = 5  # each waits for as long as the database's own busy timeout


class DeliveryWorker:
    """Tries mails, and writes down how that went; see `queues.Work`. Safe from every thread."""

    def __init__(
        self,
        context: CourierContext,
        in_flight: InFlight,
        *,
        on_attempt: Callable[[Delivery, Attempt], None],
        forward: Callable[[Job], bool],
    ) -> None:
        """`forward` puts a job into the lane of its SMTP, or returns False."""
        self._context = context
        self._store = context.store
        self._in_flight = in_flight
        self._on_attempt = on_attempt
        self._forward = forward

    def send(self, jobs: Sequence[Job], connection: WorkerConnection, queue: ServerQueue) -> None:
        """Each mail was tried and is nobody's any more, or is on its way through its backup; or it was given back."""
        alone = jobs
        if len(jobs) > 1:
            alone = ()
            with self._answering_for(*jobs):
                alone = self._send_together(jobs, connection, queue)
        for job in alone:
            with self._answering_for(job):
                if queue.closed:
                    self.release_lease(job)
                else:
                    self._send_alone(job, connection, queue)

    def release_lease(self, *jobs: Job) -> None:
        """They wait again, unless they were handed over. Raises StoreError."""
        ids = [job.delivery.id for job in jobs]
        if ids:
            self._store.release_lease(self._context.courier_id, ids)
            self._in_flight.drop(*ids)

    @contextmanager
    def _answering_for(self, *jobs: Job) -> Iterator[None]:
        """An error, which is a bug's or the database's, ends the courier, and `jobs` are in its hand no more."""
        try:
            yield
        except BaseException as error:  # noqa: BLE001 - the courier raises it, on the caller's thread
            self._crashed(jobs, error)

    def _crashed(self, jobs: Sequence[Job], error: BaseException) -> None:
        """The courier ends with `error`. A mail waits a while, so that it does not hold up the others next time; of
        several nobody knows which it was, and those that were handed over are left to `OutboxStore.recover`."""
        ids = [job.delivery.id for job in jobs]
        self._in_flight.fail(error)
        _log.error("The courier ends at %s", ", ".join(f"mail {each}" for each in ids), exc_info=error)
        with suppress(StoreError):
            if isinstance(error, StoreError) or len(jobs) > 1:
                self.release_lease(*jobs)
            elif ids[0] in self._in_flight.held:
                self._postpone(jobs[0], error)
        self._in_flight.drop(*ids)

    def _postpone(self, job: Job, error: BaseException) -> None:
        message = msg("The program failed at this mail: {kind}. Its log file says more.", kind=type(error).__name__)
        result = not_started(job, self._context.clock.now(), Stage.CONTENT, message, Disposition.RETRY)
        self._store.finish(self._context.courier_id, {job.delivery.id: self._outcome(job, result)})

    def _send_together(self, jobs: Sequence[Job], connection: WorkerConnection, queue: ServerQueue) -> Sequence[Job]:
        """The mails went out in one go. Returns those that did not, and are to be sent alone."""
        started_at = self._context.clock.now()
        with queue.sending() as cancel:
            try:
                mails = dict(zip((job.delivery.id for job in jobs), mails_of(self._context, jobs), strict=True))
            except BadAddress:
                return jobs
            going = self._data_started(jobs)
            self._call_for_more(queue)
            timelines = connection.send_together([mails[job.delivery.id] for job in going], cancel)
        told = list(zip(going, timelines, strict=True))
        self._settle(
            [(job, tried_of(job, started_at, each, disposition_of(each))) for job, each in told if each], queue
        )
        untouched = [job for job, each in told if each is None]
        if untouched:
            ids = [job.delivery.id for job in untouched]
            self._patiently(lambda: self._store.unmark_data_started(self._context.courier_id, ids))
        return untouched

    def _data_started(self, jobs: Sequence[Job]) -> Sequence[Job]:
        """It is noted that their content goes out. Returns those that are still this courier's, and may go."""
        ids = [job.delivery.id for job in jobs]
        mine = set(self._store.mark_data_started(ids, self._context.courier_id, through=jobs[0].profile.id))
        self._in_flight.drop(*(each for each in ids if each not in mine))
        return [job for job in jobs if job.delivery.id in mine]

    def _call_for_more(self, queue: ServerQueue) -> None:
        """Called where a wait begins, so that the database is free for who claims."""
        if queue.has_room:
            self._in_flight.wakeup.set()

    def _send_alone(self, job: Job, connection: WorkerConnection, queue: ServerQueue) -> None:
        self._call_for_more(queue)
        with queue.sending() as cancel:
            guard = LeaseGuard(self._context, job, queue, cancel)
            try:
                self._send(job, connection, queue, guard)
            except VaultLocked as locked:
                self._in_flight.fail(locked)
                self.release_lease(job)
            finally:
                guard.leave()

    def _send(self, job: Job, connection: WorkerConnection, queue: ServerQueue, guard: LeaseGuard) -> None:
        if not connection.serves(job.profile.server) and not self._may_connect(job, queue, guard):
            self.release_lease(job)
            return
        result = try_job(self._context, job, connection, guard)
        if guard.error:
            self._in_flight.fail(guard.error)
            self.release_lease(job)
        elif guard.lost:
            self._in_flight.drop(job.delivery.id)
        elif result.disposition is Disposition.STOPPED and not guard.data_started:
            self.release_lease(job)
        else:
            self._settle([(job, result)], queue)

    def _may_connect(self, job: Job, queue: ServerQueue, guard: LeaseGuard) -> bool:
        if not guard.enter():
            return False
        # Another process may have found out meanwhile that signing in fails.
        if not self._is_held(job.profile.id):
            return True
        self.release_lease(*queue.close())
        return False

    def _is_held(self, profile_id: ProfileId) -> bool:
        return any(hold.profile_id == profile_id for hold in self._store.holds())

    def _settle(self, told: Sequence[tuple[Job, AttemptResult]], queue: ServerQueue) -> None:
        """What came of the mails is written down; those that can go on through their backup are on their way."""
        ended: list[tuple[Job, DeliveryUpdate]] = []
        for job, result in told:
            if result.disposition is Disposition.HOLD:
                self._hold(job, result, queue)
            backup = self._free_backup(job) if result.disposition in {Disposition.RETRY, Disposition.HOLD} else None
            if backup:
                self._go_on(job, result, backup)
            else:
                ended.append((job, self._outcome(job, result)))
        if ended:
            self._finish(ended)

    def _hold(self, job: Job, result: AttemptResult, queue: ServerQueue) -> None:
        """Nobody sends through this SMTP, unless it was changed meanwhile: then it may well work by now."""
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
                    probe_at=now + FIRST_PROBE,
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

    def _go_on(self, job: Job, result: AttemptResult, backup: SmtpProfile) -> None:
        """The attempt is kept, and the mail is on its way through `backup`."""
        attempt = attempt_of(job.delivery, result, DeliveryState.WAITING)
        if not self._patiently(lambda: self._store.note(job.delivery.id, self._context.courier_id, attempt)):
            self._in_flight.drop(job.delivery.id)
            return
        delivery = replace(job.delivery, attempts=attempt.number)
        self._tell((delivery, attempt))
        onward = Job(delivery=delivery, profile=backup, by_backup=True, all_held=result.disposition is Disposition.HOLD)
        if not self._forward(onward):
            self.release_lease(onward)

    def _outcome(self, job: Job, result: AttemptResult) -> DeliveryUpdate:
        now = self._context.clock.now()
        return outcome_of(job.delivery, result, now=now, next_try=lambda: self._next_try(job, result, now))

    def _next_try(self, job: Job, result: AttemptResult, now: datetime) -> datetime | None:
        if result.disposition is Disposition.STOPPED or (result.disposition is Disposition.HOLD and job.all_held):
            return now
        return self._context.policy.next_try(
            since=job.delivery.retry_from or job.delivery.created_at,
            now=now,
            attempts=self._rounds(job),
            asked_s=retry_after_s(result.timeline),
            jitter=self._context.jitter(),
        )

    def _rounds(self, job: Job) -> int:
        """Returns how often the mail was tried, this time included; an SMTP and then its backup are one time."""
        if job.delivery.backup_id is None:
            return job.delivery.attempts + 1
        earlier = [attempt.by_backup for attempt in self._store.attempts(job.delivery.id)]
        return max(earlier.count(True) + job.by_backup, earlier.count(False) + (not job.by_backup))

    def _finish(self, ended: Sequence[tuple[Job, DeliveryUpdate]]) -> None:
        outcomes = {job.delivery.id: outcome for job, outcome in ended}
        for delivery_id in self._patiently(lambda: self._store.finish(self._context.courier_id, outcomes)):
            self._in_flight.count(delivery_id, outcomes[delivery_id].state)
        self._in_flight.drop(*outcomes)
        self._tell(*((_after(job.delivery, outcome), outcome.attempt) for job, outcome in ended))

    def _patiently(self, write: Callable[[], _Written]) -> _Written:
        """Returns what `write` returns. What has become of a mail is worth more than one try to write it down."""
        for _ in range(_BUSY_TRIES - 1):
            with suppress(StoreBusy):
                return write()
        return write()

    def _tell(self, *attempts: tuple[Delivery, Attempt]) -> None:
        self._context.events.publish(OutboxChanged())
        for delivery, attempt in attempts:
            self._on_attempt(delivery, attempt)


def _after(delivery: Delivery, outcome: DeliveryUpdate) -> Delivery:
    attempt = outcome.attempt
    failure = attempt.timeline.failure
    return replace(
        delivery,
        state=outcome.state,
        recipients=outcome.recipients,
        smtp_name=attempt.smtp_name,
        by_backup=attempt.by_backup,
        attempts=attempt.number,
        next_try_at=outcome.next_try_at,
        finished_at=outcome.finished_at,
        last_stage=failure.stage if failure else None,
        last_kind=failure.kind if failure else None,
        last_reply=last_reply(attempt.timeline),
        may_be_twice=outcome.may_be_twice,
    )
