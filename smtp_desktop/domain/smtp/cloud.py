"""The endpoints of Microsoft's clouds."""

from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from smtp_desktop.domain.mail.address import ascii_host
from smtp_desktop.domain.smtp.profile import Cloud, GraphMailbox


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphEndpoints:
    """The URLs for signing in to a mailbox and for reaching it. `authority` ends with the tenant, `graph_url` with the
    version, neither with a slash. `sign_in_hosts` are all names of the sign-in host, with their ports."""

    authority: str
    graph_url: str
    sign_in_hosts: frozenset[str]

    @property
    def scope(self) -> str:
        """The scope to ask a token for: everything that the app was granted."""
        return f"{_origin(urlsplit(self.graph_url))}/.default"

    @property
    def graph_host(self) -> str:
        """The host of Graph, with its port where the URL has one."""
        return urlsplit(self.graph_url).netloc

    @property
    def sign_in_host(self) -> str:
        """The host of the authority, with its port where the URL has one."""
        return urlsplit(self.authority).netloc


# Microsoft Graph documentation, "National cloud deployments". The first name is the one in use.
_CLOUDS = {
    Cloud.GLOBAL: ("graph.microsoft.com", ("login.microsoftonline.com", "login.microsoft.com", "login.windows.net")),
    Cloud.US_L4: ("graph.microsoft.us", ("login.microsoftonline.us",)),
    Cloud.US_DOD: ("dod-graph.microsoft.us", ("login.microsoftonline.us",)),
    Cloud.CHINA: ("microsoftgraph.chinacloudapi.cn", ("login.chinacloudapi.cn", "login.partner.microsoftonline.cn")),
}


def graph_endpoints_of(mailbox: GraphMailbox) -> GraphEndpoints:
    """Returns the endpoints of the cloud that `mailbox` is in."""
    return graph_endpoints(mailbox.cloud, mailbox.tenant_id, mailbox.authority, mailbox.graph_url)


def graph_endpoints(cloud: Cloud, tenant_id: str, authority: str, graph_url: str) -> GraphEndpoints:
    """Returns the endpoints of `cloud`. `authority` and `graph_url` are for the custom cloud alone: an authority
    without a path gets the tenant as its path, a Graph URL without one gets the version."""
    if cloud is not Cloud.CUSTOM:
        graph_host, sign_in_hosts = _CLOUDS[cloud]
        return GraphEndpoints(
            authority=f"https://{sign_in_hosts[0]}/{tenant_id}",
            graph_url=f"https://{graph_host}/v1.0",
            sign_in_hosts=frozenset(sign_in_hosts),
        )
    sign_in = urlsplit(authority.strip())
    return GraphEndpoints(
        authority=_with_path(sign_in, tenant_id),
        graph_url=_with_path(urlsplit(graph_url.strip()), "v1.0"),
        sign_in_hosts=frozenset({sign_in.netloc.lower()}),
    )


def is_https_address(typed: str) -> bool:
    """Whether `typed` is an https URL of a host, without user, query or fragment."""
    typed = typed.strip()
    try:
        parts = urlsplit(typed)
        port_is_whole = parts.port != 0
        ascii_host(parts.hostname or "")
    except ValueError:
        return False
    extras = "@" in parts.netloc or "?" in typed or "#" in typed
    # urlsplit drops some control characters silently, and no database can hold a lone surrogate.
    return parts.scheme == "https" and port_is_whole and not extras and typed.isprintable() and " " not in typed


def _with_path(parts: SplitResult, path: str) -> str:
    return f"{_origin(parts)}/{parts.path.strip('/') or path}"


def _origin(parts: SplitResult) -> str:
    return f"https://{parts.netloc.lower()}"
