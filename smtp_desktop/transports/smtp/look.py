"""A second look at a server whose certificate was refused: OpenSSL keeps nothing of one that it refuses."""

from contextlib import suppress

from smtp_desktop.domain.diagnosis.conversation import TlsMode
from smtp_desktop.domain.smtp.certificate import Certificate
from smtp_desktop.transports.dial import Target, race
from smtp_desktop.transports.ending import Ended
from smtp_desktop.transports.record import Record
from smtp_desktop.transports.smtp.channel import Channel
from smtp_desktop.transports.smtp.dialogue import Dialogue
from smtp_desktop.transports.smtp.limits import Limits
from smtp_desktop.transports.smtp.opening import upgrade
from smtp_desktop.transports.smtp.trust import any_trust
from smtp_desktop.transports.tls import chain_of
from smtp_desktop.transports.watch import Watch


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
