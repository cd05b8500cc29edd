"""An authorization server without a network, which rotates its refresh tokens."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from fakes.store import MemoryProfileStore

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import Failure, FailureKind, HttpReply, Stage
from smtp_desktop.domain.errors import StoreError
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.sign_in.errors import NoAccessToken
from smtp_desktop.domain.sign_in.signed_in import SignedIn
from smtp_desktop.domain.sign_in.tokens import DeviceCode, TokenSet
from smtp_desktop.domain.smtp.oauth import OAuthClient
from smtp_desktop.domain.smtp.profile import GenericServer, ProfileId, SecretField
from smtp_desktop.services.ports import Clock

LIFETIME = timedelta(hours=1)


def refused(
    error_code: str = "invalid_grant", text: str = "Token has been expired or revoked.", code: int = 400
) -> NoAccessToken:
    """The refusal of a token."""
    reply = HttpReply(code=code, error_code=error_code, text=(text,))
    return NoAccessToken(
        Failure(stage=Stage.TOKEN, kind=FailureKind.TOKEN_REFUSED, message=msg("Refused."), reply=reply)
    )


def unreachable() -> NoAccessToken:
    """The failure where nothing answers."""
    return NoAccessToken(Failure(stage=Stage.CONNECT, kind=FailureKind.REFUSED, message=msg("Nothing listens.")))


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenCall:
    """The arguments of a call: `how` is its name."""

    how: str
    client: OAuthClient | None
    client_secret: Secret | None = None
    user_name: str = ""
    secrets: tuple[SecretField, ...] = ()


class FakeAuthorizationServers:
    """Signs everybody in as `account`. A refresh token works once. `failure` is raised instead of the next answers;
    `during` runs within each call, before its answer."""

    def __init__(self, clock: Clock, account: str = "shop@company.example") -> None:
        self.account = account
        self.failure: NoAccessToken | None = None
        self.during: Callable[[], None] = lambda: None
        self.ends_at: datetime | None = None
        self.with_refresh_token = True
        self.token_length = 2
        self.calls: list[TokenCall] = []
        self.issued: list[TokenSet] = []
        self._clock = clock
        self._usable: set[str] = set()

    @property
    def refreshes(self) -> list[TokenCall]:
        return [call for call in self.calls if call.how == "refresh"]

    def issue(self) -> TokenSet:
        """Issues the next tokens, A1 and R1, A2 and R2, and so on."""
        number = len(self.issued) + 1
        refresh_token = f"R{number}" if self.with_refresh_token else None
        if refresh_token:
            self._usable.add(refresh_token)
        self.issued.append(
            TokenSet(
                access_token=Secret(f"A{number}".ljust(self.token_length, "~")),
                expires_at=self._clock.now() + LIFETIME,
                refresh_token=Secret(refresh_token) if refresh_token else None,
                refresh_ends_at=self.ends_at,
                account=self.account,
                scope="mail",
            )
        )
        return self.issued[-1]

    def revoke(self) -> None:
        """Makes every refresh token useless."""
        self._usable.clear()

    def sign_in_by_browser(
        self,
        client: OAuthClient,
        *,
        client_secret: Secret | None,
        user_name: str,
        cancel: Cancel,
        on_address: Callable[[str], None],
    ) -> TokenSet:
        on_address("https://login.example/authorize")
        return self._answer(TokenCall(how="browser", client=client, client_secret=client_secret, user_name=user_name))

    def sign_in_by_device(
        self,
        client: OAuthClient,
        *,
        client_secret: Secret | None,
        user_name: str,
        cancel: Cancel,
        on_code: Callable[[DeviceCode], None],
    ) -> TokenSet:
        on_code(DeviceCode(code="WDJB", address="https://login.example/device", expires_at=self._clock.now()))
        return self._answer(TokenCall(how="device", client=client, client_secret=client_secret, user_name=user_name))

    def refresh(
        self, client: OAuthClient, tokens: TokenSet, *, client_secret: Secret | None, cancel: Cancel
    ) -> TokenSet:
        call = TokenCall(how="refresh", client=client, client_secret=client_secret)
        return self._answer(call, tokens.refresh_token)

    def app_token(self, server: GenericServer, *, secrets: Mapping[SecretField, Secret], cancel: Cancel) -> TokenSet:
        return self._answer(TokenCall(how="app", client=server.oauth, secrets=tuple(sorted(secrets))))

    def _answer(self, call: TokenCall, refresh_token: Secret | None = None) -> TokenSet:
        self.calls.append(call)
        self.during()
        if self.failure:
            raise self.failure
        if refresh_token is not None:
            if refresh_token.reveal() not in self._usable:
                raise refused()
            self._usable.discard(refresh_token.reveal())
        return self.issue()


class MemorySignedIn:
    """Keeps who signed in for the SMTPs in `profiles`, in memory, as long as these have their tokens. Every call raises
    `failure`, if set."""

    def __init__(self, profiles: MemoryProfileStore) -> None:
        self.failure: StoreError | None = None
        self._profiles = profiles
        self._states: dict[ProfileId, tuple[SignedIn, bool]] = {}

    def get(self, profile_id: ProfileId) -> SignedIn | None:
        return self.all().get(profile_id)

    def all(self) -> Mapping[ProfileId, SignedIn]:
        self._fail()
        return {
            key: state
            for key, (state, had_tokens) in self._states.items()
            if key in self._profiles.profiles and (self._has_tokens(key) or not had_tokens)
        }

    def put(self, signed_in: SignedIn) -> None:
        self._fail()
        if signed_in.profile_id in self._profiles.profiles:
            self._states[signed_in.profile_id] = signed_in, self._has_tokens(signed_in.profile_id)

    def forget(self, profile_id: ProfileId) -> None:
        self._fail()
        self._states.pop(profile_id, None)

    def _has_tokens(self, profile_id: ProfileId) -> bool:
        return SecretField.TOKENS in self._profiles.profiles[profile_id].secret_refs

    def _fail(self) -> None:
        if self.failure:
            raise self.failure
