"""Lanes: how mails wait for one SMTP, and the few connections that they share."""

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
"""As many wait at a lane, so that no connection waits for the outbox."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A mail that shall go out through `profile`; `backup` may be tried at once where that fails. `all_held`
    is whether every SMTP that was tried before in the same round is held now."""

    delivery: Delivery
    profile: SmtpProfile
    by_backup: bool = False
    backup: SmtpProfile | None = None
    all_held: bool = True

    @property
    def for_one(self) -> bool:
        """Whether one recipient is still to get it: the refusal of one of several would come after the content is gone
        where mails are sent in one go."""
        return sum([recipient.state in PENDING for recipient in self.delivery.recipients]) == 1


class WorkerConnection:
    """One worker's place at a lane, with the line that it keeps open. Used from the worker's thread alone."""

    def __init__(self) -> None:
        self._line: MailConnection | None = None
        self._server: Server | None = None

    def serves(self, server: Server) -> bool:
        """Whether the line is one to `server` as it is set up now, and has sent before."""
        return self._line is not None and self._server == server

    def room(self, server: Server) -> int:
        """How many mails to `server` can be sent in one go now."""
        return self._line.room if self._line and self._server == server else 1

    def send_together(self, mails: Sequence[Mail], cancel: Cancel) -> Sequence[Timeline | None]:
        """Returns what became of `mails`, at most `room`; see `MailConnection.send_many`."""
        if self._line is None:
            raise RuntimeError("nothing is sent together on a line that is not open")
        return self._line.send_many(mails, cancel=cancel)

    def line(self, server: Server, connect: Callable[[], MailConnection]) -> MailConnection:
        """Returns the line to `server`: the one that is there, or what `connect` opens in its place."""
        if self._line is None or self._server != server:
            self.close()
            self._line, self._server = connect(), server
        return self._line

    def close(self) -> None:
        """The line is closed. A second call does nothing."""
        line, self._line = self._line, None
        if line:
            line.close()


class JobSender(Protocol):
    """What workers do with jobs."""

    def send(self, jobs: Sequence[Job], connection: WorkerConnection, queue: "ServerQueue") -> None:
        """The mails were tried, or given back. Several only where the seat has room for them."""
        ...


class ServerQueue:
    """The mails for one SMTP and its workers: at most `connections` threads, each of which ends after `idle_s` without
    work. Once closed it takes and starts nothing more. Safe from every thread."""

    def __init__(self, profile_id: ProfileId, *, connections: int, idle_s: float, work: JobSender) -> None:
        self.profile_id = profile_id
        self._connections = connections
        self._idle_s = idle_s
        self._work = work
        self._turn = threading.Condition()
        self._jobs: deque[Job] = deque()
        self._busy = 0
        self._idle = 0
        self._room = 1
        self._closed = False
        self._signing_in = False
        self._cancels: set[Cancel] = set()
        self._threads: list[threading.Thread] = []

    @property
    def capacity(self) -> int:
        """How many mails it is good to have waiting here: more where the server takes many in one go."""
        return self._connections * max(MAILS_PER_CONNECTION, 2 * self._room)

    @property
    def has_room(self) -> bool:
        """Whether others may come to those that wait here."""
        with self._turn:
            return len(self._jobs) <= self.capacity // 2

    @property
    def closed(self) -> bool:
        return self._closed

    def put(self, jobs: Sequence[Job]) -> bool:
        """`jobs` wait for their turn. Returns False where the lane is closed."""
        with self._turn:
            if self._closed:
                return False
            for job in jobs:
                self._jobs.append(job)
                if len(self._jobs) > self._idle and self._busy + self._idle < self._connections:
                    self._start_worker()
            self._turn.notify_all()
        return True

    def close(self) -> list[Job]:
        """Nothing more is begun here; returns the jobs that waited. What is being sent goes on."""
        with self._turn:
            self._closed = True
            waiting = list(self._jobs)
            self._jobs.clear()
            self._turn.notify_all()
        return waiting

    def cancel_sends(self) -> None:
        """Whatever is being sent is asked to end."""
        with self._turn:
            cancels = tuple(self._cancels)
        for cancel in cancels:
            cancel.request()

    def join(self, timeout_s: float) -> bool:
        """Waits for the workers of a closed lane; returns whether all have ended."""
        for thread in self._threads:
            thread.join(timeout_s)
        return not self.alive

    @property
    def alive(self) -> bool:
        """Whether a worker still runs."""
        return any(thread.is_alive() for thread in self._threads)

    def enter(self) -> bool:
        """Waits until nobody else signs in here; then the caller may, until `leave`. Returns False where the lane was
        closed meanwhile. A wrong password costs one try, not one for each connection: servers lock accounts."""
        with self._turn:
            self._turn.wait_for(lambda: self._closed or not self._signing_in)
            if self._closed:
                return False
            self._signing_in = True
            return True

    def leave(self) -> None:
        """Others may sign in."""
        with self._turn:
            self._signing_in = False
            self._turn.notify_all()

    @contextmanager
    def sending(self) -> Iterator[Cancel]:
        """Gives a cancel that `cancel_sends` requests, too."""
        cancel = Cancel()
        with self._turn:
            self._cancels.add(cancel)
        try:
            yield cancel
        finally:
            with self._turn:
                self._cancels.discard(cancel)

    def _start_worker(self) -> None:
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        # A worker may wait for a keyring that never answers: that must not hold up the end of the program.
        thread = threading.Thread(target=self._run, name=f"lane {self.profile_id}", daemon=True)
        self._threads.append(thread)
        self._busy += 1
        thread.start()

    def _run(self) -> None:
        connection = WorkerConnection()
        try:
            while jobs := self._next(connection):
                self._work.send(jobs, connection, self)
        finally:
            connection.close()

    def _next(self, connection: WorkerConnection) -> list[Job]:
        """Returns what to do next; nothing when the worker is to end, which then counts no more."""
        with self._turn:
            self._busy -= 1
            self._idle += 1
            self._turn.wait_for(lambda: self._jobs or self._closed, self._idle_s)
            self._idle -= 1
            if not self._jobs:
                return []
            self._busy += 1
            return self._take(connection)

    def _take(self, connection: WorkerConnection) -> list[Job]:
        """Returns the next job, with those behind it that can be sent in one go with it."""
        first = self._jobs.popleft()
        jobs = [first]
        self._room = connection.room(first.profile.server)
        if not first.for_one:
            return jobs
        while len(jobs) < self._room and self._jobs:
            if not self._jobs[0].for_one or self._jobs[0].profile != first.profile:
                break
            jobs.append(self._jobs.popleft())
        return jobs
