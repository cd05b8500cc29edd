"""smtp-desktop activity list|show|create|edit|duplicate|delete"""

import email
import email.policy
import os
from pathlib import Path

import pytest


@pytest.fixture
def command_line(smtp_desktop):
    """A home with two SMTPs, the first one the default."""
    smtp_desktop.create("One")
    smtp_desktop.create("Two")
    return smtp_desktop


def names(command_line):
    return [one["name"] for one in command_line("activity", "list", "--json").json]


def test_an_empty_home_lists_nothing(smtp_desktop):
    assert smtp_desktop("activity", "list", "--json").json == []
    ran = smtp_desktop("activity", "list")
    assert (ran.code, ran.out) == (0, "")


def test_create_keeps_every_field(command_line):
    ran = command_line(
        *("activity", "create", "Report", "--smtp", "two", "--backup", "ONE", "--description", "every morning"),
        *("--to", "ann@company.example", "--to", "{{ boss }}", "--cc", "c@company.example"),
        *("--bcc", "b@company.example", "--subject", "Report of {{ day }}", "--text", "Dear {{ boss }}"),
        *("--html", "<b>{{ day }}</b>", "--attach", "/tmp/{{ day }}.pdf", "--attach", "/tmp/all.pdf"),
        *("--reply-to", "desk@company.example", "--header", "X-Job={{ day }}", "--header", "List-Id: <a=b.example>"),
        *("--expire-after", "36h", "--disabled", "--json"),
    )
    assert ran.code == 0, ran.err
    assert ran.json == command_line("activity", "show", "report", "--json").json | {"changed": True}
    assert ran.json == {
        "changed": True,
        "name": "Report",
        "description": "every morning",
        "smtp": "Two",
        "backup": "One",
        "to": ["ann@company.example", "{{ boss }}"],
        "cc": ["c@company.example"],
        "bcc": ["b@company.example"],
        "reply_to": ["desk@company.example"],
        "subject": "Report of {{ day }}",
        "text": "Dear {{ boss }}",
        "html": "<b>{{ day }}</b>",
        "attachments": ["/tmp/{{ day }}.pdf", "/tmp/all.pdf"],
        "headers": ["X-Job: {{ day }}", "List-Id: <a=b.example>"],
        "expire_after_s": 129_600,
        "enabled": False,
        "placeholders": ["boss", "day"],
        "uses": "Two",
        "reason": "chosen",
        "reason_text": "Two, as set for this activity.",
    }


def test_the_age_past_which_a_mail_is_not_sent_can_be_set_and_left_to_the_settings(command_line):
    command_line.create_activity("Greet")
    shown = command_line("activity", "show", "Greet")
    assert "Expires after: the limit in the settings" in " ".join(shown.out.split())
    assert command_line("activity", "edit", "Greet", "--expire-after", "2 days").code == 0
    assert "Expires after: 2d" in " ".join(command_line("activity", "show", "Greet").out.split())
    assert command_line("activity", "edit", "Greet", "--expire-after", "").code == 0
    assert command_line("activity", "show", "Greet", "--json").json["expire_after_s"] is None


@pytest.mark.parametrize("typed", ["soon", "2", "0h", "366d", "1.5h", "-1d"])
def test_an_age_that_is_none_is_refused_beside_its_option(command_line, typed):
    command_line.create_activity("Greet")
    ran = command_line("activity", "edit", "Greet", "--expire-after", typed)
    assert ran.code == 65
    assert ran.err == "Error: --expire-after: Enter hours or days, for example 12h or 2d: from 1 hour to 365 days.\n"


def test_the_default_is_followed_as_it_changes(command_line):
    command_line.create_activity("Greet")
    shown = command_line("activity", "show", "Greet", "--json").json
    assert (shown["smtp"], shown["backup"], shown["uses"]) == (None, None, "One")
    command_line("smtp", "default", "Two")
    (listed,) = command_line("activity", "list", "--json").json
    assert (listed["smtp"], listed["uses"]) == (None, "Two")


def test_without_any_smtp_it_says_that_nothing_can_be_used(smtp_desktop):
    smtp_desktop.create_activity("Greet")
    shown = smtp_desktop("activity", "show", "Greet", "--json").json
    assert shown["uses"] is None
    assert shown["reason"] == "no_smtp"
    assert smtp_desktop("activity", "list").out.splitlines()[1].split()[:5] == [
        "Greet",
        "yes",
        "Default",
        "SMTP",
        "none",
    ]


def test_show_prints_fields_and_route(command_line):
    command_line.create_activity("Greet", "--description", "says\nhello")
    lines = command_line("activity", "show", "Greet").out.splitlines()
    assert any(line.split() == ["SMTP:", "the", "default"] for line in lines)
    assert any(line.split() == ["Used", "now:", "One"] for line in lines)
    assert any(line.startswith("Why:") for line in lines)


def test_bodies_come_from_files(command_line, tmp_path):
    page = tmp_path / "page.html"
    page.write_bytes("\ufeff<p>Grüße {{ who }}</p>\r\n".encode())
    ran = command_line(
        *("activity", "create", "Greet", "--to", "a@b.example", "--subject", "x"),
        *("--text-file", "-", "--html-file", str(page), "--json"),
        stdin="Dear {{ who }}\nGrüße\n".encode(),
    )
    assert ran.code == 0, ran.err
    assert ran.json["text"].splitlines() == ["Dear {{ who }}", "Grüße"]
    assert ran.json["html"].strip() == "<p>Grüße {{ who }}</p>"


def test_a_file_that_is_no_text_is_refused(command_line, tmp_path):
    (tmp_path / "page").write_bytes(b"\xff\xfe\x00")
    ran = command_line(
        "activity", "create", "G", "--to", "a@b.example", "--text-file", str(tmp_path / "page"), "--json"
    )
    assert (ran.code, list(ran.json["error"]["fields"])) == (65, ["text"])
    assert names(command_line) == []


@pytest.mark.parametrize(
    "options",
    [
        ("--text", "x", "--text-file", "-"),
        ("--html", "x", "--html-file", "-"),
        ("--text-file", "-", "--html-file", "-"),
        ("--enabled=yes",),
        ("--host", "h.example"),
    ],
)
def test_options_that_contradict_are_wrong_usage(command_line, options):
    ran = command_line("activity", "create", "Greet", *options, "--json", stdin=b"text")
    assert ran.code == 64, ran.err
    assert names(command_line) == []


def test_every_refused_field_is_printed_at_once_and_nothing_saved(command_line):
    ran = command_line(
        *("activity", "create", "not good", "--to", "nobody", "--subject", "{{ a", "--text", "{% if %}", "--json"),
    )
    assert ran.code == 65
    assert {"name", "to", "subject", "text"} <= set(ran.json["error"]["fields"])
    shown = {line.split(": ")[1] for line in ran.err.splitlines()}
    assert {"NAME", "--to", "--subject", "--text"} <= shown
    assert names(command_line) == []


def test_a_command_line_that_is_not_utf_8_is_refused(command_line):
    for option in ("--subject", "--text", "--to", "--description"):
        broken = os.fsdecode(b"caf\xe9")
        ran = command_line(
            "activity", "create", "Greet", "--to", "a@b.example", "--text", "x", option, broken, "--json"
        )
        assert ran.code == 65, (option, ran.err)
    assert names(command_line) == []


def test_a_taken_name_is_refused(command_line):
    command_line.create_activity("Greet")
    ran = command_line("activity", "create", "GREET", "--to", "a@b.example", "--subject", "s", "--text", "x", "--json")
    assert (ran.code, list(ran.json["error"]["fields"])) == (65, ["name"])


def test_an_smtp_that_does_not_exist_is_a_wrong_configuration(command_line):
    for option in ("--smtp", "--backup"):
        ran = command_line("activity", "create", "Greet", option, "Nobody", "--json")
        assert (ran.code, ran.json["error"]["message"]) == (78, "There is no SMTP named Nobody.")


def test_a_file_to_attach_is_found_from_every_folder(command_line, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    made = command_line.create_activity(
        "Greet", "--attach", "a/{{ b // c }}.pdf", "--attach", "{{ folder }}/x", "--json"
    )
    assert made.json["attachments"] == [f"{Path.cwd()}{os.sep}a/{{{{ b // c }}}}.pdf", "{{ folder }}/x"]


def test_edit_changes_only_what_is_given(command_line):
    before = command_line.create_activity("Greet", "--smtp", "Two", "--attach", "/tmp/x", "--json").json
    ran = command_line("activity", "edit", "greet", "--name", "Wave", "--subject", "Bye {{ who }}", "--json")
    assert ran.code == 0, ran.err
    assert ran.json == before | {"name": "Wave", "subject": "Bye {{ who }}"}


def test_an_empty_option_empties_the_field(command_line):
    command_line.create_activity(
        "Greet", "--smtp", "Two", "--backup", "One", "--cc", "c@b.example", "--attach", "/tmp/x"
    )
    ran = command_line(
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
    assert emptied == {"smtp": None, "backup": None, "cc": [], "attachments": [], "enabled": False}
    assert command_line("activity", "edit", "Greet", "--enabled", "--json").json["enabled"] is True


def test_duplicate_prints_the_copys_name(command_line):
    command_line.create_activity("Greet", "--smtp", "Two")
    ran = command_line("activity", "duplicate", "greet")
    assert (ran.code, ran.out) == (0, "Greet_copied\n")
    copy, original = (command_line("activity", "show", name, "--json").json for name in ("Greet_copied", "Greet"))
    assert copy == original | {"name": "Greet_copied"}


def test_nothing_is_deleted_without_a_yes(command_line):
    command_line.create_activity("Greet")
    assert command_line("activity", "delete", "Greet").code == 64
    refused = command_line("activity", "delete", "Greet", stdin=b"n\n", at_terminal=True)
    assert (refused.code, refused.err.endswith("Nothing was deleted.\n")) == (1, True)
    assert "Delete Greet?" in refused.err
    assert names(command_line) == ["Greet"]
    ran = command_line("activity", "delete", "greet", "--yes", "--json")
    assert (ran.code, ran.json) == (0, [{"name": "Greet", "deleted": True, "changed": True}])
    assert names(command_line) == []


def test_its_deliveries_outlive_it(command_line):
    command_line.create_activity("Greet")
    command_line.trigger("Greet")
    command_line("activity", "delete", "Greet", "--yes")
    assert [one["activity"] for one in command_line.deliveries()] == ["Greet"]


@pytest.mark.parametrize(
    "command", [("activity", verb) for verb in ("show", "preview", "duplicate", "delete")] + [("trigger",)]
)
def test_an_activity_that_does_not_exist_is_a_wrong_configuration(command_line, command):
    ran = command_line(*command, "Nobody", "--json")
    assert ran.code == 78
    assert "Nobody" in ran.json["error"]["message"]


def test_deleting_an_smtp_names_the_activities_that_use_it(command_line):
    command_line.create_activity("Greet", "--smtp", "Two")
    command_line.create_activity("Wave", "--smtp", "Two", "--backup", "One")
    command_line.create_activity("Shout", "--backup", "Two")
    refused = command_line("smtp", "delete", "Two", stdin=b"n\n", at_terminal=True)
    assert "Will use the default SMTP: Greet, Wave." in refused.err
    assert "Will have no backup: Shout." in refused.err
    ran = command_line("smtp", "delete", "Two", "--yes", "--json")
    assert (ran.json[0]["activities"], ran.json[0]["backup_of"]) == (["Greet", "Wave"], ["Shout"])
    shown = {
        one["name"]: (one["smtp"], one["backup"], one["uses"])
        for one in command_line("activity", "list", "--json").json
    }
    assert shown == {"Greet": (None, None, "One"), "Wave": (None, "One", "One"), "Shout": (None, None, "One")}


def test_what_is_stored_does_not_control_the_terminal(command_line):
    command_line.create_activity("Greet", "--subject", "\x9b31m{{ who }}", "--description", "a\x7fb")
    for command in (("list",), ("show", "Greet"), ("show", "Greet", "--json")):
        assert not set("\x1b\x9b\x7f") & set(command_line("activity", *command).out)


@pytest.mark.parametrize("group", ["activity", "outbox", "trigger", "send"])
def test_help_opens_no_home(smtp_desktop, group):
    ran = smtp_desktop(group, "--help")
    assert ran.code == 0
    assert "Usage: smtp-desktop" in ran.out
    assert smtp_desktop.chosen_homes == []


def test_single_recipients_are_added_and_removed(command_line):
    command_line.create_activity("Greet", "--cc", '"Doe, Jane" <jane@b.example>', "--cc", "{{ boss }}")
    added = (
        "--add-cc",
        "new@b.example",
        "--add-cc",
        "{{ boss }}",
        "--remove-to",
        "{{ to }}",
        "--add-to",
        "a@b.example",
    )
    ran = command_line("activity", "edit", "Greet", *added, "--json")
    assert ran.code == 0, ran.err
    assert ran.json["cc"] == ['"Doe, Jane" <jane@b.example>', "{{ boss }}", "new@b.example"]
    assert (ran.json["to"], ran.json["changed"]) == (["a@b.example"], True)
    again = ("--add-to", "A@B.example", "--remove-cc", "nobody@b.example", "--remove-bcc", "x@b.example")
    assert command_line("activity", "edit", "Greet", *again).out == "Greet: unchanged.\n"
    assert command_line("activity", "edit", "Greet", "--to", "a@b.example", "--add-to", "c@b.example").code == 64


def test_an_edit_that_names_no_field_is_wrong_usage(command_line):
    command_line.create_activity("Greet")
    ran = command_line("activity", "edit", "Greet", "--json")
    assert (ran.code, ran.json["error"]["message"]) == (64, "There is nothing to change: give at least one field.")


def test_several_are_deleted_and_those_that_are_gone_may_be(command_line):
    command_line.create_activity("One")
    command_line.create_activity("Two")
    assert command_line("activity", "delete", "One", "Gone", "--yes").code == 78
    assert names(command_line) == ["One", "Two"]
    ran = command_line("activity", "delete", "One", "Gone", "two", "one", "--if-exists", "--yes", "--json")
    assert (ran.code, ran.json) == (
        0,
        [
            {"name": "One", "deleted": True, "changed": True},
            {"name": "Two", "deleted": True, "changed": True},
            {"name": "Gone", "deleted": False, "changed": False},
        ],
    )
    ran = command_line("activity", "delete", "One", "--if-exists")
    assert (ran.code, ran.out) == (0, "There is no activity named One.\n")


def test_a_preview_shows_the_message_and_queues_nothing(command_line):
    attached = ("--cc", "Boss <boss@b.example>", "--attach", "/tmp/{{ who }}.pdf", "--html", "<p>{{ who }}</p>",
                "--reply-to", "{{ to }}", "--header", "X-Job={{ who }}")  # fmt: skip
    command_line.create_activity("Greet", *attached, "--smtp", "Two")
    given = ("-s", "to=ann@b.example", "-s", "who=Ann & Bob")
    ran = command_line("activity", "preview", "greet", *given, "--json")
    assert (ran.code, ran.json) == (
        0,
        {
            "activity": "Greet",
            "uses": "Two",
            "to": ["ann@b.example"],
            "cc": ['"Boss" <boss@b.example>'],
            "bcc": [],
            "reply_to": ["ann@b.example"],
            "subject": "Hello Ann & Bob",
            "text": "Dear Ann & Bob",
            "html": "<p>Ann &amp; Bob</p>",
            "attachments": ["/tmp/Ann & Bob.pdf"],
            "headers": ["X-Job: Ann & Bob"],
        },
    )
    ran = command_line("activity", "preview", "Greet", *given, "-s", "more=x")
    assert ran.err == "Warning: Greet has no placeholder more.\n"
    assert ran.out.splitlines() == [
        "Through:     Two",
        "To:          ann@b.example",
        'Cc:          "Boss" <boss@b.example>',
        "Reply-To:    ann@b.example",
        "Subject:     Hello Ann & Bob",
        "Attachments: /tmp/Ann & Bob.pdf",
        "X-Job:       Ann & Bob",
        "",
        "Dear Ann & Bob",
        "",
        "HTML:",
        "",
        "<p>Ann &amp; Bob</p>",
    ]
    assert command_line.deliveries() == []


def test_a_preview_names_the_values_that_are_missing(command_line):
    command_line.create_activity("Greet")
    ran = command_line("activity", "preview", "Greet", "-s", "who=Ann", "--json")
    assert (ran.code, ran.json["error"]["missing"]) == (65, ["to"])
    assert command_line("activity", "preview", "Greet", "-s", "who").code == 64


def test_every_option_of_an_activity_is_explained(command_line):
    for verb in ("create", "edit", "set", "preview", "delete"):
        lines = command_line("activity", verb, "--help").out.split("Options:")[1].splitlines()
        options = [line for line in lines if line.strip().startswith("-")]
        following = dict(zip(lines, [*lines[1:], ""], strict=True))
        bare = [one for one in options if "  " not in one.strip() and following[one].strip().startswith("-")]
        assert not bare


@pytest.mark.parametrize(
    ("header", "code", "words"),
    [
        ("X-Job", 64, "--header takes NAME=VALUE"),
        ("Subject=Other", 65, "--header: Subject can't be added"),
        ("Content-Type=text/plain", 65, "can't be added"),
        ("X-{{day}}=1", 65, "is not a header"),
        ("X-Job=1\nBcc: evil@b.example", 64, "--header takes NAME=VALUE"),
    ],
)
def test_a_header_that_can_not_be_added_is_refused(command_line, header, code, words):
    mail = ("--to", "a@b.example", "--subject", "x", "--text", "x")
    ran = command_line("activity", "create", "Greet", *mail, "--header", header)
    assert ran.code == code
    assert words in ran.err


def test_reply_to_and_headers_are_in_the_message_and_can_be_taken_away(command_line):
    command_line.create_activity("Greet", "--reply-to", "desk@b.example", "--header", "X-Job={{ who }}")
    number = command_line.trigger("Greet", who="Größe")
    command_line("outbox", "show", str(number), "--eml", str(command_line.home / "mail.eml"))
    message = email.message_from_bytes((command_line.home / "mail.eml").read_bytes(), policy=email.policy.default)
    assert message["Reply-To"] == "desk@b.example"
    assert message["X-Job"] == "Größe"
    who = "-swho=x\nBcc: evil@b.example"
    assert command_line("trigger", "Greet", "-sto=a@b.example", who).code == 65
    ran = command_line("activity", "edit", "Greet", "--reply-to", "", "--header", "", "--json")
    assert (ran.json["reply_to"], ran.json["headers"]) == ([], [])
