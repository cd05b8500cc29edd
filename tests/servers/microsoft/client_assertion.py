"""Checks a client assertion as Entra ID does (RFC 7523; Microsoft's certificate credentials): PS256 and x5t#S256."""

import base64
import json
import time
from collections.abc import Iterable
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_LONGEST_S = 24 * 3600


class BadAssertion(Exception):
    """The assertion is not accepted; `number` is the AADSTS code."""

    def __init__(self, number: int, description: str) -> None:
        super().__init__(description)
        self.number = number
        self.description = description


def check_assertion(assertion: str, *, client_id: str, audience: str, certificates: Iterable[str]) -> dict[str, Any]:
    """Returns the claims of an assertion that one of `certificates` (PEM) signed. Raises BadAssertion."""
    try:
        header, claims, signature = (_decoded(part) for part in assertion.split("."))
        head, claimed = json.loads(header), json.loads(claims)
    except ValueError as error:
        raise BadAssertion(50027, "The assertion is not a JWT.") from error
    certificate = _named(head, certificates)
    _check_signature(assertion, signature, certificate, head)
    _check_claims(claimed, client_id=client_id, audience=audience)
    if certificate.not_valid_after_utc.timestamp() < time.time():
        raise BadAssertion(7000222, "The provided client certificate is expired.")
    return dict(claimed)


def _named(head: dict[str, Any], certificates: Iterable[str]) -> x509.Certificate:
    if "x5t" in head or "x5t#S256" not in head:
        raise BadAssertion(700027, "The certificate must be named by x5t#S256 alone.")
    for pem in certificates:
        certificate = x509.load_pem_x509_certificate(pem.encode())
        if _decoded(head["x5t#S256"]) == certificate.fingerprint(SHA256()):
            return certificate
    thumbprint = _decoded(head["x5t#S256"]).hex().upper()
    raise BadAssertion(
        700027,
        "The certificate with identifier used to sign the client assertion is not registered on application. "
        f"[Reason - The key was not found., Thumbprint of key used by client: '{thumbprint}']",
    )


def _check_signature(assertion: str, signature: bytes, certificate: x509.Certificate, head: dict[str, Any]) -> None:
    if head.get("alg") != "PS256":
        raise BadAssertion(5002738, f"Signed with {head.get('alg')}, not with PS256.")
    key = certificate.public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    pss = padding.PSS(mgf=padding.MGF1(SHA256()), salt_length=padding.PSS.DIGEST_LENGTH)
    try:
        key.verify(signature, assertion.rpartition(".")[0].encode(), pss, SHA256())
    except InvalidSignature as error:
        raise BadAssertion(700027, "The client assertion contains an invalid signature.") from error


def _check_claims(claims: dict[str, Any], *, client_id: str, audience: str) -> None:
    now_s = time.time()
    if not claims.get("jti") or claims.get("iss") != client_id or claims.get("sub") != client_id:
        raise BadAssertion(50027, "The claims iss, sub and jti are not as they should be.")
    if claims.get("aud") != audience:
        raise BadAssertion(700023, f"The audience '{claims.get('aud')}' is not this address.")
    if not claims["nbf" if "nbf" in claims else "iat"] - 60 <= now_s < claims["exp"] <= now_s + _LONGEST_S:
        raise BadAssertion(700024, "The assertion is not within its valid time range.")


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
