"""Whose authorization server belongs to an SMTP server, by its host name."""

from smtp_desktop.domain.mail.address import BadHost, ascii_host
from smtp_desktop.domain.smtp.oauth import OAuthProvider

_HOSTS = {
    OAuthProvider.GOOGLE: ("gmail.com", "googlemail.com", "google.com"),
    OAuthProvider.MICROSOFT: ("office365.com", "outlook.com", "office.com", "live.com", "hotmail.com", "office365.us"),
}


def oauth_provider_of(host_name: str) -> OAuthProvider:
    """Returns the provider that people sign in at for the SMTP server of that name, as typed: `OTHER` where it is not
    known."""
    try:
        host = ascii_host(host_name)
    except BadHost:
        return OAuthProvider.OTHER
    for provider, names in _HOSTS.items():
        if any(host == name or host.endswith(f".{name}") for name in names):
            return provider
    return OAuthProvider.OTHER
