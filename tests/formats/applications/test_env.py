"""Variables of many programs become SMTPs; what is elsewhere stays there and is named."""

import pytest

from smtp_desktop.domain.imports.found import ImportFormat
from smtp_desktop.domain.secret import Secret
from smtp_desktop.formats.applications.env import EnvReader
from smtp_desktop.formats.reader import TextFile
from tests.formats.applications.program_variables import PROGRAMS, ProgramVariables
from tests.formats.finding import notes_of, problems_of, server_of, smtp_in, source_in

READER = EnvReader()
HOST = "smtp.contoso.example"
HOST_AND_USER = f"SMTP_HOST={HOST}\nSMTP_USER=shop\n"


@pytest.mark.parametrize("case", PROGRAMS, ids=lambda case: case.program)
def test_the_variables_of_a_program_become_an_smtp(case: ProgramVariables) -> None:
    smtp = smtp_in(READER, case.text, ".env")
    assert (*server_of(smtp), smtp.draft.from_address) == case.server
    if "pw" in case.text:
        assert smtp.draft.password == Secret("pw")
    assert smtp.draft.auth_required is bool(case.server[3])


def test_a_laravel_file_with_nulls_is_a_server_without_sign_in() -> None:
    text = (
        "APP_NAME=Shop\nAPP_KEY=base64:a=\nMAIL_MAILER=log\nMAIL_SCHEME=null\nMAIL_HOST=127.0.0.1\nMAIL_PORT=2525\n"
        'MAIL_USERNAME=null\nMAIL_PASSWORD=null\nMAIL_FROM_ADDRESS="hello@contoso.example"\nMAIL_FROM_NAME="${APP_NAME}"\n'
    )
    smtp = smtp_in(READER, text, ".env")
    assert (smtp.format, smtp.line) == (ImportFormat.LARAVEL, 5)
    assert server_of(smtp) == ("127.0.0.1", "2525", False, "")
    assert not smtp.draft.auth_required
    assert smtp.draft.from_address == "Shop <hello@contoso.example>"
    assert notes_of(smtp) == ["The file sends by “log”, not by this server."]


def test_null_beside_a_user_name_is_text() -> None:
    assert smtp_in(READER, f"{HOST_AND_USER}SMTP_PASSWORD=null\n").draft.password == Secret("null")


def test_a_dsn_of_symfony_is_taken_apart() -> None:
    text = f"APP_ENV=prod\nMAILER_DSN=smtp://a%40contoso.example:p%2Fw@{HOST}:587?verify_peer=0\nMAILER_FROM=a@contoso.example\n"
    smtp = smtp_in(READER, text, ".env")
    assert smtp.format is ImportFormat.SYMFONY
    assert server_of(smtp) == (HOST, "587", True, "a@contoso.example")
    assert (smtp.draft.password, smtp.draft.from_address) == (Secret("p/w"), "a@contoso.example")
    assert "The file turns the check of the server's certificate off. Here it stays on." in notes_of(smtp)


def test_a_url_with_raw_signs_in_its_password_is_taken_apart() -> None:
    smtp = smtp_in(READER, f"EMAIL_SERVER=smtp://user:p#s/s@{HOST}:587\nEMAIL_FROM=n@contoso.example\n", ".env")
    assert (smtp.draft.password, smtp.draft.from_address) == (Secret("p#s/s"), "n@contoso.example")


def test_several_accounts_have_what_they_share_and_names_of_their_own() -> None:
    text = (
        f"SMTP_HOST={HOST}\nSMTP_PORT=587\nSMTP_BILLING_USER=billing\nSMTP_BILLING_PASSWORD=one\nSMTP_NEWS_USER=news\n"
        "SMTP_NEWS_PASSWORD=two\nMARKETING_MAIL_HOST=two.example\nMARKETING_MAIL_USERNAME=m\nMARKETING_MAIL_PASSWORD=three\n"
        "SMTP2_HOST=three.example\nSMTP2_PORT=25\n"
    )
    found = source_in(READER, text).found
    assert [(one.draft.name, server_of(one), one.line) for one in found] == [
        ("Billing", (HOST, "587", True, "billing"), 3),
        ("News", (HOST, "587", True, "news"), 5),
        ("Marketing", ("two.example", "587", True, "m"), 7),
        ("Smtp_2", ("three.example", "25", False, ""), 10),
    ]
    assert [one.draft.password for one in found] == [Secret("one"), Secret("two"), Secret("three"), None]


def test_servers_with_numbers_share_the_sign_in() -> None:
    text = "MAIL_HOST_1=one.example\nMAIL_HOST_2=two.example\nMAIL_USER=u\nMAIL_PASSWORD=p\n"
    found = source_in(READER, text).found
    assert [(server_of(one)[0], server_of(one)[3], one.draft.password) for one in found] == [
        ("one.example", "u", Secret("p")),
        ("two.example", "u", Secret("p")),
    ]


@pytest.mark.parametrize(
    ("line", "missing"),
    [
        ("SMTP_PASSWORD=${SMTP_SECRET}", "The file says ${SMTP_SECRET}"),
        ("SMTP_PASSWORD=${SMTP_SECRET:-hunter2}", "The file says ${SMTP_SECRET}"),
        ("SMTP_PASSWORD_FILE=/run/secrets/smtp", "The file says SMTP_PASSWORD_FILE=/run/secrets/smtp"),
        ("SMTP_PASSWORD__FILE=/run/secrets/smtp", "The file says SMTP_PASSWORD__FILE=/run/secrets/smtp"),
        ("SMTP_PASSWORD_CMD=pass show smtp", "The file says SMTP_PASSWORD_CMD=pass show smtp"),
        ("SMTP_PASSWORD=********", "The file shows only ********"),
        ("SMTP_PASSWORD=", "The file has no password"),
    ],
)
def test_a_password_that_is_elsewhere_is_named_and_not_taken(line: str, missing: str) -> None:
    smtp = smtp_in(READER, f"{HOST_AND_USER}{line}\n")
    assert (smtp.draft.password, str(smtp.missing)) == (None, missing)
    assert smtp.draft.auth_required


@pytest.mark.parametrize(
    ("line", "password"),
    [
        ("SMTP_PASSWORD=pa #ss", "pa"),
        ("SMTP_PASSWORD=pa#ss", "pa#ss"),
        ('SMTP_PASSWORD="pa #ss"', "pa #ss"),
        ("SMTP_PASSWORD='${NOT} #x'", "${NOT} #x"),
        ("export SMTP_PASSWORD=012345", "012345"),
        ("SMTP_PASSWORD=$ecret", "$ecret"),
        ('SMTP_PASSWORD="a\\"b"', 'a"b'),
        ("SECRET=abc\nSMTP_PASSWORD=${SECRET}", "abc"),
        ("SMTP_PASSWORD=first\nSMTP_PASSWORD=last", "last"),
    ],
)
def test_a_password_is_what_the_program_would_have(line: str, password: str) -> None:
    assert smtp_in(READER, f"{HOST_AND_USER}{line}\n").draft.password == Secret(password)


def test_a_default_is_taken_for_what_is_no_secret_with_a_note() -> None:
    smtp = smtp_in(READER, f"SMTP_HOST=${{SMTP_RELAY:-{HOST}}}\nSMTP_PORT=${{PORT:-2525}}\n")
    assert server_of(smtp) == (HOST, "2525", False, "")
    assert notes_of(smtp)[0] == "The file says ${SMTP_RELAY}, with a default, which was taken."


def test_a_server_that_is_elsewhere_is_named() -> None:
    source = source_in(READER, "# mail\nSMTP_HOST=${SMTP_RELAY}\nSMTP_USER=u\nSMTP_PASSWORD=p\n")
    assert problems_of(source) == [(2, "The server is ${SMTP_RELAY}, which is not filled in.")]


def test_a_user_name_that_is_elsewhere_is_left_open() -> None:
    smtp = smtp_in(READER, f"SMTP_HOST={HOST}\nSMTP_USER=${{SMTP_LOGIN}}\nSMTP_PASSWORD=p\n")
    assert (smtp.draft.user_name, smtp.draft.auth_required, smtp.draft.password) == ("", True, Secret("p"))
    assert notes_of(smtp) == ["The user name is ${SMTP_LOGIN}, which is not filled in."]


def test_a_sign_in_without_a_server_is_named() -> None:
    source = source_in(READER, "SMTP_USER=u\nSMTP_PASSWORD=secret\n")
    assert problems_of(source) == [(1, "SMTP_USER is there, but no server that belongs to it.")]


def test_a_broken_line_is_named_without_its_secret() -> None:
    source = source_in(READER, f'{HOST_AND_USER}SMTP_PASSWORD="open secret\nSMTP_PORT=25\n')
    assert problems_of(source) == [(3, "The value of SMTP_PASSWORD has no closing quote.")]
    assert str(source.found[0].missing) == "The file has no password"


@pytest.mark.parametrize(
    ("text", "tls", "port"),
    [
        ("SMTP_SECURITY=starttls", True, "587"),
        ("SMTP_SECURITY=force_tls", True, "465"),
        ("SMTP_SECURITY=off", False, "25"),
        ("SMTP_SECURE=true", True, "465"),
        ("SMTP_SECURE=ssl", True, "465"),
        ("SMTP_SECURE=tls", True, "587"),
        ("SMTP_SSL=true", True, "465"),
        ("SMTP_TLS=true", True, "587"),
        ("SMTP_TLS=false", False, "25"),
        ("SMTP_TLS=false\nSMTP_SSL=true", True, "465"),
        ("SMTP_STARTTLS=false\nSMTP_SECURE=false", False, "25"),
        ("SMTP_TLS=no\nSMTP_ENABLE_STARTTLS_AUTO=true", True, "587"),
        ("SMTP_ENCRYPTION=none", False, "25"),
        ("SMTP_PORT=465\nSMTP_TLS=true", True, "465"),
        ("SMTP_PORT=2525", True, "2525"),
    ],
)
def test_encryption_is_what_the_words_mean(text: str, tls: bool, port: str) -> None:
    smtp = smtp_in(READER, f"{HOST_AND_USER}SMTP_PASSWORD=p\n{text}\n")
    assert (smtp.draft.tls, smtp.draft.smtp_port) == (tls, port)


def test_a_relay_host_in_brackets_is_taken_apart() -> None:
    assert server_of(smtp_in(READER, f"RELAYHOST=[{HOST}]:2587\nRELAYHOST_USERNAME=r\n")) == (HOST, "2587", True, "r")


@pytest.mark.parametrize(
    "text",
    [
        "DB_HOST=db.example\nDB_USER=u\n",
        "MAIL_TO=a@contoso.example\nMAIL_SUBJECT=x\n",
        "IMAP_HOST=imap.example\nIMAP_USER=u\n",
        "ADMIN_EMAIL=a@contoso.example\n",
        "just words\nSMTP_HOST=x\nmore words\nand more\n",
        "",
        "services:\n  x: y\n",
    ],
)
def test_other_files_are_not_recognized(text: str) -> None:
    assert not READER.recognizes(TextFile(path="settings", text=text))
