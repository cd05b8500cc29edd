"""What the local inbox received."""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from smtp_desktop.domain.mail.received import MailId, ReceivedMail
from smtp_desktop.local_inbox.reader import read, whole

KEPT_MAILS = 500


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Mailbox:
    """Keeps the last 500 mails in memory. Safe from every thread.

    `on_received` hears the new number of mails after each arrival, on the thread that brought it, and must not raise.
    """

    def __init__(self, on_received: Callable[[int], None], *, utc_now: Callable[[], datetime] = _utc_now) -> None:
        self._on_received = on_received
        self._utc_now = utc_now
        self._lock = threading.Lock()
        self._mails: deque[ReceivedMail] = deque(maxlen=KEPT_MAILS)
        self._last_number = 0

    def add(self, *, sender: str, recipients: Sequence[str], raw: bytes) -> ReceivedMail:
        """Keeps a mail and returns it, whatever its content is; the oldest goes when there are too many."""
        reading = read(raw)
        with self._lock:
            self._last_number += 1
            mail = ReceivedMail(
                id=MailId(str(self._last_number)),
                received_at=self._utc_now(),
                sender=whole(sender),
                recipients=tuple(whole(recipient) for recipient in recipients),
                raw=raw,
                subject=reading.subject,
                from_=reading.from_,
                text=reading.text,
                html=reading.html,
                headers=reading.headers,
                attachment_names=reading.attachment_names,
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
        """Returns None when it was never there or is gone."""
        with self._lock:
            return next((mail for mail in self._mails if mail.id == mail_id), None)

    def clear(self) -> None:
        """After it no mail is left; ids are not used again."""
        with self._lock:
            self._mails.clear()
