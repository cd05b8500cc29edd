"""Signed tokens (JWT, RFC 7519) as authorization servers issue and read them."""

import base64
import json
import time
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding


class BadToken(Exception):
    """The signed token is not what it should be; the text says why."""


@cache
def server_key() -> rsa.RSAPrivateKey:
    """Returns the key of this process's authorization servers."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def encoded(data: bytes) -> str:
    """Returns `data` in the base64 of JWTs."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """Returns what `encoded` was given."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def signed(claims: dict[str, Any]) -> str:
    """Returns `claims`, signed by the server with RS256."""
    head = encoded(json.dumps({"alg": "RS256", "typ": "JWT", "kid": "server"}).encode())
    text = f"{head}.{encoded(json.dumps(claims).encode())}"
    return f"{text}.{encoded(server_key().sign(text.encode(), padding.PKCS1v15(), SHA256()))}"


def key_set() -> dict[str, Any]:
    """Returns the server's public key as a set (RFC 7517)."""
    numbers = server_key().public_key().public_numbers()
    key = {"kty": "RSA", "use": "sig", "kid": "server", "alg": "RS256"}
    key |= {
        name: encoded(number.to_bytes((number.bit_length() + 7) // 8, "big"))
        for name, number in (("n", numbers.n), ("e", numbers.e))
    }
    return {"keys": [key]}


def claims_of(token: str, public_key: rsa.RSAPublicKey, *, audience: str) -> dict[str, Any]:
    """Returns the claims of `token`. Raises BadToken where its signature, audience or time is wrong."""
    try:
        head, payload, signature = token.split(".")
        algorithm = json.loads(decoded(head))["alg"]
        claims: dict[str, Any] = json.loads(decoded(payload))
        scheme: padding.AsymmetricPadding = padding.PKCS1v15()
        if algorithm == "PS256":
            scheme = padding.PSS(padding.MGF1(SHA256()), padding.PSS.DIGEST_LENGTH)
        elif algorithm != "RS256":
            raise BadToken(f"the algorithm {algorithm}")
        public_key.verify(decoded(signature), f"{head}.{payload}".encode(), scheme, SHA256())
    except (ValueError, KeyError, InvalidSignature) as error:
        raise BadToken("the signature") from error
    if claims.get("aud") != audience:
        raise BadToken("the audience")
    now_s = time.time()
    if not claims.get("exp") or not now_s < claims["exp"] <= now_s + 3600:
        raise BadToken("the time")
    return claims


def thumbprint_in(token: str) -> str:
    """Returns the SHA-256 thumbprint in the head of `token`, in upper-case hexadecimal; empty for none."""
    return decoded(json.loads(decoded(token.split(".", maxsplit=1)[0])).get("x5t#S256", "")).hex().upper()


def thumbprint_of(certificate: x509.Certificate) -> str:
    """Returns its SHA-256 thumbprint in upper-case hexadecimal."""
    return certificate.fingerprint(SHA256()).hex().upper()


def public_key_of(certificate: x509.Certificate) -> rsa.RSAPublicKey:
    """Returns its public key, which is an RSA key."""
    key = certificate.public_key()
    assert isinstance(key, rsa.RSAPublicKey), certificate.public_bytes(Encoding.PEM)
    return key
