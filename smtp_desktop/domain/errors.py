"""The errors that are shown to the user. Any other exception is a bug and goes to the crash path."""

from dataclasses import dataclass

from smtp_desktop.domain.message_text import MessageText, msg


class SmtpDesktopError(Exception):
    """An error with a sentence for the user: what happened and what to do."""

    def __init__(self, message: MessageText) -> None:
        super().__init__(str(message))
        self.message = message


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldError:
    """The error of one field. `field` is its name in snake case, as in `host_name`."""

    field: str
    message: MessageText


class FieldErrors(SmtpDesktopError):
    """The input can't be saved; `errors` names every refused field, in the order of the form."""

    def __init__(self, errors: tuple[FieldError, ...]) -> None:
        super().__init__(msg("{summary}", summary=" ".join(str(error.message) for error in errors)))
        self.errors = errors


class TimedOut(SmtpDesktopError):
    """Nobody did what was waited for, within the time."""


class NoSuchProfile(SmtpDesktopError):
    """The SMTP does not exist, or no longer exists."""


class NoSuchActivity(SmtpDesktopError):
    """The activity does not exist, or no longer exists."""


class NoSuchDelivery(SmtpDesktopError):
    """The delivery does not exist, or no longer exists."""


class DamagedMail(SmtpDesktopError):
    """The mail in the outbox can't be read any more."""


class ContentDropped(SmtpDesktopError):
    """Only the record of the mail is left: its content was dropped a while after it was sent."""


class ActivityOff(SmtpDesktopError):
    """The activity is switched off, so nothing was queued."""


class NoSmtp(SmtpDesktopError):
    """There is no SMTP to send through, so nothing was queued."""


class MissingValues(SmtpDesktopError):
    """Placeholders got no value, so nothing was queued; `names` are in the order in which the template uses them."""

    def __init__(self, message: MessageText, names: tuple[str, ...]) -> None:
        super().__init__(message)
        self.names = names


class BadAttachment(SmtpDesktopError):
    """A file could not be attached, so nothing was queued."""


class ChangedMeanwhile(SmtpDesktopError):
    """Others changed what was to be changed, so nothing was saved. `fields` are those that both changed, where it is
    about fields."""

    def __init__(self, message: MessageText, fields: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.fields = fields


class AlertFailed(SmtpDesktopError):
    """An alert could not be sent. Holds no part of a webhook's URL but what may be shown."""


class WrongState(SmtpDesktopError):
    """The delivery has moved on meanwhile, so the command no longer applies to it."""


class NotAMailbox(SmtpDesktopError):
    """Only an SMTP of type MS Graph API has a mailbox to read."""


class Cancelled(SmtpDesktopError):
    """The user stopped it; nothing was changed."""


class Declined(SmtpDesktopError):
    """The user answered no to a question; nothing was changed."""


class NoInput(SmtpDesktopError):
    """Standard input is closed or can't be read."""


class OutputLost(SmtpDesktopError):
    """What the user asked to see can't be written."""


class Shortage(SmtpDesktopError):
    """The program ran out of memory, open files or threads; trying again later helps."""


class PortTaken(SmtpDesktopError):
    """Another program listens on the port."""


class StoreError(SmtpDesktopError):
    """The database can't be used."""


class StoreBusy(StoreError):
    """Another process holds the database; trying again later helps."""


class StoreFull(StoreBusy):
    """There is no room left on the disk; trying again helps once there is."""


class StoreDamaged(StoreError):
    """The database is damaged, or not all of it is there: a backup can bring it back."""


class StoreGone(StoreError):
    """The database was deleted, or replaced by another one, while the program used it."""


class StoreTooNew(StoreError):
    """A newer version of the program wrote the database; it was left untouched."""


class VaultError(SmtpDesktopError):
    """The keyring or the encrypted file failed."""


class VaultLocked(VaultError):
    """The vault needs a password first. `new` is true when it is yet to be chosen."""

    def __init__(self, message: MessageText, *, new: bool = False) -> None:
        super().__init__(message)
        self.new = new


class WrongMasterPassword(VaultError):
    """The encrypted file is intact, but this password does not open it."""


class VaultDamaged(VaultError):
    """The encrypted file was altered or cut short; no password can open it."""


class WrongPassphrase(SmtpDesktopError):
    """The file that is sealed is intact, but this passphrase does not open it; or none was given."""


class SealedFileDamaged(SmtpDesktopError):
    """The file that is sealed was altered or cut short; no passphrase can open it."""


class SealedFileTooNew(SmtpDesktopError):
    """A newer version of the program sealed the file."""


class BadBackup(SmtpDesktopError):
    """The file is no backup, or a damaged one: nothing of it was restored."""
