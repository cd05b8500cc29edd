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
# Nobody's name servers know these: they mean this computer, another network, or nothing.
_NEVER_ASKED = ("invalid", "localhost", "onion", "alt")
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
    hosts in lower case without a final dot, addresses, or "PRIORITY WEIGHT PORT HOST" of a service (RFC 2782)."""

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
    return _is_name(domain) and not _is_within(domain, _SPECIAL)


def may_be_asked(domain: str) -> bool:
    """Whether this computer's DNS servers may know `domain`, in ASCII: a public name, or one of a company's network."""
    return _is_name(domain) and not _is_within(domain, _NEVER_ASKED)


def _is_name(domain: str) -> bool:
    labels = domain.lower().removesuffix(".").split(".")
    return len(labels) > 1 and not labels[-1].isdigit() and all(map(_LABEL.fullmatch, labels))


def _is_within(domain: str, ends: tuple[str, ...]) -> bool:
    name = domain.lower().removesuffix(".")
    return any(name == end or name.endswith(f".{end}") for end in ends)
