"""Postfix's own tools say the same of its files as the program does."""

import shutil
import subprocess
from pathlib import Path

import pytest
from finding import server_of, smtp_in

from smtp_desktop.domain.secret import Secret
from smtp_desktop.formats.mail_programs.postfix.main_cf import MainCf, Unresolved
from smtp_desktop.formats.mail_programs.postfix.reader import PostfixReader
from smtp_desktop.formats.mail_programs.postfix.tables import by_key, lookup, table_file

POSTCONF, POSTMAP = (
    shutil.which("postconf", path="/usr/sbin:/usr/bin"),
    shutil.which("postmap", path="/usr/sbin:/usr/bin"),
)
pytestmark = [pytest.mark.long, pytest.mark.skipif(not (POSTCONF and POSTMAP), reason="Postfix is not installed here")]

MAIN = """\
# Satellite of contoso.example
myhostname = web1.contoso.example
mydomain = contoso.example

relayhost = [smtp.$mydomain]:587
smtp_sasl_auth_enable = yes
smtp_sasl_password_maps =
    hash:/etc/postfix/sasl_passwd,
# the old one
    texthash:/etc/postfix/sasl_old
smtp_tls_security_level = ${smtp_tls_wrappermode?{encrypt}:{may}}
smtp_tls_wrappermode = yes
smtp_helo_name = relay.${mydomain}
sender_dependent_relayhost_maps = inline:{ {a@b.example = [c.example]:25} }
header_size_limit=$message_size_limit
message_size_limit = 102400
smtp_sasl_security_options = noanonymous,
\tnoplaintext
relayhost=$(myhostname)
"""
TABLE = """\
# a comment
[smtp.contoso.example]:587\tshop@contoso.example:p:w #1 "x"
   # not a line of its own
[Two.example]:25   u:p
[two.example]:25 u:second
  and more
a@contoso.example  $u:{p}

@contoso.example "u:p"
"""
KEYS = [
    "[smtp.contoso.example]:587",
    "[two.example]:25",
    "[TWO.example]:25",
    "a@contoso.example",
    "@contoso.example",
    "x",
]


def test_postconf_says_the_same_of_main_cf(tmp_path: Path) -> None:
    (tmp_path / "main.cf").write_text(MAIN, encoding="utf-8")
    (tmp_path / "master.cf").write_text("", encoding="utf-8")
    shown = run(POSTCONF, "-x", "-n", "-c", str(tmp_path)).splitlines()
    theirs = dict(line.split(" =", 1) for line in shown)
    ours = MainCf(str(tmp_path / "main.cf"), MAIN.split("\n"))

    names = [name for name in theirs if ours.line_of(name)]
    assert len(names) > 9
    assert {name: ours.value(name) for name in names} == {name: theirs[name].strip() for name in names}


def test_postmap_says_the_same_of_a_table(tmp_path: Path) -> None:
    path = tmp_path / "sasl_passwd"
    path.write_text(TABLE, encoding="utf-8")
    entries = by_key(table_file(str(path), TABLE.split("\n")).entries)
    ours = {key: entry.value for key in KEYS if (entry := lookup(entries, key))}

    assert len(ours) == 5
    assert ours == {
        key: value for key in KEYS if (value := run(POSTMAP, "-q", key, f"texthash:{path}").removesuffix("\n"))
    }


def test_what_postfix_leaves_open_is_open_here() -> None:
    with pytest.raises(Unresolved):
        MainCf("main.cf", ["a = $nothing"]).value("a")


def run(program: str | None, *arguments: str) -> str:
    assert program
    return subprocess.run([program, *arguments], capture_output=True, text=True, check=False, timeout=60).stdout


def test_a_main_cf_that_postconf_wrote_comes_in(tmp_path: Path) -> None:
    for name in ("main.cf", "master.cf"):
        (tmp_path / name).write_text("# as installed\n", encoding="utf-8")
    run(
        POSTCONF,
        "-c",
        str(tmp_path),
        "-e",
        "relay_domain = contoso.example",
        "relayhost = [smtp.$relay_domain]:submission",
        "smtp_sasl_auth_enable=yes",
        "smtp_sasl_password_maps = static:{shop@contoso.example:p:w d}",
        "smtp_tls_security_level = encrypt",
    )
    text = (tmp_path / "main.cf").read_text(encoding="utf-8")
    smtp = smtp_in(PostfixReader(), text, "main.cf")
    assert server_of(smtp) == ("smtp.contoso.example", "587", True, "shop@contoso.example")
    assert smtp.draft.password == Secret("p:w d")
