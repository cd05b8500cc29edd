"""The user's settings of the outbox, from their preferences."""

from datetime import UTC, datetime, timedelta

import pytest

from smtp_desktop.domain.delivery.outbox_settings import RETENTION_KEY, RETRY_KEY, OutboxSettings, outbox_settings


@pytest.mark.parametrize("text", ["", "soon", "-1", "1.5", "²"])
def test_what_is_no_number_gives_the_default(text: str) -> None:
    assert outbox_settings({RETENTION_KEY: text, RETRY_KEY: text}) == OutboxSettings(retention_days=90, retry_days=5)


def test_numbers_are_taken() -> None:
    assert outbox_settings({RETENTION_KEY: "30", RETRY_KEY: "2"}) == OutboxSettings(retention_days=30, retry_days=2)


def test_dates_can_be_computed_with_any_number() -> None:
    days = outbox_settings({RETENTION_KEY: "9" * 30}).retention_days
    now = datetime(2026, 11, 23, tzinfo=UTC)
    assert now - timedelta(days=days) < now < now + timedelta(days=days)
