"""What the local inbox answers to each connection."""

import asyncio
import logging
import ssl
from dataclasses import dataclass
from typing import Any, cast

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session, TLSSetupException

from smtp_desktop.domain.secret import Secret
from smtp_desktop.local_inbox.mailbox import Mailbox

SIZE_LIMIT_BYTES = 10 * 1024 * 1024
_IDLE_LIMIT_S = 300.0  # RFC 5321 4.5.3.2.7: at least 5 minutes

# Of the event loop. asyncio needs three from accepting a connection to its first line, and two to close one.
_TURNS = 6

# So that refusals can be tried: the local part decides.
_REFUSALS = {
    "full": "452 4.2.2 This mailbox is full, try again later",
    "unknown": "550 5.1.1 There is no such mailbox here",
}

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sessions:
    """What every connection shares."""

    mailbox: Mailbox
    tls_context: ssl.SSLContext
    user_name: str
    password: Secret

    def listener(self) -> "Listener":
        """Returns a listener for the event loop that runs now."""
        return Listener(self)


class Listener:
    """Makes a conversation of each connection and knows those that are open. For one event loop."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._handler = _Handler(sessions)
        self._open: set[_Conversation] = set()
        # It logs what clients send, a password in base64 at the wrong moment included.
        logging.getLogger("mail.log").setLevel(logging.CRITICAL)

    def accept(self) -> "_Conversation":
        return _Conversation(
            self._handler,
            open_conversations=self._open,
            authenticator=self._handler.authenticate,
            tls_context=self._sessions.tls_context,
            require_starttls=True,
            auth_required=True,
            data_size_limit=SIZE_LIMIT_BYTES,
            enable_SMTPUTF8=True,
            hostname="localhost",
            ident="SMTP Desktop local inbox",
            timeout=_IDLE_LIMIT_S,
            loop=asyncio.get_running_loop(),
        )

    async def hang_up(self) -> None:
        """After it no connection is open and no task of one is left. The server must not accept any more."""
        await _turns()  # not at once: asyncio loses the socket of a connection whose first task is cancelled
        for conversation in tuple(self._open):
            conversation.abort()
        await _turns()
        # Who was in the middle of a TLS handshake is not told of the end.
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await _turns()


async def _turns() -> None:
    """Lets what is due happen: an accepted connection begins, a transport closes its socket."""
    for _ in range(_TURNS):
        await asyncio.sleep(0)


class _Conversation(SMTP):
    """One connection. aiosmtpd knows its transports under private names only, so it keeps its own."""

    def __init__(self, handler: "_Handler", *, open_conversations: "set[_Conversation]", **options: Any) -> None:
        super().__init__(handler, **options)
        self._open_conversations = open_conversations
        self._socket_transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if self._socket_transport is None:  # the second call, after STARTTLS, brings a layer above it
            self._socket_transport = cast(asyncio.Transport, transport)  # what a stream protocol is given
            self._open_conversations.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._open_conversations.discard(self)
        super().connection_lost(error)

    def abort(self) -> None:
        if self._socket_transport is not None:
            self._socket_transport.abort()


class _Handler:
    """aiosmtpd's hooks; their names and signatures are its own."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, login: object
    ) -> AuthResult:
        right = isinstance(login, LoginPassword) and (
            login.login.decode("utf-8", "replace") == self._sessions.user_name
            and Secret(login.password.decode("utf-8", "replace")) == self._sessions.password
        )
        return AuthResult(success=right, handled=right)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        refusal = _REFUSALS.get(address.rpartition("@")[0].lower())
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        # RFC 5321 4.5.5: a report's sender is the null path, which aiosmtpd gives as "<>".
        sender = (envelope.mail_from or "").replace("<>", "")
        raw = envelope.original_content or b""
        mail = self._sessions.mailbox.add(sender=sender, recipients=envelope.rcpt_tos, raw=raw)
        return f"250 2.0.0 OK, kept as number {mail.id}"

    async def handle_exception(self, error: Exception) -> str:
        """Answers for a bug without showing it: the text may quote what the client sent."""
        level = logging.DEBUG if isinstance(error, OSError | TLSSetupException) else logging.ERROR
        _LOG.log(level, "local inbox: a conversation failed (%s)", type(error).__name__)
        return "451 4.3.0 The local inbox failed, please try again"
