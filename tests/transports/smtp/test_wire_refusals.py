"""Servers that refuse, hang up, or don't keep to the protocol."""

import base64
import hashlib
import hmac
from collections.abc import Callable

import pytest
from contracts.transport_contract import PASSWORD, a_mail
from conversations import LARGE_TEXT, USER, converse, detail_of, failure_of, generic, mail_to, said
from leaks import is_withheld
from servers.smtp.scripted import ClientGone, Peer, ScriptedServer, greet, quit_politely, take_envelope, take_mail

from smtp_desktop.domain.diagnosis.conversation import FailureDetail, FailureKind, Party, Reply, Stage
from smtp_desktop.domain.secret import REDACTED


def signing_in(server: ScriptedServer) -> dict[str, object]:
    return {"server": generic(server.port, auth_required=True), "mail": a_mail()}


@pytest.mark.parametrize("leave", [Peer.hang_up, Peer.reset])
@pytest.mark.parametrize("end", ["\r\n", ""])
def test_a_535_survives_the_hang_up(leave: Callable[[Peer], None], end: str) -> None:
    def script(peer: Peer) -> None:
        greet(peer, "AUTH PLAIN")
        peer.expect("AUTH PLAIN")
        peer.send_bytes(f"535-5.7.8 Not accepted.\r\n535 5.7.8 See our help{end}".encode())
        leave(peer)

    with ScriptedServer(script) as server:
        failure = failure_of(converse(**signing_in(server)))
    assert (failure.stage, failure.kind) == (Stage.SIGN_IN, FailureKind.REPLY)
    assert str(failure.reply) == "535 5.7.8 Not accepted. See our help"


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        ("535 5.7.8 Failed.", "The server refused the sign-in: 535 5.7.8 Failed. Check the user name and password."),
        ("450 4.7.1 too many AUTH commands", "The server refused the sign-in: 450 4.7.1 too many AUTH commands."),
        ("538 Must issue STARTTLS first", "The server refused the sign-in: 538 Must issue STARTTLS first."),
        ("421 Busy.", "The server is busy and closed the connection: 421 Busy. Try again later."),
    ],
)
def test_only_a_password_that_was_judged_is_put_in_doubt(reply: str, message: str) -> None:
    def script(peer: Peer) -> None:
        greet(peer, "AUTH PLAIN")
        peer.expect("AUTH PLAIN")
        peer.send(reply)
        if not reply.startswith("421"):
            quit_politely(peer)

    with ScriptedServer(script) as server:
        assert str(failure_of(converse(**signing_in(server))).message) == message


def test_a_554_in_the_middle_of_the_content_survives_the_reset() -> None:
    def script(peer: Peer) -> None:
        greet(peer)
        take_envelope(peer)
        peer.line()
        peer.send("552 5.3.4 far too large")
        peer.reset()

    with ScriptedServer(script) as server:
        timeline = converse(generic(server.port), mail=mail_to("a@example.com", text=LARGE_TEXT))
    failure = failure_of(timeline)
    assert (failure.stage, failure.kind) == (Stage.CONTENT, FailureKind.REPLY)
    assert str(failure.reply) == "552 5.3.4 far too large"


def test_after_a_hang_up_in_the_content_the_outcome_is_unknown() -> None:
    def script(peer: Peer) -> None:
        greet(peer)
        take_envelope(peer)
        peer.line()

    with ScriptedServer(script) as server:
        timeline = converse(generic(server.port), mail=a_mail())
    failure = failure_of(timeline)
    assert (failure.stage, failure.kind) == (Stage.CONTENT, FailureKind.OUTCOME_UNKNOWN)
    assert "may or may not" in str(failure.message)
    assert timeline.accepted is None


def test_success_before_the_server_has_all_does_not_count() -> None:
    def script(peer: Peer) -> None:
        greet(peer)
        peer.expect("MAIL")
        peer.send("250 fine")
        peer.expect("RCPT")
        peer.send("250 fine")
        peer.expect("DATA")
        peer.send("354 go ahead", "250 2.0.0 taken, honestly")
        peer.gone.wait(20)

    with ScriptedServer(script) as server:
        timeline = converse(generic(server.port), mail=mail_to("a@example.com", text=LARGE_TEXT))
        server.peers[0].gone.set()
    failure = failure_of(timeline)
    assert (failure.stage, failure.kind) == (Stage.CONTENT, FailureKind.PROTOCOL)


@pytest.mark.parametrize(
    "talk",
    [
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"220 " + b"x" * 10_000,
        b"220-and so on\r\n" * 4_000,
    ],
)
def test_what_is_no_smtp_is_reported(talk: bytes) -> None:
    def script(peer: Peer) -> None:
        peer.send_bytes(talk)
        peer.hold()

    with ScriptedServer(script) as server:
        failure = failure_of(converse(generic(server.port)))
    assert (failure.stage, failure.kind) == (Stage.GREET, FailureKind.PROTOCOL)


def test_a_reply_without_end_is_an_error() -> None:
    def script(peer: Peer) -> None:
        greet(peer, "AUTH PLAIN")
        peer.expect("AUTH")
        while True:
            peer.send_bytes(b"535-no\r\n" * 1000)

    with ScriptedServer(script) as server:
        failure = failure_of(converse(**signing_in(server)))
        assert server.peers[0].gone.wait(20)
    assert (failure.stage, failure.kind) == (Stage.SIGN_IN, FailureKind.PROTOCOL)


def test_challenges_without_end_are_an_error() -> None:
    def script(peer: Peer) -> None:
        greet(peer, "AUTH LOGIN")
        while True:
            peer.line()
            peer.send("334 bW9yZQ==")

    with ScriptedServer(script) as server:
        failure = failure_of(converse(**signing_in(server)))
    assert (failure.stage, failure.kind) == (Stage.SIGN_IN, FailureKind.PROTOCOL)
    assert server.peers[0].received.count(b"\r\n") == 4


@pytest.mark.parametrize(
    ("line", "stage"),
    [("EHLO", Stage.GREET), ("MAIL", Stage.SENDER), ("RCPT", Stage.RECIPIENT), ("DATA", Stage.CONTENT)],
)
@pytest.mark.parametrize("answer", ["421 4.3.2 shutting down", "451 4.7.1 greylisted, come again"])
def test_any_command_can_be_refused(line: str, stage: Stage, answer: str) -> None:
    def script(peer: Peer) -> None:
        peer.send("220 scripted.test")
        while True:
            command = peer.line()
            peer.send(answer if command.startswith(line) else "221 bye" if command == "QUIT" else "250 fine")

    with ScriptedServer(script) as server:
        failure = failure_of(converse(generic(server.port), mail=a_mail()))
    assert (failure.stage, failure.kind) == (stage, FailureKind.REPLY)
    assert str(failure.reply) == answer
    # A server that says 421 has hung up; every other one gets QUIT.
    assert server.peers[0].received.endswith(b"QUIT\r\n") is not answer.startswith("421")


def test_a_421_out_of_turn_is_reported() -> None:
    def script(peer: Peer) -> None:
        greet(peer)
        peer.send("421 4.4.2 idle for too long")

    with ScriptedServer(script) as server:
        failure = failure_of(converse(generic(server.port), mail=a_mail()))
    assert failure.kind is FailureKind.REPLY
    assert str(failure.reply) == "421 4.4.2 idle for too long"


def test_a_server_without_esmtp_gets_helo() -> None:
    def script(peer: Peer) -> None:
        peer.send("220 old.test")
        peer.expect("EHLO [127.0.0.1]")
        peer.send("502 what?")
        peer.expect("HELO [127.0.0.1]")
        peer.send("250 old.test")
        assert peer.expect("MAIL") == "MAIL FROM:<boss@example.com>"
        peer.send("250 fine")
        peer.expect("RCPT")
        peer.send("250 fine")
        peer.expect("DATA")
        peer.send("354 go ahead")
        assert peer.content().isascii()
        peer.send("250 queued")
        quit_politely(peer)

    with ScriptedServer(script) as server:
        timeline = converse(generic(server.port), mail=mail_to("a@example.com", text="Grüße\n"))
    assert timeline.ok


def test_a_refused_hello_is_no_reason_for_clear_text() -> None:
    def script(peer: Peer) -> None:
        peer.send("220 old.test")
        peer.expect("EHLO")
        peer.send("502 what?")
        quit_politely(peer)

    with ScriptedServer(script) as server:
        failure = failure_of(converse(generic(server.port, tls=True), mail=a_mail()))
    assert (failure.stage, failure.kind) == (Stage.SECURE, FailureKind.STARTTLS_MISSING)
    assert (failure.detail, str(failure.reply)) == (FailureDetail.NO_EHLO, "502 what?")
    assert "does not support EHLO" in str(failure.message)
    assert b"HELO" not in server.peers[0].received


def test_cram_md5_is_used_where_nothing_else_is_offered() -> None:
    def script(peer: Peer) -> None:
        greet(peer, "AUTH CRAM-MD5 XOAUTH2")
        assert peer.line() == "AUTH CRAM-MD5"
        peer.send("334 " + base64.b64encode(b"<1.2@scripted.test>").decode())
        digest = hmac.new(PASSWORD.encode(), b"<1.2@scripted.test>", hashlib.md5).hexdigest()
        answer = peer.line()
        assert base64.b64decode(answer).decode() == f"{USER} {digest}"
        peer.send(f"235 {answer} {digest} is right")
        quit_politely(peer)

    with ScriptedServer(script) as server:
        timeline = converse(generic(server.port, auth_required=True))
    assert timeline.ok
    assert detail_of(timeline, Stage.SIGN_IN) == f"CRAM-MD5 as {USER}"
    assert is_withheld(said(timeline, Party.SERVER)[-2].removeprefix("235 "))
    assert said(timeline, Party.CLIENT) == ["EHLO [127.0.0.1]", "AUTH CRAM-MD5", REDACTED, "QUIT"]


@pytest.mark.parametrize(
    ("offered", "kind", "words"),
    [
        ([], FailureKind.AUTH_MISSING, "offers no sign-in"),
        (["STARTTLS"], FailureKind.AUTH_MISSING, "Turn on TLS"),
        (["AUTH XOAUTH2 GSSAPI"], FailureKind.MECHANISM_MISSING, "XOAUTH2, GSSAPI"),
    ],
)
def test_a_missing_sign_in_is_reported(offered: list[str], kind: FailureKind, words: str) -> None:
    def script(peer: Peer) -> None:
        greet(peer, *offered)
        quit_politely(peer)

    with ScriptedServer(script) as server:
        failure = failure_of(converse(**signing_in(server)))
    assert (failure.stage, failure.kind) == (Stage.SIGN_IN, kind)
    assert words in str(failure.message)
    assert b"AUTH" not in server.peers[0].received


def test_plain_repeats_its_response_for_a_server_that_overlooked_it() -> None:
    def script(peer: Peer) -> None:
        greet(peer, "AUTH PLAIN")
        response = peer.expect("AUTH PLAIN ").split()[2]
        peer.send("334 ")
        assert peer.line() == response
        peer.send("235 welcome")
        quit_politely(peer)

    with ScriptedServer(script) as server:
        timeline = converse(generic(server.port, auth_required=True))
    assert timeline.ok
    assert said(timeline, Party.CLIENT)[1:3] == [f"AUTH PLAIN {REDACTED}", REDACTED]


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
def test_what_the_server_repeats_of_the_password_is_not_shown(mechanism: str) -> None:
    plain = base64.b64encode(f"\0{USER}\0{PASSWORD}".encode()).decode()
    alone = base64.b64encode(PASSWORD.encode()).decode()

    def script(peer: Peer) -> None:
        greet(peer, f"AUTH {mechanism}")
        peer.expect("AUTH")
        if mechanism == "LOGIN":
            peer.send("334 VXNlcm5hbWU6")
            peer.line()
            peer.send("334 UGFzc3dvcmQ6")
            peer.line()
        peer.send(
            f"535-5.7.8 {PASSWORD} is wrong, {PASSWORD.upper()} too",
            f"535-5.7.8 so is {plain}",
            f"535 5.7.8 and {alone.rstrip('=')}",
        )

    steps: list[object] = []
    with ScriptedServer(script) as server:
        timeline = converse(**signing_in(server), on_step=steps.append)
    failure = failure_of(timeline)
    shown = repr((timeline, steps, str(failure.message), str(failure.reply)))
    for secret in (PASSWORD, PASSWORD.upper(), plain, plain.rstrip("="), alone.rstrip("=")):
        assert secret not in shown
    assert isinstance(failure.reply, Reply)
    assert failure.reply.enhanced_code == "5.7.8"
    assert list(map(is_withheld, failure.reply.text)) == [True, True, True]


@pytest.mark.parametrize("password", ["AUTH", "PLAIN", "2", "a"])
def test_a_password_that_is_an_everyday_word_withholds_nothing_that_is_needed(password: str) -> None:
    def script(peer: Peer) -> None:
        greet(peer, "AUTH PLAIN LOGIN")
        peer.expect("AUTH PLAIN")
        peer.send("235 welcome")
        take_mail(peer)

    with ScriptedServer(script) as server:
        timeline = converse(**signing_in(server), password=password)
    assert timeline.ok


def test_content_and_credentials_are_not_in_the_transcript() -> None:
    received: list[bytes] = []

    def script(peer: Peer) -> None:
        greet(peer, "AUTH PLAIN")
        peer.expect("AUTH PLAIN")
        peer.send("235 welcome")
        received.append(take_mail(peer))

    with ScriptedServer(script) as server:
        timeline = converse(**signing_in(server))
    assert said(timeline, Party.CLIENT) == [
        "EHLO [127.0.0.1]",
        f"AUTH PLAIN {REDACTED}",
        "MAIL FROM:<boss@example.com>",
        "RCPT TO:<info@example.com>",
        "DATA",
        f"({len(received[0])} bytes of content)",
        "QUIT",
    ]
    assert "All is well" not in repr(timeline)


def test_a_quit_that_is_not_answered_changes_nothing() -> None:
    def script(peer: Peer) -> None:
        greet(peer)
        try:
            take_mail(peer)
        except ClientGone:
            pytest.fail("the client said no goodbye")

    with ScriptedServer(script) as server:
        assert converse(generic(server.port), mail=a_mail()).ok
