"""The first words with a server: its greeting, and the way from clear text into TLS."""

import socket
from contextlib import suppress

from smtp_desktop.domain.diagnosis.conversation import FailureKind, Reply, Stage, TlsMode
from smtp_desktop.domain.message_text import Text, text
from smtp_desktop.domain.smtp.certificate import Certificate
from smtp_desktop.transports.deadline import Watch
from smtp_desktop.transports.net.dial import Target, race
from smtp_desktop.transports.net.tls import chain_of
from smtp_desktop.transports.session_error import Ended, refused
from smtp_desktop.transports.smtp.channel import Channel
from smtp_desktop.transports.smtp.command_channel import Dialogue
from smtp_desktop.transports.smtp.limits import Limits
from smtp_desktop.transports.smtp.protocol import ehlo, parse_capabilities
from smtp_desktop.transports.smtp.trust import Trust, any_trust
from smtp_desktop.transports.timeline_recorder import Record


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


def shown_chain(target: Target, mode: TlsMode, host: str, *, watch: Watch, limits: Limits) -> tuple[Certificate, ...]:
    """Returns the certificates that the server at `target` shows, its own first; none where it can't be seen in time.

    The connection is a new one, which verifies nothing: after the handshake not a word is said on it.
    """
    unheard = Record((), on_step=lambda _: None, now_s=lambda: watch.now_s)
    with suppress(Ended):
        reached = race((target,), watch=watch, limit_s=limits.connect_s)
        dialogue = Dialogue(Channel(reached.sock), watch=watch, record=unheard, host=host)
        try:
            if mode is TlsMode.STARTTLS:
                upgrade(dialogue, any_trust(host), limits)
            else:
                dialogue.start_tls(any_trust(host))
                dialogue.finish_handshake(limit_s=limits.greeting_s)
            return chain_of(dialogue.channel.tls)
        finally:
            dialogue.close()
    return ()
