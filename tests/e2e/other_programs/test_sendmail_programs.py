"""Real programs that send their mail by sendmail, with this program as it: what arrives, and who gets it."""

import email
import email.policy
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from e2e.program import Program
from servers.smtp.mailserver import MailServer, ReceivedMail

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[3]
FROM = "desk@company.example"
TEXT = "Grüße,\n.\nFrom here on it goes on.\n.. and\n"
_PATIENCE_S = 90


def needs(*commands: str) -> pytest.MarkDecorator:
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    missing = [command for command in commands if not shutil.which(command, path=path)]
    return pytest.mark.skipif(bool(missing), reason=f"{', '.join(missing)} is not here")


class Sendmail:
    """A link of the name sendmail to the program, on a home with one SMTP, and the server behind that."""

    def __init__(self, program: Program, server: MailServer, folder: Path) -> None:
        self.program = program
        self.server = server
        self.folder = folder
        self.path = folder / "sendmail"
        variables = "".join(f"os.environ[{name!r}] = {value!r}\n" for name, value in program.environment.items())
        # The variables as well, since some programs start it with none of theirs.
        self.path.write_text(
            f"#!{sys.executable}\nimport os, sys\n{variables}sys.path.insert(0, {str(ROOT)!r})\n"
            "from smtp_desktop.bootstrap import program\nprogram()\n"
        )
        self.path.chmod(0o755)

    def run(self, *command: str, stdin: str = "", **variables: str) -> str:
        """Runs a program that sends mail; returns what it printed."""
        ran = subprocess.run(
            command,
            input=stdin.encode(),
            capture_output=True,
            check=False,
            cwd=self.folder,
            env={**self.program.environment, **variables},
            timeout=_PATIENCE_S,
        )
        assert ran.returncode == 0, ran.stdout.decode() + ran.stderr.decode()
        return ran.stdout.decode()

    def arrived(self) -> tuple[ReceivedMail, EmailMessage]:
        """Delivers what is in the outbox; returns the one mail that the server got, and what Python's `email` reads."""
        ran = self.program("outbox", "run")
        assert ran.code == 0, ran.out + ran.err
        (received,) = self.server.received
        return received, read(received.content)


def read(content: bytes) -> EmailMessage:
    mail = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    assert not mail.defects
    return mail


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body
    return str(body.get_content()).replace("\r\n", "\n")


@pytest.fixture
def sendmail(program: Program, tmp_path: Path) -> Iterator[Sendmail]:
    with MailServer() as server:
        program.smtp(
            *("create", "Relay", "--host", "127.0.0.1", "--port", str(server.port), "--no-tls", "--no-auth"),
            *("--from", FROM, "--default"),
        )
        yield Sendmail(program, server, tmp_path)


def patch_in(folder: Path) -> str:
    """Makes a repository with one commit; returns the path of its patch."""
    git = ("git", "-C", str(folder))
    subprocess.run([*git, "init", "-q", "."], check=True)
    for key, value in (("user.name", "Jörg Müller"), ("user.email", "j@company.example")):
        subprocess.run([*git, "config", key, value], check=True)
    (folder / "greeting.txt").write_text(TEXT)
    subprocess.run([*git, "add", "greeting.txt"], check=True)
    subprocess.run([*git, "commit", "-qm", "Grüße\n\nEine längere Erklärung."], check=True)
    return subprocess.run([*git, "format-patch", "-1"], check=True, capture_output=True, text=True).stdout.strip()


def has_git_send_email() -> bool:
    if not shutil.which("git") or not shutil.which("perl"):
        return False
    folder = subprocess.run(["git", "--exec-path"], check=True, capture_output=True, text=True).stdout.strip()
    has_module = subprocess.run(["perl", "-MMail::Address", "-e1"], check=False, capture_output=True).returncode == 0
    return has_module and Path(folder, "git-send-email").exists()


@pytest.mark.skipif(not has_git_send_email(), reason="git send-email, with Perl's Mail::Address, is not here")
@pytest.mark.parametrize("way", ["--smtp-server={}", "--sendmail-cmd={} -i"])
def test_git_send_email(sendmail: Sendmail, tmp_path: Path, way: str) -> None:
    repository = tmp_path / "repository"
    repository.mkdir()
    patch = patch_in(repository)
    sendmail.run(
        *("git", "-C", str(repository), "send-email", way.format(sendmail.path), "--from", f"Jörg <{FROM}>"),
        *("--to", "ann@x.example", "--cc", "Bo <bo@x.example>", "--bcc", "cy@x.example", "--confirm=never"),
        *("--suppress-cc=all", "--8bit-encoding=UTF-8", patch),
    )
    received, mail = sendmail.arrived()
    assert received.recipients == ("ann@x.example", "bo@x.example", "cy@x.example")
    assert received.sender == FROM
    assert mail["Subject"] == "[PATCH] Grüße"
    assert b"cy@x.example" not in received.content
    assert "+.\n+From here on it goes on.\n" in text_of(mail)
    applied = subprocess.run(
        ["git", "-C", str(repository), "apply", "-R"], input=text_of(mail).encode(), check=False, capture_output=True
    )
    assert applied.returncode == 0, applied.stderr.decode()


@needs("mutt")
def test_mutt(sendmail: Sendmail, tmp_path: Path) -> None:
    (tmp_path / "rc").write_text(
        f'set sendmail="{sendmail.path} -oem -oi"\nset from="{FROM}"\nset realname="Jörg Müller"\nset copy=no\n'
        "set use_envelope_from=yes\nset charset=utf-8\nset send_charset=utf-8\nset use_8bitmime=yes\n"
    )
    (tmp_path / "Größe.bin").write_bytes(bytes(range(256)))
    sendmail.run(
        *("mutt", "-F", "rc", "-s", "Grüße an Ann", "-c", "bo@x.example", "-b", "cy@x.example", "-a", "Größe.bin"),
        *("--", "ann@x.example"),
        stdin=TEXT,
    )
    received, mail = sendmail.arrived()
    assert sorted(received.recipients) == ["ann@x.example", "bo@x.example", "cy@x.example"]
    assert received.sender == FROM
    assert b"cy@x.example" not in received.content
    assert mail["Subject"] == "Grüße an Ann"
    assert mail["From"] == f"Jörg Müller <{FROM}>"
    assert text_of(mail) == TEXT
    (file,) = mail.iter_attachments()
    assert file.get_filename() == "Größe.bin"
    assert file.get_payload(decode=True) == bytes(range(256))


@needs("s-nail")
def test_s_nail(sendmail: Sendmail) -> None:
    sendmail.run(
        *("s-nail", "-:/", "-Sv15-compat", f"-Smta={sendmail.path}", "-Sttycharset=utf-8", "-Ssendcharsets=utf-8"),
        *("-r", f"Jörg <{FROM}>", "-s", "Grüße", "-c", "bo@x.example", "-b", "cy@x.example", "ann@x.example"),
        stdin=TEXT,
    )
    received, mail = sendmail.arrived()
    assert sorted(received.recipients) == ["ann@x.example", "bo@x.example", "cy@x.example"]
    assert b"cy@x.example" not in received.content
    assert (mail["Subject"], mail["To"], mail["Cc"]) == ("Grüße", "ann@x.example", "bo@x.example")
    assert text_of(mail) == TEXT


@needs("php")
@pytest.mark.parametrize(
    ("header", "subject"),
    [
        ("From: Shop <shop@company.example>\\r\\nBcc: bo@x.example", "=?UTF-8?B?R3LDvMOfZQ==?="),
        ("Bcc: bo@x.example", "Grüße"),  # 8 bit, and without From or MIME
    ],
)
def test_php(sendmail: Sendmail, header: str, subject: str) -> None:
    body = TEXT.replace("\n", "\\n")
    said = sendmail.run(
        *("php", "-d", f"sendmail_path={sendmail.path} -t -i", "-r"),
        f'var_dump(mail("Ann <ann@x.example>", "{subject}", "{body}", "{header}"));',
    )
    assert "bool(true)" in said
    received, mail = sendmail.arrived()
    assert sorted(received.recipients) == ["ann@x.example", "bo@x.example"]
    assert b"bo@x.example" not in received.content
    assert mail["Subject"] == "Grüße"
    assert mail["From"] == ("Shop <shop@company.example>" if "From" in header else FROM)
    assert text_of(mail) == f"{TEXT}\n"  # it is PHP that adds a line end


CRON = """
mount --bind "$1/crontabs" /var/spool/cron/crontabs
mount --bind "$1/sendmail" /usr/sbin/sendmail
mount --bind "$1/empty" /etc/crontab
mount -t tmpfs none /etc/cron.d
mount -t tmpfs none /run
exec cron -f
"""


@needs("cron", "unshare")
@pytest.mark.skipif(
    os.name == "nt" or os.geteuid() != 0 or not Path("/usr/sbin/sendmail").exists(),
    reason="cron starts /usr/sbin/sendmail: only root can put another one there, where there is one",
)
def test_cron(sendmail: Sendmail, tmp_path: Path) -> None:
    """In a mount namespace of its own, whose cron knows but one job, to be done as it starts."""
    (tmp_path / "crontabs").mkdir()
    (tmp_path / "empty").touch()
    job = tmp_path / "crontabs" / "root"
    job.write_text("MAILTO=ann@x.example\n@reboot printf 'Gr\\303\\274\\303\\237e from cron\\n'\n")
    job.chmod(0o600)
    command = ["unshare", "--mount", "--propagation", "private", "sh", "-ec", CRON, "sh", str(tmp_path)]
    path = f"{os.environ['PATH']}:/usr/sbin:/sbin"
    with subprocess.Popen(command, env={"PATH": path}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as cron:
        try:
            ends_at = time.monotonic() + _PATIENCE_S
            while not sendmail.program("outbox", "list", "--json").json:
                if cron.poll() is not None:
                    assert cron.stdout
                    pytest.skip(f"cron can't be run here: {cron.stdout.read().decode()}")
                assert time.monotonic() < ends_at
                threading.Event().wait(0.1)
        finally:
            cron.terminate()
            cron.wait(_PATIENCE_S)
    received, mail = sendmail.arrived()
    assert received.recipients == ("ann@x.example",)
    assert mail["From"] == f"Cron Daemon <{FROM}>"
    assert mail["Subject"].startswith("Cron <root@")
    assert text_of(mail) == "Grüße from cron\n"


def test_a_file_like_backend(sendmail: Sendmail) -> None:
    """As Django and others write a message: as bytes, with Bcc in the header."""
    message = EmailMessage()
    message["From"], message["To"], message["Bcc"] = "Jörg <j@company.example>", "ann@x.example", "bo@x.example"
    message["Subject"] = "Grüße"
    message.set_content(TEXT, cte="8bit")
    ran = subprocess.run(
        [str(sendmail.path), "-oi", "-t"], input=message.as_bytes(), env=sendmail.program.environment, check=False
    )
    assert ran.returncode == 0
    received, mail = sendmail.arrived()
    assert received.recipients == ("ann@x.example", "bo@x.example")
    assert b"bo@x.example" not in received.content
    assert text_of(mail) == TEXT
