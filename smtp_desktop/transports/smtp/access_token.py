"""The access token of a session: taken from its source, as the stage TOKEN of the timeline."""

from dataclasses import replace

from smtp_desktop.domain.diagnosis.conversation import Failure, FailureKind, Stage, TranscriptLine
from smtp_desktop.domain.errors import Cancelled
from smtp_desktop.domain.mail.address import BadHost, ascii_host
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.sign_in.errors import NoAccessToken
from smtp_desktop.domain.sign_in.tokens import AccessToken
from smtp_desktop.domain.smtp.profile import GenericServer
from smtp_desktop.transports.session_error import SessionError
from smtp_desktop.transports.smtp.context import Operation, SessionContext
from smtp_desktop.transports.smtp.sasl.bearer import Bearer


def take_token(context: SessionContext, operation: Operation, *, renewed: bool) -> AccessToken:
    """Takes a token from the source in `context`, one that is issued now where it is to be `renewed`. Raises
    SessionError, and VaultError as the source does."""
    source, recorder, deadline = context.token, operation.recorder, operation.deadline
    if source is None:
        raise RuntimeError("no source of access tokens")
    recorder.begin(Stage.TOKEN)
    started_ms = deadline.now_s * 1000
    try:
        token = deadline.lend_cancel(lambda cancel: source(renewed, cancel))
    except NoAccessToken as error:
        recorder.extend(_shifted(line, started_ms) for line in error.transcript)
        raise _as_session_error(error.failure) from error
    except Cancelled as error:
        raise SessionError(FailureKind.CANCELLED, msg("Canceled."), stage=Stage.TOKEN) from error
    # The server may know it from an earlier conversation.
    recorder.redactor.add_forms(bearer_of(context.server, token).forms())
    recorder.done("issued just now" if token.fresh else "still valid")
    return token


def bearer_of(server: GenericServer, token: AccessToken) -> Bearer:
    """Returns the credentials by which `token` signs in to `server`."""
    try:
        host = ascii_host(server.host_name)
    except BadHost:
        host = server.host_name  # connecting fails, and says so
    return Bearer(user=server.user_name, token=token.value, host=host, port=server.smtp_port)


def _shifted(line: TranscriptLine, by_ms: float) -> TranscriptLine:
    return replace(line, at_ms=line.at_ms + by_ms)


def _as_session_error(failure: Failure) -> SessionError:
    return SessionError(
        failure.kind,
        failure.message,
        reply=failure.reply,
        certificate_fault=failure.certificate_fault,
        chain=failure.chain,
        stage=Stage.TOKEN,
        detail=failure.detail,
    )
