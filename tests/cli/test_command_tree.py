"""What holds for every command: global options, help, former names, mistyped names, errors as JSON."""

import click
import pytest

from smtp_desktop.cli.lazy_group import LazyGroup

GROUP = LazyGroup(
    "top",
    modules={"list": "smtp.overview:list_all", "more": "smtp.group:smtp"},
    aliases={"ls": "list", "shown": "more show"},
)


@pytest.mark.parametrize(
    "arguments", [("--json", "smtp", "list"), ("smtp", "--json", "list"), ("smtp", "list", "--json")]
)
def test_json_may_be_asked_for_before_and_after_the_command(smtp_desktop, arguments):
    ran = smtp_desktop(*arguments)
    assert (ran.code, ran.json) == (0, [])


@pytest.mark.parametrize("before", [True, False])
def test_the_data_folder_may_be_given_before_and_after_the_command(smtp_desktop, tmp_path, before):
    home, command = ("--home", str(tmp_path / "other")), ("smtp", "list")
    assert smtp_desktop(*(home + command if before else command + home)).code == 0
    assert smtp_desktop.chosen_homes == [tmp_path / "other"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("smtp", "list", "--bogus", "--json"),
        ("smtp", "create", "X", "--json", "--port"),
        ("smtp", "create", "--json"),
        ("--json", "nope"),
        ("smtp", "nope", "--json"),
        ("smtp", "--json"),
        ("--json",),
        ("help", "nope", "--json"),
        ("help", "smtp", "list", "more", "--json"),
    ],
)
def test_wrong_usage_is_a_json_document_too(smtp_desktop, arguments):
    ran = smtp_desktop(*arguments)
    assert ran.code == 64
    assert ran.json["error"]["code"] == "usage"
    assert ran.json["error"]["message"] in ran.err


def test_json_behind_two_dashes_is_an_argument(smtp_desktop):
    ran = smtp_desktop("smtp", "nope", "--", "--json")
    assert (ran.code, ran.out) == (64, "")


def test_json_as_the_value_of_an_option_asks_for_nothing(smtp_desktop):
    ran = smtp_desktop("activity", "create", "!", "--subject", "--json")
    assert (ran.code, ran.out) == (65, "")


@pytest.mark.parametrize(
    ("typed", "meant"), [(("smpt",), "smtp"), (("smtp", "lisst"), "list"), (("activity", "shw"), "show")]
)
def test_a_mistyped_command_is_answered_with_the_one_that_was_meant(smtp_desktop, typed, meant):
    ran = smtp_desktop(*typed)
    assert ran.code == 64
    assert f"Did you mean '{meant}'?" in ran.err


@pytest.mark.parametrize("group", ["smtp", "activity", "outbox", "settings"])
def test_a_group_alone_prints_its_help(smtp_desktop, group):
    ran = smtp_desktop(group)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == smtp_desktop(group, "--help").out == smtp_desktop("help", group).out


def test_help_shows_the_help_of_a_command(smtp_desktop):
    assert smtp_desktop("help", "smtp", "list").out == smtp_desktop("smtp", "list", "-h").out
    assert "Usage: smtp-desktop [OPTIONS] COMMAND" in smtp_desktop("help").out


def test_help_and_version_are_json_documents_too(smtp_desktop):
    assert smtp_desktop("smtp", "list", "--help", "--json").json["help"].startswith("Usage: smtp-desktop smtp list")
    assert smtp_desktop("--json", "smtp", "--help").json["help"].startswith("Usage: smtp-desktop smtp")
    assert smtp_desktop("--version", "--json").json["version"] in smtp_desktop("--version").out


def test_a_former_name_means_the_command_of_today_and_is_shown_nowhere():
    context = click.Context(GROUP)
    assert GROUP.get_command(context, "ls").callback is GROUP.get_command(context, "list").callback
    assert GROUP.get_command(context, "shown").name == "show"
    assert GROUP.list_commands(context) == ["list", "more"]
    assert "ls" not in GROUP.get_help(context).split()
    with pytest.raises(click.exceptions.NoSuchCommand) as raised:
        GROUP.resolve_command(context, ["shwn"])
    assert raised.value.possibilities == []


def test_quiet_prints_what_was_asked_for_and_not_what_was_done(smtp_desktop):
    ran = smtp_desktop("activity", "create", "Greet", "-q", "--to", "a@b.example", "--subject", "x", "--text", "y")
    assert (ran.code, ran.out, ran.err) == (0, "", "")
    assert "Greet" in smtp_desktop("-q", "activity", "list").out


def test_quiet_leaves_out_warnings_and_hints(smtp_desktop):
    smtp_desktop.create("One")
    smtp_desktop.create_activity("Greet")
    values = ("-s", "to=ann@company.example", "-s", "who=Ann", "-s", "other=1")
    assert "Warning: Greet has no placeholder other." in smtp_desktop("trigger", "Greet", *values).err
    assert smtp_desktop("trigger", "Greet", *values, "--quiet").err == ""
    assert "Nothing known expires" in smtp_desktop("smtp", "expiry").err
    assert smtp_desktop("smtp", "expiry", "-q").err == ""
