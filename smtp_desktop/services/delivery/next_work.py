"""The time at which a courier is needed next."""

from datetime import datetime, timedelta

from smtp_desktop.domain.delivery.holds import HoldState
from smtp_desktop.domain.delivery.outbox_settings import OutboxSettings
from smtp_desktop.services.delivery.ports import OutboxStore

CLEARING_INTERVAL = timedelta(hours=1)
"""The shortest time between two clearings of old deliveries: no courier starts more often only for that."""


def next_work_at(store: OutboxStore, *, now: datetime, settings: OutboxSettings) -> datetime | None:
    """Returns when a watching courier has something to do, which may be long ago: a mail is due, a lease ends, a held
    SMTP is to be checked, or old deliveries are to be cleared. None where there is nothing to do until somebody changes
    the data. Raises StoreError."""
    held_until = [hold.until for hold in store.holds() if hold.state is HoldState.HELD]
    times = [store.next_due_at(now=now), *held_until]
    for finished_at, kept_days in (
        (store.first_finished_at(), settings.retention_days),
        (store.first_content_at(), settings.content_days),
    ):
        if finished_at:
            times.append(finished_at + timedelta(days=kept_days) + CLEARING_INTERVAL)
    return min((time for time in times if time is not None), default=None)
