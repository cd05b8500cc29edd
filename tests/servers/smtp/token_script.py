"""A script for ScriptedServer that signs in by access tokens, as Google, Exchange Online or Dovecot do.

script = TokenScript({"secret-token": "boss@example.com"})
with ScriptedServer(script) as server:
    ...  # speak to server.port
assert script.attempts == [Attempt("XOAUTH2", "boss@example.com", "secret-token", one_line=True)]
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from servers.smtp.mail_script import MailScript
from servers.smtp.scripted import ClientGone, Peer, greet

GOOGLE = {"status": "400", "schemes": "Bearer", "scope": "https://mail.google.com/"}
"""What Google says of every token that it refuses, for whatever reason."""
DOVECOT = {
    "status": "401",
    "schemes": "bearer",
    "scope": "mail",
    "openid-configuration": "https://id.example/.well-known",
}
RFC_7628 = {"status": "invalid_token", "schemes": "bearer", "scope": "example_scope"}
_SEPARATOR = "\x01"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One sign-in that the server has read."""

    mechanism: str
    user: str
    token: str
    one_line: bool


@dataclass
class TokenScript:
    """`users` are those whom a token signs in. A refused token gets `challenge`, as JSON, if there is one, and then
    `refusal`; the server then hangs up, if it `hangs_up`. AUTH lines that are longer than `line_octets` get
    `too_long`. A response that comes on its own may have `response_octets`."""

    users: dict[str, str]
    mechanisms: tuple[str, ...] = ("XOAUTH2",)
    challenge: Mapping[str, str] | None = None
    refusal: str = "535 5.7.8 Username and Password not accepted"
    hangs_up: bool = False
    line_octets: int = 12288  # RFC 4954 4
    response_octets: int = 12288
    too_long: str = "500 5.5.2 Line too long"
    overlooks_first: bool = False
    mails: MailScript = field(default_factory=lambda: MailScript(("PIPELINING",)))
    attempts: list[Attempt] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)  # to the challenges

    def __call__(self, peer: Peer) -> None:
        """Serves one connection."""
        greet(peer, f"AUTH {' '.join(self.mechanisms)}", *self.mails.offers)
        while (line := peer.line()) != "QUIT":
            verb, mechanism, *initial = line.split(" ")
            assert verb == "AUTH"
            assert mechanism in self.mechanisms
            if len(line) + 2 > self.line_octets:
                peer.send(self.too_long)
            elif self._signs_in(peer, mechanism, initial):
                peer.send("235 2.7.0 Accepted")
                self.mails.serve(peer)
                return
            elif self.hangs_up:
                raise ClientGone
        peer.send("221 2.0.0 bye")

    def _signs_in(self, peer: Peer, mechanism: str, initial: list[str]) -> bool:
        if initial and not self.overlooks_first:
            response = initial[0]
        else:
            peer.send("334 ")
            response = peer.line()
            if len(response) + 2 > self.response_octets:
                peer.send(self.too_long)
                return False
        attempt = _attempt(mechanism, base64.b64decode(response).decode(), one_line=bool(initial))
        self.attempts.append(attempt)
        if self.users.get(attempt.token) == attempt.user:
            return True
        if self.challenge is not None:
            peer.send(f"334 {base64.b64encode(json.dumps(self.challenge).encode()).decode()}")
            self.answers.append(peer.line())
        peer.send(self.refusal)
        return False


def _attempt(mechanism: str, response: str, *, one_line: bool) -> Attempt:
    fields = response.split(_SEPARATOR)
    assert fields[-2:] == ["", ""]
    if mechanism == "XOAUTH2":
        user, bearer = fields[:-2]
        assert user.startswith("user=")
        user = user.removeprefix("user=")
    else:
        header, host, port, bearer = fields[:-2]
        assert header.startswith("n,a=")
        assert header.endswith(",")
        assert host == "host=127.0.0.1"
        assert port.removeprefix("port=").isdigit()
        user = header[4:-1].replace("=2C", ",").replace("=3D", "=")
    assert bearer.startswith("auth=Bearer ")
    return Attempt(mechanism, user, bearer.removeprefix("auth=Bearer "), one_line)
