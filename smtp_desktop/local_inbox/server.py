"""The embedded SMTP server, which listens on the loopback address."""

from __future__ import annotations

import errno
import secrets
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from smtp_desktop.domain.errors import PortTaken, SmtpDesktopError
from smtp_desktop.domain.mail.received import MailContent, ReceivedMail
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret
from smtp_desktop.local_inbox.account import InboxAccount, digest_of
from smtp_desktop.local_inbox.mailbox import Mailbox

if TYPE_CHECKING:
    from smtp_desktop.local_inbox.server_thread import ServerThread

DEMO_USER_NAME = "demo@localhost"


class InboxNotStarted(SmtpDesktopError):
    """The local inbox can't listen on the port, or can't keep its certificate."""


class LocalInbox:
    """A small SMTP server for this computer alone, with STARTTLS, sign-in, and a mailbox for the mails that it accepts.

    `folder` keeps its certificate between starts; without one it is new each time. `on_received` is called with the
    number of mails after each arrival, on the server's thread. Any thread may start and stop it, one at a time.
    """

    def __init__(
        self,
        folder: Path | None,
        on_received: Callable[[int], None],
        *,
        user_name: str = DEMO_USER_NAME,
        password: Secret | None = None,
    ) -> None:
        self.mailbox = Mailbox(on_received)
        self.user_name = user_name
        self.password = password or Secret(secrets.token_urlsafe(18))
        self._folder = folder
        self._ca_pem = ""
        self._running: ServerThread | None = None

    @property
    def ca_pem(self) -> str:
        """The CA that signed the server's certificate; empty before the first start."""
        return self._ca_pem

    @property
    def password_digest(self) -> str:
        """What a later start recognises the password by, in place of the password itself, which is random and long."""
        return digest_of(self.password)

    def start(self, port: int = 0, *, demands_sign_in: bool = True, earlier_digest: str = "") -> int:
        """Listens on `port`, or on a free one for 0, and returns it. Does nothing if it already listens but return its
        port. Without `demands_sign_in`, TLS and sign-in are offered to clients, not demanded of them. With
        `earlier_digest`, the password of an earlier start is accepted as well. Raises PortTaken, InboxNotStarted."""
        if self._running is None:
            # aiosmtpd, asyncio and cryptography: most starts of the window never listen.
            from smtp_desktop.local_inbox.server_thread import ServerThread  # noqa: PLC0415

            try:
                account = InboxAccount(self.user_name, frozenset({self.password_digest, earlier_digest} - {""}))
                self._running = ServerThread(port, self._folder, self.mailbox, account, demands_sign_in=demands_sign_in)
            except OSError as error:
                raise _not_started(port, error) from error
            self._ca_pem = self._running.ca_pem
        return self._running.port

    def stop(self) -> None:
        """Frees the port, closes all connections and ends the thread. Does nothing if it does not listen."""
        running, self._running = self._running, None
        if running is not None:
            running.stop()

    def all(self) -> Sequence[ReceivedMail]:
        """Returns what was received, newest first."""
        return self.mailbox.all()

    def wait_for_newer(self, than: int, timeout_s: float) -> Sequence[ReceivedMail]:
        """Returns what was received after the mail of that number, the oldest first; waits for it, but no longer than
        the timeout."""
        return self.mailbox.wait_for_newer(than, timeout_s)

    def read(self, mail: ReceivedMail) -> MailContent:
        """Returns all that can be read of `mail`. Takes up to some seconds."""
        return self.mailbox.read(mail)

    def clear(self) -> None:
        """Forgets what was received."""
        self.mailbox.clear()


def _not_started(port: int, error: OSError) -> SmtpDesktopError:
    kind = PortTaken if error.errno == errno.EADDRINUSE else InboxNotStarted
    return kind(
        msg(
            "The local inbox couldn't start on port {port}: {reason}. Choose another port, or stop the "
            "program that uses it.",
            port=port,
            reason=error.strerror or str(error),
        )
    )
