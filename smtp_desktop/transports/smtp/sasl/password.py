"""The mechanisms that show the server the password, or what can be made of it alone: PLAIN, LOGIN and CRAM-MD5."""

import base64
import binascii
import hmac
from collections import deque

from smtp_desktop.domain.secret import Secret
from smtp_desktop.transports.redaction.forms import forms_of
from smtp_desktop.transports.smtp.sasl.exchange import BadChallenge, SaslExchange
from smtp_desktop.transports.smtp.sasl.mechanism import Mechanism


def base64_of(text: str) -> str:
    """Returns `text` as Base64 of UTF-8."""
    return base64.b64encode(text.encode()).decode("ascii")


def decoded(challenge: str) -> bytes:
    """Returns what `challenge` says in Base64. Raises BadChallenge."""
    try:
        return base64.b64decode(challenge, validate=True)
    except binascii.Error as error:
        raise BadChallenge from error


def plain_response(user: str, password: Secret) -> str:
    """Returns the one response of PLAIN (RFC 4616 2), in Base64."""
    return base64_of(f"\0{user}\0{password.reveal()}")


def encoded_credentials(user: str, password: Secret) -> frozenset[str]:
    """Returns the responses in Base64 that hold the password: what a server may repeat of a sign-in."""
    return frozenset({base64_of(password.reveal()), plain_response(user, password)})


class PlainExchange(SaslExchange):
    """PLAIN (RFC 4616)."""

    def __init__(self, user: str, password: Secret) -> None:
        self._response: str | None = plain_response(user, password)
        super().__init__(Mechanism.PLAIN, first=self._response)

    def respond(self, _challenge: str, /) -> str | None:
        """Returns the response once, whatever the challenge: some servers say something in it."""
        response, self._response = self._response, None
        return response

    def _next(self, _challenge: str, /) -> None:
        """There is only the first response."""


class LoginExchange(SaslExchange):
    """LOGIN (the expired draft-murchison-sasl-login), whatever the server calls what it asks for."""

    def __init__(self, user: str, password: Secret) -> None:
        super().__init__(Mechanism.LOGIN)
        self._credentials = deque((Secret(user), password))

    def _next(self, _challenge: str, /) -> str | None:
        return base64_of(self._credentials.popleft().reveal()) if self._credentials else None


class CramMd5Exchange(SaslExchange):
    """CRAM-MD5 (RFC 2195)."""

    def __init__(self, user: str, password: Secret) -> None:
        super().__init__(Mechanism.CRAM_MD5)
        self._user = user
        self._password: Secret | None = password

    def _next(self, challenge: str, /) -> str | None:
        password, self._password = self._password, None
        if password is None:
            return None
        digest = hmac.new(password.reveal().encode(), decoded(challenge), "md5").hexdigest()
        response = base64_of(f"{self._user} {digest}")
        self.forms = forms_of((digest,), encoded=(response,))  # who has the digest can guess the password offline
        return response
