"""The queue of one SMTP: jobs that wait, and the few connections that its workers share."""

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.delivery.delivery import Delivery
from smtp_desktop.domain.diagnosis.conversation import Timeline
from smtp_desktop.domain.mail.message import Mail
from smtp_desktop.domain.smtp.profile import ProfileId, Server, SmtpProfile
from smtp_desktop.services.delivery.attempt_result import PENDING
from smtp_desktop.services.delivery.ports import MailConnection

MAILS_PER_CONNECTION = 10
"""The number of mails queued for each connection, so that no connection has to wait for the outbox."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A mail to send through `profile`. `backup` may be tried at once where that fails. `all_held` is whether every
    SMTP that was tried before for this try is held now."""

    delivery: Delivery
    profile: SmtpProfile
    by_backup: bool = False
    backup: SmtpProfile | None = None
    all_held: bool = True

    @property
    def has_one_recipient(self) -> bool:
        """Whether one recipient is still to get it. Only such mails go together with others: where one of several
        recipients is refused, the content is on its way already."""
        return sum([recipient.state in PENDING for recipient in self.delivery.recipients]) == 1


class WorkerConnection:
    """The connection that one worker keeps open. For the worker's thread alone."""

    def __init__(self) -> None:
        self._connection: MailConnection | None = None
        self._server: Server | None = None

    def serves(self, server: Server) -> bool:
        """Whether the connection is to `server`, as it is set up now."""
        return self._connection is not None and self._server == server

    def room(self, server: Server) -> int:
        """How many mails to `server` can go together now."""
        return self._connection.room if self._connection and self._server == server else 1

    def send_together(self, mails: Sequence[Mail], cancel: Cancel) -> Sequence[Timeline | None]:
        """Sends up to `room` mails and returns their timelines; see `MailConnection.send_many`."""
        if self._connection is None:
            raise RuntimeError("mails can't go together before a connection is open")
        return self._connection.send_many(mails, cancel=cancel)

    def to(self, server: Server, connect: Callable[[], MailConnection]) -> MailConnection:
        """Returns the connection to `server`: the one that is there, or what `connect` opens in its place."""
        if self._connection is None or self._server != server:
            self.close()
            self._connection, self._server = connect(), server
        return self._connection

    def close(self) -> None:
        """Closes the connection. A second call does nothing."""
        connection, self._connection = self._connection, None
        if connection:
            connection.close()


class JobSender(Protocol):
    """Sends jobs for the workers of queues."""

    def send(self, jobs: Sequence[Job], connection: WorkerConnection, queue: "ServerQueue") -> None:
        """Tries the mails, or releases them. Gets several only where the connection has room for them. Must not
        raise."""
        ...


class ServerQueue:
    """The jobs of one SMTP and their workers: at most `connections` threads, each of which ends after `idle_s` without
    a job. Once closed, it accepts and starts nothing more. Safe from every thread."""

    def __init__(self, profile_id: ProfileId, *, connections: int, idle_s: float, sender: JobSender) -> None:
        self.profile_id = profile_id
        self._connections = connections
        self._idle_s = idle_s
        self._sender = sender
        self._changed = threading.Condition()
        self._jobs: deque[Job] = deque()
        self._busy_workers = 0
        self._idle_workers = 0
        self._connection_room = 1
        self._closed = False
        self._signing_in = False
        self._cancels: set[Cancel] = set()
        self._threads: list[threading.Thread] = []

    @property
    def capacity(self) -> int:
        """How many mails should wait here: more where the server takes many together."""
        return self._connections * max(MAILS_PER_CONNECTION, 2 * self._connection_room)

    @property
    def has_room(self) -> bool:
        """Whether more mails should be claimed for this queue."""
        with self._changed:
            return len(self._jobs) <= self.capacity // 2

    @property
    def closed(self) -> bool:
        """Whether `close` was called."""
        return self._closed

    def put(self, jobs: Sequence[Job]) -> bool:
        """Appends `jobs` and starts workers for them. Returns False where the queue is closed."""
        with self._changed:
            if self._closed:
                return False
            for job in jobs:
                self._jobs.append(job)
                has_idle_worker = len(self._jobs) <= self._idle_workers
                if not has_idle_worker and self._busy_workers + self._idle_workers < self._connections:
                    self._start_worker()
            self._changed.notify_all()
        return True

    def close(self) -> list[Job]:
        """Closes the queue and returns the jobs that waited. Mails that are being sent go on."""
        with self._changed:
            self._closed = True
            waiting = list(self._jobs)
            self._jobs.clear()
            self._changed.notify_all()
        return waiting

    def cancel_sends(self) -> None:
        """Cancels everything that is being sent."""
        with self._changed:
            cancels = tuple(self._cancels)
        for cancel in cancels:
            cancel.request()

    def join(self, timeout_s: float) -> bool:
        """Waits for the workers of a closed queue, for each `timeout_s` at most; returns whether all have ended."""
        for thread in self._threads:
            thread.join(timeout_s)
        return not self.alive

    @property
    def alive(self) -> bool:
        """Whether a worker still runs."""
        return any(thread.is_alive() for thread in self._threads)

    def begin_sign_in(self) -> bool:
        """Waits until no other worker signs in, and lets the caller do so until `end_sign_in`. Returns False where the
        queue was closed meanwhile. A wrong password so costs one sign-in and not one per connection: servers lock
        accounts."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or not self._signing_in)
            if self._closed:
                return False
            self._signing_in = True
            return True

    def end_sign_in(self) -> None:
        """Lets the next worker sign in."""
        with self._changed:
            self._signing_in = False
            self._changed.notify_all()

    @contextmanager
    def sending(self) -> Iterator[Cancel]:
        """Yields a cancel that `cancel_sends` requests."""
        cancel = Cancel()
        with self._changed:
            self._cancels.add(cancel)
        try:
            yield cancel
        finally:
            with self._changed:
                self._cancels.discard(cancel)

    def _start_worker(self) -> None:
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        # A daemon: a worker may wait for a keyring that never answers, and must not keep the program from ending.
        thread = threading.Thread(target=self._run, name=f"queue {self.profile_id}", daemon=True)
        self._threads.append(thread)
        self._busy_workers += 1
        thread.start()

    def _run(self) -> None:
        connection = WorkerConnection()
        try:
            while jobs := self._next_jobs(connection):
                self._sender.send(jobs, connection, self)
        finally:
            connection.close()

    def _next_jobs(self, connection: WorkerConnection) -> list[Job]:
        """Waits for jobs and returns them; none when the worker is to end, which is no longer counted then."""
        with self._changed:
            self._busy_workers -= 1
            self._idle_workers += 1
            self._changed.wait_for(lambda: self._jobs or self._closed, self._idle_s)
            self._idle_workers -= 1
            if not self._jobs:
                return []
            self._busy_workers += 1
            return self._take(connection)

    def _take(self, connection: WorkerConnection) -> list[Job]:
        """Takes the next job, with those behind it that can go together with it."""
        first = self._jobs.popleft()
        jobs = [first]
        self._connection_room = connection.room(first.profile.server)
        if not first.has_one_recipient:
            return jobs
        while len(jobs) < self._connection_room and self._jobs:
            if not self._jobs[0].has_one_recipient or self._jobs[0].profile != first.profile:
                break
            jobs.append(self._jobs.popleft())
        return jobs
