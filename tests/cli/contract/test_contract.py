"""With --json every command prints one document, as docs/cli.schema.json has it, whatever happens."""

from datetime import UTC, datetime

import pytest
from cli.contract.contract_cases import CASES, PRINTS_NO_DOCUMENT, Filling
from cli.contract.contract_check import SCHEMA, commands, refuse_breach

from smtp_desktop.cli.exit_codes import _BY_ERROR, ErrorCode
from smtp_desktop.domain import errors
from smtp_desktop.domain.diagnosis.conversation import Failure, FailureKind, Stage
from smtp_desktop.domain.diagnosis.read_failed import ReadFailed
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.sign_in.errors import OtherAccount
from smtp_desktop.domain.sign_in.tokens import TokenSet

WORDS = msg("So it is.")
FAILURE = Failure(stage=Stage.MAILBOX, kind=FailureKind.GRAPH_REFUSED, message=WORDS)
TOKENS = TokenSet(access_token=Secret("A"), expires_at=datetime.now(UTC), account="ann@company.example")
each_command = pytest.mark.parametrize("words", sorted(CASES))
NEEDS_NO_DATA = {"help", "completion"}
TAKES_A_NAME = sorted(
    words
    for words, cases in CASES.items()
    if {"One", "Cloud", "Greet", "Shop", "Two"} & set(cases[0].arguments[:1]) and words != "inbox"
)


@pytest.fixture(scope="module")
def filling(tmp_path_factory):
    return Filling(tmp_path_factory.mktemp("filled") / "home")


@pytest.fixture
def command_line(smtp_desktop, filling, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    filling.fill(smtp_desktop)
    return smtp_desktop


def refuse(ran, words, *, code, name):
    """The run ended with this exit code, and said so in one document."""
    refuse_breach(words, ran.out)
    assert (ran.json["error"]["code"], ran.code) == (name, code)
    assert ran.json["error"]["message"]
    assert ran.err


def test_every_command_has_a_case_and_a_document():
    assert set(commands()) == CASES.keys() | PRINTS_NO_DOCUMENT
    assert SCHEMA["commands"].keys() == CASES.keys() | {""}


def test_every_key_is_described():
    for name, definition in SCHEMA["$defs"].items():
        keys = definition.get("properties", {})
        assert [key for key, schema in keys.items() if not schema.get("description")] == [], name


@pytest.mark.parametrize(("words", "number"), [(words, n) for words in sorted(CASES) for n in range(len(CASES[words]))])
def test_it_prints_its_document(command_line, words, number):
    case = CASES[words][number]
    case.prepare(command_line)
    ran = command_line(*words.split(), *case.arguments, "--json", stdin=case.stdin)
    assert ran.code == case.code, ran.err
    refuse_breach(words, ran.out)
    assert "error" not in ran.json or ran.json["error"] is None


@each_command
def test_wrong_usage_is_a_document(smtp_desktop, words):
    refuse(smtp_desktop(*words.split(), "--bogus", "--json"), words, code=64, name="usage")
    assert smtp_desktop.chosen_homes == []


@each_command
def test_help_is_a_document(smtp_desktop, words):
    ran = smtp_desktop(*words.split(), "--help", "--json")
    refuse_breach(words, ran.out)
    assert (ran.code, set(ran.json)) == (0, {"help"})


@pytest.mark.parametrize("words", sorted(CASES.keys() - NEEDS_NO_DATA - {"restore"}))  # which mends it
def test_a_broken_data_folder_is_a_document(smtp_desktop, words):
    def broken(_services):
        raise errors.StoreError(WORDS)

    smtp_desktop.when_opened = broken
    case = CASES[words][0]
    ran = smtp_desktop(*words.split(), *case.arguments, "--json", stdin=case.stdin)
    refuse(ran, words, code=78, name="store_failed")


@pytest.mark.parametrize("words", TAKES_A_NAME)
def test_a_name_that_does_not_exist_is_a_document(smtp_desktop, tmp_path, monkeypatch, words):
    monkeypatch.chdir(tmp_path)
    case = CASES[words][0]
    ran = smtp_desktop(*words.split(), "Nobody", *case.arguments[1:], "--json", stdin=case.stdin)
    refuse(ran, words, code=78, name="not_found")


@pytest.mark.parametrize("error", [kind for kind, _ in _BY_ERROR] + [errors.SmtpDesktopError])
def test_each_kind_of_error_is_a_document(smtp_desktop, error):
    arguments = {
        errors.FieldErrors: ((errors.FieldError(field="name", message=WORDS),),),
        errors.MissingValues: (WORDS, ("who",)),
        errors.ChangedMeanwhile: (WORDS, ("smtp_port",)),
        ReadFailed: (FAILURE,),
        OtherAccount: (TOKENS, "shop@company.example"),
    }.get(error, (WORDS,))

    def fail(_services):
        raise error(*arguments)

    smtp_desktop.when_opened = fail
    name = dict(_BY_ERROR).get(error, ErrorCode.FAILED)
    refuse(smtp_desktop("smtp", "list", "--json"), "smtp list", code=name.exit_code, name=name)


@pytest.mark.parametrize(
    "arguments",
    [
        ("activity", "create", "Other", "--text-file", "no such file"),
        ("send", "--subject", "x", "--text-file", "no such file", "ann@company.example"),
        ("trigger", "Greet", "--values", "no such file"),
        ("apply", "no such file"),
        ("smtp", "edit", "One", "--trust-ca", "no such file"),
        ("smtp", "edit", "One", "--password-file", "no such file"),
    ],
)
def test_a_file_that_is_not_there_is_no_input(command_line, arguments):
    words = " ".join(arguments[:2]) if arguments[0] in {"smtp", "activity"} else arguments[0]
    refuse(command_line(*arguments, "--json"), words, code=66, name="no_input")


def test_a_locked_vault_is_a_document(command_line):
    command_line.vault.locked = True
    ran = command_line("smtp", "create", "Other", "--host", "127.0.0.1", "--user", "a@b.example", "--password-stdin",
                       "--json", stdin=b"secret\n")  # fmt: skip
    refuse(ran, "smtp create", code=78, name="vault_locked")


def test_ctrl_c_is_a_document(smtp_desktop):
    def press(_services):
        raise KeyboardInterrupt

    smtp_desktop.when_opened = press
    refuse(smtp_desktop("smtp", "list", "--json"), "smtp list", code=130, name="canceled")
