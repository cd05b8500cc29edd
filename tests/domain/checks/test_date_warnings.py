"""Warnings ahead of end dates: at 60, 30, 14 and 7 days, and at the end, each once."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import pytest
from domain.checks.end_date_examples import LEAF, fact, generic, graph

from smtp_desktop.domain.checks.date_warnings import due_warnings
from smtp_desktop.domain.checks.end_date import EndDate
from smtp_desktop.domain.checks.end_dates import end_dates

END = date(2027, 6, 1)
BOX = end_dates([graph("Box", END)], (), zone=UTC)


def days_before(days: int) -> datetime:
    return datetime(END.year, END.month, END.day, 12, tzinfo=UTC) - timedelta(days=days)


def warned_on(days: Iterable[int], found: tuple[EndDate, ...] = BOX) -> list[int]:
    """Returns on which of these days before the end there is a warning, looked at one after the other."""
    kept, warned = "", []
    for day in days:
        warnings = due_warnings(found, kept, days_before(day))
        kept = warnings.kept
        warned += [day] * len(warnings.due)
    return warned


def test_each_comes_once_on_its_day() -> None:
    assert warned_on(range(70, -5, -1)) == [60, 30, 14, 7, -1]


def test_who_looks_later_is_warned_once_of_what_is_due_by_then() -> None:
    assert warned_on([20, 19, 15, 3, 2]) == [20, 3]


def test_a_new_date_is_warned_of_again() -> None:
    kept = due_warnings(BOX, "", days_before(5)).kept
    renewed = end_dates([graph("Box", END + timedelta(days=40))], (), zone=UTC)
    assert due_warnings(renewed, kept, days_before(5)).due == renewed
    assert due_warnings((), kept, days_before(5)).kept == ""


def test_another_smtp_of_the_same_app_is_no_news() -> None:
    kept = due_warnings(BOX, "", days_before(5)).kept
    both = end_dates([graph("Box", END), graph("Another", END)], (), zone=UTC)
    assert due_warnings(both, kept, days_before(5)).due == ()


def test_certificates_of_servers_are_left_to_the_page() -> None:
    found = end_dates([generic("Relay")], [fact(LEAF)], zone=UTC)
    now = LEAF.valid_until - timedelta(days=1)
    assert found[0].is_near(now)
    assert due_warnings(found, "", now).due == ()


@pytest.mark.parametrize("kept", ["{", "[]", "7", '{"client_secret x": "y"}'])
def test_what_is_kept_and_damaged_warns_once_more(kept: str) -> None:
    assert due_warnings(BOX, kept, days_before(5)).due == BOX
