"""Who may send which mail. A subclass gives `profiles`, `activities` and `outbox` on one store."""

from datetime import timedelta

import pytest
from contracts.outbox_examples import (
    ANN,
    BOB,
    LATER,
    LEASE,
    NOW,
    attempt,
    hold,
    message,
    outcome,
    recipient,
    submission,
    to_smtp,
)
from contracts.outbox_store_contract import GONE, OutboxHouse, add, claim, finished
from contracts.profile_store_contract import generic

from smtp_desktop.domain.delivery.delivery import DeliveryState
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.services.delivery.ports import OutboxStore

AFTER = LEASE + timedelta(microseconds=1)
RETRY = NOW + timedelta(minutes=30)


def states(outbox, *delivery_ids):
    return [outbox.get(each).state.value for each in delivery_ids]


def recipients(outbox, delivery_id):
    return [one.state.value for one in outbox.get(delivery_id).recipients]


class OutboxClaimsContract(OutboxHouse):
    def test_the_longest_due_are_claimed_first(self, outbox: OutboxStore):
        times = (NOW, NOW - timedelta(seconds=2), NOW - timedelta(seconds=1), LATER + timedelta(seconds=1))
        ids = add(
            outbox, *(submission(at=at, smtp_id=s) for at, s in zip(times, ("main", None, "spare", None), strict=True))
        )
        got = outbox.claim(ANN, now=LATER, lease_ends_at=LEASE, limit=2)
        assert [delivery.id for delivery in got] == [ids[1], ids[2]]
        assert got == [outbox.get(ids[1]), outbox.get(ids[2])]
        assert {delivery.state for delivery in got} == {DeliveryState.SENDING}
        assert claim(outbox, BOB) == [ids[0]]
        assert claim(outbox, BOB) == []

    def test_due_at_the_very_moment(self, outbox: OutboxStore):
        ids = add(outbox)
        assert claim(outbox, now=NOW - timedelta(microseconds=1)) == []
        assert claim(outbox, now=NOW) == ids

    def test_a_held_smtp_is_left_out_unless_there_is_a_backup(self, outbox: OutboxStore):
        ids = add(outbox, to_smtp("main"), submission(), to_smtp("main", "spare"), to_smtp("box"))
        outbox.hold(hold("main"))
        assert claim(outbox) == [ids[2], ids[3]]

    def test_a_held_backup_helps_nothing(self, outbox: OutboxStore):
        (first, _) = add(outbox, to_smtp("box", "spare"), to_smtp("main", "spare"))
        outbox.hold(hold("main"))
        outbox.hold(hold("spare"))
        assert claim(outbox) == [first]

    def test_without_a_default_only_bound_ones_are_claimed(self, outbox: OutboxStore, profiles):
        ids = add(outbox, submission(), to_smtp("spare"), submission(backup_id=ProfileId("box")))
        profiles.put(generic("main", default=False))
        assert claim(outbox) == [ids[1], ids[2]]
        assert outbox.next_due_at() == LEASE
        profiles.put(generic("spare", default=True))
        assert claim(outbox) == [ids[0]]

    def test_what_would_go_through_an_excluded_smtp_is_left_out(self, outbox: OutboxStore):
        ids = add(outbox, submission(), to_smtp("main", "spare"), to_smtp("box", "main"), to_smtp("spare"))
        assert claim(outbox, excluding={ProfileId("main"), ProfileId("spare")}) == [ids[2]]
        outbox.hold(hold("main"))
        # The backup is what it would go through now.
        assert claim(outbox, excluding={ProfileId("spare")}) == []
        assert claim(outbox, excluding={ProfileId("main")}) == [ids[1], ids[3]]

    def test_one_whose_outcome_is_unknown_is_tried_again_and_says_so(self, outbox: OutboxStore):
        again = finished(outbox, outcome("unknown", next_try_at=RETRY))
        finished(outbox, outcome("unknown"))
        (got,) = outbox.claim(ANN, now=RETRY, lease_ends_at=LEASE, limit=5)
        assert (got.id, got.may_be_twice) == (again, True)

    def test_only_its_courier_hands_over(self, outbox: OutboxStore):
        ids = add(outbox)
        assert outbox.mark_data_started([ids[0]], ANN) == []
        claim(outbox)
        assert outbox.mark_data_started([ids[0]], BOB) == []
        assert outbox.mark_data_started([ids[0]], ANN) == [ids[0]]
        assert outbox.mark_data_started([GONE], ANN) == []

    def test_of_several_only_its_own_are_handed_over_and_finished(self, outbox: OutboxStore):
        ids = add(outbox, *(submission() for _ in range(4)))
        claim(outbox, ANN, limit=2)
        claim(outbox, BOB, limit=1)
        assert outbox.mark_data_started([*ids, GONE], ANN) == ids[:2]
        results = {each: outcome("refused", recipient("refused", reply="550 no")) for each in reversed(ids)}
        assert outbox.finish(ANN, results) == [ids[1], ids[0]]
        assert states(outbox, *ids) == ["refused", "refused", "sending", "waiting"]
        assert [[a.number for a in outbox.attempts(each)] for each in ids] == [[1]] * 4
        assert outbox.finish(ANN, {}) == []

    def test_what_is_taken_back_was_never_handed_over(self, outbox: OutboxStore):
        ids = add(outbox, submission(), submission(), submission())
        claim(outbox, ANN, limit=2)
        claim(outbox, BOB)
        outbox.mark_data_started(ids[:2], ANN)
        outbox.mark_data_started(ids[2:], BOB)
        outbox.unmark_data_started(ANN, [ids[0], ids[2], GONE])
        assert states(outbox, *ids) == ["sending"] * 3
        assert outbox.reclaim_expired(now=AFTER, retry_at=RETRY) == 3
        assert states(outbox, *ids) == ["waiting", "unknown", "unknown"]
        assert not outbox.get(ids[0]).may_be_twice

    def test_a_late_finish_keeps_its_attempt_alone(self, outbox: OutboxStore):
        (delivery_id,) = add(outbox)
        claim(outbox, ANN)
        outbox.reclaim_expired(now=AFTER, retry_at=RETRY)
        claim(outbox, BOB)
        assert outbox.finish(ANN, {delivery_id: outcome("sent")}) == []
        assert states(outbox, delivery_id) == ["sending"]
        assert outbox.finish(BOB, {delivery_id: outcome("refused")}) == [delivery_id]
        assert states(outbox, delivery_id) == ["refused"]
        # Both couriers thought theirs was the first.
        assert [(a.number, a.state.value) for a in outbox.attempts(delivery_id)] == [(1, "sent"), (2, "refused")]
        assert outbox.finish(ANN, {GONE: outcome()}) == []

    def test_a_noted_attempt_leaves_the_mail_with_its_courier(self, outbox: OutboxStore):
        (delivery_id,) = add(outbox)
        claim(outbox)
        outbox.mark_data_started([delivery_id], ANN)
        assert outbox.note(delivery_id, ANN, attempt()) is True
        delivery = outbox.get(delivery_id)
        assert (delivery.state, delivery.smtp_name, delivery.attempts) == (DeliveryState.SENDING, "Main", 1)
        assert outbox.note(delivery_id, BOB, attempt()) is False
        assert [a.number for a in outbox.attempts(delivery_id)] == [1, 2]
        # Not handed over any more, so it can be given back.
        outbox.release_lease(ANN, [delivery_id])
        assert states(outbox, delivery_id) == ["waiting"]

    def test_what_is_given_back_is_due_at_once(self, outbox: OutboxStore):
        ids = add(outbox, submission(), submission(), submission())
        claim(outbox, ANN, limit=2)
        claim(outbox, BOB)
        outbox.mark_data_started([ids[1]], ANN)
        outbox.release_lease(ANN, ids)
        assert states(outbox, *ids) == ["waiting", "sending", "sending"]
        assert claim(outbox, BOB, now=NOW) == [ids[0]]

    def test_a_dead_couriers_mails_wait_again(self, outbox: OutboxStore):
        ids = add(outbox, submission(), submission())
        claim(outbox, ANN, limit=1)
        claim(outbox, BOB, lease_ends_at=LATER)
        assert outbox.reclaim_expired(now=LEASE - timedelta(microseconds=1), retry_at=RETRY) == 0
        assert outbox.reclaim_expired(now=LEASE, retry_at=RETRY) == 1
        assert states(outbox, *ids) == ["waiting", "sending"]
        assert not outbox.get(ids[0]).may_be_twice
        assert outbox.mark_data_started([ids[0]], ANN) == []
        assert claim(outbox, BOB, now=NOW) == [ids[0]]

    def test_a_lease_can_be_extended(self, outbox: OutboxStore):
        ids = add(outbox, submission(), submission())
        claim(outbox, ANN, limit=1)
        claim(outbox, BOB)
        outbox.extend(ANN, lease_ends_at=LATER)
        assert outbox.reclaim_expired(now=AFTER, retry_at=RETRY) == 1
        assert states(outbox, *ids) == ["sending", "waiting"]
        assert outbox.next_due_at() == NOW

    @pytest.mark.parametrize(
        ("bound", "through", "retried"),
        [("main", None, True), ("box", None, False), (None, None, True), ("main", "box", False), ("box", "main", True)],
    )
    def test_what_a_dead_courier_handed_over_is_unknown(self, outbox: OutboxStore, bound, through, retried):
        (delivery_id,) = add(outbox, submission(message(to=("a@x.example", "b@x.example")), smtp_id=bound))
        claim(outbox)
        outbox.mark_data_started([delivery_id], ANN, through=through)
        assert outbox.reclaim_expired(now=AFTER, retry_at=RETRY) == 1
        delivery = outbox.get(delivery_id)
        assert (delivery.state, delivery.may_be_twice) == (DeliveryState.UNKNOWN, True)
        assert delivery.next_try_at == (RETRY if retried else None)
        assert delivery.finished_at == (None if retried else AFTER)
        assert recipients(outbox, delivery_id) == ["unknown", "unknown"]
        assert claim(outbox, now=RETRY) == ([delivery_id] if retried else [])

    def test_recovering_leaves_those_who_got_it(self, outbox: OutboxStore):
        results = (recipient("sent"), recipient("waiting", "b@x.example"), recipient("refused", "c@x.example", "550"))
        delivery_id = finished(outbox, outcome("waiting", *results, next_try_at=NOW))
        claim(outbox)
        outbox.mark_data_started([delivery_id], ANN)
        outbox.reclaim_expired(now=AFTER, retry_at=RETRY)
        assert recipients(outbox, delivery_id) == ["sent", "unknown", "refused"]

    def test_a_finished_one_is_not_handed_over_any_more(self, outbox: OutboxStore):
        (delivery_id,) = add(outbox)
        claim(outbox)
        outbox.mark_data_started([delivery_id], ANN)
        outbox.finish(ANN, {delivery_id: outcome("waiting", next_try_at=NOW)})
        claim(outbox)
        outbox.reclaim_expired(now=AFTER, retry_at=RETRY)
        assert states(outbox, delivery_id) == ["waiting"]

    def test_once_it_may_be_twice_it_stays_so(self, outbox: OutboxStore):
        delivery_id = finished(outbox, outcome("unknown", next_try_at=NOW, may_be_twice=True))
        claim(outbox)
        outbox.finish(ANN, {delivery_id: outcome("sent", may_be_twice=False)})
        assert outbox.get(delivery_id).may_be_twice

    def test_tells_when_there_is_something_to_do(self, outbox: OutboxStore):
        assert outbox.next_due_at() is None
        add(outbox, to_smtp("spare", at=LATER), to_smtp("box"), submission(at=LATER + timedelta(seconds=1)))
        assert outbox.next_due_at() == NOW
        outbox.hold(hold("box"))
        assert outbox.next_due_at() == LATER
        claim(outbox)
        outbox.hold(hold("main"))
        assert outbox.next_due_at() == LEASE
        assert outbox.reclaim_expired(now=AFTER, retry_at=RETRY) == 1
        assert outbox.next_due_at() == LATER


class OutboxOrdersContract(OutboxHouse):
    @pytest.mark.parametrize("state", ["refused", "unknown"])
    def test_sending_again_goes_to_those_who_did_not_get_it(self, outbox: OutboxStore, state):
        results = (recipient("sent"), recipient(state, "b@x.example", "550 no"))
        delivery_id = finished(outbox, outcome(state, *results))
        assert outbox.resend([delivery_id], now=LATER) == 1
        delivery = outbox.get(delivery_id)
        assert (delivery.state, delivery.next_try_at, delivery.finished_at) == (DeliveryState.WAITING, LATER, None)
        assert (delivery.created_at, delivery.retry_from) == (NOW, LATER)
        assert delivery.recipients == (recipient("sent"), recipient("waiting", "b@x.example"))
        assert delivery.may_be_twice is (state == "unknown")
        assert claim(outbox, now=LATER) == [delivery_id]

    def test_sending_a_sent_one_again_goes_to_all(self, outbox: OutboxStore):
        delivery_id = finished(outbox, outcome("sent", recipient("sent"), recipient("refused", "b@x.example", "550")))
        assert outbox.resend([delivery_id], now=LATER) == 1
        assert recipients(outbox, delivery_id) == ["waiting", "waiting"]
        assert not outbox.get(delivery_id).may_be_twice

    def test_sending_again_leaves_those_on_their_way(self, outbox: OutboxStore):
        ids = add(outbox, submission(), submission())
        claim(outbox, limit=1)
        assert outbox.resend([*ids, GONE], now=LATER) == 0
        assert states(outbox, *ids) == ["sending", "waiting"]

    def test_one_that_is_unknown_can_be_sent_again_at_once(self, outbox: OutboxStore):
        delivery_id = finished(outbox, outcome("unknown", next_try_at=LATER))
        assert outbox.resend([delivery_id], now=NOW) == 1
        assert claim(outbox, now=NOW) == [delivery_id]

    def test_hurrying_makes_waiting_ones_due(self, outbox: OutboxStore):
        ids = [finished(outbox, outcome(state, next_try_at=LATER)) for state in ("waiting", "unknown")]
        done = finished(outbox)
        assert outbox.send_now([*ids, done, GONE], now=NOW) == 1
        assert claim(outbox, now=NOW) == [ids[0]]

    def test_hurrying_never_puts_off(self, outbox: OutboxStore):
        ids = add(outbox)
        assert outbox.send_now(ids, now=LATER) == 1
        assert outbox.get(ids[0]).next_try_at == NOW

    def test_cancelling_stops_what_waits(self, outbox: OutboxStore):
        (held, waiting) = add(outbox, submission(), submission(message(to=("a@x.example", "b@x.example"))))
        claim(outbox, limit=1)
        assert outbox.cancel([held, waiting, GONE], now=LATER) == 1
        assert states(outbox, held, waiting) == ["sending", "cancelled"]
        assert recipients(outbox, waiting) == ["cancelled", "cancelled"]
        delivery = outbox.get(waiting)
        assert (delivery.next_try_at, delivery.finished_at) == (None, LATER)
        assert claim(outbox) == []
        assert outbox.resend([waiting], now=LATER) == 1
        assert recipients(outbox, waiting) == ["waiting", "waiting"]

    def test_cancelling_never_denies_that_it_may_have_been_sent(self, outbox: OutboxStore):
        open_one = finished(outbox, outcome("unknown", next_try_at=LATER))
        closed = finished(outbox, outcome("unknown"))
        assert outbox.cancel([open_one, closed], now=LATER) == 1
        assert states(outbox, open_one) == ["unknown"]
        assert (outbox.get(open_one).next_try_at, outbox.get(open_one).finished_at) == (None, LATER)
        again = finished(outbox, outcome("unknown", next_try_at=NOW))
        claim(outbox)
        outbox.release_lease(ANN, [again])
        assert states(outbox, again) == ["waiting"]
        assert outbox.cancel([again], now=LATER) == 1
        assert states(outbox, again) == ["unknown"]

    def test_cancelling_keeps_who_got_it(self, outbox: OutboxStore):
        results = (recipient("sent"), recipient("waiting", "b@x.example"))
        delivery_id = finished(outbox, outcome("waiting", *results, next_try_at=LATER))
        outbox.cancel([delivery_id], now=LATER)
        assert recipients(outbox, delivery_id) == ["sent", "cancelled"]
        outbox.resend([delivery_id], now=LATER)
        assert recipients(outbox, delivery_id) == ["sent", "waiting"]
