"""The short texts on a delivery, and how the model of the table merges slices of the outbox."""

from datetime import UTC, datetime, timedelta

import pytest

from smtp_desktop.domain.delivery.delivery import Delivery, DeliveryId, DeliveryState, RecipientState
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.ui.deliveries.cells import DeliveryColumn
from smtp_desktop.ui.deliveries.model import DeliveriesModel, DeliverySlice
from smtp_desktop.ui.deliveries.words import smtp_text, state_text
from smtp_desktop.ui.theme.theme import LIGHT

NOW = datetime(2026, 11, 22, 10, 42, 7, tzinfo=UTC)
NAMES = {ProfileId("a"): "Alpha", ProfileId("b"): "Beta"}


def delivery(number=1, **changes):
    values = {
        "id": DeliveryId(number),
        "created_at": NOW,
        "state": DeliveryState.WAITING,
        "subject": f"Mail {number}",
        "recipients": (RecipientState(address="a@x.example"),),
        "message_id": "<1@x.example>",
        "size_bytes": 10,
    }
    return Delivery(**values | changes)


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(minutes=4, seconds=10), "Next try in 4 min"),
        (timedelta(seconds=9), "Next try in 9 s"),
        (timedelta(hours=2, minutes=3, seconds=4), "Next try in 2 h 3 min"),
        (timedelta(), "Waiting"),
        (timedelta(seconds=-5), "Waiting"),
    ],
)
def test_the_time_until_the_next_try(left, words):
    assert state_text(delivery(next_try_at=NOW + left), NOW) == words


def test_one_that_may_have_been_sent_says_so_beside_the_time():
    unknown = delivery(state=DeliveryState.UNKNOWN, next_try_at=NOW + timedelta(hours=1))
    assert state_text(unknown, NOW) == "Unknown · next try in 1 h"


def test_one_that_is_being_sent_says_so_without_a_time():
    assert state_text(delivery(state=DeliveryState.SENDING, next_try_at=NOW + timedelta(hours=1)), NOW) == "Sending…"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "Default (Alpha)"),
        ({"smtp_name": "Gamma"}, "Default (Gamma)"),
        ({"smtp_id": ProfileId("b")}, "Beta"),
        ({"smtp_id": ProfileId("gone"), "smtp_name": "Old"}, "Old"),
        ({"smtp_id": ProfileId("gone")}, "(deleted)"),
        ({"smtp_id": ProfileId("b"), "smtp_name": "Alpha", "by_backup": True}, "Beta → Alpha"),
        ({"smtp_name": "Beta", "by_backup": True}, "Default (Alpha) → Beta"),
    ],
)
def test_which_smtp(changes, words):
    assert smtp_text(delivery(**changes), NAMES, "Alpha") == words


def rows(*numbers):
    return tuple(delivery(number) for number in numbers)


@pytest.fixture
def table(qapp, qtmodeltester):
    """A model of 9, 7, 5 and 3; older ones are not loaded."""
    model = DeliveriesModel(LIGHT, lambda: NOW)
    model.show(DeliverySlice(rows=rows(9, 7, 5, 3), before=None, is_last=False))
    yield model
    qtmodeltester.check(model)


def ids_of(model):
    return [model.delivery_at(row).id for row in range(model.rowCount())]


def test_new_rows_are_added_above_and_missing_ones_removed(table):
    table.merge(DeliverySlice(rows=rows(11, 10, 7, 5), before=None, is_last=False))
    assert ids_of(table) == [11, 10, 7, 5, 3]
    assert table.canFetchMore(table.index(-1, -1))


def test_only_a_changed_row_is_repainted(table, qtbot):
    sent = delivery(7, state=DeliveryState.SENT)
    with qtbot.waitSignal(table.dataChanged) as changed:
        table.merge(DeliverySlice(rows=(delivery(9), sent, delivery(5)), before=None, is_last=False))
    assert (changed.args[0].row(), changed.args[1].row()) == (1, 1)
    assert table.delivery_at(1) == sent


def test_a_slice_further_down_changes_only_itself(table):
    table.merge(DeliverySlice(rows=rows(6, 3), before=DeliveryId(7), is_last=False))
    assert ids_of(table) == [9, 7, 6, 3]


def test_older_rows_are_appended_and_the_end_is_known(table):
    table.append(DeliverySlice(rows=rows(2, 1), before=DeliveryId(3), is_last=True))
    assert ids_of(table) == [9, 7, 5, 3, 2, 1]
    assert not table.canFetchMore(table.index(-1, -1))


def test_new_rows_with_a_gap_below_replace_all_others(table):
    table.merge(DeliverySlice(rows=rows(30, 29), before=None, is_last=False))
    assert ids_of(table) == [30, 29]


def test_a_slice_below_a_gap_is_left_out(table):
    table.merge(DeliverySlice(rows=rows(1), before=DeliveryId(2), is_last=False))
    assert ids_of(table) == [9, 7, 5, 3]


def test_all_may_be_gone(table):
    table.merge(DeliverySlice(rows=(), before=None, is_last=True))
    assert ids_of(table) == []
    assert not table.canFetchMore(table.index(-1, -1))


def test_more_is_asked_for_once_at_a_time(table):
    asked = []
    table.more_wanted.connect(asked.append)
    none = table.index(-1, -1)
    table.fetchMore(none)
    table.fetchMore(none)
    assert asked == [3]
    table.cancel_request()
    table.fetchMore(none)
    assert asked == [3, 3]


def test_every_second_only_the_waiting_states_are_repainted(table, qtbot):
    later = NOW + timedelta(minutes=1)
    waiting = (delivery(9), delivery(7, next_try_at=later), delivery(5, next_try_at=later), delivery(3))
    table.show(DeliverySlice(rows=waiting, before=None, is_last=False))
    with qtbot.waitSignal(table.dataChanged) as changed:
        table.tick()
    first, last = changed.args[0], changed.args[1]
    assert (first.row(), last.row()) == (1, 2)
    assert first.column() == last.column() == DeliveryColumn.STATE
