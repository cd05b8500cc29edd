"""smtp-desktop smtp pause|resume, and what list and show say about holds."""

from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from smtp_desktop.cli.output.holds import hold_line
from smtp_desktop.domain.delivery.holds import HoldState, SmtpHold
from smtp_desktop.domain.diagnosis.consequences import SmtpConsequence, consequence_of
from smtp_desktop.domain.diagnosis.kinds import Cause
from smtp_desktop.domain.smtp.profile import GenericServer, ProfileId, SignIn, SmtpProfile
from smtp_desktop.store.outbox.outbox import SqliteOutbox

SOON = datetime.now(UTC) + timedelta(minutes=15)
RELAY = SmtpProfile(id=ProfileId("1"), name="Relay", server=GenericServer(host_name="mail.example"))


@pytest.fixture
def command_line(smtp_desktop):
    smtp_desktop.create("Relay")
    smtp_desktop.create("Other")
    return smtp_desktop


def hold(command_line, name="Relay", **values):
    with closing(command_line.application()) as application:
        profile = application.services.profiles.by_name(name)
        now = datetime.now(UTC).replace(microsecond=0)
        values = {"since": now, "until": now + timedelta(minutes=15), "cause": Cause.SIGN_IN_REFUSED} | values
        one = SmtpHold(profile_id=profile.id, **values)
        SqliteOutbox(application.database).hold(one)
        return one


def shown_hold(command_line, name="Relay"):
    return command_line("smtp", "show", name, "--json").json["hold"]


def utc(at):
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def test_a_hold_is_printed_by_its_fields(command_line):
    one = hold(command_line, reply="535 5.7.8 no \x1b[2J")
    wanted = {
        "state": "held",
        "since": utc(one.since),
        "until": utc(one.until),
        "cause": "sign_in_refused",
        "reply": "535 5.7.8 no \x1b[2J",
        "by_hand": False,
    }
    assert shown_hold(command_line) == wanted
    listed = command_line("smtp", "list", "--json").json
    assert {smtp["name"]: smtp["hold"] for smtp in listed} == {"Relay": wanted, "Other": None}


def test_list_says_why_since_when_and_until_when(command_line):
    hold(command_line)
    hold(command_line, "Other", state=HoldState.PAUSED, cause=Cause.LIMIT)
    _, relay, other = command_line("smtp", "list").out.splitlines()
    assert "on hold since " in relay
    assert ": the sign-in was refused  " in relay
    assert "paused until " in other
    assert ": the provider's limit is reached  " in other


def test_show_says_what_it_means_and_what_to_do(command_line):
    hold(command_line, reply="535 5.7.8 no \x1b[2J")
    (line,) = [line for line in command_line("smtp", "show", "Relay").out.splitlines() if line.startswith("Hold:")]
    assert " Relay has been on hold since " in line
    assert line.endswith(
        r" (sign-in refused: 535 5.7.8 no \x1b[2J). "
        "Enter the right password (smtp-desktop smtp edit Relay --password-stdin), "
        "then run: smtp-desktop smtp check Relay"
    )
    assert "Hold:" not in command_line("smtp", "show", "Other").out


@pytest.mark.parametrize("cause", [cause for cause in Cause if consequence_of(cause).smtp is SmtpConsequence.HELD])
def test_the_advice_on_every_hold_is_for_a_terminal(cause):
    line = hold_line(held(cause), RELAY)
    assert line.endswith((", then run: smtp-desktop smtp check Relay", ", then run: smtp-desktop smtp resume Relay"))
    assert "Fix the settings" not in line


@pytest.mark.parametrize(
    ("sign_in", "words"),
    [
        (SignIn.PASSWORD, "Enter the right password"),
        (SignIn.BROWSER, "Sign in again (smtp-desktop smtp sign-in Relay)"),
        (SignIn.APP_ONLY, "Correct what the app signs in with"),
    ],
)
def test_a_refused_sign_in_is_corrected_by_what_it_signs_in_with(sign_in, words):
    server = replace(RELAY.server, sign_in=sign_in)
    assert words in hold_line(held(Cause.SIGN_IN_REFUSED), replace(RELAY, server=server))


def held(cause):
    return SmtpHold(profile_id=RELAY.id, since=datetime.now(UTC), until=SOON, cause=cause)


def test_a_pause_lasts_until_it_is_resumed(command_line):
    ran = command_line("smtp", "pause", "relay")
    assert ran.code == 0
    assert ran.out.startswith("Relay has been paused manually since ")
    paused = shown_hold(command_line)
    assert {key: paused[key] for key in ("state", "until", "cause", "reply", "by_hand")} == {
        "state": "paused",
        "until": None,
        "cause": None,
        "reply": None,
        "by_hand": True,
    }
    assert "smtp-desktop smtp resume Relay" in command_line("smtp", "show", "Relay").out
    ran = command_line("smtp", "resume", "RELAY")
    assert (ran.code, ran.out) == (0, "Resumed Relay.\n")
    assert shown_hold(command_line) is None


def test_a_second_pause_or_resume_changes_nothing(command_line):
    (first,) = command_line("smtp", "pause", "Relay", "--json").json
    assert first == {"name": "Relay", "changed": True, "hold": shown_hold(command_line)}
    assert command_line("smtp", "pause", "Relay", "--json").json == [first | {"changed": False}]
    assert command_line("smtp", "pause", "Relay").out == "Relay is already paused.\n"
    resumed = {"name": "Relay", "changed": True, "hold": None}
    assert command_line("smtp", "resume", "Relay", "--json").json == [resumed]
    assert command_line("smtp", "resume", "Relay", "--json").json == [resumed | {"changed": False}]
    assert command_line("smtp", "resume", "Relay").out == "Relay is not on hold.\n"


def test_resume_ends_any_hold(command_line):
    hold(command_line)
    assert command_line("smtp", "resume", "Relay", "--json").json[0]["changed"] is True
    assert shown_hold(command_line) is None


def test_several_at_once_are_an_array(command_line):
    paused = command_line("smtp", "pause", "Relay", "Other", "relay", "--json").json
    assert [(one["name"], one["changed"]) for one in paused] == [("Relay", True), ("Other", True)]
    resumed = command_line("smtp", "resume", "--all", "--json").json
    assert {one["name"]: one["hold"] for one in resumed} == {"Relay": None, "Other": None}


@pytest.mark.parametrize("verb", ["pause", "resume"])
def test_a_wrong_name_or_none_changes_nothing(command_line, verb):
    hold(command_line)
    before = shown_hold(command_line)
    assert command_line("smtp", verb, "Relay", "Nobody").code == 78
    assert command_line("smtp", verb).code == 64
    assert command_line("smtp", verb, "Relay", "--all").code == 64
    assert shown_hold(command_line) == before
    assert shown_hold(command_line, "Other") is None


def test_mails_wait_for_a_paused_smtp(command_line):
    command_line.create_activity("Greet")
    command_line.trigger("Greet")
    command_line("smtp", "pause", "Relay")
    ran = command_line("outbox", "run", "--json")
    assert ran.code == 75
    none = dict.fromkeys(("sent", "refused", "expired", "unknown"), 0)
    assert ran.json == none | {"waiting": 1, "held": 1, "messages": []}
    assert ran.err.startswith("Relay has been paused manually since ")
    assert "waiting, paused" in command_line("outbox", "list").out
