"""The contract of OutboxStore: claims, leases, and commands. A subclass gives the fixtures `profiles`, `activities` and
`outbox` on one store."""

from datetime import timedelta

import pytest
from contracts.outbox_examples import (
    ANN,
    BOB,
    LATER,
    LEASE,
    NOW,
    entry,
    hold,
    message,
    recipient,
    to_smtp,
    update,
)
from contracts.outbox_store_contract import GONE, OutboxFixtures, add, claim, finished
from contracts.profile_store_contract import generic
from fakes.stored import put

from smtp_desktop.domain.delivery.delivery import DeliveryState
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.services.delivery.ports import OutboxStore

AFTER = LEASE + timedelta(microseconds=1)
RETRY = NOW + timedelta(minutes=30)


def states(outbox, *delivery_ids):
    return [outbox.get(each).state.value for each in delivery_ids]


def recipients(outbox, delivery_id):
    return [one.state.value for one in outbox.get(delivery_id).recipients]


class OutboxClaimsContract(OutboxFixtures):
    def test_the_longest_due_are_claimed_first(self, outbox: OutboxStore):
        times = (NOW, NOW - timedelta(seconds=2), NOW - timedelta(seconds=1), LATER + timedelta(seconds=1))
        ids = add(
            outbox, *(entry(at=at, smtp_id=s) for at, s in zip(times, ("main", None, "spare", None), strict=True))
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
        ids = add(outbox, to_smtp("main"), entry(), to_smtp("main", "spare"), to_smtp("box"))
        outbox.hold(hold("main"))
        assert claim(outbox) == [ids[2], ids[3]]

    def test_a_held_backup_helps_nothing(self, outbox: OutboxStore):
        (first, _) = add(outbox, to_smtp("box", "spare"), to_smtp("main", "spare"))
        outbox.hold(hold("main"))
        outbox.hold(hold("spare"))
        assert claim(outbox) == [first]

    def test_without_a_default_only_bound_ones_are_claimed(self, outbox: OutboxStore, profiles):
        ids = add(outbox, entry(), to_smtp("spare"), entry(backup_id=ProfileId("box")))
        put(profiles, generic("main", default=False))
        assert claim(outbox, now=NOW) == [ids[1], ids[2]]
        assert outbox.next_due_at(now=NOW) == LEASE
        put(profiles, generic("spare", default=True))
        assert claim(outbox) == [ids[0]]

    def test_what_would_go_through_an_excluded_smtp_is_left_out(self, outbox: OutboxStore):
        ids = add(outbox, entry(), to_smtp("main", "spare"), to_smtp("box", "main"), to_smtp("spare"))
        assert claim(outbox, excluding={ProfileId("main"), ProfileId("spare")}) == [ids[2]]
        outbox.hold(hold("main"))
        # The backup is what it would go through now.
        assert claim(outbox, excluding={ProfileId("spare")}) == []
        assert claim(outbox, excluding={ProfileId("main")}) == [ids[1], ids[3]]

    def test_an_unknown_mail_is_tried_again_and_marked(self, outbox: OutboxStore):
        again = finished(outbox, update("unknown", next_try_at=RETRY))
        finished(outbox, update("unknown"))
        (got,) = outbox.claim(ANN, now=RETRY, lease_ends_at=LEASE, limit=5)
        assert (got.id, got.may_be_twice) == (again, True)

    def test_only_its_courier_marks_data_as_started(self, outbox: OutboxStore):
        ids = add(outbox)
        assert outbox.mark_data_started([ids[0]], ANN) == []
        claim(outbox)
        assert outbox.mark_data_started([ids[0]], BOB) == []
        assert outbox.mark_data_started([ids[0]], ANN) == [ids[0]]
        assert outbox.mark_data_started([GONE], ANN) == []

    def test_of_several_only_its_own_are_marked_and_finished(self, outbox: OutboxStore):
        ids = add(outbox, *(entry() for _ in range(4)))
        claim(outbox, ANN, limit=2)
        claim(outbox, BOB, limit=1)
        assert outbox.mark_data_started([*ids, GONE], ANN) == ids[:2]
        results = {each: update("refused", recipient("refused", reply="550 no")) for each in reversed(ids)}
        assert outbox.finish(ANN, results) == [ids[1], ids[0]]
        assert states(outbox, *ids) == ["refused", "refused", "sending", "waiting"]
        assert [[a.number for a in outbox.attempts(each)] for each in ids] == [[1]] * 4
        assert outbox.finish(ANN, {}) == []

    def test_unmarked_mails_count_as_never_started(self, outbox: OutboxStore):
        ids = add(outbox, entry(), entry(), entry())
        claim(outbox, ANN, limit=2)
        claim(outbox, BOB)
        outbox.mark_data_started(ids[:2], ANN)
        outbox.mark_data_started(ids[2:], BOB)
        outbox.unmark_data_started(ANN, [ids[0], ids[2], GONE])
        assert states(outbox, *ids) == ["sending"] * 3
        assert outbox.reclaim_expired(now=AFTER, retry_at=[RETRY]) == 3
        assert states(outbox, *ids) == ["waiting", "unknown", "unknown"]
        assert not outbox.get(ids[0]).may_be_twice

    def test_a_late_finish_keeps_its_attempt_alone(self, outbox: OutboxStore):
        (delivery_id,) = add(outbox)
        claim(outbox, ANN)
        outbox.reclaim_expired(now=AFTER, retry_at=[RETRY])
        claim(outbox, BOB)
        assert outbox.finish(ANN, {delivery_id: update("sent")}) == []
        assert states(outbox, delivery_id) == ["sending"]
        assert outbox.finish(BOB, {delivery_id: update("refused")}) == [delivery_id]
        assert states(outbox, delivery_id) == ["refused"]
        # Both couriers numbered theirs as the first.
        assert [(a.number, a.state.value) for a in outbox.attempts(delivery_id)] == [(1, "sent"), (2, "refused")]
        assert outbox.finish(ANN, {GONE: update()}) == []

    def test_a_noted_attempt_keeps_the_lease(self, outbox: OutboxStore):
        (delivery_id,) = add(outbox)
        claim(outbox)
        outbox.mark_data_started([delivery_id], ANN)
        assert outbox.note(delivery_id, ANN, update("waiting", next_try_at=NOW)) is True
        delivery = outbox.get(delivery_id)
        assert (delivery.state, delivery.smtp_name, delivery.attempts) == (DeliveryState.SENDING, "Main", 1)
        assert outbox.note(delivery_id, BOB, update("waiting", next_try_at=NOW)) is False
        assert [a.number for a in outbox.attempts(delivery_id)] == [1, 2]
        # Its data does not count as started any more, so that it can be released.
        outbox.release_lease(ANN, [delivery_id])
        assert states(outbox, delivery_id) == ["waiting"]

    def test_a_released_mail_is_due_as_before(self, outbox: OutboxStore):
        ids = add(outbox, entry(), entry(), entry())
        claim(outbox, ANN, limit=2)
        claim(outbox, BOB)
        outbox.mark_data_started([ids[1]], ANN)
        outbox.release_lease(ANN, ids)
        assert states(outbox, *ids) == ["waiting", "sending", "sending"]
        assert claim(outbox, BOB, now=NOW) == [ids[0]]

    def test_mails_of_a_dead_courier_wait_again(self, outbox: OutboxStore):
        ids = add(outbox, entry(), entry())
        claim(outbox, ANN, limit=1, now=NOW)
        claim(outbox, BOB, lease_ends_at=LATER, now=NOW)
        assert outbox.reclaim_expired(now=LEASE - timedelta(microseconds=1), retry_at=[RETRY]) == 0
        assert outbox.reclaim_expired(now=LEASE, retry_at=[RETRY]) == 1
        assert states(outbox, *ids) == ["waiting", "sending"]
        assert not outbox.get(ids[0]).may_be_twice
        assert outbox.mark_data_started([ids[0]], ANN) == []
        assert claim(outbox, BOB, now=NOW) == [ids[0]]

    def test_a_lease_can_be_extended(self, outbox: OutboxStore):
        ids = add(outbox, entry(), entry())
        claim(outbox, ANN, limit=1, now=NOW)
        claim(outbox, BOB, now=NOW)
        outbox.extend(ANN, lease_ends_at=LATER)
        assert outbox.reclaim_expired(now=AFTER, retry_at=[RETRY]) == 1
        assert states(outbox, *ids) == ["sending", "waiting"]
        assert outbox.next_due_at(now=NOW) == NOW

    @pytest.mark.parametrize(
        ("bound", "through", "retried"),
        [("main", None, True), ("box", None, False), (None, None, True), ("main", "box", False), ("box", "main", True)],
    )
    def test_mails_of_a_dead_courier_whose_data_started_are_unknown(self, outbox: OutboxStore, bound, through, retried):
        (delivery_id,) = add(outbox, entry(message(to=("a@x.example", "b@x.example")), smtp_id=bound))
        claim(outbox)
        outbox.mark_data_started([delivery_id], ANN, through=through)
        assert outbox.reclaim_expired(now=AFTER, retry_at=[RETRY]) == 1
        delivery = outbox.get(delivery_id)
        assert (delivery.state, delivery.may_be_twice) == (DeliveryState.UNKNOWN, True)
        assert delivery.next_try_at == (RETRY if retried else None)
        assert delivery.finished_at == (None if retried else AFTER)
        assert recipients(outbox, delivery_id) == ["unknown", "unknown"]
        assert claim(outbox, now=RETRY) == ([delivery_id] if retried else [])

    def test_reclaiming_leaves_recipients_who_got_it(self, outbox: OutboxStore):
        results = (recipient("sent"), recipient("waiting", "b@x.example"), recipient("refused", "c@x.example", "550"))
        delivery_id = finished(outbox, update("waiting", *results, next_try_at=NOW))
        claim(outbox)
        outbox.mark_data_started([delivery_id], ANN)
        outbox.reclaim_expired(now=AFTER, retry_at=[RETRY])
        assert recipients(outbox, delivery_id) == ["sent", "unknown", "refused"]

    def test_a_finished_mail_does_not_count_as_started_any_more(self, outbox: OutboxStore):
        (delivery_id,) = add(outbox)
        claim(outbox)
        outbox.mark_data_started([delivery_id], ANN)
        outbox.finish(ANN, {delivery_id: update("waiting", next_try_at=NOW)})
        claim(outbox)
        outbox.reclaim_expired(now=AFTER, retry_at=[RETRY])
        assert states(outbox, delivery_id) == ["waiting"]

    def test_once_it_may_be_twice_it_stays_so(self, outbox: OutboxStore):
        delivery_id = finished(outbox, update("unknown", next_try_at=NOW, may_be_twice=True))
        claim(outbox)
        outbox.finish(ANN, {delivery_id: update("sent", may_be_twice=False)})
        assert outbox.get(delivery_id).may_be_twice

    def test_says_when_there_is_something_to_do(self, outbox: OutboxStore):
        assert outbox.next_due_at(now=NOW) is None
        waiting = finished(outbox, update("waiting", next_try_at=LATER))
        add(outbox, to_smtp("box"))
        assert outbox.next_due_at(now=NOW) == NOW
        outbox.hold(hold("box"))
        assert outbox.next_due_at(now=NOW) == LATER
        outbox.release(ProfileId("box"))
        claim(outbox, now=NOW)
        outbox.hold(hold("main"))
        assert outbox.next_due_at(now=NOW) == LEASE
        assert outbox.reclaim_expired(now=AFTER, retry_at=[RETRY]) == 1
        outbox.hold(hold("box"))
        outbox.release(ProfileId("main"))
        assert outbox.next_due_at(now=AFTER) == LATER
        assert outbox.get(waiting).next_try_at == LATER


class OutboxCommandsContract(OutboxFixtures):
    @pytest.mark.parametrize("state", ["refused", "unknown"])
    def test_resending_goes_to_those_who_did_not_get_it(self, outbox: OutboxStore, state):
        results = (recipient("sent"), recipient(state, "b@x.example", "550 no"))
        delivery_id = finished(outbox, update(state, *results))
        assert outbox.resend([delivery_id], now=LATER) == 1
        delivery = outbox.get(delivery_id)
        assert (delivery.state, delivery.next_try_at, delivery.finished_at) == (DeliveryState.WAITING, LATER, None)
        assert (delivery.created_at, delivery.retry_from) == (NOW, LATER)
        assert delivery.recipients == (recipient("sent"), recipient("waiting", "b@x.example"))
        assert delivery.may_be_twice is (state == "unknown")
        assert claim(outbox, now=LATER) == [delivery_id]

    def test_resending_a_sent_mail_goes_to_all(self, outbox: OutboxStore):
        delivery_id = finished(outbox, update("sent", recipient("sent"), recipient("refused", "b@x.example", "550")))
        assert outbox.resend([delivery_id], now=LATER) == 1
        assert recipients(outbox, delivery_id) == ["waiting", "waiting"]
        assert not outbox.get(delivery_id).may_be_twice

    def test_resending_leaves_mails_on_their_way(self, outbox: OutboxStore):
        ids = add(outbox, entry(), entry())
        claim(outbox, limit=1)
        assert outbox.resend([*ids, GONE], now=LATER) == 0
        assert states(outbox, *ids) == ["sending", "waiting"]

    def test_an_unknown_mail_can_be_resent_at_once(self, outbox: OutboxStore):
        delivery_id = finished(outbox, update("unknown", next_try_at=LATER))
        assert outbox.resend([delivery_id], now=NOW) == 1
        assert claim(outbox, now=NOW) == [delivery_id]

    def test_send_now_makes_waiting_mails_due(self, outbox: OutboxStore):
        ids = [finished(outbox, update(state, next_try_at=LATER)) for state in ("waiting", "unknown")]
        done = finished(outbox)
        assert outbox.send_now([*ids, done, GONE], now=NOW) == 1
        assert claim(outbox, now=NOW) == [ids[0]]

    def test_send_now_never_postpones(self, outbox: OutboxStore):
        ids = add(outbox)
        assert outbox.send_now(ids, now=LATER) == 1
        assert outbox.get(ids[0]).next_try_at == NOW

    def test_cancelling_stops_waiting_mails(self, outbox: OutboxStore):
        (held, waiting) = add(outbox, entry(), entry(message(to=("a@x.example", "b@x.example"))))
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
        open_one = finished(outbox, update("unknown", next_try_at=LATER))
        closed = finished(outbox, update("unknown"))
        assert outbox.cancel([open_one, closed], now=LATER) == 1
        assert states(outbox, open_one) == ["unknown"]
        assert (outbox.get(open_one).next_try_at, outbox.get(open_one).finished_at) == (None, LATER)
        again = finished(outbox, update("unknown", next_try_at=NOW))
        claim(outbox)
        outbox.release_lease(ANN, [again])
        assert states(outbox, again) == ["waiting"]
        assert outbox.cancel([again], now=LATER) == 1
        assert states(outbox, again) == ["unknown"]

    def test_cancelling_keeps_who_got_it(self, outbox: OutboxStore):
        results = (recipient("sent"), recipient("waiting", "b@x.example"))
        delivery_id = finished(outbox, update("waiting", *results, next_try_at=LATER))
        outbox.cancel([delivery_id], now=LATER)
        assert recipients(outbox, delivery_id) == ["sent", "cancelled"]
        outbox.resend([delivery_id], now=LATER)
        assert recipients(outbox, delivery_id) == ["sent", "waiting"]
