"""Channel binding (RFC 5056): what both ends of a TLS connection see alike, and nobody between them can."""

import ssl
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes

_REPLACED = (hashes.MD5, hashes.SHA1)


@dataclass(frozen=True, slots=True)
class ChannelBinding:
    """`name` is the registered one of its type."""

    name: str
    data: bytes


def channel_binding_of(tls: ssl.SSLObject) -> ChannelBinding | None:
    """Returns the binding `tls-server-end-point` of the connection, whose handshake must be done: the hash of the
    server's certificate (RFC 5929 4.1). None where its signature names no hash, as Ed25519.

    Python offers no other one for TLS 1.3: `tls-unique` does not exist there, and `tls-exporter` (RFC 9266) is missing.
    """
    der = tls.getpeercert(binary_form=True)
    if not der:
        return None
    try:
        signed_by = x509.load_der_x509_certificate(der).signature_hash_algorithm
    except (ValueError, x509.InvalidVersion, UnsupportedAlgorithm):
        return None
    if signed_by is None:
        return None
    digest = hashes.Hash(hashes.SHA256() if isinstance(signed_by, _REPLACED) else signed_by)
    digest.update(der)
    return ChannelBinding("tls-server-end-point", digest.finalize())
