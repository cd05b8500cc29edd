"""The first words with a server: its greeting, and the way from clear text into TLS."""

import socket

from smtp_desktop.domain.diagnosis.conversation import FailureKind, Reply, Stage
from smtp_desktop.domain.message_text import Text, text
from smtp_desktop.transports.ending import Ended, refused
from smtp_desktop.transports.smtp.dialogue import Dialogue
from smtp_desktop.transports.smtp.limits import Limits
from smtp_desktop.transports.smtp.protocol import ehlo, parse_capabilities
from smtp_desktop.transports.smtp.trust import Trust


def hear_greeting(dialogue: Dialogue, limits: Limits) -> None:
    """The server has greeted. Raises Ended."""
    try:
        reply = dialogue.hear(limit_s=limits.greeting_s)
    except Ended as ended:
        ended.stage = ended.stage or Stage.GREET
        raise
    if not accepts(reply):
        raise refused(reply, not_welcome(reply), stage=Stage.GREET)


def upgrade(dialogue: Dialogue, trust: Trust, limits: Limits) -> None:
    """The clear connection is encrypted, or ended: nothing but EHLO and STARTTLS is ever said in clear. Raises
    Ended."""
    hear_greeting(dialogue, limits)
    reply = dialogue.ask(ehlo(own_name(dialogue)), limit_s=limits.reply_s)
    if not accepts(reply):
        raise refused(reply, not_welcome(reply), stage=Stage.GREET)
    if not parse_capabilities(reply).starttls:
        raise Ended(
            FailureKind.STARTTLS_MISSING,
            text(
                "The server offers no encryption on this port, or something on the way removes the offer. "
                "Nothing was sent. Try port 465 or 587, or ask the server's admin."
            ),
        )
    reply = dialogue.ask("STARTTLS", limit_s=limits.reply_s)
    if not accepts(reply):
        raise Ended(
            FailureKind.TLS_REFUSED,
            text("The server refused to encrypt the connection: {reply}. Nothing was sent.", reply=str(reply)),
            reply=reply,
        )
    dialogue.start_tls(trust)
    dialogue.finish_handshake(limit_s=limits.greeting_s)


def own_name(dialogue: Dialogue) -> str:
    """Returns this end's address literal: never wrong, unlike a desktop's own name (RFC 5321 4.1.3)."""
    sock = dialogue.channel.socket
    own = str(sock.getsockname()[0]).partition("%")[0]
    return f"[IPv6:{own}]" if sock.family == socket.AF_INET6 else f"[{own}]"


def accepts(reply: Reply) -> bool:
    """Whether the server says yes."""
    return reply.code // 100 == 2  # noqa: PLR2004 - RFC 5321 4.2.1: positive completion


def not_welcome(reply: Reply) -> Text:
    """Returns what a refused greeting or EHLO means."""
    return text("The server does not want to talk to this computer: {reply}", reply=str(reply))
