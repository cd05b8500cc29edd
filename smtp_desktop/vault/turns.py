"""Calls that may hang, such as those of a keyring over D-Bus: one at a time, and none waited for without a limit."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
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

    def __init__(self, patience_s: float) -> None:
        self._patience_s = patience_s
        self._turn = threading.Lock()
        self._given_up: threading.Thread | None = None  # the last one that was given up

    def run(self, call: Callable[[], _Result]) -> _Result:
        """Returns what `call` returns, or raises what it raises. Raises VaultError where it does not end in time."""
        give_up_at_s = time.monotonic() + self._patience_s
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
            return future.result(max(0.0, give_up_at_s - time.monotonic()))
        except NotDone:
            if future.done():
                return future.result()  # it ended just now, or has itself run into a limit of time
            self._given_up = thread
            raise self._no_answer() from None

    def _no_answer(self) -> VaultError:
        return VaultError(
            msg(
                "The system keyring did not answer for {seconds} seconds. It may wait for its password, or hang: "
                "unlock it or start it anew, then try again.",
                seconds=round(self._patience_s),
            )
        )
