"""Walking an SPF record and all that it includes, as a receiver does, but without an address to judge."""

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
    spf_records,
)
from smtp_desktop.domain.checks.spf_warnings import (
    spf_dangling,
    spf_excludes,
    spf_many_voids,
    spf_missing,
    spf_names_nobody,
    spf_several,
    spf_too_long,
    spf_unreadable,
)
from smtp_desktop.domain.smtp.providers import Provider, Providers, is_within
from smtp_desktop.services.ports import Questions


class CouldNotCheck(Exception):
    """DNS did not answer: nothing can be said."""


class SpfBroken(Exception):
    """A receiver gives up (RFC 7208 2.6.7); `warning` says why."""

    def __init__(self, warning: DeliverabilityWarning) -> None:
        super().__init__(warning.kind)
        self.warning = warning


class SpfWalk:
    """One walk from the record of `domain` on, until the turn of one of the names `wanted`.

    After `run`, `networks` are those that may send, and `open_ended` tells that others may, which nobody can list.
    """

    def __init__(self, domain: str, questions: Questions, wanted: Sequence[str] = ()) -> None:
        self._domain = domain
        self._questions = questions
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
        """Returns whether a wanted name's turn came. Raises CouldNotCheck, SpfBroken."""
        return self._visit(self._domain, record, passes=True)

    def _visit(self, place: str, record: str, *, passes: bool) -> bool:
        spf = self._parsed(place, record)
        # RFC 7208 4.6.2: from left to right, until one matches
        if any(self._reaches(term, place, passes=passes and term.passes) for term in spf.terms):
            return True
        return bool(spf.redirect) and self._follow(spf.redirect, passes=passes)

    def _parsed(self, place: str, record: str) -> SpfRecord:
        try:
            return parse_spf(record)
        except BadSpf as error:
            raise SpfBroken(spf_unreadable(self._domain, place, str(error))) from error

    def _reaches(self, term: SpfTerm, place: str, *, passes: bool) -> bool:
        match term.mechanism:
            case Mechanism.INCLUDE:
                return self._follow(term.domain, passes=passes)
            case Mechanism.A | Mechanism.MX:
                self._hosts(term, term.domain or place, passes=passes)
            case Mechanism.IP4 | Mechanism.IP6:
                self._add(term.network, passes=passes)
            case Mechanism.PTR | Mechanism.EXISTS:
                self._count()
                self.open_ended |= passes
            case Mechanism.ALL:
                self.open_ended |= passes
        return False

    def _follow(self, name: str, *, passes: bool) -> bool:
        """Visits the record that is included, or redirected to."""
        self._count()
        if has_macro(name):
            self.open_ended |= passes
            return False
        name = name.lower().removesuffix(".")
        answer = self._counted(self._questions.txt(name))
        records = spf_records(answer.records)
        if len(records) != 1:
            raise SpfBroken(spf_dangling(self._domain, name))  # RFC 7208 5.2 and 6.1
        self.names.append(name)
        reached = self._visit(name, records[0], passes=passes)
        return reached or (passes and is_within(name, self._wanted))

    def _hosts(self, term: SpfTerm, name: str, *, passes: bool) -> None:
        self._count()
        if has_macro(name):
            self.open_ended |= passes
            return
        if term.mechanism is Mechanism.A:
            answers = [self._counted(self._questions.addresses(name))]
        else:
            hosts = [host for host in self._counted(self._questions.mx(name)).records if host]
            if len(hosts) > MOST_MX_HOSTS:
                raise SpfBroken(spf_too_long(self._domain))  # RFC 7208 4.6.4
            answers = [_known(self._questions.addresses(host)) for host in hosts]
        for ip in map(ipaddress.ip_address, (address for answer in answers for address in answer.records)):
            prefix = term.prefix4 if ip.version == 4 else term.prefix6  # noqa: PLR2004 - IPv4
            self._add(ipaddress.ip_network((ip, prefix), strict=False), passes=passes)

    def _add(self, network: Network | None, *, passes: bool) -> None:
        if network and passes:
            self.networks.append(network)

    def _count(self) -> None:
        self._look_ups += 1
        if self._look_ups > MOST_LOOK_UPS:
            raise SpfBroken(spf_too_long(self._domain))

    def _counted(self, answer: DnsAnswer) -> DnsAnswer:
        self._voids += _known(answer).void
        if self._voids > MOST_VOID_LOOK_UPS:
            raise SpfBroken(spf_many_voids(self._domain))
        return answer


def _known(answer: DnsAnswer) -> DnsAnswer:
    if answer.unknown:
        raise CouldNotCheck
    return answer


def spf_warning(
    domain: str, provider: Provider | None, *, providers: Providers, questions: Questions
) -> DeliverabilityWarning | None:
    """Returns what recipients may hold against mail from `domain`, as the domain of MAIL FROM, that `provider` sends;
    None of it if that is not known. Returns None where there is nothing, or nothing can be known."""
    answer = questions.txt(domain)
    if answer.unknown:
        return None
    records = spf_records(answer.records)
    if not records:
        return spf_missing(domain, provider)
    if len(records) > 1:
        return spf_several(domain, len(records))
    return _by_walk(domain, records[0], provider, providers, questions)


def _by_walk(
    domain: str, record: str, provider: Provider | None, providers: Providers, questions: Questions
) -> DeliverabilityWarning | None:
    walk = SpfWalk(domain, questions, provider.includes if provider else ())
    try:
        if walk.run(record):
            return None
        if walk.names_nobody:
            return spf_names_nobody(domain, provider)
        if provider and _leaves_out(walk, provider, providers, questions):
            return spf_excludes(domain, provider)
    except SpfBroken as broken:
        return broken.warning
    except CouldNotCheck:
        pass
    return None


def _leaves_out(walk: SpfWalk, provider: Provider, providers: Providers, questions: Questions) -> bool:
    """Whether it is certain that no server of `provider` may send. Raises CouldNotCheck."""
    # A gateway passes on what other providers hand to it: then it is the gateway that recipients see.
    if walk.open_ended or any(is_within(name, providers.gateways) for name in walk.names):
        return False
    # Some list the provider's addresses one by one, to save look-ups.
    theirs = [network for include in provider.includes for network in _networks_of(include, questions)]
    return bool(theirs) and not any(
        network.version == their.version and network.overlaps(their)
        for network, their in product(walk.networks, theirs)
    )


def _networks_of(include: str, questions: Questions) -> list[Network]:
    """Returns the networks that `include` stands for. Raises CouldNotCheck where they can't be listed."""
    answer = questions.txt(include)
    records = spf_records(answer.records)
    if answer.unknown or len(records) > 1:
        raise CouldNotCheck
    walk = SpfWalk(include, questions)
    try:
        for record in records:
            walk.run(record)
    except SpfBroken as broken:
        raise CouldNotCheck from broken
    if walk.open_ended:
        raise CouldNotCheck
    return walk.networks
