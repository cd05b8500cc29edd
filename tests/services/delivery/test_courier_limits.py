"""The limits of an SMTP: how many mails in a minute, over how many connections, and how many over each."""

import threading
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest
from services.courier_harness import MORNING, CourierHarness, generic

from smtp_desktop.domain.delivery.holds import HoldState
from smtp_desktop.domain.diagnosis.conversation import Stage
from smtp_desktop.domain.smtp.limits import SendLimits
from smtp_desktop.services.delivery.in_flight import DeliverySummary


@pytest.fixture
def harness(tmp_path):
    with closing(
        CourierHarness(tmp_path / "db", generic("main", default=True), generic("spare", port=2525))
    ) as harness:
        yield harness


def limit(harness, **limits):
    """Gives the SMTP these limits, whether the store keeps them or not."""
    read_all = harness.profiles.all

    def with_limits():
        return [
            replace(profile, limits=SendLimits(**limits)) if profile.id == "main" else profile for profile in read_all()
        ]

    harness.profiles.all = with_limits


class TestMailsAMinute:
    def test_go_out_as_far_as_the_limit_goes(self, harness):
        limit(harness, per_minute=5)
        ids = harness.add(12)
        assert harness.run() == DeliverySummary(sent=5)
        (hold,) = harness.store.holds()
        assert (hold.state, hold.until) == (HoldState.LIMITED, MORNING + timedelta(seconds=65))
        harness.pass_time(seconds=64)
        assert harness.run() == DeliverySummary()
        harness.pass_time(seconds=1)
        assert harness.run() == DeliverySummary(sent=5)
        harness.pass_time(seconds=65)
        assert harness.run() == DeliverySummary(sent=2)
        assert harness.states(ids) == ["sent"] * 12

    def test_count_for_all_couriers_together(self, harness):
        limit(harness, per_minute=5)
        harness.add(3)
        harness.run(name="first")
        harness.add(8)
        assert harness.run(name="second") == DeliverySummary(sent=2)

    def test_count_while_another_courier_has_them(self, harness):
        limit(harness, per_minute=5)
        harness.add(12)
        claim = harness.store.claim
        limits = {"main": SendLimits(per_minute=5)}
        lease = {"now": MORNING, "lease_ends_at": MORNING + timedelta(minutes=1), "limit": 10, "limits": limits}
        assert len(claim("ann", **lease)) == 5
        assert len(claim("bob", **lease)) == 0

    def test_that_are_many_do_not_go_to_the_backup(self, harness):
        limit(harness, per_minute=5)
        ids = harness.add(12, backup="spare")
        assert harness.run() == DeliverySummary(sent=5)
        assert {harness.store.get(one).smtp_name for one in ids} == {"main", ""}

    @pytest.mark.parametrize(("window", "wait"), [("per_hour", {"hours": 1}), ("per_day", {"days": 1})])
    def test_have_longer_windows(self, harness, window, wait):
        limit(harness, **{window: 5})
        harness.add(6)
        assert harness.run() == DeliverySummary(sent=5)
        harness.pass_time(**wait)
        assert harness.run() == DeliverySummary()
        harness.pass_time(seconds=5)
        assert harness.run() == DeliverySummary(sent=1)

    def test_count_in_bulk(self, harness):
        harness.connector.room = 50
        limit(harness, per_minute=20)
        harness.add(50)
        assert harness.run(connections=1) == DeliverySummary(sent=20)

    def test_open_again_when_the_smtp_is_changed(self, harness):
        limit(harness, per_minute=5)
        harness.add(12)
        harness.run()
        harness.profiles.all = type(harness.profiles).all.__get__(harness.profiles)
        harness.save(replace(generic("main", default=True), description="other"))
        assert harness.run() == DeliverySummary(sent=7)


class TestConnections:
    def test_are_no_more_than_the_limit(self, harness):
        limit(harness, connections=1)
        harness.add(40)
        assert harness.run(connections=4) == DeliverySummary(sent=40)
        assert len(harness.connector.opened) == 1

    def test_may_be_more_than_usual(self, harness):
        limit(harness, connections=3)
        three = threading.Barrier(3)
        harness.connector.at = lambda stage, *_: three.wait(30) if stage is Stage.CONTENT else None
        harness.add(3)
        assert harness.run(connections=2) == DeliverySummary(sent=3)
        assert len(harness.connector.opened) == 3

    def test_take_so_many_mails_each(self, harness):
        limit(harness, mails_per_connection=4)
        harness.add(10)
        assert harness.run(connections=1) == DeliverySummary(sent=10)
        assert len(harness.connector.opened) == 3

    def test_take_so_many_mails_each_in_bulk(self, harness):
        harness.connector.room = 50
        limit(harness, mails_per_connection=10)
        harness.add(25)
        assert harness.run(connections=1) == DeliverySummary(sent=25)
        assert len(harness.connector.opened) == 3
