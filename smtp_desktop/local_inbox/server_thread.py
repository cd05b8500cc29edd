"""The thread that the local inbox listens on, with what that takes: asyncio, aiosmtpd and cryptography."""

import asyncio
import contextlib
import logging
import socket
import threading
from datetime import UTC, datetime
from pathlib import Path

from smtp_desktop.local_inbox.account import InboxAccount
from smtp_desktop.local_inbox.certificate import certificate_for
from smtp_desktop.local_inbox.mailbox import Mailbox
from smtp_desktop.local_inbox.sessions import Sessions

_LOG = logging.getLogger(__name__)
_LOOPBACK = "127.0.0.1"
_STOP_WITHIN_S = 5.0  # it takes milliseconds; whatever may hold it, the window closes


class ServerThread:
    """Listens from its making until `stop`, and takes mails into `mailbox`."""

    def __init__(
        self,
        port: int,
        folder: Path | None,
        mailbox: Mailbox,
        account: InboxAccount,
        *,
        demands_sign_in: bool = True,
    ) -> None:
        """Listens on `port`, or a free one for 0. `folder` keeps the certificate; without one it is new. Raises
        OSError."""
        certificate = certificate_for(folder, datetime.now(UTC))
        context = certificate.server_context()
        self._listening = socket.create_server((_LOOPBACK, port))
        self.ca_pem = certificate.ca_pem
        self.port: int = self._listening.getsockname()[1]
        self._sessions = Sessions(
            mailbox=mailbox,
            tls_context=context,
            account=account,
            demands_sign_in=demands_sign_in,
        )
        self._loop = asyncio.SelectorEventLoop()  # on Windows too: `remove_reader`, below
        self._stop_wanted = asyncio.Event()
        # A daemon: a crash of the window must not leave the process waiting for it.
        self._thread = threading.Thread(target=self._run, name="local-inbox", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends the thread; waits for it for some seconds at most."""
        self._loop.call_soon_threadsafe(self._stop_wanted.set)
        self._thread.join(_STOP_WITHIN_S)
        if self._thread.is_alive():
            _LOG.error("local inbox: did not end within %s seconds", _STOP_WITHIN_S)

    def _run(self) -> None:
        with contextlib.closing(self._loop):
            self._loop.set_exception_handler(_log_trouble)
            self._loop.run_until_complete(self._serve())
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())

    async def _serve(self) -> None:
        listener = self._sessions.listener()
        server = await self._loop.create_server(listener.accept, sock=self._listening)
        await self._stop_wanted.wait()
        # Not `close` at once: asyncio loses the sockets that it has accepted but not yet begun to serve.
        self._loop.remove_reader(self._listening)
        await listener.close_connections()
        server.close()


def _log_trouble(_loop: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
    """Logs what a connection died of: a client that rejects the certificate is nothing to alarm anyone with."""
    error = context.get("exception")
    level = logging.DEBUG if isinstance(error, OSError | asyncio.CancelledError) else logging.ERROR
    # Only the kind: the text may quote what a client sent.
    _LOG.log(level, "local inbox: %s (%s)", context.get("message"), type(error).__name__)
