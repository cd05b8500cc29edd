"""Certificates that an app signs in with: made here, and read from files."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from contracts.certificate_maker_contract import CertificateMakerContract
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)
from cryptography.x509.oid import NameOID

from smtp_desktop.domain.errors import FieldErrors
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.app_certificate import KeyedCertificate
from smtp_desktop.services.sign_in.ports import CertificateMaker
from smtp_desktop.transports.net.app_certificates import AppCertificates

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
PASSWORD = "canary pässword"
MAKER = AppCertificates()

_Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


# Made once: a key takes a tenth of a second and more.
@cache
def _a_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)


@cache
def _another_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture
def key() -> rsa.RSAPrivateKey:
    return _a_key()


@pytest.fixture
def other_key() -> rsa.RSAPrivateKey:
    return _another_key()


@pytest.fixture(scope="module")
def made() -> KeyedCertificate:
    return MAKER.make("Invoices_Graph", months=24, now=NOW)


def a_certificate(key: _Key, *, days: tuple[int, int] = (-1, 90), name: str = "App") -> x509.Certificate:
    """Returns a self-signed certificate that is valid between these days from now."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    first, last = (NOW + timedelta(days=day) for day in days)
    return builder.serial_number(5).not_valid_before(first).not_valid_after(last).sign(key, SHA256())


def pem_of(key: _Key, password: str = "", form: PrivateFormat = PrivateFormat.PKCS8) -> bytes:
    return key.private_bytes(Encoding.PEM, form, encryption(password))


def pfx(key: rsa.RSAPrivateKey | None, certificate: x509.Certificate | None, *others: x509.Certificate) -> bytes:
    return pkcs12.serialize_key_and_certificates(b"app", key, certificate, others, encryption(PASSWORD))


def encryption(password: str) -> KeySerializationEncryption:
    return BestAvailableEncryption(password.encode()) if password else NoEncryption()


def pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.PEM)


@dataclass(frozen=True, kw_only=True)
class Folder:
    """Reads files with these contents."""

    path: Path

    def read(self, *contents: bytes, password: str = "") -> KeyedCertificate:
        paths = [self.path / f"file{number}" for number in range(len(contents))]
        for path, content in zip(paths, contents, strict=True):
            path.write_bytes(content)
        return MAKER.read(paths, Secret(password) if password else None, now=NOW)

    def refusal(self, *contents: bytes, password: str = "", field: str = "certificate") -> str:
        with pytest.raises(FieldErrors) as caught:
            self.read(*contents, password=password)
        (error,) = caught.value.errors
        assert error.field == field
        assert PASSWORD not in repr(caught.value)
        return str(error.message)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(path=tmp_path)


def test_a_certificate_that_is_made_is_self_signed_rsa_with_its_key(made: KeyedCertificate) -> None:
    certificate = x509.load_pem_x509_certificate(made.certificate.pem.encode())
    key = load_pem_private_key(made.secret.reveal().encode(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    assert key.key_size == 3072
    assert key.public_key() == certificate.public_key()
    assert isinstance(certificate.signature_hash_algorithm, SHA256)
    assert certificate.subject.rfc4514_string() == "CN=SMTP Desktop Invoices_Graph"
    certificate.verify_directly_issued_by(certificate)


class TestMaker(CertificateMakerContract):
    @pytest.fixture
    def maker(self, monkeypatch: pytest.MonkeyPatch) -> CertificateMaker:
        monkeypatch.setattr(rsa, "generate_private_key", lambda *_: _a_key())  # a new one takes up to a second
        return MAKER


@pytest.mark.parametrize(("months", "most_days"), [(1, 30), (3, 90), (6, 180), (12, 365), (24, 730)])
def test_its_lifetime_fits_a_policy_that_counts_days(
    months: int, most_days: int, monkeypatch: pytest.MonkeyPatch, key: rsa.RSAPrivateKey
) -> None:
    monkeypatch.setattr(rsa, "generate_private_key", lambda *_: key)  # a new one takes up to a second
    made = x509.load_pem_x509_certificate(MAKER.make("A", months=months, now=NOW).certificate.pem.encode())
    assert made.not_valid_before_utc < NOW
    assert made.not_valid_after_utc - made.not_valid_before_utc <= timedelta(days=most_days)


def test_a_long_name_of_any_characters_is_cut_to_what_a_certificate_can_hold(
    monkeypatch: pytest.MonkeyPatch, key: rsa.RSAPrivateKey
) -> None:
    monkeypatch.setattr(rsa, "generate_private_key", lambda *_: key)  # as above
    made = MAKER.make("é😀" * 25, months=1, now=NOW)
    assert x509.load_pem_x509_certificate(made.certificate.pem.encode()).subject.rfc4514_string()


def _forms(key: rsa.RSAPrivateKey) -> dict[str, tuple[Sequence[bytes], str]]:
    certificate = a_certificate(key)
    other = a_certificate(_another_key(), name="CA")
    traditional = PrivateFormat.TraditionalOpenSSL
    unprotected = pkcs12.serialize_key_and_certificates(b"app", key, certificate, None, NoEncryption())
    return {
        "pfx": ([pfx(key, certificate)], PASSWORD),
        "pfx with the issuer's": ([pfx(key, certificate, other)], PASSWORD),
        "pfx whose certificate is not named": ([pfx(key, None, other, certificate)], PASSWORD),
        "pfx without a password": ([unprotected], ""),
        "pem": ([pem_of(key) + pem(certificate)], ""),
        "pem, certificates first": ([pem(other) + pem(certificate) + pem_of(key)], ""),
        "pem in two files": ([pem(certificate), pem_of(key)], ""),
        "encrypted pem": ([pem_of(key, PASSWORD) + pem(certificate)], PASSWORD),
        "encrypted pem of old": ([pem_of(key, PASSWORD, traditional) + pem(certificate)], PASSWORD),
        "der certificate, and key": ([certificate.public_bytes(Encoding.DER), pem_of(key, form=traditional)], ""),
        "pem with prose and CRLF": ([b"Bag\r\n" + (pem_of(key) + pem(certificate)).replace(b"\n", b"\r\n")], ""),
        "a password that was not needed": ([pem_of(key) + pem(certificate)], PASSWORD),
    }


@pytest.mark.parametrize("form", list(_forms(_a_key())))
def test_a_key_and_its_certificate_are_read(folder: Folder, key: rsa.RSAPrivateKey, form: str) -> None:
    contents, password = _forms(key)[form]
    read = folder.read(*contents, password=password)
    assert x509.load_pem_x509_certificate(read.certificate.pem.encode()).public_key() == key.public_key()
    assert load_pem_private_key(read.secret.reveal().encode(), None).public_key() == key.public_key()
    assert read.certificate.valid_until == (NOW + timedelta(days=90)).date()


_Content = Callable[[rsa.RSAPrivateKey, rsa.RSAPrivateKey], bytes]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (lambda key, _: pem(a_certificate(key)), "contains only the certificate"),
        (lambda key, _: a_certificate(key).public_bytes(Encoding.DER), "contains only the certificate"),
        (lambda key, _: pfx(None, a_certificate(key)), "contains only the certificate"),
        (lambda key, _: pem_of(key), "no certificate"),
        (lambda key, other: pem_of(key) + pem(a_certificate(other)), "does not belong to the certificate"),
        (lambda key, other: pfx(key, None, a_certificate(other)), "does not belong to the certificate"),
        (lambda key, other: pem_of(key) + pem_of(other) + pem(a_certificate(key)), "several private keys"),
        (lambda key, _: pem_of(key) + pem(a_certificate(key, days=(-9, -1))), "expired on 2026-11-29"),
        (lambda key, _: pem_of(key) + pem(a_certificate(key, days=(1, 9))), "not valid before 2026-12-01"),
        (lambda key, _: pem_of(key)[:900] + b"\n-----END PRIVATE KEY-----\n", "can't be read"),
        (lambda _, __: b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "is damaged"),
        (lambda _, __: b"a photo", "neither a PFX nor a PEM file"),
        (lambda _, __: b"", "neither a PFX nor a PEM file"),
        (lambda _, __: b"-----BEGIN nonsense", "neither a PFX nor a PEM file"),
        (lambda _, __: b" " * 1_000_001, "too large"),
    ],
)
def test_what_is_no_usable_certificate_is_refused(
    folder: Folder, key: rsa.RSAPrivateKey, other_key: rsa.RSAPrivateKey, content: _Content, said: str
) -> None:
    assert said in folder.refusal(content(key, other_key), password=PASSWORD)


def test_an_elliptic_curve_key_is_refused_since_microsoft_accepts_only_rsa(folder: Folder) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    assert "accepts only RSA keys" in folder.refusal(pem_of(key) + pem(a_certificate(key)))


def test_a_short_key_is_refused(folder: Folder) -> None:
    key = _a_key(1024)
    assert "only 1024 bits" in folder.refusal(pem_of(key) + pem(a_certificate(key)))


@pytest.mark.parametrize("form", ["pfx", "encrypted pem", "encrypted pem of old"])
@pytest.mark.parametrize(("password", "said"), [("", "is protected by a password"), ("no", "does not open")])
def test_a_missing_or_wrong_password_is_an_error_of_its_field(
    folder: Folder, key: rsa.RSAPrivateKey, form: str, password: str, said: str
) -> None:
    (content,), _ = _forms(key)[form]
    assert said in folder.refusal(content, password=password, field="certificate_password")


def test_a_file_that_is_missing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FieldErrors, match="does not exist"):
        MAKER.read([tmp_path / "missing.pfx"], None, now=NOW)
