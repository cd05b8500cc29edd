"""The records of who signed in: what is shown of a sign-in, without a token."""

import logging
from collections.abc import Callable
from dataclasses import replace

from smtp_desktop.domain.diagnosis.kinds import Cause
from smtp_desktop.domain.errors import StoreError
from smtp_desktop.domain.events import SignedInChanged
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.sign_in.signed_in import SignedIn
from smtp_desktop.domain.sign_in.tokens import BadTokens, TokenSet, token_set_of
from smtp_desktop.domain.smtp.profile import ProfileId, SecretField, SmtpProfile
from smtp_desktop.services.ports import Clock, Events
from smtp_desktop.services.sign_in.ports import SignedInStore

_log = logging.getLogger(__name__)


class SignInRecords:
    """Keeps what is shown of sign-ins in step with their tokens, and publishes SignedInChanged.

    None of the calls raises: tokens that were stored or used must not count as lost because the record of them could
    not be written, which the log has then. The next renewal writes it again.
    """

    def __init__(self, *, states: SignedInStore, events: Events, clock: Clock) -> None:
        self._states = states
        self._events = events
        self._clock = clock

    def saved(self, before: SmtpProfile | None, after: SmtpProfile, tokens: Secret | None) -> None:
        """Records that an SMTP was saved, with `tokens` of a new sign-in if there are any."""
        if tokens is not None:
            self._write(after.id, lambda: self._new(after.id, tokens))
        elif before and SecretField.TOKENS in before.secret_refs and SecretField.TOKENS not in after.secret_refs:
            self.signed_out(after.id)

    def signed_out(self, profile_id: ProfileId) -> None:
        """Records that nobody is signed in any more."""
        self._write(profile_id, lambda: None)

    def renewed(self, profile_id: ProfileId, tokens: TokenSet) -> None:
        """Records that the access token was renewed."""

        def renewed() -> SignedIn:
            before = self._states.get(profile_id)
            return replace(
                self._of(profile_id, tokens), signed_in_at=before.signed_in_at if before else self._clock.now()
            )

        self._write(profile_id, renewed)

    def refused(self, profile_id: ProfileId, tokens: TokenSet, cause: Cause) -> None:
        """Records that `tokens` could not be renewed, because of `cause`."""
        self._write(
            profile_id,
            lambda: replace(self._states.get(profile_id) or self._of(profile_id, tokens), problem=str(cause)),
        )

    def _new(self, profile_id: ProfileId, secret: Secret) -> SignedIn | None:
        try:
            return self._of(profile_id, token_set_of(secret))
        except BadTokens:
            return None

    def _of(self, profile_id: ProfileId, tokens: TokenSet) -> SignedIn:
        return SignedIn(
            profile_id=profile_id,
            account=tokens.account,
            signed_in_at=self._clock.now(),
            valid_until=tokens.expires_at,
            # Without a refresh token, the sign-in ends with its only access token.
            ends_at=tokens.refresh_ends_at if tokens.refresh_token else tokens.expires_at,
        )

    def _write(self, profile_id: ProfileId, state: Callable[[], SignedIn | None]) -> None:
        try:
            present = state()
            if present is None:
                self._states.forget(profile_id)
            else:
                self._states.put(present)
        except StoreError as error:
            _log.warning("Who signed in for the SMTP %s could not be recorded: %s", profile_id, error)
            return
        self._events.publish(SignedInChanged(profile_id=profile_id, state=present))
