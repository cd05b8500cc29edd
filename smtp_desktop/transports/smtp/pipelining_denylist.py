"""Servers that are to be served plainly."""

from typing import Protocol


class PipeliningDenylist(Protocol):
    """Remembers for 30 days, and for every process, servers that broke on more than one mail at a time with MAIL, RCPT
    and DATA, although they offer more. `host` is ASCII. Asked before each flight: answers fast. Never raises; safe from
    every thread."""

    def has(self, host: str, port: int) -> bool:
        """Whether it broke within that time."""
        ...

    def add(self, host: str, port: int) -> None:
        """It broke now."""
        ...
