"""Next hops: where Postfix hands mail to, as `[smtp.contoso.example]:587` (postconf(5), relayhost)."""

import re
from dataclasses import dataclass

from smtp_desktop.domain.mail.address import BadHost, ascii_host
from smtp_desktop.formats.values import port_of

_NEXT_HOP = re.compile(
    r"(?:(?P<transport>[a-z][a-z0-9_-]*):(?=\[|[a-z0-9_-]+\.[a-z0-9.-]+(?::|$)))?"
    r"(?P<host>\[[^\[\]\s]+\]|[^\s\[\]:@]+)(?::(?P<port>[A-Za-z0-9-]+))?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NextHop:
    """A next hop. `text` is how it is written, without its transport: the key of its password and of its TLS policy.
    With `is_domain`, mail goes to the mail exchangers of `host`."""

    text: str
    host: str
    port: str
    is_domain: bool
    transport: str = ""


def next_hop(text: str) -> NextHop | None:
    """Returns the parts of a next hop; None where the text is none."""
    found = _NEXT_HOP.fullmatch(text.strip())
    if found is None:
        return None
    host = found["host"]
    bracketed = host.startswith("[")
    name = re.sub(r"(?i)^ipv6:", "", host.strip("[]"))
    port = found["port"] or ""
    if not _is_host(name) or (port and port_of(port) is None):
        return None
    return NextHop(
        text=f"{host}:{port}" if port else host,
        host=name,
        port=port,
        is_domain=not bracketed and not re.fullmatch(r"[0-9.]+", name),
        transport=found["transport"] or "",
    )


def _is_host(name: str) -> bool:
    try:
        ascii_host(name)
    except BadHost:
        return False
    return True
