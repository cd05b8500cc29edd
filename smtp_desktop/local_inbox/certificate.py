"""The TLS certificate of the local inbox, signed by a CA whose key is thrown away."""

import os
import ssl
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

FILE_NAME = "local-inbox.pem"
_VALID_FOR = timedelta(days=825)  # what Apple's TLS accepts at most
_RENEWED_BEFORE = timedelta(days=30)
_CERTIFICATES_IN_FILE = 2  # the server's, then its CA's


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A server certificate. `chain_pem` is its private key, itself and its CA's certificate, in this order."""

    chain_pem: bytes = field(repr=False)
    ca_pem: str

    def server_context(self) -> ssl.SSLContext:
        """Returns a TLS context for the server. Raises ssl.SSLError if the key does not fit the certificate."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        # `ssl` reads keys from files only.
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / FILE_NAME
            _write_private(path, self.chain_pem)
            context.load_cert_chain(path)
        return context


def certificate_for(folder: Path | None, now: datetime) -> Certificate:
    """Returns the certificate that is kept in `folder`. Where there is none, or it is damaged or expires within 30
    days, makes a new one and keeps that. Without a folder it is always new. `now` is aware. Raises OSError."""
    if folder is None:
        return make_certificate(now)
    path = folder / FILE_NAME
    kept = _kept_certificate(path, now)
    if kept is None:
        kept = make_certificate(now)
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(f".{os.getpid()}.new")
        _write_private(unfinished, kept.chain_pem)
        unfinished.replace(path)
    return kept


def _kept_certificate(path: Path, now: datetime) -> Certificate | None:
    try:
        chain_pem = path.read_bytes()
    except FileNotFoundError:
        return None
    try:
        certificates = x509.load_pem_x509_certificates(chain_pem)
        kept = Certificate(chain_pem=chain_pem, ca_pem=_pem(certificates[-1]).decode("ascii"))
        kept.server_context()
    except (ValueError, ssl.SSLError):
        return None
    whole = len(certificates) == _CERTIFICATES_IN_FILE
    fresh = all(certificate.not_valid_after_utc - now > _RENEWED_BEFORE for certificate in certificates)
    return kept if whole and fresh else None


def make_certificate(now: datetime) -> Certificate:
    """Returns a new certificate for localhost, 127.0.0.1 and ::1, valid for 825 days. The CA's key is thrown away, so
    that to trust the CA is to trust this one certificate."""
    ca_key = ec.generate_private_key(ec.SECP256R1())
    server_key = ec.generate_private_key(ec.SECP256R1())
    ca = _ca_certificate(ca_key, now)
    server = _server_certificate(server_key, ca, ca_key, now)
    key_pem = server_key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return Certificate(chain_pem=key_pem + _pem(server) + _pem(ca), ca_pem=_pem(ca).decode("ascii"))


def _ca_certificate(key: ec.EllipticCurvePrivateKey, now: datetime) -> x509.Certificate:
    name = _name("SMTP Desktop local inbox CA")
    return (
        _builder(name, name, key, now)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(signs_certificates=True), critical=True)
        .sign(key, hashes.SHA256())
    )


def _server_certificate(
    key: ec.EllipticCurvePrivateKey, ca: x509.Certificate, ca_key: ec.EllipticCurvePrivateKey, now: datetime
) -> x509.Certificate:
    names = [
        x509.DNSName("localhost"),
        x509.IPAddress(ip_address("127.0.0.1")),
        x509.IPAddress(ip_address("::1")),
    ]
    issuer_key = x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key())
    return (
        _builder(_name("SMTP Desktop local inbox"), ca.subject, key, now)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(issuer_key, critical=False)
        .sign(ca_key, hashes.SHA256())
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, now: datetime
) -> x509.CertificateBuilder:
    now = now.astimezone(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))  # for clocks that were just set back
        .not_valid_after(now + _VALID_FOR)
        # Python 3.13 verifies strictly: RFC 5280 4.2.1.1 and 4.2.1.2 want both key identifiers.
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _key_usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _write_private(path: Path, content: bytes) -> None:
    """Writes a file that only its owner can read, at any moment (on Windows the folder's permissions decide)."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
