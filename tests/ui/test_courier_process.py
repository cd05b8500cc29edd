"""The process that sends, as the window keeps it. A script stands in for `smtp-desktop deliver`."""

import logging
import sys

import pytest
from PySide6.QtCore import QProcess

from smtp_desktop.domain.secret import Secret

# It writes each line of its standard input into a file, and ends when that is closed.
LISTENING = """
import os, sys
with open(sys.argv[1], "a") as heard:
    heard.write(f"started {sys.argv[2:]}\\n")
    {before}
    for line in sys.stdin:
        heard.write(line)
        heard.flush()
        {answer}
    heard.write("ended\\n")
"""
READY = """print('{"event": "ready"}', flush=True)"""
LOCKED = """print('{"event": "locked", "new": false, "message": "Locked."}', flush=True)"""


class Stand:
    """What stands in for the courier, and what it heard."""

    def __init__(self, world) -> None:
        self.world = world
        self.heard_path = world.home / "heard"

    def use(self, *, before: str = READY, answer: str = "pass", script: str = LISTENING) -> None:
        path = self.world.home / "courier.py"
        path.write_text(script.replace("{before}", before).replace("{answer}", answer))
        self.world.courier_command = (sys.executable, str(path), str(self.heard_path))

    @property
    def heard(self) -> str:
        return self.heard_path.read_text() if self.heard_path.exists() else ""

    @property
    def process(self) -> QProcess:
        return self.world.window.courier._process

    def runs(self) -> bool:
        return self.process.state() is QProcess.ProcessState.Running

    def note(self) -> str:
        note = self.world.window.deliveries.page.note
        return "" if note.isHidden() else note.text()


@pytest.fixture
def stand(world):
    world.have("Relay", is_default=True)
    return Stand(world)


def test_it_starts_with_the_window_and_ends_with_it(world, stand):
    stand.use()
    world.open()
    world.until(stand.runs)
    world.close_window()
    assert stand.heard == "started []\nended\n"


def test_without_a_command_nothing_is_started(world):
    world.open()
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
