"""Answers from DNS, and the names that the public DNS is never asked about."""

import re
from dataclasses import dataclass
from enum import StrEnum

# Never in the public DNS: RFC 2606 and RFC 6761 (test, example, invalid, localhost), RFC 6762 3 (local) and its
# appendix G (the private ones), RFC 7686 (onion), RFC 8375 (home.arpa), RFC 9476 (alt); ICANN keeps "internal" free.
_SPECIAL = (
    *("test", "example", "invalid", "localhost", "example.com", "example.net", "example.org"),
    *("local", "intranet", "internal", "private", "corp", "home", "lan", "localdomain"),
    *("onion", "home.arpa", "alt"),
)
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")


class DnsOutcome(StrEnum):
    """How a look-up ended."""

    FOUND = "found"
    NO_RECORD = "no_record"  # the name exists, but has no record of this type
    NO_NAME = "no_name"  # there is no such name (RFC 8020)
    UNKNOWN = "unknown"  # DNS could not be asked, or did not answer in time: nothing follows from that


@dataclass(frozen=True, slots=True, kw_only=True)
class DnsAnswer:
    """The answer to one look-up. `records` is filled only where something was found: texts joined from their strings,
    hosts in lower case without a final dot, or addresses."""

    outcome: DnsOutcome
    records: tuple[str, ...] = ()

    @property
    def unknown(self) -> bool:
        return self.outcome is DnsOutcome.UNKNOWN

    @property
    def void(self) -> bool:
        """Whether DNS answered, but had nothing: a void look-up (RFC 7208 4.6.4)."""
        return self.outcome in {DnsOutcome.NO_RECORD, DnsOutcome.NO_NAME}


UNKNOWN = DnsAnswer(outcome=DnsOutcome.UNKNOWN)


def is_public_name(domain: str) -> bool:
    """Whether `domain`, in ASCII, can exist in the public DNS: it is no single label, no address, and not reserved for
    private use, tests or documentation."""
    name = domain.lower().removesuffix(".")
    labels = name.split(".")
    if len(labels) < 2 or labels[-1].isdigit() or not all(map(_LABEL.fullmatch, labels)):  # noqa: PLR2004 - a single label
        return False
    return not any(name == special or name.endswith(f".{special}") for special in _SPECIAL)
