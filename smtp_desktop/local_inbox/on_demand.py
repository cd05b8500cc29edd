"""Loading the local inbox's server when it is first started."""

import secrets
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from smtp_desktop.domain.mail.received import ReceivedMail
from smtp_desktop.domain.secret import Secret

if TYPE_CHECKING:
    from smtp_desktop.local_inbox.server import LocalInbox


class InboxOnDemand:
    """The local inbox, whose server is loaded when it first starts. `on_received` is as LocalInbox has it."""

    def __init__(self, on_received: Callable[[int], None]) -> None:
        self.user_name = "demo@localhost"
        self.password = Secret(secrets.token_urlsafe(18))
        self._on_received = on_received
        self._inbox: LocalInbox | None = None

    @property
    def ca_pem(self) -> str:
        return self._inbox.ca_pem if self._inbox else ""

    def start(self, port: int = 0) -> int:
        """Listens; returns the port. Raises as LocalInbox does."""
        if self._inbox is None:
            from smtp_desktop.local_inbox.server import LocalInbox  # noqa: PLC0415 - loads aiosmtpd and more

            self._inbox = LocalInbox(None, self._on_received, user_name=self.user_name, password=self.password)
        return self._inbox.start(port)

    def stop(self) -> None:
        """Frees the port. Does nothing if it does not listen."""
        if self._inbox:
            self._inbox.stop()

    def all(self) -> Sequence[ReceivedMail]:
        """Returns what was received, newest first."""
        return self._inbox.mailbox.all() if self._inbox else ()

    def clear(self) -> None:
        """Nothing is in it."""
        if self._inbox:
            self._inbox.mailbox.clear()
