"""Chosen rows of other programs' files, merged into the setup: SMTPs are created and updated."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from smtp_desktop.domain.errors import ChangedMeanwhile
from smtp_desktop.domain.imports.matching import key_of, key_of_stored, updated
from smtp_desktop.domain.imports.naming import free_name, smtp_name
from smtp_desktop.domain.imports.preview import ImportAction
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import SecretRef
from smtp_desktop.domain.setup import Setup
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.profile import ProfileId, SecretField, SmtpProfile, default_of, with_refs
from smtp_desktop.domain.smtp.profile_from_draft import profile_from_draft
from smtp_desktop.domain.smtp.tags import changed_tags
from smtp_desktop.services.imports.ports import ChosenRow


class Merge:
    """Merges rows into one setup, which must still be as the rows were compared with it. `made` holds the SMTP of every
    row that was merged, by the row's number, and whether it was there before."""

    def __init__(self, setup: Setup, tags: Sequence[str] = ()) -> None:
        self._tags = tags
        self._before = {one.id: one for one in setup.profiles}
        self._profiles = dict(self._before)
        self._taken = {one.name.lower() for one in setup.profiles}
        self._keys = {key_of_stored(one) for one in setup.profiles}
        self._setup = setup
        self.made: dict[int, ProfileId] = {}

    def add(self, chosen: ChosenRow) -> None:
        """Merges a row. Raises ChangedMeanwhile where the setup is not as the row has it, FieldErrors."""
        row, draft = chosen.row, chosen.row.draft
        if draft is None:
            return
        target = self._target(chosen)
        if target is None:
            if chosen.action is not ImportAction.KEEP_BOTH and row.same_as is None and key_of(draft) in self._keys:
                raise _changed()
            profile = self._created(chosen, draft)
        else:
            profile = self._updated(target, chosen, draft)
        self._profiles[profile.id] = profile
        self.made[row.number] = profile.id

    def setup(self) -> Setup:
        """Returns the setup with what was merged. The first SMTP becomes the default if there is none."""
        profiles = list(self._profiles.values())
        if profiles and default_of(profiles) is None:
            profiles[0] = replace(profiles[0], is_default=True)
        return replace(self._setup, profiles=tuple(profiles))

    def _target(self, chosen: ChosenRow) -> SmtpProfile | None:
        """Returns the SMTP that the row is merged into; None where it becomes a new one."""
        row = chosen.row
        if chosen.action is not ImportAction.UPDATE:
            return None
        if row.stored_id is not None:
            stored = self._profiles.get(ProfileId(row.stored_id))
            # One that goes to another server by now must not get this one's password.
            if stored is None or row.draft is None or key_of_stored(stored) != key_of(row.draft):
                raise _changed()
            return stored
        # None as well where the earlier row was not chosen.
        earlier = self.made.get(row.same_as) if row.same_as is not None else None
        return self._profiles[earlier] if earlier is not None else None

    def _created(self, chosen: ChosenRow, draft: ProfileDraft) -> SmtpProfile:
        wanted = draft.name if chosen.row.stored_name else chosen.row.name
        name = free_name(smtp_name(wanted), self._taken)
        self._taken.add(name.lower())
        draft = replace(draft, name=name, is_default=False, tags=changed_tags(draft.tags, added=self._tags))
        profile = profile_from_draft(draft, profile_id=chosen.profile_id, stored=None, complete=False)
        return _with_new_refs(profile, chosen.refs)

    def _updated(self, target: SmtpProfile, chosen: ChosenRow, draft: ProfileDraft) -> SmtpProfile:
        after = updated(target, draft, chosen.row.said)
        after = replace(after, tags=changed_tags(after.tags, added=self._tags))
        profile = profile_from_draft(after, profile_id=target.id, stored=target, complete=False)
        usable = {field: ref for field, ref in chosen.refs.items() if field in after.typed_secrets}
        return replace(_with_new_refs(profile, usable), version=target.version)


def _with_new_refs(profile: SmtpProfile, refs: Mapping[SecretField, SecretRef]) -> SmtpProfile:
    return replace(profile, server=with_refs(profile.server, {**profile.secret_refs, **refs}))


def _changed() -> ChangedMeanwhile:
    return ChangedMeanwhile(msg("SMTPs have been changed elsewhere. Nothing was imported; look at the files again."))
