"""The system's trust store, read once for many connections."""

import ssl
import sys
from collections.abc import Callable
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from threading import Lock

import truststore

from smtp_desktop.domain.diagnosis.conversation import CertificateFault, FailureKind, Security, TlsMode
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.smtp.certificate import Certificate
from smtp_desktop.transports.net.certificate_faults import day_words
from smtp_desktop.transports.net.certificates import certificate_from
from smtp_desktop.transports.session_error import SessionError

_KEPT = 32  # as many CAs of companies as anybody has at once

_State = tuple[tuple[str, int, int, int], ...]


def system_context() -> ssl.SSLContext:
    """Returns a new context that trusts what the system trusts. What is added to it is trusted nowhere else."""
    if _bundle():
        # truststore does the same here, but anew for every connection, and reading the bundle takes 40 ms of a core:
        # 200 checks at a time would wait for little else.
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.set_default_verify_paths()
        return context
    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def read_once(make: Callable[[str], ssl.SSLContext]) -> Callable[[str], ssl.SSLContext]:
    """Returns `make` with a memory: while the system's bundle of certificates is the same file with the same content,
    the same text gives the same context. Nobody may change it. Where the system has no such file, nothing is kept."""
    turn = Lock()

    @lru_cache(maxsize=_KEPT)
    def kept(trusted_ca_pem: str, _state: _State) -> ssl.SSLContext:
        return make(trusted_ca_pem)

    def context(trusted_ca_pem: str) -> ssl.SSLContext:
        bundle = _bundle()
        if not bundle:
            return make(trusted_ca_pem)
        with turn:  # those that come at the same time shall not all read it
            return kept(trusted_ca_pem, _state_of(bundle))

    return context


def _bundle() -> tuple[Path, ...]:
    """Returns the files and folders that OpenSSL reads by itself, SSL_CERT_FILE and SSL_CERT_DIR first; none where they
    hold no bundle, and where the system verifies in its own way."""
    if sys.platform in {"win32", "darwin"}:
        return ()
    paths = ssl.get_default_verify_paths()
    return tuple(Path(path) for path in (paths.cafile, paths.capath) if path) if paths.cafile else ()


def _state_of(bundle: tuple[Path, ...]) -> _State:
    stats = [(str(path), path.stat()) for path in bundle]
    return tuple((path, stat.st_ino, stat.st_mtime_ns, stat.st_size) for path, stat in stats)


_MINIMUM = ssl.TLSVersion.TLSv1_2  # RFC 8996: 1.0 and 1.1 must not be used


def client_context(trusted_ca_pem: str) -> ssl.SSLContext:
    """Returns what a connection is verified with: the system's trust store, read now, and `trusted_ca_pem` if any.

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
                msg("The trusted CA of this SMTP is no certificate in PEM form. Choose its file again."),
                certificate_fault=CertificateFault.OTHER,
            ) from error
        # What the admin trusts may be an issuing CA below the company's root.
        context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN
    return context


def unverified_context() -> ssl.SSLContext:
    """Returns what takes every certificate: for looking at one, and for comparing its fingerprint."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = _MINIMUM
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


shared_context = read_once(client_context)
"""Returns the same, which other connections may use as well: for those that change nothing about it."""


def security_of(tls: ssl.SSLObject, mode: TlsMode) -> Security:
    """Returns how the connection is secured; its handshake is done."""
    return Security(mode=mode, version=tls.version() or "", chain=chain_of(tls))


def fingerprint_of(tls: ssl.SSLObject) -> str:
    """Returns the SHA-256 of the server's own certificate in lower-case hexadecimal; the handshake is done."""
    return sha256(tls.getpeercert(binary_form=True) or b"").hexdigest()


def chain_of(tls: ssl.SSLObject) -> tuple[Certificate, ...]:
    """Returns the certificates that the server showed, its own first, up to the first one that can't be read."""
    chain: list[Certificate] = []
    for der in _shown_by(tls):
        try:
            chain.append(certificate_from(der))
        except ValueError:  # what OpenSSL takes is not always well-formed
            break
    return tuple(chain)


def _shown_by(tls: ssl.SSLObject) -> list[bytes]:
    if sys.version_info >= (3, 13):
        return list(tls.get_unverified_chain())
    # Python 3.11 and 3.12 have it there alone; truststore reads it in the same way.
    read = getattr(getattr(tls, "_sslobj", None), "get_unverified_chain", None)
    if read:
        return [ssl.PEM_cert_to_DER_cert(one.public_bytes()) for one in read() or ()]
    own = tls.getpeercert(binary_form=True)
    return [own] if own else []


def described(security: Security) -> str:
    """Returns `security` for a person: `TLS 1.3 · STARTTLS · smtp.example.com · valid until 3 Feb 2027`."""
    mode = "STARTTLS" if security.mode is TlsMode.STARTTLS else "TLS on connect"
    parts = [security.version.replace("TLSv", "TLS "), mode]
    if names := security.certificate_names:
        parts.append(names[0] if len(names) == 1 else f"{names[0]} +{len(names) - 1} more")
    if until := security.certificate_valid_until:
        parts.append(f"valid until {day_words(until)}")
    return " · ".join(parts)
