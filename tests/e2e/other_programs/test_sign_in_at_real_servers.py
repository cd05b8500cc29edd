"""Sign-in at a real Dovecot, and at a real Postfix that lets Dovecot decide: by SCRAM, and by access tokens of which
Dovecot asks an authorization server."""

import secrets
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest
import trustme
from contracts.transport_contract import a_mail
from e2e.other_programs import dovecot as dovecots
from e2e.other_programs import postfix as postfixes
from fakes.small import MemoryPipeliningDenylist
from fakes.token_source import FakeTokenSource
from servers.oauth.introspection import IntrospectionServer
from servers.smtp.mail_script import MailScript
from servers.smtp.scripted import ScriptedServer

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import FailureKind, Party, Stage
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.profile import GenericServer, SignIn
from smtp_desktop.transports.smtp.connection import SmtpConnection
from smtp_desktop.transports.smtp.context import SessionContext
from smtp_desktop.transports.smtp.sasl.mechanism import Mechanism
from smtp_desktop.transports.smtp.transport import SmtpTransport

_MISSING = dovecots.missing() or postfixes.missing()
pytestmark = [pytest.mark.long, pytest.mark.skipif(bool(_MISSING), reason=_MISSING or "can be run")]

PASSWORD = "schönes Wetter"
PLAIN, KEYED, HASHED = "plain@example.test", "keyed@example.test", "hashed@example.test"
LONG, SHORT = secrets.token_urlsafe(1200), secrets.token_urlsafe(90)


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@contextmanager
def a_folder():
    # pytest's own folders are closed to the users that the servers run as.
    folder = Path(tempfile.mkdtemp(prefix="sd-sign-in-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def introspection():
    with IntrospectionServer() as server:
        yield server


@pytest.fixture
def tokens(introspection):
    introspection.calls.clear()
    introspection.users = {LONG: PLAIN, SHORT: PLAIN}
    return introspection


@pytest.fixture(scope="module")
def relay():
    script = MailScript(())
    with ScriptedServer(script) as server:
        yield server.port, script.taken


@pytest.fixture(scope="module")
def dovecot(authority, introspection, relay):
    certificate = authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.bytes()
    users = {
        PLAIN: f"{{PLAIN}}{PASSWORD}",
        KEYED: dovecots.stored(PASSWORD, "SCRAM-SHA-256"),
        HASHED: dovecots.stored(PASSWORD, "SHA512-CRYPT"),
    }
    with (
        a_folder() as base,
        dovecots.running(base, certificate, users, relay=relay[0], introspection=introspection.endpoint) as server,
    ):
        yield server


@pytest.fixture(scope="module")
def postfix(authority, introspection):
    certificate = authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.bytes()
    with (
        a_folder() as base,
        postfixes.running(base, certificate, {PLAIN: PASSWORD}, introspection=introspection.endpoint) as server,
    ):
        yield server


@pytest.fixture(autouse=True)
def _known_tokens(tokens):
    """The tokens are valid again."""


def server_at(port, authority, user, sign_in=SignIn.BROWSER):
    pem = authority.cert_pem.bytes().decode()
    return GenericServer(host_name="127.0.0.1", smtp_port=port, user_name=user, sign_in=sign_in, trusted_ca_pem=pem)


def converse(port, authority, user=PLAIN, *, password=None, token=None, mail=None):
    return SmtpTransport(pipelining_denylist=MemoryPipeliningDenylist()).converse(
        server_at(port, authority, user, SignIn.BROWSER if token else SignIn.PASSWORD),
        password=password and Secret(password),
        token=token,
        mail=mail,
        known_mode=None,
        cancel=Cancel(),
        on_step=lambda _: None,
    )


def signed_in(timeline):
    assert timeline.ok, timeline.failure
    return next(step.detail for step in timeline.steps if step.stage is Stage.SIGN_IN)


def answers(timeline):
    return [line.text for line in timeline.transcript if line.party is Party.SERVER]


@pytest.mark.parametrize("user", [PLAIN, KEYED])
def test_dovecot_takes_scram_and_proves_itself(dovecot, authority, relay, user):
    before = len(relay[1])
    timeline = converse(dovecot.submission, authority, user, password=PASSWORD, mail=a_mail())
    assert signed_in(timeline) == f"SCRAM-SHA-256 as {user}", dovecot.log()
    assert len(relay[1]) == before + 1


def test_a_user_whose_password_dovecot_keeps_hashed_signs_in_by_plain(dovecot, authority):
    assert signed_in(converse(dovecot.submission, authority, HASHED, password=PASSWORD)) == f"PLAIN as {HASHED}"


@pytest.mark.parametrize("user", [PLAIN, KEYED, HASHED])
def test_a_wrong_password_is_refused_by_dovecot(dovecot, authority, user):
    before = dovecot.log().lower().count("mismatch")
    failure = converse(dovecot.submission, authority, user, password="wrong").failure
    assert (failure.stage, failure.kind, failure.reply.code) == (Stage.SIGN_IN, FailureKind.REPLY, 535)
    # Each comparison with the password is one line of the log.
    assert dovecot.log().lower().count("mismatch") == before + 1, dovecot.log()


@pytest.mark.parametrize("token", [LONG, SHORT], ids=["long", "short"])
def test_dovecots_submission_takes_a_token(dovecot, authority, relay, tokens, token):
    before = len(relay[1])
    timeline = converse(dovecot.submission, authority, token=FakeTokenSource(token), mail=a_mail())
    assert signed_in(timeline) == f"XOAUTH2 as {PLAIN}", dovecot.log()
    assert len(relay[1]) == before + 1
    assert len(tokens.calls) == 1


def test_dovecots_submission_takes_the_token_in_two_steps_only_and_stays_open(dovecot, authority, monkeypatch):
    # A client that dares more than we do.
    monkeypatch.setattr("smtp_desktop.transports.smtp.sasl.bearer._LINE_OCTETS", 12288)
    timeline = converse(dovecot.submission, authority, token=FakeTokenSource(LONG))
    assert signed_in(timeline) == f"XOAUTH2 as {PLAIN}", dovecot.log()
    assert any("too long" in line.lower() for line in answers(timeline))
    assert len([line for line in answers(timeline) if line.startswith("220 ")]) == 2  # the greeting, and STARTTLS


@pytest.mark.parametrize("mechanism", [Mechanism.XOAUTH2, Mechanism.OAUTHBEARER])
@pytest.mark.parametrize("kind", ["starttls", "implicit"])
def test_postfix_takes_a_token_by_either_mechanism(postfix, authority, monkeypatch, mechanism, kind):
    monkeypatch.setattr("smtp_desktop.transports.smtp.auth.BY_TOKEN", (mechanism,))
    for token in (LONG, SHORT):
        timeline = converse(getattr(postfix, kind), authority, token=FakeTokenSource(token))
        assert signed_in(timeline) == f"{mechanism} as {PLAIN}", postfix.logs()


@pytest.mark.parametrize(
    ("mechanism", "reason"),
    [
        (Mechanism.XOAUTH2, '{"status": "401", "schemes": "bearer", "scope": "mail", '),
        (Mechanism.OAUTHBEARER, '{"status": "invalid_token", '),
    ],
)
def test_the_reason_for_which_postfix_refuses_a_token_is_read(postfix, authority, monkeypatch, mechanism, reason):
    monkeypatch.setattr("smtp_desktop.transports.smtp.auth.BY_TOKEN", (mechanism,))
    failure = converse(postfix.starttls, authority, token=FakeTokenSource("revoked", fresh=True)).failure
    assert (failure.stage, failure.reply.code, failure.reply.enhanced_code) == (Stage.SIGN_IN, 535, "5.7.8")
    assert reason in failure.reply.words
    assert '"openid-configuration": "https://id.example.test/' in failure.reply.words


def test_a_token_that_has_ended_is_renewed_once_and_the_mail_is_taken(postfix, authority):
    source = FakeTokenSource("ended", renewed=LONG)
    timeline = converse(postfix.starttls, authority, token=source, mail=a_mail())
    assert signed_in(timeline) == f"XOAUTH2 as {PLAIN}", postfix.logs()
    assert source.asked == [False, True]


def test_the_token_of_another_user_is_refused(postfix, authority):
    source = FakeTokenSource(LONG, renewed=SHORT)
    failure = converse(postfix.starttls, authority, "other@example.test", token=source).failure
    assert (failure.stage, failure.reply.code) == (Stage.SIGN_IN, 535)
    assert source.asked == [False, True]


def test_a_kept_connection_to_postfix_outlives_its_token(postfix, authority, tokens):
    source = FakeTokenSource(LONG)
    connection = SmtpConnection(
        SessionContext(
            server=server_at(postfix.implicit, authority, PLAIN),
            password=None,
            token=source,
            known_mode=None,
            pipelining_denylist=MemoryPipeliningDenylist(),
        )
    )
    try:
        for _ in range(3):
            assert connection.send(a_mail(), cancel=Cancel(), on_step=lambda _: None).ok, postfix.logs()
            tokens.users.clear()
    finally:
        connection.close()
    assert source.asked == [False]
