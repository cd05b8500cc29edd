"""What will stop working when, by what is stored."""

from dataclasses import dataclass, replace
from datetime import tzinfo

from smtp_desktop.domain.checks.end_date import EndDate
from smtp_desktop.domain.checks.end_dates import end_dates
from smtp_desktop.domain.checks.health import ServerFact, endpoint_of
from smtp_desktop.domain.events import Event, ProfileDeleted, ProfileSaved, ServerLearned
from smtp_desktop.domain.smtp.profile import SmtpProfile
from smtp_desktop.services.ports import HealthStore, ProfileStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What deadlines are found in: every SMTP, and what is known of servers."""

    profiles: tuple[SmtpProfile, ...] = ()
    facts: tuple[ServerFact, ...] = ()

    def end_dates(self, zone: tzinfo | None = None) -> tuple[EndDate, ...]:
        """Returns all that ends, the soonest first; the days are those of `zone`, None is this computer's own."""
        return end_dates(self.profiles, self.facts, zone)

    def after(self, event: Event) -> "Sources":
        """Returns the sources as they are once this has happened; the very same ones if it has nothing to do with
        them. Who is the default does not matter here, and is not kept up."""
        match event:
            case ProfileSaved(profile=profile):
                others = tuple(other for other in self.profiles if other.id != profile.id)
                return self._with_profiles((*others, profile))
            case ProfileDeleted(profile_id=profile_id):
                return self._with_profiles(tuple(one for one in self.profiles if one.id != profile_id))
            case ServerLearned(fact=fact):
                other_facts = (one for one in self.facts if (one.host, one.port) != (fact.host, fact.port))
                return replace(self, facts=(*other_facts, fact))
            case _:
                return self

    def _with_profiles(self, profiles: tuple[SmtpProfile, ...]) -> "Sources":
        # As the store does: what is known of a server is dropped with the last SMTP that uses it.
        used = {endpoint_of(profile.server) for profile in profiles}
        return Sources(profiles=profiles, facts=tuple(fact for fact in self.facts if (fact.host, fact.port) in used))


class EndDates:
    """Reads what deadlines are found in. May block on the disk: never call it on the GUI thread."""

    def __init__(self, *, store: ProfileStore, health: HealthStore) -> None:
        self._store = store
        self._health = health

    def sources(self) -> Sources:
        """Returns what is stored now. Raises StoreError."""
        return Sources(profiles=tuple(self._store.all()), facts=tuple(self._health.server_facts()))
