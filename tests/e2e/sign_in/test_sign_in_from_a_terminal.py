"""From nothing to a test mail in a terminal: by a browser that BROWSER names, without a display, and by a code."""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from e2e.canary import assert_hidden
from e2e.program import Program
from servers.certificates import Authority
from servers.oauth.authorization_server import AuthorizationServer
from servers.oauth.grants import CLIENT_ID, USER_NAME
from servers.oauth.scripted_browser import ScriptedBrowser
from servers.smtp.scripted import ScriptedServer
from servers.smtp.token_script import TokenScript

CLIENT_SECRET = "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nt"
# Prints, fails to end well, and goes where the page leads, as browsers do.
BROWSER = """
import ssl, sys, urllib.request
print("a browser's own words", flush=True)
print("Gtk-WARNING: of nobody's interest", file=sys.stderr, flush=True)
page = urllib.request.urlopen(sys.argv[1], context=ssl.create_default_context()).read().decode()
sys.exit(1)
"""

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(os.name != "posix", reason="BROWSER is for systems with POSIX's shells"),
]


@pytest.fixture
def issuer(authority: Authority) -> Iterator[AuthorizationServer]:
    with AuthorizationServer(authority, rotates=True, client_secret=CLIENT_SECRET) as server:
        yield server


@pytest.fixture
def program(program: Program, tmp_path: Path) -> Program:
    for name in ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY"):
        program.environment.pop(name, None)
    program.environment["CLIENT_SECRET"] = CLIENT_SECRET
    return program


def create(program: Program, issuer: AuthorizationServer, port: int = 1, *, sign_in: str = "browser") -> None:
    server = ("--host", "127.0.0.1", "--port", str(port), "--no-tls", "--user", USER_NAME)
    client = ("--issuer", issuer.issuer, "--client-id", CLIENT_ID, "--client-secret-env", "CLIENT_SECRET")
    options = (*server, *client, "--scope", "openid email smtp", "--sign-in", sign_in)
    ran = program("smtp", "create", "Own", *options, "--json")
    assert (ran.code, ran.json["provider"]) == (0, "other"), ran.err


def test_the_browser_that_is_named_signs_in_and_a_mail_goes_out(
    program: Program, issuer: AuthorizationServer, tmp_path: Path
) -> None:
    script = tmp_path / "browser.py"
    script.write_text(BROWSER)
    program.environment["BROWSER"] = f"{shlex.quote(sys.executable)} {shlex.quote(str(script))} %s"
    accounts: dict[str, str] = {}
    with ScriptedServer(TokenScript(accounts)) as server:
        create(program, issuer, server.port)
        ran = program("smtp", "sign-in", "Own", "--json")
        assert ran.code == 0, ran.err
        assert ran.json["signed_in_as"] == USER_NAME
        assert "Gtk" not in ran.err
        accounts |= {token: issued.account for token, issued in issuer.grants.issued.items()}
        tested = program("smtp", "test", "Own", "--to", "me@company.example", "--json", "--verbose")
        assert (tested.code, "AUTH XOAUTH2" in tested.err) == (0, True), tested.err
        secrets = {*issuer.grants.issued, *issuer.grants.refresh_tokens, CLIENT_SECRET}
        assert len(secrets) == 3
        issuer.grants.revoke_all(refresh_tokens_too=True)
        accounts.clear()
        assert program("smtp", "check", "Own", "--json", "--verbose").code == 77
        assert program("smtp", "show", "Own", "--json").json["sign_in_problem"] == "sign_in_ended"
        assert program("smtp", "sign-in", "Own", "--json").code == 0
        assert program("smtp", "show", "Own", "--json").json["sign_in_problem"] is None
    secrets |= {*issuer.grants.issued, *issuer.grants.refresh_tokens}
    for text in program.printed:
        assert_hidden(text.encode(), text, *secrets)
    for path in program.home.rglob("*"):
        if path.is_file():
            assert_hidden(path.read_bytes(), path, *secrets)
    assert program("smtp", "sign-out", "Own", "--json").json == {"name": "Own", "changed": True}
    assert program("smtp", "check", "Own", "--json").code == 77


@pytest.mark.parametrize("standard_input", ["closed", "open"])
def test_without_a_display_the_address_works_in_any_browser_that_reaches_the_port(
    program: Program, issuer: AuthorizationServer, authority: Authority, standard_input: str
) -> None:
    create(program, issuer)
    browser = ScriptedBrowser(authority)
    with program.start("smtp", "sign-in", "Own", "--quiet", "--json") as process:
        assert process.stdin
        assert process.stderr
        if standard_input == "closed":
            process.stdin.close()
        shown = [process.stderr.readline().decode() for _ in range(2)]
        browser.open(shown[1].strip())
        browser.wait()
        code = process.wait(60)
        assert process.stdout
        document = json.loads(process.stdout.read())
    assert (code, document["signed_in_as"]) == (0, USER_NAME)
    assert shown[0].startswith("Open this address")


def test_a_code_is_entered_on_another_device(program: Program, issuer: AuthorizationServer) -> None:
    create(program, issuer, sign_in="device")
    issuer.behavior.device_answers = ["authorization_pending"]
    with program.start("smtp", "sign-in", "Own", "--quiet") as process:
        assert process.stderr
        shown = [process.stderr.readline().decode() for _ in range(2)]
        issuer.grants.approve(shown[1].strip())
        out, _ = process.communicate(timeout=60)
        assert (process.returncode, out) == (0, b"")
    assert issuer.base in shown[0]
    assert program("smtp", "show", "Own", "--json").json["signed_in_as"] == USER_NAME


@pytest.mark.parametrize("browser", ["/no/such/browser %s", "'unclosed %s"])
def test_a_browser_that_is_missing_is_no_traceback(program: Program, issuer: AuthorizationServer, browser: str) -> None:
    create(program, issuer)
    program.environment["BROWSER"] = browser
    ran = program("smtp", "sign-in", "Own", "--timeout", "1", "--json")
    assert (ran.code, ran.json["error"]["code"]) == (75, "timed_out")
    assert "open this address" in ran.err
    assert "Traceback" not in ran.err


def test_closed_streams_are_no_traceback(program: Program, issuer: AuthorizationServer, tmp_path: Path) -> None:
    create(program, issuer)
    command = shlex.join([sys.executable, "-m", "smtp_desktop", "smtp", "sign-in", "Own", "--timeout", "1"])
    for closed in ("<&-", ">&-", "<&- >&-", "2>&-"):
        ran = subprocess.run(
            f"{command} {closed}", shell=True, env=program.environment, capture_output=True, timeout=60, check=False
        )
        assert ran.returncode == 75, (closed, ran.stderr)
        assert b"Traceback" not in ran.stderr + ran.stdout


def test_a_person_who_says_no_is_told_what_to_do(
    program: Program, issuer: AuthorizationServer, authority: Authority
) -> None:
    create(program, issuer)
    issuer.behavior.denies = {"error": "access_denied", "error_description": "No."}
    browser = ScriptedBrowser(authority)
    with program.start("smtp", "sign-in", "Own", "--quiet", "--json") as process:
        assert process.stderr
        shown = [process.stderr.readline().decode() for _ in range(2)]
        browser.open(shown[1].strip())
        out, _ = process.communicate(timeout=60)
    error = json.loads(out)["error"]
    assert (process.returncode, error["failure"]["reply"]["enhanced_code"]) == (77, "access_denied")
    assert error["failure"]["advice"]["steps"]
