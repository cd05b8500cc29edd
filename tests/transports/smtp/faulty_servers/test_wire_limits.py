"""How long each use waits, and how many mails a connection carries."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from connection_driver import ConnectionDriver
from contracts.transport_contract import a_mail
from conversations import converse, failure_of, generic, mail_to
from servers.smtp.mail_script import MailScript
from servers.smtp.scripted import Peer, ScriptedServer, answer_ehlo, greet

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import FailureDetail, FailureKind, Stage
from smtp_desktop.transports.registry import Transports
from smtp_desktop.transports.smtp.connection import SmtpConnection
from smtp_desktop.transports.smtp.context import INTERACTIVE_LIMITS, QUEUE_LIMITS
from smtp_desktop.transports.smtp.transport import SmtpTransport

BRISK = replace(INTERACTIVE_LIMITS, greeting_s=0.05, reply_s=0.05, final_reply_s=0.05)


def test_mails_of_the_outbox_wait_as_long_as_rfc_5321_asks() -> None:
    """RFC 5321 4.5.3.2"""
    limits = QUEUE_LIMITS
    assert (limits.greeting_s, limits.reply_s, limits.data_s) == (300.0, 300.0, 120.0)
    assert (limits.block_s, limits.final_reply_s) == (180.0, 600.0)
    assert not limits.for_a_person


def test_a_courier_waits_longer_than_a_test(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    monkeypatch.setattr(  # what it connects with, without an hour's wait
        SmtpConnection, "__init__", lambda _self, context: seen.append(context.limits)
    )
    Transports(MailScriptDenylist()).connection(generic(25), secrets={}, known_mode=None)
    assert seen == [QUEUE_LIMITS]
    assert SmtpTransport(pipelining_denylist=MailScriptDenylist())._limits is INTERACTIVE_LIMITS


class MailScriptDenylist:
    def has(self, host: str, port: int) -> bool:
        return False

    def add(self, host: str, port: int) -> None: ...


@pytest.mark.parametrize(("stage", "command"), [(Stage.GREET, ""), (Stage.GREET, "EHLO"), (Stage.SENDER, "MAIL")])
def test_a_test_that_stops_waiting_says_so(stage: Stage, command: str) -> None:
    def script(peer: Peer) -> None:
        if command:
            peer.send("220 scripted.test")
        while not peer.line().startswith(command or "never"):
            peer.send("250 fine")
        peer.hold()

    with ScriptedServer(script) as server:
        failure = failure_of(converse(generic(server.port), mail=a_mail(), limits=BRISK))
    assert (failure.stage, failure.kind, failure.detail) == (stage, FailureKind.TIMED_OUT, FailureDetail.CUT_SHORT)
    assert "the test stopped waiting" in str(failure.message)
    assert "0.05 seconds" in str(failure.message)


def silent_at_the_content(peer: Peer, _number: int) -> str:
    peer.hold()
    return ""


def test_a_test_that_stops_waiting_for_the_answer_to_the_content_says_so() -> None:
    with ScriptedServer(MailScript((), at_content=silent_at_the_content)) as server:
        failure = failure_of(converse(generic(server.port), mail=a_mail(), limits=BRISK))
    assert (failure.kind, failure.detail) == (FailureKind.OUTCOME_UNKNOWN, FailureDetail.CUT_SHORT)
    assert "the test stopped waiting" in str(failure.message)


def test_a_courier_that_stops_waiting_was_not_cut_short(new_driver: Callable[..., ConnectionDriver]) -> None:
    with ScriptedServer(MailScript((), at_content=silent_at_the_content)) as server:
        driver = new_driver(generic(server.port), limits=replace(QUEUE_LIMITS, final_reply_s=0.05))
        failure = failure_of(driver.send())
    assert (failure.kind, failure.detail) == (FailureKind.OUTCOME_UNKNOWN, None)


def test_a_network_that_takes_no_more_of_the_content_ends_it() -> None:
    """While it takes some of it, the time for the answer does not begin."""

    def script(peer: Peer) -> None:
        greet(peer)
        for command, answer in (("MAIL", "250 fine"), ("RCPT", "250 fine"), ("DATA", "354 go ahead")):
            peer.expect(command)
            peer.send(answer)
        peer.gone.wait(20)

    with ScriptedServer(script) as server:
        mail = mail_to("a@example.com", text=("x" * 76 + "\n") * 200_000)
        failure = failure_of(converse(generic(server.port), mail=mail, limits=replace(BRISK, reply_s=20, block_s=0.2)))
        server.peers[0].gone.set()
    assert (failure.stage, failure.kind) == (Stage.CONTENT, FailureKind.TIMED_OUT)


class NamedScript(MailScript):
    """Greets as `banner` says."""

    banner = "220 mail.test ESMTP Exim 4.96 Mon, 30 Nov 2026 09:00:00 +0000"

    def __call__(self, peer: Peer) -> None:
        peer.send(self.banner)
        answer_ehlo(peer, *self.offers)
        self.serve(peer)


@pytest.mark.parametrize("offers", [(), ("PIPELINING",), ("PIPELINING", "CHUNKING")], ids=" ".join)
@pytest.mark.parametrize(
    ("banner", "limit", "connections"),
    [(NamedScript.banner, 0, 3), ("220 mail.test ESMTP Postfix", 0, 1), ("220 mail.test ESMTP", 5, 5)],
)
def test_a_connection_carries_no_more_mails_than_the_server_delivers_at_once(
    banner: str, limit: int, connections: int, offers: tuple[str, ...], new_driver: Callable[..., ConnectionDriver]
) -> None:
    """Exim leaves what comes after the tenth mail of a connection to its next queue run."""
    script = NamedScript(offers)
    script.banner = banner
    with ScriptedServer(script) as server:
        connection = new_driver(generic(server.port), mails_per_connection=limit).connection
        waiting = [mail_to(f"r{number}@example.com") for number in range(25)]
        while waiting:
            together, waiting = waiting[: connection.room], waiting[connection.room :]
            if len(together) > 1:
                timelines = connection.send_many(together, cancel=Cancel())
            else:
                timelines = [connection.send(together[0], cancel=Cancel(), on_step=lambda _: None)]
            assert all(timeline is not None and timeline.ok for timeline in timelines)
        connection.close()
        assert len(server.peers) == connections
    assert len(script.taken) == 25
