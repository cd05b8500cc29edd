"""The consequences of a cause for the mail and the SMTP: the one table that outbox, holds and backup go by."""

from dataclasses import dataclass
from enum import StrEnum

from smtp_desktop.domain.diagnosis.kinds import Cause


class MailConsequence(StrEnum):
    """What becomes of a mail, or of the mail for one recipient."""

    WAITS = "waits"  # it is tried again
    REFUSED = "refused"  # another try changes nothing
    UNKNOWN = "unknown"  # it may have been sent


class SmtpConsequence(StrEnum):
    """What becomes of the SMTP."""

    GOES_ON = "goes_on"
    HELD = "held"  # nothing goes through it until its settings change or a check succeeds
    PAUSED = "paused"  # nothing goes through it for a while; then one mail is tried first


class Fault(StrEnum):
    """Whose fault a failure is, or who can do something about it."""

    SETTINGS = "settings"  # what the SMTP has set
    ACCOUNT = "account"  # the account at the provider
    NETWORK = "network"  # this computer's network
    SERVER = "server"
    RECIPIENT = "recipient"
    MAIL = "mail"
    PROGRAM = "program"  # this computer
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequence:
    """What follows from a cause. `backup` is whether the backup SMTP takes the mail over."""

    mail: MailConsequence
    smtp: SmtpConsequence
    backup: bool
    fault: Fault


def _holds(fault: Fault) -> Consequence:
    return Consequence(mail=MailConsequence.WAITS, smtp=SmtpConsequence.HELD, backup=True, fault=fault)


def _pauses(fault: Fault) -> Consequence:
    return Consequence(mail=MailConsequence.WAITS, smtp=SmtpConsequence.PAUSED, backup=True, fault=fault)


def _goes_on(mail: MailConsequence, fault: Fault, *, backup: bool = False) -> Consequence:
    return Consequence(mail=mail, smtp=SmtpConsequence.GOES_ON, backup=backup, fault=fault)


_CONSEQUENCES = {
    Cause.SIGN_IN_REFUSED: _holds(Fault.SETTINGS),
    Cause.SIGN_IN_ENDED: _holds(Fault.ACCOUNT),
    Cause.SIGN_IN_DEMANDED: _holds(Fault.SETTINGS),
    Cause.ACCOUNT_STOPPED: _holds(Fault.ACCOUNT),
    Cause.RELAYING_REFUSED: _holds(Fault.SETTINGS),
    Cause.SENDER_REFUSED: _holds(Fault.SETTINGS),
    Cause.PERMISSION_MISSING: _holds(Fault.ACCOUNT),
    Cause.SETTING: _holds(Fault.SETTINGS),
    Cause.CERTIFICATE: _holds(Fault.SERVER),
    Cause.ENCRYPTION: _holds(Fault.SERVER),
    Cause.PROTOCOL: _holds(Fault.SERVER),
    Cause.NETWORK_REFUSED: _holds(Fault.NETWORK),
    Cause.LIMIT: _pauses(Fault.ACCOUNT),
    Cause.SERVER_BUSY: _pauses(Fault.SERVER),
    Cause.SERVER_SILENT: _pauses(Fault.SERVER),
    Cause.SERVER_UNREACHABLE: _pauses(Fault.SERVER),
    Cause.HOST_UNKNOWN: _pauses(Fault.SETTINGS),
    Cause.RECIPIENT_REFUSED: _goes_on(MailConsequence.REFUSED, Fault.RECIPIENT),
    Cause.RECIPIENT_FULL: _goes_on(MailConsequence.WAITS, Fault.RECIPIENT),
    Cause.GREYLISTED: _goes_on(MailConsequence.WAITS, Fault.NOBODY),
    Cause.MAIL_TOO_LARGE: _goes_on(MailConsequence.REFUSED, Fault.MAIL, backup=True),
    Cause.MAIL_REFUSED: _goes_on(MailConsequence.REFUSED, Fault.MAIL),
    Cause.OUTCOME_UNKNOWN: _goes_on(MailConsequence.UNKNOWN, Fault.SERVER),
    Cause.THIS_COMPUTER: _goes_on(MailConsequence.WAITS, Fault.PROGRAM),
    Cause.CANCELLED: _goes_on(MailConsequence.WAITS, Fault.NOBODY),
}


def consequence_of(cause: Cause) -> Consequence:
    """Returns what follows from `cause`."""
    return _CONSEQUENCES[cause]
