"""The end dates of the stored SMTPs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import tzinfo

from smtp_desktop.domain.checks.end_date import EndDate
from smtp_desktop.domain.checks.end_dates import end_dates
from smtp_desktop.domain.checks.health import ServerFact, endpoint_of
from smtp_desktop.domain.events import Event, ProfileDeleted, ProfileSaved, ServerLearned, SignedInChanged
from smtp_desktop.domain.sign_in.signed_in import SignedIn
from smtp_desktop.domain.smtp.profile import INTERACTIVE, ProfileId, SmtpProfile
from smtp_desktop.services.ports import HealthStore, ProfileStore


@dataclass(frozen=True, slots=True, kw_only=True)
class EndDateSources:
    """The values that end dates follow from: every SMTP, the facts about servers, and who signed in."""

    profiles: tuple[SmtpProfile, ...] = ()
    facts: tuple[ServerFact, ...] = ()
    signed_in: tuple[SignedIn, ...] = ()

    def end_dates(self, zone: tzinfo | None = None) -> tuple[EndDate, ...]:
        """Returns every end date, the soonest first. Days are those of `zone`; None is this computer's own."""
        return end_dates(self.profiles, self.facts, self.signed_in, zone=zone)

    def after(self, event: Event) -> "EndDateSources":
        """Returns the sources after `event`; the same object where it does not concern them. Which SMTP is the default
        does not matter here, and is not kept up to date."""
        match event:
            case ProfileSaved(profile=profile):
                others = tuple(other for other in self.profiles if other.id != profile.id)
                return self._with_profiles((*others, profile))
            case ProfileDeleted(profile_id=profile_id):
                return self._with_profiles(tuple(profile for profile in self.profiles if profile.id != profile_id))
            case ServerLearned(fact=fact):
                other_facts = (other for other in self.facts if other.endpoint != fact.endpoint)
                return replace(self, facts=(*other_facts, fact))
            case SignedInChanged(profile_id=profile_id, state=state):
                left = tuple(other for other in self.signed_in if other.profile_id != profile_id)
                return replace(self, signed_in=(*left, state) if state else left)
            case _:
                return self

    def _with_profiles(self, profiles: tuple[SmtpProfile, ...]) -> "EndDateSources":
        # As the store does: the fact about a server goes with the last SMTP that uses it, and who signed in for an SMTP
        # with its tokens.
        used = {endpoint_of(profile.server) for profile in profiles}
        ids = {profile.id for profile in profiles if profile.server.sign_in in INTERACTIVE}
        return EndDateSources(
            profiles=profiles,
            facts=tuple(fact for fact in self.facts if fact.endpoint in used),
            signed_in=tuple(state for state in self.signed_in if state.profile_id in ids),
        )


class EndDates:
    """Reads the sources of end dates. May block on the disk: never call it on the GUI thread."""

    def __init__(
        self, *, store: ProfileStore, health: HealthStore, signed_in: Callable[[], Mapping[ProfileId, SignedIn]]
    ) -> None:
        """`signed_in` returns everybody who signed in, by SMTP, and may raise StoreError."""
        self._store = store
        self._health = health
        self._signed_in = signed_in

    def sources(self) -> EndDateSources:
        """Returns the sources as stored now. Raises StoreError."""
        return EndDateSources(
            profiles=tuple(self._store.all()),
            facts=tuple(self._health.server_facts()),
            signed_in=tuple(self._signed_in().values()),
        )
