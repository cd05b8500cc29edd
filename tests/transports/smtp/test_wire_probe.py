"""How far a probe goes, as the server sees it."""

import threading

import pytest
from contracts.transport_contract import PASSWORD
from conversations import CURIOUS, PATIENT, USER, failure_of, generic, said
from fakes.small import MemoryPipeliningDenylist
from servers.smtp.mailserver import MailServer
from servers.smtp.scripted import ScriptedServer, answer_ehlo, greet, quit_politely

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import CertificateFault, FailureKind, Party, Stage, StepStatus, TlsMode
from smtp_desktop.domain.mail.address import Address
from smtp_desktop.domain.secret import Secret
from smtp_desktop.transports.smtp.transport import SmtpTransport

BOSS = Address(local="boss", domain="example.com")


def probe(server, *, password=None, sender=None, limits=PATIENT, cancel=None, **options):
    return SmtpTransport(limits=limits, pipelining_denylist=MemoryPipeliningDenylist(), **options).probe(
        server,
        password=Secret(password) if password else None,
        sender=sender,
        known_mode=None,
        cancel=cancel or Cancel(),
    )


def outcomes(timeline):
    return {step.stage: step.status for step in timeline.steps}


def test_without_a_password_it_ends_before_the_sign_in(authority):
    with MailServer(starttls=authority.context(), users={USER: PASSWORD}) as server:
        timeline = probe(generic(server.port, tls=True, auth_required=True, trusted_ca_pem=authority.pem))
    assert timeline.ok
    assert outcomes(timeline)[Stage.SIGN_IN] is StepStatus.NOT_REACHED
    assert timeline.security.mode is TlsMode.STARTTLS
    assert [line.split(" ")[0] for line in said(timeline, Party.CLIENT)] == ["EHLO", "STARTTLS", "EHLO", "QUIT"]
    assert server.sign_ins == []


def test_a_server_without_sign_in_is_reported_as_such(authority):
    with MailServer(tls=authority.context()) as server:
        asked = generic(server.port, tls=True, auth_required=True, trusted_ca_pem=authority.pem)
        failed = failure_of(probe(asked, limits=CURIOUS))
        without = probe(generic(server.port, tls=True, trusted_ca_pem=authority.pem), limits=CURIOUS)
    assert (failed.stage, failed.kind) == (Stage.SIGN_IN, FailureKind.AUTH_MISSING)
    assert without.ok
    assert Stage.SIGN_IN not in outcomes(without)


def test_a_sender_is_tried_and_reset():
    def take_sender(peer):
        greet(peer, "AUTH PLAIN", "SIZE 1000", "PIPELINING")
        peer.expect("AUTH PLAIN ")
        peer.send("235 2.7.0 welcome")
        assert peer.line() == "MAIL FROM:<boss@example.com>"
        peer.send("250 2.1.0 fine")
        assert peer.line() == "RSET"
        peer.send("250 2.0.0 forgotten")
        quit_politely(peer)

    with ScriptedServer(take_sender) as server:
        timeline = probe(generic(server.port, auth_required=True), password=PASSWORD, sender=BOSS)
    assert timeline.ok
    assert timeline.accepted is None
    assert outcomes(timeline)[Stage.SENDER] is StepStatus.DONE
    assert b"RCPT" not in server.peers[0].received
    assert PASSWORD not in repr(timeline)


def test_a_refused_sender_ends_it_with_the_servers_words():
    def refuse_sender(peer):
        greet(peer)
        peer.expect("MAIL FROM:")
        peer.send("553 5.7.1 not yours")
        quit_politely(peer)

    with ScriptedServer(refuse_sender) as server:
        failed = failure_of(probe(generic(server.port), sender=BOSS))
    assert (failed.stage, str(failed.reply)) == (Stage.SENDER, "553 5.7.1 not yours")


def test_a_server_that_hangs_up_on_rset_has_accepted_the_sender():
    def leave_early(peer):
        greet(peer)
        peer.expect("MAIL FROM:")
        peer.send("250 2.1.0 fine")
        peer.expect("RSET")
        peer.hang_up()

    with ScriptedServer(leave_early) as server:
        assert probe(generic(server.port), sender=BOSS).ok


def test_an_international_sender_needs_a_server_that_takes_it():
    international = Address(local="größe", domain="example.com")

    def take(peer):
        greet(peer, "SMTPUTF8")
        assert peer.line() == "MAIL FROM:<größe@example.com> SMTPUTF8"
        peer.send("250 2.1.0 fine")
        peer.expect("RSET")
        peer.send("250 2.0.0 fine")
        quit_politely(peer)

    def lack(peer):
        greet(peer)
        quit_politely(peer)

    with ScriptedServer(take, lack) as server:
        assert probe(generic(server.port), sender=international).ok
        failed = failure_of(probe(generic(server.port), sender=international))
    assert (failed.stage, failed.kind) == (Stage.SENDER, FailureKind.SMTPUTF8_MISSING)


def test_a_wrong_password_is_given_once():
    def refuse(peer):
        greet(peer, "AUTH PLAIN LOGIN CRAM-MD5")
        peer.expect("AUTH PLAIN ")
        peer.send("535 5.7.8 no")
        quit_politely(peer)

    with ScriptedServer(refuse) as server:
        failed = failure_of(probe(generic(server.port, auth_required=True), password=PASSWORD, sender=BOSS))
    assert (failed.stage, failed.reply.code) == (Stage.SIGN_IN, 535)
    assert server.peers[0].received.count(b"AUTH") == 1
    assert len(server.peers) == 1


def test_a_bad_certificate_is_no_way_in(authority):
    with MailServer(tls=authority.context("elsewhere.example"), users={USER: PASSWORD}) as server:
        asked = generic(server.port, tls=True, auth_required=True, trusted_ca_pem=authority.pem)
        failed = failure_of(probe(asked, password=PASSWORD, limits=CURIOUS))
    assert (failed.kind, failed.certificate_fault) == (FailureKind.CERTIFICATE, CertificateFault.WRONG_HOST)
    assert server.sign_ins == []


def test_the_deadline_ends_the_probe_of_a_silent_server():
    with ScriptedServer(lambda peer: peer.hold()) as server:
        failed = failure_of(probe(generic(server.port), deadline_s=0.2))
    assert failed.kind is FailureKind.TIMED_OUT


def test_a_cancel_ends_it():
    cancel = Cancel()

    def wait(peer):
        answering.set()
        peer.hold()

    answering = threading.Event()
    with ScriptedServer(wait) as server:
        canceller = threading.Thread(target=lambda: (answering.wait(20), cancel.request()))
        canceller.start()
        failed = failure_of(probe(generic(server.port), cancel=cancel))
        canceller.join(20)
    assert failed.kind is FailureKind.CANCELLED


@pytest.mark.parametrize(
    ("words", "kind"),
    [("AUTH XOAUTH2", FailureKind.MECHANISM_MISSING), ("AUTH", FailureKind.AUTH_MISSING)],
)
def test_mechanisms_that_are_not_implemented_are_no_sign_in(words, kind):
    def offer(peer):
        peer.send("220 scripted.test")
        answer_ehlo(peer, words)
        quit_politely(peer)

    with ScriptedServer(offer) as server:
        failed = failure_of(probe(generic(server.port, auth_required=True)))
    assert failed.kind is kind
