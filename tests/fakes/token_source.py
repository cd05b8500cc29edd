"""A source of access tokens that gives what a test says.

source = FakeTokenSource("old", renewed="new")
source(False, Cancel()).value == Secret("old")
assert source.asked == [False]
"""

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import (
    Failure,
    FailureKind,
    HttpReply,
    Party,
    Stage,
    TranscriptLine,
)
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.sign_in.errors import NoAccessToken
from smtp_desktop.domain.sign_in.tokens import AccessToken


class FakeTokenSource:
    """`asked` has for each call whether a new token was wanted. `error` is raised instead of any token, and
    `renewal_error` instead of a new one."""

    def __init__(
        self,
        token: str = "",
        *,
        renewed: str = "",
        fresh: bool = False,
        error: Exception | None = None,
        renewal_error: Exception | None = None,
    ) -> None:
        self.token = token
        self.asked: list[bool] = []
        self._renewed = renewed
        self._fresh = fresh
        self._error = error
        self._renewal_error = renewal_error

    def __call__(self, renewed: bool, _cancel: Cancel) -> AccessToken:
        self.asked.append(renewed)
        error = self._renewal_error if renewed and self._renewal_error else self._error
        if error:
            raise error
        return AccessToken(value=Secret(self._renewed if renewed else self.token), fresh=renewed or self._fresh)


def refused_by_issuer() -> NoAccessToken:
    """Returns the error for a refresh token that has ended."""
    reply = HttpReply(code=400, error_code="invalid_grant", text=("Token has been expired or revoked.",))
    message = msg("Sign in again: {reply}", reply=str(reply))
    failure = Failure(stage=Stage.TOKEN, kind=FailureKind.TOKEN_REFUSED, message=message, reply=reply)
    return NoAccessToken(failure, (TranscriptLine(party=Party.CLIENT, text="POST /token", at_ms=1.0),))
