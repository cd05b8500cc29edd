"""The cause of a failure that no rule knows: by its kind, else by stage, reply code and enhanced code (RFC 5321 4.2,
RFC 3463)."""

from collections.abc import Mapping

from smtp_desktop.domain.diagnosis.conversation import Failure, HttpReply, Reply
from smtp_desktop.domain.diagnosis.kinds import Cause, FailureKind, Stage

_BY_KIND = {
    FailureKind.HOST_NOT_FOUND: Cause.HOST_UNKNOWN,
    FailureKind.HOST_LOOKUP_FAILED: Cause.SERVER_SILENT,
    FailureKind.REFUSED: Cause.SERVER_UNREACHABLE,
    FailureKind.UNREACHABLE: Cause.SERVER_UNREACHABLE,
    FailureKind.TIMED_OUT: Cause.SERVER_SILENT,
    FailureKind.CLOSED: Cause.SERVER_UNREACHABLE,
    FailureKind.STARTTLS_MISSING: Cause.ENCRYPTION,
    FailureKind.TLS_REFUSED: Cause.ENCRYPTION,
    FailureKind.TLS_BROKEN: Cause.ENCRYPTION,
    FailureKind.TLS_TOO_OLD: Cause.ENCRYPTION,
    FailureKind.CERTIFICATE: Cause.CERTIFICATE,
    FailureKind.AUTH_MISSING: Cause.PROTOCOL,
    FailureKind.MECHANISM_MISSING: Cause.PROTOCOL,
    FailureKind.PROTOCOL: Cause.PROTOCOL,
    FailureKind.REPLY: Cause.PROTOCOL,
    FailureKind.SMTPUTF8_MISSING: Cause.MAIL_REFUSED,
    FailureKind.TOO_LARGE: Cause.MAIL_TOO_LARGE,
    FailureKind.CANCELLED: Cause.CANCELLED,
    FailureKind.TOKEN_REFUSED: Cause.SIGN_IN_REFUSED,
    FailureKind.GRAPH_REFUSED: Cause.SERVER_UNREACHABLE,
    FailureKind.DRAFT_REFUSED: Cause.SERVER_UNREACHABLE,
    FailureKind.FEDERATED: Cause.SIGN_IN_REFUSED,
    FailureKind.NOT_GRAPH: Cause.PROTOCOL,
    FailureKind.NOT_AUTHORIZATION_SERVER: Cause.PROTOCOL,
    FailureKind.NOT_SIGNED_IN: Cause.SIGN_IN_REFUSED,
    FailureKind.RECIPIENTS_DIFFER: Cause.MAIL_REFUSED,
    FailureKind.PROXY: Cause.SERVER_UNREACHABLE,
    FailureKind.INCOMPLETE: Cause.SETTING,
    FailureKind.NOT_STARTED: Cause.THIS_COMPUTER,
    FailureKind.OUTCOME_UNKNOWN: Cause.OUTCOME_UNKNOWN,
}
# By stage, for a reply that is permanent.
_PERMANENT = {
    Stage.SIGN_IN: Cause.SIGN_IN_REFUSED,
    Stage.SENDER: Cause.SENDER_REFUSED,
    Stage.RECIPIENT: Cause.RECIPIENT_REFUSED,
    Stage.CONTENT: Cause.MAIL_REFUSED,
}
# RFC 4954 6, RFC 5321 4.2.2
_BY_CODE = {530: Cause.SIGN_IN_DEMANDED, 538: Cause.SETTING, 421: Cause.SERVER_BUSY, 552: Cause.MAIL_TOO_LARGE}
# Enhanced codes without their class (RFC 3463 3, RFC 7505 4.2)
_BY_ENHANCED: Mapping[str, Cause] = {
    "1.1": Cause.RECIPIENT_REFUSED,
    "1.2": Cause.RECIPIENT_REFUSED,
    "1.3": Cause.RECIPIENT_REFUSED,
    "1.6": Cause.RECIPIENT_REFUSED,
    "1.10": Cause.RECIPIENT_REFUSED,
    "1.7": Cause.SENDER_REFUSED,
    "1.8": Cause.SENDER_REFUSED,
    "2.1": Cause.RECIPIENT_REFUSED,
    "2.2": Cause.RECIPIENT_FULL,
    "3.4": Cause.MAIL_TOO_LARGE,
    "2.3": Cause.MAIL_TOO_LARGE,
}
_ABOUT_THE_RECIPIENT = frozenset({450, 452})
# Microsoft Entra authentication and authorization error codes: failures of the service, not of the request.
_AADSTS_TRANSIENT = frozenset({90033, 90006, 50033, 90024, 50087, 50196})
# The same list: app, tenant, cloud, scope or a field is wrong, whoever signs in.
_AADSTS_SETTING = frozenset(
    {700016, 700011, 90002, 900023, 90038, 900382, 500011, 70011, 28002, 9002313, 900144, 90014, 9001023, 50194}
)
# RFC 6749 4.1.2.1 and 5.2, RFC 8628 3.5. What `invalid_grant` means depends on the sign-in: rules know.
_OAUTH_ERRORS = {
    "temporarily_unavailable": Cause.SERVER_BUSY,
    "server_error": Cause.SERVER_BUSY,
    "slow_down": Cause.LIMIT,
    "expired_token": Cause.SIGN_IN_ENDED,
    "invalid_request": Cause.SETTING,
    "invalid_scope": Cause.SETTING,
    "unauthorized_client": Cause.PERMISSION_MISSING,
    "unsupported_grant_type": Cause.PERMISSION_MISSING,
    "unsupported_response_type": Cause.PERMISSION_MISSING,
}
_GRAPH_CODES = {
    "ErrorMessageSizeExceeded": Cause.MAIL_TOO_LARGE,
    "ErrorInvalidRecipients": Cause.RECIPIENT_REFUSED,
    "ErrorQuotaExceeded": Cause.LIMIT,
    "ErrorExceededMessageLimit": Cause.LIMIT,
    "ErrorItemNotFound": Cause.MAIL_REFUSED,  # the mail that was asked for, not the mailbox
    "ErrorSendAsDenied": Cause.SENDER_REFUSED,
}
_GRAPH_STATUSES = {
    400: Cause.MAIL_REFUSED,
    401: Cause.PERMISSION_MISSING,
    403: Cause.PERMISSION_MISSING,
    404: Cause.SETTING,
    413: Cause.MAIL_TOO_LARGE,
    429: Cause.LIMIT,
}
_SERVER_ERRORS = 500  # RFC 9110 15.6


def cause_by_standard(failure: Failure) -> Cause:
    """Returns the cause of `failure` as the standards have it."""
    match failure.kind, failure.reply:
        case FailureKind.TOKEN_REFUSED, HttpReply() as answer:
            return _of_token(answer)
        case FailureKind.GRAPH_REFUSED | FailureKind.DRAFT_REFUSED, HttpReply() as answer:
            return _of_graph(answer)
        case FailureKind.TLS_REFUSED, Reply(temporary=True):
            return Cause.SERVER_BUSY
        case FailureKind.REFUSED | FailureKind.UNREACHABLE | FailureKind.CLOSED | FailureKind.REPLY, Reply() as reply:
            return _of_reply(failure.stage, reply)
        case _:
            return _BY_KIND[failure.kind]


def _of_reply(stage: Stage, reply: Reply) -> Cause:
    # A reply that refuses nothing: the server is out of step.
    by_code = Cause.PROTOCOL if reply.positive else _BY_CODE.get(reply.code)
    if by_code:
        return by_code
    by_enhanced = _BY_ENHANCED.get(reply.enhanced_code.partition(".")[2])
    if reply.temporary:
        if by_enhanced is Cause.RECIPIENT_FULL:
            return by_enhanced
        greylists = stage is Stage.RECIPIENT and reply.code in _ABOUT_THE_RECIPIENT
        return Cause.GREYLISTED if greylists else Cause.SERVER_BUSY
    if by_enhanced is Cause.RECIPIENT_FULL:
        return Cause.RECIPIENT_REFUSED  # the server gave up on it
    if by_enhanced and stage in {Stage.SENDER, Stage.RECIPIENT, Stage.CONTENT}:
        return by_enhanced
    # A server that refuses this computer (554 as its greeting) would refuse every mail.
    return _PERMANENT.get(stage, Cause.NETWORK_REFUSED)


def _of_token(answer: HttpReply) -> Cause:
    if answer.temporary or not _AADSTS_TRANSIENT.isdisjoint(answer.aadsts):
        return Cause.SERVER_BUSY
    if not _AADSTS_SETTING.isdisjoint(answer.aadsts):
        return Cause.SETTING
    default = Cause.SERVER_BUSY if answer.code >= _SERVER_ERRORS else Cause.SIGN_IN_REFUSED
    return _OAUTH_ERRORS.get(answer.error_code, default)


def _of_graph(answer: HttpReply) -> Cause:
    by_error_code = _GRAPH_CODES.get(answer.error_code)
    if by_error_code:
        return by_error_code
    default = Cause.SERVER_BUSY if answer.temporary or answer.code >= _SERVER_ERRORS else Cause.PROTOCOL
    return _GRAPH_STATUSES.get(answer.code, default)
