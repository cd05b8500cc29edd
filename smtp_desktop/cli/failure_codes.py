"""The exit codes of failed conversations."""

from smtp_desktop.cli.exit_codes import ExitCode
from smtp_desktop.domain.diagnosis.conversation import Failure, FailureKind, HttpReply, Reply, Stage

_SERVICE_CLOSING = 421  # RFC 5321 4.2.3
_AUTH_REQUIRED = 530  # RFC 4954 6
# RFC 3463 3.2 and RFC 7505 4.2: bad mailbox, bad system, bad syntax, mailbox has moved, null MX
_NO_SUCH_RECIPIENT = frozenset({"1.1", "1.2", "1.3", "1.6", "1.10"})

# The code of a failure without a reply, which may tell more.
_BY_KIND = {
    FailureKind.HOST_NOT_FOUND: ExitCode.NO_HOST,
    FailureKind.HOST_LOOKUP_FAILED: ExitCode.TEMPORARY,
    FailureKind.TIMED_OUT: ExitCode.TEMPORARY,
    FailureKind.REFUSED: ExitCode.UNAVAILABLE,
    FailureKind.UNREACHABLE: ExitCode.UNAVAILABLE,
    FailureKind.CLOSED: ExitCode.UNAVAILABLE,
    FailureKind.REPLY: ExitCode.PROTOCOL,
    FailureKind.TLS_REFUSED: ExitCode.PROTOCOL,
    FailureKind.STARTTLS_MISSING: ExitCode.PROTOCOL,
    FailureKind.TLS_BROKEN: ExitCode.PROTOCOL,
    FailureKind.TLS_TOO_OLD: ExitCode.PROTOCOL,
    FailureKind.CERTIFICATE: ExitCode.PROTOCOL,
    FailureKind.AUTH_MISSING: ExitCode.PROTOCOL,
    FailureKind.MECHANISM_MISSING: ExitCode.PROTOCOL,
    FailureKind.PROTOCOL: ExitCode.PROTOCOL,
    FailureKind.SMTPUTF8_MISSING: ExitCode.REFUSED_DATA,
    FailureKind.TOO_LARGE: ExitCode.REFUSED_DATA,
    FailureKind.CANCELLED: ExitCode.CANCELLED,
    FailureKind.TOKEN_REFUSED: ExitCode.SIGN_IN,
    FailureKind.FEDERATED: ExitCode.SIGN_IN,
    FailureKind.GRAPH_REFUSED: ExitCode.UNAVAILABLE,
    FailureKind.DRAFT_REFUSED: ExitCode.UNAVAILABLE,
    FailureKind.NOT_GRAPH: ExitCode.PROTOCOL,
    FailureKind.PROXY: ExitCode.UNAVAILABLE,
    FailureKind.OUTCOME_UNKNOWN: ExitCode.TEMPORARY,
    FailureKind.RECIPIENTS_DIFFER: ExitCode.REFUSED_DATA,
    FailureKind.NOT_STARTED: ExitCode.CONFIGURATION,
}

# Microsoft Entra authentication and authorization error codes: trying later may help
_AADSTS_TRANSIENT = frozenset({90033, 90006, 50033, 90024, 50087, 50196})
# The same list: app, tenant, cloud, scope or a field is wrong, whoever signs in
_AADSTS_CONFIGURATION = frozenset(
    {700016, 700011, 90002, 900023, 90038, 900382, 500011, 70011, 28002, 9002313, 900144, 90014, 9001023, 50194}
)
_SERVER_ERRORS = 500  # RFC 9110 15.6

_GRAPH_CODES = {
    "ErrorMessageSizeExceeded": ExitCode.REFUSED_DATA,
    "ErrorInvalidRecipients": ExitCode.NO_RECIPIENT,
    "ErrorQuotaExceeded": ExitCode.TEMPORARY,
    "ErrorExceededMessageLimit": ExitCode.TEMPORARY,
    "ErrorItemNotFound": ExitCode.REFUSED_DATA,  # the mail that was asked for, not the mailbox
}
_GRAPH_STATUSES = {
    400: ExitCode.REFUSED_DATA,
    401: ExitCode.SIGN_IN,
    403: ExitCode.SIGN_IN,
    404: ExitCode.CONFIGURATION,
    413: ExitCode.REFUSED_DATA,
}


def code_of_failure(failure: Failure) -> ExitCode:
    """Returns the exit code of a test, check or mailbox command whose conversation failed."""
    match failure.kind, failure.reply:
        case FailureKind.REFUSED | FailureKind.UNREACHABLE | FailureKind.CLOSED | FailureKind.REPLY, Reply() as reply:
            return _code_of_reply(failure.stage, reply)
        case FailureKind.TLS_REFUSED, Reply(temporary=True):
            return ExitCode.TEMPORARY
        case FailureKind.TOKEN_REFUSED, HttpReply() as answer:
            return _code_of_token(answer)
        case FailureKind.GRAPH_REFUSED | FailureKind.DRAFT_REFUSED, HttpReply() as answer:
            return _code_of_graph(answer)
        case _:
            return _BY_KIND[failure.kind]


def _code_of_reply(stage: Stage, reply: Reply) -> ExitCode:
    before_sign_in = stage in {Stage.CONNECT, Stage.SECURE, Stage.GREET}
    if reply.temporary:
        closing = reply.code == _SERVICE_CLOSING and before_sign_in
        return ExitCode.UNAVAILABLE if closing else ExitCode.TEMPORARY
    if stage is Stage.SIGN_IN or reply.code == _AUTH_REQUIRED:
        return ExitCode.SIGN_IN
    about_recipient = stage is Stage.CONTENT and reply.enhanced_code.partition(".")[2] in _NO_SUCH_RECIPIENT
    if stage is Stage.RECIPIENT or about_recipient:
        return ExitCode.NO_RECIPIENT
    return ExitCode.UNAVAILABLE


def _code_of_token(answer: HttpReply) -> ExitCode:
    if answer.temporary or not _AADSTS_TRANSIENT.isdisjoint(answer.aadsts):
        return ExitCode.TEMPORARY
    if not _AADSTS_CONFIGURATION.isdisjoint(answer.aadsts):
        return ExitCode.CONFIGURATION
    return ExitCode.UNAVAILABLE if answer.code >= _SERVER_ERRORS else ExitCode.SIGN_IN


def _code_of_graph(answer: HttpReply) -> ExitCode:
    by_error_code = _GRAPH_CODES.get(answer.error_code)
    if by_error_code:
        return by_error_code
    return ExitCode.TEMPORARY if answer.temporary else _GRAPH_STATUSES.get(answer.code, ExitCode.UNAVAILABLE)
