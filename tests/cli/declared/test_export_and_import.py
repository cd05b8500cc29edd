"""smtp-desktop export, and the import of what it wrote: into an empty home, and into one that has some of it."""

import json

import pytest
from cli.command_line import CommandLine
from cli.declared.full_home import fill_home, fill_sign_ins

from smtp_desktop.domain.secret import Secret
from smtp_desktop.vault.sealed_export import SealedExports

PASSPHRASE = b"four words that fit\n"
SEALED = ("--with-secrets", "--passphrase-stdin")


@pytest.fixture
def other(tmp_path, monkeypatch, capsys, smtp_desktop):
    """Another computer."""
    home = CommandLine(tmp_path / "other", monkeypatch, capsys)
    home.certificate_maker = smtp_desktop.certificate_maker
    return home


def import_file(command_line, path, *options):
    """Imports a file, and returns what came of each row."""
    phrase = ("--passphrase-stdin",) if path.suffix == ".sealed" else ()
    ran = command_line("smtp", "import", str(path), *phrase, *options, "--json", stdin=PASSPHRASE)
    assert ran.code == 0, ran.err
    return ran.json


def states(rows):
    return {row["state"] for row in rows}


def unsealed(path):
    return json.loads(SealedExports().unseal(path.read_bytes(), Secret(PASSPHRASE.decode().strip())))


@pytest.mark.parametrize("name", ["smtps.yaml", "smtps.json"])
def test_without_secrets_the_second_export_is_the_first_byte_for_byte(smtp_desktop, other, tmp_path, monkeypatch, name):
    fill_home(smtp_desktop, tmp_path)
    fill_sign_ins(smtp_desktop, monkeypatch, tmp_path)
    file, again = tmp_path / name, tmp_path / f"again-{name}"
    assert smtp_desktop("export", str(file)).code == 0
    assert "unreadable" not in states(import_file(other, file))
    assert other("export", str(again)).code == 0
    assert again.read_bytes() == file.read_bytes()
    assert other.secrets() == []


def test_with_secrets_both_exports_hold_the_same_and_every_secret_travels(smtp_desktop, other, tmp_path, monkeypatch):
    fill_home(smtp_desktop, tmp_path)
    fill_sign_ins(smtp_desktop, monkeypatch, tmp_path)
    file, again = tmp_path / "move.sealed", tmp_path / "again.sealed"
    assert smtp_desktop("export", *SEALED, str(file), stdin=PASSPHRASE).code == 0
    assert states(import_file(other, file)) == {"new", "same"}  # the latter are the settings
    assert other("export", *SEALED, str(again), stdin=PASSPHRASE).code == 0
    assert unsealed(again) == unsealed(file)
    assert sorted(other.secrets()) == sorted(smtp_desktop.secrets())
    plain = [home("export").out for home in (smtp_desktop, other)]
    assert plain[0] == plain[1]
    one, two = (home("smtp", "list", "--json").json for home in (smtp_desktop, other))
    assert one == two
    one, two = (home("activity", "list", "--json").json for home in (smtp_desktop, other))
    assert one == two
    assert states(import_file(other, file)) == {"same"}


def test_a_wrong_passphrase_changes_nothing(smtp_desktop, other, tmp_path):
    smtp_desktop.create("Reports")
    file = tmp_path / "move.sealed"
    assert smtp_desktop("export", *SEALED, str(file), stdin=PASSPHRASE).code == 0
    ran = other("smtp", "import", str(file), "--passphrase-stdin", "--json", stdin=b"four other words")
    assert (ran.code, ran.json["error"]["code"]) == (65, "wrong_passphrase")
    assert ran.err == f"Error: Wrong passphrase for {file}. Nothing was changed.\n"
    ran = other("smtp", "import", str(file), "--json")
    assert (ran.code, ran.json["error"]["code"], "--passphrase-env VAR" in ran.err) == (65, "wrong_passphrase", True)
    assert other("smtp", "list", "--json").json == []


def test_the_passphrase_is_asked_for_at_a_terminal(smtp_desktop, other, tmp_path, monkeypatch):
    smtp_desktop.create("Reports")
    file = tmp_path / "move.sealed"
    assert smtp_desktop("export", *SEALED, str(file), stdin=PASSPHRASE).code == 0
    # click reads it from the terminal of the process: a test has none.
    monkeypatch.setattr("click.termui.hidden_prompt_func", lambda _: PASSPHRASE.decode().strip())
    assert other("smtp", "import", str(file), at_terminal=True).code == 0
    assert other.secrets() == ["secret"]


def test_four_words_of_four_letters_are_one_passphrase_wherever_they_come_from(
    smtp_desktop, other, tmp_path, monkeypatch
):
    """As a password they would be Google's app password, whose spaces do not count."""
    smtp_desktop.create("Reports")
    file = tmp_path / "move.sealed"
    assert smtp_desktop("export", *SEALED, str(file), stdin=b"five four nine best\n").code == 0
    # As above.
    monkeypatch.setattr("click.termui.hidden_prompt_func", lambda _: "five four nine best")
    assert other("smtp", "import", str(file), at_terminal=True).code == 0


def test_a_change_there_is_shown_and_merged_here(smtp_desktop, other, tmp_path):
    smtp_desktop.create("Reports", "--tag", "prod")
    smtp_desktop.create_activity("Greet", "--smtp", "Reports")
    file = tmp_path / "move.sealed"
    smtp_desktop("export", *SEALED, str(file), stdin=PASSPHRASE)
    import_file(other, file)
    smtp_desktop("smtp", "edit", "Reports", "--name", "Renamed", "--port", "465", "--password-stdin", stdin=b"new")
    smtp_desktop("export", *SEALED, str(file), stdin=PASSPHRASE)
    planned = import_file(other, file, "--dry-run")
    found = {row["name"]: (row["state"], row["differing"], row["action"]) for row in planned if row["kind"] == "smtp"}
    assert found == {"Renamed": ("changed", ["name", "smtp_port", "password"], "update")}
    assert other.secrets() == ["secret"]
    assert "new" not in json.dumps(planned).replace("new_", "")
    import_file(other, file)
    assert other("activity", "show", "Greet", "--json").json["smtp"] == "Renamed"
    assert "new" in other.secrets()


def test_what_is_imported_gets_the_tag(smtp_desktop, other, tmp_path):
    smtp_desktop.create("Reports", "--tag", "prod")
    file = tmp_path / "smtps.json"
    smtp_desktop("export", str(file))
    import_file(other, file, "--tag", "laptop")
    assert other("smtp", "show", "Reports", "--json").json["tags"] == ["prod", "laptop"]


@pytest.mark.parametrize("name", ["smtps.yaml", "smtps.sealed"])
def test_what_is_incomplete_moves_as_it_is(smtp_desktop, other, tmp_path, name):
    urls = b"smtp://user@a.company.example:587\nsmtp://b.company.example:25/?ignoreTLS=true\n"
    assert smtp_desktop("smtp", "import", "-", stdin=urls).code == 0
    file = tmp_path / name
    assert smtp_desktop("export", *(SEALED if "sealed" in name else ()), str(file), stdin=PASSPHRASE).code == 0
    import_file(other, file)
    plain = [home("export").out for home in (smtp_desktop, other)]
    assert plain[0] == plain[1]
    assert states(import_file(other, file)) == {"same"}
