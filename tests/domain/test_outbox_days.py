"""How long the outbox tries, and keeps."""

from datetime import UTC, datetime, timedelta

import pytest

from smtp_desktop.domain.delivery.routing import RETENTION_KEY, RETRY_KEY, OutboxDays, outbox_days


@pytest.mark.parametrize("words", ["", "soon", "-1", "1.5", "²"])
def test_what_can_not_be_read_is_what_is_usual(words: str) -> None:
    assert outbox_days({RETENTION_KEY: words, RETRY_KEY: words}) == OutboxDays(retention=90, retry=5)


def test_what_is_kept_is_taken() -> None:
    assert outbox_days({RETENTION_KEY: "30", RETRY_KEY: "2"}) == OutboxDays(retention=30, retry=2)


def test_dates_can_be_reckoned_with_whatever_is_written_there() -> None:
    days = outbox_days({RETENTION_KEY: "9" * 30})
    now = datetime(2026, 11, 23, tzinfo=UTC)
    assert now - timedelta(days=days.retention) < now < now + timedelta(days=days.retention)
