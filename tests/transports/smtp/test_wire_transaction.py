"""Pipelining, and mails that only some recipients get."""

import pytest
from contracts.transport_contract import a_mail
from conversations import converse, detail_of, failure_of, generic, mail_to
from servers.smtp.scripted import Peer, ScriptedServer, greet, quit_politely

from smtp_desktop.domain.diagnosis.conversation import FailureKind, Stage, StepStatus


def test_the_commands_of_a_mail_arrive_as_one_batch_where_pipelining_is_offered() -> None:
    def script(peer: Peer) -> None:
        greet(peer, "PIPELINING", "8BITMIME")
        peer.expect("MAIL FROM:<boss@example.com>")
        assert peer.waiting() == b"RCPT TO:<a@example.com>\r\nRCPT TO:<b@example.com>\r\n"
        for _ in range(2):
            peer.line()
        peer.send("250 sender fine", "250 a fine", "250 b fine")
        peer.expect("DATA")
        peer.send("354 go ahead")
        peer.content()
        assert peer.waiting() == b""
        peer.send("250 2.0.0 queued")
        quit_politely(peer)

    with ScriptedServer(script) as server:
        timeline = converse(generic(server.port), mail=mail_to("a@example.com", "b@example.com"))
    assert timeline.ok
    assert len([chunk for chunk in server.peers[0].chunks if b"MAIL" in chunk or b"RCPT" in chunk]) == 1


def test_commands_arrive_one_by_one_where_it_is_not() -> None:
    def script(peer: Peer) -> None:
        greet(peer)
        for command, answer in (("MAIL", "250 fine"), ("RCPT", "250 fine"), ("DATA", "354 go ahead")):
            peer.expect(command)
            assert peer.waiting() == b""
            peer.send(answer)
        peer.content()
        peer.send("250 queued")
        quit_politely(peer)

    with ScriptedServer(script) as server:
        assert converse(generic(server.port), mail=a_mail()).ok
    # EHLO, MAIL, RCPT, DATA, the content, QUIT: nothing arrives together with something else.
    commands = [chunk.split(b"\r\n")[0][:4] for chunk in server.peers[0].chunks]
    assert commands[:4] == [b"EHLO", b"MAIL", b"RCPT", b"DATA"]


@pytest.mark.parametrize("recipients", [("a@example.com",), ("a@example.com", "b@example.com")])
def test_refused_recipients_get_no_data_in_a_batch_either(recipients: tuple[str, ...]) -> None:
    """A server may count DATA as an error then, and hang up after some."""

    def script(peer: Peer) -> None:
        greet(peer, "PIPELINING")
        peer.expect("MAIL")
        for _ in recipients:
            peer.expect("RCPT")
        peer.send("250 sender fine", *["550 5.1.1 no such user"] * len(recipients))
        quit_politely(peer)

    with ScriptedServer(script) as server:
        failure = failure_of(converse(generic(server.port), mail=mail_to(*recipients)))
    assert (failure.stage, failure.kind) == (Stage.RECIPIENT, FailureKind.REPLY)
    assert str(failure.reply) == "550 5.1.1 no such user"
    assert b"DATA" not in server.peers[0].received


def test_the_replies_to_a_refused_batch_are_read_to_the_end() -> None:
    def script(peer: Peer) -> None:
        greet(peer, "PIPELINING")
        for _ in range(2):
            peer.line()
        peer.send("550 5.7.1 not you", "503 no sender")
        quit_politely(peer)

    with ScriptedServer(script) as server:
        failure = failure_of(converse(generic(server.port), mail=a_mail()))
    assert failure.stage is Stage.SENDER
    assert server.peers[0].received.endswith(b"RCPT TO:<info@example.com>\r\nQUIT\r\n")


def test_a_refused_recipient_ends_it_before_data() -> None:
    def script(peer: Peer) -> None:
        greet(peer)
        peer.expect("MAIL")
        peer.send("250 fine")
        peer.expect("RCPT")
        peer.send("550 5.1.1 no such user")
        quit_politely(peer)

    with ScriptedServer(script) as server:
        timeline = converse(generic(server.port), mail=a_mail())
    failure = failure_of(timeline)
    assert failure.stage is Stage.RECIPIENT
    assert "info@example.com" in str(failure.message)
    assert timeline.steps[-1].stage is Stage.CONTENT
    assert timeline.steps[-1].status is StepStatus.NOT_REACHED


def test_one_accepted_recipient_is_enough() -> None:
    def script(peer: Peer) -> None:
        greet(peer)
        peer.expect("MAIL")
        peer.send("250 fine")
        peer.expect("RCPT TO:<a@example.com>")
        peer.send("550 5.1.1 no such user")
        peer.expect("RCPT TO:<b@example.com>")
        peer.send("250 fine")
        peer.expect("DATA")
        peer.send("354 go ahead")
        peer.content()
        peer.send("250 queued")
        quit_politely(peer)

    with ScriptedServer(script) as server:
        timeline = converse(generic(server.port), mail=mail_to("a@example.com", "b@example.com"))
    assert timeline.ok
    assert detail_of(timeline, Stage.RECIPIENT) == "b@example.com; a@example.com refused: 550 5.1.1 no such user"


def test_mail_has_no_parameter_that_is_not_offered() -> None:
    mails: list[str] = []

    def script(peer: Peer) -> None:
        greet(peer, "HELP")
        mails.append(peer.expect("MAIL"))
        peer.send("250 fine")
        peer.expect("RCPT")
        peer.send("250 fine")
        peer.expect("DATA")
        peer.send("354 go ahead")
        assert peer.content().isascii()
        peer.send("250 queued")
        quit_politely(peer)

    with ScriptedServer(script) as server:
        assert converse(generic(server.port), mail=mail_to("a@example.com", text="Grüße\n")).ok
    assert mails == ["MAIL FROM:<boss@example.com>"]


def test_a_refusal_after_the_content_is_reported() -> None:
    def script(peer: Peer) -> None:
        greet(peer, "PIPELINING")
        for _ in range(2):
            peer.line()
        peer.send("250 fine", "250 fine")
        peer.expect("DATA")
        peer.send("354 go ahead")
        peer.content()
        peer.send("554 5.2.252 SendAsDenied; boss not allowed to send as info")
        quit_politely(peer)

    with ScriptedServer(script) as server:
        timeline = converse(generic(server.port), mail=a_mail())
    failure = failure_of(timeline)
    assert (failure.stage, failure.kind) == (Stage.CONTENT, FailureKind.REPLY)
    assert failure.reply is not None
    assert failure.reply.enhanced_code == "5.2.252"
    assert timeline.accepted is None
