"""How long each part of a conversation may take."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Waiting times in seconds; the whole conversation's deadline cuts each of them short."""

    connect_s: float = 10.0
    greeting_s: float = 30.0  # also for each TLS handshake
    silence_s: float = 1.0  # after which TLS is tried on a second connection
    known_silence_s: float = 10.0  # the same with a server that has greeted in clear before: it is slow, not another
    reply_s: float = 60.0  # Exchange Online takes 5 s to refuse a sign-in
    final_reply_s: float = 120.0  # after the final dot the server may still scan the mail
    farewell_s: float = 0.5  # the outcome is known by then


DEFAULT_LIMITS = Limits()
