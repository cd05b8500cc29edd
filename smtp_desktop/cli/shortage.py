"""The translation of a lack of memory, open files or threads into an error for the user."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from smtp_desktop.domain.errors import Shortage
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.shortage import SHORTAGE_ERRORS, lacking


@contextmanager
def shortage_as_ours() -> Iterator[None]:
    """Turns an error that means a shortage into Shortage; all others pass unchanged. Threads that end with such an
    error print no traceback meanwhile."""
    with _quiet_threads():
        try:
            yield
        except SHORTAGE_ERRORS as error:
            what = lacking(error)
            if what is None:
                raise
            raise Shortage(msg("The program has run out of {what}. Try again later.", what=what)) from error


def _came_of_shortage(error: BaseException | None) -> bool:
    while error is not None:
        if lacking(error):
            return True
        error = error.__context__
    return False


@contextmanager
def _quiet_threads() -> Iterator[None]:
    before = threading.excepthook

    def hook(arguments: threading.ExceptHookArgs) -> None:
        if not _came_of_shortage(arguments.exc_value):
            before(arguments)

    threading.excepthook = hook
    try:
        yield
    finally:
        threading.excepthook = before
