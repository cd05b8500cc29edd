"""The sessions of the local inbox: its answers to each connection."""

import asyncio
import logging
import ssl
from dataclasses import dataclass
from typing import Any, cast

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session, TLSSetupException

from smtp_desktop.domain.secret import Secret
from smtp_desktop.local_inbox.account import InboxAccount
from smtp_desktop.local_inbox.mailbox import Mailbox

SIZE_LIMIT_BYTES = 10 * 1024 * 1024
_IDLE_LIMIT_S = 300.0  # RFC 5321 4.5.3.2.7: at least 5 minutes

# Iterations of the event loop. asyncio needs three from accepting a connection to its first line, and two to close
# one.
_LOOP_ITERATIONS = 6

# Refusals by local part, so that a user can try how they look.
_REFUSALS = {
    "full": "452 4.2.2 This mailbox is full, try again later",
    "unknown": "550 5.1.1 There is no such mailbox here",
}

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sessions:
    """The state that all connections share."""

    mailbox: Mailbox
    tls_context: ssl.SSLContext
    account: InboxAccount
    demands_sign_in: bool

    def listener(self) -> "Listener":
        """Returns a listener for the event loop that runs now."""
        return Listener(self)


class Listener:
    """Makes a session of each connection and knows the open ones. For one event loop."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._handler = _Handler(sessions)
        self._open: set[_Session] = set()
        # aiosmtpd logs what clients send, including a password in Base64 at the wrong moment.
        logging.getLogger("mail.log").setLevel(logging.CRITICAL)

    def accept(self) -> "_Session":
        return _Session(
            self._handler,
            open_sessions=self._open,
            authenticator=self._handler.authenticate,
            tls_context=self._sessions.tls_context,
            require_starttls=self._sessions.demands_sign_in,
            auth_required=self._sessions.demands_sign_in,
            data_size_limit=SIZE_LIMIT_BYTES,
            enable_SMTPUTF8=True,
            hostname="localhost",
            ident="SMTP Desktop local inbox",
            timeout=_IDLE_LIMIT_S,
            loop=asyncio.get_running_loop(),
        )

    async def close_connections(self) -> None:
        """Closes all connections and ends their tasks. The server must not accept any more by then."""
        await _iterate_loop()  # first: asyncio loses the socket of a connection whose first task is cancelled
        for session in tuple(self._open):
            session.abort()
        await _iterate_loop()
        # A connection in the middle of its TLS handshake does not notice the abort.
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await _iterate_loop()


async def _iterate_loop() -> None:
    """Lets the event loop run what is due: an accepted connection begins, a transport closes its socket."""
    for _ in range(_LOOP_ITERATIONS):
        await asyncio.sleep(0)


class _Session(SMTP):
    """One connection. Keeps its transport itself: aiosmtpd has that under private names only."""

    def __init__(self, handler: "_Handler", *, open_sessions: "set[_Session]", **options: Any) -> None:
        super().__init__(handler, **options)
        self._handler = handler
        self._open_sessions = open_sessions
        self._socket_transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if self._socket_transport is None:  # the second call, after STARTTLS, brings a TLS layer above it
            self._socket_transport = cast(asyncio.Transport, transport)  # which a stream protocol always gets
            self._open_sessions.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._open_sessions.discard(self)
        super().connection_lost(error)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        """Takes a mail with lines of any length, unlike aiosmtpd: what a script under test sends is to be seen."""
        envelope, session = self.envelope, self.session
        if (
            envelope is None
            or session is None
            or await self.check_helo_needed()
            or await self.check_auth_needed("DATA")
        ):
            return
        if arg or not envelope.rcpt_tos:
            await self.push("501 5.5.4 DATA takes no argument" if arg else "503 5.5.1 Say RCPT first")
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        content = await self._content()
        if content is None:
            await self.push("552 5.3.4 Too much mail data")
        else:
            envelope.content = envelope.original_content = content
            await self.push(await self._handler.handle_DATA(self, session, envelope))
        self.envelope = self._create_envelope()

    async def _content(self) -> bytes | None:
        """Returns the content up to the final dot, without the dots that were put before others (RFC 5321 4.5.2); None
        where it is too large."""
        content = bytearray()
        at_line_start = True
        while True:
            try:
                piece, ends_line = await self._reader.readuntil(b"\r\n"), True
            except asyncio.LimitOverrunError as longer:
                piece, ends_line = await self._reader.read(longer.consumed), False
            if at_line_start and piece == b".\r\n":
                return bytes(content) if len(content) <= SIZE_LIMIT_BYTES else None
            if at_line_start and piece.startswith(b"."):
                piece = piece[1:]
            if len(content) <= SIZE_LIMIT_BYTES:  # what is too much is not kept
                content += piece
            at_line_start = ends_line

    def abort(self) -> None:
        if self._socket_transport is not None:
            self._socket_transport.abort()


class _Handler:
    """aiosmtpd's hooks, with its names and signatures."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, login: object
    ) -> AuthResult:
        accepted = isinstance(login, LoginPassword) and self._sessions.account.accepts(
            login.login.decode("utf-8", "replace"), Secret(login.password.decode("utf-8", "replace"))
        )
        return AuthResult(success=accepted, handled=accepted)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        refusal = _REFUSALS.get(address.rpartition("@")[0].lower())
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        # RFC 5321 4.5.5: a report has the null sender, which aiosmtpd gives as "<>".
        sender = (envelope.mail_from or "").replace("<>", "")
        raw = envelope.original_content or b""
        mail = self._sessions.mailbox.add(sender=sender, recipients=envelope.rcpt_tos, raw=raw)
        return f"250 2.0.0 OK, kept as number {mail.id}"

    async def handle_exception(self, error: Exception) -> str:
        """Answers after an unexpected exception without its text, which may quote what the client sent."""
        level = logging.DEBUG if isinstance(error, OSError | TLSSetupException) else logging.ERROR
        _LOG.log(level, "local inbox: a session failed (%s)", type(error).__name__)
        return "451 4.3.0 The local inbox failed, please try again"
