"""How long it takes until a cancel is obeyed."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress

import pytest

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.errors import Cancelled

PATIENCE_S = 30.0


def cancelled_s(sign_in: Callable[[Cancel], object], is_time: threading.Event) -> float:
    """Returns how long `sign_in` takes to end once it is cancelled."""
    cancel, asked_s = Cancel(), [0.0]

    def stop() -> None:
        is_time.wait(PATIENCE_S)
        asked_s[0] = time.monotonic()
        cancel.request()

    helper = threading.Thread(target=stop)
    helper.start()
    with suppress(Cancelled):
        sign_in(cancel)
        pytest.fail("it was not cancelled")
    took_s = time.monotonic() - asked_s[0]
    helper.join(PATIENCE_S)
    return took_s


def quickest_s(measured: Callable[[], float]) -> float:
    """Returns the least of five: what else this computer does takes its time, too."""
    return min(measured() for _ in range(5))
