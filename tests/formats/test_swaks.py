"""A .swaksrc comes in as swaks understands it."""

import pytest
from finding import notes_of, problems_of, server_of, smtp_in, source_in

from smtp_desktop.domain.secret import Secret
from smtp_desktop.formats.mail_programs.swaks import SwaksReader
from smtp_desktop.formats.reader import TextFile

SWAKS = SwaksReader()


@pytest.mark.parametrize(
    "text",
    [
        "# mine\nserver h.contoso.example\nport 587\ntls\nauth-user u\nauth-password p#s x \nfrom a@contoso.example\n",
        "--server h.contoso.example\n--port=587\n-tls\n-auth-user=u\n--auth-password p#s x \n-from a@contoso.example\n",
        "-s h.contoso.example:587\n-tls\n-au u\n-ap p#s x \n-f a@contoso.example\n",
        "-s\th.contoso.example\n-p\tsubmission\n--protocol ESMTPSA\n-au u\n-ap p#s x \nh-From: a@contoso.example\n"
        "f b@contoso.example\n",
    ],
)
def test_options_with_and_without_dashes(text: str) -> None:
    smtp = smtp_in(SWAKS, text)
    assert server_of(smtp) == ("h.contoso.example", "587", True, "u")
    assert (smtp.draft.password, smtp.draft.from_address) == (Secret("p#s x "), "a@contoso.example")
    assert notes_of(smtp) == []


@pytest.mark.parametrize(
    ("lines", "port", "tls"),
    [
        ("", "25", False),
        ("tlsc", "465", True),
        ("tls-on-connect\nport 2465", "2465", True),
        ("tls\nno-tls", "25", False),
        ("tlso", "25", True),
        ("protocol SSMTP", "465", True),
    ],
)
def test_ports_and_tls(lines: str, port: str, tls: bool) -> None:
    draft = smtp_in(SWAKS, f"server h.example\nfrom a@h.example\n{lines}\n").draft
    assert (draft.smtp_port, draft.tls, draft.auth_required) == (port, tls, False)


def test_an_option_that_asks_for_the_password_leaves_it_missing() -> None:
    smtp = smtp_in(SWAKS, "server h.example\nauth LOGIN\nauth-user u\nauth-password\n")
    assert (smtp.draft.auth_required, smtp.draft.password, str(smtp.missing)) == (
        True,
        None,
        "The file has no password",
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("to a@h.example\n", "It names no server: swaks asks the DNS for that of the recipient."),
        ("server h.example\nprotocol LMTP\n", "It speaks LMTP, not SMTP."),
        ("socket /run/lmtp\n", "It connects to a socket or a program of this computer, not to a server."),
        ("server h.example\nport 5x\n", "“5x” is not a port number."),
    ],
)
def test_what_cannot_be_read_is_named(text: str, problem: str) -> None:
    assert problems_of(source_in(SWAKS, text, ".swaksrc")) == [(1, problem)]


def test_files_are_recognized_by_name_or_by_their_options() -> None:
    assert not SWAKS.recognizes(TextFile(path="ntp.conf", text="server 0.pool.example iburst\nserver 1.pool.example\n"))
    assert not SWAKS.recognizes(TextFile(path="x", text="host h.example\nport 25\nuser u\n"))
