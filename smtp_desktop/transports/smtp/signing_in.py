"""Signing in to a server that has told what it offers."""

from collections.abc import Mapping

from smtp_desktop.domain.diagnosis.conversation import FailureKind
from smtp_desktop.domain.message_text import text
from smtp_desktop.domain.secret import MASK, Secret
from smtp_desktop.domain.smtp.profile import GenericServer
from smtp_desktop.transports.disguises import Form
from smtp_desktop.transports.ending import Ended, not_smtp, refused
from smtp_desktop.transports.record import Record
from smtp_desktop.transports.smtp.auth import BadChallenge, Exchange, Mechanism, choose, digest_in
from smtp_desktop.transports.smtp.dialogue import CONTINUE, Dialogue
from smtp_desktop.transports.smtp.limits import Limits
from smtp_desktop.transports.smtp.opening import accepts
from smtp_desktop.transports.smtp.protocol import Capabilities


def sign_in(
    dialogue: Dialogue,
    capabilities: Capabilities,
    *,
    server: GenericServer,
    password: Secret,
    forms: Mapping[str, Form],
    record: Record,
    limits: Limits,
) -> None:
    """The server has let `server.user_name` in. `forms` are those in which it might repeat what it hears. Raises
    Ended."""
    user = server.user_name
    mechanism = choose(capabilities.auth)
    if mechanism is None:
        raise no_mechanism(capabilities, tls=server.tls)
    exchange = Exchange(mechanism, user=user, password=password)
    record.masks.hide_forms(forms)
    reply = dialogue.ask(exchange.command, shown=exchange.shown, limit_s=limits.reply_s)
    while reply.code == CONTINUE:
        reply = dialogue.ask(_answer(exchange, dialogue.challenge, record), shown=MASK, limit_s=limits.reply_s)
    if not accepts(reply):
        raise refused(
            reply,
            text("The server refused the sign-in: {reply}. Check User Name and Password.", reply=str(reply)),
        )
    record.done(f"{mechanism} as {user}")


def no_mechanism(capabilities: Capabilities, *, tls: bool) -> Ended:
    """Returns the end that a server makes which offers no way to sign in that is known here."""
    if capabilities.auth:
        return Ended(
            FailureKind.MECHANISM_MISSING,
            text(
                "The server takes a user name and password in no way that is known here; it offers {offered}.",
                offered=", ".join(capabilities.auth),
            ),
        )
    if capabilities.starttls and not tls:
        message = text("The server lets nobody sign in on an unencrypted connection. Switch on SMTP TLS/SSL.")
    else:
        message = text("The server offers no sign-in on this port. Try another port, or switch off Auth Required.")
    return Ended(FailureKind.AUTH_MISSING, message)


def _answer(exchange: Exchange, challenge: str, record: Record) -> str:
    try:
        answer = exchange.answer(challenge)
    except BadChallenge as error:
        raise not_smtp("its sign-in challenge can't be read") from error
    if answer is None:
        raise not_smtp("its sign-in asks without end")
    if exchange.mechanism is Mechanism.CRAM_MD5:
        record.masks.hide((digest_in(answer),), encoded=(answer,))
    return answer
