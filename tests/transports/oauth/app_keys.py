"""Keys that apps sign in with, as Google gives them out and as Microsoft takes them."""

import json
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID

from smtp_desktop.domain.secret import Secret

ACCOUNT = "mailer@northwind-1.iam.gserviceaccount.com"


def pem_of(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    """Returns the key as PEM, without a password."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def self_signed(key: rsa.RSAPrivateKey) -> x509.Certificate:
    """Returns a certificate for `key` that is valid for a day."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "SMTP Desktop")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(7).not_valid_before(now).not_valid_after(now + timedelta(days=1))
    return builder.sign(key, SHA256())


def service_account(key: rsa.RSAPrivateKey, **changed: object) -> Secret:
    """Returns the file that Google gives out for a service account."""
    document = {
        "type": "service_account",
        "project_id": "northwind-1",
        "private_key_id": "0123456789abcdef",
        "private_key": pem_of(key),
        "client_email": ACCOUNT,
        "client_id": "123456789",
        "token_uri": "https://evil.example/token",
    }
    return Secret(json.dumps({**document, **changed}))
