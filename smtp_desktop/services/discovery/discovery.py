"""The search for the settings that a mail address needs."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.checks.dns_answer import may_be_asked
from smtp_desktop.domain.discovery.configuration import proposals_of
from smtp_desktop.domain.discovery.found import Found, Option, distinct, tried
from smtp_desktop.domain.discovery.known import (
    SUBMISSION,
    SUBMISSIONS,
    listed_proposals,
    mx_proposals,
    services_in,
    srv_proposals,
)
from smtp_desktop.domain.discovery.proposal import Origin, Proposal, Source
from smtp_desktop.domain.mail.address import Address
from smtp_desktop.domain.smtp.oauth import OAuthClient
from smtp_desktop.domain.smtp.oauth_providers import provider_of_host
from smtp_desktop.domain.smtp.profile import GenericServer, SignIn
from smtp_desktop.domain.smtp.providers import Providers
from smtp_desktop.services.discovery.ports import Autoconfig
from smtp_desktop.services.ports import Dns, Prober


class Discovery:
    """Finds out how mail of an address is sent. Nothing but a domain leaves this computer, and nothing but a look-up in
    DNS without being asked for. Blocks on the network: never call it on the GUI thread."""

    def __init__(
        self,
        *,
        dns: Dns,
        prober: Prober,
        autoconfig: Callable[[], Autoconfig],
        read_providers: Callable[[], Providers],
    ) -> None:
        self._dns = dns
        self._prober = prober
        self._autoconfig = autoconfig
        self._read_providers = read_providers

    def search(self, address: Address, *, further: bool, cancel: Cancel) -> Found:
        """Returns what is known of the address's domain, by the list of providers or else by DNS. `further` also asks
        the domain's web servers for its configuration, and tries the servers that were found, without signing in."""
        providers = self._read_providers()
        listed = listed_proposals(address, providers)
        asks = not listed and may_be_asked(address.domain)
        named, answered = self._in_dns(address, providers, cancel) if asks else ((), True)
        configured: tuple[Proposal, ...] = ()
        if asks and further and not cancel.requested:
            configured = tuple(self._configured(address, providers, cancel))
        options = tuple(Option(proposal=one) for one in distinct((*listed, *configured, *named)))
        if further:
            options = tried(self._try(options, cancel))
        return Found(address=address, options=options, asked_dns=asks, dns_answered=answered, went_further=further)

    def _in_dns(self, address: Address, providers: Providers, cancel: Cancel) -> tuple[tuple[Proposal, ...], bool]:
        """Returns what the domain's records lead to, and whether there was an answer to anything."""
        lookups = self._dns.lookups(cancel, of_networks=True)
        found: list[Proposal] = []
        answers = []
        for service in (SUBMISSIONS, SUBMISSION):
            name = f"{service}.{address.domain}"
            answers.append(lookups.srv(name))
            found += srv_proposals(address, services_in(answers[-1]), name, providers)
        answers.append(lookups.mx(address.domain))
        found += mx_proposals(address, answers[-1].records, providers)
        return tuple(found), not all(answer.unknown for answer in answers)

    def _configured(self, address: Address, providers: Providers, cancel: Cancel) -> Iterator[Proposal]:
        """Yields what the first of the domain's files that names a server says."""
        autoconfig = self._autoconfig()
        for origin, place in ((Origin.AUTOCONFIG, "autoconfig.{}"), (Origin.WELL_KNOWN, "{}/.well-known")):
            configuration = autoconfig.read(address.domain, origin, cancel=cancel)
            source = Source(origin=origin, detail=place.format(address.domain))
            found = proposals_of(configuration, address, source, providers) if configuration else ()
            if found or cancel.requested:
                yield from found
                return

    def _try(self, options: Sequence[Option], cancel: Cancel) -> list[Option]:
        """Returns how each server answers, all at the same time."""
        if not options or cancel.requested:
            return list(options)
        # A Cancel wakes a single conversation, so each has its own.
        cancels = [Cancel() for _ in options]

        def cancel_all() -> None:
            for one in cancels:
                one.request()

        cancel.set_waker(cancel_all)
        try:
            with ThreadPoolExecutor(len(options), thread_name_prefix="discovery") as pool:
                return list(pool.map(self._tried, options, cancels))
        finally:
            cancel.set_waker(None)

    def _tried(self, option: Option, cancel: Cancel) -> Option:
        timeline = self._prober.probe(
            server_of(option.proposal), password=None, sender=None, known_mode=None, cancel=cancel
        )
        return Option(proposal=option.proposal, timeline=timeline)


def server_of(proposal: Proposal) -> GenericServer:
    """Returns the proposed server, without any secret."""
    by_browser = proposal.auth_required and proposal.sign_in is SignIn.BROWSER
    return GenericServer(
        host_name=proposal.host_name,
        smtp_port=proposal.smtp_port,
        tls=True,
        auth_required=proposal.auth_required,
        user_name=proposal.user_name,
        sign_in=proposal.sign_in,
        oauth=OAuthClient(provider=provider_of_host(proposal.host_name), client_id="") if by_browser else None,
    )
