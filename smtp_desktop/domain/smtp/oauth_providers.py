"""The authorization server that belongs to an SMTP server, by its name."""

from smtp_desktop.domain.mail.address import BadHost, ascii_host
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.oauth import OAuthProvider
from smtp_desktop.domain.smtp.providers import is_within

_HOSTS = {
    OAuthProvider.GOOGLE: ("gmail.com", "google.com", "googlemail.com"),
    OAuthProvider.MICROSOFT: ("office365.com", "office365.us", "office.com", "outlook.com", "outlook.cn"),
}


def proposed_provider(draft: ProfileDraft) -> OAuthProvider:
    """Returns whose authorization server signs in to the draft's server: another one where it names its addresses."""
    if any((draft.issuer, draft.authorize_url, draft.token_url, draft.device_url)):
        return OAuthProvider.OTHER
    return provider_of_host(draft.host_name)


def provider_of_host(host_name: str) -> OAuthProvider:
    """Returns the provider whose accounts the SMTP server of this name, as typed, has."""
    try:
        host = ascii_host(host_name)
    except BadHost:
        return OAuthProvider.OTHER
    return next((provider for provider, ends in _HOSTS.items() if is_within(host, ends)), OAuthProvider.OTHER)
