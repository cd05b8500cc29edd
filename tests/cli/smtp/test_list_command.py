"""smtp-desktop smtp list|show: the state of each SMTP, and which of them are listed."""

from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from smtp_desktop.cli.output.times import local_zone
from smtp_desktop.domain.checks.health import CheckResult, TestKind, WarningKind
from smtp_desktop.domain.delivery.holds import SmtpHold
from smtp_desktop.domain.diagnosis.kinds import Cause, FailureKind, Stage
from smtp_desktop.store.health import SqliteHealth
from smtp_desktop.store.outbox.outbox import SqliteOutbox

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
REFUSED = {"ok": False, "stage": Stage.SIGN_IN, "kind": FailureKind.REPLY, "cause": Cause.SIGN_IN_REFUSED}
WARNED = {"warnings": (WarningKind.SPF_MISSING,)}


def record(command_line, name, minute=0, **values):
    with closing(command_line.application()) as application:
        profile = application.services.profiles.by_name(name)
        values = {"test_kind": TestKind.CHECK, "ok": True, "duration_ms": 120.25} | values
        result = CheckResult(
            profile_id=profile.id,
            at=NOON + timedelta(minutes=minute),
            settings_version=profile.settings_version,
            **values,
        )
        SqliteHealth(application.database).record(result)


def hold(command_line, name):
    with closing(command_line.application()) as application:
        profile = application.services.profiles.by_name(name)
        one = SmtpHold(profile_id=profile.id, since=NOON, cause=Cause.SIGN_IN_REFUSED, reply="535 5.7.8 no")
        SqliteOutbox(application.database).hold(one)


@pytest.fixture
def command_line(smtp_desktop):
    """One in each state; Held also failed its last check."""
    for name in ("Works", "Warns", "Fails", "Held", "Paused", "New"):
        smtp_desktop.create(name, "--tag", "eu" if name in {"Fails", "Works"} else "us")
    record(smtp_desktop, "Works", **REFUSED)
    record(smtp_desktop, "Works", minute=1)
    record(smtp_desktop, "Warns", **WARNED)
    record(smtp_desktop, "Fails")
    record(smtp_desktop, "Fails", minute=2, **REFUSED)
    hold(smtp_desktop, "Held")
    assert smtp_desktop("smtp", "pause", "Paused").code == 0
    return smtp_desktop


def states(command_line):
    return {one["name"]: one["state"] for one in command_line("smtp", "list", "--json").json}


def names(command_line, *options):
    ran = command_line("smtp", "list", "--names", *options)
    assert (ran.code, ran.err) == (0, "")
    return ran.out.splitlines()


def test_every_smtp_has_its_state(command_line):
    assert states(command_line) == {
        "Works": "works",
        "Warns": "works_but",
        "Fails": "fails",
        "Held": "held",
        "Paused": "paused",
        "New": "never_tested",
    }


def test_a_change_of_the_settings_makes_it_untested_and_keeps_the_time_of_the_last_check(command_line):
    command_line("smtp", "edit", "Works", "--port", "2")
    shown = command_line("smtp", "show", "Works", "--json").json
    assert (shown["state"], shown["last_check"]) == ("never_tested", "2026-11-24T12:01:00Z")
    assert "not tested since a change (worked before)" in command_line("smtp", "list", "Works").out
    command_line("smtp", "edit", "Works", "--description", "The same")
    command_line("smtp", "edit", "Warns", "--description", "Another")
    assert states(command_line)["Warns"] == "works_but"


def test_a_hold_is_in_every_list_with_its_time_and_reason(command_line):
    by_name = {one["name"]: one for one in command_line("smtp", "list", "--json").json}
    held, paused, works = by_name["Held"], by_name["Paused"], by_name["Works"]
    assert (held["held_since"], held["held_reason"]) == ("2026-11-24T12:00:00Z", "Sign-in refused")
    assert held["hold"]["reply"] == "535 5.7.8 no"
    assert paused["held_reason"] == "Manually"
    assert (works["held_since"], works["held_reason"], works["hold"]) == (None, None, None)


def test_messages_are_counted_at_the_smtp_that_they_wait_for(command_line):
    command_line.create_activity("Greet")
    command_line.create_activity("Bill", "--smtp", "Held", "--backup", "Works")
    command_line.trigger("Greet")
    for _ in range(2):
        command_line.trigger("Bill")
    waiting = {one["name"]: one["waiting"] for one in command_line("smtp", "list", "--json").json}
    assert {name: count for name, count in waiting.items() if count} == {"Works": 1, "Held": 2}
    command_line("smtp", "pause", "Works")
    assert command_line("deliver").code == 75  # moves new messages into their queues, and sends none
    waiting = {one["name"]: one["waiting"] for one in command_line("smtp", "list", "--json").json}
    assert {name: count for name, count in waiting.items() if count} == {"Works": 1, "Held": 2}
    assert "Waiting:" in command_line("smtp", "show", "Held").out


def test_the_table_says_in_words_how_each_one_is(command_line):
    head, *lines = command_line("smtp", "list").out.splitlines()
    assert " ".join(head.split()).startswith(f"NAME DEFAULT STATUS LAST CHECK ({local_zone()}) WAITING ")
    by_name = {line.split()[0]: " ".join(line.split()) for line in lines}
    day = f"{NOON.astimezone():%Y-%m-%d}"
    assert f" fails: sign-in refused {day} " in by_name["Fails"]
    assert f" works, with warnings {day} " in by_name["Warns"]
    assert " never tested " in by_name["New"]
    assert " on hold since " in by_name["Held"]


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ((), ["Works", "Fails", "Held", "New", "Paused", "Warns"]),
        (("--failing",), ["Fails", "Held"]),
        (("--held",), ["Held", "Paused"]),
        (("--failing", "--held"), ["Held"]),
        (("--failing", "--tag", "eu"), ["Fails"]),
        (("--type", "graph"), []),
        (("--type", "generic", "--tag", "eu"), ["Works", "Fails"]),
        (("w*",), ["Works", "Warns"]),
        (("NEW", "?e*"), ["Held", "New"]),
    ],
)
def test_options_and_patterns_leave_out_the_others(command_line, options, found):
    assert names(command_line, *options) == found


@pytest.mark.parametrize(("name", "words"), [("Nobody", "There is no SMTP named"), ("X*", "No SMTP matches")])
def test_a_name_or_pattern_without_an_smtp_is_said(command_line, name, words):
    ran = command_line("smtp", "list", "Works", name)
    assert (ran.code, ran.err) == (78, f"Error: {words} {name}.\n")


def test_names_and_json_contradict_each_other(command_line):
    assert command_line("smtp", "list", "--names", "--json").code == 64


def test_several_are_shown_as_an_array_and_one_as_an_object(command_line):
    assert command_line("smtp", "show", "Works", "--json").json["name"] == "Works"
    assert [one["name"] for one in command_line("smtp", "show", "Held", "Works", "--json").json] == ["Held", "Works"]
    assert [one["name"] for one in command_line("smtp", "show", "Works*", "--json").json] == ["Works"]
    lines = command_line("smtp", "show", "Held", "Works").out.splitlines()
    assert [line.split()[-1] for line in lines if line.startswith("Name:")] == ["Held", "Works"]
    assert lines.count("") == 1


@pytest.mark.parametrize(
    ("options", "paused"), [(("--failing",), ["Fails", "Held"]), (("F*", "new"), ["Fails", "New"])]
)
def test_other_commands_take_the_same_choice(command_line, options, paused):
    ran = command_line("smtp", "pause", *options, "--json")
    assert [one["name"] for one in ran.json] == paused


def test_a_filter_that_fits_none_does_nothing_and_is_no_failure(smtp_desktop):
    smtp_desktop.create("Works")
    ran = smtp_desktop("smtp", "pause", "--failing", "--json")
    assert (ran.code, ran.json) == (0, [])
    assert smtp_desktop("smtp", "check", "--failing", "--json").json == []
    assert smtp_desktop("smtp", "check", "--failing").out == "No SMTP matches: nothing was done.\n"
    assert smtp_desktop("smtp", "check", "--failing", "--quiet").out == ""
