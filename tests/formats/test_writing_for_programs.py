"""msmtp, Postfix, shells and python-dotenv read the files that are written for them."""

import io
import re
import shutil
import subprocess
from pathlib import Path

import dotenv
import pytest
from test_writing import PASSWORDS, exported, written

from smtp_desktop.domain.declared.other_programs import ProgramFormat

MSMTP, POSTMAP = shutil.which("msmtp"), shutil.which("postmap", path="/usr/sbin:/usr/bin")
POSTCONF, SHELL = shutil.which("postconf", path="/usr/sbin:/usr/bin"), shutil.which("sh")
SMTPS = (
    exported("One", user="one@contoso.example", password='p:w #1 "x"', is_default=True),
    exported("Two", user="two@contoso.example", password="it's $x", host="two.example"),
)


def run(*command: str | None) -> str:
    assert command[0]
    words = [str(word) for word in command]
    return subprocess.run(words, capture_output=True, text=True, check=False, timeout=60).stdout


@pytest.mark.skipif(not MSMTP, reason="msmtp is not installed here")
def test_msmtp_takes_its_accounts(tmp_path: Path) -> None:
    (file,) = written(ProgramFormat.MSMTP, *SMTPS).files
    path = tmp_path / file.name
    path.write_text(file.text, encoding="utf-8")
    path.chmod(0o600)
    shown = dict(re.findall(r"^(\w+) = (.*)$", run(MSMTP, "-C", str(path), "--pretend"), re.MULTILINE))
    assert [shown[name] for name in ("host", "port", "auth", "user", "password", "tls", "tls_starttls", "from")] == [
        "smtp.contoso.example",
        "587",
        "choose",
        "one@contoso.example",
        "*",
        "on",
        "on",
        "one@contoso.example",
    ]


@pytest.mark.long
@pytest.mark.skipif(not (POSTMAP and POSTCONF), reason="Postfix is not installed here")
def test_postfix_takes_its_tables(tmp_path: Path) -> None:
    export = written(ProgramFormat.POSTFIX, *SMTPS)
    for file in export.files:
        (tmp_path / file.name).write_text(file.text, encoding="utf-8")
    (tmp_path / "master.cf").write_text("", encoding="utf-8")

    def looked_up(table: str, key: str) -> str:
        return run(POSTMAP, "-c", str(tmp_path), "-q", key, f"texthash:{tmp_path / table}").removesuffix("\n")

    assert run(POSTCONF, "-h", "-c", str(tmp_path), "relayhost") == "[smtp.contoso.example]:587\n"
    assert looked_up("sasl_passwd", "[smtp.contoso.example]:587") == 'one@contoso.example:p:w #1 "x"'
    assert looked_up("sasl_passwd", "two@contoso.example") == "two@contoso.example:it's $x"
    assert looked_up("sender_relay", "Two@contoso.example") == "[two.example]:587"
    assert looked_up("tls_policy", "[two.example]:587") == "secure"


@pytest.mark.parametrize("password", PASSWORDS)
def test_shells_and_dotenv_read_the_same(tmp_path: Path, password: str) -> None:
    export = written(ProgramFormat.ENV, exported(password=password, from_address="Shop <s@x.example>"))
    if export.left_out:
        assert "$" in password or password == "'\"\\"
        return
    (file,) = export.files
    assert dotenv.dotenv_values(stream=io.StringIO(file.text)) == {
        "SMTP_HOST": "smtp.contoso.example",
        "SMTP_PORT": "587",
        "SMTP_ENCRYPTION": "tls",
        "SMTP_USER": "shop@contoso.example",
        "SMTP_PASSWORD": password,
        "SMTP_FROM": '"Shop" <s@x.example>',
    }
    if SHELL:
        path = tmp_path / ".env"
        path.write_text(file.text, encoding="utf-8")
        assert (
            run(SHELL, "-c", f'. {path}; printf %s "$SMTP_PASSWORD|$SMTP_FROM"') == f'{password}|"Shop" <s@x.example>'
        )
