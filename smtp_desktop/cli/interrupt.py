"""Waits for work on other threads that Ctrl+C ends in good order."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
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
