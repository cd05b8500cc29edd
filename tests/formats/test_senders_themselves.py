"""msmtp and swaks say the same of their files as the program does. No file here has an `eval`: msmtp runs it even with
--pretend."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from finding import smtp_in, source_in

from smtp_desktop.domain.imports.found import FoundSmtp
from smtp_desktop.domain.secret import Secret
from smtp_desktop.formats.mail_programs.msmtp import MsmtpReader
from smtp_desktop.formats.mail_programs.swaks import SwaksReader

MSMTP, SWAKS = shutil.which("msmtp"), shutil.which("swaks")

ACCOUNTS = """\
defaults
auth on
tls on
# comment
account one
host one.example
user "me # x"
password pw
from "a@b.example"
account\ttwo : one
\ttls_starttls off
  host  two.example\t
account three : two , one
port 2525
auth
account four
tls off
host four.example
auth off
port 26
defaults
port 587
auth plain
account five : four
auth on
user "u"v"
account six
host six.example
user u
"""
CONFIG = """\
# comment
server {server}
--from=a@b.example
{lines}
auth-user u v
auth-password p#w "x" 1
"""


@pytest.mark.skipif(not MSMTP, reason="msmtp is not installed here")
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_msmtp_says_the_same_of_its_accounts(tmp_path: Path, line_end: str) -> None:
    path = tmp_path / "msmtprc"
    path.write_bytes(ACCOUNTS.replace("\n", line_end).encode())
    path.chmod(0o600)

    smtps = source_in(MsmtpReader(), ACCOUNTS, "msmtprc").found

    assert [smtp.draft.name for smtp in smtps] == ["One", "Two", "Three", "Four", "Five", "Six"]
    for smtp in smtps:
        assert as_msmtp_shows(smtp) == shown_by_msmtp(path, smtp.draft.name.lower()), smtp.draft.name


def shown_by_msmtp(path: Path, account: str) -> dict[str, str]:
    """Returns what msmtp would use, in its words; starttls only where it uses TLS, a user only where it signs in."""
    assert MSMTP
    words = run(MSMTP, "-C", str(path), "-a", account, "--pretend")
    shown = dict(re.findall(r"^(\w+) = (.*)$", words, re.MULTILINE))
    signs_in = shown["auth"] != "none"
    return {
        "host": shown["host"],
        "port": shown["port"],
        "tls": shown["tls"],
        "user": shown["user"] if signs_in else "",
        "password": shown["password"] if signs_in else "",
        "from": shown["from"].replace("(not set)", ""),
    }


def as_msmtp_shows(smtp: FoundSmtp) -> dict[str, str]:
    draft = smtp.draft
    return {
        "host": draft.host_name,
        "port": draft.smtp_port,
        "tls": "on" if draft.tls else "off",
        "user": draft.user_name,
        "password": "" if not draft.auth_required else "*" if draft.password else "(not set)",
        "from": draft.from_address,
    }


@pytest.mark.skipif(not SWAKS, reason="swaks is not installed here")
@pytest.mark.parametrize(
    ("server", "lines"),
    [
        ("one.example", "tls"),
        ("one.example:587", "--port 26\n-tlsc"),
        ("[2001:db8::25]:2525", "tlso"),
        ("192.0.2.7", "p submission\nprotocol ESMTPS"),
    ],
)
def test_swaks_says_the_same_of_its_options(tmp_path: Path, server: str, lines: str) -> None:
    path = tmp_path / ".swaksrc"
    path.write_text(CONFIG.format(server=server, lines=lines), encoding="utf-8")

    draft = smtp_in(SwaksReader(), path.read_text(encoding="utf-8"), ".swaksrc").draft

    assert SWAKS
    words = run(SWAKS, "--config", str(path), "--to", "x@b.example", "--dump")
    pairs = re.findall(r"^ *([\w ]+?) += (.*)$", words, re.MULTILINE)
    shown = {name: " ".join(shlex.split(value)) if "'" in value else value for name, value in pairs}
    assert (draft.host_name, draft.smtp_port) == (shown["server"], shown["port"])
    assert (draft.user_name, draft.password) == (shown["username"], Secret(shown["password"]))
    assert draft.from_address == shown["from"]
    assert draft.tls is ("TLS Info:\n  disabled" not in words)


def run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, stdin=subprocess.DEVNULL)
    return done.stdout
