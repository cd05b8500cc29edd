"""A throw-away CA and the certificates, good and bad, that test servers show."""

import hashlib
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme

THIS_COMPUTER = ("localhost", "127.0.0.1", "::1")


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
        return context_of(self.issue(*names, not_before=not_before, not_after=not_after))

    def issue(
        self, *names: str, not_before: datetime | None = None, not_after: datetime | None = None
    ) -> trustme.LeafCert:
        """Returns a certificate for `names`; by default for this computer."""
        return self._ca.issue_cert(*(names or THIS_COMPUTER), not_before=not_before, not_after=not_after)

    def issue_named(self, *names: str, common_name: str, organization_name: str | None = None) -> trustme.LeafCert:
        """Returns a certificate for `names` whose subject is as given."""
        return self._ca.issue_cert(*names, common_name=common_name, organization_name=organization_name)

    def issue_below(self) -> trustme.LeafCert:
        """Returns a certificate for this computer from a CA of its own below this one."""
        return self._ca.create_child_ca().issue_cert(*THIS_COMPUTER)


def context_of(certificate: trustme.LeafCert, *, alone: bool = False) -> ssl.SSLContext:
    """Returns a server's context with `certificate`; `alone` leaves out the CAs between it and the root."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    shown = certificate.cert_chain_pems[:1] if alone else certificate.cert_chain_pems
    pem = trustme.Blob(certificate.private_key_pem.bytes() + b"".join(one.bytes() for one in shown))
    with pem.tempfile() as path:
        context.load_cert_chain(path)
    return context


def fingerprint_of(certificate: trustme.LeafCert) -> str:
    """Returns its SHA-256 in lower-case hexadecimal."""
    der = ssl.PEM_cert_to_DER_cert(certificate.cert_chain_pems[0].bytes().decode())
    return hashlib.sha256(der).hexdigest()


def self_signed_context() -> ssl.SSLContext:
    """Returns a server's context whose certificate has no issuer but itself."""
    ca = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with ca.cert_pem.tempfile() as certificate, ca.private_key_pem.tempfile() as key:
        context.load_cert_chain(certificate, key)
    return context
