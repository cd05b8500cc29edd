"""A throw-away CA and the certificates, good and bad, that test servers show."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme


class Authority:
    """A CA that nobody trusts until a test says so, by `pem` or by `path`."""

    def __init__(self, folder: Path) -> None:
        self._ca = trustme.CA()
        self.path = folder / "ca.pem"
        self._ca.cert_pem.write_to_path(self.path)

    @property
    def pem(self) -> str:
        """The CA's certificate."""
        return self._ca.cert_pem.bytes().decode()

    def context(self, *names: str) -> ssl.SSLContext:
        """Returns a server's context with a good certificate for `names`; by default for this computer."""
        return self._context(*names)

    def context_until(self, end: datetime) -> ssl.SSLContext:
        """Returns one whose certificate is good until then; the others' have hardly an end."""
        return self._context(not_after=end)

    def expired_context(self) -> ssl.SSLContext:
        """Returns one whose certificate ended yesterday."""
        now = datetime.now(UTC)
        return self._context(not_before=now - timedelta(days=9), not_after=now - timedelta(days=1))

    def early_context(self) -> ssl.SSLContext:
        """Returns one whose certificate begins tomorrow."""
        now = datetime.now(UTC)
        return self._context(not_before=now + timedelta(days=1), not_after=now + timedelta(days=9))

    def _context(
        self, *names: str, not_before: datetime | None = None, not_after: datetime | None = None
    ) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        identities = names or ("localhost", "127.0.0.1", "::1")
        self._ca.issue_cert(*identities, not_before=not_before, not_after=not_after).configure_cert(context)
        return context


def self_signed_context() -> ssl.SSLContext:
    """Returns a server's context whose certificate has no issuer but itself."""
    ca = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with ca.cert_pem.tempfile() as certificate, ca.private_key_pem.tempfile() as key:
        context.load_cert_chain(certificate, key)
    return context
