"""A domain's own configuration for mail programs ("autoconfig"), and the proposals that follow from it."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from smtp_desktop.domain.diagnosis.conversation import TlsMode
from smtp_desktop.domain.discovery.known import as_known, outside_notes
from smtp_desktop.domain.discovery.proposal import USUAL, Proposal, ProposedOAuth, Source
from smtp_desktop.domain.mail.address import Address, BadHost, ascii_host, is_ip_address, is_this_computer
from smtp_desktop.domain.smtp.oauth import OAuthProvider
from smtp_desktop.domain.smtp.oauth_hosts import oauth_provider_of
from smtp_desktop.domain.smtp.profile import SignIn
from smtp_desktop.domain.smtp.providers import Providers

_LONGEST_USER_NAME = 254
_LARGEST_PORT = 65535
# The words of the format (draft-ietf-mailmaint-autoconfig), and older ones that are still about, in lower case.
_BY_PASSWORD = frozenset({"password-cleartext", "plain", "password-encrypted", "secure"})
_WITHOUT = frozenset({"none", "client-ip-address"})
_BY_OAUTH = "oauth2"


class SocketType(StrEnum):
    """How a connection is secured, in the words of the format."""

    SSL = "SSL"
    STARTTLS = "STARTTLS"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfiguredServer:
    """A server for outgoing mail, as the configuration has it: host and user name may hold placeholders, `user_name` is
    None where it is not said, and `authentication` has the preferred method first."""

    host_name: str
    smtp_port: int
    socket: SocketType
    user_name: str | None = None
    authentication: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """The servers, the preferred one first, and the addresses of their authorization server if it names any."""

    servers: tuple[ConfiguredServer, ...]
    oauth: ProposedOAuth | None = None


def proposals_of(
    configuration: Configuration, address: Address, source: Source, providers: Providers
) -> tuple[Proposal, ...]:
    """Returns the proposals in the configuration, which `source` names: never one without encryption, nor one on this
    computer, nor one that is signed in to as this program can't."""
    return tuple(
        proposal
        for server in configuration.servers
        for proposal in _proposals(server, configuration.oauth, address, source, providers)
    )


def _proposals(
    server: ConfiguredServer, oauth: ProposedOAuth | None, address: Address, source: Source, providers: Providers
) -> Iterator[Proposal]:
    host = _host(_filled(server.host_name, address))
    if server.socket is SocketType.PLAIN or not host or not 0 < server.smtp_port <= _LARGEST_PORT:
        return
    choice = _sign_in(server, host, oauth)
    if choice is None:
        return
    auth_required, sign_in = choice
    said = source if server.authentication else USUAL
    proposal = Proposal(
        host_name=host,
        smtp_port=server.smtp_port,
        mode=TlsMode.IMPLICIT if server.socket is SocketType.SSL else TlsMode.STARTTLS,
        user_name=_user_name(server.user_name, address) if auth_required else "",
        source=source,
        auth_required=auth_required,
        sign_in=sign_in,
        sign_in_source=said,
        user_name_source=USUAL if server.user_name is None else source,
        oauth=_checked(oauth) if sign_in is SignIn.BROWSER else None,
        notes=outside_notes(host, address, providers),
    )
    yield as_known(proposal, providers)


def _sign_in(server: ConfiguredServer, host: str, oauth: ProposedOAuth | None) -> tuple[bool, SignIn] | None:
    """Returns whether the server is signed in to and how; None where only as this program can't."""
    for method in (word.strip().lower() for word in server.authentication):
        if method in _BY_PASSWORD:
            return True, SignIn.PASSWORD
        if method in _WITHOUT:
            return False, SignIn.PASSWORD
        by_password = any(other.strip().lower() in _BY_PASSWORD for other in server.authentication)
        # At others somebody has to register the program first: a password comes before that, where one is taken.
        at_known = oauth_provider_of(host) is not OAuthProvider.OTHER
        if method == _BY_OAUTH and (at_known or (oauth and not by_password)):
            return True, SignIn.BROWSER
    return None if server.authentication else (True, SignIn.PASSWORD)


def _filled(template: str, address: Address) -> str:
    return (
        template.replace("%EMAILADDRESS%", address.spec)
        .replace("%EMAILLOCALPART%", address.local)
        .replace("%EMAILDOMAIN%", address.domain)
        .strip()
    )


def _user_name(template: str | None, address: Address) -> str:
    if template is None:
        return address.spec
    name = _filled(template, address)
    # Another placeholder is something that only the user knows.
    fits = name.isprintable() and "%" not in name and len(name) <= _LONGEST_USER_NAME
    return name if fits else ""


def _host(typed: str) -> str:
    try:
        host = ascii_host(typed)
    except BadHost:
        return ""
    known_name = "." in host and not is_ip_address(host)
    return host if known_name and not is_this_computer(host) else ""


def _checked(oauth: ProposedOAuth | None) -> ProposedOAuth | None:
    """Returns what of it is an address with TLS; None for nothing."""
    if oauth is None:
        return None
    secure = {
        name: url
        for name in ("issuer", "authorize_url", "token_url")
        if (url := getattr(oauth, name)) and urlsplit(url).scheme == "https" and urlsplit(url).hostname
    }
    return ProposedOAuth(**secure, scope=oauth.scope) if secure else None
