"""The limits that the provider of a draft's server is known to have."""

from dataclasses import dataclass, replace
from typing import Any

from smtp_desktop.domain.mail.address import BadHost, ascii_host
from smtp_desktop.domain.message_text import MessageText
from smtp_desktop.domain.smtp.cloud import graph_endpoints
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.limit_rules import LIMIT_FIELDS, plain_limit, typed_limit
from smtp_desktop.domain.smtp.limits import SendLimits
from smtp_desktop.domain.smtp.profile import Cloud, ProfileType
from smtp_desktop.domain.smtp.providers import Providers


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownLimits:
    """The limits of the provider of that name; `note` says what else to know."""

    provider: str
    limits: SendLimits
    note: MessageText | None


def known_limits(draft: ProfileDraft, providers: Providers) -> KnownLimits | None:
    """Returns the limits of the provider that the draft sends through, where they are known."""
    provider = providers.at(_host_of(draft))
    if provider is None or provider.limits is None:
        return None
    limits = provider.limits.limits
    if draft.type is ProfileType.GRAPH:
        limits = replace(limits, connections=0)  # what is known of those is about SMTP
    return KnownLimits(provider=provider.name, limits=limits, note=provider.limits.note)


def _host_of(draft: ProfileDraft) -> str:
    if draft.type is ProfileType.GRAPH:
        if draft.cloud is Cloud.CUSTOM:
            return ""
        return graph_endpoints(draft.cloud, draft.tenant_id.strip(), "", "").graph_host
    try:
        return ascii_host(draft.host_name)
    except BadHost:
        return ""


def with_limits(draft: ProfileDraft, limits: SendLimits) -> ProfileDraft:
    """Returns the draft with these limits; those that are none leave what is typed."""
    return replace(draft, **_typed(limits))


def has_limits(draft: ProfileDraft, limits: SendLimits) -> bool:
    """Whether the draft has these limits already."""
    return all(plain_limit(getattr(draft, field)) == typed for field, typed in _typed(limits).items())


def _typed(limits: SendLimits) -> dict[str, Any]:
    return {field: typed_limit(limit) for field in LIMIT_FIELDS if (limit := getattr(limits, field))}
