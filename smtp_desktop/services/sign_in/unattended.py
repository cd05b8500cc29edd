"""Calls that go on when nobody waits for them any more, since to stop them would lose what they bring."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from typing import TypeVar

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.errors import Cancelled
from smtp_desktop.domain.message_text import msg

_Result = TypeVar("_Result")
_LOOK_EVERY_S = 0.05


def attended(call: Callable[[], _Result], cancel: Cancel, left: Callable[[threading.Thread], None]) -> _Result:
    """Returns what `call` returns, or raises what it raises. Raises Cancelled as soon as that is asked for; `call` then
    goes on by itself, on a thread of its own that `left` gets, until it or the process ends."""
    future: Future[_Result] = Future()

    def carry_out() -> None:
        try:
            future.set_result(call())
        except BaseException as error:  # noqa: BLE001 - raised on the thread that waits
            future.set_exception(error)

    thread = threading.Thread(target=carry_out, name="token", daemon=True)
    thread.start()
    while wait([future], _LOOK_EVERY_S).not_done:
        if cancel.requested:
            left(thread)
            raise Cancelled(msg("Stopped while waiting for an access token."))
    return future.result()
