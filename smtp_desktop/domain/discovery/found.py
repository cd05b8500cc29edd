"""The end of a search: what was found for an address, what of it answered, and what was asked for it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from smtp_desktop.domain.diagnosis.conversation import Failure, Timeline
from smtp_desktop.domain.discovery.proposal import Origin, Proposal
from smtp_desktop.domain.mail.address import Address
from smtp_desktop.domain.message_text import MessageText, msg

MAX_PROPOSALS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A proposal, and how its server answered; None where it was not tried."""

    proposal: Proposal
    timeline: Timeline | None = None

    @property
    def answers(self) -> bool:
        """Whether the server was tried, and lets clients in as proposed."""
        return self.timeline is not None and self.timeline.ok

    @property
    def failure(self) -> Failure | None:
        return self.timeline.failure if self.timeline else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was found for `address`: its options, the best first. `asked_dns` is whether DNS was asked, `dns_answered`
    whether it had an answer to anything, and `went_further` whether the domain's web servers and the servers themselves
    were asked."""

    address: Address
    options: tuple[Option, ...] = ()
    asked_dns: bool = False
    dns_answered: bool = True
    went_further: bool = False

    @property
    def best(self) -> Option | None:
        return self.options[0] if self.options else None


def distinct(proposals: Iterable[Proposal]) -> tuple[Proposal, ...]:
    """Returns the proposals, each server and port once, as its best source has it, and not too many."""
    first: dict[tuple[str, int], Proposal] = {}
    for proposal in proposals:
        first.setdefault(proposal.address, proposal)
    return tuple(first.values())[:MAX_PROPOSALS]


def tried(options: Iterable[Option]) -> tuple[Option, ...]:
    """Returns the options, those that answer first, with TLS as it was seen to be turned on."""
    return tuple(sorted(map(_as_seen, options), key=lambda option: not option.answers))


def _as_seen(option: Option) -> Option:
    security = option.timeline.security if option.timeline else None
    if security is None:
        return option
    return replace(option, proposal=replace(option.proposal, mode=security.mode))


def looked_up_text(found: Found) -> MessageText:
    """Returns what was looked up, and what came of it, in a sentence or two."""
    best, domain = found.best, found.address.domain
    if best is None:
        return _nothing_text(found)
    if best.answers:
        if best.proposal.source.origin is Origin.LIST:
            return msg("The server answered. Nothing was looked up.")
        return msg("The server answered. Only the domain was looked up.")
    if best.failure:
        return msg("The server did not answer as it should: {reason}", reason=str(best.failure.message))
    if best.proposal.source.origin is Origin.LIST:
        return msg("From the list of providers. Nothing was looked up.")
    return msg("Only {domain} was looked up, in DNS. The server was not tried.", domain=domain)


def _nothing_text(found: Found) -> MessageText:
    domain = found.address.domain
    if not found.asked_dns:
        return msg("{domain} can't be looked up: only its own network knows it.", domain=domain)
    if not found.dns_answered:
        return msg("DNS did not answer, so nothing is known of {domain}. Check the network.", domain=domain)
    if found.went_further:
        return msg("Nothing was found in DNS, nor at {domain} itself. Only the domain was looked up.", domain=domain)
    return msg("DNS names no server for {domain}. Only the domain was looked up.", domain=domain)
