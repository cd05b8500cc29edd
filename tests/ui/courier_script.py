"""A script that stands in for `smtp-desktop outbox run`, and something to do for it."""

import sys
from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QProcess
from ui.window_driver import WindowDriver

from smtp_desktop.domain.delivery.holds import SmtpHold
from smtp_desktop.domain.diagnosis.conversation import FailureKind, Stage
from smtp_desktop.domain.smtp.profile import ProfileId

# It writes each line of its standard input into a file, and ends when that is closed, or with the line "rest".
LISTENING = """
import os, sys
with open(sys.argv[1], "a") as log:
    log.write(f"started {sys.argv[2:]}\\n")
    log.flush()
    {before}
    for line in sys.stdin:
        log.write(line)
        log.flush()
        if line == "rest\\n":
            break
        {answer}
    log.write("ended\\n")
"""
READY = """print('{"event": "ready"}', flush=True)"""
LOCKED = """print('{"event": "locked", "new": false, "message": "Locked."}', flush=True)"""


class CourierScript:
    """What stands in for the courier, and its log. It does none of its work, which so goes on being due."""

    def __init__(self, gui: WindowDriver) -> None:
        self.gui = gui
        self.smtp_id = gui.have("Relay", is_default=True)
        self.log_path = gui.home / "log"

    def use(self, *, before: str = READY, answer: str = "pass", script: str = LISTENING) -> None:
        path = self.gui.home / "courier.py"
        path.write_text(script.replace("{before}", before).replace("{answer}", answer))
        self.gui.courier_command = (sys.executable, str(path), str(self.log_path))

    def have_work(self, **until: float) -> None:
        """An SMTP that is held is to be looked at after so much time."""
        now = datetime.now(UTC)
        hold = SmtpHold(
            profile_id=ProfileId(self.smtp_id),
            since=now,
            stage=Stage.SIGN_IN,
            kind=FailureKind.REPLY,
            reply="535 no",
            until=now + timedelta(**until),
        )
        self.gui.outbox_store.hold(hold)

    def have_none(self) -> None:
        """Nothing is to be done any more."""
        self.gui.outbox_store.release(self.smtp_id)

    def rest(self) -> None:
        """It ends by itself, as if it had nothing to do."""
        self.process.write(b"rest\n")

    @property
    def starts(self) -> int:
        return self.log.count("started")

    @property
    def log(self) -> str:
        return self.log_path.read_text() if self.log_path.exists() else ""

    @property
    def process(self) -> QProcess:
        return self.gui.window.courier._process

    def runs(self) -> bool:
        return self.process.state() is QProcess.ProcessState.Running

    def note(self) -> str:
        note = self.gui.window.deliveries.page.note
        return "" if note.isHidden() else note.text()
