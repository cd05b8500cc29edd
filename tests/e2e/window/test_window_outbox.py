"""A job triggers from a script; the window's courier sends it, and the user sees it at once. The courier is a process
that is there only while there is something for it to do."""

import os
import signal
import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from e2e.program import Program
from e2e.window.real_window_driver import RealWindowDriver
from PySide6.QtWidgets import QTableView
from servers.smtp.mail_script import MailScript
from servers.smtp.mailserver import MailServer
from servers.smtp.scripted import ScriptedServer
from servers.smtp.sink import Sink

from smtp_desktop.composition.window import worker_programs
from smtp_desktop.domain.delivery.delivery import DeliveryFilter
from smtp_desktop.domain.delivery.holds import HoldState
from smtp_desktop.store.timestamps import to_microseconds

pytestmark = pytest.mark.long

REST_AFTER_S, LEASE_S = 0.5, 3.0
PATIENCE_S = 30

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")


@pytest.fixture
def script(tmp_path, authority):
    """The command line on the window's home."""
    program = Program(tmp_path, authority.path)
    assert program.home == tmp_path / "home"
    return program


@pytest.fixture
def sending_gui(qtbot, qapp, tmp_path, authority, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.path))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")

    programs = worker_programs(tmp_path / "home", rest_after_s=REST_AFTER_S)
    programs = replace(programs, courier=(*programs.courier, "--lease", str(LEASE_S)))
    it = RealWindowDriver(qtbot, qapp, tmp_path / "home", programs)
    yield it
    it.window.end()
    it.close()


def couriers():
    """Returns the processes that this one started to send."""
    started = [int(child) for thread in Path("/proc/self/task").iterdir() for child in _children(thread)]
    return [process for process in started if b"outbox" in _command(process)]


def _children(thread):
    try:
        return (thread / "children").read_text().split()
    except FileNotFoundError:  # the thread has just ended, and another has its children
        return []


def _command(process):
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")
    except FileNotFoundError:  # it has just ended
        return []


def set_up(script, port):
    """There is an activity whose mails go to the server on `port`."""
    server_options = ("--host", "127.0.0.1", "--port", str(port), "--no-tls", "--no-auth")
    script.smtp("create", "Relay", *server_options, "--from", "jobs@company.example")
    made = script(
        *("activity", "create", "Nightly", "--to", "ops@company.example", "--subject", "Report {{ day }}"),
        *("--text", "{{ rows }} rows"),
    )
    assert made.code == 0, made.err


def trigger(script):
    queued = script("trigger", "Nightly", "-s", "day=Monday", "-s", "rows=4711", "--json")
    assert queued.code == 0, queued.err


def at_rest(gui):
    """The window has looked, and nothing is to be done."""
    gui.until(lambda: gui.window.cards.total == 1)
    gui.until(gui.window.sections.courier_on_call._timer.isActive)


def only_mail(gui):
    (delivery,) = gui.services.outbox.page(DeliveryFilter())
    return delivery


def test_what_a_script_triggers_is_sent_and_shown(sending_gui, script):
    gui = sending_gui
    with MailServer() as server:
        set_up(script, server.port)
        # Both were made by another process: the window shows them by itself.
        gui.until(lambda: gui.window.cards.total == 1)
        gui.until(lambda: gui.window.activities.count)
        trigger(script)
        gui.window.entities.chosen.emit("deliveries")
        table = gui.window.deliveries.page.findChild(QTableView, "table")
        gui.until(lambda: table.model().rowCount() == 1)
        row = [table.model().index(0, column) for column in range(table.model().columnCount())]
        gui.until(lambda: row[-1].data() == "Sent")
        assert "Report Monday" in [cell.data() for cell in row]
        (mail,) = server.received
    assert mail.recipients == ("ops@company.example",)
    assert b"4711 rows" in mail.content


@on_linux
def test_the_courier_is_there_only_while_there_is_something_to_send(sending_gui, script):
    gui = sending_gui
    with Sink() as sink:
        set_up(script, sink.port)
        at_rest(gui)
        assert couriers() == []
        for count in (1, 2):
            trigger(script)
            gui.until(lambda count=count: len(sink.message_ids) == count)
            gui.until(lambda: not couriers())
    gui.until(lambda: not gui.window.courier.is_running)
    assert gui.services.outbox.counts().waiting == 0


@on_linux
@pytest.mark.long
def test_what_waits_is_tried_again_though_the_courier_has_ended(sending_gui, script):
    gui, answers = sending_gui, ["451 4.3.0 later"]
    mail_script = MailScript((), at_content=lambda _peer, _number: answers.pop() if answers else "")
    with ScriptedServer(mail_script) as server:
        set_up(script, server.port)
        at_rest(gui)
        trigger(script)
        gui.until(lambda: only_mail(gui).attempts == 1)
        gui.until(lambda: not couriers())
        (hold,) = gui.services.read_holds().values()
        assert (hold.state, hold.until - hold.since > timedelta(seconds=20)) == (HoldState.PAUSED, True)
        # The server would be tried again in half a minute: sooner here, but after the courier could have heard of it.
        with gui.application.database.write() as connection:
            soon = to_microseconds(datetime.now(UTC) + timedelta(seconds=3 * REST_AFTER_S))
            connection.execute("UPDATE smtp_hold SET until = ?", [soon])
        gui.until(lambda: only_mail(gui).state == "sent")
    assert len(mail_script.taken) == 1


@on_linux
@pytest.mark.long
def test_a_killed_one_is_started_again_and_sends_what_it_had_in_hand(sending_gui, script):
    """However long the next one takes to start: the lease of the dead one may have ended by then or not."""
    gui, reached, killed = sending_gui, threading.Event(), threading.Event()

    def when(what):
        if what == "mail" and not killed.is_set():
            reached.set()
            assert killed.wait(PATIENCE_S)

    with Sink(when) as sink:
        set_up(script, sink.port)
        at_rest(gui)
        trigger(script)
        gui.until(reached.is_set)
        (first,) = couriers()
        os.kill(first, signal.SIGKILL)
        gui.until(lambda: first not in couriers())
        killed.set()
        gui.until(lambda: only_mail(gui).state == "sent")
        assert len(sink.message_ids) == 1
    assert not only_mail(gui).may_be_twice
