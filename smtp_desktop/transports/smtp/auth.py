"""Signing in, without sockets: which mechanism, and what it answers. One mechanism, one try: a second one would
count as a second wrong password."""

import base64
import binascii
import hmac
from collections import deque
from collections.abc import Callable, Mapping
from enum import StrEnum

from smtp_desktop.domain.diagnosis.conversation import FailureKind
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import MASK, Secret
from smtp_desktop.domain.smtp.profile import GenericServer
from smtp_desktop.transports.redaction.encodings import SecretEncoding
from smtp_desktop.transports.session_error import SessionError, not_smtp, refused
from smtp_desktop.transports.smtp.command_channel import CONTINUE, CommandChannel
from smtp_desktop.transports.smtp.greeting import accepts
from smtp_desktop.transports.smtp.limits import Limits
from smtp_desktop.transports.smtp.protocol import Capabilities
from smtp_desktop.transports.timeline_recorder import TimelineRecorder

MAX_LINE_OCTETS = 512  # RFC 4954 4: with CRLF; a longer initial response waits for the server's 334


class Mechanism(StrEnum):
    """How a password is given, in the order of preference."""

    PLAIN = "PLAIN"
    LOGIN = "LOGIN"
    CRAM_MD5 = "CRAM-MD5"  # last: it makes the server keep the password readable


class BadChallenge(Exception):
    """The server's challenge is not Base64."""


def choose(offered: tuple[str, ...]) -> Mechanism | None:
    """Returns the mechanism to use, or None when the server offers none that is spoken here."""
    return next((mechanism for mechanism in Mechanism if mechanism in offered), None)


def encoded(words: str) -> str:
    """Returns `words` as Base64 of UTF-8."""
    return base64.b64encode(words.encode()).decode("ascii")


def plain_response(user: str, password: Secret) -> str:
    """Returns the one answer of PLAIN (RFC 4616 2), encoded."""
    return encoded(f"\0{user}\0{password.reveal()}")


def cram_md5_response(user: str, password: Secret, challenge: str) -> str:
    """Returns the one answer of CRAM-MD5 (RFC 2195 2), encoded. Raises BadChallenge."""
    try:
        asked = base64.b64decode(challenge, validate=True)
    except binascii.Error as error:
        raise BadChallenge from error
    digest = hmac.new(password.reveal().encode(), asked, "md5").hexdigest()
    return encoded(f"{user} {digest}")


class Exchange:
    """One sign-in. `command` opens it; `answer` replies to each 334."""

    def __init__(self, mechanism: Mechanism, *, user: str, password: Secret) -> None:
        self.mechanism = mechanism
        self.command = f"AUTH {mechanism}"
        self.shown = self.command
        self._answers: deque[Callable[[str], str]] = deque()
        match mechanism:
            case Mechanism.PLAIN:
                response = plain_response(user, password)
                if len(self.command) + 1 + len(response) + 2 <= MAX_LINE_OCTETS:
                    self.command += f" {response}"
                    self.shown += f" {MASK}"
                # Also after an initial response: a server that overlooked it asks once more.
                self._answers.append(lambda _: response)
            case Mechanism.LOGIN:
                self._answers.append(lambda _: encoded(user))
                self._answers.append(lambda _: encoded(password.reveal()))
            case Mechanism.CRAM_MD5:
                self._answers.append(lambda challenge: cram_md5_response(user, password, challenge))

    def answer(self, challenge: str) -> str | None:
        """Returns the answer to a 334, or None when the mechanism has nothing left to say. Raises BadChallenge."""
        return self._answers.popleft()(challenge) if self._answers else None


def traces(user: str, password: Secret) -> frozenset[str]:
    """Returns the encoded lines that go out before the server's challenge is known."""
    return frozenset({encoded(password.reveal()), encoded(user), plain_response(user, password)} - {""})


def digest_in(response: str) -> str:
    """Returns the digest in an encoded CRAM-MD5 response: who has it can go on guessing the password by itself."""
    return base64.b64decode(response).decode().rpartition(" ")[2]


def sign_in(
    commands: CommandChannel,
    capabilities: Capabilities,
    *,
    server: GenericServer,
    password: Secret,
    encodings: Mapping[str, SecretEncoding],
    recorder: TimelineRecorder,
    limits: Limits,
) -> None:
    """The server has let `server.user_name` in. `encodings` are those in which it might repeat what it hears. Raises
    SessionError."""
    user = server.user_name
    mechanism = choose(capabilities.auth)
    if mechanism is None:
        raise no_mechanism(capabilities, tls=server.tls)
    exchange = Exchange(mechanism, user=user, password=password)
    recorder.redactor.hide_forms(encodings)
    reply = commands.ask(exchange.command, shown=exchange.shown, limit_s=limits.reply_s)
    while reply.code == CONTINUE:
        reply = commands.ask(_answer(exchange, commands.challenge, recorder), shown=MASK, limit_s=limits.reply_s)
    if not accepts(reply):
        raise refused(
            reply,
            msg("The server refused the sign-in: {reply}. Check User Name and Password.", reply=str(reply)),
        )
    recorder.done(f"{mechanism} as {user}")


def no_mechanism(capabilities: Capabilities, *, tls: bool) -> SessionError:
    """Returns the end that a server makes which offers no way to sign in that is known here."""
    if capabilities.auth:
        return SessionError(
            FailureKind.MECHANISM_MISSING,
            msg(
                "The server takes a user name and password in no way that is known here; it offers {offered}.",
                offered=", ".join(capabilities.auth),
            ),
        )
    if capabilities.starttls and not tls:
        message = msg("The server lets nobody sign in on an unencrypted connection. Switch on SMTP TLS/SSL.")
    else:
        message = msg("The server offers no sign-in on this port. Try another port, or switch off Auth Required.")
    return SessionError(FailureKind.AUTH_MISSING, message)


def _answer(exchange: Exchange, challenge: str, recorder: TimelineRecorder) -> str:
    try:
        answer = exchange.answer(challenge)
    except BadChallenge as error:
        raise not_smtp("its sign-in challenge can't be read") from error
    if answer is None:
        raise not_smtp("its sign-in asks without end")
    if exchange.mechanism is Mechanism.CRAM_MD5:
        recorder.redactor.hide((digest_in(answer),), encoded=(answer,))
    return answer
