"""Matches of found SMTPs with stored ones, and what an update of a stored one would change."""

from collections.abc import Collection
from dataclasses import fields, replace
from typing import Any

from smtp_desktop.domain.draft_fields import with_fields
from smtp_desktop.domain.mail.address import BadHost, ascii_host
from smtp_desktop.domain.smtp.draft import ProfileDraft, draft_of
from smtp_desktop.domain.smtp.edit import changed_fields
from smtp_desktop.domain.smtp.profile import ProfileType, SecretField, SmtpProfile

ServerKey = tuple[str, ...]
"""What makes two SMTPs the same: host, port and user, or tenant, client and mailbox."""

# What says which SMTP it is, and what is the user's own, no file's.
_KEPT = frozenset({"name", "is_default", "host_name", "smtp_port", "user_name", "type", "description", "signature"})
_UPDATED = frozenset(one.name for one in fields(ProfileDraft)) - _KEPT - set(SecretField)


def key_of(draft: ProfileDraft) -> ServerKey:
    """Returns what makes a found SMTP the same as another one. Case does not matter."""
    user = draft.user_name.strip().lower()
    if draft.type is ProfileType.GRAPH:
        return ("graph", draft.tenant_id.strip().lower(), draft.client_id.strip().lower(), user)
    return (_plain_host(draft.host_name), draft.smtp_port.strip(), user if draft.auth_required else "no sign-in")


def key_of_stored(profile: SmtpProfile) -> ServerKey:
    """Returns that of a stored one."""
    return key_of(draft_of(profile))


def updated(stored: SmtpProfile, found: ProfileDraft, said: Collection[str]) -> ProfileDraft:
    """Returns what the stored SMTP becomes by an update: only what the file says is changed, and only secrets that the
    file has are typed."""
    draft = with_fields(draft_of(stored), found, _UPDATED.intersection(said))
    secrets: dict[str, Any] = {str(one): getattr(found, one) for one in SecretField}
    return replace(draft, **secrets)


def differing_fields(stored: SmtpProfile, found: ProfileDraft, said: Collection[str]) -> list[str]:
    """Returns the fields that an update would change, without the secrets, in the order of the draft."""
    changed = changed_fields(updated(stored, found, said), draft_of(stored))
    return [one.name for one in fields(ProfileDraft) if one.name in changed]


def _plain_host(typed: str) -> str:
    try:
        return ascii_host(typed)
    except BadHost:
        return typed.strip().lower()
