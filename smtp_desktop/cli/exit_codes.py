"""Exit codes of the commands, after sysexits.h, and the codes that errors have in JSON. `help_topics` says in words
when each is used."""

from enum import IntEnum, StrEnum

from smtp_desktop.domain.diagnosis.kinds import Cause
from smtp_desktop.domain.diagnosis.read_failed import ReadFailed
from smtp_desktop.domain.errors import (
    ActivityOff,
    AlertFailed,
    BadAttachment,
    BadBackup,
    Cancelled,
    ChangedMeanwhile,
    ContentDropped,
    DamagedMail,
    Declined,
    FieldErrors,
    MissingValues,
    NoInput,
    NoSmtp,
    NoSuchActivity,
    NoSuchDelivery,
    NoSuchProfile,
    NotAMailbox,
    OutputLost,
    PortTaken,
    SealedFileDamaged,
    SealedFileTooNew,
    Shortage,
    SmtpDesktopError,
    StoreBusy,
    StoreDamaged,
    StoreError,
    StoreFull,
    StoreTooNew,
    TimedOut,
    VaultError,
    VaultLocked,
    WrongMasterPassword,
    WrongPassphrase,
    WrongState,
)
from smtp_desktop.domain.sign_in.errors import OtherAccount


class ExitCode(IntEnum):
    OK = 0
    DECLINED = 1
    FOUND = 1
    USAGE = 64
    REFUSED_DATA = 65
    NO_INPUT = 66
    NO_RECIPIENT = 67
    NO_HOST = 68
    UNAVAILABLE = 69
    SOFTWARE = 70
    CANT_WRITE = 73
    TEMPORARY = 75
    PROTOCOL = 76
    SIGN_IN = 77
    CONFIGURATION = 78
    CANCELLED = 130


_BY_CAUSE = {
    Cause.SIGN_IN_REFUSED: ExitCode.SIGN_IN,
    Cause.SIGN_IN_ENDED: ExitCode.SIGN_IN,
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
    if isinstance(error, ReadFailed) and error.diagnosis:
        return code_of_cause(error.diagnosis.cause)
    return error_code_of(error).exit_code


class ErrorCode(StrEnum):
    """What went wrong, for programs: `error.code` in JSON."""

    USAGE = "usage"  # an unknown command or option, one that is missing, or contradicts another
    REFUSED_DATA = "refused_data"  # `fields` says which fields, and why
    MISSING_VALUES = "missing_values"  # placeholders without a value, in `missing`
    BAD_ATTACHMENT = "bad_attachment"  # a file that can't be attached
    WRONG_STATE = "wrong_state"  # the message's state no longer allows this
    CONTENT_DROPPED = "content_dropped"  # only the record of the message is left
    DAMAGED_MESSAGE = "damaged_message"  # the message in the outbox can't be read
    NOT_FOUND = "not_found"  # no SMTP, activity or message of that name or ID
    NO_SMTP = "no_smtp"  # the activity names no SMTP, and there is no default
    ACTIVITY_OFF = "activity_off"  # the activity is disabled
    NOT_A_MAILBOX = "not_a_mailbox"  # an SMTP server has no mailbox to read
    NO_INPUT = "no_input"  # no such file, or standard input is closed or can't be read
    CANT_WRITE = "cant_write"  # a file or standard output can't be written
    CHANGED_MEANWHILE = "changed_meanwhile"  # others changed it: read it again, then decide
    BUSY = "busy"  # another process holds the database: try again
    DISK_FULL = "disk_full"
    OUT_OF_RESOURCES = "out_of_resources"  # memory, open files or threads: try again
    PORT_TAKEN = "port_taken"  # another program listens on the port
    STORE_FAILED = "store_failed"  # the data folder or the database can't be used
    STORE_DAMAGED = "store_damaged"  # the database is damaged or not all there: `restore` brings it back
    STORE_TOO_NEW = "store_too_new"  # a newer version of the program wrote the database
    VAULT_LOCKED = "vault_locked"  # the master password is needed
    WRONG_MASTER_PASSWORD = "wrong_master_password"  # noqa: S105 - a code, not a password
    WRONG_PASSPHRASE = "wrong_passphrase"  # noqa: S105 - of a sealed file; or none was given
    DAMAGED_FILE = "damaged_file"  # a sealed file or a backup was altered or cut short, or is none
    FILE_TOO_NEW = "file_too_new"  # a newer version of the program wrote the file
    VAULT_FAILED = "vault_failed"  # the keyring or the file with the secrets can't be used
    CONVERSATION_FAILED = "conversation_failed"  # with a mailbox's server: `failure` has the diagnosis
    ALERT_FAILED = "alert_failed"  # an alert could not be sent
    OTHER_ACCOUNT = "other_account"  # another account signed in than the user name says: --keep-other-account
    TIMED_OUT = "timed_out"  # nobody signed in within the time
    CANCELED = "canceled"  # by Ctrl+C
    DECLINED = "declined"  # a question was answered with no
    BUG = "bug"  # the program itself failed: its log has the details
    FAILED = "failed"  # anything else

    @property
    def exit_code(self) -> ExitCode:
        """The exit code of a command that fails with it; of a conversation, where its cause is not known."""
        return _BY_ERROR_CODE.get(self, ExitCode.CONFIGURATION)


_BY_ERROR_CODE = {
    ErrorCode.USAGE: ExitCode.USAGE,
    ErrorCode.REFUSED_DATA: ExitCode.REFUSED_DATA,
    ErrorCode.MISSING_VALUES: ExitCode.REFUSED_DATA,
    ErrorCode.BAD_ATTACHMENT: ExitCode.REFUSED_DATA,
    ErrorCode.WRONG_STATE: ExitCode.REFUSED_DATA,
    ErrorCode.CONTENT_DROPPED: ExitCode.REFUSED_DATA,
    ErrorCode.WRONG_PASSPHRASE: ExitCode.REFUSED_DATA,
    ErrorCode.DAMAGED_FILE: ExitCode.REFUSED_DATA,
    ErrorCode.FILE_TOO_NEW: ExitCode.REFUSED_DATA,
    ErrorCode.NO_INPUT: ExitCode.NO_INPUT,
    ErrorCode.CANT_WRITE: ExitCode.CANT_WRITE,
    ErrorCode.CHANGED_MEANWHILE: ExitCode.TEMPORARY,
    ErrorCode.BUSY: ExitCode.TEMPORARY,
    ErrorCode.DISK_FULL: ExitCode.TEMPORARY,
    ErrorCode.OUT_OF_RESOURCES: ExitCode.TEMPORARY,
    ErrorCode.PORT_TAKEN: ExitCode.UNAVAILABLE,
    ErrorCode.CONVERSATION_FAILED: ExitCode.UNAVAILABLE,
    ErrorCode.ALERT_FAILED: ExitCode.UNAVAILABLE,
    ErrorCode.BUG: ExitCode.SOFTWARE,
    ErrorCode.OTHER_ACCOUNT: ExitCode.SIGN_IN,
    ErrorCode.TIMED_OUT: ExitCode.TEMPORARY,
    ErrorCode.CANCELED: ExitCode.CANCELLED,
    ErrorCode.DECLINED: ExitCode.DECLINED,
}
_BY_ERROR: tuple[tuple[type[SmtpDesktopError], ErrorCode], ...] = (
    (FieldErrors, ErrorCode.REFUSED_DATA),
    (MissingValues, ErrorCode.MISSING_VALUES),
    (BadAttachment, ErrorCode.BAD_ATTACHMENT),
    (WrongState, ErrorCode.WRONG_STATE),
    (ContentDropped, ErrorCode.CONTENT_DROPPED),
    (DamagedMail, ErrorCode.DAMAGED_MESSAGE),
    (NoSuchProfile, ErrorCode.NOT_FOUND),
    (NoSuchActivity, ErrorCode.NOT_FOUND),
    (NoSuchDelivery, ErrorCode.NOT_FOUND),
    (NoSmtp, ErrorCode.NO_SMTP),
    (ActivityOff, ErrorCode.ACTIVITY_OFF),
    (NotAMailbox, ErrorCode.NOT_A_MAILBOX),
    (NoInput, ErrorCode.NO_INPUT),
    (OutputLost, ErrorCode.CANT_WRITE),
    (ChangedMeanwhile, ErrorCode.CHANGED_MEANWHILE),
    (StoreFull, ErrorCode.DISK_FULL),
    (StoreBusy, ErrorCode.BUSY),
    (StoreTooNew, ErrorCode.STORE_TOO_NEW),
    (StoreDamaged, ErrorCode.STORE_DAMAGED),
    (StoreError, ErrorCode.STORE_FAILED),
    (Shortage, ErrorCode.OUT_OF_RESOURCES),
    (PortTaken, ErrorCode.PORT_TAKEN),
    (VaultLocked, ErrorCode.VAULT_LOCKED),
    (WrongMasterPassword, ErrorCode.WRONG_MASTER_PASSWORD),
    (VaultError, ErrorCode.VAULT_FAILED),
    (WrongPassphrase, ErrorCode.WRONG_PASSPHRASE),
    (SealedFileDamaged, ErrorCode.DAMAGED_FILE),
    (BadBackup, ErrorCode.DAMAGED_FILE),
    (SealedFileTooNew, ErrorCode.FILE_TOO_NEW),
    (ReadFailed, ErrorCode.CONVERSATION_FAILED),
    (AlertFailed, ErrorCode.ALERT_FAILED),
    (OtherAccount, ErrorCode.OTHER_ACCOUNT),
    (TimedOut, ErrorCode.TIMED_OUT),
    (Cancelled, ErrorCode.CANCELED),
    (Declined, ErrorCode.DECLINED),
)
"""The narrower class stands before the wider one."""


def error_code_of(error: SmtpDesktopError) -> ErrorCode:
    """Returns the code that `error` has in JSON."""
    return next((code for kind, code in _BY_ERROR if isinstance(error, kind)), ErrorCode.FAILED)
