"""The process that sends, as the window keeps it. A script stands in for `smtp-desktop outbox run`."""

import logging

import pytest
from PySide6.QtCore import QProcess
from ui.courier_script import LOCKED, READY, CourierScript

from smtp_desktop.domain.secret import Secret


@pytest.fixture
def courier_script(gui):
    it = CourierScript(gui)
    it.have_work()
    return it


def test_it_ends_with_the_window(gui, courier_script):
    courier_script.use()
    gui.open()
    gui.until(courier_script.runs)
    gui.close_window()
    assert courier_script.log == "started []\nended\n"


def test_without_a_command_nothing_is_started(gui, courier_script):
    gui.open()
    gui.finish_work()
    assert gui.window.courier._process.state() is QProcess.ProcessState.NotRunning


def test_the_master_password_goes_through_the_pipe_alone(gui, courier_script, caplog):
    courier_script.use(before=LOCKED, answer=READY)
    gui.open()
    dialog = gui.dialog("masterPasswordDialog")
    assert "master password" in courier_script.note()
    with caplog.at_level(logging.DEBUG):
        gui.write("s3cret of all")
        gui.press("Return")
        gui.until(lambda: "s3cret of all\n" in courier_script.log)
    gui.until(lambda: not courier_script.note())
    assert dialog is not None
    assert gui.vault.master is not None  # the window's own vault is open too
    assert "s3cret" not in " ".join(courier_script.process.arguments())
    assert "s3cret" not in " ".join(courier_script.process.processEnvironment().toStringList())
    assert "s3cret" not in caplog.text


def test_a_password_that_is_known_is_not_asked_for_again(gui, courier_script):
    courier_script.use(before="sys.stdin.readline(); " + LOCKED, answer=READY)
    gui.vault.locked = True
    gui.open()
    gui.until(courier_script.runs)
    gui.fill_new("Fresh")
    gui.click_panel("saveButton")
    gui.dialog("masterPasswordDialog")
    gui.write("once")
    gui.press("Return")
    gui.no_dialog("masterPasswordDialog")
    gui.until(lambda: gui.stored("Fresh"))
    courier_script.process.write(b"now it finds a locked vault\n")
    gui.until(lambda: "once\n" in courier_script.log)
    assert not gui.visible("masterPasswordDialog")


def test_a_password_that_is_known_from_the_start_is_never_asked_for(gui, courier_script):
    courier_script.use(before=LOCKED, answer=READY)
    gui.courier_secret = Secret("of the demo")
    gui.open()
    gui.until(lambda: "of the demo\n" in courier_script.log)
    assert not gui.visible("masterPasswordDialog")
    assert not courier_script.note()


def test_a_refused_question_can_be_answered_later(gui, courier_script):
    courier_script.use(before=LOCKED, answer=READY)
    gui.open()
    gui.click("cancelButton", gui.dialog("masterPasswordDialog"))
    gui.no_dialog("masterPasswordDialog")
    gui.click("deliveriesEntry")
    gui.click("unlockButton")
    gui.dialog("masterPasswordDialog")
    gui.write("later")
    gui.press("Return")
    gui.until(lambda: "later\n" in courier_script.log)
    gui.until(lambda: not courier_script.note())
    assert not gui.visible("unlockButton")


def test_one_that_dies_is_reported_logged_and_started_again(gui, courier_script, caplog):
    courier_script.use(
        script="import sys\n"
        "with open(sys.argv[1], 'a') as log: log.write('started\\n')\n"
        "if open(sys.argv[1]).read().count('started') == 1: sys.exit('it broke')\n" + READY + "\nsys.stdin.read()\n"
    )
    gui.open()
    gui.until(lambda: "ended unexpectedly" in courier_script.note())
    assert "courier: it broke" in caplog.text
    gui.until(lambda: courier_script.log.count("started") == 2)
    gui.until(lambda: not courier_script.note())
    assert courier_script.runs()


def test_the_waits_between_failed_starts_grow(gui, courier_script):
    gui.courier_command = (str(gui.home / "no-such-program"),)
    gui.open()
    courier = gui.window.courier
    gui.until(lambda: courier._restart.isActive() and courier._restart.interval() == 1000)
    gui.until(lambda: courier._restart.interval() == 2000)
    assert "retried automatically" in courier_script.note()


def test_what_it_says_of_trouble_is_shown(gui, courier_script):
    failed = """print('{"event": "failed", "message": "The disk is full."}', flush=True)"""
    courier_script.use(before=failed)
    gui.open()
    gui.until(lambda: courier_script.note() == "The disk is full.")


def test_one_that_does_not_end_is_killed(gui, courier_script):
    courier_script.use(script=READY + "\nimport time\nwhile True: time.sleep(60)\n")
    gui.open()
    gui.until(courier_script.runs)
    gui.window.courier._kill.setInterval(50)
    process = courier_script.process
    gone = []
    process.finished.connect(lambda _code, status: gone.append(status))
    gui.window.close()
    gui.until(lambda: not gui.window.isVisible())
    gui.until(lambda: gone == [QProcess.ExitStatus.CrashExit])


def test_other_days_are_known_to_the_one_that_runs_after_them(gui, courier_script):
    courier_script.use()
    gui.open()
    gui.until(courier_script.runs)
    first = courier_script.process.processId()
    gui.press("Ctrl+,")
    settings = gui.dialog("settingsDialog")
    gui.part("retryLimitField", settings).setFocus()
    gui.press("Up")
    gui.click("okButton", settings)
    gui.until(lambda: courier_script.runs() and courier_script.process.processId() != first)
    assert gui.preferences.get("outbox.retry_days") == "6"
    gui.close_window()
    assert courier_script.log == "started []\nended\nstarted []\nended\n"


def test_where_it_rests_other_days_start_nothing(gui, courier_script):
    courier_script.have_none()
    courier_script.use()
    gui.open()
    gui.window.courier.renew()
    gui.finish_work()
    assert courier_script.starts == 0


def test_one_that_rests_is_no_failure(gui, courier_script, caplog):
    courier_script.use()
    gui.open()
    gui.until(courier_script.runs)
    courier_script.have_none()
    courier_script.rest()
    gui.until(lambda: not gui.window.courier.is_running)
    gui.finish_work()
    assert (courier_script.starts, courier_script.note()) == (1, "")
    assert not gui.window.courier._restart.isActive()
    assert "the courier ended" not in caplog.text
    gui.close_window()


def test_one_that_is_asked_to_end_while_it_waits_for_a_password_leaves_no_question(gui, courier_script):
    courier_script.use(before=LOCKED)
    gui.open()
    gui.click("cancelButton", gui.dialog("masterPasswordDialog"))
    gui.click("deliveriesEntry")
    gui.until(lambda: gui.visible("unlockButton"))
    courier_script.have_none()
    courier_script.rest()
    gui.until(lambda: not gui.visible("unlockButton"))
    assert courier_script.note() == ""


def test_the_password_is_known_to_the_next_one_too(gui, courier_script):
    courier_script.use(before=LOCKED, answer=READY)
    gui.open()
    gui.dialog("masterPasswordDialog")
    gui.write("once")
    gui.press("Return")
    gui.until(lambda: courier_script.log.count("once\n") == 1)
    courier_script.rest()
    gui.until(lambda: courier_script.log.count("once\n") == 2)
    assert courier_script.starts == 2
    assert not gui.visible("masterPasswordDialog")
