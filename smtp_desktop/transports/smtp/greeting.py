"""The first words with a server: its greeting, and the way from clear text into TLS."""

import socket
from contextlib import suppress

from smtp_desktop.domain.diagnosis.conversation import FailureKind, Reply, Stage, TlsMode
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.domain.smtp.certificate import Certificate
from smtp_desktop.transports.deadline import Deadline
from smtp_desktop.transports.net.dial import Target, race
from smtp_desktop.transports.net.tls import chain_of
from smtp_desktop.transports.session_error import SessionError, refused
from smtp_desktop.transports.smtp.channel import Channel
from smtp_desktop.transports.smtp.command_channel import CommandChannel
from smtp_desktop.transports.smtp.limits import Limits
from smtp_desktop.transports.smtp.protocol import ehlo, parse_capabilities
from smtp_desktop.transports.smtp.trust import Trust, any_trust
from smtp_desktop.transports.timeline_recorder import TimelineRecorder


def hear_greeting(commands: CommandChannel, limits: Limits) -> None:
    """The server has greeted. Raises SessionError."""
    try:
        reply = commands.hear(limit_s=limits.greeting_s)
    except SessionError as error:
        error.stage = error.stage or Stage.GREET
        raise
    if not accepts(reply):
        raise refused(reply, not_welcome(reply), stage=Stage.GREET)


def upgrade(commands: CommandChannel, trust: Trust, limits: Limits) -> None:
    """The clear connection is encrypted, or ended: nothing but EHLO and STARTTLS is ever said in clear. Raises
    SessionError."""
    hear_greeting(commands, limits)
    reply = commands.ask(ehlo(own_name(commands)), limit_s=limits.reply_s)
    if not accepts(reply):
        raise refused(reply, not_welcome(reply), stage=Stage.GREET)
    if not parse_capabilities(reply).starttls:
        raise SessionError(
            FailureKind.STARTTLS_MISSING,
            msg(
                "The server offers no encryption on this port, or something on the way removes the offer. "
                "Nothing was sent. Try port 465 or 587, or ask the server's admin."
            ),
        )
    reply = commands.ask("STARTTLS", limit_s=limits.reply_s)
    if not accepts(reply):
        raise SessionError(
            FailureKind.TLS_REFUSED,
            msg("The server refused to encrypt the connection: {reply}. Nothing was sent.", reply=str(reply)),
            reply=reply,
        )
    commands.start_tls(trust)
    commands.finish_handshake(limit_s=limits.greeting_s)


def own_name(commands: CommandChannel) -> str:
    """Returns this end's address literal: never wrong, unlike a desktop's own name (RFC 5321 4.1.3)."""
    sock = commands.channel.socket
    own = str(sock.getsockname()[0]).partition("%")[0]
    return f"[IPv6:{own}]" if sock.family == socket.AF_INET6 else f"[{own}]"


def accepts(reply: Reply) -> bool:
    """Whether the server says yes."""
    return reply.code // 100 == 2  # noqa: PLR2004 - RFC 5321 4.2.1: positive completion


def not_welcome(reply: Reply) -> MessageText:
    """Returns what a refused greeting or EHLO means."""
    return msg("The server does not want to talk to this computer: {reply}", reply=str(reply))


def shown_chain(
    target: Target, mode: TlsMode, host: str, *, deadline: Deadline, limits: Limits
) -> tuple[Certificate, ...]:
    """Returns the certificates that the server at `target` shows, its own first; none where it can't be seen in time.

    The connection is a new one, which verifies nothing: after the handshake not a word is said on it.
    """
    unheard = TimelineRecorder((), on_step=lambda _: None, now_s=lambda: deadline.now_s)
    with suppress(SessionError):
        reached = race((target,), deadline=deadline, limit_s=limits.connect_s)
        commands = CommandChannel(Channel(reached.sock), deadline=deadline, recorder=unheard, host=host)
        try:
            if mode is TlsMode.STARTTLS:
                upgrade(commands, any_trust(host), limits)
            else:
                commands.start_tls(any_trust(host))
                commands.finish_handshake(limit_s=limits.greeting_s)
            return chain_of(commands.channel.tls)
        finally:
            commands.close()
    return ()
