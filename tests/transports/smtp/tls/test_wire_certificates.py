"""Certificates that the system does not trust: what is reported of them, and trust in one for this SMTP alone."""

import re
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from contracts.transport_contract import a_mail
from conversations import CURIOUS, PATIENT, BackgroundConversation, converse, failure_of, generic
from servers.certificates import Authority, context_of, fingerprint_of, self_signed_context
from servers.smtp.scripted import Peer, ScriptedServer, answer_ehlo, greet, take_mail

from smtp_desktop.domain.diagnosis.conversation import CertificateFault, Failure, FailureKind, Stage, Timeline, TlsMode
from smtp_desktop.domain.smtp.certificate import spelled_in_two
from smtp_desktop.domain.smtp.profile import GenericServer

MODES = pytest.mark.parametrize("mode", list(TlsMode))
SAID_IN_CLEAR = [b"EHLO [127.0.0.1]", b"STARTTLS"]

MONTHS = [
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
]  # not %b, which speaks as the machine does


@pytest.fixture
def other(tmp_path: Path) -> Authority:
    """A second CA that nobody trusts."""
    return Authority(tmp_path)


def upgrading(context: ssl.SSLContext, then: Callable[[Peer], None]) -> Callable[[Peer], None]:
    def script(peer: Peer) -> None:
        greet(peer, "STARTTLS", "AUTH PLAIN")
        peer.expect("STARTTLS")
        peer.send("220 go ahead")
        peer.start_tls(context)
        then(peer)

    return script


def serving(mode: TlsMode, context: ssl.SSLContext, then: Callable[[Peer], None] = Peer.hold) -> ScriptedServer:
    """Returns a server that encrypts as `mode` says and does `then` inside."""
    if mode is TlsMode.IMPLICIT:
        return ScriptedServer(then, tls=context)
    return ScriptedServer(upgrading(context, then))


def trying(server: ScriptedServer, mode: TlsMode, **fields: object) -> Timeline:
    return converse(guarded(server, **fields), mail=a_mail(), known_mode=mode)


def guarded(server: ScriptedServer, **fields: object) -> GenericServer:
    return generic(server.port, tls=True, auth_required=True, **fields)


def certificate_failure(timeline: Timeline) -> Failure:
    failure = failure_of(timeline)
    assert (failure.stage, failure.kind) == (Stage.SECURE, FailureKind.CERTIFICATE)
    assert timeline.security is None
    return failure


# RFC 8446 5.2: an encrypted alert is two octets, their type and a tag of 16. A server whose side of the handshake was
# not over when the client closed reads it as it came.
_TLS_ALERT = re.compile(rb"\x17\x03\x03\x00\x13.{19}\Z", re.DOTALL)


def nothing_but_starttls(server: ScriptedServer, mode: TlsMode) -> bool:
    """Whether no connection carried anything else, in clear or encrypted."""
    wanted = SAID_IN_CLEAR if mode is TlsMode.STARTTLS else []
    return all(_TLS_ALERT.sub(b"", peer.received).splitlines() == wanted for peer in server.peers)


@MODES
def test_an_unknown_issuer_is_named_with_the_certificate(authority: Authority, mode: TlsMode) -> None:
    leaf = authority.issue()
    with serving(mode, context_of(leaf)) as server:
        failure = certificate_failure(trying(server, mode))
    assert failure.certificate_fault is CertificateFault.UNKNOWN_ISSUER
    (shown,) = failure.chain
    assert shown.fingerprint == fingerprint_of(leaf)
    assert shown.names == ("localhost", "127.0.0.1", "::1")
    assert shown.issuer.startswith("Testing CA #")
    assert f"the certificate of its issuer, {shown.issuer}" in str(failure.message)
    assert len(server.peers) == 2
    assert nothing_but_starttls(server, mode)


@MODES
def test_a_missing_intermediate_is_distinguished_from_one_that_is_shown(trusted: Authority, mode: TlsMode) -> None:
    leaf = trusted.issue_below()
    with serving(mode, context_of(leaf, alone=True)) as server:
        failure = certificate_failure(trying(server, mode))
    assert failure.certificate_fault is CertificateFault.UNKNOWN_ISSUER
    assert len(failure.chain) == 1
    assert "missing intermediate" in str(failure.message)
    with serving(mode, context_of(leaf), answering) as server:
        timeline = trying(server, mode)
    assert timeline.ok
    assert timeline.security is not None
    assert [one.issuer for one in timeline.security.chain[:-1]] == [one.subject for one in timeline.security.chain[1:]]
    assert len(timeline.security.chain) == 2


def answering(peer: Peer) -> None:
    """A script inside TLS that accepts the mail; with STARTTLS it has greeted before."""
    if not peer.chunks:
        peer.send("220 inside.test")
    answer_ehlo(peer, "AUTH PLAIN")
    peer.expect("AUTH PLAIN ")
    peer.send("235 2.7.0 welcome")
    take_mail(peer)


@MODES
def test_an_untrusted_chain_is_shown_whole(authority: Authority, mode: TlsMode) -> None:
    with serving(mode, context_of(authority.issue_below())) as server:
        failure = certificate_failure(trying(server, mode))
    assert len(failure.chain) == 2
    assert f"but from {failure.chain[1].issuer}" in str(failure.message)
    assert nothing_but_starttls(server, mode)


@MODES
def test_a_self_signed_certificate(mode: TlsMode) -> None:
    with serving(mode, self_signed_context()) as server:
        failure = certificate_failure(trying(server, mode))
    assert failure.certificate_fault is CertificateFault.SELF_SIGNED
    assert failure.chain[0].self_signed
    assert "is self-signed" in str(failure.message)
    assert nothing_but_starttls(server, mode)


@pytest.mark.parametrize(
    ("starts_in", "ends_in", "fault", "words"),
    [
        (-9, -1, CertificateFault.EXPIRED, "expired on "),
        (1, 9, CertificateFault.NOT_YET_VALID, "not valid before "),
    ],
)
def test_dates_are_reported(
    trusted: Authority, starts_in: int, ends_in: int, fault: CertificateFault, words: str
) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    dates = now + timedelta(days=starts_in), now + timedelta(days=ends_in)
    leaf = trusted.issue(not_before=dates[0], not_after=dates[1])
    with serving(TlsMode.STARTTLS, context_of(leaf)) as server:
        failure = certificate_failure(trying(server, TlsMode.STARTTLS))
    assert failure.certificate_fault is fault
    assert (failure.chain[0].valid_from, failure.chain[0].valid_until) == dates
    day = dates[1] if fault is CertificateFault.EXPIRED else dates[0]
    assert f"{words}{day.day} {MONTHS[day.month - 1]} {day.year}" in str(failure.message)


def test_a_wrong_host_is_reported_with_the_right_ones(trusted: Authority) -> None:
    names = [f"mail{number}.example.com" for number in range(7)]
    with serving(TlsMode.STARTTLS, trusted.context(*names)) as server:
        failure = certificate_failure(trying(server, TlsMode.STARTTLS))
    assert failure.certificate_fault is CertificateFault.WRONG_HOST
    assert failure.chain[0].names == tuple(names)
    assert "not for 127.0.0.1 but for mail0.example.com, mail1.example.com" in str(failure.message)
    assert "+2 more" in str(failure.message)


@MODES
def test_the_failure_stays_where_the_second_connection_fails(authority: Authority, mode: TlsMode) -> None:
    context = authority.context()
    if mode is TlsMode.IMPLICIT:
        scripts = (lambda peer: peer.start_tls(context), Peer.hang_up)
    else:
        scripts = (upgrading(context, Peer.hold), Peer.hang_up)
    with ScriptedServer(*scripts) as server:
        failure = certificate_failure(trying(server, mode))
    assert failure.certificate_fault is CertificateFault.UNKNOWN_ISSUER
    assert failure.chain == ()
    assert "not from an authority that this computer trusts" in str(failure.message)
    assert len(server.peers) == 2


def test_a_cancel_ends_the_second_connection(authority: Authority) -> None:
    scripts = (upgrading(authority.context(), Peer.hold), Peer.hold)
    with ScriptedServer(*scripts) as server, BackgroundConversation(guarded(server), mail=a_mail()) as conversation:
        assert server.silent.wait(20)
        conversation.cancel.request()
        failure = certificate_failure(conversation.result(within_s=10))
    assert failure.chain == ()


def days(first: int, last: int) -> dict[str, datetime]:
    now = datetime.now(UTC)
    return {"not_before": now + timedelta(days=first), "not_after": now + timedelta(days=last)}


@MODES
@pytest.mark.parametrize(
    ("names", "dates"),
    [((), {}), ((), days(-9, -1)), ((), days(1, 9)), (("mail.example.com",), {})],
    ids=["untrusted", "expired", "early", "wrong host"],
)
def test_the_pinned_certificate_is_accepted_whatever_else_is_wrong(
    authority: Authority, mode: TlsMode, names: tuple[str, ...], dates: dict[str, datetime]
) -> None:
    leaf = authority.issue(*names, **dates)
    with serving(mode, context_of(leaf), answering) as server:
        timeline = trying(server, mode, trusted_fingerprint=fingerprint_of(leaf))
    assert timeline.ok
    assert timeline.security is not None
    assert timeline.security.chain[0].fingerprint == fingerprint_of(leaf)
    assert len(server.peers) == 1


def test_a_certificate_that_signs_itself_is_pinned_by_what_the_failure_shows() -> None:
    context = self_signed_context()
    with serving(TlsMode.STARTTLS, context) as server:
        (shown,) = certificate_failure(trying(server, TlsMode.STARTTLS)).chain
    with serving(TlsMode.STARTTLS, context, answering) as server:
        assert trying(server, TlsMode.STARTTLS, trusted_fingerprint=shown.fingerprint).ok


def greet_inside(peer: Peer) -> None:
    peer.send("220 inside.test")
    peer.hold()


@pytest.mark.parametrize("known_mode", [TlsMode.IMPLICIT, TlsMode.STARTTLS, None])
def test_another_certificate_than_the_pinned_one_raises_an_alarm(
    trusted: Authority, known_mode: TlsMode | None
) -> None:
    """Even one that the system trusts. None: implicit TLS that has yet to be detected."""
    mode = known_mode or TlsMode.IMPLICIT
    pinned, shown = trusted.issue(), trusted.issue()
    then = greet_inside if mode is TlsMode.IMPLICIT else Peer.hold
    with serving(mode, context_of(shown), then) as server:
        timeline = converse(
            guarded(server, trusted_fingerprint=fingerprint_of(pinned)),
            mail=a_mail(),
            limits=PATIENT if known_mode else CURIOUS,
            known_mode=known_mode,
        )
    failure = certificate_failure(timeline)
    assert failure.certificate_fault is CertificateFault.CHANGED
    assert [one.fingerprint for one in failure.chain] == [fingerprint_of(shown)]
    said = str(failure.message)
    assert said.startswith("Alarm: ")
    assert spelled_in_two(fingerprint_of(pinned)) in said
    assert spelled_in_two(fingerprint_of(shown)) in said
    assert nothing_but_starttls(server, mode)


@MODES
def test_the_issuing_ca_is_trusted_for_this_smtp(authority: Authority, mode: TlsMode) -> None:
    with serving(mode, authority.context(), answering) as server:
        assert trying(server, mode, trusted_ca_pem=authority.pem).ok


@MODES
def test_an_issuing_ca_below_the_root_is_enough(authority: Authority, mode: TlsMode) -> None:
    leaf = authority.issue_below()
    intermediate = leaf.cert_chain_pems[1].bytes().decode()
    with serving(mode, context_of(leaf, alone=True), answering) as server:
        assert trying(server, mode, trusted_ca_pem=intermediate).ok


@MODES
def test_another_ca_changes_nothing(authority: Authority, other: Authority, mode: TlsMode) -> None:
    with serving(mode, authority.context()) as server:
        failure = certificate_failure(trying(server, mode, trusted_ca_pem=other.pem))
    assert failure.certificate_fault is CertificateFault.UNKNOWN_ISSUER
    assert len(failure.chain) == 1
    assert nothing_but_starttls(server, mode)


@pytest.mark.parametrize(
    ("make", "fault"),
    [
        (lambda authority: authority.context("mail.example.com"), CertificateFault.WRONG_HOST),
        (lambda authority: authority.expired_context(), CertificateFault.EXPIRED),
    ],
)
def test_name_and_dates_are_verified_below_a_trusted_ca(
    authority: Authority, make: Callable[[Authority], ssl.SSLContext], fault: CertificateFault
) -> None:
    with serving(TlsMode.STARTTLS, make(authority)) as server:
        failure = certificate_failure(trying(server, TlsMode.STARTTLS, trusted_ca_pem=authority.pem))
    assert failure.certificate_fault is fault
    assert nothing_but_starttls(server, TlsMode.STARTTLS)


def test_a_trusted_ca_is_none_of_the_systems(authority: Authority) -> None:
    with serving(TlsMode.STARTTLS, authority.context(), answering) as server:
        assert trying(server, TlsMode.STARTTLS, trusted_ca_pem=authority.pem).ok
        certificate_failure(trying(server, TlsMode.STARTTLS))
