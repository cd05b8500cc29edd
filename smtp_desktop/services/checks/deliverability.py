"""Deliverability checks: what DNS says of the domains that mail is from, and what names alone show."""

import ipaddress
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.checks.check_settings import sender_checks_wanted
from smtp_desktop.domain.checks.deliverability import (
    DeliverabilityWarning,
    certificate_ends,
    domain_unknown,
    foreign_freemail,
    from_rewritten,
    takes_no_mail,
)
from smtp_desktop.domain.checks.dmarc import (
    Policy,
    WalkStop,
    aligned,
    asked_policy,
    dmarc_records,
    dmarc_several,
    dmarc_unaligned,
    dmarc_unreadable,
    ends_walk,
    misspelt_dmarc,
    organizational_domain,
    parse_dmarc,
    policy_stop,
    unreadable_part,
    walk_targets,
)
from smtp_desktop.domain.checks.dns_answer import DnsAnswer, DnsOutcome, is_public_name
from smtp_desktop.domain.checks.expiry import CERTIFICATE_WARNED_AHEAD_DAYS
from smtp_desktop.domain.checks.health import WarningKind
from smtp_desktop.domain.checks.sender_identity import SenderIdentity, host_of, sender_identity_of
from smtp_desktop.domain.diagnosis.conversation import Timeline
from smtp_desktop.domain.smtp.profile import SmtpProfile
from smtp_desktop.domain.smtp.providers import Providers
from smtp_desktop.services.checks.spf_walk import spf_warning
from smtp_desktop.services.ports import Clock, Dns, DnsLookups, Preferences


@dataclass(frozen=True, slots=True, kw_only=True)
class DmarcWalk:
    """The result of a walk up the DNS tree from `domain` (RFC 9989 4.10): the records, the longest name first, and the
    warning about the record that would hold, if that is `broken`. Not `complete` where DNS did not answer."""

    domain: str
    stops: tuple[WalkStop, ...]
    complete: bool
    broken: DeliverabilityWarning | None = None

    @property
    def organization(self) -> str:
        """The Organizational Domain; meaningful only where the walk is complete."""
        return organizational_domain(self.domain, self.stops)


def walk_dmarc(domain: str, lookups: DnsLookups) -> DmarcWalk:
    """Walks up from `domain`, asking DNS for the DMARC record of each name. Blocks on the network."""
    stops: list[WalkStop] = []
    broken: DeliverabilityWarning | None = None
    for target in walk_targets(domain):
        answer = lookups.txt(f"_dmarc.{target}")
        if answer.unknown:
            return DmarcWalk(domain=domain, stops=tuple(stops), complete=False, broken=broken)
        records = dmarc_records(answer.records)
        if not stops:  # a record further up would not hold
            broken = broken or _dmarc_warning(target, records, answer.records)
        if len(records) == 1:
            stops.append(WalkStop(domain=target, record=parse_dmarc(records[0])))
            if ends_walk(stops[-1].record):
                break
    return DmarcWalk(domain=domain, stops=tuple(stops), complete=True, broken=broken)


def _dmarc_warning(domain: str, records: tuple[str, ...], texts: tuple[str, ...]) -> DeliverabilityWarning | None:
    if "." not in domain:
        return None  # the record of a registry: not for the user to correct
    if len(records) > 1:
        return dmarc_several(domain, len(records))
    part = unreadable_part(records[0]) if records else misspelt_dmarc(texts)
    return dmarc_unreadable(domain, part) if part else None


_NULL_MX = ("",)  # RFC 7505 3


class SenderDomains:
    """The domains of the From Address and of MAIL FROM, as recipients see them. A freemail provider looks after its own
    domains: of these, only DMARC alignment is checked."""

    def __init__(self, sender: SenderIdentity, providers: Providers, lookups: DnsLookups) -> None:
        self._sender = sender
        self._providers = providers
        self._lookups = lookups

    def warnings(self) -> Iterator[DeliverabilityWarning]:
        """Yields the warnings about each domain, and about both together. Blocks on the network."""
        sender = self._sender
        domains = dict.fromkeys((sender.from_domain, sender.identity.envelope_sender.domain.lower()))
        for domain in domains:
            if is_public_name(domain) and not self._providers.freemail_of(domain):
                found = list(self._warnings_about(domain))
                if found and not self._seen_from_inside(domain):
                    yield from found
        yield from self._unaligned()

    def _warnings_about(self, domain: str) -> Iterator[DeliverabilityWarning]:
        mx = self._lookups.mx(domain)
        if mx.outcome is DnsOutcome.NO_NAME:
            yield domain_unknown(domain)
            return
        if domain == self._sender.spf_domain:
            spf = spf_warning(domain, self._sender.provider, providers=self._providers, lookups=self._lookups)
            if spf:
                yield spf
        if domain == self._sender.from_domain:
            broken = walk_dmarc(domain, self._lookups).broken
            if broken:
                yield broken
        if self._takes_no_mail(domain, mx):
            yield takes_no_mail(domain)

    def _takes_no_mail(self, domain: str, mx: DnsAnswer) -> bool:
        if mx.outcome is DnsOutcome.NO_RECORD:
            # RFC 5321 5.1: without MX, the domain's own address takes its mail
            return self._lookups.addresses(domain).outcome is DnsOutcome.NO_RECORD
        return mx.records == _NULL_MX

    def _seen_from_inside(self, domain: str) -> bool:
        """Whether this computer may see another DNS than recipients do: the DNS inside a company gives private
        addresses for its domains, and often lacks the public records."""
        labels = domain.split(".")
        names = [".".join(labels[at:]) for at in range(len(labels) - 1)]
        answers = [self._lookups.addresses(name) for name in names]
        hosts = [self._lookups.addresses(host) for host in self._lookups.mx(domain).records[:1] if host]
        return any(answer.unknown or any(map(_is_private, answer.records)) for answer in (*answers, *hosts))

    def _unaligned(self) -> Iterator[DeliverabilityWarning]:
        sender = self._sender
        provider, domain = sender.provider, sender.from_domain
        if provider is None or sender.rewritten or not (sender.foreign_owner or sender.of_private_account):
            return  # DKIM may then be the domain's own, which can't be known from here
        walk = walk_dmarc(domain, self._lookups)
        stop = policy_stop(domain, walk.stops)
        if not walk.complete or stop is None or (sender.of_private_account and self._spf_aligned(walk)):
            return
        exists = self._lookups.mx(domain).outcome is not DnsOutcome.NO_NAME
        policy = asked_policy(domain, stop, exists=exists)
        if policy is not Policy.NONE:
            yield dmarc_unaligned(domain, policy, provider)

    def _spf_aligned(self, walk: DmarcWalk) -> bool:
        """Whether SPF is aligned with the From Address's domain, or may be."""
        other = walk_dmarc(self._sender.identity.envelope_sender.domain.lower(), self._lookups)
        stop = policy_stop(walk.domain, walk.stops)
        return not other.complete or aligned(
            walk.domain,
            other.domain,
            strict=stop is not None and stop.record.strict_spf,
            organization=walk.organization,
            other_organization=other.organization,
        )


def _is_private(address: str) -> bool:
    return not ipaddress.ip_address(address).is_global


# The worst first: a card has room for one warning.
_ORDER = (
    WarningKind.DOMAIN_UNKNOWN,
    WarningKind.DMARC_UNALIGNED,
    WarningKind.FOREIGN_FREEMAIL,
    WarningKind.SPF_BROKEN,
    WarningKind.SPF_EXCLUDES,
    WarningKind.SPF_MISSING,
    WarningKind.DMARC_BROKEN,
    WarningKind.FROM_REWRITTEN,
    WarningKind.DOMAIN_TAKES_NO_MAIL,
    WarningKind.CERTIFICATE_ENDS,
)


class DeliverabilityChecks:
    """Finds reasons why recipients may distrust mail through an SMTP that works.

    The warnings follow from names and from DNS. This computer's own address never matters, since recipients see the
    server's. Where DNS does not answer, there is no warning. Safe from every thread.
    """

    def __init__(
        self, *, dns: Dns, preferences: Preferences, clock: Clock, read_providers: Callable[[], Providers]
    ) -> None:
        self._dns = dns
        self._preferences = preferences
        self._clock = clock
        self._read_providers = read_providers
        # The same SMTPs are checked again and again, hundreds of them at a time.
        self._sender_of = lru_cache(maxsize=1024)(lambda profile: sender_identity_of(profile, read_providers()))

    def warnings_for(
        self, profile: SmtpProfile, timeline: Timeline, cancel: Cancel
    ) -> tuple[DeliverabilityWarning, ...]:
        """Returns the warnings, the worst first, one of each kind. `timeline` is of a test or check that worked. Blocks
        on the network for as long as the look-ups may take, and ends early with `cancel`. Raises StoreError."""
        found: dict[WarningKind, DeliverabilityWarning] = {}
        for warning in self._all(profile, timeline, cancel):
            found.setdefault(warning.kind, warning)
        if WarningKind.DMARC_UNALIGNED in found:
            found.pop(WarningKind.FOREIGN_FREEMAIL, None)  # says the same, less gravely
        ordered = sorted(found.values(), key=lambda warning: _ORDER.index(warning.kind))
        return tuple(replace(each, advice=each.advice.with_commands({"name": profile.name})) for each in ordered)

    def _all(self, profile: SmtpProfile, timeline: Timeline, cancel: Cancel) -> Iterator[DeliverabilityWarning]:
        yield from self._about_certificate(profile, timeline)
        providers = self._read_providers()
        sender = self._sender_of(profile)
        if sender is None:
            return
        yield from _about_names(sender)
        if is_public_name(sender.from_domain) and sender_checks_wanted(self._preferences.all()):
            yield from SenderDomains(sender, providers, self._dns.lookups(cancel)).warnings()

    def _about_certificate(self, profile: SmtpProfile, timeline: Timeline) -> Iterator[DeliverabilityWarning]:
        valid_until = timeline.security.certificate_valid_until if timeline.security else None
        if valid_until is None:
            return
        days_left = (valid_until - self._clock.now()).days
        if 0 <= days_left <= CERTIFICATE_WARNED_AHEAD_DAYS:
            yield certificate_ends(host_of(profile.server), valid_until.astimezone(), days_left)


def _about_names(sender: SenderIdentity) -> Iterator[DeliverabilityWarning]:
    if sender.foreign_owner:
        yield foreign_freemail(sender.from_domain, sender.foreign_owner)
    if sender.rewritten and sender.provider and sender.user:
        yield from_rewritten(sender.identity.header_from.spec, sender.user.spec, sender.provider)
