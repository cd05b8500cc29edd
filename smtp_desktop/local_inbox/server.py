"""The embedded SMTP server."""

import asyncio
import contextlib
import errno
import logging
import secrets
import socket
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from smtp_desktop.domain.errors import PortTaken, SmtpDesktopError
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret
from smtp_desktop.local_inbox.certificate import certificate_for
from smtp_desktop.local_inbox.mailbox import Mailbox
from smtp_desktop.local_inbox.sessions import Listener, Sessions

LOOPBACK = "127.0.0.1"
DEMO_USER_NAME = "demo@localhost"

_LOG = logging.getLogger(__name__)


class InboxNotStarted(SmtpDesktopError):
    """The local inbox can't listen on the wanted port, or can't keep its certificate."""


class LocalInbox:
    """A small SMTP server for this computer alone: STARTTLS, sign-in, and a mailbox with what it took.

    `folder` keeps its certificate between starts; without one it is new each time. `on_received` hears the number
    of mails after each arrival, on the server's thread. Made, started and stopped on any thread, one at a time.
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
        self._running: _Running | None = None

    @property
    def ca_pem(self) -> str:
        """The CA that signed the server's certificate; empty before the first start."""
        return self._ca_pem

    def start(self, port: int = 0) -> int:
        """Listens, and returns the port: `port`, or a free one for 0. Returns the port in use if it already listens.
        Raises PortTaken, InboxNotStarted."""
        if self._running is None:
            try:
                certificate = certificate_for(self._folder, datetime.now(UTC))
                context = certificate.server_context()
                listening = socket.create_server((LOOPBACK, port))
            except OSError as error:
                raise _not_started(port, error) from error
            self._ca_pem = certificate.ca_pem
            sessions = Sessions(
                mailbox=self.mailbox,
                tls_context=context,
                user_name=self.user_name,
                password=self.password,
            )
            self._running = _Running(listening, sessions.listener)
        return self._running.port

    def stop(self) -> None:
        """Frees the port and hangs up on everyone; its thread is gone. Does nothing if it does not listen."""
        running, self._running = self._running, None
        if running is not None:
            running.stop()


def _not_started(port: int, error: OSError) -> SmtpDesktopError:
    kind = PortTaken if error.errno == errno.EADDRINUSE else InboxNotStarted
    return kind(
        msg(
            "The local inbox could not start on port {port}: {reason}. "
            "Choose another port, or end the program that uses it.",
            port=port,
            reason=error.strerror or str(error),
        )
    )


class _Running:
    """The server's thread, from the listening socket to the last closed connection."""

    def __init__(self, listening: socket.socket, make_listener: Callable[[], Listener]) -> None:
        self.port: int = listening.getsockname()[1]
        self._listening = listening
        self._make_listener = make_listener
        self._loop = asyncio.SelectorEventLoop()  # on Windows too: `remove_reader`, below
        self._stop_wanted = asyncio.Event()
        # A daemon: a crash of the window must not leave the process waiting for it.
        self._thread = threading.Thread(target=self._run, name="local-inbox", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stop_wanted.set)
        self._thread.join()

    def _run(self) -> None:
        with contextlib.closing(self._loop):
            self._loop.set_exception_handler(_log_trouble)
            self._loop.run_until_complete(self._serve())
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())

    async def _serve(self) -> None:
        listener = self._make_listener()
        server = await self._loop.create_server(listener.accept, sock=self._listening)
        await self._stop_wanted.wait()
        # Not `close` at once: asyncio loses the sockets that it has accepted but not yet begun to serve.
        self._loop.remove_reader(self._listening)
        await listener.hang_up()
        server.close()


def _log_trouble(_loop: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
    """Logs what a connection died of: a client that rejects the certificate is nothing to alarm anyone with."""
    error = context.get("exception")
    level = logging.DEBUG if isinstance(error, OSError | asyncio.CancelledError) else logging.ERROR
    # Only the kind: the text may quote what a client sent.
    _LOG.log(level, "local inbox: %s (%s)", context.get("message"), type(error).__name__)
