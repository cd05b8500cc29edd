"""When the window starts the process that sends. A script stands in for `smtp-desktop outbox run`."""

import threading
from datetime import UTC, datetime

import pytest
from ui.courier_script import LOCKED, CourierScript

from smtp_desktop.domain.errors import StoreError
from smtp_desktop.domain.events import OutboxChanged
from smtp_desktop.domain.message_text import msg

FAILING = "import sys\nwith open(sys.argv[1], 'a') as log: log.write('started\\n')\nsys.exit('it broke')\n"


@pytest.fixture
def courier_script(gui):
    return CourierScript(gui)


def timer(gui):
    return gui.window.sections.courier_on_call._timer


def test_with_nothing_to_do_nothing_is_started_and_no_password_asked_for(gui, courier_script):
    courier_script.use(before=LOCKED)
    gui.open()
    gui.until(lambda: timer(gui).isActive())
    gui.finish_work()
    assert (courier_script.starts, courier_script.note()) == (0, "")
    assert not gui.visible("masterPasswordDialog")
    gui.close_window()


def test_what_another_process_brings_starts_it(gui, courier_script):
    courier_script.use()
    gui.open()
    gui.until(lambda: timer(gui).isActive())
    courier_script.have_work()
    gui.until(courier_script.runs)


def test_what_this_window_brings_starts_it_without_waiting_for_the_next_look(gui, courier_script):
    courier_script.use()
    gui.open()
    gui.finish_work()
    courier_script.have_work()
    gui.bus.publish(OutboxChanged())
    gui.until(courier_script.runs)


def test_what_is_due_later_starts_it_then_though_nothing_changes(gui, courier_script):
    courier_script.use()
    courier_script.have_work(seconds=1)
    gui.open()
    gui.until(lambda: timer(gui).isActive())
    gui.finish_work()
    assert courier_script.starts == 0
    gui.until(courier_script.runs)


def test_the_clock_is_looked_at_every_minute_at_least(gui, courier_script):
    courier_script.use()
    courier_script.have_work(hours=1)
    gui.open()
    gui.until(lambda: timer(gui).isActive())
    assert timer(gui).interval() == 60_000


def test_what_came_in_its_last_moments_starts_it_again_at_once(gui, courier_script):
    courier_script.use()
    courier_script.have_work()
    gui.open()
    gui.until(courier_script.runs)
    gui.finish_work()
    courier_script.rest()
    gui.until(lambda: courier_script.starts == 2)
    assert courier_script.runs()


def test_what_came_during_a_look_is_looked_at(gui, courier_script):
    looked, go_on = threading.Event(), threading.Event()

    def next_work_at():
        if not looked.is_set():
            looked.set()
            assert go_on.wait(20)
            return None
        return datetime.now(UTC)

    gui.services.next_work_at = next_work_at
    courier_script.use()
    gui.open()
    gui.until(looked.is_set)
    gui.window._watch.stop()
    gui.bus.publish(OutboxChanged())
    gui.until(lambda: gui.window.sections.courier_on_call._look_again)
    go_on.set()
    gui.until(courier_script.runs)


def test_a_look_that_fails_is_taken_again_soon(gui, courier_script, caplog):
    failures = [StoreError(msg("The disk is full."))]

    def next_work_at():
        if failures:
            raise failures.pop()
        return datetime.now(UTC)

    gui.services.next_work_at = next_work_at
    courier_script.use()
    gui.open()
    gui.until(lambda: timer(gui).isActive())
    gui.finish_work()
    assert timer(gui).interval() == 10_000
    assert "The disk is full." in caplog.text
    timer(gui).setInterval(0)
    gui.until(courier_script.runs)


def test_what_comes_after_a_failure_does_not_cut_its_wait_short(gui, courier_script):
    courier_script.use(script=FAILING)
    courier_script.have_work()
    gui.open()
    restart = gui.window.courier._restart
    gui.until(restart.isActive)
    restart.setInterval(60_000)
    gui.bus.publish(OutboxChanged())
    gui.finish_work()
    assert courier_script.starts == 1
    assert restart.isActive()
