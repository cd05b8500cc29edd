"""SCRAM-SHA-256 and SCRAM-SHA-256-PLUS (RFC 5802, 7677): the server learns no password, and proves that it knew it."""

import base64
import hmac
import re
import secrets
from dataclasses import dataclass
from hashlib import pbkdf2_hmac, sha256

from smtp_desktop.domain.secret import Secret
from smtp_desktop.transports.net.channel_binding import ChannelBinding
from smtp_desktop.transports.redaction.forms import forms_of
from smtp_desktop.transports.smtp.sasl.exchange import BadChallenge, SaslExchange
from smtp_desktop.transports.smtp.sasl.mechanism import Mechanism
from smtp_desktop.transports.smtp.sasl.password import base64_of, decoded
from smtp_desktop.transports.smtp.sasl.saslprep import Prohibited, saslprep

_MAX_ITERATIONS = 2_000_000  # more than anybody recommends; nothing can cancel the second that they take
_NONCE_OCTETS = 24
_SERVER_FIRST = re.compile(r"r=([!-+\--~]+),s=([A-Za-z0-9+/]+={0,2}),i=([1-9][0-9]{0,8})(?:,.*)?")
_SERVER_FINAL = re.compile(r"([ve])=([^,]*)(?:,.*)?")


@dataclass(frozen=True, slots=True)
class Binding:
    """How SCRAM is bound to the TLS connection. `flag` begins its first message: `n` without a binding, `y` where the
    server, as far as the client can see, has none, and `p=…` with one; `data` is then what both ends see."""

    flag: str
    data: bytes = b""

    @classmethod
    def to(cls, channel: ChannelBinding) -> "Binding":
        """Returns the binding of SCRAM-SHA-256-PLUS to this connection."""
        return cls(f"p={channel.name}", channel.data)


UNBOUND = Binding("n")
UNOFFERED = Binding("y")


class ScramExchange(SaslExchange):
    """One sign-in; `nonce` is random unless a test gives it."""

    def __init__(self, user: str, password: Secret, *, binding: Binding = UNBOUND, nonce: str = "") -> None:
        self._password = Secret(_prepared(password.reveal()))
        self._binding = binding
        self._nonce = nonce or secrets.token_urlsafe(_NONCE_OCTETS)
        name = _prepared(user).replace("=", "=3D").replace(",", "=2C")
        self._client_first = f"n={name},r={self._nonce}"
        self._server_signature = b""
        self.has_proven = False
        """Whether the server got what shows that the password is right or wrong."""
        mechanism = Mechanism.SCRAM_SHA_256_PLUS if binding.data else Mechanism.SCRAM_SHA_256
        super().__init__(mechanism, first=base64_of(f"{binding.flag},,{self._client_first}"))
        self.is_server_proven = False

    def _next(self, challenge: str, /) -> str | None:
        if self.is_server_proven or self.said:
            return None
        try:
            said = decoded(challenge).decode()
        except UnicodeDecodeError as error:
            raise BadChallenge from error
        final = _SERVER_FINAL.fullmatch(said)
        if final and final[1] == "e":
            self.said = said
            return ""
        if not self.has_proven:
            return self._proof(said)
        if not final or not hmac.compare_digest(decoded(final[2]), self._server_signature):
            raise BadChallenge
        self.is_server_proven = True
        return ""

    def _proof(self, server_first: str) -> str:
        """Returns the last message of the client, in Base64."""
        match = _SERVER_FIRST.fullmatch(server_first)
        if not match or not match[1].startswith(self._nonce) or match[1] == self._nonce:
            raise BadChallenge
        iterations = int(match[3])
        if iterations > _MAX_ITERATIONS:
            raise BadChallenge
        salted = pbkdf2_hmac("sha256", self._password.reveal().encode(), decoded(match[2]), iterations)
        bound = base64.b64encode(f"{self._binding.flag},,".encode() + self._binding.data).decode()
        without_proof = f"c={bound},r={match[1]}"
        spoken = f"{self._client_first},{server_first},{without_proof}"
        client_key = _hmac(salted, "Client Key")
        signature = _hmac(sha256(client_key).digest(), spoken)
        proof = base64.b64encode(bytes(a ^ b for a, b in zip(client_key, signature, strict=True))).decode()
        self._server_signature = _hmac(_hmac(salted, "Server Key"), spoken)
        response = base64_of(f"{without_proof},p={proof}")
        server_proof = base64.b64encode(self._server_signature).decode()
        # Who has one of them can guess the password offline.
        self.forms = forms_of((proof, server_proof), encoded=(response, base64_of(f"v={server_proof}")))
        self.has_proven = True
        return response


def _prepared(text: str) -> str:
    """Returns `text` by SASLprep. What that forbids is taken as it is, as the server has done when it took the
    password."""
    try:
        return saslprep(text)
    except Prohibited:
        return text


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")
