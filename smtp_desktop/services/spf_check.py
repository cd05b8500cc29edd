"""Whether SPF lets this SMTP send for a domain."""

from itertools import product

from smtp_desktop.domain.checks.deliverability import Concern
from smtp_desktop.domain.checks.spf import Network, spf_records
from smtp_desktop.domain.checks.spf_warnings import spf_excludes, spf_missing, spf_names_nobody, spf_several
from smtp_desktop.domain.smtp.providers import Provider, Providers, is_within
from smtp_desktop.services.ports import Questions
from smtp_desktop.services.spf_walk import CouldNotCheck, SpfBroken, SpfWalk


def spf_concern(
    domain: str, provider: Provider | None, *, providers: Providers, questions: Questions
) -> Concern | None:
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
) -> Concern | None:
    walk = SpfWalk(domain, questions, provider.includes if provider else ())
    try:
        if walk.run(record):
            return None
        if walk.names_nobody:
            return spf_names_nobody(domain, provider)
        if provider and _leaves_out(walk, provider, providers, questions):
            return spf_excludes(domain, provider)
    except SpfBroken as broken:
        return broken.concern
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
