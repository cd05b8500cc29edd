"""Mails of real clients, as far as they are installed, in the local inbox."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from smtp_desktop.domain.mail.received import MailContent
from smtp_desktop.domain.secret import Secret
from smtp_desktop.local_inbox.server import LocalInbox

pytestmark = pytest.mark.long
_WAIT_S = 60


@pytest.fixture
def inbox(tmp_path: Path) -> Iterator[LocalInbox]:
    made = LocalInbox(None, lambda _count: None, password=Secret("secret"))
    made.start()
    (tmp_path / "ca.pem").write_text(made.ca_pem)
    (tmp_path / "käse.bin").write_bytes(b"\0\1\2")
    (tmp_path / "notes.txt").write_text("Grüße aus der Datei\n", encoding="utf-8")
    yield made
    made.stop()


def _sent(inbox: LocalInbox, folder: Path, *command: str, stdin: str = "", **environment: str) -> MailContent:
    if not shutil.which(command[0]):
        pytest.skip(f"{command[0]} is not installed")
    ran = subprocess.run(
        command,
        input=stdin.encode(),
        capture_output=True,
        cwd=folder,
        timeout=_WAIT_S,
        check=False,
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder), "LC_ALL": "C.UTF-8", **environment},
    )
    if b"Need MIME::Base64" in ran.stdout + ran.stderr:
        pytest.skip("git send-email needs Perl modules that are not installed")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    (mail,) = inbox.all()
    return inbox.read(mail)


def _curl(inbox: LocalInbox) -> tuple[str, ...]:
    return (
        *("curl", "-sS", "--url", f"smtp://localhost:{inbox.start()}", "--ssl-reqd", "--cacert", "ca.pem"),
        *("--user", f"{inbox.user_name}:secret", "--mail-from", "a@example.test", "--mail-rcpt", "b@example.test"),
    )


def test_curl_with_a_form_of_texts_and_files(inbox: LocalInbox, tmp_path: Path) -> None:
    alternatives = ("=(;type=multipart/alternative", "=Grüße;encoder=8bit", "=HTML <p>Grüße;type=text/html", "=)")
    forms = (*alternatives, "=@käse.bin;encoder=base64", "=@notes.txt;encoder=quoted-printable")
    options = (option for form in forms for option in ("-F", form))
    mail = _sent(inbox, tmp_path, *_curl(inbox), *options, "-H", "Subject: Über curl")
    assert mail.subject == "Über curl"
    assert "Grüße" in mail.text
    assert "Grüße aus der Datei" in mail.text
    assert "<p>Grüße" in mail.html
    assert mail.attachment_names == ("käse.bin", "notes.txt")


def test_curl_with_a_file_whose_lines_are_long(inbox: LocalInbox, tmp_path: Path) -> None:
    mail = _sent(inbox, tmp_path, *_curl(inbox), "-T", "-", stdin="Subject: long\n\n" + "x" * 5_000 + "\n.\n..\n")
    assert mail.text.split() == ["x" * 5_000, ".", ".."]
    assert "5000 bytes" in str(mail.notes[0])


def test_git_send_email(inbox: LocalInbox, tmp_path: Path) -> None:
    patch = "From: A <a@example.test>\nSubject: [PATCH] Grüße\n\ndiff --git a b\n+Größe\n-- \n2.39\n"
    (tmp_path / "0001.patch").write_text(patch, encoding="utf-8")
    (tmp_path / ".gitconfig").write_text("[user]\nname = Jürgen\nemail = j@example.test\n", encoding="utf-8")
    if not Path("/usr/lib/git-core/git-send-email").exists():
        pytest.skip("git send-email is not installed")
    mail = _sent(
        *(inbox, tmp_path, "git", "send-email", "--smtp-server=localhost", f"--smtp-server-port={inbox.start()}"),
        *("--smtp-encryption=tls", f"--smtp-ssl-cert-path={tmp_path / 'ca.pem'}", f"--smtp-user={inbox.user_name}"),
        *("--smtp-pass=secret", "--to=b@example.test", "--confirm=never", "--no-validate", "--8bit-encoding=UTF-8"),
        "0001.patch",
    )
    assert mail.subject == "[PATCH] Grüße"
    assert "+Größe" in mail.text
    assert mail.notes == ()


def test_s_nail_with_attachments(inbox: LocalInbox, tmp_path: Path) -> None:
    url = f"smtp://{inbox.user_name.replace('@', '%40')}:secret@localhost:{inbox.start()}"
    mail = _sent(
        *(inbox, tmp_path, "s-nail", "-:/", "-S", "v15-compat", "-S", f"mta={url}", "-S", "smtp-use-starttls"),
        *("-S", "tls-ca-file=ca.pem", "-S", "sendcharsets=utf-8", "-r", "a@example.test", "-s", "Grüße"),
        *("-a", "käse.bin", "-a", "notes.txt", "b@example.test"),
        stdin="Größe\n",
    )
    assert mail.subject == "Grüße"
    assert "Größe" in mail.text
    assert "Grüße aus der Datei" in mail.text
    assert mail.attachment_names == ("käse.bin", "notes.txt")


def test_mutt_with_an_attachment(inbox: LocalInbox, tmp_path: Path) -> None:
    url = f"smtp://{inbox.user_name}@localhost:{inbox.start()}"
    settings = (f"set smtp_url='{url}'", "set smtp_pass='secret'", "set ssl_force_tls=yes", "set from=a@example.test")
    (tmp_path / "muttrc").write_text("\n".join((*settings, "set certificate_file=ca.pem", "set copy=no", "")))
    mail = _sent(
        *(inbox, tmp_path, "mutt", "-F", "muttrc", "-s", "Grüße", "-a", "käse.bin", "--", "b@example.test"),
        stdin="Größe\n",
    )
    assert (mail.subject, mail.text.strip(), mail.attachment_names) == ("Grüße", "Größe", ("käse.bin",))
