"""SMTPs and activities that are made what was asked for: created where there is none of that name, else changed, and
left alone where they are so already."""

from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from smtp_desktop.domain.declared.difference import Difference, activity_difference, profile_difference
from smtp_desktop.domain.delivery.activity import Activity, ActivityDraft, ActivityId, activity_draft_of
from smtp_desktop.domain.delivery.activity_edit import changed_fields as changed_activity_fields
from smtp_desktop.domain.delivery.activity_edit import edit_of as activity_edit_of
from smtp_desktop.domain.errors import (
    ChangedMeanwhile,
    FieldErrors,
    NoSuchActivity,
    NoSuchProfile,
    VaultError,
    VaultLocked,
)
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.smtp.draft import ProfileDraft, draft_of
from smtp_desktop.domain.smtp.edit import changed_fields, edit_of
from smtp_desktop.domain.smtp.kept_secrets import kept_secrets
from smtp_desktop.domain.smtp.profile import ProfileId, SecretField, SmtpProfile
from smtp_desktop.services.activities import Activities
from smtp_desktop.services.ports import Vault
from smtp_desktop.services.profiles import Profiles

_TRIES = 20  # each one that fails is another writer's success

Stored = TypeVar("Stored", SmtpProfile, Activity)
Drafted = Callable[[SmtpProfile | None], ProfileDraft]
"""Returns what the SMTP is to be, for how it is stored now; None where there is none."""
DraftedActivity = Callable[[Activity | None], ActivityDraft]
"""Does so of an activity."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ensured(Generic[Stored]):
    """An object as it is now, and what had to be changed for that."""

    stored: Stored
    difference: Difference


class Ensurer:
    """Ensures that SMTPs and activities are as they were asked for. Where others write at the same time, it looks again
    and changes what is still to be changed. Blocks on the disk and the keyring."""

    def __init__(self, *, profiles: Profiles, activities: Activities, vault: Vault) -> None:
        self._profiles = profiles
        self._activities = activities
        self._vault = vault

    def find_profile(self, name: str, profile_id: ProfileId | None = None) -> SmtpProfile | None:
        """Returns the SMTP of that id, else of that name, ignoring case. Raises StoreError."""
        if profile_id is not None:
            with suppress(NoSuchProfile):
                return self._profiles.get(profile_id)
        try:
            return self._profiles.by_name(name)
        except NoSuchProfile:
            return None

    def find_activity(self, name: str, activity_id: ActivityId | None = None) -> Activity | None:
        """Returns the activity of that id, else of that name, ignoring case. Raises StoreError."""
        if activity_id is not None:
            with suppress(NoSuchActivity):
                return self._activities.get(activity_id)
        try:
            return self._activities.by_name(name)
        except NoSuchActivity:
            return None

    def profile(
        self,
        name: str,
        drafted: Drafted,
        *,
        named: Collection[str] = (),
        default_if_none: bool = False,
        profile_id: ProfileId | None = None,
    ) -> Ensured[SmtpProfile]:
        """Makes the SMTP of that id, else of that name, what `drafted` returns; `named` are the fields that were asked
        for, by which no others' change of them is overlooked. A new one gets the id, and becomes the default with
        `default_if_none` if there is none.

        Raises FieldErrors, VaultError, StoreError, and ChangedMeanwhile where others never stopped changing it.
        """

        def attempt() -> Ensured[SmtpProfile] | None:
            present = self.find_profile(name, profile_id)
            draft = drafted(present)
            if present is not None:
                return self._changed_profile(present, draft, named)
            try:
                created = self._profiles.create(draft, default_if_none=default_if_none, profile_id=profile_id)
            except FieldErrors:
                if self.find_profile(name) is None:
                    raise
                return None  # another one was first
            return Ensured(stored=created, difference=profile_difference(None, created))

        return _tried(attempt)

    def _changed_profile(
        self, present: SmtpProfile, draft: ProfileDraft, named: Collection[str]
    ) -> Ensured[SmtpProfile]:
        draft = self.without_known_secrets(present, draft)
        if not draft.typed_secrets and not changed_fields(draft, draft_of(present)):
            return Ensured(stored=present, difference=profile_difference(present, present))
        change = self._profiles.change(present.id, edit_of(present, draft, named))
        return Ensured(stored=change.after, difference=profile_difference(change.before, change.after))

    def without_known_secrets(self, stored: SmtpProfile, draft: ProfileDraft) -> ProfileDraft:
        """Returns the draft without the typed secrets that the vault holds for the SMTP already. Raises VaultError
        where it can't be read."""
        kept = kept_secrets(draft, stored)
        known = [
            one for one, typed in draft.typed_secrets.items() if one in kept and self._is_stored(stored, one, typed)
        ]
        none: dict[str, Any] = dict.fromkeys(map(str, known))
        return replace(draft, **none)

    def _is_stored(self, stored: SmtpProfile, one: SecretField, typed: object) -> bool:
        try:
            return self._vault.get(stored.secret_refs[one]) == typed
        except VaultLocked:
            raise
        except VaultError as error:
            what = str(one).replace("_", " ")
            raise VaultError(
                msg(
                    "The stored {secret} of {name} can't be read, so it can't be compared: {reason}",
                    secret=what,
                    name=stored.name,
                    reason=str(error),
                )
            ) from error

    def activity(
        self,
        name: str,
        drafted: DraftedActivity,
        *,
        named: Collection[str] = (),
        activity_id: ActivityId | None = None,
    ) -> Ensured[Activity]:
        """Makes the activity of that id, else of that name, what `drafted` returns, as `profile` does."""

        def attempt() -> Ensured[Activity] | None:
            present = self.find_activity(name, activity_id)
            draft = drafted(present)
            if present is not None:
                return self._changed_activity(present, draft, named)
            try:
                created = self._activities.create(draft, activity_id)
            except FieldErrors:
                if self.find_activity(name) is None:
                    raise
                return None  # another one was first
            return Ensured(stored=created, difference=activity_difference(None, created, self._smtp_names(created)))

        return _tried(attempt)

    def _changed_activity(self, present: Activity, draft: ActivityDraft, named: Collection[str]) -> Ensured[Activity]:
        if not changed_activity_fields(draft, activity_draft_of(present)):
            return Ensured(stored=present, difference=activity_difference(present, present, {}))
        change = self._activities.change(present.id, activity_edit_of(present, draft, named))
        difference = activity_difference(change.before, change.after, self._smtp_names(change.before, change.after))
        return Ensured(stored=change.after, difference=difference)

    def _smtp_names(self, *activities: Activity) -> dict[ProfileId, str]:
        """Returns the names of the SMTPs that these activities are bound to, as far as they still exist."""
        names: dict[ProfileId, str] = {}
        for profile_id in {one for each in activities for one in (each.smtp_id, each.backup_id) if one}:
            with suppress(NoSuchProfile):
                names[profile_id] = self._profiles.get(profile_id).name
        return names


def _tried(attempt: Callable[[], Ensured[Stored] | None]) -> Ensured[Stored]:
    """Returns the first result of `attempt`, which is called again where others were first."""
    for _ in range(_TRIES - 1):
        try:
            result = attempt()
        except (ChangedMeanwhile, NoSuchProfile, NoSuchActivity):
            continue
        if result is not None:
            return result
    result = attempt()
    if result is None:
        raise ChangedMeanwhile(msg("Others keep creating and deleting it. Nothing was saved; try again."))
    return result
