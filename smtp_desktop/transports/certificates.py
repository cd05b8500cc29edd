"""Reading certificates."""

from hashlib import sha256

from cryptography import x509
from cryptography.x509.oid import NameOID

from smtp_desktop.domain.certificate import Certificate

_SHOWN = (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME)


def certificate_from(der: bytes) -> Certificate:
    """Returns what a certificate in DER form says. Raises ValueError where it is none."""
    certificate = x509.load_der_x509_certificate(der)
    return Certificate(
        subject=_readable(certificate.subject),
        issuer=_readable(certificate.issuer),
        fingerprint=sha256(der).hexdigest(),
        valid_from=certificate.not_valid_before_utc,
        valid_until=certificate.not_valid_after_utc,
        names=_names(certificate),
        self_signed=certificate.subject == certificate.issuer,
    )


def _readable(name: x509.Name) -> str:
    shown = [str(attribute.value) for oid in _SHOWN for attribute in name.get_attributes_for_oid(oid)]
    return ", ".join(dict.fromkeys(shown)) or name.rfc4514_string()


def _names(certificate: x509.Certificate) -> tuple[str, ...]:
    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return ()
    return (
        *extension.value.get_values_for_type(x509.DNSName),
        *(str(ip) for ip in extension.value.get_values_for_type(x509.IPAddress)),
    )
