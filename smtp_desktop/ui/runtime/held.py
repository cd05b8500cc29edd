"""What the admin asks for while nothing can act yet."""

from collections.abc import Callable, Iterable
from functools import partial

from PySide6.QtCore import SignalInstance


class PendingSignals:
    """Whatever one of `signals` tells meanwhile, it tells once more when it is let go."""

    def __init__(self, signals: Iterable[SignalInstance]) -> None:
        self._told: list[Callable[[], None]] = []
        self._links = [(signal, self._holding(signal)) for signal in signals]
        for signal, hold in self._links:
            signal.connect(hold)

    def _holding(self, signal: SignalInstance) -> Callable[..., None]:
        return lambda *values: self._told.append(partial(signal.emit, *values))

    def let_go(self) -> None:
        """All of it is told, in the order in which it came, to whoever is connected by now; nothing is held back any
        more."""
        for signal, hold in self._links:
            signal.disconnect(hold)
        told, self._links, self._told = self._told, [], []
        for tell in told:
            tell()
