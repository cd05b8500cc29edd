"""Deliveries as CSV (RFC 4180)."""

import csv
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from io import StringIO

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.delivery.delivery import Delivery, DeliveryFilter, DeliveryId
from smtp_desktop.services.delivery.ports import OutboxStore

_PAGE = 1000
# A spreadsheet computes a cell that begins so, and where it splits at another character than the comma, every part of
# a cell is one. Quotes and blanks may stand before it.
_FORMULA = re.compile(r"""(^|[;,|\t\r\n])([\s"]*)(?=[=+\-@＝＋－＠\t\r])""")
_COLUMNS = (
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
    """Writes all deliveries that match, newest first, until `cancel`. `write` gets some rows at a time, with CRLF line
    ends. Returns how many deliveries it wrote. Raises StoreError."""
    write(_csv_of([_COLUMNS]))
    count = 0
    before: DeliveryId | None = None
    while not cancel.requested:
        page = store.page(wanted, before=before, limit=_PAGE)
        if page:
            write(_csv_of(_row(delivery) for delivery in page))
            count += len(page)
            before = page[-1].id
        if len(page) < _PAGE:
            break
    return count


def _csv_of(rows: Iterable[Iterable[str]]) -> str:
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerows([_no_formula(cell) for cell in row] for row in rows)
    return text.getvalue()


def _no_formula(cell: str) -> str:
    # Subjects and replies come from strangers.
    return _FORMULA.sub(r"\1\2'", cell)


def _row(delivery: Delivery) -> tuple[str, ...]:
    return (
        str(delivery.id),
        _iso(delivery.created_at),
        delivery.activity_name,
        delivery.smtp_name,
        "yes" if delivery.by_backup else "no",
        delivery.subject,
        delivery.to,
        delivery.state.value,
        str(delivery.attempts),
        delivery.last_reply,
        _iso(delivery.finished_at),
        delivery.message_id,
    )


def _iso(at: datetime | None) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else ""
