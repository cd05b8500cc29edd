"""One connection that is kept open for one mail after the other."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from connection_driver import ConnectionDriver
from contracts.transport_contract import a_mail
from conversations import USER, generic
from servers.certificates import Authority, context_of, fingerprint_of
from servers.smtp.mailserver import MailServer
from servers.smtp.scripted import Peer, ScriptedServer, answer_ehlo, greet, take_envelope

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import CertificateFault, FailureKind, Stage, Step, StepStatus, Timeline
from smtp_desktop.domain.mail.address import parse_address
from smtp_desktop.domain.mail.message import Mail, MessageBytes

TRANSACTION_STAGES = [Stage.SENDER, Stage.RECIPIENT, Stage.CONTENT]


def take(peer: Peer, answer: str = "250 2.0.0 queued") -> bytes:
    for beginning, reply in (("MAIL", "250 fine"), ("RCPT", "250 fine"), ("DATA", "354 go ahead")):
        peer.expect(beginning)
        peer.send(reply)
    content = peer.content()
    peer.send(answer)
    return content


def stages(timeline: Timeline) -> list[Stage]:
    return [step.stage for step in timeline.steps]


def to(*addresses: str) -> Mail:
    mail = a_mail()
    return replace(mail, envelope=replace(mail.envelope, recipients=tuple(map(parse_address, addresses))))


def test_mails_share_one_connection_and_one_sign_in(
    trusted: Authority, new_driver: Callable[..., ConnectionDriver]
) -> None:
    with MailServer(starttls=trusted.context(), users={USER: "secret one"}) as server:
        driver = new_driver(generic(server.port, host_name="localhost", tls=True, auth_required=True), "secret one")
        timelines = [driver.send() for _ in range(3)]
        assert all(timeline.ok for timeline in timelines)
        assert len(server.received) == 3
        assert len(server.sign_ins) == 1
    assert Stage.SIGN_IN in stages(timelines[0])
    assert stages(timelines[1]) == stages(timelines[2]) == TRANSACTION_STAGES


def test_a_later_mail_shows_no_secret(new_driver: Callable[..., ConnectionDriver]) -> None:
    def script(peer: Peer) -> None:
        greet(peer, "AUTH PLAIN")
        peer.expect("AUTH PLAIN")
        peer.send("235 welcome")
        take(peer)
        peer.expect("MAIL")
        peer.send("550 I remember: canary-77")
        peer.expect("RSET")
        peer.send("250 fine")
        peer.expect("QUIT")

    with ScriptedServer(script) as server:
        driver = new_driver(generic(server.port, auth_required=True), "canary-77")
        assert driver.send().ok
        timeline = driver.send()
        driver.connection.close()
    assert timeline.failure is not None
    assert "canary-77" not in repr(timeline)


def test_a_refused_mail_leaves_the_connection_for_the_next(new_driver: Callable[..., ConnectionDriver]) -> None:
    def script(peer: Peer) -> None:
        greet(peer)
        peer.expect("MAIL")
        peer.send("250 fine")
        peer.expect("RCPT")
        peer.send("550 5.1.1 nobody of that name")
        peer.expect("RSET")
        peer.send("250 fine")
        take(peer)
        peer.expect("QUIT")
        peer.send("221 bye")

    with ScriptedServer(script) as server:
        driver = new_driver(generic(server.port))
        refused = driver.send()
        assert refused.failure is not None
        assert refused.failure.stage is Stage.RECIPIENT
        assert driver.send().ok
        driver.connection.close()
        assert len(server.peers) == 1


def ways_to_end() -> list[object]:
    def hang_up(peer: Peer) -> None:
        peer.hang_up()

    def too_many(peer: Peer) -> None:
        peer.expect("MAIL")
        peer.send("421 4.7.0 too many mails on this connection")

    def reset(peer: Peer) -> None:
        peer.reset()

    return [hang_up, too_many, reset]


@pytest.mark.parametrize("end_connection", ways_to_end())
def test_a_connection_that_ended_meanwhile_is_replaced(
    end_connection: Callable[[Peer], None], new_driver: Callable[..., ConnectionDriver]
) -> None:
    taken: list[bytes] = []

    def first(peer: Peer) -> None:
        greet(peer)
        taken.append(take(peer))
        end_connection(peer)

    def second(peer: Peer) -> None:
        greet(peer)
        taken.append(take(peer))
        peer.expect("QUIT")

    with ScriptedServer(first, second) as server:
        driver = new_driver(generic(server.port))
        assert driver.send().ok
        timeline = driver.send()
        driver.connection.close()
    assert timeline.ok
    assert stages(timeline)[0] is Stage.FIND_HOST
    assert len(taken) == 2


def test_a_loss_after_the_final_dot_is_unknown_and_the_next_mail_goes_on(
    new_driver: Callable[..., ConnectionDriver],
) -> None:
    def lose(peer: Peer) -> None:
        greet(peer)
        take(peer)
        for beginning, reply in (("MAIL", "250 fine"), ("RCPT", "250 fine"), ("DATA", "354 go ahead")):
            peer.expect(beginning)
            peer.send(reply)
        peer.content()

    def serve(peer: Peer) -> None:
        greet(peer)
        take(peer)
        peer.expect("QUIT")

    with ScriptedServer(lose, serve) as server:
        driver = new_driver(generic(server.port))
        assert driver.send().ok
        lost = driver.send()
        assert driver.send().ok
        driver.connection.close()
    assert lost.failure is not None
    assert lost.failure.kind is FailureKind.OUTCOME_UNKNOWN
    assert lost.steps[-1].status is StepStatus.UNKNOWN


def test_recipients_who_are_refused_beside_others_are_reported(new_driver: Callable[..., ConnectionDriver]) -> None:
    def script(peer: Peer) -> None:
        greet(peer)
        peer.expect("MAIL")
        peer.send("250 fine")
        for answer in ("250 fine", "550 5.1.1 nobody", "450 4.2.1 later"):
            peer.expect("RCPT")
            peer.send(answer)
        peer.expect("DATA")
        peer.send("354 go ahead")
        peer.content()
        peer.send("250 queued")
        peer.expect("QUIT")

    with ScriptedServer(script) as server:
        driver = new_driver(generic(server.port))
        timeline = driver.send(to("a@example.com", "b@example.com", "c@example.com"))
        driver.connection.close()
    assert timeline.ok
    refused = {one.recipient: (one.reply.code, one.reply.temporary) for one in timeline.refused}
    assert refused == {"b@example.com": (550, False), "c@example.com": (450, True)}


@pytest.mark.parametrize("pipelining", [(), ("PIPELINING",)])
def test_a_cancel_before_the_content_keeps_it_from_being_sent(
    pipelining: tuple[str, ...], new_driver: Callable[..., ConnectionDriver]
) -> None:
    def script(peer: Peer) -> None:
        greet(peer, *pipelining)
        take_envelope(peer)
        peer.hold()

    cancel = Cancel()

    def forbid(step: Step) -> None:
        if step.stage is Stage.CONTENT and step.status is StepStatus.RUNNING:
            cancel.request()

    with ScriptedServer(script) as server:
        driver = new_driver(generic(server.port))
        timeline = driver.send(cancel=cancel, on_step=forbid)
        driver.connection.close()
        received = server.peers[0].received
    assert timeline.failure is not None
    assert timeline.failure.kind is FailureKind.CANCELLED
    assert b"Subject" not in received


def test_a_raw_message_is_sent_as_it_is(new_driver: Callable[..., ConnectionDriver]) -> None:
    raw = b"From: a@example.com\nTo: b@example.com\nSubject: x\nX-Odd:  kept\nMIME-Version: 1.0\n"
    raw += b"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n.dot\nGr\xc3\xbc\xc3\x9fe\n"
    with MailServer() as server:
        driver = new_driver(generic(server.port))
        mail = replace(a_mail(), message=MessageBytes(raw=raw, message_id="<1@example.com>"))
        assert driver.send(mail).ok
        (received,) = server.received
    assert received.content == raw.replace(b"\n", b"\r\n")


def test_closing_twice_is_fine(new_driver: Callable[..., ConnectionDriver]) -> None:
    with MailServer() as server:
        driver = new_driver(generic(server.port))
        driver.connection.close()
        assert driver.send().ok
        driver.connection.close()
        driver.connection.close()
        assert driver.send().ok
        assert len(server.received) == 2


def test_a_connection_that_is_replaced_keeps_to_the_pinned_certificate(
    authority: Authority, new_driver: Callable[..., ConnectionDriver]
) -> None:
    pinned = authority.issue()

    def takes_one(peer: Peer) -> None:
        greet(peer, "STARTTLS")
        peer.expect("STARTTLS")
        peer.send("220 go ahead")
        peer.start_tls(context_of(pinned))
        answer_ehlo(peer)
        take(peer)

    def another(peer: Peer) -> None:
        greet(peer, "STARTTLS")
        peer.expect("STARTTLS")
        peer.send("220 go ahead")
        peer.start_tls(authority.context())
        peer.hold()

    with ScriptedServer(takes_one, another) as server:
        driver = new_driver(generic(server.port, tls=True, trusted_fingerprint=fingerprint_of(pinned)))
        assert driver.send().ok
        server.peers[0].gone.wait(20)
        failure = driver.send().failure
    assert failure is not None
    assert failure.certificate_fault is CertificateFault.CHANGED
    assert server.peers[1].received.splitlines() == [b"EHLO [127.0.0.1]", b"STARTTLS"]
