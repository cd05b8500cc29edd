"""The mechanisms for access tokens: XOAUTH2, which Google has made up, and OAUTHBEARER (RFC 7628)."""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass

from smtp_desktop.domain.secret import Secret
from smtp_desktop.transports.redaction.forms import SecretForms, forms_of
from smtp_desktop.transports.smtp.sasl.exchange import SaslExchange
from smtp_desktop.transports.smtp.sasl.mechanism import BY_TOKEN, Mechanism
from smtp_desktop.transports.smtp.sasl.password import base64_of

_LINE_OCTETS = 500  # some servers count less than the 512 of RFC 4954
_SEPARATOR = "\x01"
_AGREED = {Mechanism.XOAUTH2: "", Mechanism.OAUTHBEARER: base64_of(_SEPARATOR)}
"""What the client answers to the reason for a refusal, after which the refusal follows (RFC 7628 3.2.3)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearer:
    """The credentials of one sign-in: `user` is the mailbox, and `host` in ASCII and `port` are the server's."""

    user: str
    token: Secret
    host: str
    port: int

    def response(self, mechanism: Mechanism) -> str:
        """Returns what the client says, in Base64."""
        if mechanism is Mechanism.XOAUTH2:
            parts = [f"user={self.user}"]
        else:
            name = self.user.replace("=", "=3D").replace(",", "=2C")
            parts = [f"n,a={name},", f"host={self.host}", f"port={self.port}"]
        return base64_of(_SEPARATOR.join([*parts, f"auth=Bearer {self.token.reveal()}", "", ""]))

    def forms(self) -> SecretForms:
        """Returns what a server may repeat."""
        return forms_of((self.token.reveal(),), encoded=map(self.response, BY_TOKEN))


class BearerExchange(SaslExchange):
    """One sign-in with an access token."""

    def __init__(self, mechanism: Mechanism, bearer: Bearer, *, in_two_steps: bool = False) -> None:
        """With `in_two_steps` the token waits for the server's 334 even where it fits into the first line."""
        response = bearer.response(mechanism)
        self._is_refused = False
        super().__init__(mechanism, first=response, line_octets=0 if in_two_steps else _LINE_OCTETS)

    def _next(self, challenge: str, /) -> str | None:
        if self._is_refused:
            return None
        self._is_refused = True
        self.said = _reason(challenge)
        return _AGREED[self.mechanism]


def _reason(challenge: str) -> str:
    """Returns why the server refuses the token: its JSON on one line, or what else it says."""
    try:
        text = base64.b64decode(challenge + "=" * (-len(challenge) % 4)).decode(errors="replace")
    except binascii.Error:
        return challenge
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):  # the latter where a stranger nests it
        return text or challenge
    return json.dumps(said, ensure_ascii=False) if isinstance(said, Mapping) else text
