"""SPF records (RFC 7208): which servers may send with a domain in MAIL FROM."""

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

MOST_LOOK_UPS = 10
"""RFC 7208 4.6.4: terms that need DNS, in a record and all that it includes."""
MOST_VOID_LOOK_UPS = 2
MOST_MX_HOSTS = 10

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_VERSION = re.compile(r"v=spf1(?: |$)", re.IGNORECASE)  # RFC 7208 4.5
_MODIFIER = re.compile(r"(?P<name>[A-Za-z][A-Za-z0-9_.-]*)=(?P<value>.*)")  # RFC 7208 12
_DIRECTIVE = re.compile(r"(?P<qualifier>[+?~-]?)(?P<name>[A-Za-z0-9]+)(?P<rest>[:/].*)?")
_DOMAIN_AND_PREFIXES = re.compile(r"(?::(?P<domain>[^/]+))?(?:/(?P<four>\d{1,2}))?(?://(?P<six>\d{1,3}))?")
_BITS4, _BITS6 = 32, 128


class BadSpf(ValueError):
    """A term breaks the grammar; it is the argument. A receiver then uses nothing of the record (RFC 7208 4.6)."""


class Mechanism(StrEnum):
    ALL = "all"
    INCLUDE = "include"
    A = "a"
    MX = "mx"
    PTR = "ptr"
    IP4 = "ip4"
    IP6 = "ip6"
    EXISTS = "exists"


@dataclass(frozen=True, slots=True, kw_only=True)
class SpfTerm:
    """One directive. `passes` tells whether a match means "pass"; `domain` is as written and may hold macros; it is
    empty where the record's own domain is meant. `prefix4` and `prefix6` are of A and MX."""

    mechanism: Mechanism
    passes: bool
    domain: str = ""
    network: Network | None = None
    prefix4: int = _BITS4
    prefix6: int = _BITS6


@dataclass(frozen=True, slots=True, kw_only=True)
class SpfRecord:
    """`terms` end with the first "all": what is behind it is never looked at (RFC 7208 5.1), nor is a `redirect`."""

    terms: tuple[SpfTerm, ...]
    redirect: str = ""


def spf_records(texts: Sequence[str]) -> tuple[str, ...]:
    """Returns those TXT records that are SPF records; a domain may have one (RFC 7208 4.5)."""
    return tuple(text for text in texts if _VERSION.match(text))


def parse_spf(record: str) -> SpfRecord:
    """Returns what `record`, one of `spf_records`, says. Raises BadSpf."""
    terms: list[SpfTerm] = []
    modifiers: dict[str, str] = {}
    for word in filter(None, record.split(" ")[1:]):
        modifier = _MODIFIER.fullmatch(word)
        if modifier:
            name = modifier["name"].lower()
            # RFC 7208 6: these two may appear once; others, which nobody knows, are ignored.
            if name in {"redirect", "exp"} and (name in modifiers or not _is_domain_spec(modifier["value"])):
                raise BadSpf(word)
            modifiers[name] = modifier["value"]
        else:
            terms.append(_term(word))
    ends = [term.mechanism for term in terms]
    if Mechanism.ALL in ends:
        return SpfRecord(terms=tuple(terms[: ends.index(Mechanism.ALL) + 1]))
    return SpfRecord(terms=tuple(terms), redirect=modifiers.get("redirect", ""))


def has_macro(domain: str) -> bool:
    """Whether the name depends on the mail (RFC 7208 7), so that nobody can look it up beforehand."""
    return "%" in domain


def _term(word: str) -> SpfTerm:
    directive = _DIRECTIVE.fullmatch(word)
    if directive is None or directive["name"].lower() not in set(Mechanism):
        raise BadSpf(word)
    mechanism, rest = Mechanism(directive["name"].lower()), directive["rest"] or ""
    passes = directive["qualifier"] in {"", "+"}
    match mechanism:
        case Mechanism.ALL if not rest:
            return SpfTerm(mechanism=mechanism, passes=passes)
        case Mechanism.IP4 | Mechanism.IP6:
            return SpfTerm(mechanism=mechanism, passes=passes, network=_network(mechanism, rest, word))
        case Mechanism.INCLUDE | Mechanism.EXISTS if _is_domain_spec(rest.removeprefix(":")) and rest.startswith(":"):
            return SpfTerm(mechanism=mechanism, passes=passes, domain=rest[1:])
        case Mechanism.PTR if not rest or (rest.startswith(":") and _is_domain_spec(rest[1:])):
            return SpfTerm(mechanism=mechanism, passes=passes, domain=rest[1:])
        case Mechanism.A | Mechanism.MX:
            return _host_term(mechanism, rest, word, passes=passes)
        case _:
            raise BadSpf(word)


def _host_term(mechanism: Mechanism, rest: str, word: str, *, passes: bool) -> SpfTerm:
    parts = _DOMAIN_AND_PREFIXES.fullmatch(rest)
    if parts is None:
        # A macro may hold a slash as its delimiter; nobody can look such a name up, so its prefixes say nothing.
        if not (rest.startswith(":") and has_macro(rest) and _is_domain_spec(rest[1:])):
            raise BadSpf(word)
        return SpfTerm(mechanism=mechanism, passes=passes, domain=rest[1:])
    domain = parts["domain"] or ""
    prefix4, prefix6 = int(parts["four"] or _BITS4), int(parts["six"] or _BITS6)
    if (domain and not _is_domain_spec(domain)) or prefix4 > _BITS4 or prefix6 > _BITS6:
        raise BadSpf(word)
    return SpfTerm(mechanism=mechanism, passes=passes, domain=domain, prefix4=prefix4, prefix6=prefix6)


def _network(mechanism: Mechanism, rest: str, word: str) -> Network:
    address, _, prefix = rest.removeprefix(":").partition("/")
    kind = ipaddress.IPv4Network if mechanism is Mechanism.IP4 else ipaddress.IPv6Network
    # `ipaddress` would also take a net mask, and a zone.
    if not rest.startswith(":") or "%" in address or ("/" in rest and not (prefix.isascii() and prefix.isdigit())):
        raise BadSpf(word)
    try:
        return kind(rest[1:], strict=False)
    except ValueError as error:
        raise BadSpf(word) from error


def _is_domain_spec(value: str) -> bool:
    # RFC 7208 7.1: macro-expand, and visible characters but "%"
    visible = value.isascii() and value.isprintable() and " " not in value
    return bool(value) and visible and "%" not in re.sub(r"%(?:[%_-]|\{[A-Za-z]\d*[Rr]?[.+,/_=-]*\})", "", value)
