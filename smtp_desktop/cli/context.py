"""The context of a command: its output, and the services on its data folder."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from smtp_desktop.cli.output.output import Output
from smtp_desktop.services.services import Services

if TYPE_CHECKING:
    from smtp_desktop.domain.secret import Secret
    from smtp_desktop.services.backup.restore import Restore

OpenServices = Callable[[Path | None], AbstractContextManager[Services]]
"""Opens a data folder, or the usual one for None, for as long as the context lasts. Raises SmtpDesktopError."""


class HomeAccess(Protocol):
    """A data folder whose database need not be one that can be opened."""

    @property
    def restore(self) -> Restore: ...

    def unlock(self, master: Secret) -> None:
        """Opens the vault with its master password. Raises VaultError."""
        ...


OpenHome = Callable[[Path | None], AbstractContextManager[HomeAccess]]
"""Opens a data folder, or the usual one for None, without its database. Raises SmtpDesktopError."""

OpenDemo = Callable[[Path | None, int], AbstractContextManager[Services]]
"""Makes and opens a demo in a new data folder, or in a temporary one for None, whose inbox listens on that port. Raises
SmtpDesktopError."""


@dataclass(slots=True, kw_only=True)
class Session:
    """One run of the command line. `home` is the data folder of `--home`, if given; nothing is opened before a
    command needs it, so that `--help` works on a damaged home. `is_queued` once the mail that the command is for is in
    the outbox. `json_asked` is whether `--json` stands anywhere in the arguments, until they are read. `command` has
    the words of the command, without its values, once they are read."""

    open_services: OpenServices
    open_demo: OpenDemo
    open_home_at: OpenHome
    output: Output
    home: Path | None = None
    is_queued: bool = False
    json_asked: bool = False
    command: str = "smtp-desktop"

    def open(self) -> AbstractContextManager[Services]:
        """Returns the services on the data folder, which is open inside the context. Raises SmtpDesktopError."""
        return self.open_services(self.home)

    def open_home(self) -> AbstractContextManager[HomeAccess]:
        """Returns the data folder without its database, for the context. Raises SmtpDesktopError."""
        return self.open_home_at(self.home)
