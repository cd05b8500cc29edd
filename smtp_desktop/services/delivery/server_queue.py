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
from smtp_desktop.services.delivery.outcome import PENDING
from smtp_desktop.services.delivery.ports import MailConnection

MAILS_PER_CONNECTION = 10
"""The number of mails queued for each connection, so that no connection has to wait for the outbox."""
_MAILS_IN_BULK = 100  # the same where several go together
_GROUP = 8
"""So many mails go together at most: as many are in doubt when the courier is killed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A mail to send through `profile`. `backup` may be tried at once where that fails. `waits_with_smtp` is whether
    every SMTP that was tried before for this try is held or paused now. As a `probe` it shows whether the pause of the
    SMTP can end."""

    delivery: Delivery
    profile: SmtpProfile
    by_backup: bool = False
    backup: SmtpProfile | None = None
    waits_with_smtp: bool = True
    probe: bool = False

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
        self._mails = 0

    def serves(self, profile: SmtpProfile) -> bool:
        """Whether the connection is to the server of `profile`, as it is set up now, and takes another mail."""
        return self._connection is not None and self._server == profile.server and self._left(profile) > 0

    def room(self, profile: SmtpProfile) -> int:
        """How many mails through `profile` can go together now."""
        if self._connection is None or not self.serves(profile):
            return 1
        return min(self._connection.room, self._left(profile), _GROUP)

    def send_together(self, mails: Sequence[Mail], cancel: Cancel) -> Sequence[Timeline | None]:
        """Sends up to `room` mails and returns their timelines; see `MailConnection.send_many`."""
        if self._connection is None:
            raise RuntimeError("messages can't be sent together before a connection is open")
        self._mails += len(mails)
        return self._connection.send_many(mails, cancel=cancel)

    def to(self, profile: SmtpProfile, connect: Callable[[], MailConnection]) -> MailConnection:
        """Returns the connection for the next mail: the one that is there, or what `connect` opens in its place."""
        if self._connection is None or not self.serves(profile):
            self.close()
            self._connection, self._server = connect(), profile.server
        self._mails += 1
        return self._connection

    def close(self) -> None:
        """Closes the connection. A second call does nothing."""
        connection, self._connection, self._mails = self._connection, None, 0
        if connection:
            connection.close()

    def _left(self, profile: SmtpProfile) -> int:
        limit = profile.limits.mails_per_connection
        return limit - self._mails if limit else _GROUP


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
        return self._connections * (MAILS_PER_CONNECTION if self._connection_room == 1 else _MAILS_IN_BULK)

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

    @property
    def workers(self) -> int:
        """How many workers there are, each with a connection or about to have one."""
        with self._changed:
            return self._busy_workers + self._idle_workers

    def set_connections(self, connections: int) -> None:
        """Sets how many workers there are at most; those above that end after their present mail."""
        with self._changed:
            self._connections = connections
            self._changed.notify_all()

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
        thread.start()  # fails where the system has no thread left
        self._threads.append(thread)
        self._busy_workers += 1

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
            if self._busy_workers + self._idle_workers >= self._connections:
                return []
            self._idle_workers += 1
            self._changed.wait_for(lambda: self._jobs or self._closed, self._idle_s)
            self._idle_workers -= 1
            if not self._jobs:
                return []
            self._busy_workers += 1
            return self._take(connection)

    def more(self, connection: WorkerConnection) -> list[Job]:
        """Returns further jobs for the worker that has this connection, without waiting for any."""
        with self._changed:
            if not self._jobs or self._closed or self._busy_workers + self._idle_workers > self._connections:
                return []
            return self._take(connection)

    def _take(self, connection: WorkerConnection) -> list[Job]:
        """Takes the next job, with those behind it that can go together with it."""
        first = self._jobs.popleft()
        jobs = [first]
        room = self._connection_room = connection.room(first.profile)
        if not first.has_one_recipient:
            return jobs
        while len(jobs) < room and self._jobs:
            if not self._jobs[0].has_one_recipient or self._jobs[0].profile != first.profile:
                break
            jobs.append(self._jobs.popleft())
        return jobs
