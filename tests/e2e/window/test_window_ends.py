"""The window's process ends without a question when it must, and nothing typed or sent is lost by that."""

import json
import shutil
import signal
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest
from servers.smtp.sink import Sink

from smtp_desktop.domain.delivery.delivery import DeliveryFilter
from smtp_desktop.store.database import Database
from smtp_desktop.store.outbox.outbox import SqliteOutbox

PATIENCE_S, MOST_S = 30, 5.0

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(sys.platform != "linux", reason="ends processes by signals, and looks at them in /proc"),
]


class TypingWindow:
    """The window of a process, worked by keys."""

    def __init__(self, program, display):
        command = [sys.executable, str(Path(__file__).with_name("typing_window.py")), str(program.home)]
        shown = {"QT_QPA_PLATFORM": "xcb", "DISPLAY": display} if display else {"QT_QPA_PLATFORM": "offscreen"}
        environment = program.environment | shown
        self.process = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )

    def __call__(self, command):
        self.process.stdin.write(f"{command}\n")
        return self.process.stdout.readline().rstrip("\n")

    def ended_by(self, number):
        """Sends it the signal; returns its exit code and the seconds that it lived on."""
        begun = time.monotonic()
        self.process.send_signal(number)
        return self.process.wait(PATIENCE_S), time.monotonic() - begun


@pytest.fixture
def opens(program):
    opened = []

    def open_window(display=""):
        opened.append(TypingWindow(program, display))
        return opened[-1]

    yield open_window
    for window in opened:
        if window.process.poll() is None:
            window.process.kill()
        window.process.communicate()


@pytest.fixture
def x_server():
    """The process of an X server; `display` is its name."""
    if not shutil.which("Xvfb"):
        pytest.skip("Xvfb is not here")
    command = ["Xvfb", "-displayfd", "1", "-screen", "0", "1440x900x24", "-nolisten", "tcp", "-noreset"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        server.display = f":{server.stdout.readline().strip()}"
        yield server
        server.terminate()


@pytest.fixture
def relay(program):
    """An SMTP whose server takes a mail only once `go_on` is set; `reached` once it has got the content of one."""
    reached, go_on = threading.Event(), threading.Event()

    def when(what):
        if what == "content":
            reached.set()
            assert go_on.wait(PATIENCE_S)

    with Sink(when, offers=()) as sink:
        sink.reached, sink.go_on = reached, go_on
        at = ("--host", "127.0.0.1", "--port", str(sink.port), "--no-tls", "--no-auth", "--from", "a@b.example")
        program.smtp("create", "Relay", *at, "--default")
        made = program("activity", "create", "Job", "--to", "c@d.example", "--subject", "Done", "--text", "Yes")
        assert made.code == 0, made.err
        yield sink
        go_on.set()


def kept(program):
    return [json.loads(path.read_text()) for path in (program.home / "unsaved").glob("*.json")]


def until(holds):
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline
        signal.sigtimedwait([], 0.02)  # another process does it and tells nobody


def test_it_ends_though_mails_wait_and_a_form_is_unsaved(opens, program, relay):
    assert program("smtp", "pause", "Relay").code == 0
    assert program("trigger", "Job").code == 0
    window = opens()
    window("key Ctrl+N")
    window("type nameField Half")
    code, lived_s = window.ended_by(signal.SIGTERM)
    assert (code, lived_s < MOST_S) == (0, True), lived_s
    assert [form["values"]["name"] for form in kept(program)] == ["Half"]


@pytest.mark.long
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_what_is_on_its_way_is_not_killed_with_the_window(opens, program, relay, number):
    for _ in range(2):
        assert program("trigger", "Job").code == 0
    window = opens()
    window("key Ctrl+N")
    window("type nameField Half")
    assert relay.reached.wait(PATIENCE_S)
    code, lived_s = window.ended_by(number)
    assert (code, lived_s < MOST_S) == (0, True), lived_s
    assert [form["values"]["name"] for form in kept(program)] == ["Half"]
    # It is not in doubt, as it would be had it been killed.
    relay.go_on.set()
    with closing(Database(program.home / "smtp-desktop.sqlite3")) as database:
        outbox = SqliteOutbox(database)
        until(lambda: "sent" in {one.state for one in outbox.page(DeliveryFilter(), before=None, limit=9)})
        found = outbox.page(DeliveryFilter(), before=None, limit=9)
        assert not [one for one in found if one.may_be_twice]
    assert max(relay.copies.values()) == 1


@pytest.mark.long
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_forms_come_back_whatever_ended_the_program(opens, program, relay, number):
    window = opens()
    window("key Ctrl+N")
    window("type nameField Half_Smtp")
    window("type passwordField the_s3cret")
    window("key Ctrl+2")
    window("key Ctrl+N")
    window("type subjectField Half an activity")
    until(lambda: {form["values"].get("subject") for form in kept(program)} == {None, "Half an activity"})
    window.ended_by(number)
    for path in (program.home / "unsaved").iterdir():
        assert (path.stat().st_mode & 0o777, b"s3cret" in path.read_bytes()) == (0o600, False)

    window = opens()
    for _ in range(2):
        window("click continueFormButton")
        assert window("words panelNote").startswith("Your unsaved entries have been restored.")
    window("key Ctrl+1")
    assert (window("look nameField"), window("look passwordField")) == ("Half_Smtp", "")
    window("key Ctrl+2")
    assert window("look subjectField") == "Half an activity"
    assert window.ended_by(signal.SIGKILL)[0] == -signal.SIGKILL
    assert len(kept(program)) == 2


@pytest.mark.long
def test_a_log_out_that_takes_the_display_away_loses_nothing(opens, program, relay, x_server):
    # As most desktops end: PySide's Qt for X11 speaks no XSMP, so that no session manager can ask it for anything.
    assert program("trigger", "Job").code == 0
    window = opens(x_server.display)
    window("click createButton")  # without a window manager, no window gets the focus and with it keys
    window("type nameField Half")
    until(lambda: kept(program))
    assert relay.reached.wait(PATIENCE_S)
    begun = time.monotonic()
    x_server.terminate()
    window.process.wait(PATIENCE_S)
    assert time.monotonic() - begun < MOST_S
    assert [form["values"]["name"] for form in kept(program)] == ["Half"]
    relay.go_on.set()
    with closing(Database(program.home / "smtp-desktop.sqlite3")) as database:
        outbox = SqliteOutbox(database)
        until(lambda: [one.state for one in outbox.page(DeliveryFilter(), before=None, limit=9)] == ["sent"])
        assert not outbox.page(DeliveryFilter(), before=None, limit=9)[0].may_be_twice
    assert list(relay.copies.values()) == [1]
    assert opens()("words keptFormWords").startswith("An unsaved new SMTP was kept: Half")


@pytest.mark.long
def test_a_window_that_hangs_is_ended_all_the_same(opens, program, relay):
    window = opens()
    window("key Ctrl+N")
    window("type nameField Half")
    until(lambda: kept(program))
    window("freeze")
    code, lived_s = window.ended_by(signal.SIGTERM)
    assert (code, lived_s < MOST_S) == (0, True), lived_s
    assert [form["values"]["name"] for form in kept(program)] == ["Half"]
    assert opens()("words keptFormWords").startswith("An unsaved new SMTP was kept: Half")


@pytest.mark.long
@pytest.mark.parametrize("moment", ["at the start", "while it asks"])
def test_it_ends_at_any_moment(opens, program, relay, moment):
    assert program("trigger", "Job").code == 0
    window = opens()
    if moment == "while it asks":
        window("close")
        assert window("words messageText")
    else:
        until((program.home / "window.lock").exists)
    code, lived_s = window.ended_by(signal.SIGTERM)
    assert (code, lived_s < MOST_S) == (0, True), lived_s
    assert not (program.home / "window.lock").exists()
