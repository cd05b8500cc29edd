"""Waits for work on other threads that Ctrl+C ends in good order."""

import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from types import FrameType
from typing import TypeVar

from smtp_desktop.domain.cancel import Cancel

POLL_S = 0.2  # on Windows Ctrl+C is only seen between two waits

Result = TypeVar("Result")


def interruptible(
    work: Callable[[Cancel], Result],
    *,
    should_end: Callable[[], bool] = lambda: False,
    meanwhile: Callable[[], None] = lambda: None,
) -> Result:
    """Runs `work` on another thread and returns what it returns. Requests its cancel once `should_end`, and calls
    `meanwhile` five times a second. Raises what `work` raises, and KeyboardInterrupt after Ctrl+C, once the work has
    ended."""
    cancel = Cancel()

    def poll() -> None:
        if should_end():
            cancel.request()
        meanwhile()

    with ThreadPoolExecutor(1, thread_name_prefix="work") as pool:
        future = pool.submit(work, cancel)
        wait_for_all([future], [cancel], poll)
    return future.result()


def wait_for_all(
    futures: Sequence[Future[Result]], cancels: Sequence[Cancel], poll: Callable[[], None] = lambda: None
) -> None:
    """Waits until all `futures` are done, and calls `poll` five times a second meanwhile. After Ctrl+C requests all
    `cancels` and raises KeyboardInterrupt once they are done."""
    try:
        while wait(futures, timeout=POLL_S).not_done:
            poll()
    except KeyboardInterrupt:
        for cancel in cancels:
            cancel.request()
        wait(futures)
        raise


@contextmanager
def end_requested() -> Iterator[Callable[[], bool]]:
    """Yields a function that returns whether Ctrl+C was pressed or SIGTERM came since. Neither interrupts the block."""
    received: list[int] = []

    def notice(number: int, _frame: FrameType | None) -> None:
        # Nothing else: it may come between any two instructions, and no lock is safe to take.
        received.append(number)

    before = {number: signal.signal(number, notice) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: bool(received)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
