"""Signals that stop work on another thread."""

from PySide6.QtCore import SignalInstance

from smtp_desktop.domain.cancel import Cancel


def stop_on(signal: SignalInstance, cancel: Cancel) -> None:
    """Requests `cancel` when `signal` is emitted.

    With `connect(cancel.request)` PySide would watch for the end of `cancel`, and disconnect on whichever thread drops
    it last: a look-up in DNS that nobody waits for any more, say. See `tasks.Tasks` for what comes of that.
    """
    signal.connect(lambda *_: cancel.request())
