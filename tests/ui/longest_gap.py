"""How long the window stands still."""

import time

from PySide6.QtCore import QTimer


class LongestGap:
    """The longest time between two turns of the event loop, the present one included."""

    def __init__(self) -> None:
        self._longest_s = 0.0
        self._last = time.monotonic()
        self._timer = QTimer()
        self._timer.timeout.connect(self._tick)
        self._timer.start(1)

    @property
    def longest_s(self) -> float:
        return max(self._longest_s, time.monotonic() - self._last)

    def _tick(self) -> None:
        self._longest_s = self.longest_s
        self._last = time.monotonic()
