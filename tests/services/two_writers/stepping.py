"""Writers that take turns: each runs on a thread of its own, from one call of a store or vault to the next."""

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from smtp_desktop.domain.errors import SmtpDesktopError


class Killed(BaseException):
    """The process of a writer was killed between two calls."""


class Turns:
    """Runs writers, one at a time. Before each step `choose` gets the names of those that have not ended, and returns
    whose step is next. A writer in `killed_at` is killed before its step of that number, the first being 1."""

    def __init__(self, choose: Callable[[Sequence[str]], str], killed_at: Mapping[str, int] | None = None) -> None:
        self._choose = choose
        self._killed_at = killed_at or {}
        self._steps: dict[str, int] = {}
        self._may_run: dict[str, threading.Lock] = {}
        self._has_stopped = _taken()
        self._running: str | None = None

    def run(self, writers: Mapping[str, Callable[[], object]]) -> dict[str, SmtpDesktopError | Killed | None]:
        """Runs all writers to their end. Returns by what each was stopped, None where it was done. Raises the first
        other error."""
        ends: dict[str, BaseException | None] = {}

        def work(name: str) -> None:
            self._may_run[name].acquire()
            try:
                writers[name]()
                ends[name] = None
            except BaseException as error:  # noqa: BLE001 - looked at below, on the thread of the test
                ends[name] = error
            self._has_stopped.release()

        self._may_run = {name: _taken() for name in writers}
        threads = {name: threading.Thread(target=work, args=(name,), daemon=True) for name in writers}
        for thread in threads.values():
            thread.start()
        while waiting := [name for name in writers if name not in ends]:
            self._running = self._choose(waiting) if len(waiting) > 1 else waiting[0]
            self._may_run[self._running].release()
            self._has_stopped.acquire()
        self._running = None
        for thread in threads.values():
            thread.join()
        for end in ends.values():
            if end is not None and not isinstance(end, SmtpDesktopError | Killed):
                raise end
        return ends  # type: ignore[return-value]  # every other error was raised

    def step(self) -> None:
        """Waits until the writer that calls it may go on; no writer, as a test that looks, may always."""
        name = self._running
        if name is None:
            return
        self._steps[name] = self._steps.get(name, 0) + 1
        if self._killed_at.get(name) == self._steps[name]:
            raise Killed
        self._has_stopped.release()
        self._may_run[name].acquire()


def _taken() -> threading.Lock:
    """Returns a lock that somebody else has to release first."""
    lock = threading.Lock()
    lock.acquire()
    return lock


class Stepping:
    """A port whose calls are steps of the writer that makes them."""

    def __init__(self, port: Any, turns: Turns) -> None:
        self._port, self._turns = port, turns

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._port, name)

        def step_and_call(*arguments: Any, **more: Any) -> Any:
            self._turns.step()
            return call(*arguments, **more)

        return step_and_call
