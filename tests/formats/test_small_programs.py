"""sSMTP, nullmailer, dma, esmtp and OpenSMTPD: their files come in as these programs understand them."""

import pytest
from finding import notes_of, problems_of, server_of, smtp_in, source_in, sources_in

from smtp_desktop.domain.secret import Secret
from smtp_desktop.formats.mail_programs.dma import DmaReader
from smtp_desktop.formats.mail_programs.esmtp import EsmtpReader
from smtp_desktop.formats.mail_programs.nullmailer import NullmailerReader
from smtp_desktop.formats.mail_programs.opensmtpd import OpenSmtpdReader
from smtp_desktop.formats.mail_programs.ssmtp import SsmtpReader
from smtp_desktop.formats.reader import FormatReader, TextFile

SSMTP, NULLMAILER, DMA, ESMTP, OPENSMTPD = (
    SsmtpReader(),
    NullmailerReader(),
    DmaReader(),
    EsmtpReader(),
    OpenSmtpdReader(),
)


def test_ssmtp_with_its_aliases() -> None:
    (source,) = sources_in(
        SSMTP,
        {
            "ssmtp.conf": "# sSMTP\nroot=postmaster\nMailHub = smtp.contoso.example:587  # hub\n"
            "AuthUser=a@contoso.example\n"
            "AuthPass=p:w=1\nUseTLS=YES\nUseSTARTTLS=Yes\nhostname=box\n",
            "revaliases": "# local:from:hub\nroot:root@contoso.example:smtp.contoso.example:587\n"
            "www:www@contoso.example\nbob:a@contoso.example:smtp.contoso.example:587\nbroken\n"
            "x:root@contoso.example:smtp.contoso.example:587\n",
        },
    )
    assert [(one.file, one.line, *server_of(one), one.draft.from_address) for one in source.found] == [
        ("ssmtp.conf", 3, "smtp.contoso.example", "587", True, "a@contoso.example", ""),
        ("revaliases", 2, "smtp.contoso.example", "587", True, "a@contoso.example", "root@contoso.example"),
        ("revaliases", 3, "smtp.contoso.example", "587", True, "a@contoso.example", "www@contoso.example"),
    ]
    assert {one.draft.password for one in source.found} == {Secret("p:w=1")}
    assert problems_of(source) == [(5, "A line such as account:address:server:port is expected here.")]


@pytest.mark.parametrize(
    ("lines", "port", "tls"),
    [
        ("", "25", False),
        ("UseTLS=YES", "465", True),
        ("UseSTARTTLS=YES", "25", True),
        ("UseSTARTTLS=YES\nUseTLS=NO", "25", False),
        ("UseTLS=NO\nUseSTARTTLS=YES", "25", True),
        ("UseTLS=YES\nUseSTARTTLS=NO", "465", True),
        ("usetls = yes", "465", True),
        ("#UseTLS=YES", "25", False),
    ],
)
def test_ssmtp_turns_tls_on_in_two_ways(lines: str, port: str, tls: bool) -> None:
    draft = smtp_in(SSMTP, f"mailhub=h.example\n{lines}\n").draft
    assert (draft.smtp_port, draft.tls) == (port, tls)


def test_ssmtp_cuts_a_password_at_a_hash() -> None:
    smtp = smtp_in(SSMTP, "mailhub=h.example\nAuthUser=u\nAuthPass=abc#def\n")
    assert smtp.draft.password == Secret("abc")
    assert notes_of(smtp) == ["Its password contains a # and ends there for sSMTP. Check it."]
    assert problems_of(source_in(SSMTP, "mailhub=\n")) == [(1, "It names no server.")]


def test_nullmailer_with_quotes_and_the_files_beside() -> None:
    (source,) = sources_in(
        NULLMAILER,
        {
            "nullmailer/remotes": "# remotes\nmail.contoso.example smtp --port=587 --starttls --user=u@contoso.example "
            "--pass='p w\"#'\n\nother.example smtp ssl user=v pass=a\\ b insecure -p 2465\n"
            'third.example smtp "--pass=x\\"y" --user=w auth-login\nq.example qmqp\nlocalhost\n',
            "nullmailer/allmailfrom": "box@contoso.example\n",
            "nullmailer/helohost": "box.contoso.example\n",
        },
    )
    assert [(one.line, *server_of(one)) for one in source.found] == [
        (2, "mail.contoso.example", "587", True, "u@contoso.example"),
        (4, "other.example", "2465", True, "v"),
        (5, "third.example", "25", False, "w"),
        (7, "localhost", "25", False, ""),
    ]
    assert [one.draft.password for one in source.found] == [Secret('p w"#'), Secret("a b"), Secret('x"y'), None]
    assert {one.draft.from_address for one in source.found} == {"box@contoso.example"}
    assert {one.draft.ehlo_name for one in source.found} == {"box.contoso.example"}
    assert "check of the server's certificate off" in notes_of(source.found[1])[0]
    assert problems_of(source) == [(6, "It speaks qmqp, not SMTP.")]


def test_dma_with_its_passwords() -> None:
    (source,) = sources_in(
        DMA,
        {
            "dma/dma.conf": "# dma\nSMARTHOST mail.contoso.example # relay\nPORT 587\nAUTHPATH /etc/dma/auth.conf\n"
            "SECURETRANSFER\nSTARTTLS\nMASQUERADE box@contoso.example\nWHAT ever\n",
            "dma/auth.conf": "# comment\nold|mail.contoso.example:p\nu@contoso.example|mail.contoso.example:p|w:1 \n"
            "v|other.example q#\nbroken\n",
        },
    )
    assert [(one.file, one.line, *server_of(one), one.draft.password) for one in source.found] == [
        ("dma/dma.conf", 2, "mail.contoso.example", "587", True, "u@contoso.example", Secret("p|w:1 ")),
        ("dma/auth.conf", 4, "other.example", "587", True, "v", Secret("q#")),
    ]
    assert source.found[0].draft.from_address == "box@contoso.example"
    assert problems_of(source) == [
        (8, "This line is not a setting of dma."),
        (5, "A line such as user|host:password is expected here."),
    ]


@pytest.mark.parametrize(
    ("lines", "port", "tls", "notes"),
    [
        ("", "25", False, 0),
        ("SECURETRANSFER", "465", True, 0),
        ("SECURETRANSFER\nSTARTTLS", "25", True, 0),
        ("STARTTLS", "25", False, 0),
        ("SECURETRANSFER\nSTARTTLS\nOPPORTUNISTIC_TLS", "25", True, 1),
        ("SECURETRANSFER\nCERTFILE /x.pem\nPORT 466", "466", True, 1),
    ],
)
def test_dma_turns_tls_on_with_two_words(lines: str, port: str, tls: bool, notes: int) -> None:
    smtp = smtp_in(DMA, f"SMARTHOST h.example\n{lines}\n")
    assert (smtp.draft.smtp_port, smtp.draft.tls, len(notes_of(smtp))) == (port, tls, notes)


def test_dma_names_what_is_not_among_the_files() -> None:
    smtp = smtp_in(DMA, "SMARTHOST h.example\nAUTHPATH /etc/dma/auth.conf\n")
    assert (smtp.draft.auth_required, str(smtp.missing)) == (True, "The file says /etc/dma/auth.conf")
    direct = source_in(DMA, "#SMARTHOST h.example\nNULLCLIENT\n", "dma.conf")
    assert problems_of(direct) == [
        (None, "It names no smart host: mail goes straight to the servers of the recipients.")
    ]


def test_esmtp_with_identities() -> None:
    source = source_in(
        ESMTP,
        '# esmtp\nhostname = smtp.contoso.example:587\nusername = "u"\npassword = "p \\"w# 1"\nstarttls = required\n'
        'mda = "/usr/bin/procmail -d %T"\n\nidentity = work@other.example\n\tdefault\n\thostname=smtp.other.example\n'
        '\tstarttls = enabled\n\tpreconnect = "ssh -f host"\nwhat is this\n',
        ".esmtprc",
    )
    assert [(one.line, *server_of(one), one.draft.from_address) for one in source.found] == [
        (2, "smtp.contoso.example", "587", True, "u", ""),
        (8, "smtp.other.example", "25", True, "u", "work@other.example"),
    ]
    assert {one.draft.password for one in source.found} == {Secret('p "w# 1')}
    assert source.found[1].draft.is_default
    assert notes_of(source.found[1]) == [
        "The file encrypts only where the server offers it. Here encryption is required.",
        "It runs a command before it connects. Commands are not run.",
    ]
    assert problems_of(source) == [(13, "This line is not a setting of esmtp.")]


def test_opensmtpd_with_tables_and_macros() -> None:
    (source,) = sources_in(
        OPENSMTPD,
        {
            "smtpd.conf": 'relay_host = "smtp.contoso.example"\ntable aliases file:/etc/mail/aliases\n'
            'table secrets file:/etc/mail/secrets\ntable inline { box = "u3:p3",\n  bob = "u4:p4" }\n'
            'listen on lo0\naction "local" mbox alias <aliases>\n'
            'action "out" relay host smtp+tls://shop@smtp.contoso.example:587 \\\n\tauth <secrets> # comment\n'
            'action "two" relay host smtps://box@two.example auth <inline> mail-from "a@two.example" tls no-verify\n'
            'action "three" relay host three.example\n'
            'action "four" relay host smtp+notls://four.example:2525 helo "me.example"\n'
            'action "five" relay host lmtp://five.example\n'
            'action "six" relay host smtps://gone@six.example auth <secrets>\n'
            'action "mx" relay\nmatch from local for any action "out"\ninclude "/etc/mail/more.conf"\n',
            "secrets": "# label user:password\nshop shop@contoso.example:p:w 1#\n",
        },
    )
    assert [(one.line, one.draft.name, *server_of(one), one.draft.password) for one in source.found] == [
        (8, "Out", "smtp.contoso.example", "587", True, "shop@contoso.example", Secret("p:w 1#")),
        (10, "Two", "two.example", "465", True, "u3", Secret("p3")),
        (11, "Three", "three.example", "25", True, "", None),
        (12, "Four", "four.example", "2525", False, "", None),
        (14, "Six", "six.example", "465", True, "", None),
    ]
    assert (source.found[1].draft.from_address, source.found[3].draft.ehlo_name) == ("a@two.example", "me.example")
    assert str(source.found[4].missing) == "The file says /etc/mail/secrets (gone)"
    assert problems_of(source) == [
        (13, "A relay host such as smtps://host is expected here."),
        (17, "It includes another file, which is not read from here."),
    ]


def test_tables_of_passwords_are_recognized_whatever_their_name() -> None:
    smtp = smtp_in(DMA, "# mine\nu@contoso.example|smtp.contoso.example:p\n", "passwords.txt")
    assert server_of(smtp) == ("smtp.contoso.example", "587", True, "u@contoso.example")
    conf = "table creds file:/etc/mail/creds\naction a relay host smtps://shop@h.example auth <creds>\n"
    (source,) = sources_in(OPENSMTPD, {"mail.conf": conf, "creds": "shop u:p\n"})
    assert source.found[0].draft.password == Secret("p")
    alone = source_in(OPENSMTPD, "shop shop@contoso.example:p\n")
    assert problems_of(alone) == [(None, "It belongs to an smtpd.conf, which is not among the files.")]


def test_opensmtpd_of_before_version_6_4() -> None:
    smtp = smtp_in(
        OPENSMTPD,
        'table secrets { lab = "u:p" }\n'
        'accept for any relay via tls+auth://lab@h.example:587 auth <secrets> as "a@h.example"\n',
    )
    assert server_of(smtp) == ("h.example", "587", True, "u")
    assert (smtp.draft.password, smtp.draft.from_address) == (Secret("p"), "a@h.example")


def test_opensmtpd_that_relays_to_no_host() -> None:
    source = source_in(OPENSMTPD, "action out relay\nmatch for any action out\n", "smtpd.conf")
    assert problems_of(source) == [(None, "It relays to no host: mail goes straight to the servers of the recipients.")]


@pytest.mark.parametrize("reader", [SSMTP, NULLMAILER, DMA, ESMTP, OPENSMTPD])
@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "host h.example\nport 25\n",
        "relayhost = [h.example]\n",
        "key=value\n",
        "a b c\n",
        "SMTP_HOST=h.example\nSMTP_PORT=25\n",
        "example.com smtp:[h.example]\n",
        "PORT 8080\n",
    ],
)
def test_other_files_are_not_taken(reader: FormatReader, text: str) -> None:
    assert not reader.recognizes(TextFile(path="some.conf", text=text))
