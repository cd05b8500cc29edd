"""When a courier is needed next."""

from contextlib import closing
from datetime import timedelta

import pytest
from services.outbox_house import NOW, OutboxHouse

from smtp_desktop.domain.delivery.delivery import CourierId
from smtp_desktop.services.delivery.holds import next_work_at
from smtp_desktop.store.database import Database

ANN = CourierId("ann")


@pytest.fixture
def house(tmp_path):
    with closing(Database(tmp_path / "smtp-desktop.db")) as database:
        house = OutboxHouse(database)
        house.has_smtp()
        house.has_activity()
        yield house


def mail(house):
    (activity,) = house.activities.all()
    return house.outbox.trigger(activity.id, {"who": "ann@x.example", "what": "It"}).id


def work_at(house):
    return next_work_at(house.store, retention_days=90)


def test_never_where_nothing_waits(house):
    assert work_at(house) is None


def test_when_a_mail_is_due(house):
    mail(house)
    assert work_at(house) == NOW


def test_when_the_lease_of_another_one_ends(house):
    mail(house)
    house.store.claim(ANN, now=NOW, lease_ends_at=NOW + timedelta(seconds=60), limit=1)
    assert work_at(house) == NOW + timedelta(seconds=60)


def test_when_an_smtp_that_is_held_is_to_be_looked_at_and_not_for_its_mails_before(house):
    mail(house)
    house.clock.moment = NOW + timedelta(minutes=1)
    (profile,) = house.profiles.all()
    house.is_held(profile, probe_at=NOW + timedelta(minutes=15))
    assert work_at(house) == NOW + timedelta(minutes=15)


def test_when_a_finished_one_is_kept_for_long_enough_but_no_more_than_once_an_hour(house):
    house.outbox.cancel([mail(house)])
    house.clock.moment = NOW + timedelta(minutes=59)
    house.outbox.cancel([mail(house)])
    first = work_at(house)
    assert first == NOW + timedelta(days=90, hours=1)
    house.clock.moment = first
    # What goes then is all that may go, so that the next is due an hour later at least.
    assert house.outbox.prune(retention_days=90) == 2
    assert work_at(house) is None


def test_for_what_comes_first(house):
    house.outbox.cancel([mail(house)])
    house.clock.moment = NOW + timedelta(days=1)
    mail(house)
    assert work_at(house) == NOW + timedelta(days=1)
