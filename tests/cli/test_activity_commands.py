"""smtp-desktop activity list|show|create|edit|duplicate|delete"""

import os
from pathlib import Path

import pytest


@pytest.fixture
def house(smtp_desktop):
    """A home with two SMTPs, the first one the default."""
    smtp_desktop.create("One")
    smtp_desktop.create("Two")
    return smtp_desktop


def names(house):
    return [one["name"] for one in house("activity", "list", "--json").json]


def test_an_empty_home_lists_nothing(smtp_desktop):
    assert smtp_desktop("activity", "list", "--json").json == []
    ran = smtp_desktop("activity", "list")
    assert (ran.code, ran.out) == (0, "")


def test_create_keeps_every_field(house):
    ran = house(
        *("activity", "create", "Report", "--smtp", "two", "--backup", "ONE", "--description", "every morning"),
        *("--to", "ann@company.example", "--to", "{{ boss }}", "--cc", "c@company.example"),
        *("--bcc", "b@company.example", "--subject", "Report of {{ day }}", "--text", "Dear {{ boss }}"),
        *("--html", "<b>{{ day }}</b>", "--attach", "/tmp/{{ day }}.pdf", "--attach", "/tmp/all.pdf"),
        *("--disabled", "--json"),
    )
    assert ran.code == 0, ran.err
    assert ran.json == house("activity", "show", "report", "--json").json
    assert ran.json == {
        "name": "Report",
        "description": "every morning",
        "smtp": "Two",
        "backup": "One",
        "to": "ann@company.example, {{ boss }}",
        "cc": "c@company.example",
        "bcc": "b@company.example",
        "subject": "Report of {{ day }}",
        "text": "Dear {{ boss }}",
        "html": "<b>{{ day }}</b>",
        "attachments": ["/tmp/{{ day }}.pdf", "/tmp/all.pdf"],
        "enabled": False,
        "placeholders": ["boss", "day"],
        "uses": "Two",
        "reason": "Two, as chosen here.",
    }


def test_the_default_is_followed_as_it_changes(house):
    house.create_activity("Greet")
    told = house("activity", "show", "Greet", "--json").json
    assert (told["smtp"], told["backup"], told["uses"]) == (None, None, "One")
    house("smtp", "default", "Two")
    (listed,) = house("activity", "list", "--json").json
    assert (listed["smtp"], listed["uses"]) == (None, "Two")


def test_without_any_smtp_it_says_that_nothing_can_be_used(smtp_desktop):
    smtp_desktop.create_activity("Greet")
    told = smtp_desktop("activity", "show", "Greet", "--json").json
    assert told["uses"] is None
    assert told["reason"]
    assert smtp_desktop("activity", "list").out.splitlines()[1].split()[:5] == [
        "Greet",
        "yes",
        "Default",
        "SMTP",
        "none",
    ]


def test_show_tells_fields_and_route(house):
    house.create_activity("Greet", "--description", "says\nhello")
    lines = house("activity", "show", "Greet").out.splitlines()
    assert any(line.split() == ["smtp:", "Default", "SMTP"] for line in lines)
    assert any(line.split() == ["uses:", "One"] for line in lines)
    assert any(line.startswith("reason:") for line in lines)


def test_bodies_come_from_files(house, tmp_path):
    page = tmp_path / "page.html"
    page.write_bytes("\ufeff<p>Grüße {{ who }}</p>\r\n".encode())
    ran = house(
        *("activity", "create", "Greet", "--to", "a@b.example", "--subject", "x"),
        *("--text-file", "-", "--html-file", str(page), "--json"),
        stdin="Dear {{ who }}\nGrüße\n".encode(),
    )
    assert ran.code == 0, ran.err
    assert ran.json["text"].splitlines() == ["Dear {{ who }}", "Grüße"]
    assert ran.json["html"].strip() == "<p>Grüße {{ who }}</p>"


def test_a_file_that_is_no_text_is_refused(house, tmp_path):
    (tmp_path / "page").write_bytes(b"\xff\xfe\x00")
    ran = house("activity", "create", "G", "--to", "a@b.example", "--text-file", str(tmp_path / "page"), "--json")
    assert (ran.code, list(ran.json["error"]["fields"])) == (65, ["text"])
    assert names(house) == []


@pytest.mark.parametrize(
    "options",
    [
        ("--text", "x", "--text-file", "-"),
        ("--html", "x", "--html-file", "-"),
        ("--text-file", "-", "--html-file", "-"),
        ("--text-file", "no such file"),
        ("--enabled=yes",),
        ("--host", "h.example"),
    ],
)
def test_options_that_contradict_are_wrong_usage(house, options):
    ran = house("activity", "create", "Greet", *options, "--json", stdin=b"text")
    assert ran.code == 64, ran.err
    assert names(house) == []


def test_every_refused_field_is_told_at_once_and_nothing_saved(house):
    ran = house(
        *("activity", "create", "not good", "--to", "nobody", "--subject", "{{ a", "--text", "{% if %}", "--json"),
    )
    assert ran.code == 65
    assert {"name", "to", "subject", "text"} <= set(ran.json["error"]["fields"])
    told = {line.split(": ")[1] for line in ran.err.splitlines()}
    assert {"NAME", "--to", "--subject", "--text"} <= told
    assert names(house) == []


def test_a_command_line_that_is_not_utf_8_is_refused(house):
    for option in ("--subject", "--text", "--to", "--description"):
        broken = os.fsdecode(b"caf\xe9")
        ran = house("activity", "create", "Greet", "--to", "a@b.example", "--text", "x", option, broken, "--json")
        assert ran.code == 65, (option, ran.err)
    assert names(house) == []


def test_a_taken_name_is_refused(house):
    house.create_activity("Greet")
    ran = house("activity", "create", "GREET", "--to", "a@b.example", "--subject", "s", "--text", "x", "--json")
    assert (ran.code, list(ran.json["error"]["fields"])) == (65, ["name"])


def test_an_smtp_that_does_not_exist_is_a_wrong_configuration(house):
    for option in ("--smtp", "--backup"):
        ran = house("activity", "create", "Greet", option, "Nobody", "--json")
        assert (ran.code, ran.json["error"]["message"]) == (78, "There is no SMTP named Nobody.")


def test_a_file_to_attach_is_found_from_every_folder(house, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    made = house.create_activity("Greet", "--attach", "a/{{ b // c }}.pdf", "--attach", "{{ folder }}/x", "--json")
    assert made.json["attachments"] == [f"{Path.cwd()}{os.sep}a/{{{{ b // c }}}}.pdf", "{{ folder }}/x"]


def test_edit_changes_only_what_is_given(house):
    before = house.create_activity("Greet", "--smtp", "Two", "--attach", "/tmp/x", "--json").json
    ran = house("activity", "edit", "greet", "--name", "Wave", "--subject", "Bye {{ who }}", "--json")
    assert ran.code == 0, ran.err
    assert ran.json == before | {"name": "Wave", "subject": "Bye {{ who }}"}


def test_an_empty_option_empties_the_field(house):
    house.create_activity("Greet", "--smtp", "Two", "--backup", "One", "--cc", "c@b.example", "--attach", "/tmp/x")
    ran = house(
        *(
            "activity",
            "edit",
            "Greet",
            "--smtp",
            "",
            "--backup",
            "",
            "--cc",
            "",
            "--attach",
            "",
            "--disabled",
            "--json",
        ),
    )
    assert ran.code == 0, ran.err
    emptied = {key: ran.json[key] for key in ("smtp", "backup", "cc", "attachments", "enabled")}
    assert emptied == {"smtp": None, "backup": None, "cc": "", "attachments": [], "enabled": False}
    assert house("activity", "edit", "Greet", "--enabled", "--json").json["enabled"] is True


def test_duplicate_prints_the_copys_name(house):
    house.create_activity("Greet", "--smtp", "Two")
    ran = house("activity", "duplicate", "greet")
    assert (ran.code, ran.out) == (0, "Greet_copied\n")
    copy, original = (house("activity", "show", name, "--json").json for name in ("Greet_copied", "Greet"))
    assert copy == original | {"name": "Greet_copied"}


def test_nothing_is_deleted_without_a_yes(house):
    house.create_activity("Greet")
    assert house("activity", "delete", "Greet").code == 64
    refused = house("activity", "delete", "Greet", stdin=b"n\n", person=True)
    assert refused.code == 130
    assert "Delete Greet?" in refused.err
    assert names(house) == ["Greet"]
    ran = house("activity", "delete", "greet", "--yes", "--json")
    assert (ran.code, ran.json) == (0, {"name": "Greet", "deleted": True})
    assert names(house) == []


def test_its_deliveries_outlive_it(house):
    house.create_activity("Greet")
    house.trigger("Greet")
    house("activity", "delete", "Greet", "--yes")
    assert [one["activity"] for one in house.deliveries()] == ["Greet"]


@pytest.mark.parametrize(
    "command", [("activity", verb) for verb in ("show", "edit", "duplicate", "delete")] + [("trigger",)]
)
def test_an_activity_that_does_not_exist_is_a_wrong_configuration(house, command):
    ran = house(*command, "Nobody", "--json")
    assert ran.code == 78
    assert "Nobody" in ran.json["error"]["message"]


def test_deleting_an_smtp_names_the_activities_that_use_it(house):
    house.create_activity("Greet", "--smtp", "Two")
    house.create_activity("Wave", "--smtp", "Two", "--backup", "One")
    house.create_activity("Shout", "--backup", "Two")
    refused = house("smtp", "delete", "Two", stdin=b"n\n", person=True)
    assert "To the default SMTP go: Greet, Wave." in refused.err
    assert "Without a backup from now on: Shout." in refused.err
    ran = house("smtp", "delete", "Two", "--yes", "--json")
    assert (ran.json["activities"], ran.json["backup_of"]) == (["Greet", "Wave"], ["Shout"])
    told = {one["name"]: (one["smtp"], one["backup"], one["uses"]) for one in house("activity", "list", "--json").json}
    assert told == {"Greet": (None, None, "One"), "Wave": (None, "One", "One"), "Shout": (None, None, "One")}


def test_what_is_stored_does_not_steer_the_terminal(house):
    house.create_activity("Greet", "--subject", "\x9b31m{{ who }}", "--description", "a\x7fb")
    for command in (("list",), ("show", "Greet"), ("show", "Greet", "--json")):
        assert not set("\x1b\x9b\x7f") & set(house("activity", *command).out)


@pytest.mark.parametrize("group", ["activity", "deliveries", "trigger", "send"])
def test_help_opens_no_home(smtp_desktop, group):
    ran = smtp_desktop(group, "--help")
    assert ran.code == 0
    assert "Usage: smtp-desktop" in ran.out
    assert smtp_desktop.chosen_homes == []
