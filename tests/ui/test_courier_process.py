"""The process that sends, as the window keeps it. A script stands in for `smtp-desktop deliver`."""

import logging

import pytest
from courier_stand import LOCKED, READY, Stand
from PySide6.QtCore import QProcess

from smtp_desktop.domain.secret import Secret


@pytest.fixture
def stand(world):
    it = Stand(world)
    it.have_work()
    return it


def test_it_ends_with_the_window(world, stand):
    stand.use()
    world.open()
    world.until(stand.runs)
    world.close_window()
    assert stand.heard == "started []\nended\n"


def test_without_a_command_nothing_is_started(world, stand):
    world.open()
    world.finish_work()
    assert world.window.courier._process.state() is QProcess.ProcessState.NotRunning


def test_the_master_password_goes_through_the_pipe_alone(world, stand, caplog):
    stand.use(before=LOCKED, answer=READY)
    world.open()
    dialog = world.dialog("masterPasswordDialog")
    assert "master password" in stand.note()
    with caplog.at_level(logging.DEBUG):
        world.write("s3cret of all")
        world.press("Return")
        world.until(lambda: "s3cret of all\n" in stand.heard)
    world.until(lambda: not stand.note())
    assert dialog is not None
    assert world.vault.master is not None  # the window's own vault is open too
    assert "s3cret" not in " ".join(stand.process.arguments())
    assert "s3cret" not in " ".join(stand.process.processEnvironment().toStringList())
    assert "s3cret" not in caplog.text


def test_a_password_that_is_known_is_not_asked_for_again(world, stand):
    stand.use(before="sys.stdin.readline(); " + LOCKED, answer=READY)
    world.vault.locked = True
    world.open()
    world.until(stand.runs)
    world.fill_new("Fresh")
    world.click_panel("saveButton")
    world.dialog("masterPasswordDialog")
    world.write("once")
    world.press("Return")
    world.no_dialog("masterPasswordDialog")
    world.until(lambda: world.stored("Fresh"))
    stand.process.write(b"now it finds a locked vault\n")
    world.until(lambda: "once\n" in stand.heard)
    assert not world.visible("masterPasswordDialog")


def test_a_password_that_is_known_from_the_start_is_never_asked_for(world, stand):
    stand.use(before=LOCKED, answer=READY)
    world.courier_secret = Secret("of the demo")
    world.open()
    world.until(lambda: "of the demo\n" in stand.heard)
    assert not world.visible("masterPasswordDialog")
    assert not stand.note()


def test_a_refused_question_can_be_answered_later(world, stand):
    stand.use(before=LOCKED, answer=READY)
    world.open()
    world.click("cancelButton", world.dialog("masterPasswordDialog"))
    world.no_dialog("masterPasswordDialog")
    world.click("deliveriesEntry")
    world.click("unlockButton")
    world.dialog("masterPasswordDialog")
    world.write("later")
    world.press("Return")
    world.until(lambda: "later\n" in stand.heard)
    world.until(lambda: not stand.note())
    assert not world.visible("unlockButton")


def test_one_that_dies_is_told_logged_and_started_again(world, stand, caplog):
    stand.use(
        script="import sys\n"
        "with open(sys.argv[1], 'a') as heard: heard.write('started\\n')\n"
        "if open(sys.argv[1]).read().count('started') == 1: sys.exit('it broke')\n" + READY + "\nsys.stdin.read()\n"
    )
    world.open()
    world.until(lambda: "ended unexpectedly" in stand.note())
    assert "courier: it broke" in caplog.text
    world.until(lambda: stand.heard.count("started") == 2)
    world.until(lambda: not stand.note())
    assert stand.runs()


def test_the_waits_between_failed_starts_grow(world, stand):
    world.courier_command = (str(world.home / "no-such-program"),)
    world.open()
    courier = world.window.courier
    world.until(lambda: courier._restart.isActive() and courier._restart.interval() == 1000)
    world.until(lambda: courier._restart.interval() == 2000)
    assert "tried again" in stand.note()


def test_what_it_says_of_trouble_is_shown(world, stand):
    failed = """print('{"event": "failed", "message": "The disk is full."}', flush=True)"""
    stand.use(before=failed)
    world.open()
    world.until(lambda: stand.note() == "The disk is full.")


def test_one_that_does_not_end_is_killed(world, stand):
    stand.use(script=READY + "\nimport time\nwhile True: time.sleep(60)\n")
    world.open()
    world.until(stand.runs)
    world.window.courier._kill.setInterval(50)
    process = stand.process
    gone = []
    process.finished.connect(lambda _code, status: gone.append(status))
    world.window.close()
    world.until(lambda: not world.window.isVisible())
    world.until(lambda: gone == [QProcess.ExitStatus.CrashExit])


def test_other_days_are_known_to_the_one_that_runs_after_them(world, stand):
    stand.use()
    world.open()
    world.until(stand.runs)
    first = stand.process.processId()
    world.press("Ctrl+,")
    settings = world.dialog("settingsDialog")
    world.part("retryLimitField", settings).setFocus()
    world.press("Up")
    world.click("okButton", settings)
    world.until(lambda: stand.runs() and stand.process.processId() != first)
    assert world.preferences.get("outbox.retry_days") == "6"
    world.close_window()
    assert stand.heard == "started []\nended\nstarted []\nended\n"


def test_where_it_rests_other_days_start_nothing(world, stand):
    stand.have_none()
    stand.use()
    world.open()
    world.window.courier.renew()
    world.finish_work()
    assert stand.starts == 0


def test_one_that_rests_is_no_failure(world, stand, caplog):
    stand.use()
    world.open()
    world.until(stand.runs)
    stand.have_none()
    stand.rest()
    world.until(lambda: not world.window.courier.is_running)
    world.finish_work()
    assert (stand.starts, stand.note()) == (1, "")
    assert not world.window.courier._restart.isActive()
    assert "the courier ended" not in caplog.text
    world.close_window()


def test_one_that_is_asked_to_end_while_it_waits_for_a_password_leaves_no_question(world, stand):
    stand.use(before=LOCKED)
    world.open()
    world.click("cancelButton", world.dialog("masterPasswordDialog"))
    world.click("deliveriesEntry")
    world.until(lambda: world.visible("unlockButton"))
    stand.have_none()
    stand.rest()
    world.until(lambda: not world.visible("unlockButton"))
    assert stand.note() == ""


def test_the_password_is_known_to_the_next_one_too(world, stand):
    stand.use(before=LOCKED, answer=READY)
    world.open()
    world.dialog("masterPasswordDialog")
    world.write("once")
    world.press("Return")
    world.until(lambda: stand.heard.count("once\n") == 1)
    stand.rest()
    world.until(lambda: stand.heard.count("once\n") == 2)
    assert stand.starts == 2
    assert not world.visible("masterPasswordDialog")
