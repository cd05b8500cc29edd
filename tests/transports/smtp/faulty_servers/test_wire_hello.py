"""EHLO: the name in it, servers that take no address there, and last words in its place."""

from collections.abc import Callable

import pytest
from connection_driver import ConnectionDriver
from contracts.transport_contract import a_mail
from conversations import converse, detail_of, failure_of, generic
from servers.certificates import Authority
from servers.smtp.scripted import ClientGone, Peer, ScriptedServer, answer_ehlo, quit_politely, take_mail

from smtp_desktop.domain.diagnosis.conversation import FailureDetail, FailureKind, Stage
from smtp_desktop.transports.smtp.channel import Channel

REFUSALS = [
    "550 5.7.1 Helo name contains an ip address",
    "504 5.5.2 <[127.0.0.1]>: Helo command rejected: need fully-qualified hostname",
    "501 5.5.4 HELO/EHLO argument is invalid",
    "553 no",
]


@pytest.mark.parametrize("refusal", REFUSALS)
def test_a_server_that_takes_no_address_gets_the_senders_domain(refusal: str) -> None:
    def script(peer: Peer) -> None:
        peer.send("220 scripted.test")
        peer.expect("EHLO [127.0.0.1]")
        peer.send(refusal)
        assert peer.line() == "EHLO example.com"
        peer.send("250 scripted.test")
        take_mail(peer)

    with ScriptedServer(script) as server:
        assert converse(generic(server.port), mail=a_mail()).ok


@pytest.mark.parametrize("leave", [Peer.hang_up, Peer.reset])
def test_so_it_does_on_a_new_connection_where_the_server_hangs_up(
    leave: Callable[[Peer], None], new_driver: Callable[..., ConnectionDriver]
) -> None:
    def refusing(peer: Peer) -> None:
        peer.send("220 scripted.test")
        peer.expect("EHLO [127.0.0.1]")
        peer.send(REFUSALS[0])
        leave(peer)

    def taking(peer: Peer) -> None:
        peer.send("220 scripted.test")
        assert peer.line() == "EHLO example.com"
        peer.send("250 scripted.test")
        take_mail(peer)

    with ScriptedServer(refusing, taking) as server:
        driver = new_driver(generic(server.port))
        assert driver.send().ok
        driver.connection.close()
        # The next connection of the same courier begins with the name.
        assert driver.send().ok
        assert len(server.peers) == 3


def test_the_name_serves_behind_starttls_too(trusted: Authority) -> None:
    names: list[str] = []

    def script(peer: Peer) -> None:
        peer.send("220 scripted.test")
        names.append(peer.expect("EHLO"))
        peer.send(REFUSALS[0])
        names.append(peer.expect("EHLO"))
        peer.send("250-scripted.test", "250 STARTTLS")
        peer.expect("STARTTLS")
        peer.send("220 go ahead")
        peer.start_tls(trusted.context())
        names.append(peer.expect("EHLO"))
        peer.send("250 scripted.test")
        take_mail(peer)

    with ScriptedServer(script) as server:
        assert converse(generic(server.port, tls=True), mail=a_mail()).ok
    assert names == ["EHLO [127.0.0.1]", "EHLO example.com", "EHLO example.com"]


def test_a_refusal_of_both_is_reported() -> None:
    def script(peer: Peer) -> None:
        peer.send("220 scripted.test")
        peer.expect("EHLO [127.0.0.1]")
        peer.send("550 5.7.1 we don't like you")
        peer.expect("EHLO example.com")
        peer.send("550 5.7.1 whatever your name")
        quit_politely(peer)

    with ScriptedServer(script) as server:
        failure = failure_of(converse(generic(server.port), mail=a_mail()))
    assert (failure.stage, failure.kind) == (Stage.GREET, FailureKind.REPLY)
    assert str(failure.reply) == "550 5.7.1 we don't like you"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("client.example", "client.example"),
        ("[192.0.2.7]", "[192.0.2.7]"),
        ("büro.example", "xn--bro-hoa.example"),
        ("two words", "[127.0.0.1]"),
        ("", "[127.0.0.1]"),
    ],
)
def test_a_chosen_name_is_said(name: str, said: str, new_driver: Callable[..., ConnectionDriver]) -> None:
    def script(peer: Peer) -> None:
        peer.send("220 scripted.test")
        assert peer.line() == f"EHLO {said}"
        peer.send("250 scripted.test")
        take_mail(peer)

    with ScriptedServer(script) as server:
        assert new_driver(generic(server.port), ehlo_name=name).send().ok


def test_helo_that_hangs_up_leaves_the_reply_to_ehlo() -> None:
    def script(peer: Peer) -> None:
        peer.send("220 scripted.test")
        peer.expect("EHLO")
        peer.send("502 5.5.1 what?")
        peer.expect("HELO")

    with ScriptedServer(script) as server:
        failure = failure_of(converse(generic(server.port), mail=a_mail()))
    assert str(failure.reply) == "502 5.5.1 what?"
    assert failure.detail is FailureDetail.GREETED


def up_to_the_handshake(peer: Peer, authority: Authority) -> None:
    peer.send("220 scripted.test")
    answer_ehlo(peer, "STARTTLS")
    peer.expect("STARTTLS")
    peer.send("220 2.0.0 go ahead")
    peer.start_tls(authority.context())


def test_last_words_behind_the_handshake_are_heard(trusted: Authority) -> None:
    """A server that closes with EHLO unread resets the connection, and its last words get lost on the way."""

    def resetting(peer: Peer) -> None:
        up_to_the_handshake(peer, trusted)
        peer.reset()

    def speaking(peer: Peer) -> None:
        up_to_the_handshake(peer, trusted)
        peer.send("421 4.7.0 Error: too many new TLS sessions")
        with pytest.raises(ClientGone):
            peer.line()

    with ScriptedServer(resetting, speaking) as server:
        timeline = converse(generic(server.port, tls=True), mail=a_mail())
        assert b"EHLO" not in server.peers[1].chunks[-1]
    failure = failure_of(timeline)
    assert (failure.stage, failure.kind) == (Stage.GREET, FailureKind.REPLY)
    assert str(failure.reply) == "421 4.7.0 Error: too many new TLS sessions"


def test_a_server_that_just_hung_up_gets_another_chance(trusted: Authority) -> None:
    def resetting(peer: Peer) -> None:
        up_to_the_handshake(peer, trusted)
        peer.reset()

    def taking(peer: Peer) -> None:
        up_to_the_handshake(peer, trusted)
        answer_ehlo(peer, "8BITMIME")
        take_mail(peer)

    with ScriptedServer(resetting, taking) as server:
        timeline = converse(generic(server.port, tls=True), mail=a_mail())
    assert timeline.ok
    assert detail_of(timeline, Stage.GREET) == "8BITMIME"


def test_a_server_that_hangs_up_each_time_is_reported(trusted: Authority) -> None:
    def resetting(peer: Peer) -> None:
        up_to_the_handshake(peer, trusted)
        peer.reset()

    with ScriptedServer(resetting) as server:
        failure = failure_of(converse(generic(server.port, tls=True), mail=a_mail()))
        assert len(server.peers) == 2
    assert (failure.stage, failure.kind, failure.detail) == (Stage.GREET, FailureKind.CLOSED, FailureDetail.GREETED)


@pytest.mark.parametrize("end", ["\r\n", ""])
def test_a_refusal_in_place_of_the_handshake_is_heard(end: str) -> None:
    def script(peer: Peer) -> None:
        peer.send("220 scripted.test")
        answer_ehlo(peer, "STARTTLS")
        peer.expect("STARTTLS")
        peer.send("220 2.0.0 go ahead")
        peer.something()
        peer.send_bytes(f"421 4.7.0 TLS not available right now{end}".encode())

    with ScriptedServer(script) as server:
        failure = failure_of(converse(generic(server.port, tls=True), mail=a_mail()))
    assert failure.kind is FailureKind.REPLY
    assert str(failure.reply) == "421 4.7.0 TLS not available right now"


def test_ehlo_still_goes_out_with_the_end_of_the_handshake(trusted: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    """That saves a round trip."""
    sent: list[int] = []
    send = Channel._send

    def count(self: Channel) -> None:
        if self.secured:
            sent.append(len(self._outbox))
        send(self)

    monkeypatch.setattr(Channel, "_send", count)  # what goes out together does not show on the server's side

    def script(peer: Peer) -> None:
        up_to_the_handshake(peer, trusted)
        answer_ehlo(peer)
        quit_politely(peer)

    with ScriptedServer(script) as server:
        assert converse(generic(server.port, tls=True)).ok
    assert len(sent) == 3  # EHLO with the end of the handshake, QUIT, and the end of TLS
