"""smtp-desktop trigger"""

import os
import sqlite3
import stat
from contextlib import closing

import pytest


@pytest.fixture
def command_line(smtp_desktop):
    """A home with one SMTP and the activity Greet."""
    smtp_desktop.create("Relay")
    smtp_desktop.create_activity("Greet")
    return smtp_desktop


def test_a_triggered_mail_is_in_the_outbox(command_line):
    ran = command_line("trigger", "greet", "-s", "to=ann@company.example", "-s", "who=Ann = Bob")
    assert (ran.code, ran.err) == (0, "")
    (mail,) = command_line.deliveries()
    assert ran.out == f"Queued as {mail['id']}: Hello Ann = Bob, to ann@company.example\n"
    assert (mail["state"], mail["activity"], mail["smtp"], mail["attempts"]) == ("waiting", "Greet", "Relay", 0)
    assert mail["recipients"] == [{"address": "ann@company.example", "state": "waiting", "last_reply": None}]
    assert mail["message_id"].endswith("@company.example>")


def test_json_is_the_delivery(command_line):
    ran = command_line("trigger", "Greet", "-s", "to=ann@company.example", "--set", "who=", "--json")
    assert ran.code == 0, ran.err
    assert command_line.deliveries() == [ran.json]
    assert ran.json["subject"].strip() == "Hello"


def test_a_missing_value_is_named_and_nothing_queued(command_line):
    ran = command_line("trigger", "Greet", "-s", "to=ann@company.example", "--json")
    assert (ran.code, ran.json["error"]["missing"]) == (65, ["who"])
    assert "who" in ran.err
    assert command_line.deliveries() == []


def test_a_value_adds_no_recipient_and_no_header(command_line):
    for to, who in (("a@b.example, c@d.example", "x"), ("a@b.example\nBcc: c@d.example", "x")):
        ran = command_line("trigger", "Greet", "-s", f"to={to}", "-s", f"who={who}")
        assert ran.code == 65, ran.err
        assert ran.err.startswith("Error: To: ")
    assert command_line.deliveries() == []


def test_a_value_that_no_placeholder_takes_is_printed(command_line):
    ran = command_line("trigger", "Greet", "-s", "to=a@b.example", "-s", "who=x", "-s", "wo=y")
    assert (ran.code, ran.err) == (0, "Warning: Greet has no placeholder wo.\n")


@pytest.mark.parametrize(
    "options",
    [
        ("-s", "who"),
        ("-s", "=x"),
        ("-s", "a=1", "-s", "a=2"),
        ("-s", "a=1", "--values", "-"),
    ],
)
def test_wrong_usage(command_line, options):
    ran = command_line("trigger", "Greet", *options, "--json")
    assert ran.code == 64, ran.err
    assert command_line.deliveries() == []


def test_a_value_that_is_not_utf_8_is_refused(command_line):
    ran = command_line("trigger", "Greet", "-s", "to=a@b.example", "-s", os.fsdecode(b"who=caf\xe9"), "--json")
    assert ran.code == 65, ran.err
    assert command_line.deliveries() == []


def test_files_go_with_it(command_line, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "report.pdf").write_bytes(b"x" * 50_000)
    small, large = command_line.trigger("Greet"), None
    ran = command_line("trigger", "Greet", "-s", "to=a@b.example", "-s", "who=x", "--attach", "report.pdf", "--json")
    assert ran.code == 0, ran.err
    large = ran.json
    assert large["size_bytes"] > 50_000
    assert next(one for one in command_line.deliveries() if one["id"] == small)["size_bytes"] < 50_000


def test_a_file_that_is_not_there_is_refused(command_line):
    ran = command_line("trigger", "Greet", "-s", "to=a@b.example", "-s", "who=x", "--attach", "no/such/file", "--json")
    assert ran.code == 65
    assert "no/such/file" in ran.json["error"]["message"]
    assert command_line.deliveries() == []


def test_one_that_is_off_queues_nothing(command_line):
    command_line("activity", "edit", "Greet", "--disabled")
    ran = command_line("trigger", "Greet", "-s", "to=a@b.example", "-s", "who=x", "--json")
    assert (ran.code, command_line.deliveries()) == (78, [])
    assert "Greet" in ran.json["error"]["message"]


def test_without_an_smtp_nothing_is_queued(smtp_desktop):
    smtp_desktop.create_activity("Greet")
    ran = smtp_desktop("trigger", "Greet", "-s", "to=a@b.example", "-s", "who=x", "--json")
    assert (ran.code, smtp_desktop.deliveries()) == (78, [])


def test_a_database_in_use_is_temporary(command_line):
    def impatient(opened):
        opened._adapters.database._connection.execute("PRAGMA busy_timeout = 20")

    command_line.when_opened = impatient
    with closing(sqlite3.connect(command_line.home / "smtp-desktop.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        ran = command_line("trigger", "Greet", "-s", "to=a@b.example", "-s", "who=x", "--json")
        other.execute("ROLLBACK")
    assert ran.code == 75, ran.err
    assert command_line.deliveries() == []


def test_a_subject_does_not_control_the_terminal(command_line):
    command_line("activity", "edit", "Greet", "--to", "a@b.example", "--subject", "\x9b31m", "--text", "x")
    ran = command_line("trigger", "Greet")
    assert not set("\x1b\x9b") & set(ran.out + ran.err)


@pytest.mark.skipif(os.name != "posix", reason="file modes")
def test_the_outbox_is_for_its_owner_only(command_line, tmp_path):
    command_line.home, command_line.copies_database = tmp_path / "new", False
    assert command_line("settings", "list").code == 0
    assert stat.S_IMODE((command_line.home / "smtp-desktop.sqlite3").stat().st_mode) & 0o077 == 0


@pytest.mark.skipif(os.name != "posix", reason="a file name of bytes")
def test_a_file_name_that_is_not_utf_8_does_no_harm(command_line, tmp_path):
    path = os.fsencode(tmp_path) + b"/caf\xe9.txt"
    with open(path, "wb") as file:  # noqa: PTH123 - pathlib takes no bytes
        file.write(b"x")
    ran = command_line(
        "trigger", "Greet", "-s", "to=a@b.example", "-s", "who=x", "--attach", os.fsdecode(path), "--json"
    )
    assert ran.code in {0, 65}, ran.err
    assert len(command_line.deliveries()) == (ran.code == 0)


class TestDryRun:
    def test_the_message_is_shown_and_not_queued(self, command_line, tmp_path):
        (tmp_path / "data").write_text("x")
        options = ("-s", "to=ann@company.example", "-s", "who=Ann", "--attach", str(tmp_path / "data"), "--dry-run")
        ran = command_line("trigger", "Greet", *options, "--json")
        assert (ran.code, ran.json["uses"], ran.json["to"]) == (0, "Relay", ["ann@company.example"])
        assert (ran.json["subject"], ran.json["text"]) == ("Hello Ann", "Dear Ann")
        assert ran.json["attachments"] == [str(tmp_path / "data")]
        assert "Dear Ann\n" in command_line("trigger", "Greet", *options).out
        assert command_line.deliveries() == []

    def test_it_fails_as_the_trigger_would(self, command_line):
        good = ("-s", "to=ann@company.example", "-s", "who=Ann", "--dry-run")
        assert command_line("trigger", "Greet", "--dry-run").code == 65
        assert command_line("trigger", "Greet", *good, "--attach", "/no/such/file").code == 65
        assert command_line("trigger", "Greet", *good, "--wait").code == 64
        assert command_line("activity", "edit", "Greet", "--disabled").code == 0
        assert command_line("trigger", "Greet", *good).code == 78
