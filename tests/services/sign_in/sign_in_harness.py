"""A harness for sign-ins and access tokens: fakes around them, which several processes share."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from fakes.authorization_servers import FakeAuthorizationServers, MemorySignedIn
from fakes.known_advice import SMTP_RULES
from fakes.small import FixedClock, RecordedEvents, numbered_ids
from fakes.store import MemoryProfileStore
from fakes.vault import MemoryVault

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.events import SignedInChanged
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.sign_in.signed_in import SignedIn
from smtp_desktop.domain.sign_in.tokens import AccessToken, TokenSet, token_set_of
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.oauth import OAuthProvider
from smtp_desktop.domain.smtp.profile import SecretField, SignIn, SmtpProfile
from smtp_desktop.services.checks.adviser import Adviser
from smtp_desktop.services.ports import Vault
from smtp_desktop.services.profiles import Profiles
from smtp_desktop.services.sign_in.access_tokens import AccessTokens
from smtp_desktop.services.sign_in.records import SignInRecords
from smtp_desktop.services.sign_in.sign_ins import SignIns
from smtp_desktop.services.sign_in.stored_tokens import TokenContext

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
SHOP = ProfileDraft(
    name="Shop",
    host_name="smtp.company.example",
    user_name="shop@company.example",
    sign_in=SignIn.BROWSER,
    provider=OAuthProvider.OTHER,
    client_id="desktop",
    client_secret=Secret("of the client"),
    authorize_url="https://login.example/authorize",
    token_url="https://login.example/token",
    scope="mail",
)
APP = replace(SHOP, name="App", sign_in=SignIn.APP_ONLY, authorize_url="")


class Process:
    """What one process has of its own, on the stores that all share."""

    def __init__(self, harness: "SignInHarness", wrap: Callable[[Any], Any] = lambda port: port) -> None:
        self.events = RecordedEvents()
        store, vault, states = wrap(harness.store), wrap(harness.used_vault), wrap(harness.states)
        records = SignInRecords(states=states, events=self.events, clock=harness.clock)
        self.profiles = Profiles(
            store=store, vault=vault, events=self.events, new_id=harness.new_id, record_sign_in=records.saved
        )
        self.sign_ins = SignIns(profiles=self.profiles, vault=vault, servers=lambda: harness.servers, states=states)
        self.tokens = AccessTokens(
            TokenContext(
                present=store.get,
                vault=vault,
                servers=lambda: harness.servers,
                records=records,
                adviser=Adviser(lambda _: SMTP_RULES),
                clock=harness.clock,
            )
        )

    def published(self) -> list[SignedIn | None]:
        return [one.state for one in self.events.published if isinstance(one, SignedInChanged)]


class SignInHarness:
    """`vault` is there in place of one in memory, whose secrets a test can look at."""

    def __init__(self, vault: Vault | None = None) -> None:
        self.clock = FixedClock(NOW)
        self.store, self.vault = MemoryProfileStore(), MemoryVault()
        self.used_vault: Vault = vault or self.vault
        self.states = MemorySignedIn(self.store)
        self.servers = FakeAuthorizationServers(self.clock)
        self.new_id = numbered_ids()
        self.process = Process(self)
        self.profiles, self.sign_ins, self.tokens = self.process.profiles, self.process.sign_ins, self.process.tokens
        self.addresses: list[str] = []
        self.codes: list[str] = []

    def sign_in(self, profile: SmtpProfile, *, by_device: bool = False, keep_other_account: bool = False) -> SignedIn:
        return self.sign_ins.sign_in(
            profile.id,
            by_device=by_device,
            keep_other_account=keep_other_account,
            cancel=Cancel(),
            on_address=self.addresses.append,
            on_code=lambda code: self.codes.append(code.code),
        )

    def signed_in(self, draft: ProfileDraft = SHOP) -> SmtpProfile:
        """Returns a stored SMTP that somebody has signed in for, with the tokens A1 and R1."""
        profile = self.profiles.create(draft)
        self.sign_in(profile)
        self.servers.calls.clear()
        self.process.events.published.clear()
        return self.profiles.get(profile.id)

    def token(self, profile: SmtpProfile, *forced: bool) -> AccessToken:
        """Returns the last token that one conversation gets; `forced` are its calls, one that is not where missing."""
        source = self.tokens.source_of(profile)
        assert source
        for force in forced or (False,):
            token = source(force, Cancel())
        return token

    def stored(self, profile: SmtpProfile) -> TokenSet | None:
        ref = self.profiles.get(profile.id).secret_refs.get(SecretField.TOKENS)
        secret = self.vault.secrets.get(ref) if ref else None
        return token_set_of(secret) if secret else None

    def state(self, profile: SmtpProfile) -> SignedIn | None:
        return self.states.get(profile.id)

    def pass_time(self, **spans: float) -> None:
        self.clock.moment += timedelta(**spans)
