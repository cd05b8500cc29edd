"""Rounds of checks: each SMTP once, whatever happens to the others."""

import os
import threading
from dataclasses import replace

import pytest
from services.tester_house import REFUSED, RELAY, SHOP, House

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.checks.health import CheckResult
from smtp_desktop.domain.diagnosis.conversation import Stage
from smtp_desktop.domain.errors import NoSuchProfile, StoreError, VaultError, VaultLocked
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.services.checks.bulk_check import BulkCheck, CheckOutcome
from smtp_desktop.services.checks.tester import Report


@pytest.fixture
def house() -> House:
    return House()


def run(house: House, *ids: ProfileId, cancel: Cancel | None = None) -> dict[ProfileId, CheckOutcome]:
    """Returns how each SMTP did in one round."""
    rounds = BulkCheck(tester=house.tester, store=house.store, vault=house.vault)
    ended: list[tuple[ProfileId, CheckOutcome]] = []
    rounds.run(ids, cancel=cancel or Cancel(), on_end=lambda *one: ended.append(one))
    assert len(dict(ended)) == len(ended)
    return dict(ended)


def shops(house: House, count: int) -> list[ProfileId]:
    return [house.has(replace(SHOP, name=f"Shop_{number}")).id for number in range(count)]


def test_each_is_checked_once_and_recorded(house: House) -> None:
    ids = shops(house, 3)
    ended = run(house, *ids, ids[0])
    assert sorted(ended) == sorted(ids)
    assert all(isinstance(one, Report) and one.timeline.ok for one in ended.values())
    assert len(house.wire.conversations) == 3
    assert all(call.mail is None for call in house.wire.conversations)
    assert sorted(result.profile_id for result in house.recorded()) == sorted(ids)


def test_an_empty_round_ends_at_once(house: House) -> None:
    house.store.failure = StoreError(msg("The disk is gone."))
    assert run(house) == {}


def test_all_run_at_the_same_time(house: House) -> None:
    ids = shops(house, 30)
    # Nobody goes on before all have come.
    house.wire.during = threading.Barrier(30, timeout=30).wait
    assert len(run(house, *ids)) == 30


def test_the_steps_of_each_are_told(house: House) -> None:
    ids = shops(house, 2)
    told: dict[ProfileId, list[Stage]] = {one: [] for one in ids}
    rounds = BulkCheck(tester=house.tester, store=house.store, vault=house.vault)
    rounds.run(ids, cancel=Cancel(), on_end=lambda *_: None, on_step=lambda of, step: told[of].append(step.stage))
    assert all(Stage.SIGN_IN in stages for stages in told.values())


def test_the_first_goes_ahead_until_it_needs_nothing_but_its_server(house: House) -> None:
    ids = shops(house, 5)
    others: list[int] = []
    rounds = BulkCheck(tester=house.tester, store=house.store, vault=house.vault)
    rounds.run(
        ids,
        cancel=Cancel(),
        on_end=lambda *_: None,
        on_step=lambda of, _: None if of != ids[0] or others else others.append(len(house.wire.conversations) - 1),
    )
    assert others == [0]


def test_results_that_come_together_are_recorded_together(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = shops(house, 30)
    house.wire.during = threading.Barrier(30, timeout=30).wait
    record, sizes = house.health.record, []

    def recorded(*results: CheckResult) -> None:
        sizes.append(len(results))
        record(*results)

    monkeypatch.setattr(house.health, "record", recorded)
    run(house, *ids)
    assert sum(sizes) == 30
    assert len(sizes) < 30


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="this system binds no thread to a core")
def test_checks_share_a_core_and_nobody_else_is_bound_to_it(house: House) -> None:
    before = os.sched_getaffinity(0)
    cores: list[set[int]] = []
    house.wire.during = lambda: cores.append(os.sched_getaffinity(0))
    run(house, *shops(house, 3))
    assert len(cores) == 3
    assert all(one == cores[0] and len(one) == 1 for one in cores)
    assert os.sched_getaffinity(0) == before


def test_a_refused_sign_in_is_not_tried_again(house: House) -> None:
    house.wire.timeline = REFUSED
    (one,) = shops(house, 1)
    assert not run(house, one)[one].timeline.ok
    assert len(house.wire.conversations) == 1


def test_what_stops_one_stops_no_other(house: House) -> None:
    first, lost, last = shops(house, 3)
    house.vault.erase(next(iter(house.store.get(lost).secret_refs.values())))
    gone = ProfileId("gone")
    ended = run(house, gone, first, lost, last)
    assert isinstance(ended[gone], NoSuchProfile)
    assert isinstance(ended[lost], VaultError)
    assert [ended[one].timeline.ok for one in (first, last)] == [True, True]
    assert len(house.wire.conversations) == 2


def test_the_first_secret_that_is_gone_stops_no_other(house: House) -> None:
    lost, fine = shops(house, 2)
    house.vault.erase(next(iter(house.store.get(lost).secret_refs.values())))
    ended = run(house, lost, fine)
    assert isinstance(ended[lost], VaultError)
    assert ended[fine].timeline.ok


def test_a_locked_vault_stops_all_before_the_first_conversation(house: House) -> None:
    open_relay = house.has(RELAY).id
    ids = shops(house, 3)
    house.vault.locked = True
    with pytest.raises(VaultLocked):
        run(house, open_relay, *ids)
    assert house.wire.conversations == []
    assert house.recorded() == []


def test_a_locked_vault_does_not_stop_who_needs_none_of_it(house: House) -> None:
    open_relay = house.has(RELAY).id
    shops(house, 1)
    house.vault.locked = True
    assert run(house, open_relay)[open_relay].timeline.ok


def test_cancel_ends_those_under_way_and_begins_no_more(house: House) -> None:
    ids = shops(house, 205)
    cancel = Cancel()
    begun, stopped = threading.Semaphore(0), threading.Event()

    def during() -> None:
        begun.release()
        assert stopped.wait(30)

    def stop() -> None:
        for _ in range(200):
            assert begun.acquire(timeout=30)
        cancel.request()
        stopped.set()

    house.wire.during = during
    stopper = threading.Thread(target=stop)
    stopper.start()
    ended = run(house, *ids, cancel=cancel)
    stopper.join(30)
    assert len(house.wire.conversations) == len(ended) == 200
    assert all(call.cancel.requested for call in house.wire.conversations)
    assert house.recorded() == []


def test_a_round_that_was_cancelled_before_tries_nothing(house: House) -> None:
    cancel = Cancel()
    cancel.request()
    assert run(house, *shops(house, 3), cancel=cancel) == {}
    assert house.wire.conversations == []


def test_a_bug_in_one_check_is_raised_when_the_others_have_ended(house: House) -> None:
    ids = shops(house, 2)
    broken = iter([True, False])
    turn = threading.Lock()

    def fail_once() -> None:
        with turn:
            first = next(broken)
        if first:
            raise ZeroDivisionError

    house.wire.during = fail_once
    with pytest.raises(ZeroDivisionError):
        run(house, *ids)
    assert len(house.recorded()) == 1


def test_results_that_the_disk_refuses_are_told_for_each(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = shops(house, 2)
    full = StoreError(msg("The disk is full."))

    def refuse(*_: CheckResult) -> None:
        raise full

    monkeypatch.setattr(house.health, "record", refuse)
    assert run(house, *ids) == dict.fromkeys(ids, full)
