import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import NameOID

from smtp_desktop.transports.net.channel_binding import channel_binding_of

# Self-signed; nothing makes one any more.
_SIGNED_WITH_SHA_1 = (
    "308201f43082015da00302010202141159a76222db8bd32f3976ed8dcfed5ed5d31d47300d06092a864886f70d0101050500300c310a30"
    "0806035504030c0161301e170d3236313133303138353435385a170d3236313231303138353435385a300c310a300806035504030c0161"
    "30819f300d06092a864886f70d010101050003818d0030818902818100b9848bddad0f97a7b0901e2b62bbe072cd1e2cf8e4070e1954ab"
    "b471ce16cd11d8de2981bd3852969e0728b986ce769aa7b826bb55b8346a3cf8b89bcb7efce585b7e1840e47adb46aee026a108a787834"
    "9f0d9f9865085a32b9132d803e5f5a859a1ec6bc16ea5126bad6321d55e9ba52d6a974b9a9e66eccfca32a197662fb0203010001a35330"
    "51301d0603551d0e041604143967d5f3f2cb789e5c23ff5d085d7b63081026aa301f0603551d230418301680143967d5f3f2cb789e5c23"
    "ff5d085d7b63081026aa300f0603551d130101ff040530030101ff300d06092a864886f70d010105050003818100424095d097777d27ea"
    "09c000533dfa19337493432263868af6fff5e856069e2669cc353cca77526a645865a7f7bdae1e433aa8a0e7c5f1b31ac0627f00eadb2d"
    "d4fdd03c8f99f6e9b41062808bf2bc8ade5c4e365714c3a9f91fe31eb974fccf48b0f3fa5d17c993bb77716c9d1a17aeb4b9c9e2bdd355"
    "7254f256eb07a732f7"
)


class Tls:
    """A connection of which only the server's certificate is known."""

    def __init__(self, der: bytes | None) -> None:
        self._der = der

    def getpeercert(self, *, binary_form: bool) -> bytes | None:
        assert binary_form
        return self._der


def certificate(key: Any, signed_by: Any) -> bytes:
    """Returns a certificate in DER."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.example.com")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=1))
    return builder.sign(key, signed_by).public_bytes(serialization.Encoding.DER)


@pytest.mark.parametrize(
    ("signed_by", "digest"), [(hashes.SHA256(), "sha256"), (hashes.SHA384(), "sha384"), (hashes.SHA512(), "sha512")]
)
def test_the_binding_is_the_certificate_hashed_as_it_is_signed(signed_by: Any, digest: str) -> None:
    der = certificate(ec.generate_private_key(ec.SECP256R1()), signed_by)
    binding = channel_binding_of(Tls(der))  # type: ignore[arg-type]
    assert binding is not None
    assert (binding.name, binding.data) == ("tls-server-end-point", hashlib.new(digest, der).digest())


def test_a_weak_hash_is_replaced() -> None:
    der = bytes.fromhex(_SIGNED_WITH_SHA_1)
    binding = channel_binding_of(Tls(der))  # type: ignore[arg-type]
    assert binding is not None
    assert binding.data == hashlib.sha256(der).digest()


@pytest.mark.parametrize(
    "der",
    [certificate(ed25519.Ed25519PrivateKey.generate(), None), b"nonsense", b"", None],
    ids=["no hash in its signature", "no certificate", "empty", "none"],
)
def test_without_a_hash_there_is_no_binding(der: bytes | None) -> None:
    assert channel_binding_of(Tls(der)) is None  # type: ignore[arg-type]
