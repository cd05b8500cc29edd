"""The setup in memory: the SMTPs of a store in memory, and activities and choices beside them."""

from collections.abc import Callable
from dataclasses import replace

from fakes.store import MemoryProfileStore

from smtp_desktop.domain.errors import ChangedMeanwhile, FieldError, FieldErrors, NoSuchProfile, StoreError
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.natural_order import natural_key
from smtp_desktop.domain.secret import SecretRef
from smtp_desktop.domain.setup import Setup
from smtp_desktop.domain.smtp.profile import SmtpProfile


class MemorySetupStore:
    """Set `failure` to make every call raise it."""

    def __init__(self, profiles: MemoryProfileStore) -> None:
        self.failure: StoreError | None = None
        self.profiles = profiles
        self._rest = Setup()

    def read(self) -> Setup:
        self._fail()
        return replace(self._rest, profiles=tuple(self.profiles.all()))

    def change(self, make: Callable[[Setup], Setup]) -> Setup:
        before = self.read()
        after = make(before)
        store, old = self.profiles, {one.id: one for one in before.profiles}
        _refuse_equal_names([one.name for one in after.profiles], "Another SMTP already has this name.")
        _refuse_equal_names([one.name for one in after.activities], "Another activity already has this name.")
        _refuse_missing_smtps(after)
        used, used_before = _refs(after.profiles), _refs(before.profiles)
        if not used - used_before <= store.announced:
            raise ChangedMeanwhile(
                msg("Saving took too long, and the secret was erased again. Enter it again and save.")
            )
        store.profiles = {
            one.id: one if old.get(one.id) == one else replace(one, version=one.version + 1) for one in after.profiles
        }
        store.stale |= used_before - used
        store.stale -= used
        store.announced -= used
        ids = set(store.profiles)
        self._rest = Setup(
            activities=tuple(sorted(after.activities, key=lambda one: natural_key(one.name))),
            preferences=dict(after.preferences),
            signed_in={key: value for key, value in after.signed_in.items() if key in ids},
        )
        return self.read()

    def _fail(self) -> None:
        if self.failure:
            raise self.failure


def _refs(profiles: tuple[SmtpProfile, ...]) -> set[SecretRef]:
    return {ref for one in profiles for ref in one.secret_refs.values()}


def _refuse_equal_names(names: list[str], words: str) -> None:
    if len({name.lower() for name in names}) < len(names):
        raise FieldErrors((FieldError(field="name", message=msg(words)),))


def _refuse_missing_smtps(after: Setup) -> None:
    ids = {one.id for one in after.profiles}
    for one in after.activities:
        if not {each for each in (one.smtp_id, one.backup_id) if each} <= ids:
            raise NoSuchProfile(msg("The selected SMTP no longer exists. Choose another one."))
