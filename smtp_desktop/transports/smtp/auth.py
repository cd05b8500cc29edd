"""SMTP authentication (RFC 4954): the choice of a SASL mechanism, and the exchange with the server.

A password is shown once: a second mechanism would count as a second wrong password. Only where a server refuses SCRAM
before it has seen any proof, another mechanism follows: it has no SCRAM key of this user, or can't bind to the channel.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from smtp_desktop.domain.diagnosis.conversation import FailureKind, Reply
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.domain.secret import REDACTED, Secret
from smtp_desktop.domain.sign_in.tokens import AccessToken
from smtp_desktop.transports.net.channel_binding import channel_binding_of
from smtp_desktop.transports.redaction.redactor import SecretRedactor
from smtp_desktop.transports.session_error import SessionError, clause, not_smtp, refused
from smtp_desktop.transports.smtp.access_token import bearer_of
from smtp_desktop.transports.smtp.command_channel import CONTINUE, CommandChannel
from smtp_desktop.transports.smtp.context import SessionContext
from smtp_desktop.transports.smtp.protocol import Capabilities, is_completion, printable
from smtp_desktop.transports.smtp.sasl.bearer import BearerExchange
from smtp_desktop.transports.smtp.sasl.exchange import BadChallenge, SaslExchange
from smtp_desktop.transports.smtp.sasl.mechanism import BY_PASSWORD, BY_TOKEN, SCRAM, Mechanism
from smtp_desktop.transports.smtp.sasl.password import CramMd5Exchange, LoginExchange, PlainExchange
from smtp_desktop.transports.smtp.sasl.scram import UNBOUND, UNOFFERED, Binding, ScramExchange
from smtp_desktop.transports.timeline_recorder import TimelineRecorder

_REFUSED = 535  # RFC 4954 6: the credentials are not valid
_LINE_REFUSED = frozenset({500, 501})  # too long for this server, or it takes no initial response
_NOT_JUDGED = frozenset({530, 534, 538})  # RFC 4954 6: another way is wanted first


class TokenRefused(SessionError):
    """The server refuses the access token: another one may do."""

    def __init__(self, error: SessionError) -> None:
        super().__init__(error.kind, error.message, reply=error.reply)


def choose_mechanism(offered: tuple[str, ...], *, by_token: bool = False) -> Mechanism | None:
    """Returns the mechanism for a password, or an access token, that is preferred among those offered; None where the
    server offers none that is implemented here."""
    return next((mechanism for mechanism in (BY_TOKEN if by_token else BY_PASSWORD) if mechanism in offered), None)


def sign_in(
    commands: CommandChannel,
    capabilities: Capabilities,
    *,
    context: SessionContext,
) -> None:
    """Signs the user of `context` in with the password. Raises SessionError."""
    if context.password is None:
        raise RuntimeError("sign-in without a password")
    user, recorder = context.server.user_name, commands.recorder
    refusals: dict[Mechanism, Reply] = {}
    for exchange in _exchanges(commands, capabilities.auth, context, context.password):
        if refusals:
            recorder.note(f"Refused before anything of the password was said; signing in by {exchange.mechanism}")
        reply = _run(commands, exchange, limit_s=context.limits.reply_s)
        if is_completion(reply):
            _remember(refusals, commands, context)
            recorder.done(f"{exchange.mechanism} as {user}")
            return
        if not _is_refused_unseen(exchange, reply):
            raise refused(reply, _refusal(reply))
        refusals[exchange.mechanism] = reply
    if not refusals:
        raise no_mechanism(capabilities, tls=context.server.tls, redactor=recorder.redactor)
    reply = refusals.popitem()[1]
    raise refused(reply, _refusal(reply))


def _remember(refusals: Iterable[Mechanism], commands: CommandChannel, context: SessionContext) -> None:
    """Notes which mechanisms the server refuses, to a user whom another one has signed in."""
    if context.mechanism_denylist:
        for mechanism in refusals:
            context.mechanism_denylist.add(commands.host, context.server.smtp_port, mechanism)


def _accepted(offered: tuple[str, ...], commands: CommandChannel, context: SessionContext) -> tuple[str, ...]:
    """Returns `offered` without the mechanisms that the server is known to refuse, unless nothing else is left."""
    denylist, port = context.mechanism_denylist, context.server.smtp_port
    if denylist is None:
        return offered
    left = tuple(each for each in offered if each not in SCRAM or not denylist.has(commands.host, port, each))
    return left if choose_mechanism(left) else offered


def sign_in_by_token(
    commands: CommandChannel, capabilities: Capabilities, *, context: SessionContext, token: AccessToken
) -> None:
    """Signs in with an access token. Raises TokenRefused, and SessionError for what is not about the token."""
    recorder, limit_s = commands.recorder, context.limits.reply_s
    bearer = bearer_of(context.server, token)
    mechanism = choose_mechanism(capabilities.auth, by_token=True)
    if mechanism is None:
        raise no_mechanism(capabilities, tls=context.server.tls, redactor=recorder.redactor, by_token=True)
    exchange = BearerExchange(mechanism, bearer)
    reply = _run(commands, exchange, limit_s=limit_s)
    if exchange.is_one_line and reply.code in _LINE_REFUSED:
        recorder.note("Refused on one line; the access token follows on its own")
        reply = _run(commands, BearerExchange(mechanism, bearer, in_two_steps=True), limit_s=limit_s)
    if not is_completion(reply):
        error = refused(reply, msg("The server refused the sign-in by access token: {reply}.", reply=clause(reply)))
        raise TokenRefused(error) if reply.code == _REFUSED else error
    recorder.done(f"{mechanism} as {bearer.user}")


def _exchanges(
    commands: CommandChannel, offered: tuple[str, ...], context: SessionContext, password: Secret
) -> Iterator[SaslExchange]:
    """Yields those by SCRAM that the server offers and is not known to refuse, then the best of the others."""
    user, accepted = context.server.user_name, _accepted(offered, commands, context)
    # The certificate is taken apart for it, which most servers' sign-ins do without.
    offers_scram = any(each in accepted for each in SCRAM)
    channel = channel_binding_of(commands.channel.tls) if offers_scram and commands.channel.secured else None
    if channel and Mechanism.SCRAM_SHA_256_PLUS in accepted:
        yield ScramExchange(user, password, binding=Binding.to(channel))
    if Mechanism.SCRAM_SHA_256 in accepted:
        # RFC 5802 6: by `y` a server notices that somebody has removed its offer of PLUS.
        unoffered = channel is not None and Mechanism.SCRAM_SHA_256_PLUS not in offered
        yield ScramExchange(user, password, binding=UNOFFERED if unoffered else UNBOUND)
    match choose_mechanism(tuple(each for each in offered if each not in SCRAM)):
        case Mechanism.PLAIN:
            yield PlainExchange(user, password)
        case Mechanism.LOGIN:
            yield LoginExchange(user, password)
        case Mechanism.CRAM_MD5:
            yield CramMd5Exchange(user, password)


def _is_refused_unseen(exchange: SaslExchange, reply: Reply) -> bool:
    """Returns whether the server has refused SCRAM without a look at the password."""
    if not isinstance(exchange, ScramExchange) or exchange.has_proven:
        return False
    return not reply.temporary and reply.code not in _NOT_JUDGED


def _run(commands: CommandChannel, exchange: SaslExchange, *, limit_s: float) -> Reply:
    """Returns the reply that ends the exchange."""
    recorder = commands.recorder
    reply = commands.execute(exchange.command, shown=exchange.shown, limit_s=limit_s)
    try:
        while reply.code == CONTINUE:
            response = _response(exchange, " ".join(commands.unredacted).strip(), recorder)
            reply = commands.execute(response, shown=REDACTED if response else None, limit_s=limit_s)
    except BadChallenge as error:
        raise _bad_challenge(exchange) from error
    if is_completion(reply) and not exchange.is_server_proven:
        raise _bad_challenge(exchange)
    if exchange.said:
        # To the diagnosis it is part of the reply, which by itself often says nothing.
        said = _shown(exchange, recorder)
        raw = reply.raw and b"\n".join((reply.raw, said.encode()))
        reply = replace(reply, text=(*reply.text, said), raw=raw)
    return reply


def _shown(exchange: SaslExchange, recorder: TimelineRecorder) -> str:
    return printable(recorder.redactor.redact(exchange.said))


def _response(exchange: SaslExchange, challenge: str, recorder: TimelineRecorder) -> str:
    said = exchange.said
    response = exchange.respond(challenge)
    if exchange.said != said:
        recorder.answer(_shown(exchange, recorder))
    if response is None:
        raise not_smtp("its sign-in never ends")
    recorder.redactor.add_forms(exchange.forms)
    return response


def _bad_challenge(exchange: SaslExchange) -> SessionError:
    if isinstance(exchange, ScramExchange) and exchange.has_proven:
        return SessionError(
            FailureKind.PROTOCOL,
            msg(
                "The server did not prove that it knows the password, as {mechanism} demands. It may not be the server "
                "that it claims to be, so nothing was sent.",
                mechanism=str(exchange.mechanism),
            ),
        )
    return not_smtp("its sign-in challenge can't be read")


def _refusal(reply: Reply) -> MessageText:
    if reply.temporary or reply.code in _NOT_JUDGED:
        return msg("The server refused the sign-in: {reply}.", reply=clause(reply))
    return msg("The server refused the sign-in: {reply}. Check the user name and password.", reply=clause(reply))


def no_mechanism(
    capabilities: Capabilities, *, tls: bool, redactor: SecretRedactor, by_token: bool = False
) -> SessionError:
    """Returns the error for a server that offers no mechanism for a password, or for an access token."""
    if capabilities.auth:
        offered = redactor.redact(", ".join(capabilities.auth))
        if by_token:
            message = msg("The server takes no access tokens (OAuth2). It offers only {offered}.", offered=offered)
        elif choose_mechanism(capabilities.auth, by_token=True):
            message = msg("The server takes no passwords. It offers only {offered}.", offered=offered)
        else:
            message = msg(
                "The server offers no sign-in method that this program supports, only {offered}.", offered=offered
            )
        return SessionError(FailureKind.MECHANISM_MISSING, message)
    if capabilities.starttls and not tls:
        message = msg("The server allows no sign-in over an unencrypted connection. Turn on TLS.")
    else:
        message = msg("The server offers no sign-in on this port. Try another port, or turn off authentication.")
    return SessionError(FailureKind.AUTH_MISSING, message)
