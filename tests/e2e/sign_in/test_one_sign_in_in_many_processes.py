"""Several processes need the access token of one sign-in at once: one renews it, and its refresh token is used once."""

import hashlib
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from e2e.program import MASTER, Program
from servers.certificates import Authority
from servers.https_calls import Answer, Call
from servers.oauth.accounts import AccountsOf
from servers.oauth.authorization_server import AuthorizationServer
from servers.oauth.grants import CLIENT_ID, USER_NAME
from servers.smtp.mail_script import MailScript
from servers.smtp.scripted import Peer, ScriptedServer
from servers.smtp.token_script import TokenScript

from smtp_desktop.composition.application import Application
from smtp_desktop.composition.data_folder import opened_home
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.sign_in.signed_in import SignedIn
from smtp_desktop.domain.sign_in.tokens import TokenSet, to_secret, token_set_of
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.oauth import OAuthProvider
from smtp_desktop.domain.smtp.profile import SecretField, SignIn

CHILD = Path(__file__).with_name("token_child.py")


class SlowServer(AuthorizationServer):
    """Rotates its refresh tokens. While `held` is set, a request for a token waits until it is released, and is lost
    then."""

    def __init__(self, authority: Authority) -> None:
        super().__init__(authority, rotates=True)
        self.held, self.asked, self.released = False, threading.Event(), threading.Event()

    def handle(self, call: Call) -> Answer:
        if self.held and call.segments[-1:] == ["token"]:
            self.held = False
            self.asked.set()
            self.released.wait(60)
            return Answer(status=503)
        return super().handle(call)


@pytest.fixture
def server(authority: Authority) -> Iterator[SlowServer]:
    with SlowServer(authority) as server:
        yield server
        server.released.set()


@contextmanager
def opened(program: Program) -> Iterator[Application]:
    with closing(Application(opened_home(program.home))) as application:
        application.unlock(Secret(MASTER))
        yield application


def have_sign_in(program: Program, server: SlowServer, port: int = 587) -> None:
    """Stores an SMTP whose access token has ended."""
    tokens = TokenSet(
        access_token=Secret("at-of-yesterday"),
        expires_at=datetime.now(UTC) - timedelta(hours=1),
        refresh_token=Secret(server.grants.issue_refresh_token()),
        account=USER_NAME,
        scope="smtp",
    )
    draft = ProfileDraft(
        name="Shop",
        host_name="127.0.0.1",
        smtp_port=str(port),
        tls=False,
        user_name=USER_NAME,
        sign_in=SignIn.BROWSER,
        provider=OAuthProvider.OTHER,
        issuer=server.issuer,
        client_id=CLIENT_ID,
        scope="smtp",
        tokens=to_secret(tokens),
    )
    with opened(program) as application:
        application.services.profiles.create(draft)


def stored(program: Program) -> tuple[TokenSet | None, SignedIn | None]:
    with opened(program) as application:
        shop = application.services.profiles.by_name("Shop")
        secret = application.vault.get(shop.secret_refs[SecretField.TOKENS])
        return token_set_of(secret) if secret else None, application.services.sign_ins.state_of(shop.id)


class TokenProcess:
    """A process that is about to get the token."""

    def __init__(self, program: Program) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(CHILD), "Shop"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=program.environment,
        )

    def wait_until_ready(self) -> None:
        assert self._process.stdout
        assert self._process.stdout.readline() == "ready\n"

    def go(self) -> None:
        assert self._process.stdin
        self._process.stdin.write("go\n")
        self._process.stdin.flush()

    def answer(self) -> str:
        out, _ = self._process.communicate(timeout=60)
        return str(out).strip()

    def kill(self) -> None:
        with self._process:
            self._process.kill()


Start = Callable[[], TokenProcess]


@pytest.fixture
def start(program: Program) -> Iterator[Start]:
    processes: list[TokenProcess] = []

    def started() -> TokenProcess:
        processes.append(TokenProcess(program))
        processes[-1].wait_until_ready()
        return processes[-1]

    yield started
    for process in processes:
        process.kill()


def refreshes(server: SlowServer) -> int:
    return sum(call["grant_type"] == "refresh_token" for call in server.grants.calls)


def digest(tokens: TokenSet | None) -> str:
    assert tokens
    return hashlib.sha256(tokens.access_token.reveal().encode()).hexdigest()


@pytest.mark.long
def test_three_processes_renew_it_once(program: Program, server: SlowServer, start: Start) -> None:
    have_sign_in(program, server)
    processes = [start() for _ in range(3)]
    for process in processes:
        process.go()
    answers = [process.answer() for process in processes]
    tokens, state = stored(program)
    assert answers == [digest(tokens)] * 3
    assert refreshes(server) == 1
    assert tokens
    assert tokens.refresh_token
    assert tokens.refresh_token.reveal() in server.grants.refresh_tokens
    assert state
    assert (state.account, state.valid_until, state.problem) == (USER_NAME, tokens.expires_at, "")


@pytest.mark.long
def test_one_that_is_killed_lets_the_next_one_do_it(program: Program, server: SlowServer, start: Start) -> None:
    have_sign_in(program, server)
    killed, other = start(), start()
    server.held = True
    killed.go()
    assert server.asked.wait(60)
    other.go()
    killed.kill()
    server.released.set()
    assert other.answer() == digest(stored(program)[0])
    assert refreshes(server) == 1


@pytest.mark.long
def test_a_sign_in_that_has_ended_is_erased(program: Program, server: SlowServer, start: Start) -> None:
    have_sign_in(program, server)
    server.grants.revoke_all(refresh_tokens_too=True)
    processes = [start() for _ in range(3)]
    for process in processes:
        process.go()
    answers = [process.answer() for process in processes]
    assert all(answer.startswith("no token: ") for answer in answers), answers
    assert refreshes(server) == 1
    tokens, state = stored(program)
    assert tokens is None
    assert state
    assert state.problem == "sign_in_ended"


@pytest.mark.long
def test_a_server_that_is_down_ends_nothing(program: Program, server: SlowServer, start: Start) -> None:
    have_sign_in(program, server)
    before, _ = stored(program)
    server.held = True
    server.released.set()  # it answers with 503 at once
    process = start()
    process.go()
    assert process.answer().startswith("no token: ")
    tokens, state = stored(program)
    assert tokens == before
    assert state
    assert state.problem == ""


@pytest.mark.long
def test_commands_and_couriers_share_it(program: Program, server: SlowServer) -> None:
    script = TokenScript(AccountsOf(server.grants))

    def serve(peer: Peer) -> None:
        # A script knows of one mail at a time, and here connections come at the same time.
        replace(script, mails=MailScript(("PIPELINING",), taken=script.mails.taken))(peer)

    with ScriptedServer(serve) as mail_server:
        have_sign_in(program, server, mail_server.port)
        mail = ("--to", "me@company.example", "--subject", "x", "--text", "x")
        assert program("activity", "create", "Report", "--smtp", "Shop", *mail).code == 0
        assert program("trigger", "Report").code == 0
        check = ("smtp", "check", "Shop")
        processes = [program.start(*command) for command in (check, ("outbox", "run"), check)]
        printed = [process.communicate(timeout=60) for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0], printed
    assert refreshes(server) == 1
    assert len({attempt.token for attempt in script.attempts}) == 1
    assert len(script.mails.taken) == 1
