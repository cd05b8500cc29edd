"""The parser of X.509 certificates."""

from functools import lru_cache
from hashlib import sha256

from cryptography import x509
from cryptography.x509.oid import NameOID

from smtp_desktop.domain.smtp.certificate import Certificate

_SHOWN = (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME)
_SHOWN_NAMELESS = (NameOID.ORGANIZATIONAL_UNIT_NAME, NameOID.ORGANIZATION_NAME)
_LONGEST_NAME = 200  # users compare it, and a stranger wrote it
_BROKEN = (x509.DuplicateExtension, x509.UnsupportedGeneralNameType, ValueError)


@lru_cache(maxsize=512)  # 200 servers that are checked regularly show the same ones, all at the same moment
def certificate_from(der: bytes) -> Certificate:
    """Returns the certificate in `der`. Raises ValueError where it is none."""
    try:
        certificate = x509.load_der_x509_certificate(der)
    except x509.InvalidVersion as error:
        raise ValueError("a certificate of an unknown version") from error
    return Certificate(
        subject=_readable(certificate.subject),
        issuer=_readable(certificate.issuer),
        fingerprint=sha256(der).hexdigest(),
        valid_from=certificate.not_valid_before_utc,
        valid_until=certificate.not_valid_after_utc,
        names=_names(certificate),
        self_signed=certificate.subject == certificate.issuer,
        der=der,
    )


def _readable(name: x509.Name) -> str:
    oids = _SHOWN if name.get_attributes_for_oid(NameOID.COMMON_NAME) else _SHOWN_NAMELESS
    shown = [str(attribute.value) for oid in oids for attribute in name.get_attributes_for_oid(oid)]
    return _printable(", ".join(dict.fromkeys(shown)) or name.rfc4514_string())


def _names(certificate: x509.Certificate) -> tuple[str, ...]:
    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except (x509.ExtensionNotFound, *_BROKEN):
        return ()
    return (
        *(_printable(name) for name in extension.value.get_values_for_type(x509.DNSName)),
        *(str(ip) for ip in extension.value.get_values_for_type(x509.IPAddress)),
    )


def _printable(text: str) -> str:
    """Returns `text`, which a stranger wrote, without characters that move or reverse the text around them."""
    return "".join(character if character.isprintable() else "\ufffd" for character in text[:_LONGEST_NAME])
