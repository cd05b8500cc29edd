"""Compose files, with the files that they name, become an SMTP for each service.

The values are those that `docker-compose config` printed of the same texts, but for numbers with a type (012345), which
stay as they are written.
"""

import pytest

from smtp_desktop.domain.imports.found import ImportFormat
from smtp_desktop.domain.secret import Secret
from smtp_desktop.formats.applications.env import EnvReader
from tests.formats.finding import notes_of, problems_of, server_of, smtp_in, source_in, sources_in

READER = EnvReader()
HOST = "smtp.contoso.example"
IN_DIFFERENT_WAYS = "Programs read the value of SMTP_PASSWORD in different ways. Check the password."


def service(*lines: str, name: str = "web") -> str:
    return f"services:\n  {name}:\n    image: x\n" + "".join(f"    {line}\n" for line in lines)


def test_a_mapping_and_a_list_of_variables_are_read() -> None:
    mapping = service("environment:", f"  SMTP_HOST: {HOST}", "  SMTP_PORT: 2525", "  SMTP_USER: u", "  SMTP_PASS: p")
    listed = service(
        "environment:", f"  - SMTP_HOST={HOST}", "  - SMTP_PORT=2525", "  - SMTP_USER=u", "  - SMTP_PASS=p"
    )
    for text in (mapping, listed):
        smtp = smtp_in(READER, text, "compose.yaml")
        assert (smtp.format, smtp.line, smtp.draft.name) == (ImportFormat.COMPOSE, 5, "Web")
        assert (server_of(smtp), smtp.draft.password) == ((HOST, "2525", True, "u"), Secret("p"))


@pytest.mark.parametrize(
    ("written", "password", "notes"),
    [
        ("012345", "012345", [IN_DIFFERENT_WAYS]),
        ("yes", "yes", [IN_DIFFERENT_WAYS]),
        ("22:30", "22:30", [IN_DIFFERENT_WAYS]),
        ("pa #ss", "pa", []),
        ("pa#ss", "pa#ss", []),
        ('"pa #ss"', "pa #ss", []),
        ("'it''s'", "it's", []),
        ("'null'", "null", []),
        ("pa$$word", "pa$word", []),
        ("'pa$${X}'", "pa${X}", []),
        ('"a\\tb"', "a\tb", []),
        ("|-\n        two words", "two words", []),
    ],
)
def test_a_password_is_the_text_that_stands_there(written: str, password: str, notes: list[str]) -> None:
    text = service("environment:", f"  SMTP_HOST: {HOST}", "  SMTP_USER: u", f"  SMTP_PASSWORD: {written}")
    smtp = smtp_in(READER, text, "compose.yaml")
    assert (smtp.draft.password, notes_of(smtp)) == (Secret(password), notes)


@pytest.mark.parametrize(
    ("line", "missing"),
    [
        ("SMTP_PASSWORD: ${SMTP_SECRET}", "The file says ${SMTP_SECRET}"),
        ("SMTP_PASSWORD: $SMTP_SECRET", "The file says ${SMTP_SECRET}"),
        ("SMTP_PASSWORD: ${SMTP_SECRET:?set it}", "The file says ${SMTP_SECRET}"),
        ("SMTP_PASSWORD: ${SMTP_SECRET:-hunter2}", "The file says ${SMTP_SECRET}"),
        ("SMTP_PASSWORD:", "The file says ${SMTP_PASSWORD}"),
        ("SMTP_PASSWORD_FILE: /run/secrets/smtp", "The file says SMTP_PASSWORD_FILE=/run/secrets/smtp"),
        ("SMTP_PASSWORD: '********'", "The file shows only ********"),
    ],
)
def test_a_password_that_is_elsewhere_is_named(line: str, missing: str) -> None:
    text = service("environment:", f"  SMTP_HOST: {HOST}", "  SMTP_USER: u", f"  {line}")
    smtp = smtp_in(READER, text, "compose.yaml")
    assert (smtp.draft.password, str(smtp.missing)) == (None, missing)


def test_a_name_without_a_value_in_a_list_is_a_variable_outside() -> None:
    text = service("environment:", f"  - SMTP_HOST={HOST}", "  - SMTP_USER=u", "  - SMTP_PASSWORD")
    assert str(smtp_in(READER, text, "compose.yaml").missing) == "The file says ${SMTP_PASSWORD}"


def test_each_service_with_an_account_of_its_own_is_an_smtp() -> None:
    text = (
        service("environment:", f"  SMTP_HOST: {HOST}", "  SMTP_USER: a", "  SMTP_PASSWORD: one", name="shop")
        + f"  cloud:\n    image: y\n    environment:\n      - SMTP_HOST={HOST}\n      - SMTP_NAME=b\n"
        + "      - SMTP_PASSWORD=two\n"
    )
    found = source_in(READER, text, "docker-compose.yml").found
    assert [(one.draft.name, one.draft.user_name, one.draft.password) for one in found] == [
        ("Shop", "a", Secret("one")),
        ("Cloud", "b", Secret("two")),
    ]


def test_an_account_that_services_share_by_an_anchor_is_one_smtp() -> None:
    text = (
        f"x-mail: &mail\n  SMTP_HOST: {HOST}\n  SMTP_USER: u\n  SMTP_PASSWORD: p\n"
        "services:\n  web:\n    image: x\n    environment:\n      <<: *mail\n      DEBUG: '1'\n"
        "  worker:\n    image: x\n    environment: *mail\n"
    )
    smtp = smtp_in(READER, text, "compose.yml")
    assert (smtp.draft.name, notes_of(smtp)) == ("Web", ["Also of the services worker."])


def test_the_env_file_and_the_dotenv_file_beside_it_belong_to_it() -> None:
    text = service("env_file:", "  - ./mail.env", "environment:", "  SMTP_PASSWORD: ${MAIL_SECRET}")
    (source,) = sources_in(
        READER,
        {
            "app/compose.yaml": text,
            "app/mail.env": f"SMTP_HOST={HOST}\nSMTP_USER=u\nSMTP_PASSWORD=overridden\n",
            "app/.env": "MAIL_SECRET=from dotenv\n",
        },
    )
    assert source.files == ("app/compose.yaml", "app/.env", "app/mail.env")
    (smtp,) = source.found
    assert (server_of(smtp), smtp.draft.password) == ((HOST, "587", True, "u"), Secret("from dotenv"))
    assert source.unreadable == []


def test_an_env_file_that_is_not_there_is_named() -> None:
    text = service("env_file: [mail.env]", "environment:", f"  SMTP_HOST: {HOST}")
    source = source_in(READER, text, "compose.yaml")
    assert problems_of(source) == [(4, "Variables of the service are in mail.env, which is not among the files.")]
    assert len(source.found) == 1


def test_an_override_counts_before_its_base() -> None:
    (source,) = sources_in(
        READER,
        {
            "docker-compose.override.yml": service("environment:", "  SMTP_PORT: 2525"),
            "docker-compose.yml": service("environment:", f"  SMTP_HOST: {HOST}", "  SMTP_PORT: 25"),
        },
    )
    assert [server_of(one) for one in source.found] == [(HOST, "2525", False, "")]


def test_a_service_is_made_from_another_one() -> None:
    text = service("environment:", f"  SMTP_HOST: {HOST}", name="base") + (
        "  web:\n    extends:\n      service: base\n    environment:\n      SMTP_USER: u\n      SMTP_PASSWORD: p\n"
        "  other:\n    extends: {file: common.yml, service: x}\n"
    )
    source = source_in(READER, text, "compose.yaml")
    assert [(one.draft.name, server_of(one)) for one in source.found] == [
        ("Base", (HOST, "25", False, "")),
        ("Web", (HOST, "587", True, "u")),
    ]
    assert problems_of(source) == [(13, "A part of the service is in common.yml, which was not read.")]


def test_broken_yaml_is_named_by_its_line() -> None:
    assert problems_of(source_in(READER, service("environment:", "  A: [1"), "compose.yaml"))[0][1] == (
        "This is not valid YAML."
    )


def test_a_file_without_a_mail_server_says_so() -> None:
    text = service("environment:", "  DEBUG: '1'")
    assert problems_of(source_in(READER, text, "compose.yaml")) == [(None, "No service has settings of a mail server.")]
    source = source_in(READER, "DEBUG=1\n", ".env")
    assert problems_of(source) == [(None, "It has no settings of a mail server, such as SMTP_HOST.")]


def test_anchors_that_stand_for_gigabytes_are_read_in_no_time() -> None:
    ten = (f"a{n + 1}: &a{n + 1} [{', '.join([f'*a{n}'] * 9)}]\n" for n in range(20))
    bomb = "a0: &a0 {A: x}\n" + "".join(ten)
    source = source_in(READER, bomb + service("environment: *a20"), "compose.yaml")
    assert source.found == []
