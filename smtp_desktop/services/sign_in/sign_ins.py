"""The sign-in of people: with a browser on this computer, or by a code on another device."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.errors import NoSuchProfile, SmtpDesktopError, VaultError, VaultLocked
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.sign_in.errors import OtherAccount
from smtp_desktop.domain.sign_in.signed_in import SignedIn
from smtp_desktop.domain.sign_in.tokens import DeviceCode, TokenSet, to_secret
from smtp_desktop.domain.smtp.draft import ProfileDraft, draft_of
from smtp_desktop.domain.smtp.edit import PLACE_FIELDS, edit_of
from smtp_desktop.domain.smtp.kept_secrets import kept_secrets
from smtp_desktop.domain.smtp.oauth import OAuthClient
from smtp_desktop.domain.smtp.profile import INTERACTIVE, ProfileId, SecretField, SmtpProfile
from smtp_desktop.services.ports import Vault
from smtp_desktop.services.profiles import Profiles
from smtp_desktop.services.server_access import stored_secret
from smtp_desktop.services.sign_in.ports import AuthorizationServers, SignedInStore

_log = logging.getLogger(__name__)

_DEPENDED_ON = (*PLACE_FIELDS, "client_id", "scope", "user_name", "sign_in", "auth_required")
"""What tokens were issued for: if others change that meanwhile, they are of no use."""


class NoInteractiveSignIn(SmtpDesktopError):
    """The SMTP does not sign in by browser or code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """How a person signs in."""

    by_device: bool
    keep_other_account: bool
    cancel: Cancel
    on_address: Callable[[str], None]
    on_code: Callable[[DeviceCode], None]


class SignIns:
    """Lets people sign in and out. Any call may block on the network, the keyring, and the person: never call it on
    the GUI thread."""

    def __init__(
        self,
        *,
        profiles: Profiles,
        vault: Vault,
        servers: Callable[[], AuthorizationServers],
        states: SignedInStore,
    ) -> None:
        self._profiles = profiles
        self._vault = vault
        self._servers = servers
        self._states = states

    def sign_in(
        self,
        profile_id: ProfileId,
        *,
        by_device: bool,
        keep_other_account: bool,
        cancel: Cancel,
        on_address: Callable[[str], None],
        on_code: Callable[[DeviceCode], None],
    ) -> SignedIn:
        """Lets a person sign in for a stored SMTP, and stores the tokens in place of any others; a hold on it that the
        old ones caused ends. Publishes ProfileSaved and SignedInChanged.

        `on_address` gets the address for the browser, or `on_code`, if it is `by_device`, what to enter on another
        device; neither may block. Raises OtherAccount unless `keep_other_account`: `keep` takes that. Raises
        NoAccessToken, Cancelled, ProfileChanged, NoInteractiveSignIn, NoSuchProfile, VaultError, StoreError; then
        nothing was stored.
        """
        way = _Way(
            by_device=by_device,
            keep_other_account=keep_other_account,
            cancel=cancel,
            on_address=on_address,
            on_code=on_code,
        )
        profile = self._profiles.get(profile_id)
        self._vault.new_ref(profile_id, SecretField.TOKENS)  # a locked vault shows before anybody signs in
        return self._keep(profile, self._tokens(draft_of(profile), profile, way), cancel)

    def keep(self, profile_id: ProfileId, error: OtherAccount) -> SignedIn:
        """Stores the tokens of another account, which may send as User Name (a shared mailbox). Raises as `sign_in`
        does, but for the network."""
        return self._keep(self._profiles.get(profile_id), error.tokens, None)

    def sign_in_draft(
        self,
        draft: ProfileDraft,
        profile_id: ProfileId | None,
        *,
        by_device: bool,
        keep_other_account: bool,
        cancel: Cancel,
        on_address: Callable[[str], None],
        on_code: Callable[[DeviceCode], None],
    ) -> TokenSet:
        """Lets a person sign in for the content of a form, and stores nothing: the result becomes the draft's tokens
        (`to_secret`). `profile_id` is the SMTP that the form edits. Otherwise as `sign_in`."""
        way = _Way(
            by_device=by_device,
            keep_other_account=keep_other_account,
            cancel=cancel,
            on_address=on_address,
            on_code=on_code,
        )
        stored = self._profiles.get(profile_id) if profile_id else None
        return self._tokens(draft, stored, way)

    def sign_out(self, profile_id: ProfileId) -> SmtpProfile:
        """Erases the tokens of the SMTP and what is known of the sign-in. Raises NoSuchProfile, StoreError, and
        VaultLocked: the tokens would stay. A vault that is broken does not prevent it."""
        ref = self._profiles.get(profile_id).secret_refs.get(SecretField.TOKENS)
        try:
            if ref:
                self._vault.get(ref)
        except VaultLocked:
            raise
        except VaultError as error:
            _log.warning("The tokens of the SMTP %s can't be erased yet: %s", profile_id, error)
        return self._profiles.drop_tokens(profile_id)

    def state_of(self, profile_id: ProfileId) -> SignedIn | None:
        """Returns who is signed in for the SMTP; None where nobody is. Raises StoreError."""
        return self._states.get(profile_id)

    def states(self) -> Mapping[ProfileId, SignedIn]:
        """Returns everybody who is signed in, by SMTP. Raises StoreError."""
        return self._states.all()

    def _keep(self, profile: SmtpProfile, tokens: TokenSet, cancel: Cancel | None) -> SignedIn:
        draft = replace(draft_of(profile), tokens=to_secret(tokens))
        self._profiles.save(profile.id, edit_of(profile, draft, named=_DEPENDED_ON), cancel)
        state = self._states.get(profile.id)
        if state is None:
            raise NoSuchProfile(msg("This SMTP no longer exists."))
        return state

    def _tokens(self, draft: ProfileDraft, stored: SmtpProfile | None, way: _Way) -> TokenSet:
        client = draft.client
        if client is None or draft.sign_in not in INTERACTIVE:
            raise NoInteractiveSignIn(
                msg("{name} does not sign in by browser. Choose Browser (OAuth2) first.", name=draft.name)
            )
        tokens = self._obtain(client, draft, self._client_secret(draft, stored), way)
        wanted = draft.user_name.strip()
        same = tokens.account.casefold() == wanted.casefold()
        if tokens.account and wanted and not same and not way.keep_other_account:
            raise OtherAccount(tokens, wanted)
        return tokens

    def _obtain(self, client: OAuthClient, draft: ProfileDraft, client_secret: Secret | None, way: _Way) -> TokenSet:
        user_name = draft.user_name.strip()
        if way.by_device:
            return self._servers().sign_in_by_device(
                client, client_secret=client_secret, user_name=user_name, cancel=way.cancel, on_code=way.on_code
            )
        return self._servers().sign_in_by_browser(
            client, client_secret=client_secret, user_name=user_name, cancel=way.cancel, on_address=way.on_address
        )

    def _client_secret(self, draft: ProfileDraft, stored: SmtpProfile | None) -> Secret | None:
        """Returns the client secret, typed or stored; None where there is none, as for a public client."""
        typed = draft.typed_secrets.get(SecretField.CLIENT_SECRET)
        if typed or stored is None or SecretField.CLIENT_SECRET not in kept_secrets(draft, stored):
            return typed
        return stored_secret(stored, SecretField.CLIENT_SECRET, self._vault, self._profiles.get)
