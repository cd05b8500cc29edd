"""The courier, the real outbox and the real SMTP client, against servers that fail in many ways."""

import threading
from contextlib import closing
from datetime import timedelta
from itertools import pairwise

import pytest
from fakes.small import FixedClock, MemoryPipeliningDenylist
from servers.smtp.mail_script import MailScript
from servers.smtp.mailserver import MailServer
from servers.smtp.scripted import ScriptedServer, greet
from services.courier_harness import PATIENCE_S, CourierHarness, Gate, generic, message

from smtp_desktop.domain.delivery.delivery import DeliveryState
from smtp_desktop.domain.diagnosis.conversation import FailureKind, Stage
from smtp_desktop.domain.mail.message import Attachment
from smtp_desktop.services.delivery.in_flight import DeliverySummary
from smtp_desktop.store.database import Database
from smtp_desktop.store.server_denylists import SqlitePipeliningDenylist
from smtp_desktop.transports.registry import TransportConnector, Transports


@pytest.fixture
def harness(tmp_path):
    with closing(
        CourierHarness(tmp_path / "db", connector=TransportConnector(Transports(MemoryPipeliningDenylist())))
    ) as harness:
        yield harness


def envelope(peer, *replies):
    """Accepts MAIL, and answers one RCPT with each of `replies`."""
    peer.expect("MAIL FROM:")
    peer.send("250 2.1.0 sender fine")
    for reply in replies:
        peer.expect("RCPT TO:")
        peer.send(reply)


def accept(peer, *replies):
    """Accepts a mail; returns its content."""
    envelope(peer, *(replies or ("250 2.1.5 fine",)))
    peer.expect("DATA")
    peer.send("354 go ahead")
    content = peer.content()
    peer.send("250 2.0.0 queued")
    return content


def leave(peer):
    """Answers QUIT, and the RSET that may come before."""
    line = peer.line()
    if line == "RSET":
        peer.send("250 2.0.0 forgotten")
        line = peer.line()
    assert line == "QUIT"
    peer.send("221 2.0.0 bye")


def then_take(peer):
    """A connection on which all goes well."""
    greet(peer)
    accept(peer)
    leave(peer)


class TestAServerThatIsBusy:
    @pytest.mark.parametrize("when", ["greeting", "sender", "content"])
    def test_421_is_tried_again(self, harness, when):
        def busy(peer):
            if when != "greeting":
                greet(peer)
            if when == "content":
                envelope(peer, "250 2.1.5 fine")
                peer.expect("DATA")
            elif when == "sender":
                peer.expect("MAIL FROM:")
            peer.send("421 4.3.2 too busy")

        with ScriptedServer(busy, then_take) as server:
            harness.save(generic("main", default=True, port=server.port, auth=False))
            (one,) = harness.add()
            assert harness.run() == DeliverySummary(later=1)
            delivery = harness.store.get(one)
            assert (delivery.state, delivery.last_reply) == (DeliveryState.WAITING, "421 4.3.2 too busy")
            assert not delivery.may_be_twice
            harness.pass_time(minutes=2)
            assert harness.run() == DeliverySummary(sent=1)

    @pytest.mark.parametrize("reply", ["450 4.2.0 greylisted", "452 4.3.1 disk full"])
    def test_a_recipient_that_has_to_wait(self, harness, reply):
        def later(peer):
            greet(peer)
            envelope(peer, reply)
            leave(peer)

        with ScriptedServer(later, then_take) as server:
            harness.save(generic("main", default=True, port=server.port, auth=False))
            (one,) = harness.add()
            assert harness.run() == DeliverySummary(later=1)
            assert harness.store.get(one).recipients[0].reply == reply
            harness.pass_time(minutes=10)
            assert harness.run() == DeliverySummary(sent=1)

    def test_a_full_disk_after_the_content(self, harness):
        def full(peer):
            greet(peer)
            envelope(peer, "250 2.1.5 fine")
            peer.expect("DATA")
            peer.send("354 go ahead")
            peer.content()
            peer.send("452 4.3.1 disk full")
            leave(peer)

        with ScriptedServer(full, then_take) as server:
            harness.save(generic("main", default=True, port=server.port, auth=False))
            (one,) = harness.add()
            assert harness.run() == DeliverySummary(later=1)
            # The server has answered: there is no doubt.
            assert not harness.store.get(one).may_be_twice
            harness.pass_time(minutes=2)
            assert harness.run() == DeliverySummary(sent=1)
            assert not harness.store.get(one).may_be_twice


class TestRecipients:
    def test_one_of_three_is_refused(self, harness):
        def two_of_three(peer):
            greet(peer)
            accept(peer, "250 2.1.5 fine", "550 5.1.1 nobody", "250 2.1.5 fine")
            leave(peer)

        with ScriptedServer(two_of_three) as server:
            harness.save(generic("main", default=True, port=server.port, auth=False))
            (one,) = harness.add(message(to="a@x.example,b@x.example,c@x.example"))
            assert harness.run() == DeliverySummary(sent=1)
        delivery = harness.store.get(one)
        assert (delivery.state, delivery.refused_count) == (DeliveryState.SENT, 1)
        assert [(r.address, r.state, r.reply) for r in delivery.recipients] == [
            ("a@x.example", "sent", ""),
            ("b@x.example", "refused", "550 5.1.1 nobody"),
            ("c@x.example", "sent", ""),
        ]

    def test_one_of_three_waits_and_only_that_one_gets_it_again(self, harness):
        contents = []

        def two_of_three(peer):
            greet(peer)
            contents.append(accept(peer, "250 2.1.5 fine", "450 4.2.0 greylisted", "250 2.1.5 fine"))
            leave(peer)

        def the_last(peer):
            greet(peer)
            envelope(peer)
            assert peer.expect("RCPT TO:") == "RCPT TO:<b@x.example>"
            peer.send("250 2.1.5 fine")
            peer.expect("DATA")
            peer.send("354 go ahead")
            contents.append(peer.content())
            peer.send("250 2.0.0 queued")
            leave(peer)

        with ScriptedServer(two_of_three, the_last) as server:
            harness.save(generic("main", default=True, port=server.port, auth=False))
            (one,) = harness.add(message(to="a@x.example,b@x.example,c@x.example"))
            assert harness.run() == DeliverySummary(later=1)
            harness.pass_time(minutes=10)
            assert harness.run() == DeliverySummary(sent=1)
        assert contents[0] == contents[1]
        assert [r.state for r in harness.store.get(one).recipients] == ["sent"] * 3


class TestALostConnection:
    def test_before_the_content_leaves_no_doubt(self, harness):
        def drop(peer):
            greet(peer)
            envelope(peer, "250 2.1.5 fine")
            peer.expect("DATA")
            peer.hang_up()

        with ScriptedServer(drop, then_take) as server:
            harness.save(generic("main", default=True, port=server.port, auth=False))
            (one,) = harness.add()
            assert harness.run() == DeliverySummary(later=1)
            delivery = harness.store.get(one)
            assert (delivery.last_kind, delivery.last_stage) == (FailureKind.CLOSED, Stage.CONTENT)
            harness.pass_time(minutes=2)
            assert harness.run() == DeliverySummary(sent=1)
            assert not harness.store.get(one).may_be_twice

    def test_before_the_final_dot_leaves_no_doubt(self, harness):
        def drop(peer):
            greet(peer)
            envelope(peer, "250 2.1.5 fine")
            peer.expect("DATA")
            peer.send("354 go ahead")
            peer.line()
            peer.reset()

        with ScriptedServer(drop, then_take) as server:
            harness.save(generic("main", default=True, port=server.port, auth=False))
            large = Attachment(name="large.bin", content=bytes(12_000_000))
            (one,) = harness.add(message(attachments=(large,)))
            assert harness.run() == DeliverySummary(later=1)
            delivery = harness.store.get(one)
            assert (delivery.last_kind, delivery.last_stage) == (FailureKind.CLOSED, Stage.CONTENT)
            assert (delivery.state, delivery.may_be_twice) == (DeliveryState.WAITING, False)
            harness.pass_time(minutes=2)
            assert harness.run() == DeliverySummary(sent=1)

    def test_after_the_final_dot_is_tried_again_and_marked(self, harness):
        got = []

        def drop(peer):
            greet(peer)
            envelope(peer, "250 2.1.5 fine")
            peer.expect("DATA")
            peer.send("354 go ahead")
            got.append(peer.content())
            peer.hang_up()

        def take(peer):
            greet(peer)
            got.append(accept(peer))
            leave(peer)

        with ScriptedServer(drop, take) as server:
            harness.save(generic("main", default=True, port=server.port, auth=False))
            (one,) = harness.add()
            assert harness.run() == DeliverySummary(unknown=1)
            delivery = harness.store.get(one)
            assert (delivery.state, delivery.last_kind) == (DeliveryState.UNKNOWN, FailureKind.OUTCOME_UNKNOWN)
            harness.pass_time(hours=1)
            assert harness.run() == DeliverySummary(sent=1)
        assert got[0] == got[1]
        assert harness.store.get(one).may_be_twice

    def test_between_two_mails_costs_nothing(self, harness):
        def one_mail(peer):
            greet(peer)
            accept(peer)
            peer.hang_up()

        with ScriptedServer(one_mail) as server:
            harness.save(generic("main", default=True, port=server.port, auth=False))
            harness.add(5)
            assert harness.run(connections=1) == DeliverySummary(sent=5)
            assert len(server.peers) == 5


def program_on(path, clock):
    """A database and a harness whose courier keeps its pipelining denylist there, as the program does."""
    database = Database(path)
    connector = TransportConnector(Transports(SqlitePipeliningDenylist(database, clock.now)))
    return database, CourierHarness(path, clock=clock, connector=connector)


class TestAServerThatBreaksOnItsOwnExtensions:
    """Each courier is that of another process on the same outbox."""

    def test_gets_it_once_a_month(self, tmp_path):
        odd = MailScript(("CHUNKING",), {"BDAT": "502 5.5.1 not implemented"}, discards=False)
        clock, asked = FixedClock(), []
        with ScriptedServer(odd) as server:
            for _ in range(4):
                database, harness = program_on(tmp_path / "db", clock)
                with closing(database), closing(harness):
                    harness.save(generic("main", default=True, port=server.port, auth=False))
                    harness.add()
                    assert harness.run() == DeliverySummary(sent=1)
                asked.append(sum(line.startswith("BDAT") for line in odd.lines))
                clock.moment += timedelta(days=15)
        assert asked == [1, 1, 2, 2]

    def test_gets_it_once_though_the_database_is_closed(self, tmp_path):
        odd = MailScript(("CHUNKING",), {"BDAT": "502 5.5.1 not implemented"}, discards=False)
        clock = FixedClock()
        database, harness = program_on(tmp_path / "db", clock)
        database.close()
        with ScriptedServer(odd) as server, closing(harness):
            harness.save(generic("main", default=True, port=server.port, auth=False))
            harness.add(3)
            assert harness.run(connections=1) == DeliverySummary(sent=3)
        assert sum(line.startswith("BDAT") for line in odd.lines) == 1


class TestASlowServer:
    @pytest.mark.long
    def test_keeps_its_mail_for_longer_than_a_lease(self, tmp_path):
        """A second courier watches the outbox meanwhile."""
        gate, clock = Gate(), FixedClock()

        def slow(peer):
            greet(peer)
            envelope(peer, "250 2.1.5 fine")
            peer.expect("DATA")
            peer.send("354 go ahead")
            peer.content()
            gate.wait()
            peer.send("250 2.0.0 at last")
            leave(peer)

        connector = TransportConnector(Transports(MemoryPipeliningDenylist()))
        with (
            ScriptedServer(slow) as server,
            closing(CourierHarness(tmp_path / "db", clock=clock, connector=connector)) as harness,
            closing(CourierHarness(tmp_path / "db", clock=clock, connector=connector)) as other,
        ):
            harness.save(generic("main", default=True, port=server.port, auth=False))
            (one,) = harness.add()
            extensions = threading.Semaphore(0)
            extend = harness.store.extend

            def extending(*args, **kwargs):
                extend(*args, **kwargs)
                extensions.release()

            harness.store.extend = extending
            sent = threading.Event()
            harness.on_attempt = lambda *_: sent.set()
            with harness.watching(lease_s=60):
                assert gate.reached.wait(PATIENCE_S)
                with other.watching(name="c2", lease_s=60):
                    for _ in range(6):
                        clock.moment += timedelta(seconds=20)
                        assert extensions.acquire(timeout=PATIENCE_S)
                    assert harness.store.get(one).state is DeliveryState.SENDING
                    gate.open()
                    assert sent.wait(PATIENCE_S)
            assert len(server.peers) == 1
            assert (harness.store.get(one).state, harness.store.get(one).may_be_twice) == (DeliveryState.SENT, False)


class TestSigningIn:
    def test_a_wrong_password_is_tried_once_for_all_mails(self, harness):
        with MailServer(users={"boss@company.example": "another"}) as server:
            harness.save(generic("main", default=True, port=server.port))
            ids = harness.add(40)
            assert harness.run(connections=4) == DeliverySummary(later=1)
            assert len(server.sign_ins) == 1
        assert harness.states(ids) == ["waiting"] * 40
        assert harness.store.holds()[0].stage is Stage.SIGN_IN

    def test_the_right_one_once_for_each_connection(self, harness):
        with MailServer(users={"boss@company.example": "geheim"}) as server:
            harness.save(generic("main", default=True, port=server.port))
            harness.add(40)
            assert harness.run(connections=2) == DeliverySummary(sent=40)
            assert len(server.sign_ins) <= 2
            assert len(server.received) == 40


class TestAServerThatIsAlwaysBusy:
    @pytest.mark.parametrize("when", ["greeting", "sender"])
    def test_sees_one_connection_for_each_pause_whatever_waits(self, harness, when):
        def busy(peer):
            if when == "sender":
                greet(peer)
                peer.expect("MAIL FROM:")
            peer.send("421 4.3.2 too busy")

        with ScriptedServer(busy) as server:
            harness.save(generic("main", default=True, port=server.port, auth=False))
            ids = harness.add(200)
            seen = []
            # In a watching courier's real time that is one minute for the first three.
            for pause in (30, 60, 120, 300):
                assert harness.run(connections=2).later
                assert harness.run(connections=2) == DeliverySummary()
                seen.append(len(server.peers))
                harness.pass_time(seconds=pause)
        # Two may be open by the time that the first is told.
        assert seen[0] <= 2
        assert [now - before for before, now in pairwise(seen)] == [1, 1, 1]
        assert harness.states(ids) == ["waiting"] * 200
