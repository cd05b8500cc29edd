"""smtp-desktop backup and restore."""

from pathlib import Path

import pytest

from smtp_desktop.composition.data_folder import DATABASE_FILE

PASSPHRASE = b"four words that fit\n"
SEALED = ("--passphrase-stdin",)


@pytest.fixture
def command_line(smtp_desktop, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    smtp_desktop.create("Reports")
    smtp_desktop.create("Scanner")
    smtp_desktop.create_activity("Greet", "--smtp", "Scanner")
    return smtp_desktop


def names(command_line):
    return [one["name"] for one in command_line("smtp", "list", "--json").json]


def backed_up(command_line):
    ran = command_line("backup", "all.backup", *SEALED, stdin=PASSPHRASE)
    assert ran.code == 0, ran.err
    return ran


def damaged(command_line, content=b"no database" * 1000):
    (command_line.home / DATABASE_FILE).write_bytes(content)


def test_everything_goes_into_one_file_and_comes_back_after_damage(command_line):
    command_line.trigger("Greet")
    assert backed_up(command_line).out == "Backed up 2 SMTPs, 1 activity and 1 message to all.backup.\n"
    damaged(command_line)
    refused = command_line("smtp", "list", "--json")
    assert (refused.code, refused.json["error"]["code"]) == (78, "store_damaged")
    assert "smtp-desktop restore --list" in refused.err
    ran = command_line("restore", "all.backup", *SEALED, stdin=PASSPHRASE)
    assert (ran.code, ran.out) == (0, "Restored everything from all.backup: 2 SMTPs, 1 activity.\n")
    assert "1 message had been waiting and may have been sent since." in ran.err
    assert f"The damaged database is kept: {command_line.home / DATABASE_FILE}.damaged-" in ran.err
    assert names(command_line) == ["Reports", "Scanner"]
    assert command_line("smtp", "show", "Reports", "--json").json["has_password"]
    assert [one["state"] for one in command_line.deliveries()] == ["unknown"]


def test_what_several_were_before_is_listed_and_restored(command_line):
    command_line("smtp", "edit", "--all", "--port", "2525")
    (listed,) = command_line("restore", "--list", "--json").json
    assert (listed["reason"], listed["smtps"], listed["activities"], listed["problem"]) == ("edit", 2, 1, None)
    shown = command_line("restore", "--list").out
    assert listed["name"] in shown
    assert "Before several were changed" in shown
    ran = command_line("restore", listed["name"], "--yes", "--json")
    assert (ran.code, ran.json["whole"], ran.json["smtps"]) == (0, False, 2)
    assert {one["smtp_port"] for one in command_line("smtp", "list", "--json").json} == {1}
    assert command_line("restore", ran.json["backup"], "--yes").code == 0
    assert {one["smtp_port"] for one in command_line("smtp", "list", "--json").json} == {2525}


def test_a_sound_database_is_replaced_only_after_a_yes(command_line):
    backed_up(command_line)
    command_line("smtp", "edit", "Reports", "--port", "2525")
    ran = command_line("restore", "all.backup", *SEALED, stdin=PASSPHRASE)
    assert (ran.code, "--yes" in ran.err) == (64, True)
    command_line("smtp", "edit", "--all", "--description", "x")
    (name,) = [one["name"] for one in command_line("restore", "--list", "--json").json]
    assert command_line("restore", name, stdin=b"n\n", at_terminal=True).code == 1
    assert command_line("smtp", "show", "Reports", "--json").json["description"] == "x"
    assert command_line("restore", name, stdin=b"y\n", at_terminal=True).code == 0
    assert command_line("smtp", "show", "Reports", "--json").json["description"] == ""


def test_an_empty_folder_and_another_one_get_everything(command_line):
    backed_up(command_line)
    (command_line.home / DATABASE_FILE).unlink()
    command_line.vault.secrets.clear()
    assert command_line("restore", "all.backup", *SEALED, stdin=PASSPHRASE).code == 0
    assert (names(command_line), sorted(command_line.secrets())) == (["Reports", "Scanner"], ["secret", "secret"])


@pytest.mark.parametrize(
    ("arguments", "stdin", "ends"),
    [
        (("restore", "all.backup", "--yes", *SEALED), b"four other words\n", (65, "wrong_passphrase")),
        (("restore", "all.backup", "--yes"), b"", (65, "wrong_passphrase")),
        (("restore", "cut", "--yes", *SEALED), PASSPHRASE, (65, "damaged_file")),
        (("restore", "text", "--yes"), b"", (65, "damaged_file")),
        (("restore", "nothing", "--yes"), b"", (66, "no_input")),
        (("restore", "text", "--yes", *SEALED), PASSPHRASE, (64, "usage")),
        (("restore", "--list", "text"), b"", (64, "usage")),
        (("restore",), b"", (64, "usage")),
        (("backup", "weak", *SEALED), b"secret\n", (65, "refused_data")),
        (("backup", "all"), b"", (64, "usage")),
        (("backup", "no/folder", *SEALED), PASSPHRASE, (73, "cant_write")),
    ],
)
def test_what_can_not_be_done_is_said_and_changes_nothing(command_line, tmp_path, arguments, stdin, ends):
    backed_up(command_line)
    content = (tmp_path / "all.backup").read_bytes()
    (tmp_path / "cut").write_bytes(content[:-1])
    (tmp_path / "text").write_text("no backup")
    ran = command_line(*arguments, "--json", stdin=stdin)
    assert (ran.code, ran.json["error"]["code"]) == ends
    assert (tmp_path / "all.backup").read_bytes() == content
    assert names(command_line) == ["Reports", "Scanner"]
    assert PASSPHRASE.decode().strip() not in ran.out + ran.err


def test_a_backup_of_a_locked_vault_asks_for_its_password(command_line, monkeypatch):
    command_line.vault.locked = True
    assert command_line("backup", "all.backup", *SEALED, stdin=PASSPHRASE).code == 78
    monkeypatch.setenv("SMTP_DESKTOP_VAULT_PASSWORD", "m")
    assert backed_up(command_line).code == 0


def test_a_secret_that_is_not_there_is_named(command_line):
    command_line.vault.secrets.pop(next(iter(command_line.vault.secrets)))
    ran = backed_up(command_line)
    assert ran.err == "Warning: A secret of Reports is not in the vault, so the backup is without it.\n"


def test_what_there_is_none_of_is_said_in_the_plural(command_line):
    command_line("activity", "delete", "Greet", "--yes")
    assert backed_up(command_line).out == "Backed up 2 SMTPs, 0 activities and 0 messages to all.backup.\n"


def test_without_backups_the_list_is_empty(command_line):
    ran = command_line("restore", "--list")
    assert (ran.code, ran.out) == (0, "")
    assert command_line("restore", "--list", "--json").json == []


def test_several_activities_that_are_deleted_come_back(command_line):
    command_line.create_activity("Other")
    assert command_line("activity", "delete", "Greet", "Other", "--yes").code == 0
    (listed,) = command_line("restore", "--list", "--json").json
    assert (listed["reason"], listed["activities"]) == ("delete", 2)
    assert command_line("restore", listed["name"], "--yes").code == 0
    assert [one["name"] for one in command_line("activity", "list", "--json").json] == ["Greet", "Other"]


def test_one_that_is_changed_or_deleted_alone_is_not_backed_up(command_line):
    command_line("smtp", "edit", "Reports", "--port", "2525")
    command_line("smtp", "delete", "Scanner", "--yes")
    command_line("activity", "delete", "Greet", "--yes")
    assert command_line("restore", "--list", "--json").json == []
    assert command_line.secrets() == ["secret"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is always full")
def test_a_full_disk_is_said(command_line):
    ran = command_line("backup", "/dev/full", *SEALED, "--json", stdin=PASSPHRASE)
    assert (ran.code, ran.json["error"]["code"]) == (73, "cant_write")
    assert not list((command_line.home / "backups").iterdir())


def test_backups_are_deleted_with_the_secrets_that_only_they_needed(command_line):
    command_line("smtp", "delete", "--all", "--yes")
    assert command_line.secrets() == ["secret", "secret"]
    assert command_line("restore", "--delete-all").code == 64
    command_line.vault.locked = True
    assert command_line("restore", "--delete-all", "--yes").code == 78
    command_line.vault.locked = False
    assert command_line("restore", "--delete-all", "--yes").out == "Deleted 0 backups.\n"
    assert (command_line("restore", "--list", "--json").json, command_line.secrets()) == ([], [])
