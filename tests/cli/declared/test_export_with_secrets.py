"""smtp-desktop export --with-secrets: sealed with a passphrase, which comes from options or a prompt."""

import json

import pytest

from smtp_desktop.domain.errors import WrongPassphrase
from smtp_desktop.domain.secret import Secret
from smtp_desktop.vault.sealed_export import SealedExports

PASSPHRASE = "four words that fit"
SEALED = ("export", "--with-secrets")


@pytest.fixture
def command_line(smtp_desktop):
    smtp_desktop.create("Reports", password=b"hunter2\n")
    smtp_desktop.create("Relay", password=b"other\n")
    smtp_desktop.create_activity("Greet")
    return smtp_desktop


@pytest.fixture
def path(tmp_path):
    return tmp_path / "move.sealed"


@pytest.fixture
def typed(monkeypatch):
    """The answers to prompts without echo, which click reads from the terminal of the process: a test has none."""
    answers: list[str] = []
    monkeypatch.setattr("click.termui.hidden_prompt_func", lambda _: answers.pop(0))
    return answers


def opened(path, passphrase=PASSPHRASE):
    return json.loads(SealedExports().unseal(path.read_bytes(), Secret(passphrase)))


def test_everything_is_sealed_with_its_secrets(command_line, path):
    ran = command_line(*SEALED, "--passphrase-stdin", str(path), stdin=f"{PASSPHRASE}\n".encode())
    assert (ran.code, ran.out) == (0, f"Exported 2 SMTPs and 1 activity to {path}, sealed with the passphrase.\n")
    assert path.stat().st_mode & 0o777 == 0o600
    assert b"hunter2" not in path.read_bytes()
    document = opened(path)
    passwords = {one["name"]: one["password"] for one in document["smtps"]}
    assert passwords == {"Reports": {"value": "hunter2"}, "Relay": {"value": "other"}}
    assert [one["name"] for one in document["activities"]] == ["Greet"]
    assert {"settings", "default_smtp"} < document.keys()


def test_some_smtps_are_exported_alone(command_line, path, tmp_path):
    assert command_line(*SEALED, "--passphrase-stdin", str(path), "Rep*", stdin=PASSPHRASE.encode()).code == 0
    document = opened(path)
    assert ([one["name"] for one in document["smtps"]], document.keys()) == (["Reports"], {"smtp_desktop", "smtps"})
    options = ("--with-secrets", "--output", str(path), "--passphrase-stdin")
    assert command_line("smtp", "export", "relay", *options, stdin=PASSPHRASE.encode()).code == 0
    assert [one["name"] for one in opened(path)["smtps"]] == ["Relay"]
    printed = command_line("export", "-", "Relay").out
    assert ("name: Relay" in printed, "name: Reports" in printed, "activities" in printed) == (True, False, False)
    assert command_line("export", str(tmp_path / "x.yaml"), "None").code == 78


def test_the_passphrase_comes_from_a_variable_a_file_or_a_command(command_line, path, tmp_path, monkeypatch):
    monkeypatch.setenv("MOVE", PASSPHRASE)
    (tmp_path / "phrase").write_text(f"{PASSPHRASE}\n")
    sources = (
        ("--passphrase-env", "MOVE"),
        ("--passphrase-file", str(tmp_path / "phrase")),
        ("--passphrase-command", f"cat '{tmp_path / 'phrase'}'"),
    )
    for source in sources:
        path.unlink(missing_ok=True)
        assert command_line(*SEALED, *source, str(path)).code == 0
        assert opened(path)


def test_it_is_asked_for_twice(command_line, path, typed):
    typed += [PASSPHRASE, PASSPHRASE]
    ran = command_line(*SEALED, str(path), at_terminal=True)
    assert (ran.code, PASSPHRASE in ran.err + ran.out) == (0, False)
    assert opened(path)


def test_two_that_differ_write_nothing(command_line, path, typed):
    typed += [PASSPHRASE, "four other words"]
    ran = command_line(*SEALED, str(path), at_terminal=True)
    assert (ran.code, path.exists()) == (65, False)
    assert ran.err.endswith("Error: The two passphrases differ. Nothing was written.\n")


def test_one_is_generated_where_none_is_typed_and_shown_once(command_line, path, typed):
    typed += [""]
    ran = command_line(*SEALED, str(path), at_terminal=True)
    (shown,) = (line.removeprefix("Passphrase: ") for line in ran.err.splitlines() if line.startswith("Passphrase: "))
    assert (ran.code, len(shown), shown in ran.out) == (0, 29, False)
    assert opened(path, shown)
    with pytest.raises(WrongPassphrase):
        opened(path)


def test_a_weak_one_is_asked_for_again_at_the_prompt_and_refused_elsewhere(command_line, path, typed):
    typed += ["short", PASSPHRASE, PASSPHRASE]
    ran = command_line(*SEALED, str(path), at_terminal=True)
    assert (ran.code, "Too short" in ran.err) == (0, True)
    path.unlink()
    ran = command_line(*SEALED, str(path), "--passphrase-stdin", "--json", stdin=b"short")
    assert (ran.code, list(ran.json["error"]["fields"]), path.exists()) == (65, ["passphrase"], False)
    assert "--passphrase-stdin: Too short" in ran.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("export", "--with-secrets"), "--with-secrets needs a FILE."),
        (("export", "--with-secrets", "-"), "--with-secrets needs a FILE."),
        (("export", "--with-secrets", "x"), "A sealed file needs a passphrase. Use --passphrase-stdin"),
        (("export", "--with-secrets", "--format", "json", "--passphrase-stdin", "x"), "--format has no effect"),
        (("export", "--passphrase-stdin", "x"), "A passphrase has no effect without --with-secrets."),
        (("export", "--with-secrets", "--passphrase-stdin", "--passphrase-env", "X", "x"), "Use only one of"),
    ],
)
def test_options_that_do_not_fit_are_refused(command_line, arguments, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ran = command_line(*arguments, stdin=PASSPHRASE.encode())
    assert (ran.code, words in ran.err, list(tmp_path.glob("x*"))) == (64, True, [])


def test_a_secret_that_is_not_stored_is_named(command_line, path):
    command_line.vault.secrets.clear()
    ran = command_line(*SEALED, "--passphrase-stdin", str(path), stdin=PASSPHRASE.encode())
    assert (ran.code, ran.err) == (0, "Not exported, since they are not stored: the secrets of Reports, Relay.\n")
    assert all("password" not in one for one in opened(path)["smtps"])


def test_apply_says_that_a_sealed_file_is_imported(command_line, path):
    assert command_line(*SEALED, "--passphrase-stdin", str(path), stdin=PASSPHRASE.encode()).code == 0
    ran = command_line("apply", str(path))
    assert (ran.code, "smtp-desktop smtp import" in ran.err) == (65, True)
