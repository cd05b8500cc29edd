"""From nothing to a test mail with a company's own authorization server: somebody signs in with a browser, and the mail
goes out through a real Postfix, whose Dovecot asks that server whose token it is."""

import os
import shutil
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from e2e.other_programs import postfix as postfixes
from fakes.vault import MemoryVault
from servers.certificates import Authority
from servers.oauth.authorization_server import AuthorizationServer
from servers.oauth.introspection import IntrospectionServer
from servers.oauth.scripted_browser import ScriptedBrowser

from smtp_desktop.composition.application import Application
from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import FailureKind, Stage, StepStatus
from smtp_desktop.domain.diagnosis.kinds import Cause
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.oauth import OAuthProvider
from smtp_desktop.domain.smtp.profile import SignIn

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(bool(postfixes.missing()), reason=postfixes.missing() or "can be run"),
]

USER = "user@example.test"


@pytest.fixture
def authority(tmp_path, monkeypatch):
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.path))
    return authority


@pytest.fixture
def issuer(authority):
    with AuthorizationServer(authority, account=USER, rotates=True, token_length=1600) as server:
        yield server


@pytest.fixture
def postfix(authority, issuer):
    def whose(token):
        issued = issuer.grants.valid(token)
        return issued.account if issued else None

    # pytest's own folders are closed to the users that the servers run as.
    base = Path(tempfile.mkdtemp(prefix="sd-own-"))
    base.chmod(0o755)
    certificate = authority.issue("127.0.0.1").private_key_and_cert_chain_pem.bytes()
    with (
        IntrospectionServer(whose=whose) as introspection,
        postfixes.running(base, certificate, {}, introspection=introspection.endpoint) as server,
    ):
        yield server
    shutil.rmtree(base)


@pytest.fixture
def services(tmp_path):
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    with closing(Application(home, vault=MemoryVault())) as application:
        yield application.services


@pytest.fixture
def profile_id(services, postfix, issuer, authority):
    """An SMTP that somebody has signed in for."""
    created = services.profiles.create(
        ProfileDraft(
            name="Own",
            host_name="127.0.0.1",
            smtp_port=str(postfix.starttls),
            user_name=USER,
            sign_in=SignIn.BROWSER,
            provider=OAuthProvider.OTHER,
            issuer=issuer.issuer,
            client_id=issuer.grants.client_id,
            scope="smtp",
        )
    )
    browser = ScriptedBrowser(authority)
    state = services.sign_ins.sign_in(
        created.id,
        by_device=False,
        keep_other_account=False,
        cancel=Cancel(),
        on_address=browser.open,
        on_code=lambda _: None,
    )
    browser.wait()
    assert state.account == USER
    return created.id


def mailed(services, profile_id):
    return services.tester.test(profile_id, to="me@example.test", cancel=Cancel(), on_step=lambda _: None)


def details(report):
    return {step.stage: step.detail for step in report.timeline.steps if step.status is StepStatus.DONE}


def test_a_test_mail_goes_out_after_the_sign_in(services, profile_id, postfix):
    report = mailed(services, profile_id)
    assert report.timeline.ok, postfix.logs()
    assert details(report)[Stage.SIGN_IN] == f"XOAUTH2 as {USER}"
    assert details(report)[Stage.TOKEN] == "still valid"


def test_a_token_that_was_revoked_is_renewed_on_the_way(services, profile_id, issuer, postfix):
    issuer.grants.revoke_all()
    report = mailed(services, profile_id)
    assert report.timeline.ok, postfix.logs()
    assert details(report)[Stage.TOKEN] == "issued just now"
    refreshed = [call for call in issuer.grants.calls if call["grant_type"] == "refresh_token"]
    assert len(refreshed) == 1
    assert details(mailed(services, profile_id))[Stage.TOKEN] == "still valid"


def test_a_sign_in_that_was_ended_asks_for_another_one(services, profile_id, issuer):
    issuer.grants.revoke_all(refresh_tokens_too=True)
    failure = mailed(services, profile_id).timeline.failure
    assert (failure.stage, failure.kind) == (Stage.TOKEN, FailureKind.TOKEN_REFUSED)
    assert failure.reply.error_code == "invalid_grant"
    again = mailed(services, profile_id)
    assert again.timeline.failure.stage is Stage.TOKEN
    assert again.diagnosis.cause is Cause.SIGN_IN_ENDED


def test_an_authorization_server_that_is_down_keeps_the_sign_in(services, profile_id, issuer):
    issuer.grants.revoke_all()
    issuer.drop_next("/token")
    failure = mailed(services, profile_id).timeline.failure
    assert failure.stage is Stage.TOKEN
    assert failure.kind is not FailureKind.TOKEN_REFUSED
    assert mailed(services, profile_id).timeline.ok


def test_nothing_of_the_tokens_stays_outside_the_vault(services, profile_id, issuer, tmp_path):
    report = mailed(services, profile_id)
    tokens = {*issuer.grants.issued, *issuer.grants.refresh_tokens}
    assert tokens
    words = repr(report)
    for folder, _, names in os.walk(tmp_path / "home"):
        words += "".join((Path(folder) / name).read_bytes().decode(errors="replace") for name in names)
    assert not [token for token in tokens if token[:40] in words]
