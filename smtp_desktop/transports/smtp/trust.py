"""What a server's certificate is held against."""

import ssl
from dataclasses import dataclass

from smtp_desktop.domain.smtp.profile import GenericServer
from smtp_desktop.transports.net.certificate_faults import changed
from smtp_desktop.transports.net.tls import chain_of, fingerprint_of, shared_context, unverified_context


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """What TLS is verified with: the context, and the name that the certificate must be for. With `fingerprint` the
    context takes every certificate, and `check` has to follow the handshake before anything is said."""

    context: ssl.SSLContext
    host: str
    fingerprint: str = ""

    def check(self, tls: ssl.SSLObject) -> None:
        """The server showed the very certificate that is trusted, where one is. Raises Ended."""
        if not self.fingerprint:
            return
        found = fingerprint_of(tls)
        if found != self.fingerprint:
            raise changed(self.host, trusted=self.fingerprint, found=found, chain=chain_of(tls))


def trust_of(server: GenericServer, host: str) -> Trust:
    """Returns what `server`, whose name is `host` in ASCII, is held against. Raises Ended for a CA that is none."""
    if server.trusted_fingerprint:
        return Trust(context=unverified_context(), host=host, fingerprint=server.trusted_fingerprint)
    return Trust(context=shared_context(server.trusted_ca_pem), host=host)


def any_trust(host: str) -> Trust:
    """Returns what takes every certificate; nothing may be said to a server that was not checked."""
    return Trust(context=unverified_context(), host=host)
