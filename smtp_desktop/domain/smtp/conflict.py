"""The differences between an edit of an SMTP and what others stored meanwhile, to be chosen from."""

from collections.abc import Collection
from dataclasses import dataclass, fields

from smtp_desktop.domain.draft_fields import with_fields
from smtp_desktop.domain.smtp.draft import ProfileDraft, draft_of
from smtp_desktop.domain.smtp.edit import PLACE_FIELDS, ProfileEdit, changed_fields
from smtp_desktop.domain.smtp.profile import SecretField, SmtpProfile

_SECRETS = frozenset(map(str, SecretField))
_TRUST = frozenset({"trusted_ca_pem", "trusted_fingerprint"})
_SIGN_IN = frozenset({"auth_required", "sign_in"})
_OF_EVERY_TYPE = frozenset(
    {"name", "is_default", "from_address", "signature", "description", "tags", "per_minute", "per_hour", "per_day"}
)
_ORDER = tuple(field.name for field in fields(ProfileDraft))


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Fields, in the order of the draft, that go together: they are all taken from one side. Says which of the two
    sides has changed any of them."""

    fields: tuple[str, ...]
    mine: bool
    theirs: bool


def differences(edit: ProfileEdit, present: SmtpProfile) -> list[Difference]:
    """Returns where the edit and the SMTP as it is stored now differ from what the edit was made from, unless in the
    same way. A secret goes with the host or tenant that it was entered for."""
    theirs = draft_of(present)
    mine = set(edit.changed) | set(map(str, edit.draft.typed_secrets))
    replaced = {str(field) for field in SecretField if present.secret_refs.get(field) != edit.refs.get(field)}
    changed = set(changed_fields(theirs, edit.seen)) | replaced
    # What goes with a host or tenant is the same only where that is the same.
    bound = _SECRETS | _TRUST if (mine | changed) & set(PLACE_FIELDS) else _SECRETS
    same = (mine & changed) - changed_fields(edit.draft, theirs) - bound
    found = [
        Difference(fields=group, mine=bool(mine & set(group)), theirs=bool(changed & set(group)))
        for group in _groups((mine | changed) - same)
    ]
    # A secret that only others changed can't be changed back.
    return [one for one in found if one.mine or not set(one.fields) <= _SECRETS]


def resolved(edit: ProfileEdit, present: SmtpProfile, mine: Collection[str]) -> ProfileEdit:
    """Returns the edit that makes of `present` what was chosen: these fields as in the edit, all others as stored."""
    theirs, names = draft_of(present), set(mine)
    if "trusted_fingerprint" in names:
        names.add("fingerprint_host")
    return ProfileEdit(seen=theirs, draft=with_fields(theirs, edit.draft, names), refs=present.secret_refs)


def _groups(names: set[str]) -> list[tuple[str, ...]]:
    together = _together(names)
    rest = [(name,) for name in _ORDER if name in names - together]
    group = tuple(name for name in _ORDER if name in together)
    return sorted([*rest, group] if group else rest, key=lambda one: _ORDER.index(one[0]))


def _together(names: set[str]) -> set[str]:
    if "type" in names:
        return names - _OF_EVERY_TYPE
    together: set[str] = set()
    if names & set(PLACE_FIELDS):
        together |= names & {*PLACE_FIELDS, *_SECRETS, *_TRUST}
    if names & _SIGN_IN:
        together |= names & {*_SIGN_IN, *_SECRETS, "user_name", "envelope_sender"}
    return together
