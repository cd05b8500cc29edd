"""What DNS says of the domains that a mail is from."""

import ipaddress
from collections.abc import Iterator

from smtp_desktop.domain.checks.deliverability import Concern
from smtp_desktop.domain.checks.dmarc import Policy, aligned, asked_policy, policy_stop
from smtp_desktop.domain.checks.dns_answer import DnsAnswer, DnsOutcome, is_public_name
from smtp_desktop.domain.checks.sender_identity import Sending
from smtp_desktop.domain.checks.sender_warnings import dmarc_unaligned, domain_unknown, takes_no_mail
from smtp_desktop.domain.smtp.providers import Providers
from smtp_desktop.services.dmarc_walk import DmarcWalk, walk_dmarc
from smtp_desktop.services.ports import Questions
from smtp_desktop.services.spf_check import spf_concern

_NULL_MX = ("",)  # RFC 7505 3


class SenderDomains:
    """The domains of the From Address and of MAIL FROM, in the eyes of a recipient. Addresses that a provider gives to
    everybody are its own to look after: of them, only DMARC matters."""

    def __init__(self, sending: Sending, providers: Providers, questions: Questions) -> None:
        self._sending = sending
        self._providers = providers
        self._questions = questions

    def concerns(self) -> Iterator[Concern]:
        """Returns what is wrong with each, and with both together."""
        sending = self._sending
        domains = dict.fromkeys((sending.from_domain, sending.identity.envelope_sender.domain.lower()))
        for domain in domains:
            if is_public_name(domain) and not self._providers.giving(domain):
                found = list(self._of(domain))
                if found and not self._seen_from_inside(domain):
                    yield from found
        yield from self._unaligned()

    def _of(self, domain: str) -> Iterator[Concern]:
        mx = self._questions.mx(domain)
        if mx.outcome is DnsOutcome.NO_NAME:
            yield domain_unknown(domain)
            return
        if domain == self._sending.spf_domain:
            spf = spf_concern(domain, self._sending.provider, providers=self._providers, questions=self._questions)
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

    def _unaligned(self) -> Iterator[Concern]:
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
