"""Google service accounts: the key, and the assertion that it signs (RFC 7523)."""

import base64
import json
import time
from dataclasses import dataclass

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret
from smtp_desktop.transports.http.replies import object_in, text_in
from smtp_desktop.transports.oauth.messages import bad_credential

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_LIFE_S = 3600  # Google's limit
_LONGEST_KEY = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAccountKey:
    """A key of a service account. `email` is the account's own address, `key_id` is Google's name of the key."""

    email: str
    key_id: str
    private_key: RSAPrivateKey

    def assertion(self, *, subject: str, scope: str, audience: str) -> str:
        """Returns a signed statement, good for an hour, with which the account asks for a token as `subject`."""
        now_s = int(time.time())
        header = {"alg": "RS256", "typ": "JWT", "kid": self.key_id}
        claims = {
            "iss": self.email,
            "sub": subject,
            "scope": scope,
            "aud": audience,
            "iat": now_s,
            "exp": now_s + _LIFE_S,
        }
        signed = f"{_encoded(json.dumps(header).encode())}.{_encoded(json.dumps(claims).encode())}"
        return f"{signed}.{_encoded(self.private_key.sign(signed.encode(), PKCS1v15(), SHA256()))}"


def service_account_key(secret: Secret) -> ServiceAccountKey:
    """Returns the key in Google's JSON file. Raises SessionError where it is none; the error holds nothing of it."""
    try:
        found = object_in(json.loads(secret.reveal()[:_LONGEST_KEY]))
        private_key = load_pem_private_key(text_in(found.get("private_key")).encode(), password=None)
    except (ValueError, TypeError, RecursionError, UnsupportedAlgorithm):
        # `from None`: their texts may hold parts of the key.
        raise _no_key() from None
    email, key_id = text_in(found.get("client_email")), text_in(found.get("private_key_id"))
    if found.get("type") != "service_account" or not email or not isinstance(private_key, RSAPrivateKey):
        raise _no_key()
    return ServiceAccountKey(email=email, key_id=key_id, private_key=private_key)


def _no_key() -> Exception:
    return bad_credential(
        msg(
            "This is not the key of a Google service account. "
            "Create a key of type JSON in the Google Cloud console and choose that file."
        )
    )


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
