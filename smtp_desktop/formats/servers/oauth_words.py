"""Sign-ins with OAuth as files describe them: an app at a token URL, a person in the browser, a Microsoft 365 mailbox.

Each begins with what `Words` made of the file, whose password is here the client secret.
"""

from dataclasses import replace
from urllib.parse import urlsplit

from smtp_desktop.domain.imports.found import FoundSmtp
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.domain.smtp.cloud import graph_endpoints
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.oauth import OAuthProvider
from smtp_desktop.domain.smtp.profile import Cloud, ProfileType, SignIn

_MICROSOFT_HOSTS = frozenset({"login.microsoftonline.com", "login.microsoft.com", "login.windows.net"})
_GOOGLE_HOSTS = frozenset({"oauth2.googleapis.com", "accounts.google.com", "www.googleapis.com"})
_MICROSOFT_SCOPE = "https://outlook.office365.com/.default"
_COMMON = frozenset({"common", "organizations", "consumers"})


def provider_at(url: str) -> tuple[OAuthProvider, str]:
    """Returns whose authorization server has that URL, and Microsoft's tenant in it."""
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").lower()
    except ValueError:
        return OAuthProvider.OTHER, ""
    if host in _GOOGLE_HOSTS:
        return OAuthProvider.GOOGLE, ""
    if host in _MICROSOFT_HOSTS:
        tenant = parts.path.strip("/").partition("/")[0]
        return OAuthProvider.MICROSOFT, "" if tenant in _COMMON else tenant
    return OAuthProvider.OTHER, ""


def signed_in_by_app(found: FoundSmtp, *, token_url: str, client_id: str, scope: str) -> FoundSmtp:
    """Returns the SMTP as one that an app signs in to with its client secret."""
    found = _encrypted(found)
    provider, tenant = provider_at(token_url)
    draft = replace(
        found.draft,
        sign_in=SignIn.APP_ONLY,
        provider=provider,
        tenant_id=tenant,
        client_id=client_id,
        token_url=token_url if provider is OAuthProvider.OTHER else "",
        scope="" if provider is OAuthProvider.GOOGLE or scope == _MICROSOFT_SCOPE else scope,
        client_secret=found.draft.password if provider is not OAuthProvider.GOOGLE else None,
        password=None,
    )
    missing = _missing_secret(found)
    if provider is OAuthProvider.GOOGLE:
        missing = msg("Google signs apps in with the key of a service account, which the file does not have")
    return replace(found, draft=draft, missing=missing, said=_said(found, draft))


def signed_in_by_person(found: FoundSmtp, *, authorize_url: str, token_url: str, client_id: str) -> FoundSmtp:
    """Returns the SMTP as one that a person signs in to in the browser. Tokens are never taken over."""
    found = _encrypted(found)
    provider, tenant = provider_at(token_url or authorize_url)
    other = provider is OAuthProvider.OTHER
    draft = replace(
        found.draft,
        sign_in=SignIn.BROWSER,
        provider=provider,
        tenant_id=tenant,
        client_id=client_id,
        authorize_url=authorize_url if other else "",
        token_url=token_url if other else "",
        client_secret=found.draft.password,
        password=None,
    )
    return replace(
        found, draft=draft, missing=msg("Somebody has to sign in: tokens don't travel"), said=_said(found, draft)
    )


def graph_mailbox(found: FoundSmtp, *, tenant: str, client_id: str, authority: str, graph_url: str) -> FoundSmtp:
    """Returns the SMTP as a Microsoft 365 mailbox that an app sends from. A cloud of Microsoft's is known by its
    addresses; any others are a cloud of its own."""
    cloud = _cloud(authority, graph_url)
    custom = cloud is Cloud.CUSTOM
    draft = ProfileDraft(
        name=found.draft.name,
        type=ProfileType.GRAPH,
        user_name=found.draft.user_name,
        from_address=found.draft.from_address,
        tenant_id=tenant,
        client_id=client_id,
        sign_in=SignIn.APP_ONLY,
        cloud=cloud,
        authority=authority or "https://login.microsoftonline.com" if custom else "",
        graph_url=graph_url or "https://graph.microsoft.com" if custom else "",
        client_secret=found.draft.password,
    )
    return replace(found, draft=draft, missing=_missing_secret(found), said=_said(found, draft))


def _cloud(authority: str, graph_url: str) -> Cloud:
    sign_in, graph = _netloc(authority), _netloc(graph_url)
    for cloud in Cloud:
        if cloud is Cloud.CUSTOM:
            continue
        known = graph_endpoints(cloud, "tenant", "", "")
        if graph in {"", known.graph_host} and (not sign_in or sign_in in known.sign_in_hosts) and (graph or sign_in):
            return cloud
    return Cloud.CUSTOM if graph or sign_in else Cloud.GLOBAL


def _netloc(url: str) -> str:
    try:
        return urlsplit(url.strip()).netloc.lower()
    except ValueError:
        return url.strip().lower()


def _encrypted(found: FoundSmtp) -> FoundSmtp:
    """Returns the SMTP with TLS, without which no access token is sent here."""
    if found.draft.tls:
        return found
    note = msg("The file does not encrypt. An access token is only sent encrypted here.")
    return replace(found, draft=replace(found.draft, tls=True), notes=(*found.notes, note))


def _missing_secret(found: FoundSmtp) -> MessageText | None:
    if found.missing and found.missing.template == "The file has no password":
        return msg("The file has no client secret")
    return found.missing


def _said(found: FoundSmtp, draft: ProfileDraft) -> frozenset[str]:
    """Returns the fields that the file decides: those that differ from an empty draft's, and what it said before."""
    empty = ProfileDraft()
    changed = {
        field for field in _FIELDS if getattr(draft, field) != getattr(empty, field) or field in {"sign_in", "type"}
    }
    unused = _OF_SERVERS if draft.type is ProfileType.GRAPH else {"password"}
    return frozenset((found.said - unused) | changed)


_OF_SERVERS = frozenset({"password", "host_name", "smtp_port", "tls", "auth_required", "ehlo_name"})
_FIELDS = (
    "type",
    "sign_in",
    "provider",
    "tenant_id",
    "client_id",
    "client_secret",
    "cloud",
    "authority",
    "graph_url",
    "authorize_url",
    "token_url",
    "scope",
)
