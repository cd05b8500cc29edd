"""The messages that come into the local inbox while a command waits for them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from smtp_desktop.cli.interrupt import POLL_S
from smtp_desktop.cli.output.output import shortened
from smtp_desktop.cli.output.times import local_text, utc_text
from smtp_desktop.domain.mail.received import ReceivedMail
from smtp_desktop.services.ports import Inbox

if TYPE_CHECKING:
    from smtp_desktop.cli.contract.other import Arrival

_NAMED_RECIPIENTS = 2
_WIDEST_FROM = 50
_KILOBYTE = 1_000


def arrivals(
    inbox: Inbox, *, count: int | None, for_s: float, should_end: Callable[[], bool]
) -> Iterator[ReceivedMail]:
    """Yields each message as it comes, until there were `count`, `for_s` seconds have passed, or `should_end`."""
    ends_s = time.monotonic() + for_s
    last = seen = 0
    while not should_end() and (left_s := ends_s - time.monotonic()) > 0:
        for mail in inbox.wait_for_newer(last, min(left_s, POLL_S)):
            last, seen = int(mail.id), seen + 1
            yield mail
            if seen == count:
                return


def arrival_line(mail: ReceivedMail) -> str:
    """Returns time, sender, recipients, subject and size of a message."""
    at = local_text(mail.received_at, seconds=True)
    sender = shortened(mail.from_ or mail.sender or "<>", _WIDEST_FROM)
    more = len(mail.recipients) - _NAMED_RECIPIENTS
    recipients = ", ".join(mail.recipients[:_NAMED_RECIPIENTS]) + (f" and {more:,} more" if more > 0 else "")
    line = f"{at}  {sender} -> {recipients}  {mail.subject or '(no subject)'}  {_size(len(mail.raw))}"
    return " ".join(line.splitlines())


def arrival_document(mail: ReceivedMail) -> Arrival:
    """Returns a message for `--json`. `sender` is the envelope's, empty for a report; `from` is as in the header."""
    return {
        "id": int(mail.id),
        "received_at": utc_text(mail.received_at),
        "sender": mail.sender,
        "from": mail.from_,
        "to": list(mail.recipients),
        "subject": mail.subject,
        "size_bytes": len(mail.raw),
    }


def _size(size_bytes: int) -> str:
    return f"{size_bytes} B" if size_bytes < _KILOBYTE else f"{size_bytes / _KILOBYTE:,.1f} kB"
