"""DMARC records (RFC 9989): what a domain asks receivers to do with mail that is not provably its own."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

_WALK_LABELS = 7  # RFC 9989 4.10: from a longer name, the walk goes on with its last seven labels
_VERSION = re.compile(r"[vV][ \t]*=[ \t]*DMARC1[ \t]*(?:;|$)")  # RFC 9989 4.8: the value is case-sensitive
_MEANT = re.compile(r"[^a-z]*v[^a-z]*dmarc", re.IGNORECASE)


class Policy(StrEnum):
    NONE = "none"
    QUARANTINE = "quarantine"
    REJECT = "reject"


class PublicSuffix(StrEnum):
    """The tag `psd`: whether other organizations register their domains below this one."""

    YES = "y"
    NO = "n"
    UNSAID = "u"


@dataclass(frozen=True, slots=True, kw_only=True)
class DmarcRecord:
    """`policy` is for the domain itself, `subdomain_policy` for those below it and `missing_policy` for those below it
    that do not exist. With `testing` receivers are asked to go one step less far (RFC 9989 4.7). What DKIM has to be
    like is left out: before a mail has arrived, nobody can know how it was signed."""

    policy: Policy = Policy.NONE
    subdomain_policy: Policy = Policy.NONE
    missing_policy: Policy = Policy.NONE
    strict_spf: bool = False
    testing: bool = False
    public_suffix: PublicSuffix = PublicSuffix.UNSAID


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkStop:
    """A domain on the way up the tree, and the record there."""

    domain: str
    record: DmarcRecord


def dmarc_records(texts: Sequence[str]) -> tuple[str, ...]:
    """Returns those TXT records that are DMARC records; where there are several, receivers use none (RFC 9989 4.10)."""
    return tuple(text for text in texts if _VERSION.match(text))


def misspelt_dmarc(texts: Sequence[str]) -> str:
    """Returns a TXT record that was meant to be a DMARC record, but is none; empty where there is no such."""
    return next((text for text in texts if _MEANT.match(text) and not _VERSION.match(text)), "")


def parse_dmarc(record: str) -> DmarcRecord:
    """Returns what `record`, one of `dmarc_records`, says. A tag that can't be read counts as not there
    (RFC 9989 4.8)."""
    tags = _tags(record)
    policy = _policy(tags.get("p", "")) or Policy.NONE
    subdomain_policy = _policy(tags.get("sp", "")) or policy
    suffix = tags.get("psd", "").lower()
    return DmarcRecord(
        policy=policy,
        subdomain_policy=subdomain_policy,
        missing_policy=_policy(tags.get("np", "")) or subdomain_policy,
        strict_spf=tags.get("aspf", "").lower() == "s",
        testing=tags.get("t", "").lower() == "y",
        public_suffix=PublicSuffix(suffix) if suffix in set(PublicSuffix) else PublicSuffix.UNSAID,
    )


def unreadable_part(record: str) -> str:
    """Returns the first part of `record` that receivers have to ignore and that decides what they do: a policy that
    there is not, or what is no tag at all. Empty where there is no such."""
    for part in filter(None, (part.strip() for part in record.split(";"))):
        name, equals, value = part.partition("=")
        if not equals or (name.strip().lower() in {"p", "sp", "np"} and _policy(value) is None):
            return part
    return ""


def walk_targets(domain: str) -> tuple[str, ...]:
    """Returns the domains whose DMARC record is asked for, in this order: at most eight (RFC 9989 4.10)."""
    labels = domain.lower().removesuffix(".").split(".")
    first = 1 if len(labels) <= _WALK_LABELS + 1 else len(labels) - _WALK_LABELS
    return (".".join(labels), *(".".join(labels[at:]) for at in range(first, len(labels))))


def ends_walk(record: DmarcRecord) -> bool:
    """Whether nothing further up is asked for (RFC 9989 4.10, steps 2 and 6)."""
    return record.public_suffix is not PublicSuffix.UNSAID


def organizational_domain(domain: str, stops: Sequence[WalkStop]) -> str:
    """Returns the domain that stands for the whole organization. `stops` are the records that a walk from `domain`
    found, the longest name first (RFC 9989 4.10.2)."""
    for stop in stops:
        if stop.record.public_suffix is PublicSuffix.NO:
            return stop.domain
        if stop.record.public_suffix is PublicSuffix.YES and stop.domain != domain:
            below = len(stop.domain.split(".")) + 1
            return ".".join(domain.split(".")[-below:])
    return stops[-1].domain if stops else domain


def policy_stop(domain: str, stops: Sequence[WalkStop]) -> WalkStop | None:
    """Returns whose record holds for mail from `domain`: its own, else that of its organization, else that of the
    public suffix (RFC 9989 4.10.1). None where nobody has one."""
    by_domain = {stop.domain: stop for stop in stops}
    suffix = next((stop for stop in stops if stop.record.public_suffix is PublicSuffix.YES), None)
    return by_domain.get(domain) or by_domain.get(organizational_domain(domain, stops)) or suffix


def asked_policy(domain: str, stop: WalkStop, *, exists: bool = True) -> Policy:
    """Returns what receivers are asked to do with mail from `domain` that fails, by the record of `stop`."""
    record = stop.record
    below = record.subdomain_policy if exists else record.missing_policy
    policy = record.policy if stop.domain == domain else below
    if record.testing:
        return {Policy.REJECT: Policy.QUARANTINE}.get(policy, Policy.NONE)
    return policy


def aligned(domain: str, other: str, *, strict: bool, organization: str, other_organization: str) -> bool:
    """Whether `other`, which SPF or DKIM has proved, speaks for `domain` (RFC 9989 4.4)."""
    return domain == other or (not strict and organization == other_organization)


def _tags(record: str) -> dict[str, str]:
    tags: dict[str, str] = {}
    for part in record.split(";"):
        name, equals, value = part.partition("=")
        if equals:
            tags.setdefault(name.strip().lower(), value.strip())
    return tags


def _policy(value: str) -> Policy | None:
    word = value.strip().lower()
    return Policy(word) if word in set(Policy) else None
