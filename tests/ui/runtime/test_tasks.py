"""Work goes to other threads, but nothing that it holds ends there."""

import threading
import weakref
from collections.abc import Callable

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from shiboken6 import delete

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.errors import SmtpDesktopError
from smtp_desktop.domain.message_text import msg
from smtp_desktop.ui.runtime.tasks import Tasks, stop_on


class Held:
    """Something that a closure holds."""


class Asks(QObject):
    stopped = Signal()


@pytest.fixture
def tasks():
    tasks = Tasks()
    yield tasks
    tasks.close()
    tasks._pool.shutdown(wait=True)


def fine(held: Held, begin: threading.Event) -> Callable[[], object]:
    return lambda: begin.wait(20) and held


def refused(held: Held, begin: threading.Event) -> Callable[[], object]:
    def work() -> object:
        mine = held
        begin.wait(20)
        raise SmtpDesktopError(msg("No: {what}.", what=type(mine).__name__))

    return work


@pytest.mark.parametrize("kind", [fine, refused])
def test_what_work_and_its_end_hold_is_let_go_on_the_gui_thread(qtbot, tasks, kind):
    ended: list[str] = []
    owner, begin, gate = QObject(), threading.Event(), threading.Event()
    # The worker stops right after it has reported its end: whatever it refers to by now, it would keep alive.
    tasks._some_ended.connect(lambda: gate.wait(20), Qt.ConnectionType.DirectConnection)

    def start() -> None:
        held = Held()
        weakref.finalize(held, lambda: ended.append(threading.current_thread().name))
        tasks.run(owner, kind(held, begin), lambda _: held, lambda _: held)

    start()
    begin.set()
    qtbot.waitUntil(lambda: ended == [threading.main_thread().name])
    gate.set()


def test_so_it_is_where_nobody_waits_for_it_any_more(qtbot, tasks):
    ended: list[str] = []
    owner, gate = QObject(), threading.Event()

    def start() -> None:
        held = Held()
        weakref.finalize(held, lambda: ended.append(threading.current_thread().name))
        tasks.run(owner, lambda: gate.wait(20) and held, lambda _: None, lambda _: None)

    start()
    delete(owner)
    gate.set()
    qtbot.waitUntil(lambda: ended == [threading.main_thread().name])


def test_what_a_worker_signals_is_heard_before_its_end(qtbot, tasks):
    signals: list[str] = []
    owner, asks, gate = QObject(), Asks(), threading.Event()
    asks.stopped.connect(lambda: signals.append("signal"))

    def work() -> None:
        gate.wait(20)
        asks.stopped.emit()

    tasks.run(owner, lambda: gate.wait(20), lambda _: signals.append("other"), lambda _: None)
    tasks.run(owner, work, lambda _: signals.append("end"), lambda _: None)
    gate.set()
    # Both have ended before the GUI thread hears of either.
    tasks._pool.shutdown(wait=True)
    qtbot.waitUntil(lambda: len(signals) == 3)
    assert signals.index("signal") < signals.index("end")


def test_a_bug_is_raised_on_the_gui_thread(qtbot, tasks):
    def bug() -> None:
        raise LookupError("a bug")

    with qtbot.captureExceptions() as caught:
        tasks.run(QObject(tasks), bug, lambda _: None, lambda _: None)
        qtbot.waitUntil(lambda: bool(caught))
    assert [kind for kind, _, _ in caught] == [LookupError]


def test_a_signal_stops_work_but_does_not_watch_its_cancel():
    asks, cancel = Asks(), Cancel()
    stop_on(asks.stopped, cancel)
    assert weakref.getweakrefcount(cancel) == 0
    asks.stopped.emit()
    assert cancel.requested
