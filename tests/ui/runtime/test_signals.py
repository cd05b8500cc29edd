"""The ends of the program that nobody can be asked about."""

import os
import signal
import sys
import threading

import pytest
import shiboken6
from PySide6.QtCore import SIGNAL

from smtp_desktop.ui.runtime import signals
from smtp_desktop.ui.runtime.signals import EndSignals


@pytest.fixture
def ends(qapp, monkeypatch):
    """Hears of the ends; `forced` is set where the process would have been ended by force."""
    forced = threading.Event()
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    it = EndSignals(qapp, force=forced.set)
    it.forced = forced
    yield it
    signal.set_wakeup_fd(-1)
    for number, handler in before.items():
        signal.signal(number, handler)
    shiboken6.delete(it)


@pytest.mark.skipif(sys.platform == "win32", reason="has no such signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_is_heard_by_the_gui_thread(ends, qtbot, monkeypatch, number):
    monkeypatch.setattr(signals, "_FORCED_AFTER_S", 0.01)  # nobody waits here
    with qtbot.waitSignal(ends.asked, timeout=5000):
        os.kill(os.getpid(), number)
    # Nothing ended the process since.
    assert ends.forced.wait(5)


def test_the_end_of_the_session_is_heard_at_once(ends, qapp, monkeypatch):
    monkeypatch.setattr(signals, "_FORCED_AFTER_S", 0.01)  # as above
    heard = []
    ends.asked.connect(lambda: heard.append(True))
    # A session manager can't be made here, so that the signal can't be emitted: it is connected, and to this.
    assert qapp.receivers(SIGNAL("commitDataRequest(QSessionManager&)")) == 1
    ends._end()
    assert heard
    assert ends.forced.wait(5)
