"""Bulk checks: each SMTP once, whatever happens to the others."""

import json
import os
import threading
from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from fakes.server_access import access_by
from services.tester_harness import REFUSED, RELAY, SHOP, TesterHarness

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.checks.health import CheckResult, TestKind, WarningKind
from smtp_desktop.domain.diagnosis.conversation import CertificateFault, FailureKind, Stage
from smtp_desktop.domain.diagnosis.kinds import Cause
from smtp_desktop.domain.errors import NoSuchProfile, StoreError, VaultError, VaultLocked
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.services.checks.bulk_check import BulkCheck, CheckOutcome, result_document, result_from_document
from smtp_desktop.services.checks.report import Report


@pytest.fixture
def harness() -> TesterHarness:
    return TesterHarness()


def run(harness: TesterHarness, *ids: ProfileId, cancel: Cancel | None = None) -> dict[ProfileId, CheckOutcome]:
    """Returns how each SMTP did in one bulk check."""
    bulk_check = BulkCheck(tester=harness.tester, store=harness.store, access=access_by(harness.vault))
    ended: list[tuple[ProfileId, CheckOutcome]] = []
    bulk_check.run(ids, cancel=cancel or Cancel(), on_end=lambda *one: ended.append(one))
    assert len(dict(ended)) == len(ended)
    return dict(ended)


def shops(harness: TesterHarness, count: int) -> list[ProfileId]:
    return [harness.saved(replace(SHOP, name=f"Shop_{number}")).id for number in range(count)]


def test_each_is_checked_once_and_recorded(harness: TesterHarness) -> None:
    ids = shops(harness, 3)
    ended = run(harness, *ids, ids[0])
    assert sorted(ended) == sorted(ids)
    assert all(isinstance(one, Report) and one.timeline.ok for one in ended.values())
    assert len(harness.transport.conversations) == 3
    assert all(call.mail is None for call in harness.transport.conversations)
    assert sorted(result.profile_id for result in harness.recorded()) == sorted(ids)


def test_an_empty_bulk_check_ends_at_once(harness: TesterHarness) -> None:
    harness.store.failure = StoreError(msg("The disk is gone."))
    assert run(harness) == {}


def test_all_run_at_the_same_time(harness: TesterHarness) -> None:
    ids = shops(harness, 30)
    # Nobody goes on before all have come.
    harness.transport.during = threading.Barrier(30, timeout=30).wait
    assert len(run(harness, *ids)) == 30


def test_the_steps_of_each_are_reported(harness: TesterHarness) -> None:
    ids = shops(harness, 2)
    seen: dict[ProfileId, list[Stage]] = {one: [] for one in ids}
    bulk_check = BulkCheck(tester=harness.tester, store=harness.store, access=access_by(harness.vault))
    bulk_check.run(ids, cancel=Cancel(), on_end=lambda *_: None, on_step=lambda of, step: seen[of].append(step.stage))
    assert all(Stage.SIGN_IN in stages for stages in seen.values())


def test_the_first_goes_ahead_until_it_needs_nothing_but_its_server(harness: TesterHarness) -> None:
    ids = shops(harness, 5)
    others: list[int] = []
    bulk_check = BulkCheck(tester=harness.tester, store=harness.store, access=access_by(harness.vault))
    bulk_check.run(
        ids,
        cancel=Cancel(),
        on_end=lambda *_: None,
        on_step=lambda of, _: (
            None if of != ids[0] or others else others.append(len(harness.transport.conversations) - 1)
        ),
    )
    assert others == [0]


def test_results_that_come_together_are_recorded_together(
    harness: TesterHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = shops(harness, 30)
    harness.transport.during = threading.Barrier(30, timeout=30).wait
    record, sizes = harness.health.record, []

    def recorded(*results: CheckResult, **details: Any) -> None:
        sizes.append(len(results))
        record(*results, **details)

    monkeypatch.setattr(harness.health, "record", recorded)
    run(harness, *ids)
    assert sum(sizes) == 30
    assert len(sizes) < 30


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="this system binds no thread to a core")
def test_checks_share_a_core_and_nobody_else_is_bound_to_it(harness: TesterHarness) -> None:
    before = os.sched_getaffinity(0)
    cores: list[set[int]] = []
    harness.transport.during = lambda: cores.append(os.sched_getaffinity(0))
    run(harness, *shops(harness, 3))
    assert len(cores) == 3
    assert all(one == cores[0] and len(one) == 1 for one in cores)
    assert os.sched_getaffinity(0) == before


def test_a_refused_sign_in_is_not_tried_again(harness: TesterHarness) -> None:
    harness.transport.timeline = REFUSED
    (one,) = shops(harness, 1)
    assert not run(harness, one)[one].timeline.ok
    assert len(harness.transport.conversations) == 1


def test_what_stops_one_stops_no_other(harness: TesterHarness) -> None:
    first, lost, last = shops(harness, 3)
    harness.vault.erase(next(iter(harness.store.get(lost).secret_refs.values())))
    gone = ProfileId("gone")
    ended = run(harness, gone, first, lost, last)
    assert isinstance(ended[gone], NoSuchProfile)
    assert isinstance(ended[lost], VaultError)
    assert [ended[one].timeline.ok for one in (first, last)] == [True, True]
    assert len(harness.transport.conversations) == 2


def test_the_first_secret_that_is_gone_stops_no_other(harness: TesterHarness) -> None:
    lost, fine = shops(harness, 2)
    harness.vault.erase(next(iter(harness.store.get(lost).secret_refs.values())))
    ended = run(harness, lost, fine)
    assert isinstance(ended[lost], VaultError)
    assert ended[fine].timeline.ok


def test_a_locked_vault_stops_all_before_the_first_conversation(harness: TesterHarness) -> None:
    open_relay = harness.saved(RELAY).id
    ids = shops(harness, 3)
    harness.vault.locked = True
    with pytest.raises(VaultLocked):
        run(harness, open_relay, *ids)
    assert harness.transport.conversations == []
    assert harness.recorded() == []


def test_a_locked_vault_does_not_stop_who_needs_none_of_it(harness: TesterHarness) -> None:
    open_relay = harness.saved(RELAY).id
    shops(harness, 1)
    harness.vault.locked = True
    assert run(harness, open_relay)[open_relay].timeline.ok


def test_cancel_ends_those_under_way_and_begins_no_more(harness: TesterHarness) -> None:
    ids = shops(harness, 205)
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

    harness.transport.during = during
    stopper = threading.Thread(target=stop)
    stopper.start()
    ended = run(harness, *ids, cancel=cancel)
    stopper.join(30)
    assert len(harness.transport.conversations) == len(ended) == 200
    assert all(call.cancel.requested for call in harness.transport.conversations)
    assert harness.recorded() == []


def test_a_bulk_check_that_was_cancelled_before_tries_nothing(harness: TesterHarness) -> None:
    cancel = Cancel()
    cancel.request()
    assert run(harness, *shops(harness, 3), cancel=cancel) == {}
    assert harness.transport.conversations == []


def test_a_bug_in_one_check_is_raised_when_the_others_have_ended(harness: TesterHarness) -> None:
    ids = shops(harness, 2)
    broken = iter([True, False])
    turn = threading.Lock()

    def fail_once() -> None:
        with turn:
            first = next(broken)
        if first:
            raise ZeroDivisionError

    harness.transport.during = fail_once
    with pytest.raises(ZeroDivisionError):
        run(harness, *ids)
    assert len(harness.recorded()) == 1


def test_results_that_the_disk_refuses_are_reported_for_each(
    harness: TesterHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = shops(harness, 2)
    full = StoreError(msg("The disk is full."))

    def refuse(*_: CheckResult, **__: Any) -> None:
        raise full

    monkeypatch.setattr(harness.health, "record", refuse)
    assert run(harness, *ids) == dict.fromkeys(ids, full)


def test_a_result_reaches_another_process_whole() -> None:
    result = CheckResult(
        profile_id=ProfileId("a"),
        at=datetime(2026, 11, 30, tzinfo=UTC),
        test_kind=TestKind.TEST,
        ok=False,
        duration_ms=3.75,
        stage=Stage.SECURE,
        kind=FailureKind.CERTIFICATE,
        cause=Cause.CERTIFICATE,
        certificate_fault=CertificateFault.EXPIRED,
        reply="535 no",
        warnings=(next(iter(WarningKind)),),
        settings_version=7,
    )
    # A field that has its default would be there even if it were lost on the way.
    assert [one.name for one in fields(result) if getattr(result, one.name) == one.default] == []
    assert result_from_document(json.loads(json.dumps(result_document(result)))) == result
