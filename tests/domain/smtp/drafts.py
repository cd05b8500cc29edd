"""Whole drafts of an SMTP of each type, and what the rules say of them."""

from dataclasses import replace
from typing import Any

from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.field_rules import field_errors
from smtp_desktop.domain.smtp.profile import ProfileId, ProfileType, SmtpProfile
from smtp_desktop.domain.smtp.profile_from_draft import profile_from_draft

GUID = "8f2c6d1e-5b0a-4c57-9d0e-77e0b1d241ab"
GENERIC = ProfileDraft(
    name="Shop", host_name="smtp.company.example", user_name="shop@company.example", password=Secret("one")
)
GRAPH = ProfileDraft(
    name="Office",
    type=ProfileType.GRAPH,
    user_name="office@company.example",
    tenant_id=GUID,
    client_id=GUID,
    password=Secret("one"),
    client_secret=Secret("two"),
)


def refused(draft: ProfileDraft, **typed: Any) -> dict[str, str]:
    """Returns what is said of each field of `draft` when it has `typed` as well."""
    return {error.field: str(error.message) for error in field_errors(replace(draft, **typed), None)}


def profile_of(draft: ProfileDraft, **typed: Any) -> SmtpProfile:
    return profile_from_draft(replace(draft, **typed), profile_id=ProfileId("p1"), stored=None)
