"""Deliveries as a table for other programs."""

import csv
from collections.abc import Callable, Iterable
from datetime import datetime
from io import StringIO

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.delivery.delivery import Delivery, DeliveryFilter, DeliveryId
from smtp_desktop.services.outbox_ports import OutboxStore

_PAGE = 1000
_COMPUTED = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet takes such a cell for a formula
COLUMNS = (
    "id",
    "created_at",
    "activity",
    "smtp",
    "by_backup",
    "subject",
    "recipients",
    "state",
    "attempts",
    "last_reply",
    "finished_at",
    "message_id",
)


def write_csv(store: OutboxStore, wanted: DeliveryFilter, write: Callable[[str], object], cancel: Cancel) -> int:
    """All that fit were written (RFC 4180), newest first, unless cancelled. Returns how many."""
    write(_lines([COLUMNS]))
    count = 0
    before: DeliveryId | None = None
    while not cancel.requested:
        page = store.page(wanted, before=before, limit=_PAGE)
        if page:
            write(_lines(_row(delivery) for delivery in page))
            count += len(page)
            before = page[-1].id
        if len(page) < _PAGE:
            break
    return count


def _lines(rows: Iterable[Iterable[str]]) -> str:
    lines = StringIO()
    csv.writer(lines, lineterminator="\r\n").writerows([_harmless(cell) for cell in row] for row in rows)
    return lines.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_COMPUTED) else cell


def _row(delivery: Delivery) -> tuple[str, ...]:
    return (
        str(delivery.id),
        _moment(delivery.created_at),
        delivery.activity_name,
        delivery.smtp_name,
        "yes" if delivery.by_backup else "no",
        delivery.subject,
        delivery.to,
        delivery.state.value,
        str(delivery.attempts),
        delivery.last_reply,
        _moment(delivery.finished_at),
        delivery.message_id,
    )


def _moment(moment: datetime | None) -> str:
    return moment.isoformat(timespec="seconds") if moment else ""
