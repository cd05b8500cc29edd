"""What DNS says of the domains that a mail is from."""

import ipaddress
from collections.abc import Callable, Iterator
from functools import lru_cache

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.checks.check_settings import sender_checks_wanted
from smtp_desktop.domain.checks.deliverability import DeliverabilityWarning
from smtp_desktop.domain.checks.dmarc import Policy, aligned, asked_policy, policy_stop
from smtp_desktop.domain.checks.dns_answer import DnsAnswer, DnsOutcome, is_public_name
from smtp_desktop.domain.checks.end_date import CERTIFICATE_WARNED_AHEAD_DAYS
from smtp_desktop.domain.checks.health import WarningKind
from smtp_desktop.domain.checks.sender_identity import SenderIdentity, host_of, sender_identity_of
from smtp_desktop.domain.checks.sender_warnings import (
    certificate_ends,
    dmarc_unaligned,
    domain_unknown,
    foreign_freemail,
    from_rewritten,
    takes_no_mail,
)
from smtp_desktop.domain.diagnosis.conversation import Timeline
from smtp_desktop.domain.smtp.profile import SmtpProfile
from smtp_desktop.domain.smtp.providers import Providers
from smtp_desktop.services.checks.dmarc import DmarcWalk, walk_dmarc
from smtp_desktop.services.checks.spf import spf_warning
from smtp_desktop.services.ports import Clock, Dns, Preferences, Questions

_NULL_MX = ("",)  # RFC 7505 3


class SenderDomains:
    """The domains of the From Address and of MAIL FROM, in the eyes of a recipient. Addresses that a provider gives to
    everybody are its own to look after: of them, only DMARC matters."""

    def __init__(self, sending: SenderIdentity, providers: Providers, questions: Questions) -> None:
        self._sending = sending
        self._providers = providers
        self._questions = questions

    def warnings(self) -> Iterator[DeliverabilityWarning]:
        """Returns what is wrong with each, and with both together."""
        sending = self._sending
        domains = dict.fromkeys((sending.from_domain, sending.identity.envelope_sender.domain.lower()))
        for domain in domains:
            if is_public_name(domain) and not self._providers.giving(domain):
                found = list(self._of(domain))
                if found and not self._seen_from_inside(domain):
                    yield from found
        yield from self._unaligned()

    def _of(self, domain: str) -> Iterator[DeliverabilityWarning]:
        mx = self._questions.mx(domain)
        if mx.outcome is DnsOutcome.NO_NAME:
            yield domain_unknown(domain)
            return
        if domain == self._sending.spf_domain:
            spf = spf_warning(domain, self._sending.provider, providers=self._providers, questions=self._questions)
            if spf:
                yield spf
        if domain == self._sending.from_domain:
            broken = walk_dmarc(domain, self._questions).broken
            if broken:
                yield broken
        if self._takes_no_mail(domain, mx):
            yield takes_no_mail(domain)

    def _takes_no_mail(self, domain: str, mx: DnsAnswer) -> bool:
        if mx.outcome is DnsOutcome.NO_RECORD:
            # RFC 5321 5.1: without MX, the domain's own address takes its mail
            return self._questions.addresses(domain).outcome is DnsOutcome.NO_RECORD
        return mx.records == _NULL_MX

    def _seen_from_inside(self, domain: str) -> bool:
        """Whether this computer may see another DNS than recipients do: a company's own shows private addresses for
        its domains, and often lacks what is public."""
        labels = domain.split(".")
        names = [".".join(labels[at:]) for at in range(len(labels) - 1)]
        answers = [self._questions.addresses(name) for name in names]
        hosts = [self._questions.addresses(host) for host in self._questions.mx(domain).records[:1] if host]
        return any(answer.unknown or any(map(_is_private, answer.records)) for answer in (*answers, *hosts))

    def _unaligned(self) -> Iterator[DeliverabilityWarning]:
        sending = self._sending
        provider, domain = sending.provider, sending.from_domain
        if provider is None or sending.rewritten or not (sending.foreign_owner or sending.of_private_account):
            return  # then DKIM may be the domain's, and nobody can know that from here
        walk = walk_dmarc(domain, self._questions)
        stop = policy_stop(domain, walk.stops)
        if not walk.complete or stop is None or (sending.of_private_account and self._spf_aligned(walk)):
            return
        exists = self._questions.mx(domain).outcome is not DnsOutcome.NO_NAME
        policy = asked_policy(domain, stop, exists=exists)
        if policy is not Policy.NONE:
            yield dmarc_unaligned(domain, policy, provider)

    def _spf_aligned(self, walk: DmarcWalk) -> bool:
        """Whether SPF speaks for the From Address's domain, or may do so."""
        other = walk_dmarc(self._sending.identity.envelope_sender.domain.lower(), self._questions)
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


# The worst first: a card has room for one.
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
    """Looks what recipients may hold against mail through an SMTP that works.

    What it says follows from names and from what DNS says of them. This computer's own address never matters: it is
    the server that recipients see. Where DNS does not answer, nothing is said.
    """

    def __init__(
        self, *, dns: Dns, preferences: Preferences, clock: Clock, read_providers: Callable[[], Providers]
    ) -> None:
        self._dns = dns
        self._preferences = preferences
        self._clock = clock
        self._read_providers = read_providers
        # The same SMTPs are checked again and again, hundreds of them at a time.
        self._sending_of = lru_cache(maxsize=1024)(lambda profile: sender_identity_of(profile, read_providers()))

    def warnings_on(
        self, profile: SmtpProfile, timeline: Timeline, cancel: Cancel
    ) -> tuple[DeliverabilityWarning, ...]:
        """Returns the concerns, the worst first, one of a kind. `timeline` is of a test or check that worked. Takes no
        longer than the look-ups may, and ends early with `cancel`. Raises StoreError."""
        found: dict[WarningKind, DeliverabilityWarning] = {}
        for warning in self._all(profile, timeline, cancel):
            found.setdefault(warning.kind, warning)
        if WarningKind.DMARC_UNALIGNED in found:
            found.pop(WarningKind.FOREIGN_FREEMAIL, None)  # the same, less grave
        return tuple(sorted(found.values(), key=lambda warning: _ORDER.index(warning.kind)))

    def _all(self, profile: SmtpProfile, timeline: Timeline, cancel: Cancel) -> Iterator[DeliverabilityWarning]:
        yield from self._on_certificate(profile, timeline)
        providers = self._read_providers()
        sending = self._sending_of(profile)
        if sending is None:
            return
        yield from _on_names(sending)
        if is_public_name(sending.from_domain) and sender_checks_wanted(self._preferences.all()):
            yield from SenderDomains(sending, providers, self._dns.questions(cancel)).warnings()

    def _on_certificate(self, profile: SmtpProfile, timeline: Timeline) -> Iterator[DeliverabilityWarning]:
        valid_until = timeline.security.certificate_valid_until if timeline.security else None
        if valid_until is None:
            return
        days_left = (valid_until - self._clock.now()).days
        if 0 <= days_left <= CERTIFICATE_WARNED_AHEAD_DAYS:
            yield certificate_ends(host_of(profile.server), valid_until.astimezone(), days_left)


def _on_names(sending: SenderIdentity) -> Iterator[DeliverabilityWarning]:
    if sending.foreign_owner:
        yield foreign_freemail(sending.from_domain, sending.foreign_owner)
    if sending.rewritten and sending.provider and sending.user:
        yield from_rewritten(sending.identity.header_from.spec, sending.user.spec, sending.provider)
