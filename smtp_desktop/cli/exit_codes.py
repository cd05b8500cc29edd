"""Exit codes of the commands, after sysexits.h.

| code | when |
| --- | --- |
| 0 | it was done |
| 64 | wrong usage: an unknown option, a missing or contradicting one |
| 65 | refused data: a field's value; a placeholder without one; a file that can't be attached; a delivery that has \
gone on; a mail that is too large for this server, or refused for its content or format |
| 66 | standard input is closed or can't be read |
| 67 | no such recipient, or one who does not want the mail |
| 68 | no such host |
| 69 | server unavailable: refused, unreachable, hung up, a proxy that refuses; a server that takes nothing from this \
network's address; a test alert that could not be sent |
| 73 | what was asked for can't be written: to the file that was named, or to standard output by a command that only \
shows something. A command that does something (sends, triggers, delivers, saves) ends as if it had been written |
| 75 | temporary: a busy or silent server, a limit, a full mailbox, a greylisted sender; a database in use; a full \
disk; no memory, open files or threads left; it is not known whether the mail was sent; what was to be changed was \
changed meanwhile by others |
| 76 | not the protocol that was asked for: garbage, TLS or its certificate, no STARTTLS, no way to sign in, \
no Microsoft Graph |
| 77 | sign-in refused or demanded, the account stopped, relaying or the sender refused, a permission missing |
| 78 | no such SMTP, activity or delivery; no SMTP to send through; an activity that is switched off; an SMTP \
without a mailbox; a data folder, database, keyring or master password that can't be used; a setting of the SMTP that \
can't work: the name in EHLO, TLS, tenant, app, mailbox; settings that were found but can't be saved without the \
password |
| 130 | stopped with Ctrl+C |

Where a command is for several SMTPs, it is the code of the first one that failed, in the order in which they are
printed.
"""

from enum import IntEnum

from smtp_desktop.domain.diagnosis.kinds import Cause
from smtp_desktop.domain.errors import (
    BadAttachment,
    Cancelled,
    ChangedMeanwhile,
    ContentDropped,
    FieldErrors,
    MissingValues,
    NoInput,
    OutputLost,
    Shortage,
    SmtpDesktopError,
    StoreBusy,
    WrongState,
)


class ExitCode(IntEnum):
    OK = 0
    USAGE = 64
    REFUSED_DATA = 65
    NO_INPUT = 66
    NO_RECIPIENT = 67
    NO_HOST = 68
    UNAVAILABLE = 69
    CANT_WRITE = 73
    TEMPORARY = 75
    PROTOCOL = 76
    SIGN_IN = 77
    CONFIGURATION = 78
    CANCELLED = 130


_BY_CAUSE = {
    Cause.SIGN_IN_REFUSED: ExitCode.SIGN_IN,
    Cause.SIGN_IN_DEMANDED: ExitCode.SIGN_IN,
    Cause.ACCOUNT_STOPPED: ExitCode.SIGN_IN,
    Cause.RELAYING_REFUSED: ExitCode.SIGN_IN,
    Cause.SENDER_REFUSED: ExitCode.SIGN_IN,
    Cause.PERMISSION_MISSING: ExitCode.SIGN_IN,
    Cause.SETTING: ExitCode.CONFIGURATION,
    Cause.CERTIFICATE: ExitCode.PROTOCOL,
    Cause.ENCRYPTION: ExitCode.PROTOCOL,
    Cause.PROTOCOL: ExitCode.PROTOCOL,
    Cause.NETWORK_REFUSED: ExitCode.UNAVAILABLE,
    Cause.LIMIT: ExitCode.TEMPORARY,
    Cause.SERVER_BUSY: ExitCode.TEMPORARY,
    Cause.SERVER_SILENT: ExitCode.TEMPORARY,
    Cause.SERVER_UNREACHABLE: ExitCode.UNAVAILABLE,
    Cause.HOST_UNKNOWN: ExitCode.NO_HOST,
    Cause.RECIPIENT_REFUSED: ExitCode.NO_RECIPIENT,
    Cause.RECIPIENT_FULL: ExitCode.TEMPORARY,
    Cause.GREYLISTED: ExitCode.TEMPORARY,
    Cause.MAIL_TOO_LARGE: ExitCode.REFUSED_DATA,
    Cause.MAIL_REFUSED: ExitCode.REFUSED_DATA,
    Cause.OUTCOME_UNKNOWN: ExitCode.TEMPORARY,
    Cause.THIS_COMPUTER: ExitCode.CONFIGURATION,
    Cause.CANCELLED: ExitCode.CANCELLED,
}


def code_of_cause(cause: Cause) -> ExitCode:
    """Returns the exit code of a test, check or mailbox command whose conversation failed for `cause`."""
    return _BY_CAUSE[cause]


def code_of_error(error: SmtpDesktopError) -> ExitCode:
    """Returns the exit code of a command that `error` stopped."""
    match error:
        case FieldErrors() | MissingValues() | BadAttachment() | WrongState() | ContentDropped():
            return ExitCode.REFUSED_DATA
        case StoreBusy() | Shortage() | ChangedMeanwhile():
            return ExitCode.TEMPORARY
        case NoInput():
            return ExitCode.NO_INPUT
        case OutputLost():
            return ExitCode.CANT_WRITE
        case Cancelled():
            return ExitCode.CANCELLED
        case _:
            return ExitCode.CONFIGURATION
