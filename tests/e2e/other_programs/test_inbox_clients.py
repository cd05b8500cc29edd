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
    for name in ("käse.bin", "data.bin"):
        (tmp_path / name).write_bytes(b"\0\1\2")
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


def test_swaks_with_an_attachment(inbox: LocalInbox, tmp_path: Path) -> None:
    mail = _sent(
        *(inbox, tmp_path, "swaks", "--server", "localhost", "--port", str(inbox.start()), "--tls", "--auth", "PLAIN"),
        *("--auth-user", inbox.user_name, "--auth-password", "secret", "--from", "a@example.test"),
        *("--to", "b@example.test", "--header", "Subject: =?UTF-8?B?R3LDvMOfZQ==?=", "--body", "Größe\nzwei"),
        *("--attach-name", "notes.txt", "--attach", "@notes.txt", "--attach-type", "application/octet-stream"),
        *("--attach-name", "käse.bin", "--attach", "@data.bin"),
    )
    assert mail.subject == "Grüße"
    assert "Größe\nzwei" in mail.text
    assert mail.attachment_names == ("notes.txt", "käse.bin")


def test_msmtp_with_what_php_writes(inbox: LocalInbox, tmp_path: Path) -> None:
    if not shutil.which("msmtp"):
        pytest.skip("msmtp is not installed")
    settings = (
        *("account default", "host localhost", f"port {inbox.start()}", "tls on", "tls_trust_file ca.pem", "auth on"),
        *(f"user {inbox.user_name}", "password secret", "from a@example.test", ""),
    )
    (tmp_path / "msmtprc").write_text("\n".join(settings))
    (tmp_path / "msmtprc").chmod(0o600)
    script = r"""$headers = ["MIME-Version" => "1.0", "Content-Type" => "text/plain; charset=UTF-8"];
        $headers["Content-Transfer-Encoding"] = "8bit";
        mail('b@example.test', '=?UTF-8?B?'.base64_encode('Grüße').'?=', "Größe\n.\n\nEnde", $headers) or exit(1);"""
    mail = _sent(inbox, tmp_path, "php", "-d", "sendmail_path=msmtp -C msmtprc -t -i", "-r", script)
    assert (mail.subject, mail.text.splitlines()) == ("Grüße", ["Größe", ".", "", "Ende"])
    assert mail.notes == ()


_LONG_NAME = "ein langer Name mit Umlauten äöüß und noch mehr Wörtern darin.txt"
_NODEMAILER = """
const transport = require("nodemailer").createTransport({
    host: "localhost", port: Number(process.env.PORT), requireTLS: true,
    auth: { user: process.env.WHO, pass: "secret" },
});
transport.sendMail({
    from: { name: "Jürgen, Ärger", address: "a@example.test" }, to: "b@example.test",
    subject: "Grüße 😀" + " lang".repeat(30),
    text: "Größe\\n.\\n" + "x".repeat(2000), html: "<p>Größe</p>",
    attachments: [{ path: "käse.bin" }, { filename: process.env.LONG_NAME, content: "Grüße" }],
}).catch((error) => { console.error(error); process.exit(1); });
"""


def test_nodemailer_with_long_names_and_lines(inbox: LocalInbox, tmp_path: Path) -> None:
    if not Path("/usr/share/nodejs/nodemailer").exists():
        pytest.skip("nodemailer is not installed")
    (tmp_path / "send.js").write_text(_NODEMAILER, encoding="utf-8")
    environment = {
        "PORT": str(inbox.start()),
        "WHO": inbox.user_name,
        "NODE_EXTRA_CA_CERTS": "ca.pem",
        "LONG_NAME": _LONG_NAME,
    }
    mail = _sent(inbox, tmp_path, "node", "send.js", NODE_PATH="/usr/share/nodejs", **environment)
    assert mail.subject == "Grüße 😀" + " lang" * 30
    assert mail.from_ == "Jürgen, Ärger <a@example.test>"
    assert mail.text.splitlines()[:3] == ["Größe", ".", "x" * 2000]
    assert "<p>Größe</p>" in mail.html
    assert mail.attachment_names == ("käse.bin", _LONG_NAME)


_JAVA = """
import java.util.Properties;
import javax.mail.*;
import javax.mail.internet.*;

public class Send {
    public static void main(String[] given) throws Exception {
        Properties settings = new Properties();
        settings.put("mail.smtp.host", "localhost");
        settings.put("mail.smtp.port", given[0]);
        settings.put("mail.smtp.auth", "true");
        settings.put("mail.smtp.starttls.required", "true");
        settings.put("mail.smtp.ssl.trust", "localhost");
        settings.put("mail.mime.encodefilename", given[2]);
        Session session = Session.getInstance(settings);
        MimeMessage mail = new MimeMessage(session);
        mail.setFrom(new InternetAddress("a@example.test", "Jürgen", "UTF-8"));
        mail.setRecipients(Message.RecipientType.TO, "b@example.test");
        mail.setSubject("Grüße aus Java", given[3]);
        MimeBodyPart text = new MimeBodyPart();
        text.setText("Größe\\n.\\nEnde", given[3]);
        MimeBodyPart file = new MimeBodyPart();
        file.attachFile("käse.bin");
        MimeMultipart parts = new MimeMultipart(text, file);
        mail.setContent(parts);
        Transport.send(mail, given[1], "secret");
    }
}
"""


@pytest.mark.parametrize("charset", ["UTF-8", "ISO-8859-1"])
@pytest.mark.parametrize("encoded_name", ["true", "false"])
def test_javamail_with_its_two_ways_to_write_a_name(
    inbox: LocalInbox, tmp_path: Path, encoded_name: str, charset: str
) -> None:
    jars = [Path("/usr/share/java") / name for name in ("javax.mail.jar", "javax.activation.jar")]
    if not all(jar.exists() for jar in jars) or not shutil.which("javac"):
        pytest.skip("JavaMail or a Java compiler is not installed")
    (tmp_path / "Send.java").write_text(_JAVA, encoding="utf-8")
    classes = ":".join(map(str, jars))
    mail = _sent(
        *(inbox, tmp_path, "java", "-Dsun.jnu.encoding=UTF-8", "-Dfile.encoding=UTF-8", "-cp", classes, "Send.java"),
        *(str(inbox.start()), inbox.user_name, encoded_name, charset),
    )
    assert (mail.subject, mail.from_) == ("Grüße aus Java", "Jürgen <a@example.test>")
    assert mail.text.splitlines() == ["Größe", ".", "Ende"]
    assert mail.attachment_names == ("käse.bin",)
