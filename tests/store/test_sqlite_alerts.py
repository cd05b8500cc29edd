"""What is noticed of SMTPs, and the alerts that come of it: once for each change, whoever notices it."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta

import pytest
from contracts.health_store_contract import NOON, result
from contracts.profile_store_contract import generic
from fakes.stored import put

from smtp_desktop.domain.checks.alert import AlertChannel, AlertEvent, AlertPlan, StoppedSmtp
from smtp_desktop.domain.delivery.holds import HoldState, SmtpHold
from smtp_desktop.domain.diagnosis.kinds import Cause
from smtp_desktop.domain.errors import ChangedMeanwhile
from smtp_desktop.domain.secret import SecretRef
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.store.alerts import SqliteAlerts
from smtp_desktop.store.database import Database
from smtp_desktop.store.outbox.outbox import SqliteOutbox

A, B = ProfileId("a"), ProfileId("b")
MAIL, WEBHOOK = AlertChannel.MAIL, AlertChannel.WEBHOOK
LATER = NOON + timedelta(seconds=5)
PLAN = AlertPlan(channels=(MAIL,), now=NOON, due_at=LATER)
MUCH_LATER = NOON + timedelta(hours=1)
HELD = SmtpHold(profile_id=A, since=NOON, cause=Cause.SIGN_IN_REFUSED)
STOPPED = StoppedSmtp(profile_id=A, since=NOON, cause=Cause.SERVER_UNREACHABLE)


@pytest.fixture(autouse=True)
def _two_smtps(profiles):
    put(profiles, generic("a", "Shop"))
    put(profiles, generic("b", "Plant"))


@pytest.fixture
def alerts(database):
    return SqliteAlerts(database)


@pytest.fixture
def outbox(database):
    return SqliteOutbox(database)


def claimed(alerts, channel=MAIL, now=MUCH_LATER):
    return [(one.smtp_name, one.event) for one in alerts.claim(channel, now=now, until=now + timedelta(minutes=5))]


def test_a_held_smtp_is_one_alert_for_each_channel(alerts, outbox):
    outbox.hold(HELD)
    for _ in range(3):
        alerts.look(AlertPlan(channels=(MAIL, WEBHOOK), now=NOON, due_at=LATER))
    (by_mail,) = alerts.claim(MAIL, now=LATER, until=MUCH_LATER)
    assert (by_mail.smtp_name, by_mail.event, by_mail.since, by_mail.cause) == (
        "Shop",
        AlertEvent.STOPPED,
        NOON,
        Cause.SIGN_IN_REFUSED,
    )
    assert claimed(alerts, WEBHOOK) == [("Shop", AlertEvent.STOPPED)]
    assert alerts.stopped() == {A}


LONG_AGO = NOON - timedelta(hours=1)


@pytest.mark.parametrize(
    ("hold", "stopped"),
    [
        ({"state": HoldState.PAUSED, "cause": Cause.SERVER_UNREACHABLE, "since": NOON}, False),
        ({"state": HoldState.PAUSED, "cause": Cause.SERVER_UNREACHABLE, "since": LONG_AGO}, True),
        ({"state": HoldState.PAUSED, "cause": Cause.LIMIT, "since": LONG_AGO}, False),
        ({"state": HoldState.PAUSED, "by_hand": True, "since": LONG_AGO}, False),
        ({"state": HoldState.SLOWED, "since": LONG_AGO}, False),
        ({"state": HoldState.LIMITED, "since": LONG_AGO}, False),
    ],
)
def test_a_pause_is_none_unless_it_lasts_for_an_hour(alerts, outbox, hold, stopped):
    outbox.hold(SmtpHold(profile_id=A, **hold))
    alerts.look(PLAN)
    assert (alerts.stopped() == {A}, alerts.next_due_at() is not None) == (stopped, stopped)


def test_processes_that_notice_it_at_the_same_time_add_one_alert(alerts, outbox, path):
    outbox.hold(HELD)
    with closing(Database(path)) as database, ThreadPoolExecutor(8) as threads:
        others = [alerts, SqliteAlerts(database)] * 8
        list(threads.map(lambda one: (one.look(PLAN), one.note_stopped([STOPPED], PLAN)), others))
        found = [claim for claims in threads.map(claimed, others) for claim in claims]
    assert found == [("Shop", AlertEvent.STOPPED)]


def test_a_later_check_that_went_well_shows_that_it_works_again(alerts, outbox, health):
    health.record(result("a", 0))
    outbox.hold(HELD)
    alerts.look(PLAN)
    alerts.done(one.id for one in alerts.claim(MAIL, now=LATER, until=MUCH_LATER))
    for change in (lambda: health.record(result("a", 1)), lambda: outbox.resume(A)):
        alerts.look(PLAN)  # held still; after that only an old check went well
        assert claimed(alerts) == []
        change()
    health.record(result("a", 2, ok=False))
    alerts.look(PLAN)
    assert claimed(alerts) == []
    health.record(result("a", 3))
    alerts.look(PLAN)
    (works,) = alerts.claim(MAIL, now=MUCH_LATER, until=MUCH_LATER)
    assert (works.event, works.since) == (AlertEvent.WORKS, result("a", 3).at)
    assert alerts.stopped() == frozenset()


def test_a_mail_that_went_out_shows_it_too(alerts):
    alerts.note_working(A, PLAN, at=LATER)
    assert claimed(alerts) == []
    alerts.note_stopped([STOPPED], PLAN)
    assert claimed(alerts) == [("Shop", AlertEvent.STOPPED)]
    alerts.note_working(A, PLAN, at=NOON - timedelta(seconds=1))
    assert claimed(alerts) == []  # it went out before
    alerts.note_working(A, PLAN, at=LATER)
    assert claimed(alerts) == [("Shop", AlertEvent.WORKS)]


def test_a_change_that_changes_back_before_it_was_sent_is_no_alert(alerts):
    alerts.note_stopped([STOPPED], PLAN)
    alerts.note_working(A, PLAN, at=LATER)
    assert (claimed(alerts), alerts.next_due_at()) == ([], None)
    alerts.note_stopped([STOPPED], PLAN)
    assert claimed(alerts) == [("Shop", AlertEvent.STOPPED)]


def test_what_is_due_is_claimed_with_all_that_was_noticed_meanwhile(alerts):
    alerts.note_stopped([STOPPED], PLAN)
    later = AlertPlan(channels=(MAIL,), now=LATER, due_at=MUCH_LATER)
    alerts.note_stopped([StoppedSmtp(profile_id=B, since=LATER, cause=None)], later)
    assert claimed(alerts, now=NOON) == []
    assert alerts.next_due_at() == LATER
    assert claimed(alerts, now=LATER) == [("Shop", AlertEvent.STOPPED), ("Plant", AlertEvent.STOPPED)]
    assert claimed(alerts, now=LATER) == []


def test_a_claim_ends_with_who_died_and_a_failure_waits(alerts):
    alerts.note_stopped([STOPPED], PLAN)
    (first,) = alerts.claim(MAIL, now=LATER, until=MUCH_LATER)
    assert alerts.next_due_at() == MUCH_LATER
    (again,) = alerts.claim(MAIL, now=MUCH_LATER + timedelta(seconds=1), until=MUCH_LATER)
    assert (again.id, again.tries) == (first.id, 0)
    due_at = MUCH_LATER + timedelta(minutes=1)
    alerts.postpone([first.id], due_at=due_at, tried=True)
    alerts.note_stopped([StoppedSmtp(profile_id=B, since=NOON, cause=None)], PLAN)
    assert [one.smtp_name for one in alerts.claim(MAIL, now=MUCH_LATER, until=MUCH_LATER)] == ["Plant"]
    (tried,) = alerts.claim(MAIL, now=due_at, until=due_at)[:1]
    assert (tried.id, tried.tries) == (first.id, 1)


def test_alerts_go_with_their_smtp_and_with_their_channel(alerts, profiles):
    both = AlertPlan(channels=(MAIL, WEBHOOK), now=NOON, due_at=LATER)
    alerts.note_stopped([STOPPED, StoppedSmtp(profile_id=B, since=NOON, cause=None)], both)
    alerts.set_problem(MAIL, "no")
    profiles.delete(A, new_default=None)
    alerts.keep_channels([WEBHOOK])
    assert (claimed(alerts), alerts.problems()) == ([], {})
    assert claimed(alerts, WEBHOOK) == [("Plant", AlertEvent.STOPPED)]


def test_a_problem_is_kept_until_it_is_over(alerts):
    alerts.set_problem(MAIL, "first")
    alerts.set_problem(MAIL, "second")
    assert alerts.problems() == {MAIL: "second"}
    alerts.set_problem(MAIL, "")
    assert alerts.problems() == {}


def test_the_place_of_a_webhook_s_address_is_announced_and_its_old_one_is_stale(alerts, profiles):
    first, second = SecretRef("file:1"), SecretRef("file:2")
    with pytest.raises(ChangedMeanwhile):
        alerts.keep_webhook(first, "https://a.example/…")
    profiles.announce_secret(first)
    assert alerts.keep_webhook(first, "https://a.example/…") is None
    assert profiles.stale_secrets() == ()
    profiles.announce_secret(second)
    assert alerts.keep_webhook(second, "https://b.example/…") == first
    assert profiles.stale_secrets() == (first,)
    assert alerts.keep_webhook(None, "") == second
    assert set(profiles.abandon_secrets()) == {first, second}
