"""A proposal put into the form of a new SMTP: into what is empty or was proposed before, never over what was typed."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from smtp_desktop.domain.discovery.proposal import Proposal
from smtp_desktop.domain.discovery.typed_address import written, written_domain
from smtp_desktop.domain.imports.naming import free_name, smtp_name
from smtp_desktop.domain.mail.address import Address
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.oauth_providers import provider_of_host
from smtp_desktop.domain.smtp.profile import ProfileType

# They are right together, or not at all: a port of one server is nothing to another.
_OF_SERVER = ("host_name", "smtp_port", "tls", "auth_required", "sign_in")
_OF_OAUTH = ("provider", "issuer", "authorize_url", "token_url", "scope")
FILLED = ("name", "from_address", *_OF_SERVER, "user_name", *_OF_OAUTH)
"""The fields that a proposal fills."""


def filled(
    proposal: Proposal, address: Address, onto: ProfileDraft, *, before: ProfileDraft, taken: Collection[str] = ()
) -> ProfileDraft:
    """Returns `onto` with the proposal for `address`. Only fields that are empty or still hold what they held in
    `before`, the new form or what an earlier proposal filled, are changed. `taken` are the names, in lower case, that a
    new SMTP can't have."""
    wanted = _wanted(proposal, address, taken)
    free = {name for name in FILLED if _is_free(getattr(onto, name), getattr(before, name))}
    if onto.type is not ProfileType.GENERIC or not _is_about(proposal, onto, free):
        free -= {*_OF_SERVER, *_OF_OAUTH}
    return replace(onto, **{name: value for name, value in wanted.items() if name in free})


def proposed_name(address: Address, taken: Collection[str] = ()) -> str:
    """Returns a name for an SMTP of that address: alerts@contoso.example becomes Alerts_contoso."""
    labels = written_domain(address.domain).split(".")
    # The label before the public ending, as far as that can be known without a list of all endings.
    short = {"co", "com", "org", "net", "ac", "gov", "edu", "or", "ne"}
    company = labels[-3] if len(labels) > 2 and labels[-2] in short else labels[max(0, len(labels) - 2)]  # noqa: PLR2004
    return free_name(smtp_name(f"{address.local}_{company}", company), taken)


def _wanted(proposal: Proposal, address: Address, taken: Collection[str]) -> dict[str, Any]:
    oauth = proposal.oauth
    return {
        "name": proposed_name(address, taken),
        "from_address": written(address),
        "host_name": proposal.host_name,
        "smtp_port": str(proposal.smtp_port),
        "tls": True,
        "auth_required": proposal.auth_required,
        "sign_in": proposal.sign_in,
        "user_name": proposal.user_name,
        "provider": provider_of_host(proposal.host_name),
        "issuer": oauth.issuer if oauth else "",
        "authorize_url": oauth.authorize_url if oauth else "",
        "token_url": oauth.token_url if oauth else "",
        "scope": oauth.scope if oauth else "",
    }


def _is_about(proposal: Proposal, onto: ProfileDraft, free: Collection[str]) -> bool:
    """Whether the form is about the proposed server, or about none yet."""
    return "host_name" in free or onto.host_name.strip().lower() == proposal.host_name


def _is_free(now: object, before: object) -> bool:
    if isinstance(now, str) and isinstance(before, str):
        return now.strip() in {"", before.strip()}
    return now == before
