"""The ports of the search for an address's settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from smtp_desktop.domain.cancel import Cancel
    from smtp_desktop.domain.discovery.configuration import Configuration
    from smtp_desktop.domain.discovery.proposal import Origin


class Autoconfig(Protocol):
    """Reads the files that domains offer to mail programs, over HTTPS."""

    def read(self, domain: str, origin: Origin, *, cancel: Cancel) -> Configuration | None:
        """Returns what the file of `domain`, in ASCII, says at the place `origin`, AUTOCONFIG or WELL_KNOWN; None where
        none can be read there. Tells nobody more than the domain. Blocks for some seconds at most; never raises."""
        ...
