"""A whole mail server (aiosmtpd) that keeps what it receives.

with MailServer(starttls=authority.context(), users={"boss": "secret"}) as server:
    ...  # speak to 127.0.0.1, server.port
assert server.received[0].content.endswith(b"...")
"""

import asyncio
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

_PATIENCE_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedMail:
    """One mail as it came: `content` is its bytes, `encrypted` and `user` are of its connection."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    mail_options: tuple[str, ...]
    encrypted: bool
    user: str
    ehlo_name: str


class MailServer:
    """Listens on a free loopback port. `tls` encrypts from the first byte, `starttls` offers it. With `users` nobody
    else may send; `mechanisms` are those offered (PLAIN and LOGIN)."""

    def __init__(
        self,
        *,
        tls: ssl.SSLContext | None = None,
        starttls: ssl.SSLContext | None = None,
        users: Mapping[str, str] | None = None,
        mechanisms: tuple[str, ...] = ("PLAIN", "LOGIN"),
        smtputf8: bool = True,
        size_limit: int | None = None,
        host: str = "127.0.0.1",
    ) -> None:
        self._tls = tls
        self._users = users
        self._options: dict[str, Any] = {
            "hostname": "mail.test",
            "tls_context": starttls,
            "require_starttls": starttls is not None,
            "enable_SMTPUTF8": smtputf8,
            "data_size_limit": size_limit,
            "authenticator": self._authenticate,
            "auth_require_tls": starttls is not None,
            "auth_exclude_mechanism": [name for name in ("PLAIN", "LOGIN") if not users or name not in mechanisms],
        }
        self._listener = socket.create_server((host, 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
        self.host = host
        self.port: int = self._listener.getsockname()[1]
        self.received: list[ReceivedMail] = []
        self.sign_ins: list[tuple[str, str, str]] = []  # mechanism, user, password
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._stop = asyncio.Event()
        self._smtps: list[SMTP] = []
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "MailServer":
        self._thread.start()
        assert self._ready.wait(_PATIENCE_S)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(_PATIENCE_S)
        assert not self._thread.is_alive()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve())
        finally:
            self._loop.close()
            asyncio.set_event_loop(None)

    async def _serve(self) -> None:
        server = await self._loop.create_server(self._new_smtp, sock=self._listener, ssl=self._tls)
        self._ready.set()
        await self._stop.wait()
        server.close()
        for smtp in self._smtps:
            # Python before 3.11.4 can't abort a TLS transport that was closed already.
            transport = smtp.transport
            if isinstance(transport, asyncio.WriteTransport) and not transport.is_closing():
                transport.abort()
        others = asyncio.all_tasks(self._loop) - {asyncio.current_task(self._loop)}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def _new_smtp(self) -> SMTP:
        smtp = SMTP(self, loop=self._loop, **self._options)
        self._smtps.append(smtp)
        return smtp

    def _authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword
    ) -> AuthResult:
        user, password = data.login.decode(), data.password.decode()
        self.sign_ins.append((mechanism, user, password))
        if self._users is not None and self._users.get(user) == password:
            return AuthResult(success=True, auth_data=user)
        return AuthResult(success=False, handled=False)

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, mail_options: list[str]
    ) -> str:
        if self._users is not None and not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        envelope.mail_options.extend(mail_options)
        return "250 2.1.0 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        assert isinstance(envelope.original_content, bytes)
        self.received.append(
            ReceivedMail(
                sender=envelope.mail_from or "",
                recipients=tuple(envelope.rcpt_tos),
                content=envelope.original_content,
                mail_options=tuple(envelope.mail_options),
                encrypted=self._tls is not None or session.ssl is not None,
                user=str(session.auth_data or ""),
                ehlo_name=session.host_name or "",
            )
        )
        return f"250 2.0.0 OK: mail {len(self.received)}"
