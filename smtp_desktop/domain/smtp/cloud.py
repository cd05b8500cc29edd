"""The addresses of Microsoft's clouds."""

from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from smtp_desktop.domain.mail.address import ascii_host
from smtp_desktop.domain.smtp.profile import Cloud, GraphMailbox


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoints:
    """Where a mailbox is signed in to and reached. `authority` ends with the tenant, `graph_url` with the version;
    neither with a slash. `sign_in_hosts` are the names under which the sign-in is known, ports included."""

    authority: str
    graph_url: str
    sign_in_hosts: frozenset[str]

    @property
    def scope(self) -> str:
        """What a token is asked for: all that the app was granted."""
        return f"{_origin(urlsplit(self.graph_url))}/.default"

    @property
    def graph_host(self) -> str:
        """The host and, where it is given, the port."""
        return urlsplit(self.graph_url).netloc

    @property
    def sign_in_host(self) -> str:
        """The same of the authority."""
        return urlsplit(self.authority).netloc


# Microsoft Graph documentation, "National cloud deployments". The first name is the one that is used.
_CLOUDS = {
    Cloud.GLOBAL: ("graph.microsoft.com", ("login.microsoftonline.com", "login.microsoft.com", "login.windows.net")),
    Cloud.US_L4: ("graph.microsoft.us", ("login.microsoftonline.us",)),
    Cloud.US_DOD: ("dod-graph.microsoft.us", ("login.microsoftonline.us",)),
    Cloud.CHINA: ("microsoftgraph.chinacloudapi.cn", ("login.chinacloudapi.cn", "login.partner.microsoftonline.cn")),
}


def endpoints_of(mailbox: GraphMailbox) -> Endpoints:
    """Returns the addresses of the cloud that `mailbox` lives in."""
    return endpoints(mailbox.cloud, mailbox.tenant_id, mailbox.authority, mailbox.graph_url)


def endpoints(cloud: Cloud, tenant_id: str, authority: str, graph_url: str) -> Endpoints:
    """Returns the addresses of `cloud`; the last two are the custom one's. An authority without a path gets the tenant
    as its path, a Graph address without one gets the version."""
    if cloud is not Cloud.CUSTOM:
        graph_host, sign_in_hosts = _CLOUDS[cloud]
        return Endpoints(
            authority=f"https://{sign_in_hosts[0]}/{tenant_id}",
            graph_url=f"https://{graph_host}/v1.0",
            sign_in_hosts=frozenset(sign_in_hosts),
        )
    sign_in = urlsplit(authority.strip())
    return Endpoints(
        authority=_with_path(sign_in, tenant_id),
        graph_url=_with_path(urlsplit(graph_url.strip()), "v1.0"),
        sign_in_hosts=frozenset({sign_in.netloc.lower()}),
    )


def is_https_address(typed: str) -> bool:
    """Whether `typed` is the https address of a host, without user, query or fragment."""
    typed = typed.strip()
    try:
        parts = urlsplit(typed)
        port_is_whole = parts.port != 0
        ascii_host(parts.hostname or "")
    except ValueError:
        return False
    extras = "@" in parts.netloc or "?" in typed or "#" in typed
    # urlsplit drops some control characters silently; broken ones no database can hold.
    return parts.scheme == "https" and port_is_whole and not extras and typed.isprintable() and " " not in typed


def _with_path(parts: SplitResult, path: str) -> str:
    return f"{_origin(parts)}/{parts.path.strip('/') or path}"


def _origin(parts: SplitResult) -> str:
    return f"https://{parts.netloc.lower()}"
