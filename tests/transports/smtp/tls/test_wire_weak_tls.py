"""Servers whose TLS is too weak, that want a certificate from this computer, and ports of other services."""

import ssl
from collections.abc import Callable

import pytest
from conversations import CURIOUS, PATIENT, converse, failure_of, generic
from servers.certificates import Authority
from servers.smtp.scripted import Peer, ScriptedServer, greet, quit_politely
from servers.weak_tls import sha1_context, weak_dh_context

from smtp_desktop.domain.diagnosis.conversation import CertificateFault, FailureDetail, FailureKind, Stage, TlsMode


@pytest.mark.parametrize("mode", TlsMode)
def test_a_certificate_signed_with_sha_1_is_reported_as_weak(mode: TlsMode) -> None:
    context, ca_pem = sha1_context()
    server = ScriptedServer(starttls(context)) if mode is TlsMode.STARTTLS else ScriptedServer(Peer.hold, tls=context)
    with server:
        failure = failure_of(converse(generic(server.port, tls=True, trusted_ca_pem=ca_pem), known_mode=mode))
    assert (failure.stage, failure.kind) == (Stage.SECURE, FailureKind.CERTIFICATE)
    assert (failure.certificate_fault, failure.detail) == (CertificateFault.OTHER, FailureDetail.WEAK_SIGNATURE)
    assert "SHA-1" in str(failure.message)


@pytest.mark.parametrize("mode", TlsMode)
def test_a_short_key_for_the_handshake_is_reported(mode: TlsMode) -> None:
    context, ca_pem = weak_dh_context()
    server = ScriptedServer(starttls(context)) if mode is TlsMode.STARTTLS else ScriptedServer(Peer.hold, tls=context)
    with server:
        failure = failure_of(converse(generic(server.port, tls=True, trusted_ca_pem=ca_pem), known_mode=mode))
    assert (failure.stage, failure.kind) == (Stage.SECURE, FailureKind.TLS_BROKEN)
    assert failure.detail is FailureDetail.WEAK_KEY
    assert "Diffie-Hellman" in str(failure.message)


def test_a_server_that_wants_a_certificate_is_reported(authority: Authority) -> None:
    context = authority.context()
    context.load_verify_locations(authority.path)
    context.verify_mode = ssl.CERT_REQUIRED
    with ScriptedServer(Peer.hold, tls=context) as server:
        settings = generic(server.port, tls=True, trusted_ca_pem=authority.pem)
        failure = failure_of(converse(settings, known_mode=TlsMode.IMPLICIT))
    assert failure.kind is FailureKind.TLS_BROKEN
    assert failure.detail is FailureDetail.CLIENT_CERTIFICATE


def starttls(context: ssl.SSLContext) -> Callable[[Peer], None]:
    def script(peer: Peer) -> None:
        greet(peer, "STARTTLS")
        peer.expect("STARTTLS")
        peer.send("220 2.0.0 go ahead")
        peer.start_tls(context)

    return script


SERVICES = [
    (b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n<html>400</html>", FailureDetail.HTTP),
    (b"<!DOCTYPE HTML>\n<html>", FailureDetail.HTTP),
    (b"+OK Dovecot ready.\r\n", FailureDetail.POP3),
    (b"* OK [CAPABILITY IMAP4rev1] Dovecot ready.\r\n", FailureDetail.IMAP),
    (b"* BYE too many connections\r\n", FailureDetail.IMAP),
    (b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n", FailureDetail.SSH),
]


@pytest.mark.parametrize(("banner", "service"), SERVICES)
@pytest.mark.parametrize("tls", [True, False])
def test_another_service_is_named(banner: bytes, service: FailureDetail, tls: bool) -> None:
    def script(peer: Peer) -> None:
        peer.send_bytes(banner)
        peer.hold()

    with ScriptedServer(script) as server:
        failure = failure_of(converse(generic(server.port, tls=tls), limits=PATIENT))
        assert len(server.peers) == 1
    assert (failure.stage, failure.kind, failure.detail) == (Stage.GREET, FailureKind.PROTOCOL, service)


@pytest.mark.parametrize("known_mode", [None, TlsMode.IMPLICIT])
def test_a_web_server_is_named_that_waits_for_a_request(known_mode: TlsMode | None) -> None:
    def script(peer: Peer) -> None:
        peer.something()
        peer.send_bytes(SERVICES[0][0])
        peer.hold()

    with ScriptedServer(script) as server:
        failure = failure_of(converse(generic(server.port, tls=True), limits=CURIOUS, known_mode=known_mode))
    assert (failure.kind, failure.detail) == (FailureKind.PROTOCOL, FailureDetail.HTTP)


def test_an_empty_line_ahead_of_the_banner_is_skipped_before_tls(trusted: Authority) -> None:
    def script(peer: Peer) -> None:
        peer.send_bytes(b"\r\n")
        starttls(trusted.context())(peer)
        peer.expect("EHLO")
        peer.send("250 scripted.test")
        quit_politely(peer)

    with ScriptedServer(script) as server:
        assert converse(generic(server.port, tls=True), limits=PATIENT).ok
