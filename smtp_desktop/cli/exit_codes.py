"""What a command ends with, after sysexits.h.

| code | when |
| --- | --- |
| 0 | it was done |
| 64 | wrong usage: an unknown option, a missing or contradicting one |
| 65 | refused data: a field's value; a mail that this server can't take (its size, SMTPUTF8) |
| 67 | no such recipient: 5xx to RCPT TO, or an enhanced code that says so later (X.1.1, X.1.2, X.1.3, X.1.6, X.1.10) |
| 68 | no such host |
| 69 | server unavailable: refused, unreachable, hung up, 421 before sign-in, every other permanent refusal |
| 75 | temporary: 4xx, a timeout, DNS without an answer, a database in use |
| 76 | not the protocol that was asked for: garbage, TLS or its certificate, no STARTTLS, no way to sign in |
| 77 | sign-in refused: 5xx to AUTH, or 530 wherever it comes |
| 78 | no such SMTP; a data folder, database, keyring or master password that can't be used |
| 130 | stopped with Ctrl+C |

Where several SMTPs are checked, it is the code of the first one that failed, in the order in which they are told.
"""

from enum import IntEnum
from typing import assert_never

from smtp_desktop.domain.conversation import Failure, FailureKind, Reply, Stage
from smtp_desktop.domain.errors import Cancelled, FieldErrors, NotYet, SmtpDesktopError, StoreBusy

_SERVICE_CLOSING = 421  # RFC 5321 4.2.3
_AUTH_REQUIRED = 530  # RFC 4954 6
# RFC 3463 3.2 and RFC 7505 4.2: bad mailbox, bad system, bad syntax, mailbox has moved, null MX
_NO_SUCH_RECIPIENT = frozenset({"1.1", "1.2", "1.3", "1.6", "1.10"})


class ExitCode(IntEnum):
    OK = 0
    USAGE = 64
    REFUSED_DATA = 65
    NO_RECIPIENT = 67
    NO_HOST = 68
    UNAVAILABLE = 69
    TEMPORARY = 75
    PROTOCOL = 76
    SIGN_IN = 77
    CONFIGURATION = 78
    CANCELLED = 130


def code_of_error(error: SmtpDesktopError) -> ExitCode:
    """Returns what a command ends with that `error` stopped."""
    match error:
        case FieldErrors():
            return ExitCode.REFUSED_DATA
        case StoreBusy():
            return ExitCode.TEMPORARY
        case NotYet():
            return ExitCode.UNAVAILABLE
        case Cancelled():
            return ExitCode.CANCELLED
        case _:
            return ExitCode.CONFIGURATION


def code_of_failure(failure: Failure) -> ExitCode:  # noqa: PLR0911 - a table, one line a row
    """Returns what a test or check ends with whose conversation failed so."""
    match failure.kind:
        case FailureKind.HOST_NOT_FOUND:
            return ExitCode.NO_HOST
        case FailureKind.HOST_LOOKUP_FAILED | FailureKind.TIMED_OUT:
            return ExitCode.TEMPORARY
        case FailureKind.REFUSED | FailureKind.UNREACHABLE | FailureKind.CLOSED:
            return _code_of_reply(failure.stage, failure.reply) if failure.reply else ExitCode.UNAVAILABLE
        case FailureKind.REPLY:
            return _code_of_reply(failure.stage, failure.reply) if failure.reply else ExitCode.PROTOCOL
        case FailureKind.TLS_REFUSED if failure.reply and failure.reply.temporary:
            return ExitCode.TEMPORARY
        case (
            FailureKind.TLS_REFUSED
            | FailureKind.STARTTLS_MISSING
            | FailureKind.TLS_BROKEN
            | FailureKind.CERTIFICATE
            | FailureKind.AUTH_MISSING
            | FailureKind.PROTOCOL
        ):
            return ExitCode.PROTOCOL
        case FailureKind.SMTPUTF8_MISSING | FailureKind.TOO_LARGE:
            return ExitCode.REFUSED_DATA
        case FailureKind.CANCELLED:
            return ExitCode.CANCELLED
        case _:
            assert_never(failure.kind)


def _code_of_reply(stage: Stage, reply: Reply) -> ExitCode:
    before_sign_in = stage in {Stage.CONNECT, Stage.SECURE, Stage.GREET}
    if reply.temporary:
        closing = reply.code == _SERVICE_CLOSING and before_sign_in
        return ExitCode.UNAVAILABLE if closing else ExitCode.TEMPORARY
    if stage is Stage.SIGN_IN or reply.code == _AUTH_REQUIRED:
        return ExitCode.SIGN_IN
    told_of_recipient = stage is Stage.CONTENT and reply.enhanced_code.partition(".")[2] in _NO_SUCH_RECIPIENT
    if stage is Stage.RECIPIENT or told_of_recipient:
        return ExitCode.NO_RECIPIENT
    return ExitCode.UNAVAILABLE
