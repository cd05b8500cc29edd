"""A script for ScriptedServer that signs users in by SCRAM-SHA-256, and errs as a test says.

with ScriptedServer(ScramScript({"boss": "secret"}, tls=authority.context())) as server:
    ...  # speak to server.port
"""

import base64
import hashlib
import hmac
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from servers.smtp.scripted import Peer, answer_ehlo

_NONCE = "3rfcNHYJY1ZVvWVs7j"
_SALT = b"salt of a test"
REFUSED = "535 5.7.8 Authentication failed"


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")


@dataclass
class ScramScript:
    """Offers `mechanisms`, of which it also knows PLAIN. With `tls` the connection is encrypted by STARTTLS, and
    `bound` is the channel binding, of the type `binds_by`, that SCRAM-SHA-256-PLUS must come with. Users without a
    SCRAM key are refused at once. `final` changes the last message of the server; with `unasked` that stays out."""

    users: Mapping[str, str]
    mechanisms: tuple[str, ...] = ("PLAIN", "SCRAM-SHA-256")
    tls: ssl.SSLContext | None = None
    bound: bytes = b""
    binds_by: str = "tls-server-end-point"
    without_key: tuple[str, ...] = ()
    overlooks_first: bool = False
    final: Callable[[str], str] = lambda message: message
    unasked: bool = False
    lines: list[str] = field(default_factory=list)  # all that followed EHLO

    def __call__(self, peer: Peer) -> None:
        """Serves one connection."""
        peer.send("220 scram.test ESMTP")
        if self.tls:
            answer_ehlo(peer, "STARTTLS")
            peer.expect("STARTTLS")
            peer.send("220 go ahead")
            peer.start_tls(self.tls)
        answer_ehlo(peer, f"AUTH {' '.join(self.mechanisms)}")
        while not (line := self._line(peer)).startswith("QUIT"):
            if line.startswith("AUTH SCRAM-SHA-256"):
                self._scram(peer, line.split(" ")[2], plus=line.startswith("AUTH SCRAM-SHA-256-PLUS "))
            else:
                _, name, password = base64.b64decode(line.split(" ")[2]).decode().split("\0")
                peer.send("235 2.7.0 welcome" if self.users.get(name) == password else REFUSED)
        peer.send("221 2.0.0 bye")

    @property
    def attempts(self) -> list[str]:
        """The mechanisms that were tried, in their order."""
        return [line.split(" ")[1] for line in self.lines if line.startswith("AUTH ")]

    def _line(self, peer: Peer) -> str:
        self.lines.append(line := peer.line())
        return line

    def _scram(self, peer: Peer, first: str, *, plus: bool) -> None:
        if self.overlooks_first:
            peer.send("334 ")
            first = self._line(peer)
        flag, _, client_first = base64.b64decode(first).decode().split(",", 2)
        name, nonce = (part[2:] for part in client_first.split(","))
        binding = f"p={self.binds_by},,".encode() + self.bound if plus else f"{flag},,".encode()
        has_bound = flag == f"p={self.binds_by}" if plus else flag in "ny"
        if not has_bound or name in self.without_key or name not in self.users:
            peer.send(REFUSED)
            return
        server_first = f"r={nonce}{_NONCE},s={base64.b64encode(_SALT).decode()},i=4096"
        peer.send(f"334 {_encoded(server_first)}")
        client_final = base64.b64decode(self._line(peer)).decode()
        without_proof, _, proof = client_final.rpartition(",p=")
        spoken = f"{client_first},{server_first},{without_proof}"
        salted = hashlib.pbkdf2_hmac("sha256", self.users[name].encode(), _SALT, 4096)
        stored = hashlib.sha256(key := _hmac(salted, "Client Key")).digest()
        good = bytes(a ^ b for a, b in zip(key, _hmac(stored, spoken), strict=True))
        bound = without_proof.partition(",")[0] == f"c={base64.b64encode(binding).decode()}"
        if not bound or base64.b64decode(proof) != good:
            peer.send(f"334 {_encoded('e=invalid-proof')}")
            assert self._line(peer) == ""
            peer.send(REFUSED)
            return
        if not self.unasked:
            signature = base64.b64encode(_hmac(_hmac(salted, "Server Key"), spoken)).decode()
            peer.send(f"334 {_encoded(self.final(f'v={signature}'))}")
            assert self._line(peer) == ""
        peer.send("235 2.7.0 welcome")
