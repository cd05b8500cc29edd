"""SPF (RFC 7208): records, which say which servers may send with a domain in MAIL FROM; warnings about them."""

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from smtp_desktop.domain.checks.deliverability import TEST_AGAIN, DeliverabilityWarning, changing_from, quoted, warning
from smtp_desktop.domain.checks.health import WarningKind
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.domain.smtp.providers import Provider

MOST_LOOK_UPS = 10
"""The terms that may need DNS, in a record and all that it includes (RFC 7208 4.6.4)."""
MOST_VOID_LOOK_UPS = 2
"""The look-ups that may find nothing (RFC 7208 4.6.4)."""
MOST_MX_HOSTS = 10
"""The hosts that one "mx" may name (RFC 7208 4.6.4)."""

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_VERSION = re.compile(r"v=spf1(?: |$)", re.IGNORECASE)  # RFC 7208 4.5
_MODIFIER = re.compile(r"(?P<name>[A-Za-z][A-Za-z0-9_.-]*)=(?P<value>.*)")  # RFC 7208 12
_DIRECTIVE = re.compile(r"(?P<qualifier>[+?~-]?)(?P<name>[A-Za-z0-9]+)(?P<rest>[:/].*)?")
_DOMAIN_AND_PREFIXES = re.compile(r"(?::(?P<domain>[^/]+))?(?:/(?P<four>\d{1,2}))?(?://(?P<six>\d{1,3}))?")
_BITS4, _BITS6 = 32, 128


class BadSpf(ValueError):
    """The argument is a term that breaks the grammar. Receivers then use nothing of the record (RFC 7208 4.6)."""


class Mechanism(StrEnum):
    """A test for the sending server (RFC 7208 5)."""

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
    """One directive. `passes` says whether a match means "pass". `domain` is as written, so it may hold macros; it is
    empty where the record's own domain is meant. `network` is of IP4 and IP6, `prefix4` and `prefix6` of A and MX."""

    mechanism: Mechanism
    passes: bool
    domain: str = ""
    network: Network | None = None
    prefix4: int = _BITS4
    prefix6: int = _BITS6


@dataclass(frozen=True, slots=True, kw_only=True)
class SpfRecord:
    """A parsed record. `terms` end with the first "all": what follows is ignored (RFC 7208 5.1), as is `redirect`."""

    terms: tuple[SpfTerm, ...]
    redirect: str = ""


def spf_records(texts: Sequence[str]) -> tuple[str, ...]:
    """Returns the TXT records that are SPF records; a domain may have one (RFC 7208 4.5)."""
    return tuple(text for text in texts if _VERSION.match(text))


def parse_spf(record: str) -> SpfRecord:
    """Returns `record`, one of `spf_records`, parsed. Raises BadSpf."""
    terms: list[SpfTerm] = []
    modifiers: dict[str, str] = {}
    for word in filter(None, record.split(" ")[1:]):
        modifier = _MODIFIER.fullmatch(word)
        if modifier:
            name = modifier["name"].lower()
            # RFC 7208 6: these two may appear once; unknown ones are ignored.
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
    """Whether the name depends on the mail (RFC 7208 7), so that it can't be looked up beforehand."""
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


def spf_missing(domain: str, provider: Provider | None) -> DeliverabilityWarning:
    """Returns the warning that the domain has no SPF record. `provider` sends for it, if that is known."""
    if provider and provider.includes:
        record = msg(
            "Add a TXT record at {domain}: v=spf1 include:{include} ~all",
            domain=domain,
            include=provider.includes[0],
        )
    else:
        record = msg("Add a TXT record at {domain} that begins with v=spf1 and names this server.", domain=domain)
    return warning(
        WarningKind.SPF_MISSING,
        msg("Recipients may distrust mail from {domain}: it has no SPF record", domain=domain),
        msg(
            "SPF tells recipients which servers may send for a domain. {domain} has no SPF record, so Gmail, "
            "Yahoo and Microsoft may treat its mail as junk or refuse it.",
            domain=domain,
        ),
        (
            msg("Ask whoever runs mail for {domain} which servers send for it.", domain=domain),
            record,
            msg("If other servers send for {domain} too, name them in the same record.", domain=domain),
            TEST_AGAIN,
        ),
    )


def spf_excludes(domain: str, provider: Provider) -> DeliverabilityWarning:
    """Returns the warning that the SPF record names servers, but none of `provider`, which has `includes`."""
    by_region = msg("Look up in {provider}'s help which include: your account needs.", provider=provider.name)
    return warning(
        WarningKind.SPF_EXCLUDES,
        msg("Recipients may distrust mail from {domain}: its SPF record does not name this server", domain=domain),
        msg(
            "The SPF record of {domain} lists the servers that may send for it. {provider} is not one of "
            "them, so recipients may treat this mail as forged.",
            domain=domain,
            provider=provider.name,
        ),
        (
            *((by_region,) if len(provider.includes) > 1 else ()),
            msg(
                "In the TXT record of {domain} that begins with v=spf1, add right after that: include:{include}",
                domain=domain,
                include=provider.includes[0],
            ),
            msg("Keep a single record: a second one that begins with v=spf1 makes both invalid."),
            TEST_AGAIN,
        ),
    )


def spf_names_nobody(domain: str, provider: Provider | None) -> DeliverabilityWarning:
    """Returns the warning that no server at all may send for the domain, by its SPF record."""
    if provider and provider.includes:
        step = msg(
            "If it is meant to send mail, change the TXT record to: v=spf1 include:{include} ~all",
            include=provider.includes[0],
        )
    else:
        step = msg("If it is meant to send mail, name this server in the TXT record that begins with v=spf1.")
    return warning(
        WarningKind.SPF_EXCLUDES,
        msg("Recipients may distrust mail from {domain}: its SPF record says that it sends no mail", domain=domain),
        msg(
            "The SPF record of {domain} names no server that may send for it. Recipients may refuse all mail from it.",
            domain=domain,
        ),
        (
            msg("Ask whoever runs {domain} whether it is meant to send mail.", domain=domain),
            step,
            changing_from(msg("If it is not, use another From address.")),
            TEST_AGAIN,
        ),
    )


def spf_broken(domain: str, meaning: MessageText, steps: Sequence[MessageText]) -> DeliverabilityWarning:
    """Returns the warning that receivers can't use the SPF record, for the reason in `meaning`."""
    title = msg("Recipients may distrust mail from {domain}: its SPF record is broken", domain=domain)
    return warning(WarningKind.SPF_BROKEN, title, meaning, (*steps, TEST_AGAIN))


def spf_several(domain: str, count: int) -> DeliverabilityWarning:
    """Returns the warning that there is more than one SPF record."""
    return spf_broken(
        domain,
        msg(
            "{domain} has {count} TXT records that begin with v=spf1. Only one is allowed; if there are "
            "more, recipients ignore them all.",
            domain=domain,
            count=count,
        ),
        (
            msg("Combine them into one TXT record: v=spf1, then the parts of each, then a single all at the end."),
            msg("Delete the others."),
        ),
    )


def spf_unreadable(domain: str, record_domain: str, part: str) -> DeliverabilityWarning:
    """Returns the warning that the record at `record_domain`, which may be an included one, holds `part`, which is not
    SPF."""
    return spf_broken(
        domain,
        msg(
            "The SPF record of {domain} contains “{part}”, which is not valid in SPF. Recipients ignore the "
            "whole record.",
            domain=record_domain,
            part=quoted(part),
        ),
        (
            msg(
                "Correct or delete “{part}” in the TXT record of {domain} that begins with v=spf1.",
                domain=record_domain,
                part=quoted(part),
            ),
        ),
    )


def spf_dangling(domain: str, target: str) -> DeliverabilityWarning:
    """Returns the warning that the SPF record includes, or redirects to, `target`, which has no single record."""
    return spf_broken(
        domain,
        msg(
            "The SPF record of {domain} refers to that of {target}, which has none or more than one. "
            "Recipients ignore the whole record.",
            domain=domain,
            target=target,
        ),
        (msg("In the TXT record that begins with v=spf1, correct or delete the part with {target}.", target=target),),
    )


def spf_too_long(domain: str) -> DeliverabilityWarning:
    """Returns the warning that receivers give up for the number of look-ups before they reach this server."""
    return spf_broken(
        domain,
        msg(
            "With everything it includes, the SPF record of {domain} needs more than {most} DNS lookups. "
            "Recipients stop there and may treat this mail as forged.",
            domain=domain,
            most=MOST_LOOK_UPS,
        ),
        (
            msg("Delete every include: for a service that no longer sends for {domain}.", domain=domain),
            msg("Replace a: and mx: with ip4: and ip6: and the addresses, which need no lookup."),
        ),
    )


def spf_many_voids(domain: str) -> DeliverabilityWarning:
    """Returns the warning that more names in the record lead nowhere than receivers accept."""
    return spf_broken(
        domain,
        msg(
            "More than {most} names in the SPF record of {domain} do not exist in DNS. Recipients may ignore "
            "the whole record.",
            domain=domain,
            most=MOST_VOID_LOOK_UPS,
        ),
        (msg("Delete the parts whose names no longer exist from the TXT record that begins with v=spf1."),),
    )
