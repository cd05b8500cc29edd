"""TLS: the contexts that verify servers, the trust in one server, and the certificates that it showed."""

import ssl
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from threading import Lock

import truststore

from smtp_desktop.domain.diagnosis.conversation import CertificateFault, FailureKind, Security, TlsMode
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.smtp.certificate import Certificate
from smtp_desktop.domain.smtp.profile import GenericServer
from smtp_desktop.transports.net.certificate_faults import certificate_changed, day_words
from smtp_desktop.transports.net.certificates import certificate_from
from smtp_desktop.transports.session_error import SessionError

_KEPT = 32  # more CAs of companies than anybody has at once
_MINIMUM = ssl.TLSVersion.TLSv1_2  # RFC 8996: 1.0 and 1.1 must not be used

_State = tuple[tuple[str, int, int, int], ...]


def system_context() -> ssl.SSLContext:
    """Returns a new context that trusts what the system trusts. A CA that is added to it is trusted nowhere else."""
    if _bundle():
        # truststore does the same here, but for every connection again, and reading the bundle takes 40 ms of CPU time:
        # 200 checks at a time would wait for little else.
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.set_default_verify_paths()
        return context
    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def read_once(make: Callable[[str], ssl.SSLContext]) -> Callable[[str], ssl.SSLContext]:
    """Returns `make` with a cache: the same text gives the same context, which nobody may change, until the system's
    bundle of certificates changes. Where the system has no such bundle, nothing is cached."""
    lock = Lock()

    @lru_cache(maxsize=_KEPT)
    def kept(trusted_ca_pem: str, _state: _State) -> ssl.SSLContext:
        return make(trusted_ca_pem)

    def context(trusted_ca_pem: str) -> ssl.SSLContext:
        bundle = _bundle()
        if not bundle:
            return make(trusted_ca_pem)
        with lock:  # threads that come at the same time must not all read it
            return kept(trusted_ca_pem, _state_of(bundle))

    return context


def _bundle() -> tuple[Path, ...]:
    """Returns the file and the folder that OpenSSL reads by default, SSL_CERT_FILE and SSL_CERT_DIR first; none where
    there is no such file, or where the system verifies in its own way."""
    if sys.platform in {"win32", "darwin"}:
        return ()
    paths = ssl.get_default_verify_paths()
    return tuple(Path(path) for path in (paths.cafile, paths.capath) if path) if paths.cafile else ()


def _state_of(bundle: tuple[Path, ...]) -> _State:
    stats = [(str(path), path.stat()) for path in bundle]
    return tuple((path, stat.st_ino, stat.st_mtime_ns, stat.st_size) for path, stat in stats)


def client_context(trusted_ca_pem: str) -> ssl.SSLContext:
    """Returns a new context that trusts what the system trusts, and `trusted_ca_pem` if there is one.

    Raises SessionError where that is no certificate.
    """
    context = system_context()
    context.minimum_version = _MINIMUM
    if trusted_ca_pem.strip():
        try:
            context.load_verify_locations(cadata=trusted_ca_pem.encode("ascii").decode())
        except (ssl.SSLError, UnicodeEncodeError) as error:
            raise SessionError(
                FailureKind.CERTIFICATE,
                msg("The trusted CA of this SMTP is not a certificate in PEM format. Choose its file again."),
                certificate_fault=CertificateFault.OTHER,
            ) from error
        # The user may trust an issuing CA below the company's root.
        context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN
    return context


def unverified_context() -> ssl.SSLContext:
    """Returns a context that accepts every certificate: to look at one, or to compare its fingerprint."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = _MINIMUM
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


shared_context = read_once(client_context)
"""Returns the same as `client_context`, but cached and shared with other connections: nobody may change it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """The trust in one server: the context that verifies it, and the name that its certificate must be for.

    With `fingerprint` the context accepts every certificate, and `check` must follow the handshake before anything is
    sent.
    """

    context: ssl.SSLContext
    host: str
    fingerprint: str = ""

    def check(self, tls: ssl.SSLObject) -> None:
        """Raises SessionError where another certificate was shown than the one with `fingerprint`, if that is set."""
        if not self.fingerprint:
            return
        found = fingerprint_of(tls)
        if found != self.fingerprint:
            raise certificate_changed(self.host, trusted=self.fingerprint, found=found, chain=chain_of(tls))


def trust_of(server: GenericServer, host: str) -> Trust:
    """Returns the trust in `server`, whose name is `host` in ASCII. Raises SessionError where its trusted CA is no
    certificate."""
    if server.trusted_fingerprint:
        return Trust(context=unverified_context(), host=host, fingerprint=server.trusted_fingerprint)
    return Trust(context=shared_context(server.trusted_ca_pem), host=host)


def any_trust(host: str) -> Trust:
    """Returns a trust that accepts every certificate. Nothing may be sent to a server that was not verified."""
    return Trust(context=unverified_context(), host=host)


def security_of(tls: ssl.SSLObject, mode: TlsMode) -> Security:
    """Returns how the connection is secured; its handshake must be done."""
    return Security(mode=mode, version=tls.version() or "", chain=chain_of(tls))


def fingerprint_of(tls: ssl.SSLObject) -> str:
    """Returns the SHA-256 of the server's own certificate in lower-case hexadecimal; the handshake must be done."""
    return sha256(tls.getpeercert(binary_form=True) or b"").hexdigest()


def chain_of(tls: ssl.SSLObject) -> tuple[Certificate, ...]:
    """Returns the certificates that the server showed, its own first, up to the first one that can't be read."""
    chain: list[Certificate] = []
    for der in _shown_der(tls):
        try:
            chain.append(certificate_from(der))
        except ValueError:  # what OpenSSL accepts is not always well-formed
            break
    return tuple(chain)


def _shown_der(tls: ssl.SSLObject) -> list[bytes]:
    if sys.version_info >= (3, 13):
        return list(tls.get_unverified_chain())
    # Python 3.11 and 3.12 have it only there; truststore reads it the same way.
    read = getattr(getattr(tls, "_sslobj", None), "get_unverified_chain", None)
    if read:
        return [ssl.PEM_cert_to_DER_cert(one.public_bytes()) for one in read() or ()]
    own = tls.getpeercert(binary_form=True)
    return [own] if own else []


def described(security: Security) -> str:
    """Returns `security` for the user: `TLS 1.3 · STARTTLS · smtp.example.com · valid until 3 Feb 2027`."""
    mode = "STARTTLS" if security.mode is TlsMode.STARTTLS else "TLS on connect"
    parts = [security.version.replace("TLSv", "TLS "), mode]
    if names := security.certificate_names:
        parts.append(names[0] if len(names) == 1 else f"{names[0]} +{len(names) - 1} more")
    if until := security.certificate_valid_until:
        parts.append(f"valid until {day_words(until)}")
    return " · ".join(parts)
