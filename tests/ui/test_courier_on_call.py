"""When the window starts the process that sends. A script stands in for `smtp-desktop deliver`."""

import threading
from datetime import UTC, datetime

import pytest
from courier_stand import LOCKED, Stand

from smtp_desktop.domain.errors import StoreError
from smtp_desktop.domain.events import OutboxChanged
from smtp_desktop.domain.message_text import msg

FAILING = "import sys\nwith open(sys.argv[1], 'a') as heard: heard.write('started\\n')\nsys.exit('it broke')\n"


@pytest.fixture
def stand(world):
    return Stand(world)


def timer(world):
    return world.window.sections.courier_on_call._timer


def test_with_nothing_to_do_nothing_is_started_and_no_password_asked_for(world, stand):
    stand.use(before=LOCKED)
    world.open()
    world.until(lambda: timer(world).isActive())
    world.finish_work()
    assert (stand.starts, stand.note()) == (0, "")
    assert not world.visible("masterPasswordDialog")
    world.close_window()


def test_what_another_process_brings_starts_it(world, stand):
    stand.use()
    world.open()
    world.until(lambda: timer(world).isActive())
    stand.have_work()
    world.until(stand.runs)


def test_what_this_window_brings_starts_it_without_waiting_for_the_next_look(world, stand):
    stand.use()
    world.open()
    world.finish_work()
    stand.have_work()
    world.bus.publish(OutboxChanged())
    world.until(stand.runs)


def test_what_is_due_later_starts_it_then_though_nothing_changes(world, stand):
    stand.use()
    stand.have_work(seconds=1)
    world.open()
    world.until(lambda: timer(world).isActive())
    world.finish_work()
    assert stand.starts == 0
    world.until(stand.runs)


def test_the_clock_is_looked_at_every_minute_at_least(world, stand):
    stand.use()
    stand.have_work(hours=1)
    world.open()
    world.until(lambda: timer(world).isActive())
    assert timer(world).interval() == 60_000


def test_what_came_in_its_last_moments_starts_it_again_at_once(world, stand):
    stand.use()
    stand.have_work()
    world.open()
    world.until(stand.runs)
    world.finish_work()
    stand.rest()
    world.until(lambda: stand.starts == 2)
    assert stand.runs()


def test_what_came_during_a_look_is_looked_at(world, stand):
    looked, go_on = threading.Event(), threading.Event()

    def next_work_at():
        if not looked.is_set():
            looked.set()
            assert go_on.wait(20)
            return None
        return datetime.now(UTC)

    world.services.next_work_at = next_work_at
    stand.use()
    world.open()
    world.until(looked.is_set)
    world.window._watch.stop()
    world.bus.publish(OutboxChanged())
    world.until(lambda: world.window.sections.courier_on_call._look_again)
    go_on.set()
    world.until(stand.runs)


def test_a_look_that_fails_is_taken_again_soon(world, stand, caplog):
    failures = [StoreError(msg("The disk is full."))]

    def next_work_at():
        if failures:
            raise failures.pop()
        return datetime.now(UTC)

    world.services.next_work_at = next_work_at
    stand.use()
    world.open()
    world.until(lambda: timer(world).isActive())
    world.finish_work()
    assert timer(world).interval() == 10_000
    assert "The disk is full." in caplog.text
    timer(world).setInterval(0)
    world.until(stand.runs)


def test_what_comes_after_a_failure_does_not_cut_its_wait_short(world, stand):
    stand.use(script=FAILING)
    stand.have_work()
    world.open()
    restart = world.window.courier._restart
    world.until(restart.isActive)
    restart.setInterval(60_000)
    world.bus.publish(OutboxChanged())
    world.finish_work()
    assert stand.starts == 1
    assert restart.isActive()
