"""A harness for Profiles: fakes around it, and drafts of SMTPs."""

from dataclasses import dataclass, field, replace
from typing import Any

from fakes.call_log import LoggingStore, LoggingVault
from fakes.small import RecordedEvents, numbered_ids

from smtp_desktop.domain.secret import Secret, SecretRef
from smtp_desktop.domain.smtp.draft import ProfileDraft, draft_of
from smtp_desktop.domain.smtp.edit import ProfileEdit, edit_of
from smtp_desktop.domain.smtp.oauth import OAuthProvider
from smtp_desktop.domain.smtp.profile import ProfileType, SignIn, SmtpProfile
from smtp_desktop.services.profiles import Profiles

GUID = "8f2c6d1e-5b0a-4c57-9d0e-77e0b1d241ab"
SHOP = ProfileDraft(
    name="Shop",
    host_name="smtp.company.example",
    user_name="shop@company.example",
    password=Secret("old"),
    signature="Ann",
    description="For the shop",
)
RELAY = ProfileDraft(name="Relay", host_name="relay", auth_required=False, from_address="relay@company.example")
OFFICE = ProfileDraft(
    name="Office",
    type=ProfileType.GRAPH,
    user_name="office@company.example",
    tenant_id=GUID,
    client_id=GUID,
    password=Secret("mailbox"),
    client_secret=Secret("app"),
)

WEB = ProfileDraft(
    name="Web",
    host_name="smtp.company.example",
    user_name="web@company.example",
    sign_in=SignIn.BROWSER,
    provider=OAuthProvider.OTHER,
    issuer="https://login.company.example",
    client_id="desktop",
    client_secret=Secret("client"),
    scope="openid smtp",
    tokens=Secret("tokens"),
)


@dataclass
class ProfilesHarness:
    log: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.store = LoggingStore(self.log)
        self.vault = LoggingVault(self.log)
        self.events = RecordedEvents(self.log)
        self.profiles = Profiles(store=self.store, vault=self.vault, events=self.events, new_id=numbered_ids())

    def saved(self, draft: ProfileDraft) -> SmtpProfile:
        """Stores the draft as an SMTP, and empties the log and the events."""
        profile = self.profiles.create(draft)
        self.log.clear()
        self.events.published.clear()
        return profile

    def kept(self) -> dict[SecretRef, str]:
        return {ref: secret.reveal() for ref, secret in self.vault.secrets.items()}

    def state(self) -> tuple[object, ...]:
        return dict(self.store.profiles), self.kept(), set(self.store.stale)


def edit(profile: SmtpProfile, **typed: Any) -> ProfileEdit:
    return edit_of(profile, replace(draft_of(profile), **typed))
