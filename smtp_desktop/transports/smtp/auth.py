"""SMTP authentication (RFC 4954): the choice of a mechanism, its responses, and the exchange with the server.

One mechanism is tried once: a second one would count as a second wrong password.
"""

import base64
import binascii
import hmac
from collections import deque
from collections.abc import Callable
from enum import StrEnum

from smtp_desktop.domain.diagnosis.conversation import FailureKind, Reply
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.domain.secret import REDACTED, Secret
from smtp_desktop.transports.redaction.redactor import SecretRedactor
from smtp_desktop.transports.session_error import SessionError, clause, not_smtp, refused
from smtp_desktop.transports.smtp.command_channel import CONTINUE, CommandChannel
from smtp_desktop.transports.smtp.context import SessionContext
from smtp_desktop.transports.smtp.protocol import Capabilities, is_completion
from smtp_desktop.transports.timeline_recorder import TimelineRecorder

_NOT_JUDGED = frozenset({530, 534, 538})  # RFC 4954 6: another way is wanted first
MAX_LINE_OCTETS = 512  # RFC 4954 4: with CRLF; a longer initial response waits for the server's 334


class Mechanism(StrEnum):
    """The SASL mechanisms that are implemented here, the preferred one first."""

    PLAIN = "PLAIN"
    LOGIN = "LOGIN"
    CRAM_MD5 = "CRAM-MD5"  # last: it makes the server keep the password readable


class BadChallenge(Exception):
    """The server's challenge is not Base64."""


def choose_mechanism(offered: tuple[str, ...]) -> Mechanism | None:
    """Returns the mechanism to use, or None where the server offers none that is implemented here."""
    return next((mechanism for mechanism in Mechanism if mechanism in offered), None)


def base64_of(text: str) -> str:
    """Returns `text` as Base64 of UTF-8."""
    return base64.b64encode(text.encode()).decode("ascii")


def plain_response(user: str, password: Secret) -> str:
    """Returns the one response of PLAIN (RFC 4616 2), in Base64."""
    return base64_of(f"\0{user}\0{password.reveal()}")


def cram_md5_response(user: str, password: Secret, challenge: str) -> str:
    """Returns the one response of CRAM-MD5 (RFC 2195 2), in Base64. Raises BadChallenge."""
    try:
        decoded = base64.b64decode(challenge, validate=True)
    except binascii.Error as error:
        raise BadChallenge from error
    digest = hmac.new(password.reveal().encode(), decoded, "md5").hexdigest()
    return base64_of(f"{user} {digest}")


class SaslExchange:
    """The client's side of one sign-in: `command` begins it, and `respond` answers each 334. `shown` is the command as
    the transcript may have it."""

    def __init__(self, mechanism: Mechanism, *, user: str, password: Secret) -> None:
        self.mechanism = mechanism
        self.command = f"AUTH {mechanism}"
        self.shown = self.command
        self._responses: deque[Callable[[str], str]] = deque()
        match mechanism:
            case Mechanism.PLAIN:
                response = plain_response(user, password)
                if len(self.command) + 1 + len(response) + 2 <= MAX_LINE_OCTETS:
                    self.command += f" {response}"
                    self.shown += f" {REDACTED}"
                # Also after an initial response: a server that overlooked it asks again.
                self._responses.append(lambda _: response)
            case Mechanism.LOGIN:
                self._responses.append(lambda _: base64_of(user))
                self._responses.append(lambda _: base64_of(password.reveal()))
            case Mechanism.CRAM_MD5:
                self._responses.append(lambda challenge: cram_md5_response(user, password, challenge))

    def respond(self, challenge: str) -> str | None:
        """Returns the response to a 334, or None where the mechanism has none left. Raises BadChallenge."""
        return self._responses.popleft()(challenge) if self._responses else None


def encoded_credentials(user: str, password: Secret) -> frozenset[str]:
    """Returns the responses in Base64 that hold the password: what a server may repeat of a sign-in."""
    return frozenset({base64_of(password.reveal()), plain_response(user, password)})


def digest_in(response: str) -> str:
    """Returns the digest of a CRAM-MD5 response in Base64: whoever has it can guess the password offline."""
    return base64.b64decode(response).decode().rpartition(" ")[2]


def sign_in(
    commands: CommandChannel,
    capabilities: Capabilities,
    *,
    context: SessionContext,
) -> None:
    """Signs the user of `context` in. Raises SessionError."""
    if context.password is None:
        raise RuntimeError("sign-in without a password")
    user, recorder, limit_s = context.server.user_name, commands.recorder, context.limits.reply_s
    mechanism = choose_mechanism(capabilities.auth)
    if mechanism is None:
        raise no_mechanism(capabilities, tls=context.server.tls, redactor=recorder.redactor)
    exchange = SaslExchange(mechanism, user=user, password=context.password)
    reply = commands.execute(exchange.command, shown=exchange.shown, limit_s=limit_s)
    while reply.code == CONTINUE:
        response = _response(exchange, " ".join(commands.unredacted).strip(), recorder)
        reply = commands.execute(response, shown=REDACTED, limit_s=limit_s)
    if not is_completion(reply):
        raise refused(reply, _refusal(reply))
    recorder.done(f"{mechanism} as {user}")


def _refusal(reply: Reply) -> MessageText:
    if reply.temporary or reply.code in _NOT_JUDGED:
        return msg("The server refused the sign-in: {reply}.", reply=clause(reply))
    return msg("The server refused the sign-in: {reply}. Check the user name and password.", reply=clause(reply))


def no_mechanism(capabilities: Capabilities, *, tls: bool, redactor: SecretRedactor) -> SessionError:
    """Returns the error for a server that offers no mechanism that is implemented here."""
    if capabilities.auth:
        return SessionError(
            FailureKind.MECHANISM_MISSING,
            msg(
                "The server offers no sign-in method that this program supports, only {offered}.",
                offered=redactor.redact(", ".join(capabilities.auth)),
            ),
        )
    if capabilities.starttls and not tls:
        message = msg("The server allows no sign-in over an unencrypted connection. Turn on TLS.")
    else:
        message = msg("The server offers no sign-in on this port. Try another port, or turn off authentication.")
    return SessionError(FailureKind.AUTH_MISSING, message)


def _response(exchange: SaslExchange, challenge: str, recorder: TimelineRecorder) -> str:
    try:
        response = exchange.respond(challenge)
    except BadChallenge as error:
        raise not_smtp("its sign-in challenge can't be read") from error
    if response is None:
        raise not_smtp("its sign-in never ends")
    if exchange.mechanism is Mechanism.CRAM_MD5:
        recorder.redactor.add_secrets((digest_in(response),), encoded=(response,))
    return response
