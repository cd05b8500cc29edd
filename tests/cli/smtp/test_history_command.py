"""smtp-desktop smtp history"""

from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from smtp_desktop.cli.output.times import local_zone
from smtp_desktop.domain.checks.health import CheckResult, TestKind, WarningKind
from smtp_desktop.domain.diagnosis.conversation import FailureKind, Stage
from smtp_desktop.domain.diagnosis.kinds import Cause
from smtp_desktop.store.health import SqliteHealth

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def command_line(smtp_desktop):
    smtp_desktop.create("Relay")
    smtp_desktop.create("Other")
    return smtp_desktop


def record(command_line, number=0, **values):
    """Relay was tried, `number` minutes after noon."""
    values = {"test_kind": TestKind.CHECK, "ok": True, "duration_ms": 120.25} | values
    with closing(command_line.application()) as application:
        relay = application.services.profiles.by_name("Relay")
        SqliteHealth(application.database).record(
            CheckResult(profile_id=relay.id, at=NOON + timedelta(minutes=number), **values)
        )


def refuse(command_line, number=0):
    said = "535 5.7.8 \x1b[2Jgo " + "away " * 40
    record(
        command_line,
        number,
        ok=False,
        test_kind=TestKind.TEST,
        stage=Stage.SIGN_IN,
        kind=FailureKind.REPLY,
        cause=Cause.SIGN_IN_REFUSED,
        reply=said,
    )


def test_the_newest_come_first_as_one_document(command_line):
    record(command_line)
    refuse(command_line, 1)
    record(command_line, 2, warnings=(WarningKind.SPF_MISSING,))
    ran = command_line("smtp", "history", "relay", "--json")
    assert ran.code == 0
    assert [one["at"] for one in ran.json] == [f"2026-11-24T12:0{n}:00Z" for n in (2, 1, 0)]
    assert [one["outcome"] for one in ran.json] == ["works_but", "failed", "works"]
    assert ran.json[0]["concerns"] == ["spf_missing"]
    assert ran.json[1] | {"last_reply": ""} == {
        "at": "2026-11-24T12:01:00Z",
        "trial": "test",
        "outcome": "failed",
        "ok": False,
        "duration_ms": 120.2,
        "stage": "sign_in",
        "kind": "reply",
        "cause": "sign_in_refused",
        "last_reply": "",
        "concerns": [],
    }


def test_a_line_each_that_steers_no_terminal(command_line):
    refuse(command_line)
    record(command_line, 1, ok=False, stage=Stage.CONTENT, kind=FailureKind.OUTCOME_UNKNOWN)
    head, newest, older = command_line("smtp", "history", "Relay").out.splitlines()
    assert " ".join(head.split()) == f"AT ({local_zone()}) WHAT OUTCOME MS SERVER SAID"
    assert "check  unknown" in newest
    assert "test   failed at Sign in" in older
    assert "\x1b" not in older
    assert older.endswith("go " + ("away " * 40).rstrip())


def test_as_many_as_asked_for(command_line):
    for number in range(25):
        record(command_line, number)
    assert len(command_line("smtp", "history", "Relay", "--json").json) == 20
    assert len(command_line("smtp", "history", "Relay", "--limit", "200", "--json").json) == 25
    assert len(command_line("smtp", "history", "Relay", "--count", "200", "--json").json) == 25  # its former name
    assert command_line("smtp", "history", "Relay", "--limit", "201").code == 64


def test_one_that_was_never_tried_says_so(command_line):
    record(command_line)
    ran = command_line("smtp", "history", "Other")
    assert (ran.code, ran.out) == (0, "Other has not been tested or checked yet.\n")
    assert command_line("smtp", "history", "Other", "--json").json == []


def test_an_smtp_that_is_not_there_is_named(command_line):
    assert command_line("smtp", "history", "Nobody").code == 78
