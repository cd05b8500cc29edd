"""Two commands at once: one writes between the other one's look and its save."""

import pytest
from cli.command_line import CommandLine

from smtp_desktop.services.services import Services


class TwoCommands:
    """Runs a command, and another one as soon as the first has read what it changes."""

    def __init__(self, command_line: CommandLine) -> None:
        self.command_line = command_line

    def __call__(self, first, second):
        others = [second]

        def run_second(services: Services) -> None:
            for use_case in (services.profiles, services.activities):
                use_case.by_name = self._interrupted(use_case.by_name, others)
                use_case.all = self._interrupted(use_case.all, others)

        self.command_line.when_opened = run_second
        ran = self.command_line(*first)
        assert not others
        return ran

    def _interrupted(self, look, others):
        def look_and_let_others_write(*names):
            found = look(*names)
            if others:
                self.command_line.when_opened = None
                other = self.command_line(*others.pop())
                assert other.code == 0, other.err
            return found

        return look_and_let_others_write


@pytest.fixture
def command_line(smtp_desktop):
    return smtp_desktop


@pytest.fixture
def at_once(command_line):
    command_line.create("One")
    command_line.create("Two")
    command_line.create_activity("Greet", "--smtp", "Two")
    return TwoCommands(command_line)


def smtp(command_line, name="One"):
    return command_line("smtp", "show", name, "--json").json


def test_different_fields_are_both_kept(command_line, at_once):
    ran = at_once(("smtp", "edit", "One", "--port", "2525"), ("smtp", "edit", "One", "--signature", "Ann"))
    assert (ran.code, ran.err) == (0, "")
    assert (smtp(command_line)["smtp_port"], smtp(command_line)["signature"]) == (2525, "Ann")


def test_the_same_field_is_refused_with_the_code_for_later(command_line, at_once):
    ran = at_once(("smtp", "edit", "One", "--port", "2525", "--json"), ("smtp", "edit", "One", "--port", "465"))
    assert ran.code == 75
    assert ran.json == {
        "error": {
            "message": "One has been changed elsewhere. Nothing was saved; review it and try again.",
            "fields": {"smtp_port": "It has been changed elsewhere."},
            "code": "changed_meanwhile",
            "missing": [],
            "failure": None,
        }
    }
    assert ran.err.splitlines() == [
        "Error: One has been changed elsewhere. Nothing was saved; review it and try again.",
        "Error: --port: It has been changed elsewhere.",
    ]
    assert smtp(command_line)["smtp_port"] == 465


@pytest.mark.long
def test_a_field_that_is_given_as_it_was_is_no_less_meant(command_line, at_once):
    ran = at_once(("smtp", "edit", "One", "--port", "1"), ("smtp", "edit", "One", "--port", "465"))
    assert ran.code == 75


@pytest.mark.long
def test_the_same_value_by_both_is_saved(command_line, at_once):
    ran = at_once(("smtp", "edit", "One", "--port", "465"), ("smtp", "edit", "One", "--port", "465"))
    assert ran.code == 0


@pytest.mark.parametrize("first_is_default", [True, False])
def test_an_edit_beside_a_new_default_leaves_that_one(command_line, at_once, first_is_default):
    edited = "One" if first_is_default else "Two"
    other = "Two" if first_is_default else "One"
    assert at_once(("smtp", "edit", edited, "--port", "2525"), ("smtp", "default", other)).code == 0
    assert smtp(command_line, edited)["smtp_port"] == 2525
    assert [one["name"] for one in command_line("smtp", "list", "--json").json if one["is_default"]] == [other]


@pytest.mark.parametrize(
    "command",
    [("smtp", "delete", "One", "--yes", "--new-default", "Two"), ("smtp", "delete", "Two", "--yes")],
    ids=["delete the default", "delete another"],
)
def test_a_deletion_beside_a_new_default_neither_moves_nor_loses_it(command_line, at_once, command):
    command_line.create("Three")
    default = "Three" if command[2] == "One" else "Two"
    ran = at_once(command, ("smtp", "default", default))
    assert ran.code == 75, ran.out
    assert [one["name"] for one in command_line("smtp", "list", "--json").json if one["is_default"]] == [default]
    assert len(command_line("smtp", "list", "--json").json) == 3


def test_a_password_for_a_host_that_was_changed_meanwhile_is_refused(command_line, at_once, monkeypatch):
    monkeypatch.setenv("OLD", "for the old host")
    monkeypatch.setenv("MOVED", "for the new host")
    ran = at_once(
        ("smtp", "edit", "One", "--password-env", "OLD"),
        ("smtp", "edit", "One", "--host", "moved.example", "--password-env", "MOVED"),
    )
    assert ran.code == 75
    assert "--password-stdin: It has been changed elsewhere." in ran.err
    assert sorted(command_line.secrets()) == ["for the new host", "secret"]


def test_fields_of_an_activity_are_both_kept_or_one_is_refused(command_line, at_once):
    def shown():
        return command_line("activity", "show", "Greet", "--json").json

    first = ("activity", "edit", "Greet", "--subject", "New")
    assert at_once(first, ("activity", "edit", "Greet", "--disabled")).code == 0
    assert (shown()["subject"], shown()["enabled"]) == ("New", False)
    ran = at_once(
        ("activity", "edit", "Greet", "--cc", "a@b.example"), ("activity", "edit", "Greet", "--cc", "c@d.example")
    )
    assert (ran.code, shown()["cc"]) == (75, ["c@d.example"])


@pytest.mark.long
def test_an_activity_whose_smtp_is_deleted_meanwhile_goes_to_the_default(command_line, at_once):
    ran = at_once(("activity", "edit", "Greet", "--subject", "New"), ("smtp", "delete", "Two", "--yes"))
    assert ran.code == 0
    shown = command_line("activity", "show", "Greet", "--json").json
    assert (shown["subject"], shown["smtp"]) == ("New", None)


@pytest.mark.long
def test_an_smtp_that_is_deleted_meanwhile_can_not_be_chosen(command_line, at_once):
    ran = at_once(
        ("activity", "edit", "Greet", "--backup", "One"), ("smtp", "delete", "One", "--yes", "--new-default", "Two")
    )
    assert (ran.code, "no longer exists" in ran.err or "no SMTP named One" in ran.err) == (78, True)
    assert command_line("activity", "show", "Greet", "--json").json["backup"] is None
