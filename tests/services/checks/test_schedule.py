"""The schedule of automatic checks, by pure values of time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtp_desktop.domain.checks.check_settings import CheckChoices, check_choices, kept_choices
from smtp_desktop.domain.checks.health import CheckResult, TestKind
from smtp_desktop.domain.diagnosis.conversation import FailureKind, Stage
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.services.checks.schedule import QUIET_TIME, Schedule, sign_in_refused

START = datetime(2026, 11, 24, 12, tzinfo=UTC)
A, B = ProfileId("a"), ProfileId("b")
EVERY = timedelta(minutes=10)
TICK = timedelta(seconds=15)


def schedule(*, minutes=10):
    return Schedule(CheckChoices(every_minutes=minutes), START)


def result(profile_id, at, **values):
    return CheckResult(
        profile_id=profile_id, at=at, test_kind=TestKind.CHECK, duration_ms=1.0, **({"ok": True} | values)
    )


def refused(profile_id, at, **values):
    values = {"stage": Stage.SIGN_IN, "kind": FailureKind.REPLY, "reply": "535 no"} | values
    return result(profile_id, at, ok=False, **values)


def watch(it, latest, *, since, until, left_out=()):
    """Asks every 15 seconds, in which every check ends at once; returns who was due when."""
    returned, now = [], since
    while now < until:
        due = it.due(now, latest, left_out=left_out)
        for one in due:
            returned.append((one, now))
            latest[one] = result(one, now)
        now += TICK
    return returned


def due_after_start(it, latest, **values):
    """What is due once the time after the start is over."""
    now = START
    while now < START + QUIET_TIME:
        assert it.due(now, latest, **({"left_out": ()} | values)) == ()
        now += TICK
    return it.due(now, latest, **({"left_out": ()} | values))


def test_nothing_is_due_while_it_is_off():
    it = Schedule(CheckChoices(), START)
    assert watch(it, {A: None}, since=START, until=START + timedelta(days=1, minutes=5)) == []


def test_nothing_is_due_in_the_first_minute_then_everything_that_was_not_tried_of_late():
    latest = {A: None, B: result(B, START - timedelta(minutes=2))}
    returned = watch(schedule(), latest, since=START, until=START + timedelta(minutes=9))
    assert returned == [(A, START + QUIET_TIME), (B, START + timedelta(minutes=8))]


def test_a_try_by_hand_counts():
    it, latest = schedule(), {A: None}
    assert due_after_start(it, latest) == (A,)
    by_hand = START + timedelta(minutes=9)
    latest[A] = replace(result(A, by_hand), test_kind=TestKind.TEST)
    returned = watch(it, latest, since=START + QUIET_TIME, until=by_hand + EVERY + TICK)
    assert returned == [(A, by_hand + EVERY)]


def test_those_left_out_are_not_returned_and_stay_due():
    it, latest = schedule(), {A: None, B: None}
    assert due_after_start(it, latest, left_out={A}) == (B,)
    assert it.due(START + QUIET_TIME + TICK, latest, left_out=()) == (A,)


def test_one_that_gave_no_result_is_not_tried_again_at_once():
    it, latest = schedule(), {A: None}
    assert due_after_start(it, latest) == (A,)
    now, due = START + QUIET_TIME, ()
    while not due:
        now += TICK
        due = it.due(now, latest, left_out=())
    assert now == START + QUIET_TIME + EVERY


def test_those_taken_back_are_due_again():
    it, latest = schedule(), {A: None}
    assert due_after_start(it, latest) == (A,)
    it.not_checked([A])
    assert it.due(START + QUIET_TIME + TICK, latest, left_out=()) == (A,)


def test_after_a_sleep_nothing_is_made_up_for_and_the_network_gets_its_minute():
    it, latest = schedule(), {A: None}
    assert due_after_start(it, latest) == (A,)
    latest[A] = result(A, START + QUIET_TIME)
    woke = START + timedelta(hours=9)
    returned = watch(it, latest, since=woke, until=woke + timedelta(minutes=5))
    assert returned == [(A, woke + QUIET_TIME)]


def test_a_clock_that_was_set_back_stops_nothing():
    it, latest = schedule(), {A: result(A, START + timedelta(days=3))}
    assert due_after_start(it, latest) == (A,)


def test_a_refused_sign_in_pauses_until_something_gets_further():
    it, latest = schedule(), {A: refused(A, START - timedelta(days=1)), B: None}
    assert due_after_start(it, latest) == (B,)
    assert it.is_paused(A, latest[A])
    latest[A] = result(A, START - timedelta(minutes=20), ok=False, stage=Stage.CONNECT, kind=FailureKind.TIMED_OUT)
    assert not it.is_paused(A, latest[A])
    assert it.due(START + QUIET_TIME + TICK, latest, left_out=()) == (A,)


def test_another_sign_in_ends_the_pause_until_that_is_refused_too():
    it, latest = schedule(), {A: refused(A, START - timedelta(days=1))}
    assert due_after_start(it, latest) == ()
    it.forgive(A, latest[A])
    now = START + QUIET_TIME + TICK
    assert it.due(now, latest, left_out=()) == (A,)
    latest[A] = refused(A, now)
    assert it.is_paused(A, latest[A])
    assert watch(it, latest, since=now, until=now + 3 * EVERY) == []


@pytest.mark.parametrize(
    ("values", "pauses"),
    [
        ({}, True),
        ({"reply": "454 4.7.0 later"}, True),
        ({"stage": Stage.TOKEN, "kind": FailureKind.TOKEN_REFUSED, "reply": "400 invalid_grant"}, True),
        ({"stage": Stage.TOKEN, "kind": FailureKind.TOKEN_REFUSED, "reply": "503 busy"}, False),
        ({"stage": Stage.TOKEN, "kind": FailureKind.TOKEN_REFUSED, "reply": "429 slow down"}, False),
        ({"stage": Stage.TOKEN, "kind": FailureKind.TIMED_OUT, "reply": ""}, False),
        ({"kind": FailureKind.CLOSED, "reply": ""}, False),
        ({"kind": FailureKind.AUTH_MISSING, "reply": ""}, False),
        ({"stage": Stage.SENDER}, False),
        ({"stage": Stage.GREET, "reply": "554 go away"}, False),
    ],
)
def test_only_what_a_server_says_of_the_sign_in_pauses(values, pauses):
    assert sign_in_refused(refused(A, START, **values)) is pauses


def test_what_works_pauses_nothing():
    assert not sign_in_refused(result(A, START))


@given(
    minutes=st.integers(5, 60),
    steps=st.lists(st.integers(0, 4000), min_size=1, max_size=120),
    paused=st.booleans(),
    by_hand=st.sets(st.integers(0, 120)),
)
def test_never_more_often_than_chosen_and_paused_stays_paused(minutes, steps, paused, by_hand):
    it, latest = schedule(minutes=minutes), {A: refused(A, START) if paused else None, B: None}
    now, tried_at = START, []
    for number, seconds in enumerate(steps):
        now += timedelta(seconds=seconds)
        due = it.due(now, latest, left_out=())
        assert not (paused and A in due)
        if B in due:
            assert now - START >= QUIET_TIME
            assert all(now - before >= timedelta(minutes=minutes) for before in tried_at)
        if B in due or number in by_hand:
            tried_at.append(now)
            latest[B] = result(B, now)


@pytest.mark.parametrize("choices", [CheckChoices(), CheckChoices(every_minutes=5, notify=False)])
def test_choices_are_kept(choices):
    assert check_choices(kept_choices(choices)) == choices


@pytest.mark.parametrize(("kept", "minutes"), [("1", 5), ("99999", 1440), ("x", None), ("²", None), ("", None)])
def test_choices_that_nobody_can_have_made_are_put_right(kept, minutes):
    assert check_choices({"checks.every_minutes": kept}).every_minutes == minutes
    assert check_choices({}).notify
