"""The mails that the local inbox received."""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from smtp_desktop.domain.mail.received import MailId, ReceivedMail
from smtp_desktop.local_inbox.reader import read, without_surrogates

KEPT_MAILS = 500


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Mailbox:
    """Keeps the last 500 mails in memory. Safe from every thread.

    `on_received` is called with the number of mails after each arrival, on the thread of `add`, and must not raise.
    """

    def __init__(self, on_received: Callable[[int], None], *, utc_now: Callable[[], datetime] = _utc_now) -> None:
        self._on_received = on_received
        self._utc_now = utc_now
        self._lock = threading.Lock()
        self._mails: deque[ReceivedMail] = deque(maxlen=KEPT_MAILS)
        self._last_number = 0

    def add(self, *, sender: str, recipients: Sequence[str], raw: bytes) -> ReceivedMail:
        """Keeps a mail, whatever its content, and returns it; drops the oldest if there are too many."""
        content = read(raw)
        with self._lock:
            self._last_number += 1
            mail = ReceivedMail(
                id=MailId(str(self._last_number)),
                received_at=self._utc_now(),
                sender=without_surrogates(sender),
                recipients=tuple(without_surrogates(recipient) for recipient in recipients),
                raw=raw,
                subject=content.subject,
                from_=content.from_,
                text=content.text,
                html=content.html,
                headers=content.headers,
                attachment_names=content.attachment_names,
            )
            self._mails.append(mail)
            count = len(self._mails)
        self._on_received(count)
        return mail

    def all(self) -> Sequence[ReceivedMail]:
        """Returns every mail, the newest first."""
        with self._lock:
            return tuple(reversed(self._mails))

    def get(self, mail_id: MailId) -> ReceivedMail | None:
        """Returns the mail, or None if it was never there or was dropped."""
        with self._lock:
            return next((mail for mail in self._mails if mail.id == mail_id), None)

    def clear(self) -> None:
        """Drops all mails; their ids are not used again."""
        with self._lock:
            self._mails.clear()
