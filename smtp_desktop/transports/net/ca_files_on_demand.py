"""Reading CAs, with what that takes loaded by the first one."""
# ruff: noqa: PLC0415 - see above: most commands, and the window's start, read none

from pathlib import Path
from typing import TYPE_CHECKING

from smtp_desktop.domain.smtp.certificate import Authority, Certificate

if TYPE_CHECKING:
    from smtp_desktop.transports.net.ca_files import CaFiles


class CaFilesOnDemand:
    """Reads CAs; see `services.ports.Authorities`. Keeps no state."""

    def read(self, path: Path) -> Authority:
        """Returns the one CA that the file holds."""
        return _files().read(path)

    def certificate(self, pem: str) -> Certificate | None:
        """Returns what the certificate of a trusted CA says."""
        return _files().certificate(pem)

    def issued(self, authority: Authority, chain: tuple[Certificate, ...]) -> bool:
        """Whether the CA has issued one certificate of `chain`."""
        return _files().issued(authority, chain)


def _files() -> "CaFiles":
    from smtp_desktop.transports.net.ca_files import CaFiles

    return CaFiles()
