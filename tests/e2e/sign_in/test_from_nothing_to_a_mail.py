"""From nothing to a test mail at Google, Microsoft and a company's own authorization server, in every way there is to
sign in; one server plays all three, and a mail server takes the tokens that are good there."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from fakes.vault import MemoryVault
from servers.certificates import Authority
from servers.oauth.accounts import AccountsOf
from servers.oauth.addresses import addresses_at
from servers.oauth.authorization_server import AuthorizationServer
from servers.oauth.grants import CLIENT_ID, USER_NAME
from servers.oauth.scripted_browser import ScriptedBrowser
from servers.smtp.scripted import ScriptedServer
from servers.smtp.token_script import GOOGLE as GOOGLE_SAYS
from servers.smtp.token_script import TokenScript

from smtp_desktop.composition.application import Application
from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.oauth import OAuthProvider
from smtp_desktop.domain.smtp.profile import SignIn, SmtpProfile
from smtp_desktop.services.checks.report import Report
from smtp_desktop.transports.oauth.authorization_servers import AuthorizationServers

GOOGLE, MICROSOFT, OTHER = OAuthProvider.GOOGLE, OAuthProvider.MICROSOFT, OAuthProvider.OTHER
SECRET = "s3cret"
ACCOUNT = "mailer@northwind-1.iam.gserviceaccount.com"


@dataclass
class SignInDriver:
    """The program, the authorization server, the mail server, and a person with a browser."""

    application: Application
    server: AuthorizationServer
    browser: ScriptedBrowser
    script: TokenScript
    port: int

    def create(self, provider: OAuthProvider, sign_in: SignIn, **fields: Secret) -> SmtpProfile:
        """Creates the SMTP as a user would enter it."""
        draft = ProfileDraft(
            name="Shop",
            host_name="127.0.0.1",
            smtp_port=str(self.port),
            tls=False,
            user_name=USER_NAME,
            sign_in=sign_in,
            provider=provider,
            client_id=CLIENT_ID,
            tenant_id="northwind.example" if provider is MICROSOFT else "",
            issuer=self.server.issuer if provider is OTHER else "",
            scope="smtp" if provider is OTHER else "",
        )
        return self.application.services.profiles.create(replace(draft, **fields))

    def sign_in(self, profile: SmtpProfile, *, by_device: bool) -> str:
        """Signs in as a person does; returns who did."""
        state = self.application.services.sign_ins.sign_in(
            profile.id,
            by_device=by_device,
            keep_other_account=False,
            cancel=Cancel(),
            on_address=self.browser.open,
            on_code=lambda code: self.server.grants.approve(code.code),
        )
        return state.account

    def test(self, profile: SmtpProfile) -> Report:
        """Sends a test mail."""
        return self.application.services.tester.test(
            profile.id, to="me@northwind.example", cancel=Cancel(), on_step=lambda _: None
        )


@pytest.fixture
def driver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SignInDriver]:
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.path))
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    with AuthorizationServer(authority, rotates=True) as server:
        script = TokenScript(AccountsOf(server.grants, of_apps=USER_NAME), challenge=GOOGLE_SAYS)
        with ScriptedServer(script) as mail_server, closing(Application(home, vault=MemoryVault())) as application:
            # In place of what would be built: Google and Microsoft are not on this computer.
            vars(application).update(authorization_servers=AuthorizationServers(endpoints=addresses_at(server)))
            yield SignInDriver(application, server, ScriptedBrowser(authority), script, mail_server.port)


@pytest.mark.parametrize(
    ("provider", "by_device"),
    [(GOOGLE, False), (MICROSOFT, False), (MICROSOFT, True), (OTHER, False), (OTHER, True)],
)
def test_a_person_signs_in_and_a_test_mail_goes_out_ever_after(
    driver: SignInDriver, provider: OAuthProvider, by_device: bool
):
    # Google wants the secret of its clients; Microsoft's has none where a person signs in.
    driver.server.behavior.client_secret = "" if provider is MICROSOFT else SECRET
    sign_in = SignIn.DEVICE if by_device else SignIn.BROWSER
    profile = driver.create(provider, sign_in, client_secret=Secret(driver.server.behavior.client_secret))
    assert driver.sign_in(profile, by_device=by_device) == USER_NAME
    assert driver.test(profile).timeline.ok
    driver.server.grants.revoke_all()  # refused once, renewed, and sent
    assert driver.test(profile).timeline.ok
    assert driver.test(profile).timeline.ok
    assert [call["grant_type"] for call in driver.server.grants.calls][1:] == ["refresh_token"]
    assert len(driver.script.attempts) == 4
    assert {attempt.user for attempt in driver.script.attempts} == {USER_NAME}


@pytest.mark.parametrize("provider", [MICROSOFT, OTHER])
def test_an_app_signs_in_by_its_secret_and_a_test_mail_goes_out(driver: SignInDriver, provider: OAuthProvider):
    driver.server.behavior.client_secret = SECRET
    profile = driver.create(provider, SignIn.APP_ONLY, client_secret=Secret(SECRET))
    assert driver.test(profile).timeline.ok
    driver.server.grants.revoke_all()
    assert driver.test(profile).timeline.ok


def test_a_google_service_account_sends_a_test_mail_as_the_user(driver: SignInDriver):
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    driver.server.behavior.service_accounts[ACCOUNT] = key.public_key()
    document = {"type": "service_account", "client_email": ACCOUNT, "private_key_id": "1", "private_key": pem}
    document |= {"client_id": "123456789012345678901", "token_uri": "https://oauth2.googleapis.com/token"}
    profile = driver.create(GOOGLE, SignIn.APP_ONLY, service_account=Secret(json.dumps(document)))
    assert driver.test(profile).timeline.ok
    driver.server.grants.revoke_all()
    assert driver.test(profile).timeline.ok
    assert driver.server.grants.calls[0]["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
