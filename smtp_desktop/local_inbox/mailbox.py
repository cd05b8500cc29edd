"""The mails that the local inbox received."""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from smtp_desktop.domain.mail.received import MailContent, MailId, ReceivedMail
from smtp_desktop.local_inbox.reader import heading, read, without_surrogates

KEPT_MAILS = 500
KEPT_BYTES = 100_000_000


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Mailbox:
    """Keeps the last 500 mails in memory, or as many as have 100 MB. Safe from every thread.

    `on_received` is called with the number of mails after each arrival, on the thread of `add`, and must not raise.
    """

    def __init__(self, on_received: Callable[[int], None], *, utc_now: Callable[[], datetime] = _utc_now) -> None:
        self._on_received = on_received
        self._utc_now = utc_now
        self._lock = threading.Condition()  # notified of each arrival
        self._mails: deque[ReceivedMail] = deque()
        self._bytes = 0
        self._last_number = 0

    def add(self, *, sender: str, recipients: Sequence[str], raw: bytes) -> ReceivedMail:
        """Keeps a mail, whatever its content, and returns it; drops the oldest if there are too many. Reads no more of
        it than takes some milliseconds: all connections wait meanwhile."""
        subject, from_ = heading(raw)
        with self._lock:
            self._last_number += 1
            mail = ReceivedMail(
                id=MailId(str(self._last_number)),
                received_at=self._utc_now(),
                sender=without_surrogates(sender),
                recipients=tuple(without_surrogates(recipient) for recipient in recipients),
                raw=raw,
                subject=subject,
                from_=from_,
            )
            self._mails.append(mail)
            self._bytes += len(raw)
            while len(self._mails) > KEPT_MAILS or self._bytes > KEPT_BYTES:
                self._bytes -= len(self._mails.popleft().raw)
            count = len(self._mails)
            self._lock.notify_all()
        self._on_received(count)
        return mail

    def all(self) -> Sequence[ReceivedMail]:
        """Returns every mail, the newest first."""
        with self._lock:
            return tuple(reversed(self._mails))

    def wait_for_newer(self, than: int, timeout_s: float) -> Sequence[ReceivedMail]:
        """Returns the mails with a higher number than that, the oldest first; waits until there is one, but no longer
        than the timeout."""
        with self._lock:
            self._lock.wait_for(lambda: self._last_number > than, timeout_s)
            return tuple(mail for mail in self._mails if int(mail.id) > than)

    def get(self, mail_id: MailId) -> ReceivedMail | None:
        """Returns the mail, or None if it was never there or was dropped."""
        with self._lock:
            return next((mail for mail in self._mails if mail.id == mail_id), None)

    def clear(self) -> None:
        """Drops all mails; their ids are not used again."""
        with self._lock:
            self._mails.clear()
            self._bytes = 0

    def read(self, mail: ReceivedMail) -> MailContent:
        """Returns all that can be read of `mail`. Takes up to some seconds."""
        return read(mail.raw)
