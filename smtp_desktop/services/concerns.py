"""What recipients may hold against mail that a server took: the third outcome beside works and fails."""

from collections.abc import Callable, Iterator
from functools import lru_cache

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.checks.check_settings import sender_checks_wanted
from smtp_desktop.domain.checks.deliverability import Concern, ConcernKind
from smtp_desktop.domain.checks.dns_answer import is_public_name
from smtp_desktop.domain.checks.end_date import CERTIFICATE_WARNED_AHEAD_DAYS
from smtp_desktop.domain.checks.sender_identity import Sending, host_of, sending_of
from smtp_desktop.domain.checks.sender_warnings import certificate_ends, foreign_freemail, from_rewritten
from smtp_desktop.domain.diagnosis.conversation import Timeline
from smtp_desktop.domain.smtp.profile import SmtpProfile
from smtp_desktop.domain.smtp.providers import Providers
from smtp_desktop.services.ports import Clock, Dns, Preferences
from smtp_desktop.services.sender_domain import SenderDomains

# The worst first: a card has room for one.
_ORDER = (
    ConcernKind.DOMAIN_UNKNOWN,
    ConcernKind.DMARC_UNALIGNED,
    ConcernKind.FOREIGN_FREEMAIL,
    ConcernKind.SPF_BROKEN,
    ConcernKind.SPF_EXCLUDES,
    ConcernKind.SPF_MISSING,
    ConcernKind.DMARC_BROKEN,
    ConcernKind.FROM_REWRITTEN,
    ConcernKind.DOMAIN_TAKES_NO_MAIL,
    ConcernKind.CERTIFICATE_ENDS,
)


class Concerns:
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
        self._sending_of = lru_cache(maxsize=1024)(lambda profile: sending_of(profile, read_providers()))

    def concerns_on(self, profile: SmtpProfile, timeline: Timeline, cancel: Cancel) -> tuple[Concern, ...]:
        """Returns the concerns, the worst first, one of a kind. `timeline` is of a test or check that worked. Takes no
        longer than the look-ups may, and ends early with `cancel`. Raises StoreError."""
        found: dict[ConcernKind, Concern] = {}
        for concern in self._all(profile, timeline, cancel):
            found.setdefault(concern.kind, concern)
        if ConcernKind.DMARC_UNALIGNED in found:
            found.pop(ConcernKind.FOREIGN_FREEMAIL, None)  # the same, less grave
        return tuple(sorted(found.values(), key=lambda concern: _ORDER.index(concern.kind)))

    def _all(self, profile: SmtpProfile, timeline: Timeline, cancel: Cancel) -> Iterator[Concern]:
        yield from self._on_certificate(profile, timeline)
        providers = self._read_providers()
        sending = self._sending_of(profile)
        if sending is None:
            return
        yield from _on_names(sending)
        if is_public_name(sending.from_domain) and sender_checks_wanted(self._preferences.all()):
            yield from SenderDomains(sending, providers, self._dns.questions(cancel)).concerns()

    def _on_certificate(self, profile: SmtpProfile, timeline: Timeline) -> Iterator[Concern]:
        valid_until = timeline.security.certificate_valid_until if timeline.security else None
        if valid_until is None:
            return
        days_left = (valid_until - self._clock.now()).days
        if 0 <= days_left <= CERTIFICATE_WARNED_AHEAD_DAYS:
            yield certificate_ends(host_of(profile.server), valid_until.astimezone(), days_left)


def _on_names(sending: Sending) -> Iterator[Concern]:
    if sending.foreign_owner:
        yield foreign_freemail(sending.from_domain, sending.foreign_owner)
    if sending.rewritten and sending.provider and sending.user:
        yield from_rewritten(sending.identity.header_from.spec, sending.user.spec, sending.provider)
