"""Proposals from the list of providers, and from what DNS says of a domain."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from smtp_desktop.domain.checks.candidates import preset_notes
from smtp_desktop.domain.checks.dns_answer import DnsAnswer
from smtp_desktop.domain.diagnosis.conversation import TlsMode
from smtp_desktop.domain.discovery.proposal import USUAL, Origin, Proposal, Source
from smtp_desktop.domain.mail.address import Address, BadHost, ascii_host
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.domain.smtp.providers import Provider, Providers, UserNameForm, is_within

SUBMISSIONS, SUBMISSION = "_submissions._tcp", "_submission._tcp"
"""The services of RFC 8314 5.1 and RFC 6186 3.1, the preferred one first."""

_IMPLICIT_PORTS = frozenset({465, 2465})
_MOST = 4  # servers of one service


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A server that a domain names in DNS."""

    host: str
    port: int


def services_in(answer: DnsAnswer) -> tuple[Service, ...]:
    """Returns the servers in an answer to a look-up of a service, the preferred one first; none where it says that the
    service is not offered (RFC 2782)."""
    found = []
    for record in answer.records:
        _, _, port, host = record.split(" ", maxsplit=3)
        if host and int(port) and _is_host(host):
            found.append(Service(host=host, port=int(port)))
    return tuple(found[:_MOST])


def _is_host(host: str) -> bool:
    try:
        return ascii_host(host) == host
    except BadHost:
        return False


def listed_proposals(address: Address, providers: Providers) -> tuple[Proposal, ...]:
    """Returns the settings of the provider that has the mailboxes of the address's domain, the best first; none where
    it is not known."""
    provider = providers.preset_for_domain(address.domain)
    if provider is None:
        return ()
    return _of_provider(provider, address, Source(origin=Origin.LIST, detail=provider.source))


def mx_proposals(address: Address, mx_hosts: Sequence[str], providers: Providers) -> tuple[Proposal, ...]:
    """Returns the settings of the provider that takes the mail of the address's domain, the best first; none where it
    is not known."""
    provider = providers.preset_for_mx(mx_hosts)
    if provider is None or not provider.host:
        return ()
    host = next(host for host in mx_hosts if provider.takes_in_at(host))
    return _of_provider(provider, address, Source(origin=Origin.MX, detail=host))


def srv_proposals(
    address: Address, services: Sequence[Service], name: str, providers: Providers
) -> tuple[Proposal, ...]:
    """Returns the servers that the domain names as `services` at the DNS name `name`, in that order."""
    source = Source(origin=Origin.SRV, detail=name)
    implicit = name.startswith(SUBMISSIONS)
    return tuple(
        as_known(
            Proposal(
                host_name=one.host,
                smtp_port=one.port,
                mode=TlsMode.IMPLICIT if implicit or one.port in _IMPLICIT_PORTS else TlsMode.STARTTLS,
                user_name=address.spec,  # RFC 6186 4: the whole address first
                source=source,
                notes=outside_notes(one.host, address, providers),
            ),
            providers,
        )
        for one in services
    )


def as_known(proposal: Proposal, providers: Providers) -> Proposal:
    """Returns the proposal with what is known of the provider whose server it is, for what nobody else said."""
    provider = providers.at(proposal.host_name)
    if provider is None or provider.preset is None:
        return proposal
    known = Source(origin=Origin.LIST, detail=provider.source)
    proposal = replace(
        proposal, provider=provider.name, notes=(*proposal.notes, *preset_notes(provider.name, provider.preset))
    )
    if proposal.sign_in_source == USUAL:
        proposal = replace(proposal, sign_in=provider.preset.sign_in[0], sign_in_source=known)
    if proposal.user_name_source == USUAL and "@" in proposal.user_name:
        proposal = replace(proposal, user_name=_user_name(provider, proposal.user_name), user_name_source=known)
    return proposal


def outside_notes(host: str, address: Address, providers: Providers) -> tuple[MessageText, ...]:
    """Returns a warning about a server outside the address's domain that is of no known provider: DNS and web pages
    without DNSSEC can be forged (RFC 6186 6)."""
    if is_within(host, (address.domain,)) or providers.at(host):
        return ()
    return (msg("{host} is outside {domain}. Use it only if you know it.", host=host, domain=address.domain),)


def is_strange(proposal: Proposal, address: Address) -> bool:
    """Whether nobody but the domain's DNS or web pages vouches for the server, and it is outside that domain."""
    by_domain = proposal.source.origin not in {Origin.LIST, Origin.MX}
    return by_domain and not proposal.provider and not is_within(proposal.host_name, (address.domain,))


def _of_provider(provider: Provider, address: Address, source: Source) -> tuple[Proposal, ...]:
    preset = provider.preset
    if preset is None or not provider.host:
        return ()
    known = Source(origin=Origin.LIST, detail=provider.source)
    return tuple(
        Proposal(
            host_name=provider.host,
            smtp_port=port,
            mode=TlsMode.IMPLICIT if port in _IMPLICIT_PORTS else TlsMode.STARTTLS,
            user_name=_user_name(provider, address.spec),
            source=source,
            sign_in=preset.sign_in[0],
            sign_in_source=known,
            user_name_source=known,
            provider=provider.name,
            notes=preset_notes(provider.name, preset),
        )
        for port in preset.ports
    )


def _user_name(provider: Provider, address: str) -> str:
    form = provider.preset.user_name if provider.preset else UserNameForm.ADDRESS
    match form:
        case UserNameForm.ADDRESS:
            return address
        case UserNameForm.LOCAL_PART:
            return address.rpartition("@")[0]
        case UserNameForm.APIKEY:
            return "apikey"
        case UserNameForm.OTHER:
            return ""
