"""The client's first command: EHLO, or HELO for servers without ESMTP, and the name in it."""

import socket
from contextlib import suppress
from dataclasses import replace

from smtp_desktop.domain.diagnosis.conversation import FailureDetail, FailureKind, Reply, Stage
from smtp_desktop.domain.mail.address import BadHost
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.smtp.ehlo_name import ascii_ehlo_name
from smtp_desktop.transports.session_error import SessionError, clause, refused
from smtp_desktop.transports.smtp.command_channel import CommandChannel, not_welcome
from smtp_desktop.transports.smtp.context import SessionContext
from smtp_desktop.transports.smtp.protocol import (
    Capabilities,
    ehlo,
    helo,
    is_completion,
    parse_capabilities,
)

_UNKNOWN = frozenset({500, 502})  # RFC 5321 4.2.2: the server does not know the command, whatever name is in it
_NO_ESMTP = _UNKNOWN | {504}


class OpenAgain(Exception):
    """The connection is of no use, but another one may be, with `context`."""

    def __init__(self, why: str, context: SessionContext) -> None:
        super().__init__(why)
        self.context = context


class Hello:
    """Greets the server on one connection, once in clear and once more behind STARTTLS, by the same name.

    That is this end's address literal, which is never wrong, unlike a desktop's host name (RFC 5321 4.1.3). A server
    that takes none gets a name, where one is known.
    """

    def __init__(self, context: SessionContext) -> None:
        self._context = context
        self._limit_s = context.limits.reply_s
        self._name = _checked(context.ehlo_name)

    def run(self, commands: CommandChannel) -> Capabilities:
        """Returns what the server offers. Raises SessionError and OpenAgain."""
        reply = self._ehlo(commands)
        if is_completion(reply):
            # What was offered before encryption no longer counts (RFC 3207 4.2).
            shown = tuple(line for line in reply.text[1:] if line)
            return replace(parse_capabilities(commands.unredacted), lines=shown)
        if reply.code in _NO_ESMTP:
            reply = self._helo(commands, reply)
        if not is_completion(reply):
            raise refused(reply, not_welcome(reply))
        return Capabilities()

    def before_starttls(self, commands: CommandChannel) -> None:
        """Ensures that the server offers STARTTLS. Raises SessionError and OpenAgain."""
        reply = self._ehlo(commands)
        if is_completion(reply):
            if not parse_capabilities(commands.unredacted).starttls:
                raise _no_starttls()
            return
        if reply.code in _NO_ESMTP:
            raise SessionError(
                FailureKind.STARTTLS_MISSING,
                msg(
                    "The server does not support EHLO, so it can't encrypt the connection on this port: {reply}. "
                    "Nothing was sent. Try port 465, or ask the server's administrator for a newer server.",
                    reply=clause(reply),
                ),
                reply=reply,
                detail=FailureDetail.NO_EHLO,
            )
        raise refused(reply, not_welcome(reply), stage=Stage.GREET)

    def _helo(self, commands: CommandChannel, refusal: Reply) -> Reply:
        """Returns the reply to HELO, or `refusal` where there is none: a server without ESMTP still knows HELO
        (RFC 5321 3.2)."""
        try:
            return commands.execute(helo(self._name or address_literal(commands)), limit_s=self._limit_s)
        except SessionError as error:
            if error.kind is FailureKind.CLOSED:
                return refusal
            raise

    def _ehlo(self, commands: CommandChannel) -> Reply:
        reply = commands.execute(ehlo(self._name or address_literal(commands)), limit_s=self._limit_s)
        if is_completion(reply) or reply.temporary or reply.code in _UNKNOWN or self._name:
            return reply
        name = _checked(self._context.sender_domain) or _checked(socket.gethostname())
        if not name or name.startswith("["):
            return reply
        why = "The server rejects the address in EHLO; connecting again with a name"
        try:
            commands.recorder.note(why)
            again = commands.execute(ehlo(name), limit_s=self._limit_s)
        except SessionError as error:
            if error.kind is FailureKind.CLOSED:
                again_context = replace(self._context, ehlo_name=name)
                raise OpenAgain(f"{why}, on a new connection", again_context) from error
            raise
        if not is_completion(again):
            return reply
        self._name = name
        return again


def _checked(name: str) -> str:
    """Returns `name` in ASCII, or an empty text where it can't be the one in EHLO."""
    with suppress(BadHost):
        return ascii_ehlo_name(name)
    return ""


def address_literal(commands: CommandChannel) -> str:
    """Returns this end's address literal."""
    sock = commands.channel.socket
    ip = str(sock.getsockname()[0]).partition("%")[0]
    return f"[IPv6:{ip}]" if sock.family == socket.AF_INET6 else f"[{ip}]"


def _no_starttls() -> SessionError:
    return SessionError(
        FailureKind.STARTTLS_MISSING,
        msg(
            "The server offers no encryption on this port, or something in between removes the offer. "
            "Nothing was sent. Try port 465 or 587, or ask the server's administrator."
        ),
    )
