"""Servers that are to be served plainly."""

from smtp_desktop.domain.profile import GenericServer


class PlainHosts:
    """Remembers, for as long as the process runs, servers that broke on more than one mail at a time with MAIL, RCPT
    and DATA, although they offer more. A mended one is served better after the next start. Safe from every thread."""

    def __init__(self) -> None:
        self._places: set[tuple[str, int]] = set()

    def add(self, server: GenericServer) -> None:
        """It broke."""
        self._places.add((server.host_name, server.smtp_port))

    @property
    def has_any(self) -> bool:
        """Whether any broke."""
        return bool(self._places)

    def has(self, server: GenericServer) -> bool:
        """Whether it broke before."""
        return (server.host_name, server.smtp_port) in self._places
