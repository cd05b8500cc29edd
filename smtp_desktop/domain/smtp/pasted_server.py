"""A server as pasted into Host Name, where it is more than a name: `host:port`, a URL, or a name in brackets."""

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from smtp_desktop.domain.mail.address import BadHost, ascii_host
from smtp_desktop.domain.secret import Secret

_IMPLICIT_TLS_PORT = 465  # RFC 8314 3.3


@dataclass(frozen=True, slots=True, kw_only=True)
class PastedServer:
    """The parts of it; "" and None stand for what it does not say."""

    host_name: str
    smtp_port: str = ""
    tls: bool | None = None
    user_name: str = ""
    password: Secret | None = None


def pasted_server(typed: str) -> PastedServer | None:
    """Returns the parts of `typed`; None where it is a host name already, or nothing that can be taken apart."""
    typed = typed.strip()
    if not typed or _is_host(typed):
        return None
    scheme, separator, _ = typed.partition("://")
    try:
        url = urlsplit(typed if separator else f"//{typed}")
        host, port = url.hostname or "", url.port
    except ValueError:  # a port that is none, or an open bracket
        return None
    if not _is_host(host):
        return None
    scheme = scheme.lower() if separator else ""
    if scheme.startswith("http"):
        return PastedServer(host_name=host)  # its port is that of a web page
    secure = scheme in {"smtps", "submissions"}
    if not scheme and port is None:
        return None  # as in name@host or host/path: somebody else's syntax
    return PastedServer(
        host_name=host,
        smtp_port=str(port or (_IMPLICIT_TLS_PORT if secure else "")),
        tls=True if secure else None,
        user_name=unquote(url.username or ""),
        password=Secret(unquote(url.password)) if url.password else None,
    )


def _is_host(host: str) -> bool:
    try:
        ascii_host(host)
    except BadHost:
        return False
    return True
