"""Files with the certificate of a CA that an SMTP trusts in addition to those that the system trusts."""

from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding

from smtp_desktop.domain.errors import FieldError, FieldErrors
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.domain.smtp.certificate import Authority, Certificate
from smtp_desktop.transports.net.certificates import certificate_from
from smtp_desktop.transports.net.chosen_file import content_of

_PEM_BEGINS = b"-----BEGIN CERTIFICATE-----"
_NAMES_SHOWN = 3


class CaFiles:
    """The port `services.ports.Authorities`: reads the certificates of CAs. Keeps no state."""

    def read(self, path: Path) -> Authority:
        """Returns the one CA that the file holds, in PEM or DER form. Raises FieldErrors."""
        return self._only_ca(_content(path), str(path))

    def parse(self, pem: str) -> Authority:
        """Returns the one CA in a text in PEM form. Raises FieldErrors."""
        return self._only_ca(pem.encode(errors="replace"), "The text")

    def _only_ca(self, content: bytes, where: str) -> Authority:
        certificates = _certificates_in(content, where)
        authorities = [one for one in certificates if _is_ca(one)]
        if not authorities:
            raise _refused(
                msg(
                    "{path} contains the certificate of {subject}, which is not a CA and can't issue others. "
                    "Choose the certificate of the CA that issued the server's.",
                    path=where,
                    subject=_certificate(certificates[0]).subject,
                )
            )
        if len(authorities) > 1:
            names = [_certificate(one).subject for one in authorities[:_NAMES_SHOWN]]
            raise _refused(
                msg(
                    "{path} contains {count} CAs ({names}), and all of them would be trusted. "
                    "Choose a file with only the issuing CA.",
                    path=where,
                    count=len(authorities),
                    names=", ".join(names) + ("…" if len(authorities) > _NAMES_SHOWN else ""),
                )
            )
        # Encoded again: whatever else the file holds, a private key for example, stays where it is.
        pem = authorities[0].public_bytes(Encoding.PEM).decode("ascii")
        return Authority(pem=pem, certificate=_certificate(authorities[0]))

    def certificate(self, pem: str) -> Certificate | None:
        """Returns the certificate of a trusted CA; None where it can't be read."""
        try:
            return _certificate(x509.load_pem_x509_certificate(pem.encode()))
        except (ValueError, x509.InvalidVersion):
            return None

    def issued(self, authority: Authority, chain: tuple[Certificate, ...]) -> bool:
        """Returns whether the CA has issued a certificate of `chain` or is in it; True where none of them is known."""
        ca = x509.load_pem_x509_certificate(authority.pem.encode())
        known = [one for one in chain if one.der]
        return not known or any(
            one.fingerprint == authority.certificate.fingerprint or _is_issuer(ca, one) for one in known
        )


def _content(path: Path) -> bytes:
    too_large = msg("{path} is too large to be a CA certificate.", path=str(path))
    return content_of(path, refused=_refused, too_large=too_large)


def _certificates_in(content: bytes, where: str) -> list[x509.Certificate]:
    try:
        if _PEM_BEGINS in content:
            return x509.load_pem_x509_certificates(content)
        return [x509.load_der_x509_certificate(content)]
    except (ValueError, x509.InvalidVersion) as error:
        raise _refused(msg("{path} contains no readable certificate in PEM or DER format.", path=where)) from error


def _is_ca(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (x509.ExtensionNotFound, x509.DuplicateExtension, x509.UnsupportedGeneralNameType, ValueError):
        return False


def _certificate(certificate: x509.Certificate) -> Certificate:
    return certificate_from(certificate.public_bytes(Encoding.DER))


def _is_issuer(ca: x509.Certificate, certificate: Certificate) -> bool:
    try:
        x509.load_der_x509_certificate(certificate.der).verify_directly_issued_by(ca)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _refused(message: MessageText) -> FieldErrors:
    return FieldErrors((FieldError(field="trusted_ca_pem", message=message),))
