"""The courier, the real outbox and the real SMTP client, against servers that fail in their own ways."""

import threading
from contextlib import closing

import pytest
from fakes.small import MemoryPipeliningDenylist
from servers.mail_script import MailScript
from servers.mailserver import MailServer
from servers.scripted import ScriptedServer, greet
from services.courier_house import PATIENCE_S, CourierHouse, Gate, SetClock, generic, message

from smtp_desktop.domain.delivery.delivery import DeliveryState
from smtp_desktop.domain.diagnosis.conversation import FailureKind, Stage
from smtp_desktop.domain.mail.message import Attachment
from smtp_desktop.services.delivery.in_flight import DeliverySummary
from smtp_desktop.store.database import Database
from smtp_desktop.store.pipelining_denylist import SqlitePipeliningDenylist
from smtp_desktop.transports.registry import TransportConnector, Transports


@pytest.fixture
def house(tmp_path):
    with closing(
        CourierHouse(tmp_path / "db", connector=TransportConnector(Transports(MemoryPipeliningDenylist())))
    ) as it:
        yield it


def envelope(peer, *replies):
    """Takes MAIL, and answers one RCPT with each of `replies`."""
    peer.expect("MAIL FROM:")
    peer.send("250 2.1.0 sender fine")
    for reply in replies:
        peer.expect("RCPT TO:")
        peer.send(reply)


def taking(peer, *replies):
    """Takes a mail; returns its content."""
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
    taking(peer)
    leave(peer)


class TestAServerThatIsBusy:
    @pytest.mark.parametrize("when", ["greeting", "sender", "content"])
    def test_421_is_tried_again(self, house, when):
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
            house.save(generic("main", default=True, port=server.port, auth=False))
            (one,) = house.add()
            assert house.run() == DeliverySummary(later=1)
            kept = house.store.get(one)
            assert (kept.state, kept.last_reply) == (DeliveryState.WAITING, "421 4.3.2 too busy")
            assert not kept.may_be_twice
            house.clock.pass_(minutes=2)
            assert house.run() == DeliverySummary(sent=1)

    @pytest.mark.parametrize("reply", ["450 4.2.0 greylisted", "452 4.3.1 disk full"])
    def test_a_recipient_that_has_to_wait(self, house, reply):
        def later(peer):
            greet(peer)
            envelope(peer, reply)
            leave(peer)

        with ScriptedServer(later, then_take) as server:
            house.save(generic("main", default=True, port=server.port, auth=False))
            (one,) = house.add()
            assert house.run() == DeliverySummary(later=1)
            assert house.store.get(one).recipients[0].reply == reply
            house.clock.pass_(minutes=2)
            assert house.run() == DeliverySummary(sent=1)

    def test_a_full_disk_after_the_content(self, house):
        def full(peer):
            greet(peer)
            envelope(peer, "250 2.1.5 fine")
            peer.expect("DATA")
            peer.send("354 go ahead")
            peer.content()
            peer.send("452 4.3.1 disk full")
            leave(peer)

        with ScriptedServer(full, then_take) as server:
            house.save(generic("main", default=True, port=server.port, auth=False))
            (one,) = house.add()
            assert house.run() == DeliverySummary(later=1)
            # The server has answered: nothing is in doubt.
            assert not house.store.get(one).may_be_twice
            house.clock.pass_(minutes=2)
            assert house.run() == DeliverySummary(sent=1)
            assert not house.store.get(one).may_be_twice


class TestRecipients:
    def test_one_of_three_is_refused(self, house):
        def two_of_three(peer):
            greet(peer)
            taking(peer, "250 2.1.5 fine", "550 5.1.1 nobody", "250 2.1.5 fine")
            leave(peer)

        with ScriptedServer(two_of_three) as server:
            house.save(generic("main", default=True, port=server.port, auth=False))
            (one,) = house.add(message(to="a@x.example,b@x.example,c@x.example"))
            assert house.run() == DeliverySummary(sent=1)
        kept = house.store.get(one)
        assert (kept.state, kept.refused_count) == (DeliveryState.SENT, 1)
        assert [(r.address, r.state, r.reply) for r in kept.recipients] == [
            ("a@x.example", "sent", ""),
            ("b@x.example", "refused", "550 5.1.1 nobody"),
            ("c@x.example", "sent", ""),
        ]

    def test_one_of_three_waits_and_only_that_one_gets_it_again(self, house):
        contents = []

        def two_of_three(peer):
            greet(peer)
            contents.append(taking(peer, "250 2.1.5 fine", "450 4.2.0 greylisted", "250 2.1.5 fine"))
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
            house.save(generic("main", default=True, port=server.port, auth=False))
            (one,) = house.add(message(to="a@x.example,b@x.example,c@x.example"))
            assert house.run() == DeliverySummary(later=1)
            house.clock.pass_(minutes=2)
            assert house.run() == DeliverySummary(sent=1)
        assert contents[0] == contents[1]
        assert [r.state for r in house.store.get(one).recipients] == ["sent"] * 3


class TestALostConnection:
    def test_before_the_content_is_no_doubt(self, house):
        def drop(peer):
            greet(peer)
            envelope(peer, "250 2.1.5 fine")
            peer.expect("DATA")
            peer.hang_up()

        with ScriptedServer(drop, then_take) as server:
            house.save(generic("main", default=True, port=server.port, auth=False))
            (one,) = house.add()
            assert house.run() == DeliverySummary(later=1)
            kept = house.store.get(one)
            assert (kept.last_kind, kept.last_stage) == (FailureKind.CLOSED, Stage.CONTENT)
            house.clock.pass_(minutes=2)
            assert house.run() == DeliverySummary(sent=1)
            assert not house.store.get(one).may_be_twice

    def test_before_the_final_dot_is_no_doubt(self, house):
        def drop(peer):
            greet(peer)
            envelope(peer, "250 2.1.5 fine")
            peer.expect("DATA")
            peer.send("354 go ahead")
            peer.line()
            peer.reset()

        with ScriptedServer(drop, then_take) as server:
            house.save(generic("main", default=True, port=server.port, auth=False))
            large = Attachment(name="large.bin", content=bytes(12_000_000))
            (one,) = house.add(message(attachments=(large,)))
            assert house.run() == DeliverySummary(later=1)
            kept = house.store.get(one)
            assert (kept.last_kind, kept.last_stage) == (FailureKind.CLOSED, Stage.CONTENT)
            assert (kept.state, kept.may_be_twice) == (DeliveryState.WAITING, False)
            house.clock.pass_(minutes=2)
            assert house.run() == DeliverySummary(sent=1)

    def test_after_the_final_dot_is_tried_again_and_marked(self, house):
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
            got.append(taking(peer))
            leave(peer)

        with ScriptedServer(drop, take) as server:
            house.save(generic("main", default=True, port=server.port, auth=False))
            (one,) = house.add()
            assert house.run() == DeliverySummary(unknown=1)
            kept = house.store.get(one)
            assert (kept.state, kept.last_kind) == (DeliveryState.UNKNOWN, FailureKind.OUTCOME_UNKNOWN)
            house.clock.pass_(minutes=2)
            assert house.run() == DeliverySummary(sent=1)
        assert got[0] == got[1]
        assert house.store.get(one).may_be_twice

    def test_between_two_mails_costs_nothing(self, house):
        def one_mail(peer):
            greet(peer)
            taking(peer)
            peer.hang_up()

        with ScriptedServer(one_mail) as server:
            house.save(generic("main", default=True, port=server.port, auth=False))
            house.add(5)
            assert house.run(connections=1) == DeliverySummary(sent=5)
            assert len(server.peers) == 5


def program_on(path, clock):
    """A house whose courier remembers what servers break on where the program does."""
    database = Database(path)
    lines = TransportConnector(Transports(SqlitePipeliningDenylist(database, clock.now)))
    return database, CourierHouse(path, clock=clock, connector=lines)


class TestAServerThatDoesNotKnowWhatItOffers:
    """Each courier is of another program on the same outbox."""

    def test_is_asked_for_it_once_a_month(self, tmp_path):
        odd = MailScript(("CHUNKING",), {"BDAT": "502 5.5.1 not implemented"}, discards=False)
        clock, asked = SetClock(), []
        with ScriptedServer(odd) as server:
            for _ in range(4):
                database, house = program_on(tmp_path / "db", clock)
                with closing(database), closing(house):
                    house.save(generic("main", default=True, port=server.port, auth=False))
                    house.add()
                    assert house.run() == DeliverySummary(sent=1)
                asked.append(sum(line.startswith("BDAT") for line in odd.lines))
                clock.pass_(days=15)
        assert asked == [1, 1, 2, 2]

    def test_is_asked_once_though_nothing_can_be_written(self, tmp_path):
        odd = MailScript(("CHUNKING",), {"BDAT": "502 5.5.1 not implemented"}, discards=False)
        clock = SetClock()
        database, house = program_on(tmp_path / "db", clock)
        database.close()
        with ScriptedServer(odd) as server, closing(house):
            house.save(generic("main", default=True, port=server.port, auth=False))
            house.add(3)
            assert house.run(connections=1) == DeliverySummary(sent=3)
        assert sum(line.startswith("BDAT") for line in odd.lines) == 1


class TestASlowServer:
    def test_keeps_its_mail_for_longer_than_a_lease(self, tmp_path):
        """A second courier looks into the outbox all the while."""
        gate, clock = Gate(), SetClock()

        def slow(peer):
            greet(peer)
            envelope(peer, "250 2.1.5 fine")
            peer.expect("DATA")
            peer.send("354 go ahead")
            peer.content()
            gate.wait()
            peer.send("250 2.0.0 at last")
            leave(peer)

        lines = TransportConnector(Transports(MemoryPipeliningDenylist()))
        with (
            ScriptedServer(slow) as server,
            closing(CourierHouse(tmp_path / "db", clock=clock, connector=lines)) as house,
            closing(CourierHouse(tmp_path / "db", clock=clock, connector=lines)) as other,
        ):
            house.save(generic("main", default=True, port=server.port, auth=False))
            (one,) = house.add()
            extensions = threading.Semaphore(0)
            extend = house.store.extend

            def extending(*args, **kwargs):
                extend(*args, **kwargs)
                extensions.release()

            house.store.extend = extending
            sent = threading.Event()
            house.note = lambda *_: sent.set()
            with house.watching(lease_s=60):
                assert gate.reached.wait(PATIENCE_S)
                with other.watching(name="c2", lease_s=60):
                    for _ in range(6):
                        clock.pass_(seconds=20)
                        assert extensions.acquire(timeout=PATIENCE_S)
                    assert house.store.get(one).state is DeliveryState.SENDING
                    gate.open()
                    assert sent.wait(PATIENCE_S)
            assert len(server.peers) == 1
            assert (house.store.get(one).state, house.store.get(one).may_be_twice) == (DeliveryState.SENT, False)


class TestSigningIn:
    def test_a_wrong_password_is_tried_once_for_all_mails(self, house):
        with MailServer(users={"boss@company.example": "another"}) as server:
            house.save(generic("main", default=True, port=server.port))
            ids = house.add(40)
            assert house.run(connections=4) == DeliverySummary(later=1)
            assert len(server.sign_ins) == 1
        assert house.states(ids) == ["waiting"] * 40
        assert house.store.holds()[0].stage is Stage.SIGN_IN

    def test_the_right_one_once_for_each_connection(self, house):
        with MailServer(users={"boss@company.example": "geheim"}) as server:
            house.save(generic("main", default=True, port=server.port))
            house.add(40)
            assert house.run(connections=2) == DeliverySummary(sent=40)
            assert len(server.sign_ins) <= 2
            assert len(server.received) == 40
