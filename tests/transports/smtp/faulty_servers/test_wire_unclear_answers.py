"""Answers to the content that don't say what became of the mail, and replies out of step."""

from collections.abc import Callable

import pytest
from connection_driver import ConnectionDriver
from contracts.transport_contract import a_mail
from conversations import LARGE_TEXT, PATIENT, converse, failure_of, generic, mail_to
from servers.smtp.mail_script import MailScript
from servers.smtp.scripted import Peer, ScriptedServer, greet, quit_politely

from smtp_desktop.domain.diagnosis.causes import cause_by_standard
from smtp_desktop.domain.diagnosis.consequences import MailConsequence, consequence_of
from smtp_desktop.domain.diagnosis.conversation import FailureDetail, FailureKind, Stage, Timeline
from smtp_desktop.transports.smtp.command_channel import CommandChannel

ONE_BY_ONE, BY_BDAT = ("8BITMIME",), ("CHUNKING", "8BITMIME")
OVERLAPPING, STREAMING = ("PIPELINING", "8BITMIME"), ("PIPELINING", "CHUNKING", "8BITMIME")
UNCLEAR = [
    b"",
    b"\r\n",
    b" \r\n\r\n",
    b"garbage\r\n",
    b"\0\0\0\x1a\r\n",
    b"OK 250\r\n",
    b"hello\r\n250 queued\r\n",
    b"2500 queued\r\n",
    b"250queued\r\n",
    b"25\r\n",
    b"150 wait\r\n250 queued\r\n",
    b"199 what\r\n",
    b"221 bye\r\n",
    b"354 go ahead\r\n",
    b"334 more\r\n",
    b"600 what\r\n",
    b"250 " + b"x" * 40_000 + b"\r\n",
    b"250-queued\r\n" * 4_000,
    b"250-queued\r\n550 no\r\n",
    b"550-no\r\n250 queued\r\n",
    b"250-queued\r\n251 queued\r\n",
    b"250 queued\r\n550 no\r\n",
    b"250 queued",
    b"\r\n250 queued\r\n",
    b"\r\n554 5.7.1 no\r\n",
    b"\xff\xfe\r\n",
]


def saying(answer: bytes, *, from_mail: int = 0) -> Callable[[Peer, int], str]:
    """Returns what to do at the content: give `answer` as it is and hang up."""

    def at_content(peer: Peer, number: int) -> str:
        if number < from_mail:
            return ""
        peer.send_bytes(answer)
        peer.hang_up()
        return "nobody hears this"

    return at_content


def consequence_for_the_mail(timeline: Timeline) -> MailConsequence | None:
    """None where it was sent."""
    return consequence_of(cause_by_standard(timeline.failure)).mail if timeline.failure else None


def assert_unknown(timeline: Timeline | None) -> None:
    assert timeline is not None
    failure = failure_of(timeline)
    assert (failure.stage, failure.kind) == (Stage.CONTENT, FailureKind.OUTCOME_UNKNOWN)
    assert consequence_for_the_mail(timeline) is MailConsequence.UNKNOWN


@pytest.mark.parametrize("offers", [ONE_BY_ONE, OVERLAPPING, BY_BDAT, STREAMING], ids=" ".join)
@pytest.mark.parametrize("answer", UNCLEAR, ids=lambda answer: repr(answer[:24]))
def test_an_unclear_answer_to_the_content_leaves_the_outcome_unknown(answer: bytes, offers: tuple[str, ...]) -> None:
    with ScriptedServer(MailScript(offers, at_content=saying(answer))) as server:
        assert_unknown(converse(generic(server.port), mail=a_mail()))
        assert len(server.peers) == 1


@pytest.mark.parametrize("offers", [OVERLAPPING, STREAMING], ids=" ".join)
@pytest.mark.parametrize("answer", UNCLEAR, ids=lambda answer: repr(answer[:24]))
def test_so_it_does_in_a_batch(
    answer: bytes, offers: tuple[str, ...], new_driver: Callable[..., ConnectionDriver]
) -> None:
    with ScriptedServer(MailScript(offers, at_content=saying(answer, from_mail=1))) as server:
        driver = new_driver(generic(server.port)).warm_up()
        first, *_ = driver.send_many(mail_to("a@example.com"), mail_to("b@example.com"))
    if first is not None and answer == b"250 queued\r\n550 no\r\n":
        return  # the second reply passes for the next command's, which ends the batch
    assert_unknown(first)


def test_silence_after_the_content_leaves_the_outcome_unknown() -> None:
    def silent(peer: Peer, _number: int) -> str:
        peer.hold()
        return ""

    with ScriptedServer(MailScript(ONE_BY_ONE, at_content=silent)) as server:
        limits = PATIENT.__class__(final_reply_s=0.05)
        assert_unknown(converse(generic(server.port), mail=a_mail(), limits=limits))


@pytest.mark.parametrize("offers", [ONE_BY_ONE, OVERLAPPING, BY_BDAT, STREAMING], ids=" ".join)
@pytest.mark.parametrize(
    ("answer", "consequence"),
    [
        (b"250\r\n", None),
        (b"250-queued\n250 as 1\n", None),
        (b"250 queued\r\n421 closing\r\n", None),
        (b"450 4.3.2 later\r\n", MailConsequence.WAITS),
        (b"421 4.3.2 later\r\n", MailConsequence.WAITS),
        (b"554 5.7.1 no\r\n", MailConsequence.REFUSED),
    ],
)
def test_a_clear_answer_counts(answer: bytes, consequence: MailConsequence | None, offers: tuple[str, ...]) -> None:
    with ScriptedServer(MailScript(offers, at_content=saying(answer))) as server:
        assert consequence_for_the_mail(converse(generic(server.port), mail=a_mail())) is consequence


def test_an_empty_line_ahead_of_any_other_reply_is_skipped() -> None:
    def script(peer: Peer) -> None:
        peer.send("", "220 scripted.test")
        peer.expect("EHLO")
        peer.send("", "250-scripted.test", "250 8BITMIME")
        for command, answer in (("MAIL", "250 fine"), ("RCPT", "250 fine"), ("DATA", "354 go ahead")):
            peer.expect(command)
            peer.send("", answer)
        peer.content()
        peer.send("250 queued")
        quit_politely(peer)

    with ScriptedServer(script) as server:
        assert converse(generic(server.port), mail=a_mail()).ok


@pytest.mark.parametrize("offers", [ONE_BY_ONE, BY_BDAT, OVERLAPPING, STREAMING], ids=" ".join)
def test_a_reply_that_comes_twice_is_not_taken_for_the_next_one(offers: tuple[str, ...]) -> None:
    """The server refuses the second recipient; out of step, the program would think that it was accepted."""

    def script(peer: Peer) -> None:
        greet(peer, *offers)
        peer.expect("MAIL")
        replies = ["250 fine", "250 fine", "250 fine", "550 5.1.1 nobody of that name"]
        if "PIPELINING" not in offers:
            peer.send(replies.pop(0))
            peer.expect("RCPT")
            replies.pop()
        peer.send(*replies)
        peer.hold()

    with ScriptedServer(script) as server:
        timeline = converse(generic(server.port), mail=mail_to("a@example.com", "b@example.com"))
        assert all(b"DATA" not in peer.received and b"BDAT" not in peer.received for peer in server.peers)
    failure = failure_of(timeline)
    assert (failure.kind, failure.detail) == (FailureKind.PROTOCOL, FailureDetail.OUT_OF_STEP)
    assert consequence_for_the_mail(timeline) is MailConsequence.WAITS


@pytest.mark.parametrize(("command", "reply"), [("MAIL", "354 go"), ("RCPT", "354 go"), ("DATA", "250 fine")])
def test_a_reply_of_another_command_is_no_refusal_of_the_mail(command: str, reply: str) -> None:
    def script(peer: Peer) -> None:
        greet(peer)
        while True:
            line = peer.line()
            peer.send(reply if line.startswith(command) else "250 fine")

    with ScriptedServer(script) as server:
        timeline = converse(generic(server.port), mail=a_mail())
    assert failure_of(timeline).detail is FailureDetail.OUT_OF_STEP
    assert consequence_for_the_mail(timeline) is MailConsequence.WAITS


def test_a_hang_up_between_the_go_ahead_and_the_content_sends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def script(peer: Peer) -> None:
        greet(peer)
        for command, answer in (("MAIL", "250 fine"), ("RCPT", "250 fine"), ("DATA", "354 go ahead")):
            peer.expect(command)
            peer.send(answer)

    with ScriptedServer(script) as server:
        check_step = CommandChannel.check_step

        def check_after_the_hang_up(self: CommandChannel) -> None:
            if server.peers[0].received.endswith(b"DATA\r\n"):
                assert server.peers[0].gone.wait(20)
            check_step(self)

        # The content would race with the hang-up.
        monkeypatch.setattr(CommandChannel, "check_step", check_after_the_hang_up)
        timeline = converse(generic(server.port), mail=a_mail())
    failure = failure_of(timeline)
    assert (failure.stage, failure.kind) == (Stage.CONTENT, FailureKind.CLOSED)
    assert failure.detail is FailureDetail.NO_CONTENT_SENT
    assert "Nothing was sent" in str(failure.message)
    assert consequence_for_the_mail(timeline) is MailConsequence.WAITS


def test_a_hang_up_before_the_last_byte_is_no_doubt() -> None:
    def script(peer: Peer) -> None:
        greet(peer)
        for command, answer in (("MAIL", "250 fine"), ("RCPT", "250 fine"), ("DATA", "354 go ahead")):
            peer.expect(command)
            peer.send(answer)
        peer.line()
        peer.reset()

    with ScriptedServer(script) as server:
        timeline = converse(generic(server.port), mail=mail_to("a@example.com", text=LARGE_TEXT))
    assert failure_of(timeline).kind is FailureKind.CLOSED
    assert consequence_for_the_mail(timeline) is MailConsequence.WAITS


def test_a_421_instead_of_the_answer_to_rcpt_is_reported() -> None:
    def script(peer: Peer) -> None:
        greet(peer)
        peer.expect("MAIL")
        peer.send("250 fine")
        peer.expect("RCPT")
        peer.send("421 4.7.0 too many errors")

    with ScriptedServer(script) as server:
        timeline = converse(generic(server.port), mail=a_mail())
    failure = failure_of(timeline)
    assert (failure.stage, str(failure.reply)) == (Stage.RECIPIENT, "421 4.7.0 too many errors")
    assert consequence_for_the_mail(timeline) is MailConsequence.WAITS


def test_a_421_behind_a_refusal_does_not_hide_it() -> None:
    def script(peer: Peer) -> None:
        greet(peer, "PIPELINING")
        peer.expect("MAIL")
        peer.expect("RCPT")
        peer.send("250 fine", "504 5.5.2 <localhost>: Helo command rejected", "421 4.7.0 too many errors")

    with ScriptedServer(script) as server:
        failure = failure_of(converse(generic(server.port), mail=a_mail()))
    assert str(failure.reply) == "504 5.5.2 <localhost>: Helo command rejected"
