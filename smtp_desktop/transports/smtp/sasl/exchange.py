"""The client's side of one sign-in by SASL, whatever the mechanism."""

from abc import ABC, abstractmethod

from smtp_desktop.domain.secret import REDACTED
from smtp_desktop.transports.redaction.forms import SecretForms
from smtp_desktop.transports.smtp.sasl.mechanism import Mechanism

MAX_LINE_OCTETS = 512  # RFC 4954 4: with CRLF; a longer initial response waits for the server's 334
_CRLF_OCTETS = 2


class BadChallenge(Exception):
    """The server's challenge is not one of this mechanism."""


class SaslExchange(ABC):
    """`command` begins the sign-in, and `respond` answers each 334. `shown` is the command as the transcript may have
    it."""

    def __init__(self, mechanism: Mechanism, *, first: str | None = None, line_octets: int = MAX_LINE_OCTETS) -> None:
        """`first` is the response in Base64 with which the client begins, where it does: it goes with the command if
        both fit into `line_octets`."""
        self.mechanism = mechanism
        self.command = self.shown = f"AUTH {mechanism}"
        self.forms = SecretForms()
        """Secrets that came up in the exchange, besides those that were known before it."""
        self.is_one_line = first is not None and len(self.command) + 1 + len(first) + _CRLF_OCTETS <= line_octets
        """Whether the command has the first response in it."""
        if self.is_one_line:
            self.command += f" {first}"
            self.shown += f" {REDACTED}"
        self.is_server_proven = True
        """Whether the server may let the client in: it has shown that it knows the password, where the mechanism asks
        for that."""
        self.said = ""
        """The server's words on a refusal that it put into a challenge; from a stranger, and not to be shown as they
        are."""
        self._first = first

    def respond(self, challenge: str, /) -> str | None:
        """Returns the response to a 334 with `challenge`, both in Base64, or None where the mechanism has none left.
        Raises BadChallenge."""
        first, self._first = self._first, None
        # An empty challenge also follows an initial response: a server that overlooked it asks again.
        if first is not None and not (self.is_one_line and challenge):
            return first
        return self._next(challenge)

    @abstractmethod
    def _next(self, challenge: str, /) -> str | None:
        """Returns the response to a challenge that does not ask for the first one. Raises BadChallenge."""
