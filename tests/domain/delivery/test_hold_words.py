"""The words for holds."""

from datetime import UTC, datetime, timedelta

import pytest

from smtp_desktop.domain.delivery.hold_words import hold_words, moment_text
from smtp_desktop.domain.delivery.holds import HoldState, SmtpHold
from smtp_desktop.domain.diagnosis.cause_words import words_of
from smtp_desktop.domain.diagnosis.kinds import Cause, Stage
from smtp_desktop.domain.smtp.profile import ProfileId

NOW = datetime.now().astimezone().replace(hour=14, minute=20, second=0, microsecond=0).astimezone(UTC)
SINCE, UNTIL = NOW - timedelta(minutes=15), NOW + timedelta(minutes=12)


def words(**values):
    hold = SmtpHold(**{"profile_id": ProfileId("1"), "since": SINCE} | values)
    return hold_words(hold, now=NOW, translate=str)


@pytest.mark.parametrize(
    ("values", "title", "row"),
    [
        (
            {"cause": Cause.SIGN_IN_REFUSED, "until": UNTIL},
            "On hold since 14:05: the sign-in was refused",
            "On hold · Sign-in refused",
        ),
        (
            {"state": HoldState.PAUSED, "cause": Cause.LIMIT, "until": UNTIL},
            "Paused until 14:32: the provider's limit is reached",
            "Next at 14:32 · Limit reached",
        ),
        (
            {"state": HoldState.PAUSED, "cause": Cause.SERVER_BUSY, "until": NOW},
            "Paused since 14:05: the server is busy",
            "Paused · Server busy",
        ),
        ({"state": HoldState.PAUSED, "by_hand": True}, "Paused manually since 14:05", "Paused manually"),
        (
            {"state": HoldState.PROBING, "cause": Cause.SERVER_SILENT, "until": UNTIL},
            "Trying one message after a pause: the server does not answer",
            "Trying one message · No answer",
        ),
        ({"state": HoldState.LIMITED, "until": UNTIL}, "Limit: next message at 14:32", "Next at 14:32 · Limit"),
        ({"state": HoldState.LIMITED, "until": SINCE}, "Limit: the next message is due", "Limit"),
        ({"state": HoldState.SLOWED, "connections": 1, "until": UNTIL}, "Slowed to 1 connection", "Slowed"),
        ({"state": HoldState.SLOWED, "connections": 4, "until": UNTIL}, "Slowed to 4 connections", "Slowed"),
    ],
)
def test_title_and_row_say_state_time_and_reason(values, title, row):
    said = words(**values)
    assert (said.title, said.row) == (title, row)
    assert said.meaning.endswith(".")


def test_a_hold_says_when_it_is_checked_or_that_somebody_ends_it():
    assert "next automatic check is at 14:32" in words(cause=Cause.CERTIFICATE, until=UNTIL).meaning
    assert "or you resume it" in words(cause=Cause.MAIL_REFUSED).meaning


def test_what_to_do_goes_by_the_cause():
    assert words(cause=Cause.HOST_UNKNOWN, state=HoldState.PAUSED, until=UNTIL).advice == "Check the host name."
    assert words(by_hand=True, state=HoldState.PAUSED).advice == ""
    assert words(state=HoldState.LIMITED, until=UNTIL).advice == ""


def test_a_hold_of_an_older_version_has_the_reason_of_its_stage_or_none():
    assert words(stage=Stage.SIGN_IN).title == "On hold since 14:05: the sign-in was refused"
    assert words(stage=Stage.SECURE).reason == "Encryption failed"
    assert (words().title, words().row, words().reason) == ("On hold since 14:05", "On hold", "")


@pytest.mark.parametrize("cause", Cause)
@pytest.mark.parametrize("state", HoldState)
@pytest.mark.parametrize("until", [None, UNTIL])
def test_every_cause_has_words_in_every_state(cause, state, until):
    said = words(cause=cause, state=state, until=until, connections=2)
    assert all((said.state, said.row, said.title, said.meaning))
    assert not any("{" in text or "at ." in text for text in (said.row, said.title, said.meaning, said.advice))


@pytest.mark.parametrize("cause", Cause)
def test_a_cause_is_short_on_a_card_and_goes_on_in_a_sentence(cause):
    short, clause = str(words_of(cause).short), str(words_of(cause).clause)
    assert len(short) <= 20
    assert clause[0].islower()
    assert not clause.endswith(".")


def test_another_day_is_named():
    assert moment_text(NOW, NOW) == "14:20"
    assert moment_text(NOW + timedelta(days=1), NOW).endswith(" 14:20")
    assert moment_text(NOW + timedelta(days=1), NOW) != "14:20"
    # By no strftime, which would name the month in the language of the computer.
    assert moment_text(datetime(NOW.year + 1, 12, 3, 14, 20).astimezone(), NOW) == "3 Dec 14:20"
