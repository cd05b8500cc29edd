"""The secrets of a stored SMTP that may still be used once its settings change, and the certificate it trusts."""

from dataclasses import replace

from smtp_desktop.domain.mail.address import BadHost, ascii_host
from smtp_desktop.domain.smtp.cloud import graph_endpoints, graph_endpoints_of, is_https_address
from smtp_desktop.domain.smtp.draft import ProfileDraft, usable_secrets
from smtp_desktop.domain.smtp.profile import Cloud, GenericServer, GraphMailbox, SecretField, SmtpProfile


def kept_secrets(draft: ProfileDraft, stored: SmtpProfile | None) -> frozenset[SecretField]:
    """Returns which stored secrets may still be used: a secret is never sent to another host or tenant than it was
    entered for."""
    if stored is None or stored.type is not draft.type:
        return frozenset()
    match stored.server:
        case GenericServer(host_name=host):
            same_place = same_host(host, draft.host_name)
        case GraphMailbox() as mailbox:
            same_place = _same_tenant(mailbox, draft)
    if not same_place:
        return frozenset()
    kept = set(stored.secret_refs) & usable_secrets(draft)
    if isinstance(stored.server, GenericServer):
        kept -= _lost_with_client(stored.server, draft)
    for field, name in _PUBLIC_PARTS.items():
        if getattr(draft, name) != getattr(stored.server, name):
            kept.discard(field)
    return frozenset(kept)


_PUBLIC_PARTS = {SecretField.CERTIFICATE: "app_certificate", SecretField.NEXT_CERTIFICATE: "next_app_certificate"}
"""A key belongs to its certificate: where that is removed or replaced, so is the key."""


def _lost_with_client(server: GenericServer, draft: ProfileDraft) -> set[SecretField]:
    """The secrets of `server` that were entered for another authorization server, or another client at it."""
    before, after = server.oauth, draft.client
    if before == after or after is None or before is None:
        same_user = server.user_name.lower() == draft.user_name.strip().lower()
        return set() if same_user else {SecretField.TOKENS}
    same_server = replace(before, client_id="", scope="") == replace(after, client_id="", scope="")
    return {SecretField.TOKENS} if same_server else set(SecretField) - {SecretField.PASSWORD}


def kept_fingerprint(draft: ProfileDraft) -> str:
    """Returns the fingerprint of the certificate that the draft trusts; empty where it is of another host, since a
    certificate that is trusted for one server must not be trusted for another."""
    if draft.fingerprint_host and not same_host(draft.fingerprint_host, draft.host_name):
        return ""
    return draft.trusted_fingerprint


def same_host(one: str, other: str) -> bool:
    """Whether two host names, as typed, are the same; False where one is not a host name."""
    try:
        return ascii_host(one) == ascii_host(other)
    except BadHost:
        return False


def _same_tenant(mailbox: GraphMailbox, draft: ProfileDraft) -> bool:
    """Whether the draft signs in to the same tenant at the same authority, for the same Graph."""
    tenant = draft.tenant_id.strip()
    if mailbox.tenant_id.lower() != tenant.lower():
        return False
    custom = draft.cloud is Cloud.CUSTOM
    if custom and not (is_https_address(draft.authority) and is_https_address(draft.graph_url)):
        return False
    before, after = graph_endpoints_of(mailbox), graph_endpoints(draft.cloud, tenant, draft.authority, draft.graph_url)
    # The whole authority: its path is the tenant where it has one.
    same_authority = before.authority.lower() == after.authority.lower()
    return same_authority and before.graph_host == after.graph_host
