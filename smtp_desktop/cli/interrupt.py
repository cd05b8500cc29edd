"""Waiting for work on other threads, so that Ctrl+C ends it in good order."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TypeVar

from smtp_desktop.domain.cancel import Cancel

_LOOK_EVERY_S = 0.2  # on Windows Ctrl+C is only seen between two waits

Result = TypeVar("Result")


def interruptible(work: Callable[[Cancel], Result]) -> Result:
    """Returns what `work` returns, which runs on another thread; raises what it raises, and KeyboardInterrupt after
    Ctrl+C, once it has ended."""
    cancel = Cancel()
    with ThreadPoolExecutor(1, thread_name_prefix="work") as pool:
        future = pool.submit(work, cancel)
        wait_for_all([future], [cancel])
    return future.result()


def wait_for_all(futures: Sequence[Future[Result]], cancels: Sequence[Cancel]) -> None:
    """All `futures` are done. Raises KeyboardInterrupt after Ctrl+C, which makes every one of `cancels` be requested,
    once they are."""
    try:
        while wait(futures, timeout=_LOOK_EVERY_S).not_done:
            pass
    except KeyboardInterrupt:
        for cancel in cancels:
            cancel.request()
        wait(futures)
        raise
