"""Exit codes of the commands, after sysexits.h.

| code | when |
| --- | --- |
| 0 | it was done |
| 64 | wrong usage: an unknown option, a missing or contradicting one |
| 65 | refused data: a field's value; a placeholder without one; a file that can't be attached; a delivery that has \
gone on; a mail that this server can't take (its size, SMTPUTF8); Graph's 400 and 413, \
ErrorMessageSizeExceeded, ErrorItemNotFound |
| 67 | no such recipient: 5xx to RCPT TO, or an enhanced code that says so later (X.1.1, X.1.2, X.1.3, X.1.6, X.1.10); \
Graph's ErrorInvalidRecipients |
| 68 | no such host |
| 69 | server unavailable: refused, unreachable, hung up, 421 before sign-in, a proxy that refuses, every other \
permanent refusal |
| 75 | temporary: 4xx, a timeout, DNS without an answer, a database in use; Microsoft's 408, 429, 502 to 504 and 509, \
AADSTS codes that pass, a full mailbox or a sending limit; it is not known whether the mail was sent |
| 76 | not the protocol that was asked for: garbage, TLS or its certificate, no STARTTLS, no way to sign in, \
no Microsoft Graph |
| 77 | sign-in refused: 5xx to AUTH, or 530 wherever it comes; no token from Entra ID; Graph's 401 and 403 |
| 78 | no such SMTP, activity or delivery; no SMTP to send through; an activity that is switched off; an SMTP \
without a mailbox; a data folder, database, keyring or master password that can't be used; \
an app, tenant, cloud or scope that Entra ID does not know; Graph's 404: no such mailbox; settings that were \
found but can't be saved without the password |
| 130 | stopped with Ctrl+C |

Where several SMTPs are checked, it is the code of the first one that failed, in the order in which they are printed.
"""

from enum import IntEnum

from smtp_desktop.domain.errors import (
    BadAttachment,
    Cancelled,
    FieldErrors,
    MissingValues,
    SmtpDesktopError,
    StoreBusy,
    WrongState,
)


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
    """Returns the exit code of a command that `error` stopped."""
    match error:
        case FieldErrors() | MissingValues() | BadAttachment() | WrongState():
            return ExitCode.REFUSED_DATA
        case StoreBusy():
            return ExitCode.TEMPORARY
        case Cancelled():
            return ExitCode.CANCELLED
        case _:
            return ExitCode.CONFIGURATION
