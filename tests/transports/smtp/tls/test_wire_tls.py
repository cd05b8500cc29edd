"""Detection of the TLS mode, and no way into clear text."""

import dataclasses
import threading
import time

import pytest
from contracts.transport_contract import PASSWORD, a_mail
from conversations import CURIOUS, PATIENT, USER, converse, detail_of, failure_of, generic, said
from servers.certificates import Authority, self_signed_context
from servers.smtp.scripted import Peer, ScriptedServer, answer_ehlo, greet, quit_politely, take_mail

from smtp_desktop.domain.diagnosis.conversation import CertificateFault, FailureKind, Party, Stage, StepStatus, TlsMode
from smtp_desktop.domain.smtp.profile import GenericServer


def secured(server: ScriptedServer, **fields: object) -> GenericServer:
    return generic(server.port, tls=True, auth_required=True, **fields)


def starttls(peer: Peer, authority: Authority) -> None:
    greet(peer, "STARTTLS")
    peer.expect("STARTTLS")
    peer.send("220 2.0.0 go ahead")
    peer.start_tls(authority.context())


def accept_plain(peer: Peer) -> None:
    peer.expect("AUTH PLAIN ")
    peer.send("235 2.7.0 welcome")


def test_capabilities_are_those_behind_tls(trusted: Authority) -> None:
    def script(peer: Peer) -> None:
        starttls(peer, trusted)
        answer_ehlo(peer, "AUTH PLAIN")
        accept_plain(peer)
        take_mail(peer)

    with ScriptedServer(script) as server:
        timeline = converse(secured(server), mail=a_mail())
    assert timeline.ok
    assert detail_of(timeline, Stage.GREET) == "AUTH PLAIN"
    assert len(server.peers) == 1


def test_a_late_banner_still_means_starttls(trusted: Authority) -> None:
    second_came = threading.Event()

    def late(peer: Peer) -> None:
        assert second_came.wait(20)
        starttls(peer, trusted)
        answer_ehlo(peer, "AUTH PLAIN")
        accept_plain(peer)
        quit_politely(peer)

    def silent(peer: Peer) -> None:
        second_came.set()
        peer.hold()

    with ScriptedServer(late, silent) as server:
        timeline = converse(secured(server), limits=CURIOUS)
    assert timeline.ok
    assert timeline.security is not None
    assert timeline.security.mode is TlsMode.STARTTLS
    assert PASSWORD.encode() not in server.peers[1].received


def test_a_clear_banner_on_the_second_connection_means_starttls_too(trusted: Authority) -> None:
    second_greeted = threading.Event()

    def late(peer: Peer) -> None:
        assert second_greeted.wait(20)
        starttls(peer, trusted)
        answer_ehlo(peer, "AUTH PLAIN")
        accept_plain(peer)
        quit_politely(peer)

    def prompt(peer: Peer) -> None:
        peer.send("220 clear.test")
        second_greeted.set()
        peer.hold()

    with ScriptedServer(late, prompt) as server:
        timeline = converse(secured(server), limits=CURIOUS)
    assert timeline.ok
    assert timeline.security is not None
    assert timeline.security.mode is TlsMode.STARTTLS


def test_implicit_tls_with_a_late_greeting_is_found(trusted: Authority) -> None:
    def silent(peer: Peer) -> None:
        peer.hold()

    def speaks_tls(peer: Peer) -> None:
        peer.start_tls(trusted.context())
        greet(peer, "AUTH PLAIN")
        accept_plain(peer)
        quit_politely(peer)

    with ScriptedServer(silent, speaks_tls) as server:
        timeline = converse(secured(server), limits=CURIOUS)
    assert timeline.ok
    assert timeline.security is not None
    assert timeline.security.mode is TlsMode.IMPLICIT
    assert server.peers[0].received == b""
    assert server.peers[0].gone.is_set()


def test_a_first_connection_that_is_closed_at_once_does_not_hide_implicit_tls(trusted: Authority) -> None:
    def speaks_tls(peer: Peer) -> None:
        peer.start_tls(trusted.context())
        greet(peer, "AUTH PLAIN")
        accept_plain(peer)
        quit_politely(peer)

    with ScriptedServer(Peer.hang_up, speaks_tls) as server:
        timeline = converse(secured(server), limits=PATIENT)
    assert timeline.ok


def test_a_known_mode_needs_no_second_connection(trusted: Authority) -> None:
    def script(peer: Peer) -> None:
        greet(peer, "AUTH PLAIN")
        accept_plain(peer)
        quit_politely(peer)

    with ScriptedServer(script, tls=trusted.context()) as server:
        timeline = converse(secured(server), known_mode=TlsMode.IMPLICIT)
    assert timeline.ok
    assert len(server.peers) == 1


def test_a_slow_server_that_is_known_for_starttls_gets_one_connection(trusted: Authority) -> None:
    def script(peer: Peer) -> None:
        time.sleep(0.05)  # longer than what a stranger is given below
        starttls(peer, trusted)
        answer_ehlo(peer, "AUTH PLAIN")
        accept_plain(peer)
        quit_politely(peer)

    impatient = dataclasses.replace(PATIENT, silence_s=0.0, known_silence_s=20.0)
    with ScriptedServer(script, Peer.hold) as server:
        timeline = converse(secured(server), known_mode=TlsMode.STARTTLS, limits=impatient)
    assert timeline.ok
    assert len(server.peers) == 1


def test_a_known_mode_that_is_outdated_is_detected_again(trusted: Authority) -> None:
    def greets_in_clear(peer: Peer) -> None:
        peer.send("220 clear.test")
        peer.hold()

    def script(peer: Peer) -> None:
        starttls(peer, trusted)
        answer_ehlo(peer, "AUTH PLAIN")
        accept_plain(peer)
        quit_politely(peer)

    with ScriptedServer(greets_in_clear, script) as server:
        timeline = converse(secured(server), known_mode=TlsMode.IMPLICIT)
    assert timeline.ok
    assert timeline.security is not None
    assert timeline.security.mode is TlsMode.STARTTLS
    assert len(server.peers) == 2


def test_a_known_starttls_that_became_implicit_is_detected_again(trusted: Authority) -> None:
    def script(peer: Peer) -> None:
        greet(peer, "AUTH PLAIN")
        accept_plain(peer)
        quit_politely(peer)

    with ScriptedServer(script, tls=trusted.context()) as server:
        timeline = converse(secured(server), known_mode=TlsMode.STARTTLS, limits=CURIOUS)
    assert timeline.ok
    assert timeline.security is not None
    assert timeline.security.mode is TlsMode.IMPLICIT


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("454 4.7.0 TLS not available", FailureKind.TLS_REFUSED),
        ("501 5.5.1 no", FailureKind.TLS_REFUSED),
        ("421 4.3.0 closing", FailureKind.REPLY),
    ],
)
def test_a_refused_starttls_ends_it(trusted: Authority, answer: str, kind: FailureKind) -> None:
    def script(peer: Peer) -> None:
        greet(peer, "STARTTLS", "AUTH PLAIN")
        peer.expect("STARTTLS")
        peer.send(answer)
        if not answer.startswith("421"):
            quit_politely(peer)

    with ScriptedServer(script) as server:
        timeline = converse(secured(server), mail=a_mail(), limits=CURIOUS)
    failure = failure_of(timeline)
    assert (failure.stage, failure.kind) == (Stage.SECURE, kind)
    assert str(failure.reply) == answer
    assert nothing_confidential(server)


def nothing_confidential(server: ScriptedServer) -> bool:
    received = b"".join(peer.received for peer in server.peers)
    return b"AUTH" not in received and b"MAIL" not in received and b"RCPT" not in received


def test_a_missing_starttls_ends_it() -> None:
    def script(peer: Peer) -> None:
        greet(peer, "AUTH PLAIN", "XXXXXXXA")
        quit_politely(peer)

    with ScriptedServer(script) as server:
        timeline = converse(secured(server), mail=a_mail())
    failure = failure_of(timeline)
    assert (failure.stage, failure.kind) == (Stage.SECURE, FailureKind.STARTTLS_MISSING)
    assert timeline.security is None
    assert nothing_confidential(server)
    assert server.peers[0].received.splitlines()[1:] == [b"QUIT"]


def test_a_handshake_that_is_cut_off_ends_it(trusted: Authority) -> None:
    def script(peer: Peer) -> None:
        greet(peer, "STARTTLS", "AUTH PLAIN")
        peer.expect("STARTTLS")
        peer.send("220 go ahead")

    with ScriptedServer(script) as server:
        failure = failure_of(converse(secured(server), mail=a_mail()))
    assert (failure.stage, failure.kind) == (Stage.SECURE, FailureKind.TLS_BROKEN)
    assert len(server.peers) == 1
    assert nothing_confidential(server)


def test_a_handshake_that_is_answered_with_nonsense_ends_it(trusted: Authority) -> None:
    def script(peer: Peer) -> None:
        greet(peer, "STARTTLS", "AUTH PLAIN")
        peer.expect("STARTTLS")
        peer.send("220 go ahead")
        peer.something()  # else it is dropped as what was injected before the handshake
        peer.send("this is no TLS at all, and longer than a record's head")
        peer.hold()

    with ScriptedServer(script) as server:
        failure = failure_of(converse(secured(server), mail=a_mail()))
    assert failure.stage is Stage.SECURE
    assert failure.kind is FailureKind.TLS_BROKEN
    assert nothing_confidential(server)


def test_what_was_injected_before_the_handshake_is_dropped(trusted: Authority) -> None:
    def script(peer: Peer) -> None:
        greet(peer, "STARTTLS")
        peer.expect("STARTTLS")
        peer.send("220 go ahead", "250-evil.test", "250-AUTH PLAIN", "250 SMTPUTF8")
        peer.start_tls(trusted.context())
        answer_ehlo(peer, "AUTH LOGIN")
        peer.expect("AUTH LOGIN")
        peer.send("334 VXNlcm5hbWU6")
        peer.line()
        peer.send("334 UGFzc3dvcmQ6")
        peer.line()
        peer.send("235 welcome")
        quit_politely(peer)

    with ScriptedServer(script) as server:
        timeline = converse(secured(server))
    assert timeline.ok
    assert detail_of(timeline, Stage.GREET) == "AUTH LOGIN"
    assert not any("evil" in line for line in said(timeline, Party.SERVER))
    assert any("Discarded" in line for line in said(timeline, Party.NOTE))


@pytest.mark.parametrize("implicit", [False, True])
@pytest.mark.parametrize(
    ("fault", "make"),
    [
        (CertificateFault.EXPIRED, lambda authority: authority.expired_context()),
        (CertificateFault.NOT_YET_VALID, lambda authority: authority.early_context()),
        (CertificateFault.WRONG_HOST, lambda authority: authority.context("mail.example.com")),
        (CertificateFault.SELF_SIGNED, lambda _: self_signed_context()),
    ],
)
def test_a_bad_certificate_ends_it(trusted: Authority, fault: CertificateFault, make, implicit: bool) -> None:
    context = make(trusted)

    def upgrade(peer: Peer) -> None:
        greet(peer, "STARTTLS", "AUTH PLAIN")
        peer.expect("STARTTLS")
        peer.send("220 go ahead")
        peer.start_tls(context)
        peer.hold()

    with ScriptedServer(Peer.hold if implicit else upgrade, tls=context if implicit else None) as server:
        timeline = converse(secured(server), mail=a_mail(), limits=CURIOUS if implicit else PATIENT)
    failure = failure_of(timeline)
    assert (failure.stage, failure.kind) == (Stage.SECURE, FailureKind.CERTIFICATE)
    assert failure.certificate_fault is fault
    assert timeline.security is None
    assert nothing_confidential(server)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_an_unknown_issuer_ends_it(authority: Authority, host: str) -> None:
    with ScriptedServer(Peer.hold, tls=authority.context()) as server:
        timeline = converse(secured(server, host_name=host), known_mode=TlsMode.IMPLICIT)
    failure = failure_of(timeline)
    assert failure.kind is FailureKind.CERTIFICATE
    assert failure.certificate_fault in {CertificateFault.UNKNOWN_ISSUER, CertificateFault.SELF_SIGNED}
    assert host in str(failure.message)
    # Once to fail, and once to see why.
    assert len(server.peers) == 2


def test_a_trusted_ca_that_is_none_is_reported() -> None:
    with ScriptedServer(Peer.hold) as server:
        failure = failure_of(converse(secured(server, trusted_ca_pem="no certificate")))
    assert (failure.stage, failure.kind) == (Stage.SECURE, FailureKind.CERTIFICATE)
    assert "PEM" in str(failure.message)


@pytest.mark.parametrize("banner", ["554 5.7.1 no service for you", "421 4.3.2 too busy"])
@pytest.mark.parametrize("tls", [False, True])
def test_a_banner_can_refuse(banner: str, tls: bool) -> None:
    def script(peer: Peer) -> None:
        peer.send(banner)

    with ScriptedServer(script) as server:
        timeline = converse(generic(server.port, tls=tls), mail=a_mail())
    failure = failure_of(timeline)
    assert (failure.stage, failure.kind) == (Stage.GREET, FailureKind.REPLY)
    assert str(failure.reply) == banner
    outcomes = {step.stage: step.status for step in timeline.steps}
    assert outcomes.get(Stage.SECURE, StepStatus.NOT_REACHED) is StepStatus.NOT_REACHED
    assert nothing_confidential(server)


def test_a_refusal_inside_implicit_tls_is_reported(trusted: Authority) -> None:
    def script(peer: Peer) -> None:
        peer.send("554 5.7.1 no service for you")

    with ScriptedServer(script, tls=trusted.context()) as server:
        timeline = converse(secured(server), limits=CURIOUS)
    failure = failure_of(timeline)
    assert (failure.stage, failure.kind) == (Stage.GREET, FailureKind.REPLY)
    assert timeline.security is not None


def test_the_password_is_never_sent_in_clear_while_tls_is_on(trusted: Authority) -> None:
    def script(peer: Peer) -> None:
        starttls(peer, trusted)
        answer_ehlo(peer)
        quit_politely(peer)

    with ScriptedServer(script) as server:
        failure = failure_of(converse(secured(server, user_name=USER)))
    assert (failure.stage, failure.kind) == (Stage.SIGN_IN, FailureKind.AUTH_MISSING)
    assert nothing_confidential(server)


def test_inside_tls_a_server_without_esmtp_gets_helo(trusted: Authority) -> None:
    def script(peer: Peer) -> None:
        peer.send("220 old.test")
        peer.expect("EHLO")
        peer.send("502 5.5.1 what?")
        peer.expect("HELO [127.0.0.1]")
        peer.send("250 old.test")
        take_mail(peer)

    with ScriptedServer(script, tls=trusted.context()) as server:
        timeline = converse(generic(server.port, tls=True), mail=a_mail(), known_mode=TlsMode.IMPLICIT)
    assert timeline.ok


def test_inside_tls_a_refused_hello_is_the_end(trusted: Authority) -> None:
    def script(peer: Peer) -> None:
        peer.send("220 old.test")
        peer.expect("EHLO")
        peer.send("502 5.5.1 what?")
        peer.expect("HELO")
        peer.send("502 5.5.1 what?")
        quit_politely(peer)

    with ScriptedServer(script, tls=trusted.context()) as server:
        failure = failure_of(converse(secured(server), known_mode=TlsMode.IMPLICIT))
    assert (failure.stage, failure.kind) == (Stage.GREET, FailureKind.REPLY)
    assert str(failure.reply) == "502 5.5.1 what?"
