"""Deadlines and cancels in every phase, and connection attempts."""

import dataclasses
import socket
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from contracts.transport_contract import a_mail
from conversations import (
    CURIOUS,
    LARGE_TEXT,
    PATIENT,
    BackgroundConversation,
    converse,
    detail_of,
    failure_of,
    generic,
    mail_to,
)
from servers.certificates import Authority
from servers.ports import closed_port, deaf_port
from servers.smtp.scripted import Peer, ScriptedServer, greet, quit_politely

from smtp_desktop.domain.diagnosis.conversation import FailureKind, Party, Stage, StepStatus, TlsMode
from smtp_desktop.transports.net.dial import FoundAddress

PROMPT_S = 5.0  # a cancel acts at once; slow machines get this long
needs_full_queues = pytest.mark.skipif(sys.platform != "linux", reason="a full accept queue is silent on Linux alone")


def at(*addresses: tuple[str, int]) -> Callable[[str, int], FoundAddress]:
    """Returns a resolver that finds these addresses, whatever the name."""

    def resolve(_host: str, _port: int) -> FoundAddress:
        return [
            (socket.AF_INET6 if ":" in ip else socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port))
            for ip, port in addresses
        ]

    return resolve


def silent_after(*lines: str) -> Callable[[Peer], None]:
    def script(peer: Peer) -> None:
        peer.send(*lines)
        peer.hold()

    return script


def never_takes(peer: Peer) -> None:
    greet(peer)
    for answer in ("250 fine", "250 fine", "354 go ahead"):
        peer.line()
        peer.send(answer)
    peer.content()
    peer.hold()


def never_signs_in(peer: Peer) -> None:
    greet(peer, "AUTH PLAIN")
    peer.hold()


def never_shakes_hands(peer: Peer) -> None:
    greet(peer, "STARTTLS")
    peer.expect("STARTTLS")
    peer.send("220 go ahead")
    peer.hold()


SILENCES = [
    pytest.param(Peer.hold, {}, {}, Stage.GREET, id="no banner"),
    pytest.param(silent_after("220-scripted.test"), {}, {}, Stage.GREET, id="half a banner"),
    pytest.param(silent_after("220 scripted.test"), {}, {}, Stage.GREET, id="no answer to EHLO"),
    pytest.param(Peer.hold, {"tls": True}, {"limits": CURIOUS}, Stage.SECURE, id="neither clear nor TLS"),
    pytest.param(Peer.hold, {"tls": True}, {"known_mode": TlsMode.IMPLICIT}, Stage.SECURE, id="no handshake"),
    pytest.param(never_shakes_hands, {"tls": True}, {}, Stage.SECURE, id="no handshake after STARTTLS"),
    pytest.param(never_signs_in, {"auth_required": True}, {}, Stage.SIGN_IN, id="no answer to AUTH"),
    pytest.param(never_takes, {}, {"mail": a_mail()}, Stage.CONTENT, id="no answer to the content"),
]


@pytest.mark.parametrize(("script", "fields", "options", "stage"), SILENCES)
def test_a_cancel_acts_in_every_silence(
    script: Callable[[Peer], None], fields: dict[str, Any], options: dict[str, Any], stage: Stage
) -> None:
    reached = threading.Event()

    with ScriptedServer(script) as server:
        conversation = BackgroundConversation(generic(server.port, **fields), **options)
        conversation.steps = SignallingList([], stage, reached)
        with conversation:
            assert reached.wait(20)
            assert server.silent.wait(20)
            began = time.monotonic()
            conversation.cancel.request()
            timeline = conversation.result(within_s=PROMPT_S)
            assert time.monotonic() - began < PROMPT_S
    failure = failure_of(timeline)
    # Once the final dot is out nobody can take the mail back.
    kind = FailureKind.OUTCOME_UNKNOWN if stage is Stage.CONTENT else FailureKind.CANCELLED
    assert (failure.stage, failure.kind) == (stage, kind)


def test_a_cancel_acts_while_the_server_reads_nothing() -> None:
    over = threading.Event()

    def script(peer: Peer) -> None:
        greet(peer)
        for answer in ("250 fine", "250 fine", "354 go ahead"):
            peer.line()
            peer.send(answer)
        over.wait(20)

    with ScriptedServer(script) as server:
        reached = threading.Event()
        conversation = BackgroundConversation(generic(server.port), mail=mail_to("a@example.com", text=LARGE_TEXT))
        conversation.steps = SignallingList([], Stage.CONTENT, reached)
        with conversation:
            assert reached.wait(20)
            conversation.cancel.request()
            failure = failure_of(conversation.result(within_s=PROMPT_S))
        over.set()
    assert (failure.stage, failure.kind) == (Stage.CONTENT, FailureKind.CANCELLED)
    assert b"\r\n.\r\n" not in server.peers[0].received


class SignallingList(list):  # type: ignore[type-arg]
    """Sets an event when a stage begins."""

    def __init__(self, items: list[Any], stage: Stage, reached: threading.Event) -> None:
        super().__init__(items)
        self._stage = stage
        self._reached = reached

    def append(self, step: Any) -> None:
        super().append(step)
        if step.stage is self._stage:
            self._reached.set()


def test_a_cancel_acts_while_the_name_is_looked_up() -> None:
    asked, answer = threading.Event(), threading.Event()

    def resolve(_host: str, _port: int) -> FoundAddress:
        asked.set()
        answer.wait(20)
        return []

    with BackgroundConversation(generic(25), resolve=resolve) as conversation:
        assert asked.wait(20)
        conversation.cancel.request()
        failure = failure_of(conversation.result(within_s=PROMPT_S))
    answer.set()
    assert (failure.stage, failure.kind) == (Stage.FIND_HOST, FailureKind.CANCELLED)


@needs_full_queues
def test_a_cancel_acts_while_connecting() -> None:
    reached = threading.Event()
    conversation = BackgroundConversation(generic(deaf_port()))
    conversation.steps = SignallingList([], Stage.CONNECT, reached)
    with conversation:
        assert reached.wait(20)
        conversation.cancel.request()
        failure = failure_of(conversation.result(within_s=PROMPT_S))
    assert (failure.stage, failure.kind) == (Stage.CONNECT, FailureKind.CANCELLED)


@pytest.mark.parametrize(("script", "fields", "options", "stage"), SILENCES)
def test_the_deadline_ends_every_silence(
    script: Callable[[Peer], None], fields: dict[str, Any], options: dict[str, Any], stage: Stage
) -> None:
    with ScriptedServer(script) as server:
        failure = failure_of(converse(generic(server.port, **fields), deadline_s=0.3, **options))
    in_time = FailureKind.OUTCOME_UNKNOWN if failure.stage is Stage.CONTENT else FailureKind.TIMED_OUT
    assert failure.kind is in_time
    # A slow machine may not even get as far. With neither clear words nor TLS it is the greeting that never came.
    last = Stage.GREET if "limits" in options else stage
    assert list(Stage).index(failure.stage) <= list(Stage).index(last)


def test_a_name_server_that_is_silent_meets_the_deadline() -> None:
    answer = threading.Event()

    def resolve(_host: str, _port: int) -> FoundAddress:
        answer.wait(20)
        return []

    failure = failure_of(converse(generic(25), resolve=resolve, deadline_s=0.1))
    answer.set()
    assert (failure.stage, failure.kind) == (Stage.FIND_HOST, FailureKind.TIMED_OUT)


def test_a_drip_feeding_server_meets_the_deadline() -> None:
    def script(peer: Peer) -> None:
        while True:
            peer.send_bytes(b"220-\r\n")
            peer.gone.wait(0.02)

    with ScriptedServer(script) as server:
        failure = failure_of(converse(generic(server.port), deadline_s=0.3))
    assert (failure.stage, failure.kind) == (Stage.GREET, FailureKind.TIMED_OUT)


def test_the_greeting_has_its_own_limit() -> None:
    with ScriptedServer(Peer.hold) as server:
        limits = dataclasses.replace(PATIENT, greeting_s=0.1)
        failure = failure_of(converse(generic(server.port), limits=limits))
    assert (failure.stage, failure.kind) == (Stage.GREET, FailureKind.TIMED_OUT)
    assert "0.1 seconds" in str(failure.message)


@needs_full_queues
def test_connecting_has_its_own_limit() -> None:
    failure = failure_of(converse(generic(deaf_port()), limits=dataclasses.replace(PATIENT, connect_s=0.1)))
    assert (failure.stage, failure.kind) == (Stage.CONNECT, FailureKind.TIMED_OUT)


def test_an_unanswered_quit_delays_little() -> None:
    def script(peer: Peer) -> None:
        greet(peer)
        peer.expect("QUIT")
        peer.hold()

    with ScriptedServer(script) as server:
        timeline = converse(generic(server.port), limits=dataclasses.replace(PATIENT, quit_s=0.05))
    assert timeline.ok


def test_a_closed_port_is_reported() -> None:
    timeline = converse(generic(closed_port()), mail=a_mail())
    failure = failure_of(timeline)
    assert (failure.stage, failure.kind) == (Stage.CONNECT, FailureKind.REFUSED)
    assert [step.status for step in timeline.steps[2:]] == [StepStatus.NOT_REACHED] * 4


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (socket.EAI_NONAME, FailureKind.HOST_NOT_FOUND),
        (socket.EAI_AGAIN, FailureKind.HOST_LOOKUP_FAILED),
        (socket.EAI_FAIL, FailureKind.HOST_LOOKUP_FAILED),
    ],
)
def test_a_failed_look_up_is_reported(error: int, kind: FailureKind) -> None:
    def resolve(_host: str, _port: int) -> FoundAddress:
        raise socket.gaierror(error, "no")

    failure = failure_of(converse(generic(25, host_name="mail.example.com"), resolve=resolve))
    assert (failure.stage, failure.kind) == (Stage.FIND_HOST, kind)
    assert "mail.example.com" in str(failure.message)


def test_a_name_that_can_be_none_is_not_looked_up() -> None:
    failure = failure_of(converse(generic(25, host_name="not a host"), resolve=at()))
    assert (failure.stage, failure.kind) == (Stage.FIND_HOST, FailureKind.HOST_NOT_FOUND)


def test_an_international_name_is_looked_up_in_ascii() -> None:
    asked: list[str] = []

    def resolve(host: str, port: int) -> FoundAddress:
        asked.append(host)
        return at(("127.0.0.1", port))(host, port)

    converse(generic(closed_port(), host_name="faß.example"), resolve=resolve)
    assert asked == ["xn--fa-hia.example"]


def reply_to_quit(peer: Peer) -> None:
    greet(peer)
    quit_politely(peer)


def test_ipv4_alone_is_found_behind_a_name_with_both() -> None:
    with ScriptedServer(reply_to_quit) as server:
        resolve = at(("::1", server.port), ("127.0.0.1", server.port))
        timeline = converse(generic(server.port, host_name="both.example"), resolve=resolve)
    assert timeline.ok
    assert detail_of(timeline, Stage.FIND_HOST) == "::1 +1 more"
    assert detail_of(timeline, Stage.CONNECT) == "IPv4"


def test_ipv6_is_taken_where_both_answer() -> None:
    with ScriptedServer(reply_to_quit, host="::1") as six, ScriptedServer(reply_to_quit) as four:
        resolve = at(("::1", six.port), ("127.0.0.1", four.port))
        timeline = converse(generic(25, host_name="both.example"), resolve=resolve)
    assert detail_of(timeline, Stage.CONNECT) == "IPv6"
    assert four.peers == []


@needs_full_queues
def test_a_deaf_address_does_not_hold_up_the_next() -> None:
    with ScriptedServer(reply_to_quit, host="::1") as server:
        resolve = at(("127.0.0.1", deaf_port()), ("::1", server.port))
        timeline = converse(generic(25, host_name="both.example"), resolve=resolve)
    assert timeline.ok
    assert detail_of(timeline, Stage.CONNECT) == "IPv6"


def test_the_transcript_says_when_a_connection_came_up(trusted: Authority) -> None:
    with ScriptedServer(reply_to_quit) as server:
        timeline = converse(generic(server.port))
    notes = [line for line in timeline.transcript if line.party is Party.NOTE]
    assert notes[0].text == f"Connected to 127.0.0.1 port {server.port}"
    times = [line.at_ms for line in timeline.transcript]
    assert times == sorted(times)
