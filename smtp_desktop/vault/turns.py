"""Calls that may hang, such as those of a keyring over D-Bus: one at a time, and none waited for without a limit."""

import math
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from concurrent.futures import TimeoutError as NotDone
from typing import TypeVar

from smtp_desktop.domain.errors import VaultError
from smtp_desktop.domain.message_text import msg

_Result = TypeVar("_Result")


class Turns:
    """Runs one call after the other. Safe from every thread.

    Each runs on a thread of its own, which nobody waits for at the end of the program. While one hangs that was given
    up, others fail at once instead of waiting as long again.
    """

    def __init__(self, patience_s: float, *, slow_s: float = math.inf, slow: Callable[[], None] = lambda: None) -> None:
        """Gives a call up after `patience_s` seconds. Calls `slow`, on the thread that asked, once one has taken
        `slow_s` of them."""
        self._patience_s = patience_s
        self._slow_s = slow_s
        self._slow = slow
        self._turn = threading.Lock()
        self._given_up: threading.Thread | None = None  # the last one that was given up

    def run(self, call: Callable[[], _Result]) -> _Result:
        """Returns what `call` returns, or raises what it raises. Raises VaultError where it does not end in time."""
        began_s = time.monotonic()
        hangs = self._given_up is not None and self._given_up.is_alive()
        if not self._turn.acquire(timeout=0 if hangs else self._patience_s):
            raise self._no_answer()
        future: Future[_Result] = Future()

        def carry_out() -> None:
            try:
                future.set_result(call())
            except BaseException as error:  # noqa: BLE001 - raised on the thread that asked
                future.set_exception(error)
            finally:
                self._turn.release()

        thread = threading.Thread(target=carry_out, name="keyring", daemon=True)
        try:
            thread.start()
        except RuntimeError:  # no thread left
            self._turn.release()
            raise
        try:
            return self._waited_for(future, began_s)
        except NotDone:
            if future.done():
                return future.result()  # it ended just now, or has itself run into a limit of time
            self._given_up = thread
            raise self._no_answer() from None

    def _waited_for(self, future: Future[_Result], began_s: float) -> _Result:
        """Returns the result of a call that was asked for at `began_s`. Raises what it raises, or NotDone."""

        def left(limit_s: float) -> float:
            return max(0.0, began_s + limit_s - time.monotonic())

        if self._slow_s < self._patience_s and wait([future], left(self._slow_s)).not_done:
            self._slow()
        return future.result(left(self._patience_s))

    def _no_answer(self) -> VaultError:
        return VaultError(
            msg(
                "The system keyring did not answer for {seconds} seconds. It may be waiting for its password or "
                "be stuck. Unlock or restart it, then try again.",
                seconds=round(self._patience_s),
            )
        )
