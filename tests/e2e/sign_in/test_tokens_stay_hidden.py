"""Tokens, codes and client secrets are nowhere but in the vault and on the encrypted wire, whatever servers do."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID
from e2e.canary import assert_hidden
from e2e.program import MASTER, Program
from fakes.small import RecordedEvents
from servers.certificates import Authority
from servers.oauth.accounts import AccountsOf
from servers.oauth.authorization_server import AuthorizationServer
from servers.oauth.grants import CLIENT_ID, USER_NAME
from servers.oauth.scripted_browser import ScriptedBrowser
from servers.smtp.scripted import Peer, ScriptedServer
from servers.smtp.token_script import GOOGLE, TokenScript

from smtp_desktop.composition.application import Application
from smtp_desktop.composition.data_folder import opened_home
from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.oauth import OAuthProvider
from smtp_desktop.domain.smtp.profile import SignIn

pytestmark = pytest.mark.long

CLIENT_SECRET = "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nt"
SECRETS = ("code", "code_verifier", "refresh_token", "client_secret")


class Provider(AuthorizationServer):
    """Remembers everything that nobody may see."""

    def __init__(self, authority: Authority) -> None:
        super().__init__(authority, rotates=True, client_secret=CLIENT_SECRET)
        self._seen: set[str] = set()

    @property
    def secrets(self) -> list[str]:
        """Every token, code and secret so far."""
        self._seen |= {*self.grants.issued, *self.grants.refresh_tokens, CLIENT_SECRET}
        self._seen |= {call[name] for call in self.grants.calls for name in SECRETS if name in call}
        return sorted(self._seen)

    def end(self, *, refresh_tokens_too: bool = False) -> None:
        """Ends what was issued until now."""
        assert self.secrets
        self.grants.revoke_all(refresh_tokens_too=refresh_tokens_too)


@pytest.fixture
def provider(authority: Authority) -> Iterator[Provider]:
    with Provider(authority) as provider:
        yield provider


def sign_in(program: Program, provider: Provider, authority: Authority, port: int, trusted: pytest.MonkeyPatch) -> None:
    """Stores the SMTP "Shop", for which somebody signs in with a browser."""
    trusted.setenv("SSL_CERT_FILE", str(authority.path))
    draft = ProfileDraft(
        name="Shop",
        host_name="127.0.0.1",
        smtp_port=str(port),
        tls=False,
        user_name=USER_NAME,
        sign_in=SignIn.BROWSER,
        provider=OAuthProvider.OTHER,
        issuer=provider.issuer,
        client_id=CLIENT_ID,
        client_secret=Secret(CLIENT_SECRET),
        scope="openid email smtp",
    )
    browser, events = ScriptedBrowser(authority), RecordedEvents()
    with closing(Application(opened_home(program.home), events=events)) as application:
        application.start_logging()
        application.unlock(Secret(MASTER))
        shop = application.services.profiles.create(draft)
        state = application.services.sign_ins.sign_in(
            shop.id,
            by_device=False,
            keep_other_account=False,
            cancel=Cancel(),
            on_address=browser.open,
            on_code=lambda _: None,
        )
        browser.wait()
    assert state.account == USER_NAME
    assert_hidden(repr(events.published).encode(), "events", *provider.secrets)


def assert_nothing_shows(program: Program, provider: Provider, *files: Path) -> None:
    kept = [path for path in program.home.rglob("*") if path.is_file()]
    assert {"smtp-desktop.sqlite3", "secrets.vault", "smtp-desktop.log"} <= {path.name for path in kept}
    for path in (*kept, *files):
        assert_hidden(path.read_bytes(), path, *provider.secrets)
    for text in program.printed:
        assert_hidden(text.encode(), text, *provider.secrets)


def test_nothing_that_is_kept_or_printed_shows_a_token(
    program: Program, provider: Provider, authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report, exported = tmp_path / "report.txt", tmp_path / "exported.yaml"
    script = TokenScript(AccountsOf(provider.grants), challenge=GOOGLE)
    with ScriptedServer(script) as server:
        sign_in(program, provider, authority, server.port, monkeypatch)
        assert program("smtp", "check", "Shop", "--json").code == 0
        provider.end()  # refused, renewed, accepted
        assert program("smtp", "test", "Shop", "--to", "me@company.example", "--report", str(report)).code == 0
        assert "XOAUTH2" in report.read_text("utf-8")
        assert len(script.attempts) == 3
        mail = ("--to", "me@company.example", "--subject", "x", "--text", "x")
        assert program("activity", "create", "Good", "--smtp", "Shop", *mail).code == 0
        assert program("trigger", "Good").code == 0
        assert program("outbox", "run").code == 0
        for command in (("show", "Shop", "--json"), ("duplicate", "Shop"), ("list", "--json"), ("expiry", "--json")):
            assert program("smtp", *command).code == 0, command
        assert program("export", str(exported)).code == 0
        provider.end(refresh_tokens_too=True)
        assert program("smtp", "check", "Shop", "--json").code == 77
        assert program("smtp", "check", "Shop", "--report", str(tmp_path / "refused.txt")).code == 77
        assert program("trigger", "Good").code == 0
        assert program("outbox", "run").code == 75
    assert len(provider.secrets) > 6
    assert_nothing_shows(program, provider, report, exported, tmp_path / "refused.txt")


def created(program: Program, provider: Provider, port: int, name: str, *sign_in: str) -> None:
    """Creates an SMTP by command, with the client secret from standard input."""
    server = ("--host", "127.0.0.1", "--port", str(port), "--no-tls", "--user", USER_NAME)
    client = ("--provider", "other", "--issuer", provider.issuer, "--client-id", CLIENT_ID, "--scope", "openid smtp")
    options = (*server, *client, "--sign-in", *sign_in, "--client-secret-stdin")
    ran = program("smtp", "create", name, *options, stdin=CLIENT_SECRET)
    assert ran.code == 0, ran.err


def signed_in_by_command(program: Program, goes_on: Callable[[str], None], *options: str) -> None:
    """Runs `smtp sign-in Shop`; `goes_on` does with its second line, an address or a code, what a person would."""
    with program.start("smtp", "sign-in", "Shop", *options) as process:
        assert process.stderr
        shown = [process.stderr.readline().decode() for _ in range(2)]
        goes_on(shown[1].strip())
        out, err = process.communicate(timeout=60)
    program.printed += [*shown, out.decode(), err.decode()]
    assert process.returncode == 0, err.decode()
    assert USER_NAME in out.decode()


def test_without_a_display_one_gets_from_nothing_to_a_test_mail_and_nothing_shows(
    program: Program, provider: Provider, authority: Authority
) -> None:
    browser = ScriptedBrowser(authority)
    script = TokenScript(AccountsOf(provider.grants, of_apps=USER_NAME), challenge=GOOGLE)
    test = ("--to", "me@company.example")
    with ScriptedServer(script) as server:
        created(program, provider, server.port, "Shop", "browser")
        assert program("smtp", "test", "Shop", *test).code == 77  # nobody has signed in yet
        signed_in_by_command(program, browser.open, "--print-url")
        browser.wait()
        assert program("smtp", "test", "Shop", *test).code == 0
        assert program("smtp", "sign-out", "Shop").code == 0
        assert program("smtp", "check", "Shop").code == 77
        signed_in_by_command(program, provider.grants.approve, "--device")
        assert program("smtp", "test", "Shop", *test).code == 0
        created(program, provider, server.port, "App", "app-only")
        assert program("smtp", "test", "App", *test).code == 0
        assert program("smtp", "delete", "--all", "--yes").code == 0
    assert len(script.mails.taken) == 3
    assert_nothing_shows(program, provider)


def test_nothing_shows_the_keys_of_apps(program: Program, tmp_path: Path) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    lines = pem.splitlines()[9:-2]  # those before have the modulus, which is public; the last one may be short
    account = {"type": "service_account", "client_email": "mailer@example.iam.gserviceaccount.com", "private_key": pem}
    (tmp_path / "account.json").write_text(json.dumps(account))
    (tmp_path / "app.pem").write_text(pem + certificate_of(key))
    common = ("--user", "box@company.example", "--sign-in", "app-only")
    google = ("--host", "smtp.gmail.com", "--service-account", str(tmp_path / "account.json"))
    microsoft = ("--tenant-id", "company.example", "--client-id", CLIENT_ID, "--certificate", str(tmp_path / "app.pem"))
    printed = tmp_path / "exported.yaml"
    for arguments in (
        ("smtp", "create", "Google", *common, *google),
        ("smtp", "create", "Mail", *common, "--host", "smtp.office365.com", *microsoft),
        ("smtp", "create", "Box", *common, "--type", "graph", *microsoft),
        ("smtp", "certificate", "show", "Box", "--json"),
        ("smtp", "certificate", "renew", "Box", "--save", str(tmp_path / "next.cer")),
        *(("smtp", "show", name, "--json") for name in ("Google", "Mail", "Box")),
        *(("smtp", "duplicate", name) for name in ("Google", "Mail", "Box")),
        ("export", str(printed)),
    ):
        ran = program(*arguments)
        assert ran.code == 0, (arguments, ran.err)
    files = [path for path in program.home.rglob("*") if path.is_file()]
    for path in (*files, printed, tmp_path / "next.cer"):
        assert_hidden(path.read_bytes(), path, *lines)
    for text in program.printed:
        assert_hidden(text.encode(), text, *lines)


def certificate_of(key: rsa.RSAPrivateKey) -> str:
    """Returns a self-signed certificate as PEM."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Mailer")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(7).not_valid_before(now).not_valid_after(now + timedelta(days=90))
    return builder.sign(key, SHA256()).public_bytes(serialization.Encoding.PEM).decode()


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="shows no process's command line in /proc")
def test_no_process_shows_a_token_while_it_waits(
    program: Program, provider: Provider, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoken_to = threading.Event()

    def hold(peer: Peer) -> None:
        spoken_to.set()
        peer.hold()

    with ScriptedServer(hold) as server:
        sign_in(program, provider, authority, server.port, monkeypatch)
        with program.start("smtp", "check", "Shop") as process:
            assert spoken_to.wait(60)
            line = Path(f"/proc/{process.pid}/cmdline").read_bytes()
            process.terminate()
            process.communicate(timeout=60)
    assert b"smtp_desktop\0smtp\0check\0Shop" in line
    assert_hidden(line, line, *provider.secrets)
