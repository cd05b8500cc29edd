"""Errors of a sign-in with tokens: there is no access token, or another account signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtp_desktop.domain.errors import SmtpDesktopError
from smtp_desktop.domain.message_text import msg

if TYPE_CHECKING:  # what they carry, which few commands need
    from smtp_desktop.domain.diagnosis.conversation import Failure, TranscriptLine
    from smtp_desktop.domain.sign_in.tokens import TokenSet


class NoAccessToken(SmtpDesktopError):
    """There is no access token, because of `failure`, at `Stage.TOKEN`: the authorization server refused one, could
    not be reached, or nobody has signed in. `transcript` is what was said until then, without a secret."""

    def __init__(self, failure: Failure, transcript: tuple[TranscriptLine, ...] = ()) -> None:
        super().__init__(failure.message)
        self.failure = failure
        self.transcript = transcript


class OtherAccount(SmtpDesktopError):
    """Another account signed in than the User Name names. Nothing was stored; the tokens are `tokens`."""

    def __init__(self, tokens: TokenSet, wanted: str) -> None:
        super().__init__(
            msg(
                "{account} signed in, but User Name is {wanted}. Sign in as {wanted}, or change User Name.",
                account=tokens.account,
                wanted=wanted,
            )
        )
        self.tokens = tokens
        self.signed_in_as = tokens.account
        self.wanted = wanted
