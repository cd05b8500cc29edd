"""The tokens of a person who signed in: used while they are valid, and renewed by one process at a time."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import Failure, HttpReply
from smtp_desktop.domain.diagnosis.kinds import Cause, FailureDetail, FailureKind, Stage
from smtp_desktop.domain.errors import NoSuchProfile, StoreError, VaultError
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.domain.secret import Secret, SecretRef
from smtp_desktop.domain.sign_in.errors import NoAccessToken
from smtp_desktop.domain.sign_in.tokens import AccessToken, BadTokens, TokenSet, to_secret, token_set_of
from smtp_desktop.domain.smtp.profile import GenericServer, SecretField, SmtpProfile
from smtp_desktop.services.checks.adviser import Adviser
from smtp_desktop.services.ports import Clock, Vault
from smtp_desktop.services.server_access import GetProfile, signs_in_alike, stored_secret
from smtp_desktop.services.sign_in.ports import AuthorizationServers
from smtp_desktop.services.sign_in.records import SignInRecords
from smtp_desktop.services.sign_in.unattended import attended

STILL_VALID_FOR = timedelta(minutes=1)
"""For how long a token has to be valid to be used: a conversation may take a while until it signs in. Keycloak's are
valid for five minutes, unless an administrator changes that: with more here, each conversation would renew them."""


_SAY_NOTHING = frozenset({Cause.SERVER_BUSY, Cause.LIMIT})
"""The causes of refusals that have nothing to do with the sign-in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenContext:
    """The ports that access tokens come from. `present` returns an SMTP as it is stored by then; `servers` is called
    with the first token that is not stored, since it loads much. `unsaved` holds renewed tokens that the vault did not
    take, beside those that they replace; `left` the renewals that nobody waits for any more."""

    present: GetProfile
    vault: Vault
    servers: Callable[[], AuthorizationServers]
    records: SignInRecords
    adviser: Adviser
    clock: Clock
    unsaved: dict[SecretRef, tuple[TokenSet, TokenSet]] = field(default_factory=dict)
    left: list[threading.Thread] = field(default_factory=list)

    def is_valid(self, tokens: TokenSet) -> bool:
        """Whether the access token can still be used."""
        return self.clock.now() + STILL_VALID_FOR < tokens.expires_at


class StoredTokens:
    """The source of one conversation for an SMTP whose tokens are stored."""

    def __init__(self, context: TokenContext, profile: SmtpProfile, typed: Mapping[SecretField, Secret]) -> None:
        """`typed` are secrets that take the place of stored ones. Raises VaultError where the vault can't be read."""
        self._context = context
        self._vault = context.vault
        self._profile = profile
        self._typed = typed
        self._given: Secret | None = None
        # Read at once, so that a locked vault shows before anything is connected.
        self._read_present()

    def __call__(self, forced: bool, cancel: Cancel) -> AccessToken:
        """Returns the stored access token, or a new one where it is `forced` or not valid any more."""
        ref, tokens = self._present()
        if forced or not self._context.is_valid(tokens):
            # Whoever stops waiting must not stop the renewal: the server may have used up the refresh token already.
            token = attended(lambda: self._renewed(ref, forced, cancel), cancel, self._context.left.append)
        else:
            token = AccessToken(value=tokens.access_token, fresh=False)
        self._given = token.value
        return token

    def _renewed(self, ref: SecretRef, forced: bool, cancel: Cancel) -> AccessToken:
        with self._vault.exclusive(ref, cancel):
            # Somebody else may have renewed it while this one waited.
            tokens = self._read(ref)
            if tokens is None:
                raise self._ended()
            before, unsaved = self._context.unsaved.get(ref, (None, None))
            if unsaved and before == tokens:
                tokens = self._saved(ref, tokens, unsaved)
            if self._context.is_valid(tokens) and (not forced or self._given not in (None, tokens.access_token)):
                return AccessToken(value=tokens.access_token, fresh=forced)
            if tokens.refresh_token is None and self._context.clock.now() < tokens.expires_at:
                return AccessToken(value=tokens.access_token, fresh=True)  # there will be no other one
            try:
                new = self._refresh(tokens)
            except NoAccessToken as error:
                self._note(ref, tokens, error.failure)
                refused = error.failure.kind is FailureKind.TOKEN_REFUSED
                if not forced and not refused and self._context.clock.now() < tokens.expires_at:
                    return AccessToken(value=tokens.access_token, fresh=False)  # it may do for this once
                raise
            self._saved(ref, tokens, new)  # at once: the old refresh token may be good for nothing now
            if not self._in_use(ref):
                self._vault.erase(ref)
        self._context.records.renewed(self._profile.id, new)
        return AccessToken(value=new.access_token, fresh=True)

    def _saved(self, ref: SecretRef, before: TokenSet, new: TokenSet) -> TokenSet:
        """Returns `new`, stored in place of `before`. Raises VaultError; then this process stores them with the next
        token that somebody asks for, so that a full disk or a locked keyring does not end the sign-in."""
        try:
            self._vault.put(ref, to_secret(new))
        except VaultError:
            self._context.unsaved[ref] = (before, new)
            raise
        self._context.unsaved.pop(ref, None)
        return new

    def _refresh(self, tokens: TokenSet) -> TokenSet:
        client = self._profile.server.oauth if isinstance(self._profile.server, GenericServer) else None
        if client is None or tokens.refresh_token is None:
            raise not_signed_in(
                msg("The sign-in of {name} has ended, and can't be renewed. Sign in again.", name=self._profile.name),
                FailureDetail.NOT_RENEWABLE,
            )
        return self._context.servers().refresh(client, tokens, client_secret=self._client_secret(), cancel=Cancel())

    def _client_secret(self) -> Secret | None:
        typed = self._typed.get(SecretField.CLIENT_SECRET)
        if typed or SecretField.CLIENT_SECRET not in self._profile.secret_refs:
            return typed
        return stored_secret(self._profile, SecretField.CLIENT_SECRET, self._vault, self._context.present)

    def _note(self, ref: SecretRef, tokens: TokenSet, failure: Failure) -> None:
        """Records why `tokens` were not renewed, and erases them where they never will be. What the network did, or a
        busy server, says nothing about them."""
        if failure.kind is not FailureKind.TOKEN_REFUSED:
            return
        cause = self._context.adviser.diagnose_sign_in(failure, self._profile).cause
        if _is_over(failure, cause):
            cause = Cause.SIGN_IN_ENDED
            if self._read(ref) == tokens:
                self._vault.erase(ref)
        if cause not in _SAY_NOTHING:
            self._context.records.refused(self._profile.id, tokens, cause)

    def _in_use(self, ref: SecretRef) -> bool:
        """Whether the SMTP has its tokens there; not where somebody signed out, or deleted it, meanwhile, who could
        not erase them then (`Profiles`)."""
        try:
            return self._context.present(self._profile.id).secret_refs.get(SecretField.TOKENS) == ref
        except NoSuchProfile:
            return False
        except StoreError:
            return True  # the database is busy or full: no reason to lose the sign-in

    def _present(self) -> tuple[SecretRef, TokenSet]:
        """Returns the stored tokens and where they are. Raises NoAccessToken where there are none."""
        found = self._read_present()
        if found is None:
            raise self._ended()
        return found

    def _read_present(self) -> tuple[SecretRef, TokenSet] | None:
        ref = self._profile.secret_refs.get(SecretField.TOKENS)
        tokens = self._read(ref) if ref else None
        if ref and tokens:
            return ref, tokens
        try:
            now = self._context.present(self._profile.id)
        except NoSuchProfile:
            return None
        if now.secret_refs.get(SecretField.TOKENS) in (None, ref) or not signs_in_alike(now, self._profile):
            return None
        self._profile = now  # somebody signed in again meanwhile
        return self._read_present()

    def _read(self, ref: SecretRef) -> TokenSet | None:
        secret = self._vault.get(ref)
        try:
            return token_set_of(secret) if secret else None
        except BadTokens:
            return None

    def _ended(self) -> NoAccessToken:
        name = self._profile.name
        if SecretField.TOKENS not in self._profile.secret_refs:
            return not_signed_in(msg("Nobody has signed in to {name} yet. Sign in.", name=name))
        return not_signed_in(msg("The sign-in of {name} has ended. Sign in again.", name=name))


def _is_over(failure: Failure, cause: Cause) -> bool:
    """Whether nothing renews these tokens any more (RFC 6749 5.2), in contrast to what the app or the server may
    correct."""
    code = failure.reply.error_code if isinstance(failure.reply, HttpReply) else ""
    return cause is Cause.SIGN_IN_ENDED or code == "invalid_grant"


def not_signed_in(message: MessageText, detail: FailureDetail = FailureDetail.NOT_SIGNED_IN) -> NoAccessToken:
    """Returns the error where there is nothing to get a token with."""
    return NoAccessToken(Failure(stage=Stage.TOKEN, kind=FailureKind.TOKEN_REFUSED, message=message, detail=detail))
