"""Walks through an SPF record and all that it includes, as a receiver does, but without an address to judge."""

import ipaddress
from collections.abc import Sequence
from itertools import product

from smtp_desktop.domain.checks.deliverability import DeliverabilityWarning
from smtp_desktop.domain.checks.dns_answer import DnsAnswer
from smtp_desktop.domain.checks.spf import (
    MOST_LOOK_UPS,
    MOST_MX_HOSTS,
    MOST_VOID_LOOK_UPS,
    BadSpf,
    Mechanism,
    Network,
    SpfRecord,
    SpfTerm,
    has_macro,
    parse_spf,
    spf_dangling,
    spf_excludes,
    spf_many_voids,
    spf_missing,
    spf_names_nobody,
    spf_records,
    spf_several,
    spf_too_long,
    spf_unreadable,
)
from smtp_desktop.domain.smtp.providers import Provider, Providers, is_within
from smtp_desktop.services.ports import DnsLookups


class CouldNotCheck(Exception):
    """DNS did not answer: nothing follows."""


class SpfBroken(Exception):
    """A receiver gives up (RFC 7208 2.6.7); `warning` says why."""

    def __init__(self, warning: DeliverabilityWarning) -> None:
        super().__init__(warning.kind)
        self.warning = warning


class SpfWalk:
    """One walk from the record of `domain` on, until it reaches one of the included names `wanted`.

    After `run`, `networks` are those that may send, `names` the included names, and with `open_ended` further servers
    may send that can't be listed. A walk runs once.
    """

    def __init__(self, domain: str, lookups: DnsLookups, wanted: Sequence[str] = ()) -> None:
        self._domain = domain
        self._lookups = lookups
        self._wanted = wanted
        self._look_ups = 0
        self._voids = 0
        self.networks: list[Network] = []
        self.names: list[str] = []
        self.open_ended = False

    @property
    def names_nobody(self) -> bool:
        """Whether no server at all may send."""
        return not self.networks and not self.open_ended

    def run(self, record: str) -> bool:
        """Returns whether the walk reached a wanted name. Blocks on the network. Raises CouldNotCheck, SpfBroken."""
        return self._visit(self._domain, record, passes=True)

    def _visit(self, domain: str, record: str, *, passes: bool) -> bool:
        spf = self._parsed(domain, record)
        # RFC 7208 4.6.2: from left to right, until one matches
        if any(self._reaches(term, domain, passes=passes and term.passes) for term in spf.terms):
            return True
        return bool(spf.redirect) and self._follow(spf.redirect, passes=passes)

    def _parsed(self, domain: str, record: str) -> SpfRecord:
        try:
            return parse_spf(record)
        except BadSpf as error:
            raise SpfBroken(spf_unreadable(self._domain, domain, str(error))) from error

    def _reaches(self, term: SpfTerm, domain: str, *, passes: bool) -> bool:
        match term.mechanism:
            case Mechanism.INCLUDE:
                return self._follow(term.domain, passes=passes)
            case Mechanism.A | Mechanism.MX:
                self._add_hosts(term, term.domain or domain, passes=passes)
            case Mechanism.IP4 | Mechanism.IP6:
                self._add(term.network, passes=passes)
            case Mechanism.PTR | Mechanism.EXISTS:
                self._count_look_up()
                self.open_ended |= passes
            case Mechanism.ALL:
                self.open_ended |= passes
        return False

    def _follow(self, name: str, *, passes: bool) -> bool:
        """Visits the record at `name`, which is included or redirected to."""
        self._count_look_up()
        if has_macro(name):
            self.open_ended |= passes
            return False
        name = name.lower().removesuffix(".")
        answer = self._counting_voids(self._lookups.txt(name))
        records = spf_records(answer.records)
        if len(records) != 1:
            raise SpfBroken(spf_dangling(self._domain, name))  # RFC 7208 5.2 and 6.1
        self.names.append(name)
        reached = self._visit(name, records[0], passes=passes)
        return reached or (passes and is_within(name, self._wanted))

    def _add_hosts(self, term: SpfTerm, name: str, *, passes: bool) -> None:
        self._count_look_up()
        if has_macro(name):
            self.open_ended |= passes
            return
        if term.mechanism is Mechanism.A:
            answers = [self._counting_voids(self._lookups.addresses(name))]
        else:
            hosts = [host for host in self._counting_voids(self._lookups.mx(name)).records if host]
            if len(hosts) > MOST_MX_HOSTS:
                raise SpfBroken(spf_too_long(self._domain))  # RFC 7208 4.6.4
            answers = [_known(self._lookups.addresses(host)) for host in hosts]
        for ip in map(ipaddress.ip_address, (address for answer in answers for address in answer.records)):
            prefix = term.prefix4 if ip.version == 4 else term.prefix6  # noqa: PLR2004 - IPv4
            self._add(ipaddress.ip_network((ip, prefix), strict=False), passes=passes)

    def _add(self, network: Network | None, *, passes: bool) -> None:
        if network and passes:
            self.networks.append(network)

    def _count_look_up(self) -> None:
        self._look_ups += 1
        if self._look_ups > MOST_LOOK_UPS:
            raise SpfBroken(spf_too_long(self._domain))

    def _counting_voids(self, answer: DnsAnswer) -> DnsAnswer:
        self._voids += _known(answer).void
        if self._voids > MOST_VOID_LOOK_UPS:
            raise SpfBroken(spf_many_voids(self._domain))
        return answer


def _known(answer: DnsAnswer) -> DnsAnswer:
    if answer.unknown:
        raise CouldNotCheck
    return answer


def spf_warning(
    domain: str, provider: Provider | None, *, providers: Providers, lookups: DnsLookups
) -> DeliverabilityWarning | None:
    """Returns the warning about the SPF record of `domain`, the domain of MAIL FROM; None where there is nothing to
    warn of, or DNS does not answer. `provider` sends the mail, if that is known. Blocks on the network."""
    answer = lookups.txt(domain)
    if answer.unknown:
        return None
    records = spf_records(answer.records)
    if not records:
        return spf_missing(domain, provider)
    if len(records) > 1:
        return spf_several(domain, len(records))
    return _by_walk(domain, records[0], provider, providers, lookups)


def _by_walk(
    domain: str, record: str, provider: Provider | None, providers: Providers, lookups: DnsLookups
) -> DeliverabilityWarning | None:
    walk = SpfWalk(domain, lookups, provider.includes if provider else ())
    try:
        if walk.run(record):
            return None
        if walk.names_nobody:
            return spf_names_nobody(domain, provider)
        if provider and _leaves_out(walk, provider, providers, lookups):
            return spf_excludes(domain, provider)
    except SpfBroken as broken:
        return broken.warning
    except CouldNotCheck:
        pass
    return None


def _leaves_out(walk: SpfWalk, provider: Provider, providers: Providers, lookups: DnsLookups) -> bool:
    """Whether it is certain that no server of `provider` may send. Raises CouldNotCheck."""
    # A gateway relays the mail of other providers: recipients then see the gateway's address.
    if walk.open_ended or any(is_within(name, providers.gateways) for name in walk.names):
        return False
    # Some records list the provider's addresses one by one, to save look-ups.
    theirs = [network for include in provider.includes for network in _networks_of(include, lookups)]
    return bool(theirs) and not any(
        network.version == their.version and network.overlaps(their)
        for network, their in product(walk.networks, theirs)
    )


def _networks_of(include: str, lookups: DnsLookups) -> list[Network]:
    """Returns the networks that `include` stands for. Raises CouldNotCheck where they can't be listed."""
    answer = lookups.txt(include)
    records = spf_records(answer.records)
    if answer.unknown or len(records) > 1:
        raise CouldNotCheck
    walk = SpfWalk(include, lookups)
    try:
        for record in records:
            walk.run(record)
    except SpfBroken as broken:
        raise CouldNotCheck from broken
    if walk.open_ended:
        raise CouldNotCheck
    return walk.networks
