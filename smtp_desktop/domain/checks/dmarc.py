"""DMARC (RFC 9989): records, by which a domain asks receivers to refuse mail that is not provably its own; warnings."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from smtp_desktop.domain.checks.deliverability import TEST_AGAIN, DeliverabilityWarning, changing_from, quoted, warning
from smtp_desktop.domain.checks.health import WarningKind
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.domain.smtp.providers import Provider

_WALK_LABELS = 7  # RFC 9989 4.10: from a longer name, the walk goes on with its last seven labels
_VERSION = re.compile(r"[vV][ \t]*=[ \t]*DMARC1[ \t]*(?:;|$)")  # RFC 9989 4.8: the value is case-sensitive
_MEANT = re.compile(r"[^a-z]*v[^a-z]*dmarc", re.IGNORECASE)


class Policy(StrEnum):
    """The treatment that receivers are asked to give mail that fails DMARC (RFC 9989 4.7)."""

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
    """A parsed record. `policy` is for the domain itself, `subdomain_policy` for its subdomains, `missing_policy`
    for subdomains that do not exist. With `testing` receivers are asked to apply the next milder policy (RFC 9989 4.7).
    The alignment mode for DKIM is left out: before a mail has arrived, nobody can know how it was signed."""

    policy: Policy = Policy.NONE
    subdomain_policy: Policy = Policy.NONE
    missing_policy: Policy = Policy.NONE
    strict_spf: bool = False
    testing: bool = False
    public_suffix: PublicSuffix = PublicSuffix.UNSAID


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkStop:
    """A domain on the walk up the DNS tree that has a record."""

    domain: str
    record: DmarcRecord


def dmarc_records(texts: Sequence[str]) -> tuple[str, ...]:
    """Returns the TXT records that are DMARC records; receivers use none of several (RFC 9989 4.10)."""
    return tuple(text for text in texts if _VERSION.match(text))


def misspelt_dmarc(texts: Sequence[str]) -> str:
    """Returns a TXT record that was meant as a DMARC record but is none; empty where there is no such record."""
    return next((text for text in texts if _MEANT.match(text) and not _VERSION.match(text)), "")


def parse_dmarc(record: str) -> DmarcRecord:
    """Returns `record`, one of `dmarc_records`, parsed. A tag that can't be read is ignored (RFC 9989 4.8)."""
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
    """Returns the first part of `record` that receivers have to ignore and that matters: an unknown policy, or a part
    that is no tag at all. Empty where there is none."""
    for part in filter(None, (part.strip() for part in record.split(";"))):
        name, equals, value = part.partition("=")
        if not equals or (name.strip().lower() in {"p", "sp", "np"} and _policy(value) is None):
            return part
    return ""


def walk_targets(domain: str) -> tuple[str, ...]:
    """Returns the domains to ask for a DMARC record, in this order; at most eight (RFC 9989 4.10)."""
    labels = domain.lower().removesuffix(".").split(".")
    first = 1 if len(labels) <= _WALK_LABELS + 1 else len(labels) - _WALK_LABELS
    return (".".join(labels), *(".".join(labels[at:]) for at in range(first, len(labels))))


def ends_walk(record: DmarcRecord) -> bool:
    """Whether the walk ends with this record (RFC 9989 4.10, steps 2 and 6)."""
    return record.public_suffix is not PublicSuffix.UNSAID


def organizational_domain(domain: str, stops: Sequence[WalkStop]) -> str:
    """Returns the Organizational Domain of `domain` (RFC 9989 4.10.2). `stops` are the records that the walk from
    `domain` found, the longest name first."""
    for stop in stops:
        if stop.record.public_suffix is PublicSuffix.NO:
            return stop.domain
        if stop.record.public_suffix is PublicSuffix.YES and stop.domain != domain:
            below = len(stop.domain.split(".")) + 1
            return ".".join(domain.split(".")[-below:])
    return stops[-1].domain if stops else domain


def policy_stop(domain: str, stops: Sequence[WalkStop]) -> WalkStop | None:
    """Returns the record that holds for mail from `domain`: its own, else that of its Organizational Domain, else that
    of the public suffix (RFC 9989 4.10.1). None where there is none."""
    by_domain = {stop.domain: stop for stop in stops}
    suffix = next((stop for stop in stops if stop.record.public_suffix is PublicSuffix.YES), None)
    return by_domain.get(domain) or by_domain.get(organizational_domain(domain, stops)) or suffix


def asked_policy(domain: str, stop: WalkStop, *, exists: bool = True) -> Policy:
    """Returns what `stop` asks receivers to do with failing mail from `domain`, which `exists` in DNS, or does not."""
    record = stop.record
    below = record.subdomain_policy if exists else record.missing_policy
    policy = record.policy if stop.domain == domain else below
    if record.testing:
        return {Policy.REJECT: Policy.QUARANTINE}.get(policy, Policy.NONE)
    return policy


def aligned(domain: str, other: str, *, strict: bool, organization: str, other_organization: str) -> bool:
    """Whether `other`, which SPF or DKIM has authenticated, is aligned with `domain` (RFC 9989 4.4)."""
    return domain == other or (not strict and organization == other_organization)


def _tags(record: str) -> dict[str, str]:
    tags: dict[str, str] = {}
    for part in record.split(";"):
        name, equals, value = part.partition("=")
        if equals:
            tags.setdefault(name.strip().lower(), value.strip())
    return tags


def _policy(value: str) -> Policy | None:
    name = value.strip().lower()
    return Policy(name) if name in set(Policy) else None


def dmarc_several(domain: str, count: int) -> DeliverabilityWarning:
    """Returns the warning that there is more than one DMARC record."""
    return warning(
        WarningKind.DMARC_BROKEN,
        _dmarc_title(domain),
        msg(
            "There are {count} TXT records at _dmarc.{domain}. Only one is allowed; if there are more, "
            "recipients ignore them all.",
            domain=domain,
            count=count,
        ),
        (msg("Keep the right one at _dmarc.{domain} and delete the others.", domain=domain), TEST_AGAIN),
    )


def dmarc_unreadable(domain: str, part: str) -> DeliverabilityWarning:
    """Returns the warning that the DMARC record holds `part`, which recipients ignore."""
    return warning(
        WarningKind.DMARC_BROKEN,
        _dmarc_title(domain),
        msg(
            "The TXT record at _dmarc.{domain} contains “{part}”, which is not valid in DMARC. Recipients "
            "ignore the record.",
            domain=domain,
            part=quoted(part),
        ),
        (
            msg("Correct “{part}” in the TXT record at _dmarc.{domain}.", domain=domain, part=quoted(part)),
            msg("It must begin with v=DMARC1; followed by p=none, p=quarantine or p=reject."),
            TEST_AGAIN,
        ),
    )


def dmarc_unaligned(domain: str, policy: Policy, provider: Provider) -> DeliverabilityWarning:
    """Returns the warning that the domain asks recipients to refuse, or to put into junk, what `provider` sends for it:
    `provider` can't prove that such mail is the domain's own. `policy` is not NONE."""
    asked = {
        Policy.REJECT: "The DMARC policy of {domain} tells recipients to refuse mail that can't be authenticated. "
        "{provider} can't authenticate mail for {domain}, so most of it will be refused.",
        Policy.QUARANTINE: "The DMARC policy of {domain} tells recipients to treat mail that can't be authenticated as "
        "junk. {provider} can't authenticate mail for {domain}, so most of it will end up there.",
    }
    return warning(
        WarningKind.DMARC_UNALIGNED,
        msg("Recipients may distrust mail from {domain}: it will fail DMARC", domain=domain),
        msg(asked[policy], domain=domain, provider=provider.name),
        (
            msg("Send mail from {domain} through the server of the provider that hosts {domain}.", domain=domain),
            changing_from(
                msg("Or set the From address to one that belongs to this SMTP, and say in the message where to reply.")
            ),
        ),
    )


def _dmarc_title(domain: str) -> MessageText:
    return msg("Recipients may distrust mail from {domain}: its DMARC record is broken", domain=domain)
