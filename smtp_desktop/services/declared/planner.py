"""The plan for applying a file: the changes that it would make, and whether it can be applied at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from smtp_desktop.domain.declared.difference import (
    Action,
    Difference,
    FieldChange,
    Kind,
    activity_difference,
    profile_difference,
)
from smtp_desktop.domain.declared.document import DEFAULT_KEY, Declared, DeclaredActivity, DeclaredSmtp
from smtp_desktop.domain.declared.errors import DocumentErrors, Problem
from smtp_desktop.domain.declared.matching import matched, name_holder
from smtp_desktop.domain.delivery.activity import Activity, ActivityId
from smtp_desktop.domain.delivery.activity_rules import activity_from_draft
from smtp_desktop.domain.errors import FieldError, FieldErrors
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.domain.settings import SettingValue
from smtp_desktop.domain.smtp.kept_secrets import kept_secrets
from smtp_desktop.domain.smtp.limit_rules import LIMIT_FIELDS
from smtp_desktop.domain.smtp.profile import ProfileId, SecretField, SmtpProfile, default_of
from smtp_desktop.domain.smtp.profile_from_draft import profile_from_draft
from smtp_desktop.services.declared.ensured import Ensurer
from smtp_desktop.services.declared.wanted import Wanted, activity_draft
from smtp_desktop.services.ports import Authorities

_PLACE_KEYS = {"smtp_id": "smtp", "backup_id": "backup", **{one: f"limits.{one}" for one in LIMIT_FIELDS}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """All that is stored when a file is looked at."""

    profiles: Sequence[SmtpProfile]
    activities: Sequence[Activity]
    settings: Mapping[str, SettingValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What applying a file would change, object by object. `smtps` are those of the file, with the certificates of CAs
    as they are stored; `profiles` and `activities` are to be deleted; other activities are `unbound` by that."""

    differences: Sequence[Difference]
    smtps: Sequence[DeclaredSmtp]
    profiles: Sequence[SmtpProfile]
    activities: Sequence[Activity]
    unbound: Sequence[Difference]


class Planner:
    """Compares one file with what is stored."""

    def __init__(self, wanted: Wanted, present: Present, ensurer: Ensurer, authorities: Authorities) -> None:
        self._wanted = wanted
        self._declared = wanted.declared
        self._present = present
        self._ensurer = ensurer
        self._authorities = authorities
        self._by_name = {one.name.lower(): one for one in present.profiles}
        self._profiles = matched(self._declared.smtps or (), present.profiles)
        self._activities = matched(self._declared.activities or (), present.activities)
        self._problems: list[Problem] = []
        self._has_default = default_of(present.profiles) is not None or self._declared.default is not None

    def plan(self) -> Plan:
        """Returns what would be changed. Raises DocumentErrors with all that prevents it, VaultError."""
        profiles, activities = self._pruned_profiles(), self._pruned_activities()
        smtps = [self._with_stored_ca(one) for one in self._declared.smtps or ()]
        differences: list[Difference | None] = [self._smtp(one) for one in smtps]
        differences += self._other_default(profiles)
        ids, names = self._ids(smtps, profiles)
        differences += [self._activity(one, ids, names) for one in self._declared.activities or ()]
        differences += [
            setting_difference(name, self._present.settings[name], value)
            for name, value in self._declared.settings.items()
        ]
        differences += [deletion(Kind.ACTIVITY, one.name) for one in activities]
        differences += [deletion(Kind.SMTP, one.name) for one in profiles]
        unbound = self._unbound(profiles, activities)
        differences += unbound
        if self._problems:
            raise DocumentErrors(self._problems)
        found = [one for one in differences if one is not None]
        return Plan(differences=found, smtps=smtps, profiles=profiles, activities=activities, unbound=unbound)

    def _with_stored_ca(self, one: DeclaredSmtp) -> DeclaredSmtp:
        pem = one.draft.trusted_ca_pem
        if not pem:
            return one
        try:
            return replace(one, draft=replace(one.draft, trusted_ca_pem=self._authorities.parse(pem).pem))
        except FieldErrors as error:
            self._refuse(one.place, error)
            return one

    def _smtp(self, one: DeclaredSmtp) -> Difference | None:
        present = self._profiles.get(one.place)
        if name_holder(one, present, self._present.profiles):
            self._refuse(one.place, _taken(msg("Another SMTP already has this name.")))
            return None
        draft = self._wanted.smtp_draft(one, present)
        profile_id = present.id if present else _planned_id(one.draft.name)
        try:
            after = profile_from_draft(draft, profile_id=profile_id, stored=present)
        except FieldErrors as error:
            self._refuse(one.place, error)
            return None
        if present is None and not self._has_default:
            after, self._has_default = replace(after, is_default=True), True
        replaced = set(draft.typed_secrets)
        unread = frozenset[SecretField]()
        if present:
            replaced = set(self._ensurer.without_known_secrets(present, draft).typed_secrets)
            unread = frozenset(self._wanted.unread.get(one.place, ())) & kept_secrets(draft, present)
        return replace(profile_difference(present, after, replaced), unknown=sorted(unread))

    def _other_default(self, pruned: Sequence[SmtpProfile]) -> list[Difference]:
        """Returns the new default where it is an SMTP that the file does not describe."""
        declared, name = self._declared, self._declared.default
        before = default_of(self._present.profiles)
        if name is None:
            if before is not None and before in pruned and declared.smtps:
                words = msg("{name} is the default SMTP and would be deleted. Set default_smtp.", name=before.name)
                self._say(DEFAULT_KEY, words)
            return []
        if any(one.draft.name.lower() == name.lower() for one in declared.smtps or ()):
            return []
        present = self._by_name.get(name.strip().lower())
        if present is None or present in pruned:
            self._say(DEFAULT_KEY, msg("There is no SMTP named {name}.", name=name))
            return []
        return [profile_difference(present, replace(present, is_default=True))]

    def _activity(
        self, one: DeclaredActivity, ids: Mapping[str, ProfileId], names: Mapping[ProfileId, str]
    ) -> Difference | None:
        unknown = [
            FieldError(field=key, message=msg("There is no SMTP named {name}.", name=name))
            for key, name in (("smtp", one.smtp), ("backup", one.backup))
            if name and name.strip().lower() not in ids
        ]
        if unknown:
            self._refuse(one.place, FieldErrors(tuple(unknown)))
            return None
        present = self._activities.get(one.place)
        if name_holder(one, present, self._present.activities):
            self._refuse(one.place, _taken(msg("Another activity already has this name.")))
            return None
        draft = activity_draft(one, present, lambda smtp: ids[smtp.strip().lower()])
        try:
            after = activity_from_draft(draft, present.id if present else ActivityId(one.draft.name))
        except FieldErrors as error:
            self._refuse(one.place, error)
            return None
        return activity_difference(present, after, names)

    def _ids(
        self, smtps: Sequence[DeclaredSmtp], pruned: Sequence[SmtpProfile]
    ) -> tuple[dict[str, ProfileId], dict[ProfileId, str]]:
        """Returns the ids of all SMTPs that there will be, by their names in lower case, and the names of these and of
        those that there are."""
        planned = {self._planned_id(one): one.draft.name.strip() for one in smtps}
        gone = {one.id for one in pruned}
        left = {one.id: one.name for one in self._present.profiles if one.id not in gone} | planned
        ids = {name.lower(): profile_id for profile_id, name in left.items()}
        # What an activity is bound to by now is called as it is by now, also where the file renames that.
        return ids, {one.id: one.name for one in self._present.profiles} | planned

    def _planned_id(self, one: DeclaredSmtp) -> ProfileId:
        present = self._profiles.get(one.place)
        return present.id if present else _planned_id(one.draft.name)

    def _pruned_profiles(self) -> list[SmtpProfile]:
        if not self._wanted.prune or self._declared.smtps is None:
            return []
        kept = {one.id for one in self._profiles.values()}
        found = [one for one in self._present.profiles if one.id not in kept]
        return sorted(found, key=lambda one: one.is_default)  # the default last: until then the others have one

    def _unbound(self, profiles: Sequence[SmtpProfile], activities: Sequence[Activity]) -> list[Difference]:
        """Returns what the deletion of these SMTPs changes in activities that the file does not describe."""
        gone = {one.id for one in profiles}
        names = {one.id: one.name for one in self._present.profiles}
        described = {one.id for one in self._activities.values()}
        left = [one for one in self._present.activities if one not in activities and one.id not in described]
        after = [
            replace(
                one,
                smtp_id=None if one.smtp_id in gone else one.smtp_id,
                backup_id=None if one.backup_id in gone else one.backup_id,
            )
            for one in left
        ]
        found = [activity_difference(one, other, names) for one, other in zip(left, after, strict=True)]
        return [one for one in found if one.changed]

    def _pruned_activities(self) -> list[Activity]:
        if not self._wanted.prune or self._declared.activities is None:
            return []
        kept = {one.id for one in self._activities.values()}
        return [one for one in self._present.activities if one.id not in kept]

    def _refuse(self, place: str, error: FieldErrors) -> None:
        for one in error.errors:
            key = _PLACE_KEYS.get(one.field, one.field)
            message = one.message
            if key in set(SecretField):
                message = msg(
                    "{reason} Say where it is, for example {example}.", reason=str(message), example="{env: VARIABLE}"
                )
            self._problems.append(
                Problem(place=f"{place}.{key}", message=message, line=_line(self._declared, f"{place}.{key}", place))
            )

    def _say(self, place: str, message: MessageText) -> None:
        self._problems.append(Problem(place=place, message=message, line=self._declared.lines.get(place)))


def setting_difference(name: str, before: SettingValue, after: SettingValue) -> Difference:
    """Returns what setting it changes."""
    fields = () if before == after else (FieldChange(name="value", before=before, after=after),)
    action = Action.UPDATED if fields else Action.UNCHANGED
    return Difference(kind=Kind.SETTING, name=name, action=action, fields=fields)


def deletion(kind: Kind, name: str) -> Difference:
    """Returns that it is deleted."""
    return Difference(kind=kind, name=name, action=Action.DELETED)


def _taken(words: MessageText) -> FieldErrors:
    return FieldErrors((FieldError(field="name", message=words),))


def _planned_id(name: str) -> ProfileId:
    return ProfileId(f"planned:{name.strip().lower()}")


def _line(declared: Declared, *places: str) -> int | None:
    return next((declared.lines[place] for place in places if place in declared.lines), None)
