"""Whole conversations with a real mail server."""

import ssl
from email import message_from_bytes
from email.policy import default

import pytest
from contracts.transport_contract import PASSWORD, a_mail
from conversations import CURIOUS, USER, converse, detail_of, failure_of, generic, mail_to, said
from servers.certificates import Authority
from servers.smtp.mailserver import MailServer

from smtp_desktop.domain.diagnosis.conversation import FailureKind, Party, Stage, TlsMode


def test_a_mail_goes_out_over_starttls(trusted: Authority) -> None:
    with MailServer(starttls=trusted.context("localhost", "127.0.0.1"), users={USER: PASSWORD}) as server:
        timeline = converse(generic(server.port, tls=True, auth_required=True), mail=a_mail())
    assert timeline.ok
    (mail,) = server.received
    assert mail.sender == "boss@example.com"
    assert mail.recipients == ("info@example.com",)
    assert mail.encrypted
    assert mail.user == USER
    assert mail.ehlo_name == "[127.0.0.1]"
    assert message_from_bytes(mail.content, policy=default)["Subject"] == "Quarterly numbers"
    assert timeline.security is not None
    assert timeline.security.mode is TlsMode.STARTTLS
    assert timeline.security.version == "TLSv1.3"
    assert timeline.security.certificate_names == ("localhost", "127.0.0.1")
    assert timeline.security.certificate_valid_until is not None
    assert timeline.security.certificate_valid_until.utcoffset() is not None


@pytest.mark.parametrize(
    ("typed", "said_name"),
    [("pc7.example.com", "pc7.example.com"), ("büro.firma.example", "xn--bro-hoa.firma.example"), ("[192.0.2.1]",) * 2],
)
def test_an_smtp_with_a_name_in_ehlo_says_that_one_before_and_after_starttls(
    trusted: Authority, typed: str, said_name: str
) -> None:
    with MailServer(starttls=trusted.context(), users={USER: PASSWORD}) as server:
        timeline = converse(generic(server.port, tls=True, auth_required=True, ehlo_name=typed), mail=a_mail())
    assert timeline.ok
    assert [line for line in said(timeline, Party.CLIENT) if line.startswith("EHLO")] == [f"EHLO {said_name}"] * 2
    assert server.received[0].ehlo_name == said_name


def test_every_stage_has_its_detail(trusted: Authority) -> None:
    with MailServer(starttls=trusted.context("127.0.0.1"), users={USER: PASSWORD}) as server:
        timeline = converse(generic(server.port, tls=True, auth_required=True), mail=a_mail())
    assert detail_of(timeline, Stage.FIND_HOST) == "127.0.0.1"
    assert detail_of(timeline, Stage.CONNECT) == "IPv4"
    assert detail_of(timeline, Stage.SECURE).startswith("TLS 1.3 · STARTTLS · 127.0.0.1 · valid until ")
    assert "AUTH" in detail_of(timeline, Stage.GREET)
    assert "STARTTLS" not in detail_of(timeline, Stage.GREET)
    assert detail_of(timeline, Stage.SIGN_IN) == f"PLAIN as {USER}"
    assert detail_of(timeline, Stage.SENDER) == "boss@example.com"
    assert detail_of(timeline, Stage.RECIPIENT) == "info@example.com"
    assert detail_of(timeline, Stage.CONTENT) == "250 2.0.0 OK: mail 1"
    assert str(timeline.accepted) == "250 2.0.0 OK: mail 1"
    starts = [step.started_ms for step in timeline.steps]
    assert starts == sorted(starts)


def test_implicit_tls_is_found_on_any_port(trusted: Authority) -> None:
    with MailServer(tls=trusted.context(), users={USER: PASSWORD}) as server:
        timeline = converse(generic(server.port, tls=True, auth_required=True), mail=a_mail(), limits=CURIOUS)
    assert timeline.ok
    assert timeline.security is not None
    assert timeline.security.mode is TlsMode.IMPLICIT
    assert server.received[0].encrypted
    assert "TLS on connect" in detail_of(timeline, Stage.SECURE)


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
def test_each_mechanism_signs_in_beyond_ascii(trusted: Authority, mechanism: str) -> None:
    users = {"jörg@example.com": "pässwörd €"}
    with MailServer(starttls=trusted.context(), users=users, mechanisms=(mechanism,)) as server:
        timeline = converse(
            generic(server.port, tls=True, auth_required=True, user_name="jörg@example.com"), password="pässwörd €"
        )
    assert timeline.ok
    assert server.sign_ins == [(mechanism, "jörg@example.com", "pässwörd €")]


def test_a_wrong_password_is_tried_once(trusted: Authority) -> None:
    with MailServer(starttls=trusted.context(), users={USER: PASSWORD}) as server:
        timeline = converse(generic(server.port, tls=True, auth_required=True), password="wrong", mail=a_mail())
    failure = failure_of(timeline)
    assert failure.stage is Stage.SIGN_IN
    assert failure.kind is FailureKind.REPLY
    assert failure.reply is not None
    assert failure.reply.code == 535
    assert server.sign_ins == [("PLAIN", USER, "wrong")]
    assert server.received == []


def test_clear_text_with_consent_signs_in(trusted: Authority) -> None:
    with MailServer(users={USER: PASSWORD}) as server:
        timeline = converse(generic(server.port, auth_required=True), mail=a_mail())
    assert timeline.ok
    assert timeline.security is None
    assert Stage.SECURE not in [step.stage for step in timeline.steps]
    assert not server.received[0].encrypted
    assert server.received[0].user == USER


def test_without_authentication_nobody_signs_in() -> None:
    with MailServer() as server:
        timeline = converse(generic(server.port), mail=a_mail())
    assert timeline.ok
    assert Stage.SIGN_IN not in [step.stage for step in timeline.steps]
    assert server.sign_ins == []
    assert server.received[0].user == ""


def test_dots_and_umlauts_arrive() -> None:
    text = ".\n..\n.dot\nGrüße\n-- \nBoss\n"
    with MailServer(size_limit=10_000) as server:
        assert converse(generic(server.port), mail=mail_to("info@example.com", text=text)).ok
    (mail,) = server.received
    _, _, body = mail.content.partition(b"\r\n\r\n")
    assert body.decode() == text.replace("\n", "\r\n")
    assert mail.mail_options == (f"SIZE={len(mail.content)}", "BODY=8BITMIME")


def test_an_international_sender_travels_with_smtputf8() -> None:
    with MailServer() as server:
        timeline = converse(generic(server.port), mail=mail_to("info@example.com", sender="jörg@example.com"))
    assert timeline.ok
    assert server.received[0].sender == "jörg@example.com"
    assert "SMTPUTF8" in server.received[0].mail_options


def test_an_international_sender_is_not_sent_without_smtputf8() -> None:
    with MailServer(smtputf8=False) as server:
        timeline = converse(generic(server.port), mail=mail_to("info@example.com", sender="jörg@example.com"))
    failure = failure_of(timeline)
    assert (failure.stage, failure.kind) == (Stage.SENDER, FailureKind.SMTPUTF8_MISSING)
    assert "jörg@example.com" in str(failure.message)
    assert not any(line.startswith("MAIL") for line in said(timeline, Party.CLIENT))
    assert server.received == []


def test_a_mail_beyond_size_is_not_sent() -> None:
    with MailServer(size_limit=200) as server:
        timeline = converse(generic(server.port), mail=mail_to("info@example.com", text="x" * 300))
    failure = failure_of(timeline)
    assert (failure.stage, failure.kind) == (Stage.SENDER, FailureKind.TOO_LARGE)
    assert not any(line.startswith("MAIL") for line in said(timeline, Party.CLIENT))


def test_a_large_mail_arrives_whole() -> None:
    text = "0123456789" * 6 + "\n"
    with MailServer(size_limit=None) as server:
        assert converse(generic(server.port), mail=mail_to("info@example.com", text=text * 50_000)).ok
    assert server.received[0].content.count(b"0123456789") == 6 * 50_000


def test_several_recipients_get_it() -> None:
    with MailServer() as server:
        timeline = converse(generic(server.port), mail=mail_to("a@example.com", "b@example.com"))
    assert server.received[0].recipients == ("a@example.com", "b@example.com")
    assert detail_of(timeline, Stage.RECIPIENT) == "a@example.com, b@example.com"


def test_ipv6_works() -> None:
    with MailServer(host="::1") as server:
        timeline = converse(generic(server.port, host_name="[::1]"), mail=a_mail())
    assert timeline.ok
    assert detail_of(timeline, Stage.FIND_HOST) == "::1"
    assert detail_of(timeline, Stage.CONNECT) == "IPv6"
    assert server.received[0].ehlo_name == "[IPv6:::1]"


def test_one_ca_can_be_trusted_for_one_smtp_alone(authority: Authority) -> None:
    with MailServer(starttls=authority.context()) as server:
        assert converse(generic(server.port, tls=True, trusted_ca_pem=authority.pem)).ok
        failure = failure_of(converse(generic(server.port, tls=True)))
    assert failure.kind is FailureKind.CERTIFICATE


def test_tls_below_1_2_is_refused(trusted: Authority) -> None:
    context = trusted.context()
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        context.minimum_version = ssl.TLSVersion.TLSv1
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    with MailServer(starttls=context) as server:
        failure = failure_of(converse(generic(server.port, tls=True)))
    assert (failure.stage, failure.kind) == (Stage.SECURE, FailureKind.TLS_BROKEN)
