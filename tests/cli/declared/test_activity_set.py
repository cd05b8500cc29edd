"""smtp-desktop activity set"""

import pytest

MAIL = ("--to", "ann@company.example", "--to", "{{ boss }}", "--subject", "Report", "--text", "Hello")


@pytest.fixture
def command_line(smtp_desktop):
    smtp_desktop.create("One")
    smtp_desktop.create("Two")
    return smtp_desktop


def test_it_is_created_changed_and_left_alone(command_line):
    ran = command_line("activity", "set", "Nightly", *MAIL, "--json")
    assert ran.code == 0, ran.err
    assert (ran.json["changed"], ran.json["created"]) == (True, True)
    assert ran.json["diff"]["to"] == {"before": None, "after": ["ann@company.example", "{{ boss }}"]}
    assert ran.json["activity"] == command_line("activity", "show", "Nightly", "--json").json
    assert command_line("activity", "set", "nightly", *MAIL).out == "Nightly: unchanged.\n"
    ran = command_line("activity", "set", "Nightly", "--smtp", "Two", "--disabled")
    assert ran.out == "Nightly: changed smtp none → Two, enabled yes → no.\n"
    document = command_line("activity", "set", "Nightly", "--smtp", "", "--json").json
    assert document["diff"] == {"smtp": {"before": "Two", "after": None}}


def test_refused_fields_create_nothing(command_line):
    ran = command_line("activity", "set", "Nightly", "--subject", "x", "--json")
    assert (ran.code, list(ran.json["error"]["fields"])) == (65, ["to", "text"])
    ran = command_line("activity", "set", "Nightly", *MAIL, "--smtp", "Three", "--json")
    assert ran.code == 78
    assert command_line("activity", "list", "--json").json == []
