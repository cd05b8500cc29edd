"""The options for limits and for the name in EHLO."""

import pytest

NONE = {"per_minute": None, "per_hour": None, "per_day": None, "connections": None, "mails_per_connection": None}


def test_limits_are_set_one_by_one_and_taken_back_by_0(smtp_desktop):
    smtp_desktop.create("Relay", "--per-minute", "30", "--connections", "3")
    ran = smtp_desktop("smtp", "edit", "Relay", "--per-day", "500", "--per-minute", "0", "--json")
    assert ran.json[0]["smtp"]["limits"] == NONE | {"per_day": 500, "connections": 3}
    assert smtp_desktop("smtp", "show", "Relay", "--json").json["limits"] == ran.json[0]["smtp"]["limits"]


def test_the_name_in_ehlo_can_be_taken_back(smtp_desktop):
    smtp_desktop.create("Relay", "--name-in-ehlo", "[192.0.2.1]")
    assert smtp_desktop("smtp", "show", "Relay", "--json").json["ehlo_name"] == "[192.0.2.1]"
    assert smtp_desktop("smtp", "edit", "Relay", "--ehlo-name", "", "--json").json[0]["smtp"]["ehlo_name"] is None


def test_show_says_what_is_limited_in_one_line(smtp_desktop):
    smtp_desktop.create("Relay", "--per-minute", "30", "--per-day", "10000", "--ehlo-name", "pc7.company.example")
    lines = dict(line.split(":", 1) for line in smtp_desktop("smtp", "show", "Relay").out.splitlines())
    assert lines["Limits"].strip() == "30 messages a minute, 10,000 messages a day"
    assert lines["EHLO name"].strip() == "pc7.company.example"


def test_show_leaves_out_what_is_not_limited(smtp_desktop):
    smtp_desktop.create("Relay")
    shown = smtp_desktop("smtp", "show", "Relay").out
    assert "limits" not in shown
    assert "ehlo_name" not in shown


@pytest.mark.parametrize(
    ("option", "field", "typed"),
    [
        ("--ehlo-name", "ehlo_name", "pc 7"),
        ("--per-minute", "per_minute", "-1"),
        ("--per-hour", "per_hour", "many"),
        ("--per-day", "per_day", "1,000"),
        ("--connections", "connections", "51"),
        ("--mails-per-connection", "mails_per_connection", "1.5"),
    ],
)
def test_what_is_refused_is_named_by_its_option(smtp_desktop, option, field, typed):
    smtp_desktop.create("Relay")
    ran = smtp_desktop("smtp", "edit", "Relay", option, typed, "--json")
    assert (ran.code, list(ran.json["error"]["fields"])) == (65, [field])
    assert ran.err.startswith((f"Error: {option}: Enter ", f"Error: {option}: Write "))
