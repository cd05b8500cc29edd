"""Certificates that an app signs in with at Microsoft: made here, or read from a PFX or PEM file."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.app_certificate import KeyedCertificate
from smtp_desktop.domain.smtp.oauth import AppCertificate
from smtp_desktop.transports.net.app_key_files import KeyAndCertificate, KeyFile, key_and_certificate, refused
from smtp_desktop.transports.net.chosen_file import content_of

_KEY_BITS = 3072
_PUBLIC_EXPONENT = 65537  # the one that `cryptography` recommends
# Not calendar months: policies of Entra ID limit the lifetime in days, such as 90, 180, 365 or 730.
_MONTH = timedelta(days=30)
_BACKDATED = timedelta(hours=1)  # Microsoft's clock and this one may differ
_LONGEST_NAME_BYTES = 64  # RFC 5280 A.1, ub-common-name


class AppCertificates:
    """The port `services.sign_in.ports.CertificateMaker`. Keeps no state."""

    def make(self, name: str, *, months: int, now: datetime) -> KeyedCertificate:
        """Returns a new RSA key with a self-signed certificate that is valid for `months` months of 30 days. Takes
        up to a second."""
        key = rsa.generate_private_key(_PUBLIC_EXPONENT, _KEY_BITS)
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, _common_name(name))])
        valid_from = (now - _BACKDATED).replace(microsecond=0)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(valid_from)
            .not_valid_after(valid_from + months * _MONTH)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
            .sign(key, SHA256())
        )
        return _keyed(KeyAndCertificate(key=key, certificate=certificate))

    def read(self, paths: Sequence[Path], password: Secret | None, *, now: datetime) -> KeyedCertificate:
        """Returns the key and certificate in these files: one PFX, or one or two in PEM form."""
        return _valid([KeyFile(name=path.name, content=_content(path)) for path in paths], password, now)

    def parse(self, pem: Secret, *, now: datetime) -> KeyedCertificate:
        """Returns the key and certificate in this PEM."""
        return _valid([KeyFile(name="PEM", content=pem.reveal().encode())], None, now)

    def der(self, certificate: AppCertificate) -> bytes:
        """Returns a certificate in DER form, as a .cer file holds it."""
        return x509.load_pem_x509_certificate(certificate.pem.encode()).public_bytes(Encoding.DER)


def _valid(files: Sequence[KeyFile], password: Secret | None, now: datetime) -> KeyedCertificate:
    found = key_and_certificate(files, password)
    valid_from, valid_until = found.certificate.not_valid_before_utc, found.certificate.not_valid_after_utc
    if valid_until < now:
        raise refused(msg("This certificate expired on {day}. Choose a new one.", day=f"{valid_until:%Y-%m-%d}"))
    if valid_from > now:
        raise refused(msg("This certificate is not valid before {day}.", day=f"{valid_from:%Y-%m-%d}"))
    return _keyed(found)


def _common_name(name: str) -> str:
    encoded = f"SMTP Desktop {name}".encode(errors="replace")[:_LONGEST_NAME_BYTES]
    return encoded.decode(errors="ignore").strip()


def _keyed(found: KeyAndCertificate) -> KeyedCertificate:
    key = found.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode("ascii")
    pem = found.certificate.public_bytes(Encoding.PEM).decode("ascii")
    valid_until = found.certificate.not_valid_after_utc.astimezone(UTC).date()
    return KeyedCertificate(secret=Secret(key + pem), certificate=AppCertificate(pem=pem, valid_until=valid_until))


def _content(path: Path) -> bytes:
    too_large = msg("{path} is too large to be a certificate.", path=str(path))
    return content_of(path, refused=refused, too_large=too_large)
