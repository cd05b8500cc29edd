"""Batches of mails over one connection."""

import re
import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from connection_driver import ConnectionDriver
from contracts.transport_contract import a_mail
from conversations import LARGE_TEXT, USER, failure_of, generic, mail_to, said
from servers.smtp.mail_script import MailScript
from servers.smtp.scripted import Peer, ScriptedServer, greet

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import Party, Stage, StepStatus, Timeline
from smtp_desktop.domain.mail.message import Mail, MessageBytes
from smtp_desktop.transports.smtp import pipeline

STREAMING = ("PIPELINING", "CHUNKING", "8BITMIME")
OVERLAPPING = ("PIPELINING", "8BITMIME")
TRANSACTION_STAGES = [Stage.SENDER, Stage.RECIPIENT, Stage.CONTENT]


def kinds(timelines: list[Timeline | None]) -> list[str]:
    """Returns one word for each outcome."""
    return ["untouched" if one is None else str(one.failure.kind) if one.failure else "taken" for one in timelines]


def to(name: str, **changes: object) -> Mail:
    return mail_to(f"{name}@example.com", **changes)


def raw_mail(raw: bytes) -> Mail:
    return replace(a_mail(), message=MessageBytes(raw=raw, message_id="<1@example.com>"))


DIFFICULT = [
    to("a", text=".\n..\na.\n.b\n"),
    to("b", text="Grüße, Łódź\n"),
    raw_mail(b"Subject: no end"),
    raw_mail(b"Subject: odd ends\r\rone\n.\ntwo\r\n"),
    mail_to("c@example.com", "d@example.com"),
    to("e", subject="Ünïcödé " * 12, text="x" * 900 + "\n" + "long " * 300),
]


def test_the_same_bytes_arrive_in_every_mode(new_driver: Callable[..., ConnectionDriver]) -> None:
    arrived: list[list[tuple[object, ...]]] = []
    for offers in (STREAMING, OVERLAPPING, ("CHUNKING", "8BITMIME"), ("8BITMIME",)):
        mail_script = MailScript(offers)
        with ScriptedServer(mail_script) as server:
            driver = new_driver(generic(server.port))
            assert driver.send(a_mail()).ok
            if "PIPELINING" in offers:
                timelines = driver.send_many(*DIFFICULT)
            else:
                assert driver.send_many(*DIFFICULT) == [None] * len(DIFFICULT)
                timelines = [driver.send(mail) for mail in DIFFICULT]
            driver.connection.close()
            assert len(server.peers) == 1
        assert kinds(timelines) == ["taken"] * len(DIFFICULT)
        assert {mail.by for mail in mail_script.taken} == {"BDAT" if "CHUNKING" in offers else "DATA"}
        # No multipart mails: their boundaries are random.
        arrived.append([(mail.sender, mail.recipients, mail.content) for mail in mail_script.taken])
    assert arrived[0] == arrived[1] == arrived[2] == arrived[3]
    assert len(arrived[0]) == 1 + len(DIFFICULT)


def test_a_stream_waits_for_no_reply(new_driver: Callable[..., ConnectionDriver]) -> None:
    """After the first mail and the test whether refused content is discarded, three are sent at once."""

    def script(peer: Peer) -> None:
        greet(peer, *STREAMING)
        answer(peer, "MAIL", "RCPT", "BDAT")
        discard(peer)
        for number in range(3):
            for beginning in ("MAIL", "RCPT") if number == 0 else ("RSET", "MAIL", "RCPT"):
                peer.expect(beginning)
            peer.octets(int(peer.expect("BDAT").split()[1]))
        peer.send(*["250 fine"] * 11)
        peer.expect("QUIT")

    with ScriptedServer(script) as server:
        driver = new_driver(generic(server.port)).warm_up()
        timelines = driver.send_many(to("a"), to("b"), to("c"))
        driver.connection.close()
    assert kinds(timelines) == ["taken"] * 3
    assert sum(b"MAIL FROM" in chunk for chunk in server.peers[0].chunks) == 2


def test_a_stream_is_short_at_first_and_grows_as_it_goes_well(new_driver: Callable[..., ConnectionDriver]) -> None:
    with ScriptedServer(MailScript(STREAMING)) as server:
        driver = new_driver(generic(server.port)).warm_up()
        rooms = []
        for _ in range(4):
            rooms.append(driver.connection.room)
            assert kinds(driver.send_many(to("a"), to("b"))) == ["taken"] * 2
    assert rooms == [8, 16, 32, 32]


def answer(peer: Peer, *beginnings: str) -> None:
    """Accepts commands that begin so."""
    for beginning in beginnings:
        line = peer.expect(beginning)
        if beginning == "DATA":
            peer.send("354 go ahead")
            peer.content()
        elif beginning == "BDAT":
            peer.octets(int(line.split()[1]))
        peer.send("250 2.0.0 fine")


def discard(peer: Peer) -> None:
    """Discards refused content instead of reading it as commands."""
    peer.expect("BDAT 6 LAST")
    assert peer.octets(6) == b"QUIT\r\n"
    peer.send("503 5.5.1 need MAIL first")
    answer(peer, "RSET")


def test_the_next_envelope_comes_with_the_content(new_driver: Callable[..., ConnectionDriver]) -> None:
    def script(peer: Peer) -> None:
        greet(peer, *OVERLAPPING)
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
        driver = new_driver(generic(server.port)).warm_up()
        timelines = driver.send_many(to("a"), to("b"), to("c"))
        driver.connection.close()
    assert kinds(timelines) == ["taken"] * 3


@pytest.mark.parametrize("offers", [STREAMING, OVERLAPPING])
def test_each_mail_has_its_own_timeline(offers: tuple[str, ...], new_driver: Callable[..., ConnectionDriver]) -> None:
    with ScriptedServer(MailScript(offers)) as server:
        _, second, third = new_driver(generic(server.port)).warm_up().send_many(to("a"), to("b"), to("c"))
    assert second is not None
    assert third is not None
    assert [step.stage for step in second.steps] == TRANSACTION_STAGES
    assert {step.status for step in second.steps} == {StepStatus.DONE}
    assert [step.started_ms for step in second.steps] == sorted(step.started_ms for step in second.steps)
    assert all(step.duration_ms >= 0 for step in second.steps)
    assert str(second.accepted) == "250 2.0.0 queued as 3"
    assert str(third.accepted) == "250 2.0.0 queued as 4"
    assert "RCPT TO:<b@example.com>" in said(second, Party.CLIENT)
    assert said(second, Party.SERVER)[-1] == "250 2.0.0 queued as 3"
    assert not any("a@" in line or "c@" in line for line in said(second, Party.CLIENT))


@pytest.mark.parametrize("offers", [STREAMING, OVERLAPPING])
def test_a_refused_recipient_stops_its_own_mail_only(
    offers: tuple[str, ...], new_driver: Callable[..., ConnectionDriver]
) -> None:
    mail_script = MailScript(
        offers, {"RCPT TO:<nobody@": "550 5.1.1 nobody of that name", "RCPT TO:<later@": "450 4.2.1 later"}
    )
    with ScriptedServer(mail_script) as server:
        driver = new_driver(generic(server.port)).warm_up()
        timelines = driver.send_many(to("a"), to("nobody"), to("b"), to("later"), to("nobody"))
        assert kinds(timelines) == ["taken", "reply", "taken", "reply", "reply"]
        # The connection goes on as before.
        assert driver.send(to("c")).ok
        assert kinds(driver.send_many(to("d"), to("e"))) == ["taken"] * 2
        assert not driver.is_denied_pipelining
        assert len(server.peers) == 1
    assert [mail.recipients[0][0] for mail in mail_script.taken] == ["i", "a", "b", "c", "d", "e"]
    assert timelines[1] is not None
    failure = failure_of(timelines[1])
    assert (failure.stage, str(failure.reply)) == (Stage.RECIPIENT, "550 5.1.1 nobody of that name")


@pytest.mark.parametrize("offers", [STREAMING, OVERLAPPING])
def test_a_refused_sender_stops_its_own_mail_only(
    offers: tuple[str, ...], new_driver: Callable[..., ConnectionDriver]
) -> None:
    mail_script = MailScript(offers, {"MAIL FROM:<chief@": "553 5.7.1 not you"})
    with ScriptedServer(mail_script) as server:
        driver = new_driver(generic(server.port)).warm_up()
        timelines = driver.send_many(to("a"), to("b", sender="chief@example.com", text="canary\n"), to("c"))
        driver.connection.close()
    assert kinds(timelines) == ["taken", "reply", "taken"]
    assert len(mail_script.taken) == 3
    assert timelines[1] is not None
    assert failure_of(timelines[1]).stage is Stage.SENDER
    # A mail whose sender was never accepted is not streamed: its content was not sent.
    assert b"canary" not in server.peers[0].received


@pytest.mark.parametrize("offers", [STREAMING, OVERLAPPING])
def test_refused_content_stops_its_own_mail_only(
    offers: tuple[str, ...], new_driver: Callable[..., ConnectionDriver]
) -> None:
    mail_script = MailScript(
        offers, at_content=lambda peer, number: "554 5.7.1 spam" if number == 2 and not spam.pop() else ""
    )
    spam = [True, False]
    with ScriptedServer(mail_script) as server:
        timelines = new_driver(generic(server.port)).warm_up().send_many(to("a"), to("b"), to("c"), to("d"))
    assert kinds(timelines) == ["taken", "reply", "taken", "taken"]
    assert [mail.recipients[0][0] for mail in mail_script.taken] == ["i", "a", "c", "d"]


def test_one_refused_recipient_of_two(new_driver: Callable[..., ConnectionDriver]) -> None:
    mail_script = MailScript(STREAMING, {"RCPT TO:<nobody@": "550 5.1.1 nobody of that name"})
    with ScriptedServer(mail_script) as server:
        timelines = (
            new_driver(generic(server.port))
            .warm_up()
            .send_many(to("a"), mail_to("nobody@example.com", "b@example.com"), to("c"))
        )
    assert kinds(timelines) == ["taken"] * 3
    assert timelines[1] is not None
    assert [one.recipient for one in timelines[1].refused] == ["nobody@example.com"]
    assert mail_script.taken[2].recipients == ("b@example.com",)


def test_content_for_nobody_is_ended_by_a_lone_dot(new_driver: Callable[..., ConnectionDriver]) -> None:
    def script(peer: Peer) -> None:
        greet(peer, *OVERLAPPING)
        answer(peer, "MAIL", "RCPT", "DATA", "MAIL")
        peer.expect("RCPT")
        peer.expect("DATA")
        peer.send("550 5.1.1 nobody", "354 go ahead nevertheless")
        assert peer.line() == "."
        peer.send("554 5.5.1 no valid recipients")
        answer(peer, "RSET", "MAIL", "RCPT", "DATA")
        peer.expect("QUIT")

    with ScriptedServer(script) as server:
        driver = new_driver(generic(server.port)).warm_up()
        assert kinds(driver.send_many(to("nobody"), to("b"))) == ["reply", "taken"]
        driver.connection.close()


def read_streamed(peer: Peer, count: int) -> None:
    """Accepts one mail, discards refused content, and reads `count` mails without a reply."""
    greet(peer, *STREAMING)
    answer(peer, "MAIL", "RCPT", "BDAT")
    discard(peer)
    for number in range(count):
        for beginning in ("RSET", "MAIL", "RCPT")[number == 0 :]:
            peer.expect(beginning)
        peer.octets(int(peer.expect("BDAT").split()[1]))


def test_after_a_loss_what_was_sent_without_a_reply_is_unknown(
    new_driver: Callable[..., ConnectionDriver],
) -> None:
    def script(peer: Peer) -> None:
        read_streamed(peer, 4)
        peer.send(*["250 fine"] * 3, *["250 fine"] * 4)

    with ScriptedServer(script) as server:
        driver = new_driver(generic(server.port)).warm_up()
        timelines = driver.send_many(*(to(name) for name in "abcd"))
        assert kinds(timelines) == ["taken", "taken", "outcome_unknown", "outcome_unknown"]
        assert driver.connection.room == 1
        assert driver.is_denied_pipelining
    assert timelines[2] is not None
    assert failure_of(timelines[2]).stage is Stage.CONTENT


def test_a_refusal_that_came_before_the_loss_holds(new_driver: Callable[..., ConnectionDriver]) -> None:
    def script(peer: Peer) -> None:
        read_streamed(peer, 2)
        peer.send(*["250 fine"] * 3, "250 fine", "250 fine", "550 5.1.1 nobody")

    with ScriptedServer(script) as server:
        assert kinds(new_driver(generic(server.port)).warm_up().send_many(to("a"), to("b"))) == ["taken", "reply"]


def test_mails_that_were_not_sent_whole_are_untouched(new_driver: Callable[..., ConnectionDriver]) -> None:
    def script(peer: Peer) -> None:
        read_streamed(peer, 1)
        peer.send(*["250 fine"] * 3)
        peer.expect("RSET")
        peer.reset()

    with ScriptedServer(script) as server:
        driver = new_driver(generic(server.port)).warm_up()
        timelines = driver.send_many(to("a"), to("b", text=LARGE_TEXT), to("c"))
        assert kinds(timelines) == ["taken", "untouched", "untouched"]


def test_a_421_leaves_the_rest_untouched(new_driver: Callable[..., ConnectionDriver]) -> None:
    def script(peer: Peer) -> None:
        read_streamed(peer, 3)
        peer.send(*["250 fine"] * 3, "250 fine", "421 4.7.0 too many mails on this connection")

    with ScriptedServer(script) as server:
        driver = new_driver(generic(server.port)).warm_up()
        assert kinds(driver.send_many(*(to(name) for name in "abc"))) == ["taken", "untouched", "untouched"]
        # It is only this connection that takes no more.
        assert not driver.is_denied_pipelining


def test_a_server_that_reads_refused_content_as_commands_gets_none_of_it(
    new_driver: Callable[..., ConnectionDriver],
) -> None:
    mail_script = MailScript(STREAMING, {"RCPT TO:<nobody@": "550 5.1.1 nobody"}, discards=False)
    with ScriptedServer(mail_script) as server:
        driver = new_driver(generic(server.port)).warm_up()
        attack = "RSET\nMAIL FROM:<boss@example.com>\nRCPT TO:<victim@example.com>\n"
        mails = [to("a"), to("nobody", text=attack), to("b")]
        assert kinds(driver.send_many(*mails)) == ["untouched"] * 3
        assert driver.is_denied_pipelining
        assert driver.connection.room == 1
        # Without pipelining it takes the same mails.
        assert kinds([driver.send(mail) for mail in mails]) == ["taken", "reply", "taken"]
        assert len(server.peers) == 2
    assert [mail.by for mail in mail_script.taken] == ["BDAT", "DATA", "DATA"]
    assert not any("victim" in line for line in mail_script.lines)


def test_out_of_sync_nothing_counts_that_came_after_a_refusal(new_driver: Callable[..., ConnectionDriver]) -> None:
    """The server discards the refused content of the test, but not what comes later: then it sends more replies than
    there were commands."""
    mail_script = MailScript(STREAMING, {"RCPT TO:<nobody@": "550 5.1.1 nobody"}, discards=False, discards_once=True)
    with ScriptedServer(mail_script) as server:
        driver = new_driver(generic(server.port)).warm_up()
        timelines = driver.send_many(to("a"), to("nobody"), to("b"), to("c"))
        assert kinds(timelines) == ["taken", "reply", "outcome_unknown", "outcome_unknown"]
        assert driver.is_denied_pipelining


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
def test_replies_that_fit_no_command_end_the_connection(
    answers: tuple[str, ...], new_driver: Callable[..., ConnectionDriver]
) -> None:
    def script(peer: Peer) -> None:
        read_streamed(peer, 3)
        peer.send(*["250 fine"] * 3, "250 fine", *answers)
        peer.hold()

    with ScriptedServer(script) as server:
        driver = new_driver(generic(server.port)).warm_up()
        first, second, third = kinds(driver.send_many(*(to(name) for name in "abc")))
        assert first == "taken"
        assert second in {"outcome_unknown", "reply"}
        assert third == "outcome_unknown"
        assert driver.is_denied_pipelining


def test_a_mail_that_is_accepted_too_early_is_unknown(new_driver: Callable[..., ConnectionDriver]) -> None:
    over = threading.Event()

    def script(peer: Peer) -> None:
        read_streamed(peer, 1)
        peer.send(*["250 fine"] * 3)
        peer.expect("RSET")
        peer.send(*["250 fine"] * 4)
        over.wait(20)  # nothing more is read

    with ScriptedServer(script) as server:
        driver = new_driver(generic(server.port)).warm_up()
        timelines = driver.send_many(to("a"), to("b", text=LARGE_TEXT))
        over.set()
        assert kinds(timelines) == ["taken", "outcome_unknown"]


def test_a_cancel_leaves_what_was_sent_unknown(new_driver: Callable[..., ConnectionDriver]) -> None:
    cancel = Cancel()

    def script(peer: Peer) -> None:
        read_streamed(peer, 2)
        cancel.request()
        peer.hold()

    with ScriptedServer(script) as server:
        driver = new_driver(generic(server.port)).warm_up()
        assert kinds(driver.send_many(to("a"), to("b"), cancel=cancel)) == ["outcome_unknown"] * 2
        assert not driver.is_denied_pipelining


def test_a_cancel_that_came_first_leaves_every_mail_untouched(new_driver: Callable[..., ConnectionDriver]) -> None:
    cancel = Cancel()
    cancel.request()
    mail_script = MailScript(STREAMING)
    with ScriptedServer(mail_script) as server:
        assert (
            kinds(new_driver(generic(server.port)).warm_up().send_many(to("a"), to("b"), cancel=cancel))
            == ["untouched"] * 2
        )
    assert len(mail_script.taken) == 1


def test_a_mail_that_can_not_be_sent_does_not_stop_the_others(new_driver: Callable[..., ConnectionDriver]) -> None:
    mail_script = MailScript((*STREAMING, "SIZE 5000"))
    with ScriptedServer(mail_script) as server:
        timelines = (
            new_driver(generic(server.port))
            .warm_up()
            .send_many(to("a"), to("b", text="x\n" * 3000), to("c", subject="a\0b"), to("d"))
        )
    assert kinds(timelines) == ["taken", "too_large", "untouched", "taken"]
    assert timelines[1] is not None
    assert failure_of(timelines[1]).stage is Stage.SENDER


def test_an_idle_connection_is_checked_before_anything_is_streamed(
    new_driver: Callable[..., ConnectionDriver], monkeypatch: pytest.MonkeyPatch
) -> None:
    mail_script = MailScript(STREAMING)
    with ScriptedServer(mail_script) as server:
        driver = new_driver(generic(server.port)).warm_up()
        assert kinds(driver.send_many(to("a"), to("b"))) == ["taken"] * 2
        monkeypatch.setattr(pipeline, "_FRESH_S", -1.0)  # instead of a second's wait
        before = len(mail_script.lines)
        assert kinds(driver.send_many(to("c"), to("d"))) == ["taken"] * 2
        assert [line[:4] for line in mail_script.lines[before:]] == [
            "RSET",
            "MAIL",
            "RCPT",
            "BDAT",
            "RSET",
            "MAIL",
            "RCPT",
            "BDAT",
        ]


def test_an_idle_connection_that_was_closed_loses_no_mail(new_driver: Callable[..., ConnectionDriver]) -> None:
    def script(peer: Peer) -> None:
        greet(peer, *STREAMING)
        answer(peer, "MAIL", "RCPT", "BDAT")

    with ScriptedServer(script) as server:
        driver = new_driver(generic(server.port)).warm_up()
        server.peers[0].gone.wait(20)
        assert kinds(driver.send_many(to("a"), to("b"))) == ["untouched"] * 2
        assert driver.connection.room == 1


def test_a_connection_that_was_closed_after_the_last_mail_loses_none(
    new_driver: Callable[..., ConnectionDriver],
) -> None:
    def script(peer: Peer) -> None:
        read_streamed(peer, 2)
        peer.send(*["250 fine"] * 7)

    with ScriptedServer(script) as server:
        driver = new_driver(generic(server.port)).warm_up()
        assert kinds(driver.send_many(to("a"), to("b"))) == ["taken"] * 2
        server.peers[0].gone.wait(20)
        assert kinds(driver.send_many(to("c"), to("d"))) == ["untouched"] * 2
        assert not driver.is_denied_pipelining


def test_no_secret_is_shown(new_driver: Callable[..., ConnectionDriver]) -> None:
    mail_script = MailScript((*STREAMING, "AUTH PLAIN"), {"RCPT TO:<nobody@": "550 I remember: canary-77"})
    with ScriptedServer(lambda peer: signed_in(peer, mail_script)) as server:
        timelines = (
            new_driver(generic(server.port, auth_required=True), "canary-77")
            .warm_up()
            .send_many(to("a"), to("nobody"), to("b"))
        )
    assert kinds(timelines) == ["taken", "reply", "taken"]
    assert "canary-77" not in repr(timelines)
    assert "550 [21 characters withheld: they contain a secret]" in repr(timelines)


def signed_in(peer: Peer, mail_script: MailScript) -> None:
    """Lets the user sign in, and then follows `mail_script`."""
    greet(peer, *mail_script.offers)
    peer.expect("AUTH PLAIN")
    peer.send(f"235 welcome, {USER}")
    mail_script.serve(peer)
