"""smtp-desktop trigger"""

import os
import sqlite3
import stat
from contextlib import closing

import pytest


@pytest.fixture
def house(smtp_desktop):
    """A home with one SMTP and the activity Greet."""
    smtp_desktop.create("Relay")
    smtp_desktop.create_activity("Greet")
    return smtp_desktop


def test_a_triggered_mail_is_in_the_outbox(house):
    ran = house("trigger", "greet", "-s", "to=ann@company.example", "-s", "who=Ann = Bob")
    assert (ran.code, ran.err) == (0, "")
    (mail,) = house.deliveries()
    assert ran.out == f"Queued as {mail['id']}: Hello Ann = Bob, to ann@company.example\n"
    assert (mail["state"], mail["activity"], mail["smtp"], mail["attempts"]) == ("waiting", "Greet", None, 0)
    assert mail["recipients"] == [{"address": "ann@company.example", "state": "waiting", "reply": ""}]
    assert mail["message_id"].endswith("@company.example>")


def test_json_is_the_delivery(house):
    ran = house("trigger", "Greet", "-s", "to=ann@company.example", "--set", "who=", "--json")
    assert ran.code == 0, ran.err
    assert house.deliveries() == [ran.json]
    assert ran.json["subject"].strip() == "Hello"


def test_a_missing_value_is_named_and_nothing_queued(house):
    ran = house("trigger", "Greet", "-s", "to=ann@company.example", "--json")
    assert (ran.code, ran.json["error"]["missing"]) == (65, ["who"])
    assert "who" in ran.err
    assert house.deliveries() == []


def test_a_value_adds_no_recipient_and_no_header(house):
    for to, who in (("a@b.example, c@d.example", "x"), ("a@b.example\nBcc: c@d.example", "x")):
        ran = house("trigger", "Greet", "-s", f"to={to}", "-s", f"who={who}")
        assert ran.code == 65, ran.err
        assert ran.err.startswith("Error: To: ")
    assert house.deliveries() == []


def test_a_value_that_no_placeholder_takes_is_told(house):
    ran = house("trigger", "Greet", "-s", "to=a@b.example", "-s", "who=x", "-s", "wo=y")
    assert (ran.code, ran.err) == (0, "Warning: Greet has no placeholder wo.\n")


@pytest.mark.parametrize(
    "options",
    [
        ("-s", "who"),
        ("-s", "=x"),
        ("-s", "a=1", "-s", "a=2"),
        ("-s", "a=1", "--json-values", "-"),
        ("--json-values", "no"),
    ],
)
def test_wrong_usage(house, options):
    ran = house("trigger", "Greet", *options, "--json")
    assert ran.code == 64, ran.err
    assert house.deliveries() == []


def test_a_value_that_is_not_utf_8_is_refused(house):
    ran = house("trigger", "Greet", "-s", "to=a@b.example", "-s", os.fsdecode(b"who=caf\xe9"), "--json")
    assert ran.code == 65, ran.err
    assert house.deliveries() == []


def test_files_go_with_it(house, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "report.pdf").write_bytes(b"x" * 50_000)
    small, large = house.trigger("Greet"), None
    ran = house("trigger", "Greet", "-s", "to=a@b.example", "-s", "who=x", "--attach", "report.pdf", "--json")
    assert ran.code == 0, ran.err
    large = ran.json
    assert large["size_bytes"] > 50_000
    assert next(one for one in house.deliveries() if one["id"] == small)["size_bytes"] < 50_000


def test_a_file_that_is_not_there_is_refused(house):
    ran = house("trigger", "Greet", "-s", "to=a@b.example", "-s", "who=x", "--attach", "no/such/file", "--json")
    assert ran.code == 65
    assert "no/such/file" in ran.json["error"]["message"]
    assert house.deliveries() == []


def test_one_that_is_off_queues_nothing(house):
    house("activity", "edit", "Greet", "--disabled")
    ran = house("trigger", "Greet", "-s", "to=a@b.example", "-s", "who=x", "--json")
    assert (ran.code, house.deliveries()) == (78, [])
    assert "Greet" in ran.json["error"]["message"]


def test_without_an_smtp_nothing_is_queued(smtp_desktop):
    smtp_desktop.create_activity("Greet")
    ran = smtp_desktop("trigger", "Greet", "-s", "to=a@b.example", "-s", "who=x", "--json")
    assert (ran.code, smtp_desktop.deliveries()) == (78, [])


def test_a_database_in_use_is_temporary(house):
    def impatient(opened):
        opened._adapters.database._connection.execute("PRAGMA busy_timeout = 20")

    house.when_opened = impatient
    with closing(sqlite3.connect(house.home / "smtp-desktop.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        ran = house("trigger", "Greet", "-s", "to=a@b.example", "-s", "who=x", "--json")
        other.execute("ROLLBACK")
    assert ran.code == 75, ran.err
    assert house.deliveries() == []


def test_a_subject_does_not_steer_the_terminal(house):
    house("activity", "edit", "Greet", "--to", "a@b.example", "--subject", "\x9b31m", "--text", "x")
    ran = house("trigger", "Greet")
    assert not set("\x1b\x9b") & set(ran.out + ran.err)


@pytest.mark.skipif(os.name != "posix", reason="file modes")
def test_the_outbox_is_for_its_owner_only(house):
    house.trigger("Greet")
    assert stat.S_IMODE((house.home / "smtp-desktop.sqlite3").stat().st_mode) & 0o077 == 0


@pytest.mark.skipif(os.name != "posix", reason="a file name of bytes")
def test_a_file_name_that_is_not_utf_8_does_no_harm(house, tmp_path):
    path = os.fsencode(tmp_path) + b"/caf\xe9.txt"
    with open(path, "wb") as file:  # noqa: PTH123 - pathlib takes no bytes
        file.write(b"x")
    ran = house("trigger", "Greet", "-s", "to=a@b.example", "-s", "who=x", "--attach", os.fsdecode(path), "--json")
    assert ran.code in {0, 65}, ran.err
    assert len(house.deliveries()) == (ran.code == 0)
