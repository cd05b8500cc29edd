"""Chosen rows of files of ours, merged into the setup: SMTPs, activities and settings."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from smtp_desktop.domain.delivery.activity import Activity, ActivityId
from smtp_desktop.domain.delivery.activity_rules import activity_from_draft
from smtp_desktop.domain.errors import ChangedMeanwhile, FieldError, FieldErrors
from smtp_desktop.domain.imports.naming import free_name
from smtp_desktop.domain.imports.preview import ImportAction, ImportKind, ImportRow
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.settings import SETTINGS, setting_values
from smtp_desktop.domain.setup import Setup
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.kept_secrets import kept_secrets
from smtp_desktop.domain.smtp.profile import ProfileId, SmtpProfile, default_of, with_refs
from smtp_desktop.domain.smtp.profile_from_draft import profile_from_draft
from smtp_desktop.domain.smtp.tags import changed_tags
from smtp_desktop.services.declared.wanted import activity_draft
from smtp_desktop.services.imports.ports import ChosenRow

Stored = TypeVar("Stored", SmtpProfile, Activity)


def merged(chosen: Sequence[ChosenRow], setup: Setup, tags: Sequence[str] = ()) -> Setup:
    """Returns the setup with these rows; the SMTPs get `tags` as well. Raises ChangedMeanwhile where what they were
    compared with is gone, FieldErrors."""
    # Those that are stored first: they may give up names that others get.
    in_order = sorted(chosen, key=lambda one: one.action is not ImportAction.UPDATE)
    merge = _Merge(setup, {one.profile_id for one in chosen if one.action is ImportAction.UPDATE}, tags)
    for one in in_order:
        if one.row.kind is ImportKind.SMTP:
            merge.add_smtp(one)
    for one in in_order:
        if one.row.kind is ImportKind.ACTIVITY:
            merge.add_activity(one)
        elif one.row.kind is ImportKind.SETTINGS:
            merge.add_settings(one.row)
    return merge.setup()


def updated(draft: ProfileDraft, stored: SmtpProfile, taken: Container[str]) -> ProfileDraft:
    """Returns what the stored SMTP becomes by what a file says of it: everything, but for what the file can't say. It
    keeps its name where that of the file is in `taken`, names of others in lower case."""
    is_taken = draft.name.strip().lower() in taken
    same_type = stored.type is draft.type
    return replace(
        draft,
        name=stored.name if is_taken else draft.name,
        is_default=stored.is_default,
        app_certificate=draft.app_certificate or (stored.server.app_certificate if same_type else None),
        next_app_certificate=stored.server.next_app_certificate if same_type else None,
    )


def after_update(after: ProfileDraft, stored: SmtpProfile) -> SmtpProfile:
    """Returns the stored SMTP as `updated` has it, with the secrets that it may keep: it may then need some. Raises
    FieldErrors."""
    kept = kept_secrets(after, stored)
    refs = {field: ref for field, ref in stored.secret_refs.items() if field in kept}
    return profile_from_draft(
        after,
        profile_id=stored.id,
        stored=replace(stored, server=with_refs(stored.server, refs)),
        complete=False,
    )


class _Names:
    """Names in lower case, with who has them. Names of those who are `waiting` to be updated do not count until then:
    they may give them up."""

    def __init__(self, stored: Iterable[SmtpProfile] | Iterable[Activity], waiting: set[str]) -> None:
        self._holders: dict[str, str] = {one.name.lower(): one.id for one in stored}
        self._waiting = waiting

    def __contains__(self, name: object) -> bool:
        holder = self._holders.get(str(name))
        return holder is not None and holder not in self._waiting

    def holder(self, name: str) -> str | None:
        """Returns the id of who has the name."""
        return self._holders.get(name)

    def free(self, stored: SmtpProfile | Activity) -> None:
        """Takes the name from what is about to be changed."""
        self._waiting.discard(stored.id)
        if self._holders.get(stored.name.lower()) == stored.id:
            del self._holders[stored.name.lower()]

    def give(self, stored: SmtpProfile | Activity) -> None:
        """Notes the name of what is there now."""
        self._holders[stored.name.lower()] = stored.id


class _Merge:
    """Merges rows. `updates` are the ids of what is to be updated."""

    def __init__(self, setup: Setup, updates: Iterable[str], tags: Sequence[str]) -> None:
        self._setup = setup
        self._tags = tags
        waiting = set(updates)
        self._profiles: dict[str, SmtpProfile] = {one.id: one for one in setup.profiles}
        self._activities: dict[str, Activity] = {one.id: one for one in setup.activities}
        self._smtp_names = _Names(setup.profiles, waiting)
        self._activity_names = _Names(setup.activities, waiting)
        self._preferences = dict(setup.preferences)
        self._by_file: dict[tuple[str, str], ProfileId] = {}
        self._made: set[str] = set()
        self._default: ProfileId | None = None

    def setup(self) -> Setup:
        """Returns the setup with what was merged. Where there is no default, that of the file becomes it, or else the
        first SMTP."""
        profiles = list(self._profiles.values())
        if profiles and default_of(profiles) is None:
            wanted = self._default or profiles[0].id
            profiles = [replace(one, is_default=one.id == wanted) for one in profiles]
        return replace(
            self._setup,
            profiles=tuple(profiles),
            activities=tuple(self._activities.values()),
            preferences=self._preferences,
        )

    def add_smtp(self, chosen: ChosenRow) -> None:
        """Merges an SMTP."""
        row, draft = chosen.row, chosen.row.draft
        if draft is None:
            return
        draft = replace(draft, tags=changed_tags(draft.tags, added=self._tags))
        target = self._target(chosen, self._profiles, self._smtp_names)
        if target:
            self._smtp_names.free(target)
        profile = self._new(chosen, draft) if target is None else self._updated(target, chosen, draft)
        self._profiles[profile.id] = profile
        self._smtp_names.give(profile)
        self._by_file[row.file, row.name.lower()] = profile.id
        if draft.is_default and self._default is None:
            self._default = profile.id

    def _target(self, chosen: ChosenRow, present: Mapping[str, Stored], names: _Names) -> Stored | None:
        """Returns what the row is merged into; None where it becomes a new one. Another file may have brought the same
        one before. Raises ChangedMeanwhile where what is stored is not as the row was compared with it."""
        updates = chosen.action is ImportAction.UPDATE
        found = present.get(chosen.profile_id)
        if found is None and updates:
            raise _changed()
        if found is not None and not updates and found.id not in self._made:
            raise _changed()
        if found is None and chosen.action is ImportAction.IMPORT and not chosen.row.own_id:
            holder = names.holder(chosen.row.name.lower())
            found = present.get(holder) if holder and holder in self._made else None
        if found is None:
            self._made.add(chosen.profile_id)
        return found

    def _updated(self, stored: SmtpProfile, chosen: ChosenRow, draft: ProfileDraft) -> SmtpProfile:
        after = updated(draft, stored, self._smtp_names)
        profile = after_update(after, stored)
        # Of what the file has, the vault may hold the same already: it belongs to what the file says of the server.
        held = {field: ref for field, ref in stored.secret_refs.items() if field in after.typed_secrets}
        refs = {**profile.secret_refs, **held, **chosen.refs}
        return replace(profile, server=with_refs(profile.server, refs), version=stored.version)

    def _new(self, chosen: ChosenRow, draft: ProfileDraft) -> SmtpProfile:
        name = free_name(draft.name.strip(), self._smtp_names)
        profile = profile_from_draft(
            replace(draft, name=name, is_default=False), profile_id=chosen.profile_id, stored=None, complete=False
        )
        return replace(profile, server=with_refs(profile.server, {**profile.secret_refs, **chosen.refs}))

    def add_activity(self, chosen: ChosenRow) -> None:
        """Merges an activity, when all SMTPs are."""
        declared = chosen.row.declared
        if declared is None:
            return
        stored = self._target(chosen, self._activities, self._activity_names)
        if stored:
            self._activity_names.free(stored)
        activity_id = stored.id if stored else ActivityId(chosen.profile_id)
        ids = {"smtp": declared.smtp_id, "backup": declared.backup_id}
        names = {name.strip().lower(): ids[key] for key in ids if (name := getattr(declared, key))}
        draft = activity_draft(
            declared, stored, lambda name: self._smtp_id(chosen.row, name, names[name.strip().lower()])
        )
        name = draft.name.strip()
        if name.lower() in self._activity_names:
            name = stored.name if stored else free_name(name, self._activity_names)
        activity = activity_from_draft(replace(draft, name=name), activity_id)
        self._activities[activity_id] = _with_version(activity, stored)
        self._activity_names.give(activity)

    def _smtp_id(self, row: ImportRow, name: str, id_in_file: ProfileId | None) -> ProfileId:
        """Returns the SMTP of an activity: the one of the file if that was imported, else that of its id, else that of
        its name."""
        folded = name.strip().lower()
        imported = self._by_file.get((row.file, folded))
        if imported is not None:
            return imported
        if id_in_file is not None and id_in_file in self._profiles:
            return id_in_file
        named = self._smtp_names.holder(folded)
        if named is not None:
            return ProfileId(named)
        words = msg("The activity {activity} needs the SMTP {name}. Import it, too.", activity=row.name, name=name)
        raise FieldErrors((FieldError(field="smtp_id", message=words),))

    def add_settings(self, row: ImportRow) -> None:
        """Takes the settings over that differ."""
        present = setting_values(self._preferences)
        for setting in SETTINGS:
            if setting.name in row.settings and present[setting.name] != row.settings[setting.name]:
                self._preferences[setting.key] = setting.stored(row.settings[setting.name])


def _with_version(activity: Activity, stored: Activity | None) -> Activity:
    return replace(activity, version=stored.version) if stored else activity


def _changed() -> ChangedMeanwhile:
    return ChangedMeanwhile(msg("What is stored has just been changed. Nothing was imported; look at the files again."))
