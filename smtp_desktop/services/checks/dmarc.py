"""Finding the DMARC records that hold for a domain."""

from dataclasses import dataclass

from smtp_desktop.domain.checks.deliverability import DeliverabilityWarning
from smtp_desktop.domain.checks.dmarc import (
    WalkStop,
    dmarc_records,
    ends_walk,
    misspelt_dmarc,
    organizational_domain,
    parse_dmarc,
    unreadable_part,
    walk_targets,
)
from smtp_desktop.domain.checks.sender_warnings import dmarc_several, dmarc_unreadable
from smtp_desktop.services.ports import Questions


@dataclass(frozen=True, slots=True, kw_only=True)
class DmarcWalk:
    """What a walk up from `domain` found (RFC 9989 4.10): the records, the longest name first, and what is wrong with
    the one that would hold. It is not `complete` where DNS did not answer."""

    domain: str
    stops: tuple[WalkStop, ...]
    complete: bool
    broken: DeliverabilityWarning | None = None

    @property
    def organization(self) -> str:
        """The domain of the whole organization; without a meaning while the walk is not complete."""
        return organizational_domain(self.domain, self.stops)


def walk_dmarc(domain: str, questions: Questions) -> DmarcWalk:
    """Returns the records for `domain` and those above it."""
    stops: list[WalkStop] = []
    broken: DeliverabilityWarning | None = None
    for target in walk_targets(domain):
        answer = questions.txt(f"_dmarc.{target}")
        if answer.unknown:
            return DmarcWalk(domain=domain, stops=tuple(stops), complete=False, broken=broken)
        records = dmarc_records(answer.records)
        if not stops:  # what is further up does not hold any more
            broken = broken or _fault(target, records, answer.records)
        if len(records) == 1:
            stops.append(WalkStop(domain=target, record=parse_dmarc(records[0])))
            if ends_walk(stops[-1].record):
                break
    return DmarcWalk(domain=domain, stops=tuple(stops), complete=True, broken=broken)


def _fault(domain: str, records: tuple[str, ...], texts: tuple[str, ...]) -> DeliverabilityWarning | None:
    if "." not in domain:
        return None  # a registry's record is not the admin's to mend
    if len(records) > 1:
        return dmarc_several(domain, len(records))
    part = unreadable_part(records[0]) if records else misspelt_dmarc(texts)
    return dmarc_unreadable(domain, part) if part else None
