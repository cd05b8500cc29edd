"""What the commands work with."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from smtp_desktop.cli.output.output import Output

if TYPE_CHECKING:
    # A command loads what it uses, and no other's services.
    from smtp_desktop.domain.secret import Secret
    from smtp_desktop.services.activities import Activities
    from smtp_desktop.services.checks.bulk_check import BulkCheck
    from smtp_desktop.services.checks.end_dates import EndDates
    from smtp_desktop.services.checks.settings_finder import SettingsFinder
    from smtp_desktop.services.checks.tester import Tester
    from smtp_desktop.services.delivery.courier import Courier
    from smtp_desktop.services.mailbox import MailboxReader
    from smtp_desktop.services.outbox import Outbox
    from smtp_desktop.services.ports import Authorities, Preferences, Vault
    from smtp_desktop.services.profiles import Profiles


class Program(Protocol):
    """The program's objects on one data folder; `bootstrap` builds them."""

    @property
    def profiles(self) -> "Profiles": ...

    @property
    def tester(self) -> "Tester": ...

    @property
    def rounds(self) -> "BulkCheck": ...

    @property
    def finder(self) -> "SettingsFinder": ...

    @property
    def mailbox_reader(self) -> "MailboxReader": ...

    @property
    def activities(self) -> "Activities": ...

    @property
    def end_dates(self) -> "EndDates": ...

    @property
    def outbox(self) -> "Outbox": ...

    @property
    def courier(self) -> "Callable[[float], Courier]":
        """Makes a courier whose leases last so many seconds."""
        ...

    @property
    def preferences(self) -> "Preferences": ...

    @property
    def authorities(self) -> "Authorities": ...

    @property
    def vault(self) -> "Vault": ...

    @property
    def unlock(self) -> "Callable[[Secret], None]":
        """Opens the vault with its master password. Raises VaultError."""
        ...

    def close(self) -> None:
        """Everything is on the disk and nothing is held open."""
        ...


@dataclass(slots=True, kw_only=True)
class Session:
    """One run of the command line. `home` is the data folder of `--home`, if given; nothing is opened before a
    command needs it, so that `--help` works on a damaged home."""

    open_home: Callable[[Path | None], Program]
    output: Output
    home: Path | None = None

    def open(self) -> Program:
        """Returns the program on its data folder; the caller closes it. Raises SmtpDesktopError."""
        return self.open_home(self.home)
