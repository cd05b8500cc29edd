"""Edits of a stored SMTP: the fields that somebody changes, whatever others change meanwhile."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields

from smtp_desktop.domain.draft_fields import different_fields, with_fields
from smtp_desktop.domain.errors import ChangedMeanwhile
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import SecretRef
from smtp_desktop.domain.smtp.draft import ProfileDraft, content_of, draft_of
from smtp_desktop.domain.smtp.kept_secrets import kept_secrets
from smtp_desktop.domain.smtp.profile import SecretField, SmtpProfile

PLACE_FIELDS = (
    "type",
    "host_name",
    "tenant_id",
    "cloud",
    "authority",
    "graph_url",
    "provider",
    "issuer",
    "authorize_url",
    "token_url",
    "device_url",
)
"""Where a secret is sent to: it never goes to another place than it was entered for."""
_BOUND_TO_PLACE = frozenset({"trusted_ca_pem", "trusted_fingerprint"})
# The host of the trusted certificate goes with its fingerprint.
_NOT_OF_ITS_OWN = frozenset({*SecretField, "fingerprint_host"})
_FIELDS = tuple(field.name for field in fields(ProfileDraft) if field.name not in _NOT_OF_ITS_OWN)


class ProfileChanged(ChangedMeanwhile):
    """An SMTP was changed meanwhile in what the edit changes, too. `present` is how it is stored now; a secret in
    `fields` is one that both changed, or that was entered for another host or tenant."""

    def __init__(self, present: SmtpProfile, fields: frozenset[str]) -> None:
        super().__init__(
            msg("{name} has been changed elsewhere. Nothing was saved; review it and try again.", name=present.name),
            tuple(name for name in (*_FIELDS, *SecretField) if name in fields),
        )
        self.present = present


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileEdit:
    """The SMTP is to become as `draft`. It was made from what was `seen`: fields that are alike in both are left as
    they are stored, unless they are `named`. `refs` are the places of the secrets that the typed ones replace.
    """

    seen: ProfileDraft
    draft: ProfileDraft
    refs: Mapping[SecretField, SecretRef]
    named: frozenset[str] = frozenset()

    @property
    def changed(self) -> frozenset[str]:
        """The fields that the edit changes, without secrets."""
        return (self.named & frozenset(_FIELDS)) | changed_fields(self.draft, self.seen)


def edit_of(seen: SmtpProfile, draft: ProfileDraft, named: Collection[str] = ()) -> ProfileEdit:
    """Returns the edit that makes `draft` of the SMTP that was `seen`; it keeps others from changing the fields that
    are `named`, even where it leaves them as they were."""
    return ProfileEdit(seen=draft_of(seen), draft=draft, refs=seen.secret_refs, named=frozenset(named))


def changed_fields(draft: ProfileDraft, before: ProfileDraft) -> frozenset[str]:
    """Returns the fields, without secrets, in which saving the two would store different values."""
    return _different(content_of(draft), content_of(before))


def merged(edit: ProfileEdit, present: SmtpProfile) -> ProfileDraft:
    """Returns what the SMTP is to become: as it is stored now, with what the edit changes. Raises ProfileChanged."""
    fields = conflicts(edit, present)
    if fields:
        raise ProfileChanged(present, fields)
    return _combined(edit, draft_of(present))


def conflicts(edit: ProfileEdit, present: SmtpProfile) -> frozenset[str]:
    """Returns the fields of the edit that it can't change any more without loss: others changed them as well, or what
    they depend on."""
    theirs = draft_of(present)
    draft = _combined(edit, theirs)
    wanted, now, result = content_of(edit.draft), content_of(theirs), content_of(draft)
    mine, changed = edit.changed, _different(now, content_of(edit.seen))
    both = {name for name in mine & changed if getattr(now, name) != getattr(wanted, name)}
    dropped = {name for name in mine if getattr(result, name) != getattr(wanted, name)}
    dropped |= {name for name in changed - mine if getattr(result, name) != getattr(now, name)}
    if place_of(draft) != place_of(edit.draft):
        dropped |= mine & _BOUND_TO_PLACE
    if place_of(draft) != place_of(theirs):
        dropped |= changed & _BOUND_TO_PLACE
    return frozenset(both | dropped | _secret_conflicts(edit, draft, present))


def _secret_conflicts(edit: ProfileEdit, draft: ProfileDraft, present: SmtpProfile) -> set[str]:
    typed, kept = edit.draft.typed_secrets, kept_secrets(draft, present)
    replaced = {field for field in SecretField if present.secret_refs.get(field) != edit.refs.get(field)}
    misplaced = set(typed) if place_of(draft) != place_of(edit.draft) else set(typed) - set(draft.typed_secrets)
    dropped = {field for field in replaced & set(present.secret_refs) if field not in typed and field not in kept}
    return {str(field) for field in (replaced & set(typed)) | misplaced | dropped}


def rebased(edit: ProfileEdit, present: SmtpProfile) -> ProfileEdit:
    """Returns the edit as a form shows it once the SMTP is stored as `present`: fields that were not touched have
    their new values, and the touched ones still know what they were made from."""
    theirs = draft_of(present)
    typed = edit.draft.typed_secrets
    touched = set(different_fields(edit.draft, edit.seen))
    if typed and place_of(theirs) != place_of(edit.draft):
        # Else the form would show the secret beside a host or tenant that it was not entered for.
        touched.update(PLACE_FIELDS)
    news = touched - different_fields(theirs, edit.draft)
    return ProfileEdit(
        seen=with_fields(theirs, edit.seen, touched - news),
        draft=with_fields(theirs, edit.draft, touched),
        refs={**present.secret_refs, **{field: edit.refs[field] for field in typed if field in edit.refs}},
        named=edit.named,
    )


def place_of(draft: ProfileDraft) -> tuple[str, ...]:
    """Returns where the draft's secrets are sent to, to be compared."""
    content = content_of(draft)
    return tuple(str(getattr(content, name)).lower() for name in PLACE_FIELDS)


def _combined(edit: ProfileEdit, theirs: ProfileDraft) -> ProfileDraft:
    mine = set(edit.changed)
    if "trusted_fingerprint" in mine:
        mine.add("fingerprint_host")
    return with_fields(theirs, edit.draft, {*mine, *SecretField})


def _different(one: ProfileDraft, other: ProfileDraft) -> frozenset[str]:
    return different_fields(one, other).intersection(_FIELDS)
