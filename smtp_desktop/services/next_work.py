"""When a courier is needed next."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from smtp_desktop.services.outbox_ports import OutboxStore

CLEARING = timedelta(hours=1)
"""How rarely old deliveries are cleared out: a courier is started for that alone once an hour at most."""


def next_work_at(store: OutboxStore, *, retention_days: int) -> datetime | None:
    """Returns when there is something to do for a courier that watches, which may be long ago: a mail is due, the lease
    of another courier ends, an SMTP that is held is to be looked at, or old deliveries are to be cleared out. None
    where nothing is to be done until somebody changes the data. Raises StoreError."""
    moments = [store.next_due_at(), *(hold.probe_at for hold in store.holds())]
    if finished_at := store.first_finished_at():
        moments.append(finished_at + timedelta(days=retention_days) + CLEARING)
    return min((moment for moment in moments if moment is not None), default=None)
