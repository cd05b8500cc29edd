"""Accounts of msmtp come in as msmtp understands them, and nothing in the file is run."""

from pathlib import Path

import pytest
from finding import notes_of, problems_of, server_of, smtp_in, source_in

from smtp_desktop.domain.secret import Secret
from smtp_desktop.formats.mail_programs.msmtp import MsmtpReader
from smtp_desktop.formats.reader import TextFile

MSMTP = MsmtpReader()
SEVERAL = """\
# for all
defaults
auth           on
tls            on
tls_trust_file /etc/ssl/certs/ca-certificates.crt
logfile ~/.msmtp.log

# orders
account        orders
host           smtp.contoso.example
port           587
from           orders@contoso.example
user           orders@contoso.example
password       p#w "d": 1

\taccount  news : orders
\tfrom "news@contoso.example"
\ttls_starttls off
\tport 465

account box
host localhost
tls off
auth off
from box@contoso.example

account default : orders
"""


def test_several_accounts_with_defaults_and_copies() -> None:
    source = source_in(MSMTP, SEVERAL)
    assert source.unreadable == []
    assert [(one.line, one.draft.name, *server_of(one)) for one in source.found] == [
        (9, "Orders", "smtp.contoso.example", "587", True, "orders@contoso.example"),
        (16, "News", "smtp.contoso.example", "465", True, "orders@contoso.example"),
        (21, "Box", "localhost", "25", False, ""),
    ]
    assert [one.draft.password for one in source.found] == [Secret('p#w "d": 1'), Secret('p#w "d": 1'), None]
    assert [one.draft.from_address for one in source.found] == [
        "orders@contoso.example",
        "news@contoso.example",
        "box@contoso.example",
    ]
    assert [one.draft.is_default for one in source.found] == [True, False, False]
    assert [notes_of(one) for one in source.found] == [[], [], []]


@pytest.mark.parametrize(
    ("written", "password"),
    [
        ("simple", "simple"),
        ('"in quotes"', "in quotes"),
        ('" blanks "', " blanks "),
        ('a"b"', 'a"b"'),
        ('"a"b"', 'a"b'),
        ("# no comment", "# no comment"),
        ("a # b", "a # b"),
        ('"', '"'),
        ("$SMTP_PASS", None),
    ],
)
def test_quotes_are_taken_off_only_around_the_whole(written: str, password: str | None) -> None:
    draft = smtp_in(MSMTP, f"host h.example\nauth on\nuser u\npassword {written}\n").draft
    assert draft.password == (Secret(password) if password else None)


@pytest.mark.parametrize(
    ("lines", "port", "tls"),
    [
        ("", "25", False),
        ("tls", "25", True),
        ("tls on", "25", True),
        ("tls on\ntls_starttls off", "465", True),
        ("tls off\ntls_starttls off", "25", False),
        ("tls on\ntls_starttls off\nport 8465", "8465", True),
    ],
)
def test_ports_and_tls(lines: str, port: str, tls: bool) -> None:
    draft = smtp_in(MSMTP, f"account x\nhost h.example\nfrom a@h.example\n{lines}\n").draft
    assert (draft.smtp_port, draft.tls, draft.auth_required) == (port, tls, False)


def test_nothing_is_run(tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    source = source_in(
        MSMTP,
        f'account a\nhost a.example\nauth on\nuser u\npasswordeval "touch {trap}"\n'
        f"account b\neval echo host b.example; touch {trap}\nauth on\nuser u\n"
        f"account c\nhost c.example\nauth on\nuser u\neval touch {trap}\n",
    )
    assert not trap.exists()
    assert [(one.draft.name, one.draft.password) for one in source.found] == [("A", None), ("C", None)]
    assert str(source.found[0].missing) == "The file says passwordeval touch …"
    assert str(source.found[1].missing) == "The file says eval"
    run = "This line runs a command to make a setting of its output. Commands are not run."
    assert problems_of(source) == [
        (6, "A command is to make its settings, in line 7. Commands are not run."),
        (7, run),
        (14, run),
    ]


def test_a_password_in_the_keyring_is_missing() -> None:
    smtp = smtp_in(MSMTP, "account a\nhost a.example\nauth on\ntls on\nuser u\n")
    assert (smtp.draft.auth_required, str(smtp.missing)) == (True, "The file has no password")


@pytest.mark.parametrize(
    ("line", "note"),
    [
        ("tls_certcheck off", "The file turns the check of the server's certificate off. Here it stays on."),
        (
            "auth xoauth2",
            "There it signs in with OAuth 2.0. Choose how in the form of the SMTP, or enter an app password.",
        ),
        ("auth off", "It has a user name, but auth is off: msmtp does not sign in."),
        ("from %U@%H", "Its From Address %U@%H is a pattern. Enter the address."),
        ("from *@contoso.example", "Its From Address *@contoso.example is a pattern. Enter the address."),
        ("tls_trust_file ~/ca.pem", "It trusts the CAs in ~/ca.pem. Add the CA in the SMTP's form."),
        ("tls_cert_file ~/me.pem", "It presents a client certificate, which is not taken over."),
        ("proxy_host localhost", "It connects through a proxy, which is not taken over."),
        ("tls_trust_file /etc/pki/tls/certs/ca-bundle.crt", None),
        ("domain mail.contoso.example", None),
    ],
)
def test_what_is_not_taken_over_is_noted(line: str, note: str | None) -> None:
    smtp = smtp_in(MSMTP, f"account a\nhost a.example\nauth on\ntls on\nuser u\npassword p\n{line}\n")
    assert notes_of(smtp) == ([note] if note else [])
    assert smtp.draft.from_address == ""
    assert smtp.draft.ehlo_name == ("mail.contoso.example" if line.startswith("domain") else "")


def test_a_sha256_fingerprint_is_taken_over() -> None:
    fingerprint = ":".join(["AB"] * 32)
    draft = smtp_in(MSMTP, f"account a\nhost a.example\ntls on\ntls_fingerprint {fingerprint}\nfrom a@b.example").draft
    assert (draft.trusted_fingerprint, draft.fingerprint_host) == ("ab" * 32, "a.example")


def test_what_cannot_be_read_is_named() -> None:
    source = source_in(
        MSMTP,
        "account a\nport 25\naccount b : zzz\nhost b.example\naccount c\nhost c.example\nport 99999\n"
        "account d\nhost d.example\nprotocol lmtp\naccount e\nhost e.example\nsocket /run/x\nfrom e@x.example\n"
        "account e\nhost f.example\naccount g\nhost g.example\nhostt g\nfrom g@x.example\naccount\n",
    )
    assert [one.draft.host_name for one in source.found] == ["g.example"]
    assert problems_of(source) == [
        (1, "It names no server."),
        (3, "It copies the account zzz, which is not above it."),
        (5, "“99999” is not a port number."),
        (8, "It speaks LMTP, not SMTP."),
        (11, "It connects to a socket of this computer, not to a server."),
        (15, "The account e is there twice."),
        (19, "This line is not a command of msmtp."),
        (21, "It has no name."),
    ]


def test_files_are_recognized_by_name_or_by_their_commands() -> None:
    assert MSMTP.recognizes(TextFile(path="home/.msmtprc", text=""))
    assert MSMTP.recognizes(TextFile(path="msmtp/config", text=SEVERAL))
    assert not MSMTP.recognizes(TextFile(path="config", text="host h.example\nuser bob\nport 22\n"))
    assert not MSMTP.recognizes(TextFile(path="x", text="server h.example\nport 25\nauth-user u\n"))
