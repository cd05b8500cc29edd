"""smtp-desktop smtp list|edit|delete|pause with several names, --all or --tag."""

import pytest


@pytest.fixture
def command_line(smtp_desktop):
    for name, tag in (("Site_10", "prod"), ("Site_2", "prod"), ("Office", "hr")):
        smtp_desktop.create(name, "--no-default", "--tag", tag, "--tag", "eu")
    return smtp_desktop


def listed(command_line, *options):
    return [one["name"] for one in command_line("smtp", "list", *options, "--json").json]


def field(command_line, name):
    return {one["name"]: one[name] for one in command_line("smtp", "list", "--json").json}


def test_list_is_in_natural_order_and_by_tag(command_line):
    assert listed(command_line) == ["Office", "Site_2", "Site_10"]
    assert listed(command_line, "--tag", "PROD") == ["Site_2", "Site_10"]
    assert listed(command_line, "--tag", "prod", "--tag", "hr") == []
    head, first, *_ = command_line("smtp", "list").out.splitlines()
    assert "TAGS" in head
    assert "hr eu" in first


def test_show_has_the_tags_in_a_line(command_line):
    assert "Tags:" in command_line("smtp", "show", "Office").out
    command_line("smtp", "edit", "Office", "--tag", "")
    assert "Tags:" not in command_line("smtp", "show", "Office").out


def test_edit_changes_those_with_a_tag_and_prints_an_array(command_line):
    ran = command_line("smtp", "edit", "--tagged", "prod", "--port", "465", "--json")
    assert (ran.code, [one["name"] for one in ran.json]) == (0, ["Site_2", "Site_10"])
    assert field(command_line, "smtp_port") == {"Office": 1, "Site_2": 465, "Site_10": 465}


def test_tags_are_added_and_removed_and_the_others_stay(command_line):
    ran = command_line("smtp", "edit", "--all", "--add-tag", "New", "--remove-tag", "eu")
    assert (ran.code, ran.out.splitlines()) == (0, ["Saved Office.", "Saved Site_2.", "Saved Site_10."])
    sites = {name: ["prod", "new"] for name in ("Site_2", "Site_10")}
    assert field(command_line, "tags") == {"Office": ["hr", "new"], **sites}
    assert command_line("smtp", "edit", "--all", "--tag", "x", "--add-tag", "y").code == 64


def test_one_that_can_not_be_changed_is_said_by_its_name_and_stops_no_other(command_line):
    command_line("smtp", "create", "Open", "--host", "127.0.0.1", "--no-auth", "--from", "a@b.example")
    ran = command_line("smtp", "edit", "Site_2", "Open", "--host", "new.example", "--json")
    assert ran.code == 65
    refused, saved = ran.json
    assert (refused["name"], list(refused["error"]["fields"])) == ("Site_2", ["password"])
    assert (refused["changed"], refused["smtp"]) == (False, None)
    assert (saved["name"], saved["changed"], saved["smtp"]["host_name"]) == ("Open", True, "new.example")
    assert ran.err.startswith("Site_2: Password: Enter it again")


def test_an_option_that_does_not_go_with_one_of_them_stops_the_command_before_anything_is_saved(command_line):
    command_line.create_graph("Cloud")
    assert command_line("smtp", "edit", "Site_2", "Cloud", "--port", "465").code == 64
    assert field(command_line, "smtp_port")["Site_2"] == 1


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("Office", "--all"),
        ("--all", "--tagged", "prod"),
        ("Office", "Site_2", "--name", "Other"),
        ("--all", "--default"),
    ],
)
def test_a_choice_that_is_none_or_does_not_fit_is_wrong_usage(command_line, options):
    assert command_line("smtp", "edit", *options, "--port", "465").code == 64
    assert set(field(command_line, "smtp_port").values()) == {1}


def test_a_tag_that_no_smtp_has_is_a_wrong_configuration(command_line):
    ran = command_line("smtp", "edit", "--tagged", "nowhere", "--port", "465")
    assert (ran.code, ran.err) == (78, "Error: No SMTP has the tag nowhere.\n")


@pytest.mark.parametrize("typed", ["a b!", "x" * 31, " ".join(f"t{n}" for n in range(13))])
def test_what_is_no_tag_is_refused(command_line, typed):
    ran = command_line("smtp", "edit", "Office", "--tag", typed, "--json")
    assert (ran.code, list(ran.json["error"]["fields"])) == (65, ["tags"])
    assert ran.err.startswith("Error: --tag: ")


def test_several_are_deleted_after_one_question_that_names_them(command_line):
    refused = command_line("smtp", "delete", "--tag", "prod", stdin=b"n\n", at_terminal=True)
    assert refused.code == 1
    assert "Delete 2 SMTPs with their history and secrets: Site_2, Site_10?" in refused.err
    ran = command_line("smtp", "delete", "--tag", "prod", "--yes", "--json")
    assert (ran.code, [(one["name"], one["deleted"]) for one in ran.json]) == (0, [("Site_2", True), ("Site_10", True)])
    assert listed(command_line) == ["Office"]
    assert command_line.secrets() == ["secret"] * 3  # two are the backup's


def test_all_are_deleted_with_the_default_last(command_line):
    command_line("smtp", "default", "Office")
    assert command_line("smtp", "delete", "Office", "Site_2", "--yes").code == 64
    ran = command_line("smtp", "delete", "--all", "--yes", "--json")
    assert [one["name"] for one in ran.json] == ["Site_2", "Site_10", "Office"]
    assert listed(command_line) == []


def test_the_default_among_several_names_the_next(command_line):
    command_line("smtp", "default", "Office")
    ran = command_line("smtp", "delete", "Office", "Site_2", "--yes", "--new-default", "Site_10", "--json")
    assert [one["new_default"] for one in ran.json] == [None, "Site_10"]
    assert command_line("smtp", "show", "Site_10", "--json").json["is_default"] is True


def test_pause_and_resume_take_a_tag(command_line):
    ran = command_line("smtp", "pause", "--tag", "prod", "--json")
    assert [(one["name"], one["hold"]["by_hand"]) for one in ran.json] == [("Site_2", True), ("Site_10", True)]
    assert [one["changed"] for one in command_line("smtp", "resume", "--tag", "eu", "--json").json] == [
        False,
        True,
        True,
    ]
