"""Several mails at once over one connection."""

import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from contracts.transport_contract import a_mail
from conversing import LARGE_TEXT, PATIENT, USER, failure_of, generic, mail_to, said
from fakes.small import MemoryPipeliningDenylist
from servers.desk import Desk
from servers.scripted import Peer, ScriptedServer, greet

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import Party, Stage, StepStatus, Timeline
from smtp_desktop.domain.mail.message import Mail, MessageBytes
from smtp_desktop.domain.secret import Secret
from smtp_desktop.transports.smtp import pipeline
from smtp_desktop.transports.smtp.connection import SmtpConnection
from smtp_desktop.transports.smtp.pipelining_denylist import PipeliningDenylist

STREAMS = ("PIPELINING", "CHUNKING", "8BITMIME")
OVERLAPS = ("PIPELINING", "8BITMIME")
OF_A_MAIL = [Stage.SENDER, Stage.RECIPIENT, Stage.CONTENT]


class Hand:
    def __init__(self, port: int, pipelining_denylist: PipeliningDenylist, password: str = "") -> None:
        self.server = generic(port, auth_required=bool(password))
        self.pipelining_denylist = pipelining_denylist
        self.line = SmtpConnection(
            self.server,
            password=Secret(password) if password else None,
            known_mode=None,
            limits=PATIENT,
            pipelining_denylist=pipelining_denylist,
        )

    def warm_up(self) -> "Hand":
        """One mail was taken, and there is room for several."""
        assert self.line.room == 1
        assert self.send(a_mail()).ok
        assert self.line.room > 1
        return self

    def send(self, mail: Mail) -> Timeline:
        return self.line.send(mail, cancel=Cancel(), on_step=lambda _: None)

    def send_many(self, *mails: Mail, cancel: Cancel | None = None) -> list[Timeline | None]:
        return self.line.send_many(mails, cancel=cancel or Cancel())

    @property
    def is_plain(self) -> bool:
        return self.pipelining_denylist.has("127.0.0.1", self.server.smtp_port)


@pytest.fixture
def hands() -> Iterator[Callable[..., Hand]]:
    made: list[Hand] = []

    def make(port: int, password: str = "") -> Hand:
        made.append(Hand(port, MemoryPipeliningDenylist(), password))
        return made[-1]

    yield make
    for hand in made:
        hand.line.close()


def kinds(timelines: list[Timeline | None]) -> list[str]:
    """Returns in a word what became of each."""
    return ["untouched" if one is None else str(one.failure.kind) if one.failure else "taken" for one in timelines]


def to(name: str, **changes: object) -> Mail:
    return mail_to(f"{name}@example.com", **changes)


def finished(raw: bytes) -> Mail:
    return replace(a_mail(), message=MessageBytes(raw=raw, message_id="<1@example.com>"))


DIFFICULT = [
    to("a", text=".\n..\na.\n.b\n"),
    to("b", text="Grüße, Łódź\n"),
    finished(b"Subject: no end"),
    finished(b"Subject: odd ends\r\rone\n.\ntwo\r\n"),
    mail_to("c@example.com", "d@example.com"),
    to("e", subject="Ünïcödé " * 12, text="x" * 900 + "\n" + "long " * 300),
]


def test_the_same_bytes_arrive_in_every_mode(hands: Callable[..., Hand]) -> None:
    arrived: list[list[tuple[object, ...]]] = []
    for offers in (STREAMS, OVERLAPS, ("CHUNKING", "8BITMIME"), ("8BITMIME",)):
        desk = Desk(offers)
        with ScriptedServer(desk) as server:
            hand = hands(server.port)
            assert hand.send(a_mail()).ok
            if "PIPELINING" in offers:
                timelines = hand.send_many(*DIFFICULT)
            else:
                assert hand.send_many(*DIFFICULT) == [None] * len(DIFFICULT)
                timelines = [hand.send(mail) for mail in DIFFICULT]
            hand.line.close()
            assert len(server.peers) == 1
        assert kinds(timelines) == ["taken"] * len(DIFFICULT)
        assert {mail.by for mail in desk.taken} == {"BDAT" if "CHUNKING" in offers else "DATA"}
        # Parts of a multipart mail would be told apart by chance.
        arrived.append([(mail.sender, mail.recipients, mail.content) for mail in desk.taken])
    assert arrived[0] == arrived[1] == arrived[2] == arrived[3]
    assert len(arrived[0]) == 1 + len(DIFFICULT)


def test_a_stream_waits_for_no_answer(hands: Callable[..., Hand]) -> None:
    """After the first mail and the question whether refused content is swallowed, three come in one go."""

    def script(peer: Peer) -> None:
        greet(peer, *STREAMS)
        answer(peer, "MAIL", "RCPT", "BDAT")
        swallow(peer)
        for number in range(3):
            for beginning in ("MAIL", "RCPT") if number == 0 else ("RSET", "MAIL", "RCPT"):
                peer.expect(beginning)
            peer.octets(int(peer.expect("BDAT").split()[1]))
        peer.send(*["250 fine"] * 11)
        peer.expect("QUIT")

    with ScriptedServer(script) as server:
        hand = hands(server.port).warm_up()
        timelines = hand.send_many(to("a"), to("b"), to("c"))
        hand.line.close()
    assert kinds(timelines) == ["taken"] * 3
    assert sum(b"MAIL FROM" in chunk for chunk in server.peers[0].chunks) == 2


def test_a_stream_is_short_at_first_and_grows_as_it_goes_well(hands: Callable[..., Hand]) -> None:
    with ScriptedServer(Desk(STREAMS)) as server:
        hand = hands(server.port).warm_up()
        rooms = []
        for _ in range(4):
            rooms.append(hand.line.room)
            assert kinds(hand.send_many(to("a"), to("b"))) == ["taken"] * 2
    assert rooms == [8, 16, 32, 32]


def answer(peer: Peer, *beginnings: str) -> None:
    """Says yes to what begins so."""
    for beginning in beginnings:
        line = peer.expect(beginning)
        if beginning == "DATA":
            peer.send("354 go ahead")
            peer.content()
        elif beginning == "BDAT":
            peer.octets(int(line.split()[1]))
        peer.send("250 2.0.0 fine")


def swallow(peer: Peer) -> None:
    """Shows that content which is refused is not read as commands."""
    peer.expect("BDAT 6 LAST")
    assert peer.octets(6) == b"QUIT\r\n"
    peer.send("503 5.5.1 need MAIL first")
    answer(peer, "RSET")


def test_the_next_envelope_comes_with_the_content(hands: Callable[..., Hand]) -> None:
    def script(peer: Peer) -> None:
        greet(peer, *OVERLAPS)
        answer(peer, "MAIL", "RCPT", "DATA")
        for number, following in enumerate((True, True, False)):
            answer(peer, *("RSET", "MAIL", "RCPT")[number == 0 :])
            peer.expect("DATA")
            peer.send("354 go ahead")
            peer.content()
            assert (
                re.match(rb"RSET\r\nMAIL FROM:.*\r\nRCPT TO:.*\r\nDATA\r\n$", peer.waiting()) is not None
            ) == following
            peer.send("250 2.0.0 queued")
        peer.expect("QUIT")

    with ScriptedServer(script) as server:
        hand = hands(server.port).warm_up()
        timelines = hand.send_many(to("a"), to("b"), to("c"))
        hand.line.close()
    assert kinds(timelines) == ["taken"] * 3


@pytest.mark.parametrize("offers", [STREAMS, OVERLAPS])
def test_each_has_a_timeline_of_its_own(offers: tuple[str, ...], hands: Callable[..., Hand]) -> None:
    with ScriptedServer(Desk(offers)) as server:
        _, second, third = hands(server.port).warm_up().send_many(to("a"), to("b"), to("c"))
    assert second is not None
    assert third is not None
    assert [step.stage for step in second.steps] == OF_A_MAIL
    assert {step.outcome for step in second.steps} == {StepStatus.DONE}
    assert [step.started_ms for step in second.steps] == sorted(step.started_ms for step in second.steps)
    assert all(step.duration_ms >= 0 for step in second.steps)
    assert str(second.accepted) == "250 2.0.0 queued as 3"
    assert str(third.accepted) == "250 2.0.0 queued as 4"
    assert "RCPT TO:<b@example.com>" in said(second, Party.CLIENT)
    assert said(second, Party.SERVER)[-1] == "250 2.0.0 queued as 3"
    assert not any("a@" in line or "c@" in line for line in said(second, Party.CLIENT))


@pytest.mark.parametrize("offers", [STREAMS, OVERLAPS])
def test_a_refused_recipient_stops_its_own_mail_only(offers: tuple[str, ...], hands: Callable[..., Hand]) -> None:
    desk = Desk(offers, {"RCPT TO:<nobody@": "550 5.1.1 nobody of that name", "RCPT TO:<later@": "450 4.2.1 later"})
    with ScriptedServer(desk) as server:
        hand = hands(server.port).warm_up()
        timelines = hand.send_many(to("a"), to("nobody"), to("b"), to("later"), to("nobody"))
        assert kinds(timelines) == ["taken", "reply", "taken", "reply", "reply"]
        # The connection is as good as new.
        assert hand.send(to("c")).ok
        assert kinds(hand.send_many(to("d"), to("e"))) == ["taken"] * 2
        assert not hand.is_plain
        assert len(server.peers) == 1
    assert [mail.recipients[0][0] for mail in desk.taken] == ["i", "a", "b", "c", "d", "e"]
    assert timelines[1] is not None
    failure = failure_of(timelines[1])
    assert (failure.stage, str(failure.reply)) == (Stage.RECIPIENT, "550 5.1.1 nobody of that name")


@pytest.mark.parametrize("offers", [STREAMS, OVERLAPS])
def test_a_refused_sender_stops_its_own_mail_only(offers: tuple[str, ...], hands: Callable[..., Hand]) -> None:
    desk = Desk(offers, {"MAIL FROM:<chief@": "553 5.7.1 not you"})
    with ScriptedServer(desk) as server:
        hand = hands(server.port).warm_up()
        timelines = hand.send_many(to("a"), to("b", sender="chief@example.com", text="canary\n"), to("c"))
        hand.line.close()
    assert kinds(timelines) == ["taken", "reply", "taken"]
    assert len(desk.taken) == 3
    assert timelines[1] is not None
    assert failure_of(timelines[1]).stage is Stage.SENDER
    # Whose sender was never accepted waits: its content did not go out.
    assert b"canary" not in server.peers[0].received


@pytest.mark.parametrize("offers", [STREAMS, OVERLAPS])
def test_refused_content_stops_its_own_mail_only(offers: tuple[str, ...], hands: Callable[..., Hand]) -> None:
    desk = Desk(offers, at_content=lambda peer, number: "554 5.7.1 spam" if number == 2 and not spam.pop() else "")
    spam = [True, False]
    with ScriptedServer(desk) as server:
        timelines = hands(server.port).warm_up().send_many(to("a"), to("b"), to("c"), to("d"))
    assert kinds(timelines) == ["taken", "reply", "taken", "taken"]
    assert [mail.recipients[0][0] for mail in desk.taken] == ["i", "a", "c", "d"]


def test_one_refused_recipient_of_two(hands: Callable[..., Hand]) -> None:
    desk = Desk(STREAMS, {"RCPT TO:<nobody@": "550 5.1.1 nobody of that name"})
    with ScriptedServer(desk) as server:
        timelines = (
            hands(server.port).warm_up().send_many(to("a"), mail_to("nobody@example.com", "b@example.com"), to("c"))
        )
    assert kinds(timelines) == ["taken"] * 3
    assert timelines[1] is not None
    assert [one.recipient for one in timelines[1].refused] == ["nobody@example.com"]
    assert desk.taken[2].recipients == ("b@example.com",)


def test_content_for_nobody_is_ended_by_a_lone_dot(hands: Callable[..., Hand]) -> None:
    def script(peer: Peer) -> None:
        greet(peer, *OVERLAPS)
        answer(peer, "MAIL", "RCPT", "DATA", "MAIL")
        peer.expect("RCPT")
        peer.expect("DATA")
        peer.send("550 5.1.1 nobody", "354 go ahead nevertheless")
        assert peer.line() == "."
        peer.send("554 5.5.1 no valid recipients")
        answer(peer, "RSET", "MAIL", "RCPT", "DATA")
        peer.expect("QUIT")

    with ScriptedServer(script) as server:
        hand = hands(server.port).warm_up()
        assert kinds(hand.send_many(to("nobody"), to("b"))) == ["reply", "taken"]
        hand.line.close()


def hear_streamed(peer: Peer, count: int) -> None:
    """Takes one mail, shows that refused content is swallowed, and hears `count` mails without an answer."""
    greet(peer, *STREAMS)
    answer(peer, "MAIL", "RCPT", "BDAT")
    swallow(peer)
    for number in range(count):
        for beginning in ("RSET", "MAIL", "RCPT")[number == 0 :]:
            peer.expect(beginning)
        peer.octets(int(peer.expect("BDAT").split()[1]))


def test_a_loss_in_mid_flight_is_unknown_for_what_was_sent_and_not_answered(hands: Callable[..., Hand]) -> None:
    def script(peer: Peer) -> None:
        hear_streamed(peer, 4)
        peer.send(*["250 fine"] * 3, *["250 fine"] * 4)

    with ScriptedServer(script) as server:
        hand = hands(server.port).warm_up()
        timelines = hand.send_many(*(to(name) for name in "abcd"))
        assert kinds(timelines) == ["taken", "taken", "outcome_unknown", "outcome_unknown"]
        assert hand.line.room == 1
        assert hand.is_plain
    assert timelines[2] is not None
    assert failure_of(timelines[2]).stage is Stage.CONTENT


def test_a_refusal_that_was_heard_before_the_loss_stands(hands: Callable[..., Hand]) -> None:
    def script(peer: Peer) -> None:
        hear_streamed(peer, 2)
        peer.send(*["250 fine"] * 3, "250 fine", "250 fine", "550 5.1.1 nobody")

    with ScriptedServer(script) as server:
        assert kinds(hands(server.port).warm_up().send_many(to("a"), to("b"))) == ["taken", "reply"]


def test_what_was_not_sent_whole_is_untouched(hands: Callable[..., Hand]) -> None:
    def script(peer: Peer) -> None:
        hear_streamed(peer, 1)
        peer.send(*["250 fine"] * 3)
        peer.expect("RSET")
        peer.reset()

    with ScriptedServer(script) as server:
        hand = hands(server.port).warm_up()
        timelines = hand.send_many(to("a"), to("b", text=LARGE_TEXT), to("c"))
        assert kinds(timelines) == ["taken", "untouched", "untouched"]


def test_a_server_that_has_had_enough_leaves_the_rest_untouched(hands: Callable[..., Hand]) -> None:
    def script(peer: Peer) -> None:
        hear_streamed(peer, 3)
        peer.send(*["250 fine"] * 3, "250 fine", "421 4.7.0 too many mails on this connection")

    with ScriptedServer(script) as server:
        hand = hands(server.port).warm_up()
        assert kinds(hand.send_many(*(to(name) for name in "abc"))) == ["taken", "untouched", "untouched"]
        # It only wants another connection.
        assert not hand.is_plain


def test_a_server_that_reads_refused_content_as_commands_gets_none_of_it(hands: Callable[..., Hand]) -> None:
    desk = Desk(STREAMS, {"RCPT TO:<nobody@": "550 5.1.1 nobody"}, swallows=False)
    with ScriptedServer(desk) as server:
        hand = hands(server.port).warm_up()
        attack = "RSET\nMAIL FROM:<boss@example.com>\nRCPT TO:<victim@example.com>\n"
        mails = [to("a"), to("nobody", text=attack), to("b")]
        assert kinds(hand.send_many(*mails)) == ["untouched"] * 3
        assert hand.is_plain
        assert hand.line.room == 1
        # Served plainly, it takes the same mails.
        assert kinds([hand.send(mail) for mail in mails]) == ["taken", "reply", "taken"]
        assert len(server.peers) == 2
    assert [mail.by for mail in desk.taken] == ["BDAT", "DATA", "DATA"]
    assert not any("victim" in line for line in desk.lines)


def test_out_of_step_nothing_counts_that_came_behind_a_refusal(hands: Callable[..., Hand]) -> None:
    """The server swallows what it is tried with, but not what comes later: then it answers more than was asked."""
    desk = Desk(STREAMS, {"RCPT TO:<nobody@": "550 5.1.1 nobody"}, swallows=False, swallows_once=True)
    with ScriptedServer(desk) as server:
        hand = hands(server.port).warm_up()
        timelines = hand.send_many(to("a"), to("nobody"), to("b"), to("c"))
        assert kinds(timelines) == ["taken", "reply", "outcome_unknown", "outcome_unknown"]
        assert hand.is_plain


@pytest.mark.parametrize(
    "answers",
    [
        ("250 fine", "250 fine", "354 go ahead"),
        ("354 go ahead",),
        ("550 not you", "250 fine"),
        ("250 fine", "550 nobody", "250 queued"),
        ("221 bye",),
        ("HTTP/1.1 400",),
    ],
)
def test_answers_that_fit_nothing_end_it(answers: tuple[str, ...], hands: Callable[..., Hand]) -> None:
    def script(peer: Peer) -> None:
        hear_streamed(peer, 3)
        peer.send(*["250 fine"] * 3, "250 fine", *answers)
        peer.hold()

    with ScriptedServer(script) as server:
        hand = hands(server.port).warm_up()
        first, second, third = kinds(hand.send_many(*(to(name) for name in "abc")))
        assert first == "taken"
        assert second in {"outcome_unknown", "reply"}
        assert third == "outcome_unknown"
        assert hand.is_plain


def test_a_mail_that_is_taken_too_early_is_unknown(hands: Callable[..., Hand]) -> None:
    over = threading.Event()

    def script(peer: Peer) -> None:
        hear_streamed(peer, 1)
        peer.send(*["250 fine"] * 3)
        peer.expect("RSET")
        peer.send(*["250 fine"] * 4)
        over.wait(20)  # nothing more is read

    with ScriptedServer(script) as server:
        hand = hands(server.port).warm_up()
        timelines = hand.send_many(to("a"), to("b", text=LARGE_TEXT))
        over.set()
        assert kinds(timelines) == ["taken", "outcome_unknown"]


def test_a_cancel_leaves_what_is_out_unknown(hands: Callable[..., Hand]) -> None:
    cancel = Cancel()

    def script(peer: Peer) -> None:
        hear_streamed(peer, 2)
        cancel.request()
        peer.hold()

    with ScriptedServer(script) as server:
        hand = hands(server.port).warm_up()
        assert kinds(hand.send_many(to("a"), to("b"), cancel=cancel)) == ["outcome_unknown"] * 2
        assert not hand.is_plain


def test_a_cancel_that_came_first_leaves_all_untouched(hands: Callable[..., Hand]) -> None:
    cancel = Cancel()
    cancel.request()
    desk = Desk(STREAMS)
    with ScriptedServer(desk) as server:
        assert kinds(hands(server.port).warm_up().send_many(to("a"), to("b"), cancel=cancel)) == ["untouched"] * 2
    assert len(desk.taken) == 1


def test_what_can_not_be_sent_holds_up_nobody(hands: Callable[..., Hand]) -> None:
    desk = Desk((*STREAMS, "SIZE 5000"))
    with ScriptedServer(desk) as server:
        timelines = (
            hands(server.port)
            .warm_up()
            .send_many(to("a"), to("b", text="x\n" * 3000), to("c", subject="a\0b"), to("d"))
        )
    assert kinds(timelines) == ["taken", "too_large", "untouched", "taken"]
    assert timelines[1] is not None
    assert failure_of(timelines[1]).stage is Stage.SENDER


def test_who_was_silent_for_long_is_asked_before_anything_is_streamed(
    hands: Callable[..., Hand], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(STREAMS)
    with ScriptedServer(desk) as server:
        hand = hands(server.port).warm_up()
        assert kinds(hand.send_many(to("a"), to("b"))) == ["taken"] * 2
        monkeypatch.setattr(pipeline, "_FRESH_S", -1.0)  # instead of a second's wait
        before = len(desk.lines)
        assert kinds(hand.send_many(to("c"), to("d"))) == ["taken"] * 2
        assert [line[:4] for line in desk.lines[before:]] == [
            "RSET",
            "MAIL",
            "RCPT",
            "BDAT",
            "RSET",
            "MAIL",
            "RCPT",
            "BDAT",
        ]


def test_an_idle_connection_that_was_closed_loses_no_mail(hands: Callable[..., Hand]) -> None:
    def script(peer: Peer) -> None:
        greet(peer, *STREAMS)
        answer(peer, "MAIL", "RCPT", "BDAT")

    with ScriptedServer(script) as server:
        hand = hands(server.port).warm_up()
        server.peers[0].gone.wait(20)
        assert kinds(hand.send_many(to("a"), to("b"))) == ["untouched"] * 2
        assert hand.line.room == 1


def test_a_connection_that_was_closed_behind_the_last_mail_loses_none(hands: Callable[..., Hand]) -> None:
    def script(peer: Peer) -> None:
        hear_streamed(peer, 2)
        peer.send(*["250 fine"] * 7)

    with ScriptedServer(script) as server:
        hand = hands(server.port).warm_up()
        assert kinds(hand.send_many(to("a"), to("b"))) == ["taken"] * 2
        server.peers[0].gone.wait(20)
        assert kinds(hand.send_many(to("c"), to("d"))) == ["untouched"] * 2
        assert not hand.is_plain


def test_no_secret_is_told(hands: Callable[..., Hand]) -> None:
    desk = Desk((*STREAMS, "AUTH PLAIN"), {"RCPT TO:<nobody@": "550 I remember: canary-77"})
    with ScriptedServer(lambda peer: signed_in(peer, desk)) as server:
        timelines = hands(server.port, "canary-77").warm_up().send_many(to("a"), to("nobody"), to("b"))
    assert kinds(timelines) == ["taken", "reply", "taken"]
    assert "canary-77" not in repr(timelines)
    assert "I remember" in repr(timelines)


def signed_in(peer: Peer, desk: Desk) -> None:
    """Lets the user in, and then serves as `desk`."""
    greet(peer, *desk.offers)
    peer.expect("AUTH PLAIN")
    peer.send(f"235 welcome, {USER}")
    desk.serve(peer)
