"""URLs and .env files as they are written: read again they mean the same, for us and for python-dotenv."""

import io

import pytest
from formats.writing.written_smtps import AWKWARD, mailbox, read_again, relay, smtp, texts, written

from smtp_desktop.domain.declared.other_programs import ProgramFormat
from smtp_desktop.domain.smtp.profile import SignIn


def test_a_url_says_how_it_is_encrypted():
    export = written(
        ProgramFormat.URL, smtp(), smtp("Implicit", smtp_port=465), relay(), smtp("Six", host_name="[::1]")
    )
    assert texts(export)["smtps.txt"] == [
        "smtp://reports%40company.example@smtp.company.example:587/?requireTLS=true",
        "smtps://reports%40company.example@smtp.company.example:465",
        "smtp://relay:25/?ignoreTLS=true&from=relay@company.example",
        "smtp://reports%40company.example@[::1]:587/?requireTLS=true",
    ]


def test_urls_are_read_again_as_they_were():
    found = read_again(
        written(
            ProgramFormat.URL, smtp(password=AWKWARD), smtp("Implicit", smtp_port=465), relay(host_name="relay.example")
        )
    )
    assert [(one["host"], one["port"], one["tls"], one["user"], one["password"]) for one in found] == [
        ("smtp.company.example", "587", True, "reports@company.example", AWKWARD),
        ("smtp.company.example", "465", True, "reports@company.example", None),
        ("relay.example", "25", False, "", None),
    ]
    assert found[2]["from"] == "relay@company.example"


@pytest.mark.parametrize("program_format", ProgramFormat)
def test_what_is_not_a_server_with_a_password_is_named(program_format):
    browser = smtp("Shop", sign_in=SignIn.BROWSER)
    export = written(program_format, mailbox(), browser, smtp("Ca", trusted_ca_pem="x"), smtp("Good", is_default=True))
    named = {(one.name, one.whole) for one in export.left_out}
    assert named >= {("Box", True), ("Shop", True), ("Ca", False)}
    assert not any("Box" in one.text for one in export.files)


@pytest.mark.parametrize("program_format", ProgramFormat)
def test_no_password_is_written_that_was_not_given(program_format):
    assert all("hunter2" not in one.text for one in written(program_format, smtp()).files)
    assert any(
        "hunter2" in one.text for one in written(program_format, smtp(password="hunter2", is_default=True)).files
    )
    anonymous = smtp(password="hunter2", auth_required=False, from_address="a@company.example", is_default=True)
    assert all("hunter2" not in one.text for one in written(program_format, anonymous).files)


def test_one_smtp_has_plain_names_and_several_have_their_own():
    assert texts(written(ProgramFormat.ENV, smtp(password="x")))[".env"] == [
        "SMTP_HOST=smtp.company.example",
        "SMTP_PORT=587",
        "SMTP_ENCRYPTION=starttls",
        "SMTP_USER=reports@company.example",
        "SMTP_PASSWORD=x",
        "SMTP_FROM=reports@company.example",
    ]
    several = texts(written(ProgramFormat.ENV, smtp(), relay()))[".env"]
    assert several[0] == "SMTP_REPORTS_HOST=smtp.company.example"
    assert "SMTP_RELAY_ENCRYPTION=none" in several


@pytest.mark.parametrize(
    "password", ["plain", "a b", "$HOME", "a#b", '"', "'", "\\n", "a'b c", '"\'"', "x\\", "ü €", "a\\\\b"]
)
def test_python_dotenv_reads_the_same(password):
    dotenv = pytest.importorskip("dotenv")
    export = written(ProgramFormat.ENV, smtp(password=password))
    values = dotenv.dotenv_values(stream=io.StringIO(export.files[0].text))
    if export.left_out:
        assert "SMTP_PASSWORD" not in values
    else:
        assert values["SMTP_PASSWORD"] == password
