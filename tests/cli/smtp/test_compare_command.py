"""smtp-desktop smtp compare|export"""

import json

import pytest


@pytest.fixture
def command_line(smtp_desktop):
    smtp_desktop.create("One", "--tag", "prod")
    smtp_desktop.create("Two", "--port", "465", "--description", "of two")
    return smtp_desktop


def test_the_fields_that_differ_stand_side_by_side(command_line):
    ran = command_line("smtp", "compare", "One", "Two")
    assert (ran.code, ran.err) == (0, "")
    head, *lines = ran.out.splitlines()
    assert head.split() == ["FIELD", "One", "Two"]
    assert [line.split()[0] for line in lines] == ["is_default", "description", "tags", "smtp_port"]
    assert lines[-1].split() == ["smtp_port", "1", "465"]


def test_those_that_are_alike_come_last_where_they_are_wanted(command_line):
    fields = command_line("smtp", "compare", "--all", "--all-fields", "--json").json["fields"]
    differing = [one["differs"] for one in fields]
    assert differing == sorted(differing, reverse=True)
    assert {"field": "host_name", "differs": False, "values": {"One": "127.0.0.1", "Two": "127.0.0.1"}} in fields
    assert "secret" not in json.dumps(fields)


def test_what_is_alike_says_so_and_one_is_too_few(command_line):
    assert command_line("smtp", "edit", "Two", "--port", "1", "--description", "", "--tag", "prod").code == 0
    assert command_line("smtp", "create", "Third", "--host", "h.example", "--no-auth", "--from", "a@b.example",
                        "--default").code == 0  # fmt: skip
    assert command_line("smtp", "compare", "One", "Two").out == "These SMTPs differ only in their names.\n"
    assert command_line("smtp", "compare", "One").code == 64


def test_export_has_every_field_and_no_secret(command_line, tmp_path):
    printed = command_line("smtp", "export", "--all")
    assert [one["name"] for one in printed.json["smtps"]] == ["One", "Two"]
    assert (printed.json["smtps"][1]["smtp_port"], printed.json["smtps"][0]["tags"]) == (465, ["prod"])
    assert "secret" not in printed.out.replace("client_secret", "")
    assert printed.json["smtps"][0]["password"] == {"env": "SMTP_ONE_PASSWORD"}
    file = tmp_path / "out.json"
    ran = command_line("smtp", "export", "Two", "--output", str(file), "--json")
    written = {"file": str(file), "format": "json", "exported": 1, "sealed": False, "sign_in_again": []}
    assert (ran.code, ran.json) == (0, written)
    assert json.loads(file.read_text(encoding="utf-8")) == {
        "smtp_desktop": 1,
        "smtps": [printed.json["smtps"][1]],
    }


def test_a_file_that_can_not_be_written_is_said(command_line, tmp_path):
    ran = command_line("smtp", "export", "--all", "--output", str(tmp_path / "no" / "out.json"))
    assert ran.code == 73
