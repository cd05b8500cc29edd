"""Stores in memory."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from fakes.stored import put

from smtp_desktop.domain.checks.check_detail import CheckDetail, TriedServer
from smtp_desktop.domain.checks.health import CheckResult, ServerFact
from smtp_desktop.domain.errors import ChangedMeanwhile, FieldError, FieldErrors, NoSuchProfile, StoreError
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.natural_order import natural_key
from smtp_desktop.domain.secret import SecretRef
from smtp_desktop.domain.smtp.profile import ProfileId, SmtpProfile, refuse_wrong_default


class MemoryProfileStore:
    """Set `failure` to make every call raise it."""

    def __init__(self, *profiles: SmtpProfile) -> None:
        self.failure: StoreError | None = None
        self.profiles: dict[ProfileId, SmtpProfile] = {}
        self.stale: set[SecretRef] = set()
        self.announced: set[SecretRef] = set()
        self.long_ago: set[SecretRef] = set()
        self.kept: set[SecretRef] = set()  # by backups
        self.results: dict[ProfileId, list[CheckResult]] = {}
        for profile in profiles:
            put(self, profile)

    def all(self) -> Sequence[SmtpProfile]:
        self._fail()
        return self._sorted()

    def _sorted(self) -> Sequence[SmtpProfile]:
        return tuple(
            sorted(self.profiles.values(), key=lambda p: (not p.is_default, natural_key(p.name), p.name.lower()))
        )

    def get(self, profile_id: ProfileId) -> SmtpProfile:
        self._fail()
        if profile_id not in self.profiles:
            raise NoSuchProfile(msg("This SMTP no longer exists."))
        return self.profiles[profile_id]

    def named(self, name: str) -> SmtpProfile | None:
        return next((one for one in self.profiles.values() if one.name.lower() == name.lower()), None)

    def add(self, make: Callable[[Sequence[SmtpProfile]], SmtpProfile]) -> SmtpProfile:
        self._fail()
        return self._put(None, make(self._sorted()))

    def change(self, profile_id: ProfileId, change: Callable[[SmtpProfile], SmtpProfile]) -> SmtpProfile:
        before = self.get(profile_id)
        after = change(before)
        return before if after == before else self._put(before, after)

    def _put(self, before: SmtpProfile | None, profile: SmtpProfile) -> SmtpProfile:
        others = [other for other in self.profiles.values() if other.id != profile.id]
        if any(other.name.lower() == profile.name.lower() for other in others):
            raise FieldErrors((FieldError(field="name", message=msg("Another SMTP already has this name.")),))
        used_before = set(before.secret_refs.values()) if before else set()
        if not set(profile.secret_refs.values()) - used_before <= self.announced:
            raise ChangedMeanwhile(
                msg("Saving took too long, and the secret was erased again. Enter it again and save.")
            )
        if profile.is_default:
            self._drop_default()
        tried_anew = before is not None and _tested(before) != _tested(profile)
        settings_version = before.settings_version + tried_anew if before else 1
        version = before.version + 1 if before else 1
        self.profiles[profile.id] = replace(profile, version=version, settings_version=settings_version)
        self._sort_out_secrets(before)
        return self.profiles[profile.id]

    def delete(
        self, profile_id: ProfileId, *, new_default: ProfileId | None, keep_secrets: bool = False
    ) -> SmtpProfile:
        before = self.get(profile_id)
        if new_default == profile_id:
            raise NoSuchProfile(msg("This SMTP no longer exists."))
        successor = self.get(new_default) if new_default is not None else None
        refuse_wrong_default(before, new_default=new_default, left=len(self.profiles) - 1)
        del self.profiles[profile_id]
        self.results.pop(profile_id, None)
        if not keep_secrets:
            self.kept.difference_update(before.secret_refs.values())
        if successor:
            self.profiles[successor.id] = replace(successor, is_default=True, version=successor.version + 1)
        self._sort_out_secrets(before)
        return before

    def announce_secret(self, ref: SecretRef) -> None:
        self._fail()
        self.stale.add(ref)
        self.announced.add(ref)

    def stale_secrets(self) -> Sequence[SecretRef]:
        self._fail()
        return tuple(sorted(self.stale - self.kept))

    def abandon_secrets(self) -> Sequence[SecretRef]:
        self._fail()
        self.announced -= self.long_ago
        return tuple(sorted(self.stale - self.announced - self.kept))

    def pass_a_day(self) -> None:
        """What was announced until now was announced long ago."""
        self.long_ago |= self.announced

    def forget_secret(self, ref: SecretRef) -> None:
        self._fail()
        self.stale.discard(ref)

    def _drop_default(self) -> None:
        for key, profile in self.profiles.items():
            if profile.is_default:
                self.profiles[key] = replace(profile, is_default=False, version=profile.version + 1)

    def _sort_out_secrets(self, before: SmtpProfile | None) -> None:
        if before:
            self.stale.update(before.secret_refs.values())
            self.announced.difference_update(before.secret_refs.values())
        for profile in self.profiles.values():
            self.stale.difference_update(profile.secret_refs.values())
            self.announced.difference_update(profile.secret_refs.values())

    def _fail(self) -> None:
        if self.failure:
            raise self.failure


def _tested(profile: SmtpProfile) -> object:
    """Returns what a test of the SMTP depends on."""
    server = replace(
        profile.server, client_secret_valid_until=None, next_app_certificate=None, next_certificate_ref=None
    )
    return server, profile.from_address


class MemoryHealthStore:
    """Set `failure` to make every call raise it. Without `profiles`, every SMTP exists."""

    def __init__(self, profiles: MemoryProfileStore | None = None) -> None:
        self.failure: StoreError | None = None
        self.facts: dict[tuple[str, int], ServerFact] = {}
        self._profiles = profiles
        self._details: dict[CheckResult, CheckDetail] = {}
        self._results: dict[ProfileId, list[CheckResult]] = profiles.results if profiles else {}

    def record(self, *results: CheckResult, details: Mapping[CheckResult, CheckDetail] | None = None) -> None:
        self._fail()
        self._details |= details or {}
        for result in results:
            if self._profiles is None or result.profile_id in self._profiles.profiles:
                kept = self._results.setdefault(result.profile_id, [])
                kept.append(result)
                del kept[:-200]
                for worked, count in ((True, 3), (False, 20)):
                    old = [one for one in kept if one.ok is worked and one in self._details][:-count]
                    self._details |= {one: replace(self._details[one], timeline=None) for one in old}

    def detail_of(self, result: CheckResult) -> CheckDetail | None:
        self._fail()
        return self._details.get(result)

    def last_working(self, profile_id: ProfileId) -> TriedServer | None:
        self._fail()
        worked = [one for one in self._results.get(profile_id, []) if one.ok and one in self._details]
        return self._details[worked[-1]].server if worked else None

    def latest(self, count: int) -> dict[ProfileId, list[CheckResult]]:
        self._fail()
        return {key: results[-count:] for key, results in self._results.items()} if count > 0 else {}

    def of(self, profile_id: ProfileId, count: int) -> Sequence[CheckResult]:
        return self.latest(count).get(profile_id, [])

    def learn(self, fact: ServerFact) -> None:
        self._fail()
        self.facts[fact.host, fact.port] = fact

    def server_fact(self, host: str, port: int) -> ServerFact | None:
        self._fail()
        return self.facts.get((host, port))

    def server_facts(self) -> Sequence[ServerFact]:
        self._fail()
        return tuple(self.facts[key] for key in sorted(self.facts))

    def _fail(self) -> None:
        if self.failure:
            raise self.failure
