"""URLs of webhooks: which can be posted to, and what of them may be shown."""

from urllib.parse import urlsplit

from smtp_desktop.domain.mail.address import BadHost, ascii_host
from smtp_desktop.domain.message_text import MessageText, msg

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_LONGEST_URL = 2000


def webhook_problem(url: str) -> MessageText | None:
    """Returns what is wrong with the URL of a webhook, without any part of it; or None."""
    try:
        parts = urlsplit(url)
        host, _ = ascii_host(parts.hostname or ""), parts.port
    except (ValueError, BadHost):
        return msg("This is not the address of a webhook. Example: https://hooks.company.example/services/…")
    if len(url) > _LONGEST_URL or any(character <= " " or character == "\x7f" for character in url):
        return msg("The address is too long or contains spaces. Copy it again.")
    if parts.username is not None or parts.password is not None:
        return msg("The address must not contain a user name or password.")
    if parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK):
        return None
    return msg("The address must begin with https://; http:// is only allowed for this computer (localhost).")


def webhook_shown(url: str) -> str:
    """Returns what may be shown of a webhook's URL: not its path, which mostly is a secret."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/…"
