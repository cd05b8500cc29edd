"""The contract of OutboxStore: holds of SMTPs, limits, expiry, and clocks that were wrong. A subclass gives the
fixtures `profiles`, `activities` and `outbox` on one store."""

from dataclasses import replace
from datetime import timedelta

import pytest
from contracts.outbox_examples import ANN, BOB, LATER, LEASE, NOW, entry, hold, message, recipient, to_smtp, update
from contracts.outbox_store_contract import OutboxFixtures, add, claim, finished
from contracts.profile_store_contract import generic
from fakes.stored import put

from smtp_desktop.domain.delivery.delivery import DeliveryId, DeliveryState
from smtp_desktop.domain.delivery.holds import HoldState, hold_by_hand
from smtp_desktop.domain.diagnosis.kinds import Cause
from smtp_desktop.domain.smtp.limits import SendLimits
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.services.delivery.ports import OutboxStore

MAIN, SPARE = ProfileId("main"), ProfileId("spare")
YEAR = timedelta(days=365)
MINUTE = timedelta(minutes=1)


def paused(profile_id, **fields):
    values = {"state": HoldState.PAUSED, "since": NOW, "until": NOW + MINUTE, "cause": Cause.SERVER_BUSY, **fields}
    return hold(profile_id, **values)


def the_hold(outbox):
    (found,) = outbox.holds()
    return found


class OutboxHoldsContract(OutboxFixtures):
    def test_a_paused_smtp_gives_one_mail_when_its_time_is_over(self, outbox: OutboxStore):
        ids = add(outbox, entry(), entry(), to_smtp("spare"))
        outbox.hold(paused("main"))
        assert claim(outbox, now=NOW) == [ids[2]]
        assert outbox.next_due_at(now=NOW) == LEASE  # of the mail that was claimed
        assert claim(outbox, now=NOW + MINUTE, lease_ends_at=LATER) == [ids[0]]
        found = the_hold(outbox)
        assert (found.state, found.courier, found.probe, found.until) == (HoldState.PROBING, ANN, ids[0], LATER)
        assert claim(outbox, BOB, now=NOW + MINUTE) == []

    def test_counts_what_waits_for_smtps_that_take_nothing_now(self, outbox: OutboxStore):
        add(outbox, entry(), entry(), to_smtp("spare"), to_smtp("main", "spare"))
        assert outbox.count_held() == 0
        outbox.hold(paused("main"))
        assert claim(outbox, now=NOW, limit=1)  # by the way, new mails got into their queues
        assert (outbox.counts(midnight=NOW).waiting, outbox.count_held()) == (4, 2)
        outbox.hold(paused("spare"))
        assert outbox.count_held() == 3

    def test_a_probe_lives_as_long_as_the_lease_on_its_mail(self, outbox: OutboxStore):
        ids = add(outbox, entry(), entry())
        outbox.hold(paused("main", until=NOW))
        assert claim(outbox, now=NOW) == [ids[0]]
        outbox.extend(ANN, lease_ends_at=LATER)
        assert the_hold(outbox).until == LATER
        outbox.release_lease(ANN, ids)
        outbox.extend(ANN, lease_ends_at=LATER + MINUTE)
        assert the_hold(outbox).until == LATER
        assert claim(outbox, BOB, now=LATER) == [ids[0]]
        assert the_hold(outbox).courier == BOB

    def test_what_waits_for_a_paused_smtp_goes_to_its_backup(self, outbox: OutboxStore):
        ids = add(outbox, to_smtp("main", "spare"), to_smtp("main", "spare"))
        outbox.hold(paused("main", until=NOW))
        assert claim(outbox, now=NOW) == ids  # one as the probe, the other through the backup
        assert the_hold(outbox).probe == ids[0]

    def test_a_pause_by_hand_gives_no_probe(self, outbox: OutboxStore):
        add(outbox)
        outbox.hold(hold_by_hand(MAIN, now=NOW))
        assert claim(outbox, now=LATER) == []
        assert outbox.next_due_at(now=NOW) is None

    def test_a_hold_can_be_bound_to_the_version_of_its_smtp(self, outbox: OutboxStore, profiles):
        version = profiles.get(MAIN).version
        assert outbox.replace_hold(MAIN, present=None, new=paused("main"), version=version)
        changed = profiles.change(MAIN, lambda one: replace(one, description="New"))
        assert not outbox.replace_hold(MAIN, present=the_hold(outbox), new=None, version=version)
        assert not outbox.release(MAIN, version=version)
        assert not outbox.replace_hold(ProfileId("gone"), present=None, new=paused("gone"), version=version)
        assert the_hold(outbox).profile_id == MAIN
        assert outbox.release(MAIN, version=changed.version)
        assert list(outbox.holds()) == []

    def test_a_mail_is_due_when_the_pause_ends(self, outbox: OutboxStore):
        add(outbox)
        outbox.hold(paused("main"))
        assert outbox.next_due_at(now=NOW) == NOW + MINUTE

    def test_a_slowed_smtp_is_open(self, outbox: OutboxStore):
        ids = add(outbox)
        outbox.hold(paused("main", state=HoldState.SLOWED, connections=1))
        assert claim(outbox, now=NOW) == ids

    def test_a_hold_is_replaced_only_where_it_is_still_there(self, outbox: OutboxStore):
        one, two = paused("main"), paused("main", failures=2)
        assert outbox.replace_hold(MAIN, present=None, new=one)
        assert not outbox.replace_hold(MAIN, present=None, new=two)
        assert outbox.replace_hold(MAIN, present=one, new=two)
        assert list(outbox.holds()) == [two]
        assert outbox.replace_hold(MAIN, present=two, new=None)
        assert list(outbox.holds()) == []

    @pytest.mark.parametrize(
        ("fields", "released"),
        [
            ({"cause": Cause.SIGN_IN_REFUSED}, True),
            ({"cause": Cause.SERVER_BUSY, "state": HoldState.PAUSED}, True),
            ({"cause": Cause.LIMIT, "state": HoldState.PAUSED}, False),
            ({"cause": Cause.MAIL_REFUSED, "until": None}, False),
            ({"cause": None, "state": HoldState.PAUSED, "by_hand": True}, False),
            ({"cause": Cause.LIMIT, "state": HoldState.SLOWED}, False),
        ],
    )
    def test_a_check_ends_what_it_can_judge(self, outbox: OutboxStore, fields, released):
        outbox.hold(hold("main", **fields))
        assert outbox.release(MAIN) is released
        assert outbox.resume(MAIN) is not released

    @pytest.mark.parametrize("change", [{"from_address": "other@company.example"}, {"smtp_port": 26}])
    def test_changed_settings_end_a_hold_but_not_a_pause_by_hand(self, outbox: OutboxStore, profiles, change):
        outbox.hold(hold("main"))
        outbox.hold(hold_by_hand(SPARE, now=NOW))
        for name in ("main", "spare"):
            profile = generic(name, default=name == "main")
            server = {key: value for key, value in change.items() if key == "smtp_port"}
            own = {key: value for key, value in change.items() if key != "smtp_port"}
            put(profiles, replace(profile, server=replace(profile.server, **server), **own))
        assert [found.profile_id for found in outbox.holds()] == ["spare"]

    def test_refusals_in_a_row_are_counted_by_mail(self, outbox: OutboxStore):
        def refused(number, pattern="a"):
            return outbox.count_refusal(MAIN, pattern, DeliveryId(number))

        assert [refused(1), refused(1), refused(2), refused(3)] == [1, 1, 2, 3]
        assert [refused(4, "b"), refused(5, "b")] == [1, 2]
        assert outbox.count_refusal(SPARE, "b", DeliveryId(6)) == 1
        (sent,) = add(outbox)
        claim(outbox)
        outbox.finish(ANN, {sent: update("sent")}, through=MAIN)
        assert refused(7, "b") == 1


class OutboxLimitsContract(OutboxFixtures):
    def claim(self, outbox, now=NOW, courier=ANN, **limits):
        return claim(outbox, courier, now=now, lease_ends_at=now + MINUTE, limits={MAIN: SendLimits(**limits)})

    def send(self, outbox, ids, now=NOW):
        outbox.mark_data_started(ids, ANN, through=MAIN, counted_at=now)
        outbox.finish(ANN, {each: update("sent") for each in ids}, through=MAIN)

    def test_no_more_are_claimed_than_may_go_out(self, outbox: OutboxStore):
        ids = add(outbox, *(entry() for _ in range(5)), to_smtp("spare"))
        assert self.claim(outbox, per_minute=3) == [*ids[:3], ids[5]]
        assert self.claim(outbox, courier=BOB, per_minute=3) == []
        self.send(outbox, [*ids[:3], ids[5]])
        assert self.claim(outbox, now=NOW + MINUTE, per_minute=3) == []
        found = the_hold(outbox)
        assert (found.state, found.cause, found.stops) == (HoldState.LIMITED, Cause.LIMIT, False)
        assert NOW + MINUTE < found.until <= NOW + MINUTE + timedelta(seconds=5)
        assert outbox.next_due_at(now=NOW + MINUTE) == found.until
        assert self.claim(outbox, now=found.until, per_minute=3) == ids[3:5]

    def test_the_narrowest_limit_counts(self, outbox: OutboxStore):
        ids = add(outbox, *(entry() for _ in range(5)))
        assert self.claim(outbox, per_minute=3, per_hour=2, per_day=4) == ids[:2]

    def test_without_limits_nothing_is_counted(self, outbox: OutboxStore):
        ids = add(outbox, *(entry() for _ in range(5)))
        claim(outbox)
        outbox.mark_data_started(ids, ANN, through=MAIN)
        outbox.finish(ANN, {each: update("sent") for each in ids})
        further = add(outbox, entry(), entry())
        assert self.claim(outbox, now=LATER, per_day=2) == further


class OutboxTimesContract(OutboxFixtures):
    def test_a_mail_that_waited_for_too_long_expires(self, outbox: OutboxStore):
        ids = add(outbox, entry(), entry(expire_after_s=60), to_smtp("spare"), entry(at=NOW + MINUTE))
        outbox.hold(hold("spare"))
        assert outbox.expire(now=NOW + MINUTE, after=timedelta(days=5)) == 1
        delivery = outbox.get(ids[1])
        assert (delivery.state, delivery.finished_at) == (DeliveryState.EXPIRED, NOW + MINUTE)
        assert [one.state for one in delivery.recipients] == [DeliveryState.EXPIRED]
        assert outbox.expire(now=NOW + timedelta(days=5), after=timedelta(days=5)) == 2
        assert [outbox.get(each).state.value for each in ids] == ["expired"] * 3 + ["waiting"]
        assert outbox.counts(midnight=NOW).expired == 3

    def test_a_mail_that_a_courier_has_does_not_expire(self, outbox: OutboxStore):
        add(outbox)
        claim(outbox)
        assert outbox.expire(now=NOW + YEAR, after=timedelta(days=5)) == 0

    @pytest.mark.parametrize(
        ("state", "recipients", "expected"),
        [
            ("waiting", ["waiting", "refused"], "expired"),
            ("waiting", ["sent", "waiting"], "sent"),
            ("unknown", ["unknown"], "unknown"),
        ],
    )
    def test_an_expired_mail_says_whom_it_may_have_reached(self, outbox: OutboxStore, state, recipients, expected):
        results = [recipient(one, f"{one}@x.example", "450 no") for one in recipients]
        delivery_id = finished(outbox, update(state, *results, next_try_at=LATER))
        assert outbox.expire(now=NOW + YEAR, after=timedelta(days=5)) == 1
        delivery = outbox.get(delivery_id)
        assert (delivery.state, delivery.next_try_at) == (DeliveryState(expected), None)

    def test_an_expired_mail_can_be_sent_anyway(self, outbox: OutboxStore):
        ids = add(outbox)
        outbox.expire(now=NOW + YEAR, after=timedelta(days=5))
        assert outbox.resend(ids, now=NOW + YEAR) == 1
        assert outbox.expire(now=NOW + YEAR, after=timedelta(days=5)) == 0
        assert claim(outbox, now=NOW + YEAR) == ids

    def test_a_mail_from_the_future_is_due_now(self, outbox: OutboxStore):
        ids = add(outbox, entry(at=NOW + YEAR))
        assert outbox.next_due_at(now=NOW) == NOW
        assert claim(outbox, now=NOW) == ids
        assert outbox.get(ids[0]).retry_from == NOW

    def test_a_wait_that_a_clock_ahead_began_is_no_longer_than_it_was(self, outbox: OutboxStore):
        (delivery_id,) = add(outbox)
        assert claim(outbox, now=NOW + YEAR) == [delivery_id]
        outbox.finish(ANN, {delivery_id: update("waiting", next_try_at=NOW + YEAR + MINUTE)})
        assert outbox.next_due_at(now=NOW) == NOW + MINUTE
        assert claim(outbox, now=NOW) == []
        assert claim(outbox, now=NOW + MINUTE) == [delivery_id]

    def test_a_lease_that_a_clock_ahead_began_is_no_longer_than_it_was(self, outbox: OutboxStore):
        (delivery_id,) = add(outbox)
        claim(outbox, now=NOW + YEAR, lease_ends_at=NOW + YEAR + MINUTE)
        assert outbox.next_due_at(now=NOW) == NOW + MINUTE
        assert outbox.reclaim_expired(now=NOW, retry_at=[LATER]) == 0
        assert outbox.reclaim_expired(now=NOW + MINUTE, retry_at=[LATER]) == 1
        assert outbox.get(delivery_id).state is DeliveryState.WAITING

    def test_leases_are_judged_by_a_time_of_a_while_ago(self, outbox: OutboxStore):
        add(outbox)
        claim(outbox, now=NOW)
        assert outbox.next_due_at(now=LATER) == LEASE
        assert outbox.reclaim_expired(now=NOW, retry_at=[LATER]) == 0

    def test_a_pause_that_a_clock_ahead_began_is_no_longer_than_it_was(self, outbox: OutboxStore):
        ids = add(outbox)
        claim(outbox, now=NOW + YEAR, lease_ends_at=NOW + YEAR + MINUTE)
        outbox.release_lease(ANN, ids)
        outbox.hold(paused("main", since=NOW + YEAR, until=NOW + YEAR + MINUTE))
        assert outbox.next_due_at(now=NOW) == NOW + MINUTE
        assert the_hold(outbox).since == NOW

    def test_clocks_that_differ_a_little_change_nothing(self, outbox: OutboxStore):
        (delivery_id,) = add(outbox)
        claim(outbox, now=NOW + MINUTE)
        outbox.finish(ANN, {delivery_id: update("waiting", next_try_at=LATER)})
        assert outbox.next_due_at(now=NOW) == LATER

    def test_unknown_outcomes_end(self, outbox: OutboxStore):
        (delivery_id,) = add(outbox, entry(message(), backup_id=SPARE))
        now, retries = NOW, [timedelta(hours=hours) for hours in (1, 4)]
        for tries, wait in enumerate([*retries, None], start=1):
            assert claim(outbox, now=now, lease_ends_at=now + MINUTE) == [delivery_id]
            outbox.mark_data_started([delivery_id], ANN, through=MAIN)
            now += MINUTE
            assert outbox.reclaim_expired(now=now, retry_at=[now + each for each in retries]) == 1
            delivery = outbox.get(delivery_id)
            assert (delivery.state, delivery.unknown_tries) == (DeliveryState.UNKNOWN, tries)
            assert delivery.next_try_at == (now + wait if wait else None)
            assert delivery.last_cause is Cause.OUTCOME_UNKNOWN
            now = delivery.next_try_at or now

    def test_what_may_have_been_sent_has_no_backup(self, outbox: OutboxStore):
        add(outbox, to_smtp("main", "spare"))
        claim(outbox, now=NOW)
        outbox.mark_data_started([DeliveryId(1)], ANN)
        outbox.reclaim_expired(now=LATER, retry_at=[LATER])
        outbox.hold(hold("main"))
        assert claim(outbox, now=LATER + MINUTE) == []
