"""A courier that dies at each point where it can: before and after each call that writes something down, and while
content is on its way."""

from collections import Counter
from contextlib import closing

import pytest
from fakes.mail_connections import FakeMailConnection
from fakes.transport import failed
from services.courier_harness import WRONG_PASSWORD, CourierHarness, always, generic

from smtp_desktop.domain.diagnosis.conversation import FailureKind, Stage
from smtp_desktop.domain.errors import StoreError
from smtp_desktop.domain.message_text import msg
from smtp_desktop.services.delivery.job_states import StoreAction

pytestmark = pytest.mark.long

GROUP = 8
POINTS = ["before", "after"]


class Died(StoreError):
    """Nothing that a dead process does has an effect."""


class DyingStore:
    """A store whose process dies before or after the n-th call of `action`: from then on it does nothing."""

    def __init__(self, store, action, point, *, nth=1):
        self._store, self._action, self._point, self._left = store, action, point, nth
        self.dead = False

    def die(self):
        self.dead = True
        raise Died(msg("The process was killed."))

    def __getattr__(self, name):
        def call(*args, **more):
            if self.dead:
                self.die()
            due = name == self._action
            self._left -= due
            if due and not self._left and self._point == "before":
                self.die()
            result = getattr(self._store, name)(*args, **more)
            if due and not self._left:
                self.die()
            return result

        return call


@pytest.fixture
def harness(tmp_path):
    first, second = generic("first", default=True), generic("second", port=2525)
    with closing(CourierHarness(tmp_path / "db", first, second)) as harness:
        yield harness


def die(harness, action, point, *, nth=1, connections=1):
    """Runs a courier that dies there."""
    store = harness.store
    harness.store = DyingStore(store, action, point, nth=nth)
    try:
        with pytest.raises(Died):
            harness.run(connections=connections)
    finally:
        harness.store = store


def assert_nothing_is_lost(harness, ids, *, doubled=0):
    """Lets other couriers do the rest: every mail is sent, and only marked ones twice, no more than `doubled`."""
    harness.connector.answer = lambda connection, mail: None
    for step in ({"seconds": 61}, {"seconds": 30}, {"hours": 1}, {"hours": 1}):
        harness.pass_time(**step)
        for hold in harness.store.holds():
            harness.store.release(hold.profile_id)
        harness.run(name=f"after {step}")
    assert harness.states(ids) == ["sent"] * len(ids)
    copies = Counter(mail.message.message_id for mail in harness.connector.sent)
    twice = {harness.store.get(one).message_id for one in ids if copies[harness.store.get(one).message_id] > 1}
    marked = {harness.store.get(one).message_id for one in ids if harness.store.get(one).may_be_twice}
    assert max(copies.values()) <= 2
    assert twice <= marked
    assert len(twice) <= doubled
    assert {harness.store.get(one).message_id for one in ids} == set(copies)


@pytest.mark.parametrize("point", POINTS)
class TestOneByOne:
    @pytest.mark.parametrize("action", [StoreAction.CLAIM, StoreAction.MARK, StoreAction.FINISH])
    @pytest.mark.parametrize("nth", [1, 2])
    def test_a_mail_that_is_sent(self, harness, point, action, nth):
        ids = harness.add(32)
        die(harness, action, point, nth=nth)
        # At the second claim the connection is in the middle of a mail.
        in_doubt = (action is StoreAction.FINISH and point == "before") or (action is StoreAction.CLAIM and nth > 1)
        assert_nothing_is_lost(harness, ids, doubled=int(in_doubt))

    def test_a_mail_whose_backup_takes_over(self, harness, point):
        harness.connector.answer = lambda connection, mail: (
            failed(connection.server, mail, Stage.CONNECT, kind=FailureKind.REFUSED)
            if connection.server.smtp_port == 587
            else None
        )
        ids = harness.add(3, backup="second")
        die(harness, StoreAction.NOTE, point)
        assert_nothing_is_lost(harness, ids)

    @pytest.mark.parametrize("action", ["replace_hold", StoreAction.RELEASE])
    def test_an_smtp_that_is_held(self, harness, point, action):
        harness.connector.answer = always(Stage.SIGN_IN, reply=WRONG_PASSWORD)
        ids = harness.add(5)
        die(harness, action, point)
        assert_nothing_is_lost(harness, ids)

    @pytest.mark.parametrize("action", [StoreAction.CLAIM, "replace_hold", StoreAction.FINISH])
    def test_a_probe(self, harness, point, action):
        harness.connector.answer = always(Stage.CONNECT, kind=FailureKind.TIMED_OUT)
        ids = harness.add(5)
        harness.run()
        harness.connector.answer = lambda connection, mail: None
        harness.pass_time(seconds=31)
        die(harness, action, point)
        assert_nothing_is_lost(harness, ids, doubled=1)

    def test_the_mails_of_a_courier_that_died_before(self, harness, point):
        ids = harness.add(5)
        die(harness, StoreAction.FINISH, "before")
        harness.pass_time(seconds=61)
        die(harness, StoreAction.RECLAIM, point)
        assert_nothing_is_lost(harness, ids, doubled=1)


@pytest.mark.parametrize("point", POINTS)
class TestInBulk:
    @pytest.mark.parametrize("action", [StoreAction.MARK, "finish_and_start", StoreAction.FINISH])
    def test_mails_that_are_sent(self, harness, point, action):
        harness.connector.room = 50
        ids = harness.add(40)
        die(harness, action, point, nth=2)
        assert_nothing_is_lost(harness, ids, doubled=GROUP)

    def test_mails_of_which_the_server_took_nothing(self, harness, point, monkeypatch):
        harness.connector.room = 50
        with monkeypatch.context() as patched:
            patched.setattr(FakeMailConnection, "send_many", lambda self, mails, *, cancel: [None for _ in mails])
            ids = harness.add(12)
            die(harness, StoreAction.UNMARK, point)
        assert_nothing_is_lost(harness, ids)


class TestWhileContentIsOnItsWay:
    def test_of_one_mail(self, harness):
        ids = harness.add(5)
        store = harness.store
        harness.store = dying = DyingStore(store, None, None)

        def content(stage, connection, mail, cancel):
            if stage is Stage.CONTENT:
                dying.dead = True

        harness.connector.at = content
        with pytest.raises(Died):
            harness.run(connections=1)
        harness.store, harness.connector.at = store, lambda *_: None
        assert harness.states(ids) == ["sending"] * 5
        harness.pass_time(seconds=61)
        harness.run()
        assert sorted(harness.states(ids)) == ["sent"] * 4 + ["unknown"]
        assert_nothing_is_lost(harness, ids, doubled=1)

    def test_of_a_group(self, harness):
        harness.connector.room = 50
        ids = harness.add(40)
        store = harness.store
        harness.store = dying = DyingStore(store, None, None)
        in_groups = []

        def content(stage, connection, mail, cancel):
            in_groups.append(mail)
            if stage is Stage.CONTENT and len(connection.batches) == 2:
                dying.dead = True

        harness.connector.at = content
        with pytest.raises(Died):
            harness.run(connections=1)
        harness.store, harness.connector.at = store, lambda *_: None
        harness.pass_time(seconds=61)
        harness.run()
        assert harness.states(ids).count("unknown") == GROUP
        assert_nothing_is_lost(harness, ids, doubled=GROUP)
