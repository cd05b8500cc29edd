"""Couriers as processes: several at once, killed at any moment, ended by a signal, and with a window."""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from e2e.program import MASTER
from fakes.small import FixedClock
from servers.smtp.mail_script import MailScript
from servers.smtp.mailserver import MailServer
from servers.smtp.scripted import ScriptedServer
from servers.smtp.sink import Sink
from services.courier_harness import PATIENCE_S, CourierHarness, RealClock, generic, message

from smtp_desktop.domain.delivery.delivery import DeliveryFilter, DeliveryState

pytestmark = pytest.mark.long

CHILD = Path(__file__).parent / "courier_child.py"
KILLS = int(os.environ.get("SMTP_DESKTOP_TEST_KILLS", "100"))  # of each mode; 200 by hand
KILLS_AT_ONCE = 50  # in one test: a test may take four minutes, also on a machine that does other things
GROUP = 8  # mails that go together at most
DATA_STARTED = "SELECT count(*) FROM delivery WHERE data_started = 1 GROUP BY courier"
UNKNOWN = DeliveryFilter(states=frozenset({DeliveryState.UNKNOWN}))
SENT = DeliveryFilter(states=frozenset({DeliveryState.SENT}))
WAITING = DeliveryFilter(states=frozenset({DeliveryState.WAITING}))
COUNTS = dict.fromkeys(("sent", "refused", "expired", "unknown", "waiting", "held"), 0)
LOCKED_S = float(os.environ.get("SMTP_DESKTOP_TEST_LOCKED_S", "12"))  # 40 by hand
STOCK = 200  # mails that wait at each kill: more than two couriers lease and send before it


def harness_on(home, *profiles):
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    return CourierHarness(home / "smtp-desktop.sqlite3", *profiles, clock=RealClock())


def relay(sink):
    return generic("relay", default=True, port=sink.port, auth=False)


@pytest.mark.long
def test_two_processes_send_each_of_2000_mails_exactly_once(program):
    with Sink() as sink, closing(harness_on(program.home, relay(sink))) as harness:
        ids = harness.add(2000)
        processes = [program.start("outbox", "run", "--json") for _ in range(2)]
        outputs = [process.communicate(timeout=120) for process in processes]
        assert [process.returncode for process in processes] == [0, 0], outputs
        documents = [json.loads(out) for out, _ in outputs]
        assert len(sink.message_ids) == len(set(sink.message_ids)) == 2000
        assert sum(document["sent"] for document in documents) == 2000
        assert all(document["sent"] > 0 for document in documents), documents
        assert set(harness.states(ids)) == {"sent"}


class Killer:
    """Two couriers. Kills one of them when the server has reached a random point of a random mail, and starts another
    one in its place."""

    def __init__(self, harness, kills, seed):
        self.ids = []
        self.caught = []  # of how many mails the data had started at each courier when one was killed
        self._harness = harness
        self._random = random.Random(seed)
        self._kills_left = kills
        self._turn = threading.Lock()
        self._processes = []
        self._killed = threading.Event()
        self._choose()

    def when(self, what):
        """Gets from the server's threads where it is."""
        with self._turn:
            if what != self._what or not self._kills_left or self._killed.is_set() or not self._processes:
                return
            self._mails_left -= 1
            if self._mails_left <= 0:
                self._processes[-1].kill()
                self._killed.set()

    def run(self):
        """Does all kills. Returns the couriers that are left."""
        self._stock()
        processes = [self._started() for _ in range(2)]
        while self._kills_left:
            self._stock()
            with self._turn:
                self._random.shuffle(processes)
                self._processes = processes
            assert self._killed.wait(PATIENCE_S)
            dead = processes[-1]
            assert dead.wait(PATIENCE_S) == -signal.SIGKILL
            dead.stdin.close()
            with self._harness.database.read() as connection:
                self.caught += [row[0] for row in connection.execute(DATA_STARTED)]
            processes = [*processes[:-1], self._started()]
            with self._turn:
                self._processes = []
                self._kills_left -= 1
                self._choose()
                self._killed.clear()
        return processes

    def _stock(self):
        """Adds mails where few are left: how many go out while a courier starts depends on the machine."""
        missing = STOCK - self._harness.store.count(WAITING)
        if missing > 0:
            numbers = range(len(self.ids), len(self.ids) + missing)  # its Message-ID has the number
            self.ids += self._harness.add(*(message(f"Mail {number}", number=number) for number in numbers))

    def _choose(self):
        self._mails_left = self._random.randint(1, 15)
        self._what = self._random.choice(["mail", "content", "taken"])

    def _started(self):
        command = [sys.executable, str(CHILD), str(self._harness.path), "1.0"]
        return subprocess.Popen(command, stdin=subprocess.PIPE)


@pytest.mark.long
@pytest.mark.skipif(sys.platform == "win32", reason="kills with SIGKILL")
@pytest.mark.parametrize("part", range(max(1, KILLS // KILLS_AT_ONCE)))
@pytest.mark.parametrize(
    ("offers", "group"), [((), 1), (("PIPELINING",), GROUP), (("PIPELINING", "CHUNKING"), GROUP)], ids=str
)
def test_kills_lose_nothing_and_double_only_what_is_marked_and_little_of_it(tmp_path, offers, group, part):
    kills = min(KILLS, KILLS_AT_ONCE)
    with Sink(offers=offers) as sink, closing(harness_on(tmp_path, relay(sink))) as harness:
        killer = Killer(harness, kills=kills, seed=20261123 + part)
        sink.when = killer.when
        couriers = killer.run()
        changed = threading.Event()
        ids = killer.ids
        while harness.store.count(SENT) < len(ids):
            assert [courier.poll() for courier in couriers] == [None, None]
            changed.wait(0.1)
        for courier in couriers:
            courier.stdin.close()
        assert [courier.wait(PATIENCE_S) for courier in couriers] == [0, 0]
        copies = sink.copies
        deliveries = [harness.store.get(one) for one in ids]
        assert {delivery.message_id for delivery in deliveries} == set(copies)
        doubled = {message_id for message_id, count in copies.items() if count > 1}
        marked = {delivery.message_id for delivery in deliveries if delivery.may_be_twice}
        assert doubled <= marked
        # No more than one mail, or one group, is on its way over each of the two connections of a courier.
        assert 0 < max(killer.caught) <= 2 * group
        assert sum(count - 1 for count in copies.values()) <= 2 * group * kills


def overwhelmed(peer):
    """Accepts one mail at a time, and hangs up on several although it offers PIPELINING."""

    def look(peer, _number):
        if peer.chunks[-1].count(b"MAIL FROM:") > 1:
            peer.hang_up()
        return ""

    MailScript(("PIPELINING", "CHUNKING"), at_content=look)(peer)


@pytest.mark.skipif(sys.platform == "win32", reason="kills with SIGKILL")
def test_the_next_courier_goes_by_what_a_killed_one_learned_of_a_server(program):
    with ScriptedServer(overwhelmed) as server, closing(harness_on(program.home, relay(server))) as harness:
        harness.add(40)
        changed = threading.Event()
        with program.start("outbox", "run", "--watch") as process:
            while not (in_doubt := harness.store.count(UNKNOWN)):
                assert process.poll() is None
                changed.wait(0.05)
            process.kill()
            assert process.wait(PATIENCE_S) == -signal.SIGKILL
        assert in_doubt > 1
        with harness.database.read() as connection:
            known = connection.execute("SELECT host, port FROM pipelining_denylist").fetchall()
        assert [tuple(row) for row in known] == [("127.0.0.1", server.port)]
        before, further = len(server.peers), harness.add(40)
        ran = program("outbox", "run", "--json")
        assert (ran.code, ran.json["unknown"]) == (0, 0), ran.err  # those of the killed one are still its
        assert {(one.state, one.may_be_twice) for one in map(harness.store.get, further)} == {
            (DeliveryState.SENT, False)
        }
        peers = server.peers[before:]
        assert sum(peer.received.count(b"MAIL FROM:") for peer in peers) >= 40
        assert max(chunk.count(b"MAIL FROM:") for peer in peers for chunk in peer.chunks) == 1
        assert not any(b"BDAT" in peer.received for peer in peers)


class Gate:
    """Keeps a sink from answering the content of mails until `answer` is set; `reached` is, once one came."""

    def __init__(self):
        self.reached, self.answer = threading.Event(), threading.Event()

    def when(self, what):
        if what == "content":
            self.reached.set()
            assert self.answer.wait(PATIENCE_S)


class TestEnding:
    @pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM")
    @pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
    def test_a_signal_ends_it_once_the_mails_in_flight_are_sent(self, program, number, code):
        gate = Gate()
        with Sink(gate.when) as sink, closing(harness_on(program.home, relay(sink))) as harness:
            ids = harness.add(30)
            with program.start("outbox", "run", "--watch") as process:
                assert gate.reached.wait(PATIENCE_S)
                process.send_signal(number)
                # The courier releases all that it has not started: then it has got the signal.
                while harness.states(ids).count("sending") > 2:
                    assert process.poll() is None
                    gate.reached.wait(0)
                gate.answer.set()
                out, err = process.communicate(timeout=PATIENCE_S)
            assert process.returncode == code, err
            states = harness.states(ids)
            assert states.count("sent") == len(sink.message_ids) in {1, 2}
            assert states.count("waiting") == 30 - len(sink.message_ids)
            assert out.decode().count("sent") == len(sink.message_ids)

    @pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM")
    def test_old_finished_mails_are_pruned_meanwhile(self, program):
        with closing(harness_on(program.home, generic("relay", default=True))) as harness:
            harness.clock = FixedClock(datetime.now(UTC) - timedelta(days=91))
            harness.add(3)
            harness.run()
            harness.pass_time(days=2)
            (younger,) = harness.add()
            harness.run()
            with program.start("outbox", "run", "--watch") as process:
                pause = threading.Event()
                while harness.store.count(DeliveryFilter()) > 1:
                    assert process.poll() is None
                    pause.wait(0.05)
                process.terminate()
                assert process.wait(PATIENCE_S) == 0
                process.communicate()
            assert harness.states([younger]) == ["sent"]

    def test_one_that_ends_by_itself_clears_too(self, program):
        with closing(harness_on(program.home, generic("relay", default=True))) as harness:
            harness.clock = FixedClock(datetime.now(UTC) - timedelta(days=91))
            harness.add(2)
            harness.run()
            harness.pass_time(days=83)
            (younger,) = harness.add()
            harness.run()
            assert program("outbox", "run").code == 0
            assert harness.store.count(DeliveryFilter()) == 1
            assert harness.store.get(younger).content_dropped
        shown = program("outbox", "show", str(younger), "--json").json
        assert (shown["state"], shown["content_dropped"]) == ("sent", True)
        ran = program("outbox", "retry", str(younger), "--again")
        assert ran.code == 65
        assert "has been deleted since it was sent" in ran.err

    @pytest.mark.long
    @pytest.mark.parametrize("arguments", [(), ("--watch",)])
    def test_another_program_that_holds_the_database_for_long_costs_no_result(self, program, arguments):
        gate = Gate()
        with Sink(gate.when) as sink, closing(harness_on(program.home, relay(sink))) as harness:
            ids = harness.add(4)
            with program.start("outbox", "run", *arguments) as process:
                assert gate.reached.wait(PATIENCE_S)
                # Longer than any single try waits for it.
                other = sqlite3.connect(program.home / "smtp-desktop.sqlite3", isolation_level=None)
                other.execute("BEGIN IMMEDIATE")
                gate.answer.set()
                threading.Event().wait(LOCKED_S)
                assert process.poll() is None
                other.execute("ROLLBACK")
                other.close()
                while set(harness.states(ids)) != {"sent"}:
                    assert process.poll() in {None, 0}
                    threading.Event().wait(0.05)
                if arguments:  # the other one ends by itself
                    process.terminate()
                assert process.wait(PATIENCE_S) == 0
                process.communicate()
            assert not any(harness.store.get(each).may_be_twice for each in ids)
            assert len(sink.message_ids) == 4

    def test_nothing_to_do_ends_at_once(self, program):
        ran = program("outbox", "run", "--json")
        assert (ran.code, ran.json) == (0, {**COUNTS, "messages": []})

    def test_json_without_end_is_wrong_usage(self, program):
        assert program("outbox", "run", "--watch", "--json").code == 64


def test_senders_that_wait_and_a_courier_that_stays_send_each_message_once(program):
    with Sink() as sink, closing(harness_on(program.home, relay(sink))):
        with program.start("outbox", "run", "--watch") as courier:
            waiting = ("send", "--wait", "--json", "--text", "Hi", "a@x.example")
            senders = [program.start(*waiting) for _ in range(4)]
            outputs = [sender.communicate(timeout=PATIENCE_S) for sender in senders]
            assert [sender.returncode for sender in senders] == [0] * 4, outputs
            courier.terminate()
            courier.communicate(timeout=PATIENCE_S)
        messages = [json.loads(out) for out, _ in outputs]
        assert {(one["state"], one["attempts"]) for one in messages} == {("sent", 1)}
        assert sorted(sink.message_ids) == sorted(one["message_id"] for one in messages)


class TestOutput:
    def test_a_line_for_each_mail_and_what_is_held_up(self, program):
        with MailServer(users={"boss": "right"}) as server, Sink() as sink:
            with closing(harness_on(program.home, relay(sink))) as harness:
                harness.add(1)
            server_at = ("--host", "127.0.0.1", "--port", str(server.port), "--no-tls", "--user", "boss")
            from_ = ("--from", "boss@company.example", "--password-stdin")
            program.smtp("create", "Picky", *server_at, *from_, stdin="wrong")
            with closing(harness_on(program.home)) as harness:
                harness.add(1, smtp=next(p.id for p in harness.profiles.all() if p.name == "Picky"))
            ran = program("outbox", "run")
            assert ran.code == 75, ran.err
            assert "a@x.example  relay  sent" in ran.out
            assert "a@x.example  Picky  waiting until" in ran.out
            assert "1 sent, 0 refused, 0 expired, 0 unknown, 1 waiting, 1 held." in ran.out
            assert "Picky has been on hold since" in ran.err
            assert len(sink.message_ids) == 1

    @pytest.mark.parametrize(
        ("reply", "code", "counts"),
        [
            ("250 2.1.5 OK", 0, {"sent": 1}),
            ("550 5.1.1 nobody", 69, {"refused": 1}),
            ("450 4.7.1 Greylisted", 75, {"waiting": 1}),
        ],
    )
    def test_the_exit_code_tells_whether_all_were_sent(self, program, reply, code, counts):
        script = MailScript((), {} if code == 0 else {"RCPT TO:": reply})
        with ScriptedServer(script) as server, closing(harness_on(program.home, relay(server))) as harness:
            (one,) = harness.add(1)
            ran = program("outbox", "run", "--json")
            (tried,) = (document := ran.json).pop("messages")
            assert (ran.code, document) == (code, COUNTS | counts)
            assert (tried["id"], tried["state"]) == (one, next(iter(counts)))
            assert (tried["last_reply"], tried["refused_recipients"]) == (
                reply if code else "250 2.0.0 queued as 1",
                code == 69,
            )

    def test_quiet_prints_only_what_somebody_has_to_look_at(self, program):
        script = MailScript((), {"RCPT TO:<bad@": "550 5.1.1 nobody"})
        with ScriptedServer(script) as server, closing(harness_on(program.home, relay(server))) as harness:
            harness.add(1)  # the script is for one connection at a time
            ran = program("outbox", "run", "-q")
            assert (ran.code, ran.out, ran.err) == (0, "", ""), ran.err
            (bad,) = harness.add(message("Bad", to="bad@x.example"))
            ran = program("outbox", "run", "-q")
            assert (ran.code, ran.out) == (69, "")
            assert f"  {bad}  -  bad@x.example  relay  refused: 550 5.1.1 nobody" in ran.err
            assert program("deliver", "-q").code == 0  # its former name


class Window:
    """A window as the courier sees it: the other ends of its pipes."""

    def __init__(self, program, *options):
        self.process = program.start("outbox", "run", "--watch", "--with-window", *options)

    def read(self):
        return json.loads(self.process.stdout.readline())

    def write(self, line):
        self.process.stdin.write(f"{line}\n".encode())
        self.process.stdin.flush()

    def close(self):
        """Closes the pipes; returns the exit code and the remaining output."""
        out, err = self.process.communicate(timeout=PATIENCE_S)
        return self.process.returncode, out + err


class TestWithAWindow:
    def test_the_master_password_comes_through_the_pipe(self, program):
        sent = threading.Event()
        with MailServer(users={"boss": "right"}) as server:
            server_at = ("--host", "127.0.0.1", "--port", str(server.port), "--no-tls", "--user", "boss")
            from_ = ("--from", "boss@company.example", "--password-stdin")
            program.smtp("create", "Relay", *server_at, *from_, stdin="right")
            with closing(harness_on(program.home)) as harness:
                (one,) = harness.add(1)
                window = Window(program)
                assert window.read() == {"event": "ready"}
                locked = window.read()
                assert (locked["event"], locked["new"]) == ("locked", False)
                assert harness.states([one]) == ["waiting"]
                window.write("not it")
                again = window.read()
                assert again["event"] == "locked"
                assert again["message"] != locked["message"]
                window.write(MASTER)
                assert window.read() == {"event": "ready"}
                while harness.states([one]) != ["sent"]:
                    assert window.process.poll() is None
                    sent.wait(0.05)
                assert window.close() == (0, b"")
            assert len(server.received) == 1

    def test_it_ends_by_itself_once_it_had_nothing_to_do(self, program):
        with Sink() as sink, closing(harness_on(program.home, relay(sink))) as harness:
            ids = harness.add(30)
            window = Window(program, "--rest-after", "0.1")
            assert window.read() == {"event": "ready"}
            # Its standard input is still open.
            assert window.process.wait(PATIENCE_S) == 0
            assert window.close() == (0, b"")
            assert harness.states(ids) == ["sent"] * 30

    def test_it_ends_when_the_window_goes_instead_of_answering(self, program):
        with MailServer(users={"boss": "right"}) as server:
            server_at = ("--host", "127.0.0.1", "--port", str(server.port), "--no-tls", "--user", "boss")
            from_ = ("--from", "boss@company.example", "--password-stdin")
            program.smtp("create", "Relay", *server_at, *from_, stdin="right")
            with closing(harness_on(program.home)) as harness:
                harness.add(1)
                window = Window(program)
                assert window.read() == {"event": "ready"}
                assert window.read()["event"] == "locked"
                assert window.close() == (0, b"")
            assert server.sign_ins == []
