import hashlib
import shutil
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme
from contracts.transport_contract import a_mail
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from fakes.certificates import a_certificate
from servers.certificates import Authority
from servers.smtp.mailserver import MailServer
from transports.smtp.conversations import converse, generic

from smtp_desktop.domain.diagnosis.conversation import CertificateFault, FailureDetail, FailureKind, Security, TlsMode
from smtp_desktop.transports.net.certificate_faults import certificate_fault, handshake_error
from smtp_desktop.transports.net.certificates import certificate_from
from smtp_desktop.transports.net.tls import client_context, described
from smtp_desktop.transports.session_error import SessionError
from smtp_desktop.transports.smtp.tls_detection import tries_tls_first


def verification_error(code: int | None) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError("no")
    if code is not None:
        error.verify_code = code
        error.verify_message = "it is revoked"
    return error


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        (9, CertificateFault.NOT_YET_VALID),
        (10, CertificateFault.EXPIRED),
        (18, CertificateFault.SELF_SIGNED),
        (19, CertificateFault.SELF_SIGNED),
        (20, CertificateFault.UNKNOWN_ISSUER),
        (21, CertificateFault.UNKNOWN_ISSUER),
        (62, CertificateFault.WRONG_HOST),
        (64, CertificateFault.WRONG_HOST),
        (-2146762487, CertificateFault.OTHER),  # Windows: CERT_E_UNTRUSTEDROOT
        (None, CertificateFault.OTHER),
    ],
)
def test_certificate_errors_are_distinguished(code: int | None, fault: CertificateFault) -> None:
    assert certificate_fault(verification_error(code)) is fault
    error = handshake_error(verification_error(code), "mail.example.com")
    assert error.kind is FailureKind.CERTIFICATE
    assert "mail.example.com" in str(error.message)


@pytest.mark.parametrize(
    ("code", "detail", "word"),
    [
        (66, FailureDetail.WEAK_KEY, "too short"),
        (67, FailureDetail.WEAK_KEY, "too short"),
        (68, FailureDetail.WEAK_SIGNATURE, "SHA-1"),
    ],
)
def test_weak_certificates_are_reported_as_such(code: int, detail: FailureDetail, word: str) -> None:
    error = handshake_error(verification_error(code), "mail.example.com")
    assert (error.certificate_fault, error.detail) == (CertificateFault.OTHER, detail)
    assert word in str(error.message)


def test_another_fault_is_reported_in_the_systems_words() -> None:
    assert "it is revoked" in str(handshake_error(verification_error(23), "mail.example.com").message)


def test_clients_verify_and_use_tls_1_2_at_least(authority: Authority) -> None:
    for context in (client_context(""), client_context(authority.pem)):
        assert context.minimum_version is ssl.TLSVersion.TLSv1_2
        assert context.verify_mode is ssl.CERT_REQUIRED
        assert context.check_hostname


@pytest.mark.parametrize("pem", ["nonsense", "Grüße", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
def test_a_ca_that_is_none_is_refused(pem: str) -> None:
    with pytest.raises(SessionError) as caught:
        client_context(pem)
    assert caught.value.certificate_fault is CertificateFault.OTHER


def test_a_certificate_folder_is_trusted(authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # OpenSSL finds a certificate in a folder by the hash of its subject.
    store = x509.load_pem_x509_certificate(authority.pem.encode())
    shutil.copy(authority.path, tmp_path / f"{subject_hash(store):08x}.0")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    with MailServer(starttls=authority.context()) as server:
        assert converse(generic(server.port, tls=True), mail=a_mail()).ok


def subject_hash(certificate: x509.Certificate) -> int:
    """Returns X509_NAME_hash: the first four bytes of SHA-1 over the canonical subject."""
    canonical = b""
    for attribute in certificate.subject:
        value = " ".join(attribute.value.lower().split()).encode()
        encoded_oid = x509.Name([attribute]).public_bytes()
        oid = encoded_oid[encoded_oid.index(b"\x06") :]
        oid = oid[: 2 + oid[1]]
        pair = oid + bytes([0x0C, len(value)]) + value
        inner = bytes([0x30, len(pair)]) + pair
        canonical += bytes([0x31, len(inner)]) + inner
    return int.from_bytes(hashlib.sha1(canonical).digest()[:4], "little")


def test_a_certificate_is_read() -> None:
    until = datetime.now(UTC).replace(microsecond=0) + timedelta(days=30)
    leaf = trustme.CA().issue_cert("mail.example.com", "192.0.2.1", not_after=until)
    der = ssl.PEM_cert_to_DER_cert(leaf.cert_chain_pems[0].bytes().decode())
    certificate = certificate_from(der)
    assert certificate.names == ("mail.example.com", "192.0.2.1")
    assert certificate.valid_until == until
    assert certificate.fingerprint == hashlib.sha256(der).hexdigest()
    assert certificate.issuer.startswith("Testing CA") or "trustme" in certificate.issuer
    assert not certificate.self_signed


def named(**attributes: str) -> x509.Certificate:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(getattr(NameOID, oid), words) for oid, words in attributes.items()])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1))
    return builder.sign(key, hashes.SHA256())


@pytest.mark.parametrize(
    ("attributes", "subject"),
    [
        (
            {"COMMON_NAME": "Root 1", "ORGANIZATIONAL_UNIT_NAME": "PKI", "ORGANIZATION_NAME": "Example Ltd"},
            "Root 1, Example Ltd",
        ),
        ({"ORGANIZATION_NAME": "Example Ltd", "ORGANIZATIONAL_UNIT_NAME": "Root 1"}, "Root 1, Example Ltd"),
        ({"COUNTRY_NAME": "DE"}, "C=DE"),
        ({"COMMON_NAME": "a\x1b[2J\u202eb"}, "a\ufffd[2J\ufffdb"),
    ],
)
def test_names_are_shown_in_one_harmless_line(attributes: dict[str, str], subject: str) -> None:
    certificate = certificate_from(named(**attributes).public_bytes(Encoding.DER))
    assert (certificate.subject, certificate.issuer, certificate.self_signed) == (subject, subject, True)
    assert certificate.names == ()


def test_what_is_no_certificate_is_an_error() -> None:
    with pytest.raises(ValueError, match="parsing"):
        certificate_from(b"no certificate")


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        (("smtp.example.com",), "TLS 1.3 · STARTTLS · smtp.example.com · valid until 3 Feb 2027"),
        (("a.example", "b.example", "c.example"), "TLS 1.3 · STARTTLS · a.example +2 more · valid until 3 Feb 2027"),
        ((), "TLS 1.3 · STARTTLS · valid until 3 Feb 2027"),
    ],
)
def test_security_is_described_in_one_line(names: tuple[str, ...], shown: str) -> None:
    security = Security(
        mode=TlsMode.STARTTLS,
        version="TLSv1.3",
        chain=(a_certificate(*names, valid_until=datetime(2027, 2, 3, 12, tzinfo=UTC)),),
    )
    assert described(security) == shown


@pytest.mark.parametrize(
    ("port", "known", "first"),
    [
        (465, None, True),
        (587, None, False),
        (2525, None, False),
        (465, TlsMode.STARTTLS, False),
        (587, TlsMode.IMPLICIT, True),
    ],
)
def test_what_is_tried_first(port: int, known: TlsMode | None, first: bool) -> None:
    assert tries_tls_first(port, known) is first
