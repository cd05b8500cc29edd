"""The access tokens that SMTPs sign in with: those of people, which are stored, and those of apps."""

import threading
import time
from collections.abc import Callable, Mapping

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.errors import Cancelled
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.sign_in.tokens import AccessToken, BadTokens, TokenSet, TokenSource, token_set_of
from smtp_desktop.domain.smtp.profile import INTERACTIVE, GenericServer, ProfileId, SecretField, SmtpProfile
from smtp_desktop.services.server_access import secrets_of
from smtp_desktop.services.sign_in.stored_tokens import StoredTokens, TokenContext, not_signed_in

_LOOK_EVERY_S = 0.05
_LAST_S = 10.0


class AccessTokens:
    """Where conversations get their access tokens from. Safe from every thread, and for any number of processes."""

    def __init__(self, context: TokenContext) -> None:
        self._context = context
        self._of_apps = _AppTokens()

    def close(self) -> None:
        """Waits a few seconds for renewals that nobody waits for any more: the authorization server may have used up
        the refresh token already, and what it gave instead would be lost with the process."""
        ends_s = time.monotonic() + _LAST_S
        for thread in self._context.left:
            thread.join(max(0.0, ends_s - time.monotonic()))

    def source_of(self, profile: SmtpProfile, typed: Mapping[SecretField, Secret] | None = None) -> TokenSource | None:
        """Returns the source of access tokens for one conversation; None where `profile` signs in without. `typed` are
        secrets that take the place of stored ones. Raises VaultError where the vault can't be read."""
        server = profile.server
        if not isinstance(server, GenericServer) or not profile.needs_token:
            return None
        secrets = dict(typed or {})
        if server.sign_in in INTERACTIVE:
            just_now = secrets.get(SecretField.TOKENS)
            return self._of_draft(just_now) if just_now else StoredTokens(self._context, profile, secrets)
        found = secrets_of(profile, self._context.vault, self._context.present, secrets)
        return self._of_app(profile, server, found, cached=not secrets and profile.version > 0)

    def _of_draft(self, secret: Secret) -> TokenSource:
        """Returns the source for a form in which somebody has just signed in. Nothing renews its tokens: a rotated one
        would be lost with the form."""

        def source(_: bool, __: Cancel) -> AccessToken:
            try:
                tokens = token_set_of(secret)
            except BadTokens:
                raise not_signed_in(msg("The sign-in can't be read. Sign in again.")) from None
            if self._context.clock.now() >= tokens.expires_at:
                raise not_signed_in(msg("The sign-in in this form is too old. Sign in again."))
            return AccessToken(value=tokens.access_token, fresh=True)

        return source

    def _of_app(
        self, profile: SmtpProfile, server: GenericServer, secrets: Mapping[SecretField, Secret], *, cached: bool
    ) -> TokenSource:
        def source(forced: bool, cancel: Cancel) -> AccessToken:
            def issue() -> TokenSet:
                return self._context.servers().app_token(server, secrets=secrets, cancel=cancel)

            if not cached:
                return AccessToken(value=issue().access_token, fresh=True)
            return self._of_apps.token(profile, forced, issue, self._context.is_valid, cancel)

        return source


class _AppTokens:
    """The tokens of apps, which this process keeps in memory: for each SMTP the one of its present version."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._locks: dict[ProfileId, threading.Lock] = {}
        self._tokens: dict[ProfileId, tuple[int, TokenSet]] = {}

    def token(
        self,
        profile: SmtpProfile,
        forced: bool,
        issue: Callable[[], TokenSet],
        is_valid: Callable[[TokenSet], bool],
        cancel: Cancel,
    ) -> AccessToken:
        """Returns the token in memory, unless it is `forced` or not valid any more; one thread at a time asks for a
        new one."""
        with self._lock:
            lock = self._locks.setdefault(profile.id, threading.Lock())
            seen = self._tokens.get(profile.id)
        while not lock.acquire(timeout=_LOOK_EVERY_S):
            if cancel.requested:
                raise Cancelled(msg("Stopped while waiting for an access token."))
        try:
            known = self._tokens.get(profile.id)
            usable = known is not None and known[0] == profile.version and is_valid(known[1])
            if known and usable and (not forced or known is not seen):
                return AccessToken(value=known[1].access_token, fresh=forced)
            tokens = issue()
            self._tokens[profile.id] = (profile.version, tokens)
            return AccessToken(value=tokens.access_token, fresh=True)
        finally:
            lock.release()
