"""Conversations over a session: the order of what is said, how each ends, and its timeline."""

from collections.abc import Callable
from contextlib import suppress

from smtp_desktop.domain.diagnosis.conversation import Failure, FailureDetail, FailureKind, Reply, Stage, Timeline
from smtp_desktop.domain.diagnosis.stages import signs_in_by_token
from smtp_desktop.domain.mail.address import Address
from smtp_desktop.domain.mail.message import Mail
from smtp_desktop.transports.session_error import SessionError, cut_short
from smtp_desktop.transports.smtp.auth import TokenRefused, choose_mechanism, no_mechanism
from smtp_desktop.transports.smtp.command_channel import is_going_away
from smtp_desktop.transports.smtp.prepared_message import smtputf8_missing
from smtp_desktop.transports.smtp.protocol import mail_from
from smtp_desktop.transports.smtp.replies import sender_refused
from smtp_desktop.transports.smtp.session import SmtpSession
from smtp_desktop.transports.smtp.transaction import ChunkingRefused, OfferBroken

# After these failures the server still waits for a command, so it gets QUIT.
_STILL_LISTENING = frozenset(
    {
        FailureKind.REPLY,
        FailureKind.AUTH_MISSING,
        FailureKind.MECHANISM_MISSING,
        FailureKind.STARTTLS_MISSING,
        FailureKind.TLS_REFUSED,
        FailureKind.SMTPUTF8_MISSING,
        FailureKind.TOO_LARGE,
    }
)


def conclude(session: SmtpSession, work: Callable[[], Reply | None], *, keep_open: bool = False) -> Timeline:
    """Runs `work`, which speaks over `session`, and returns the timeline of the operation; `work` returns the reply
    with which a mail was accepted, if one was.

    The session is closed afterwards, with QUIT where the server still listens. With `keep_open` it stays open where the
    server is ready for another mail. SessionError becomes the timeline's failure; what else `work` raises passes.
    """
    failure: Failure | None = None
    accepted: Reply | None = None
    stays_open = False
    try:
        try:
            accepted = work()
        except SessionError as error:
            failure = session.recorder.fail(_explained(error, session))
        stays_open = _end(session, failure, keep_open=keep_open)
    finally:
        if not stays_open:
            session.close()
    return session.recorder.timeline(failure=failure, accepted=accepted)


def _explained(error: SessionError, session: SmtpSession) -> SessionError:
    """Returns `error`, which says so where only the test has stopped waiting: connecting takes no longer otherwise."""
    stage = error.stage or session.recorder.running
    patient = not session.context.limits.for_a_person or stage in {Stage.FIND_HOST, Stage.CONNECT, Stage.TOKEN}
    return error if patient or error.kind is not FailureKind.TIMED_OUT or error.detail else cut_short(error)


def _end(session: SmtpSession, failure: Failure | None, *, keep_open: bool) -> bool:
    """Resets or quits the session where that is safe, and returns whether it takes another mail. The outcome is known:
    what the server replies to RSET or QUIT changes nothing about it."""
    if not session.is_connected or (failure and not _still_listens(failure)):
        return False
    with suppress(SessionError):
        session.drain()
        if not keep_open:
            session.quit()
        elif failure is None:
            return True
        elif session.has_begun_mail:
            return session.reset()
    return False


def _still_listens(failure: Failure) -> bool:
    return (
        failure.kind in _STILL_LISTENING
        and not is_going_away(failure)
        and failure.detail is not FailureDetail.OUT_OF_STEP
    )


def converse(session: SmtpSession, mail: Mail | None) -> Reply | None:
    """Opens the session, signs in where the profile says so, and sends `mail` if there is one. Returns the reply that
    accepted it. Raises SessionError."""
    while True:  # ends, since each time the session does without what the server has broken on
        try:
            return _converse_once(session, mail)
        except OfferBroken as broken:
            session.close()
            session.recorder.note(
                "The server offers CHUNKING but refuses BDAT: retrying with DATA on a new connection"
                if isinstance(broken, ChunkingRefused)
                else "The server can't handle pipelined commands: retrying one at a time on a new connection"
            )


def _converse_once(session: SmtpSession, mail: Mail | None) -> Reply | None:
    if session.context.server.auth_required:
        session.take_token()
    session.open()
    if session.context.server.auth_required:
        _sign_in(session)
    return session.send(mail) if mail else None


def _sign_in(session: SmtpSession) -> None:
    """Signs in. A server that refuses an access token gets one more, which was issued just now: the first may have
    been revoked, or have ended sooner than was said."""
    try:
        session.sign_in()
    except TokenRefused:
        if session.token is None or session.token.fresh:
            raise
        session.take_token(renewed=True)
        _sign_in_again(session)


def _sign_in_again(session: SmtpSession) -> None:
    """Signs in after a refusal, over a new connection where the server has closed this one."""
    try:
        session.sign_in()
    except SessionError as error:
        if error.kind is not FailureKind.CLOSED and not is_going_away(error):
            raise
        session.close()
        session.recorder.note("The server closed the connection after its refusal; connecting again")
        session.open()
        session.sign_in()


def probe(session: SmtpSession, sender: Address | None) -> None:
    """Opens the session and finds out how far the server lets in, without a mail. Raises SessionError.

    Without a password or a token it stops before the sign-in, once the server has offered one. With `sender` it asks
    whether that address may send, and takes the question back.
    """
    server, context = session.context.server, session.context
    if server.auth_required:
        session.take_token()
    session.open()
    if server.auth_required and (context.password or context.token):
        _sign_in(session)
    elif server.auth_required:
        _check_mechanism(session)
    if sender:
        _offer_sender(session, sender)


def _check_mechanism(session: SmtpSession) -> None:
    """Ensures that the server offers a mechanism for the sign-in."""
    capabilities, server = session.capabilities, session.context.server
    by_token = signs_in_by_token(server)
    if choose_mechanism(capabilities.auth, by_token=by_token) is None:
        session.recorder.begin(Stage.SIGN_IN)
        raise no_mechanism(capabilities, tls=server.tls, redactor=session.recorder.redactor, by_token=by_token)


def _offer_sender(session: SmtpSession, sender: Address) -> None:
    session.recorder.begin(Stage.SENDER)
    capabilities, limits = session.capabilities, session.context.limits
    if sender.needs_smtputf8 and not capabilities.smtputf8:
        raise smtputf8_missing(sender.spec)
    command = mail_from(sender, capabilities, size_bytes=None, eight_bit=False, smtputf8=sender.needs_smtputf8)
    reply = session.execute(command, limit_s=limits.reply_s)
    if not reply.positive:
        raise sender_refused(sender.spec, reply)
    session.recorder.done(sender.spec)
    # RFC 5321 4.1.1.5: abandons the transaction. The outcome is known, whatever the server replies.
    with suppress(SessionError):
        session.execute("RSET", limit_s=limits.quit_s)
