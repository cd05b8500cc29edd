"""When a courier is needed next."""

from contextlib import closing
from datetime import timedelta

import pytest
from fakes.databases import opened_database
from services.outbox_harness import NOW, OutboxHarness

from smtp_desktop.domain.delivery.delivery import CourierId
from smtp_desktop.domain.delivery.outbox_settings import OutboxSettings
from smtp_desktop.services.delivery.next_work import next_work_at

ANN = CourierId("ann")


@pytest.fixture
def harness(tmp_path):
    with closing(opened_database(tmp_path / "smtp-desktop.db")) as database:
        harness = OutboxHarness(database)
        harness.has_smtp()
        harness.has_activity()
        yield harness


def mail(harness):
    (activity,) = harness.activities.all()
    return harness.outbox.trigger(activity.id, {"who": "ann@x.example", "what": "It"}).id


def work_at(harness):
    return next_work_at(harness.store, now=harness.clock.now(), settings=OutboxSettings(content_days=80))


def test_never_where_nothing_waits(harness):
    assert work_at(harness) is None


def test_when_a_mail_is_due(harness):
    mail(harness)
    assert work_at(harness) == NOW


def test_when_the_lease_of_another_courier_ends(harness):
    mail(harness)
    harness.store.claim(ANN, now=NOW, lease_ends_at=NOW + timedelta(seconds=60), limit=1)
    assert work_at(harness) == NOW + timedelta(seconds=60)


def test_when_a_held_smtp_is_to_be_checked_and_not_earlier_for_its_mails(harness):
    mail(harness)
    harness.clock.moment = NOW + timedelta(minutes=1)
    (profile,) = harness.profiles.all()
    harness.is_held(profile, until=NOW + timedelta(minutes=15))
    assert work_at(harness) == NOW + timedelta(minutes=15)


def test_when_a_finished_mail_is_to_be_pruned_but_once_an_hour_at_most(harness):
    harness.outbox.cancel([mail(harness)])
    harness.clock.moment = NOW + timedelta(minutes=59)
    harness.outbox.cancel([mail(harness)])
    first = work_at(harness)
    # Whether its content may go is looked at sooner.
    assert first == NOW + timedelta(days=80, hours=1)
    harness.clock.moment = first
    harness.outbox.drop_contents(content_days=80)
    first = work_at(harness)
    assert first == NOW + timedelta(days=90, hours=1)
    harness.clock.moment = first
    # That pruning deletes all that is due, so that the next one comes an hour later at least.
    assert harness.outbox.prune(retention_days=90) == 2
    assert work_at(harness) is None


def test_for_the_first_of_several_reasons(harness):
    harness.outbox.cancel([mail(harness)])
    harness.clock.moment = NOW + timedelta(days=1)
    mail(harness)
    assert work_at(harness) == NOW + timedelta(days=1)
