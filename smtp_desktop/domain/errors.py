"""What can go wrong and is told to the admin. Anything else is a bug and goes to the crash path."""

from typing import NamedTuple

from smtp_desktop.domain.message_text import MessageText


class SmtpDesktopError(Exception):
    """An error with a sentence for the admin: what happened and what to do."""

    def __init__(self, message: MessageText) -> None:
        super().__init__(str(message))
        self.message = message


class FieldError(NamedTuple):
    """What is wrong with one field. `field` is its name in snake case, as in `host_name`."""

    field: str
    message: MessageText


class FieldErrors(SmtpDesktopError):
    """What was typed can't be saved; `errors` names every refused field, in the order of the form."""

    def __init__(self, errors: tuple[FieldError, ...]) -> None:
        super().__init__(MessageText("{summary}", {"summary": " ".join(str(e.message) for e in errors)}))
        self.errors = errors


class NoSuchProfile(SmtpDesktopError):
    """The SMTP does not exist, or not any more."""


class NoSuchActivity(SmtpDesktopError):
    """The activity does not exist, or not any more."""


class NoSuchDelivery(SmtpDesktopError):
    """The delivery does not exist, or not any more."""


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


class WrongState(SmtpDesktopError):
    """The delivery has gone on meanwhile, so this can't be done to it any more."""


class NotAMailbox(SmtpDesktopError):
    """Only an SMTP of type MS Graph API has a mailbox to read."""


class Cancelled(SmtpDesktopError):
    """The admin stopped it; nothing was changed."""


class PortTaken(SmtpDesktopError):
    """Another program listens on the port."""


class StoreError(SmtpDesktopError):
    """The database can't be used."""


class StoreBusy(StoreError):
    """Another process holds the database; trying again later helps."""


class StoreTooNew(StoreError):
    """A newer version of the program wrote the database; it was left untouched."""


class VaultError(SmtpDesktopError):
    """The keyring or the encrypted file failed."""


class VaultLocked(VaultError):
    """A password is needed first. `new` is true when it is yet to be chosen."""

    def __init__(self, message: MessageText, *, new: bool = False) -> None:
        super().__init__(message)
        self.new = new


class WrongMasterPassword(VaultError):
    """The encrypted file is whole, but this password does not open it."""


class VaultDamaged(VaultError):
    """The encrypted file was altered or cut short; no password can open it."""
