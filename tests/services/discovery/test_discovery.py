"""The search for the settings of an address: in what order, what is asked, and what is offered."""

from dataclasses import replace

import pytest
from fakes.discovery import FakeAutoconfig
from fakes.known_providers import PROVIDERS
from fakes.prober import FakeProber
from servers.dns import DnsServer

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.discovery.configuration import Configuration, ConfiguredServer, SocketType
from smtp_desktop.domain.discovery.found import looked_up_text
from smtp_desktop.domain.discovery.proposal import Origin
from smtp_desktop.domain.mail.address import parse_address
from smtp_desktop.domain.smtp.profile import SignIn
from smtp_desktop.services.discovery.discovery import Discovery
from smtp_desktop.transports.net.dns import SystemDns

AT_MICROSOFT = {"contoso.example": {"MX": ["0 contoso-example.mail.protection.outlook.com."]}}
SERVICES = {
    "_submissions._tcp.contoso.example": {"SRV": ["0 1 465 smtp.contoso.example."]},
    "_submission._tcp.contoso.example": {"SRV": ["0 1 587 smtp.contoso.example."]},
}
NOT_OFFERED = {"_submission._tcp.contoso.example": {"SRV": ["0 0 0 ."]}}
IMPLICIT, STARTTLS = ("smtp.contoso.example", 465), ("smtp.contoso.example", 587)
CONFIGURED = ("mail.contoso.example", 587)
MICROSOFT = ("smtp.office365.com", 587)


def configured_at(*places):
    """Returns files at these places that name a server of the domain."""
    host, port = CONFIGURED
    server = ConfiguredServer(host_name=host, smtp_port=port, socket=SocketType.STARTTLS)
    return FakeAutoconfig({place: Configuration(servers=(server,)) for place in places})


@pytest.fixture
def dns():
    with DnsServer() as server:
        yield server


def search(dns, *, address="me@contoso.example", further=False, autoconfig=None, answering=(), cancel=None):
    """Returns what was found, and the prober."""
    prober = FakeProber(*answering)
    discovery = Discovery(
        dns=SystemDns(dns.resolver),
        prober=prober,
        autoconfig=lambda: autoconfig or FakeAutoconfig(),
        read_providers=lambda: PROVIDERS,
    )
    return discovery.search(parse_address(address), further=further, cancel=cancel or Cancel()), prober


def servers_of(found):
    return [option.proposal.address for option in found.options]


def test_a_listed_provider_needs_no_look_up(dns):
    found, prober = search(dns, address="me@gmail.com")

    assert servers_of(found) == [("smtp.gmail.com", 465), ("smtp.gmail.com", 587)]
    assert str(looked_up_text(found)) == "From the list of providers. Nothing was looked up."
    assert dns.asked == []
    assert prober.calls == []


def test_by_itself_only_dns_is_asked_and_only_for_the_domain(dns):
    dns.zone = AT_MICROSOFT
    autoconfig = configured_at(Origin.AUTOCONFIG)
    found, prober = search(dns, autoconfig=autoconfig)

    assert servers_of(found) == [MICROSOFT]
    assert found.best.proposal.sign_in is SignIn.BROWSER
    assert sorted(dns.asked) == [
        "_submission._tcp.contoso.example SRV",
        "_submissions._tcp.contoso.example SRV",
        "contoso.example MX",
    ]
    assert autoconfig.asked == []
    assert prober.calls == []
    assert "in DNS. The server was not tried" in str(looked_up_text(found))


def test_what_the_domain_names_itself_comes_before_where_its_mail_goes_and_tls_on_connect_first(dns):
    dns.zone = AT_MICROSOFT | SERVICES
    found, _ = search(dns)

    assert servers_of(found) == [IMPLICIT, STARTTLS, MICROSOFT]
    assert [option.proposal.source.origin for option in found.options] == [Origin.SRV, Origin.SRV, Origin.MX]


def test_a_service_that_is_not_offered_is_not_proposed(dns):
    dns.zone = NOT_OFFERED
    found, _ = search(dns)

    assert found.options == ()
    assert str(looked_up_text(found)) == "DNS names no server for contoso.example. Only the domain was looked up."


def test_further_the_domains_file_comes_first_and_every_server_is_tried_without_a_password(dns):
    dns.zone = AT_MICROSOFT | SERVICES
    autoconfig = configured_at(Origin.AUTOCONFIG)
    found, prober = search(dns, further=True, autoconfig=autoconfig, answering=[CONFIGURED, IMPLICIT, MICROSOFT])

    assert servers_of(found) == [CONFIGURED, IMPLICIT, MICROSOFT, STARTTLS]
    assert [option.answers for option in found.options] == [True, True, True, False]
    assert autoconfig.asked == [("contoso.example", Origin.AUTOCONFIG)]
    assert all(call.password is None and call.token is None and call.sender is None for call in prober.calls)
    assert str(looked_up_text(found)) == "The server answered. Only the domain was looked up."


def test_a_server_that_answers_comes_before_one_that_should_but_does_not(dns):
    dns.zone = AT_MICROSOFT | SERVICES
    found, _ = search(dns, further=True, answering=[MICROSOFT])

    assert servers_of(found)[0] == MICROSOFT


def test_where_nothing_answers_it_says_why(dns):
    dns.zone = SERVICES
    found, _ = search(dns, further=True)

    assert servers_of(found) == [IMPLICIT, STARTTLS]
    assert "did not answer as it should" in str(looked_up_text(found))


def test_the_second_place_is_asked_where_the_first_has_nothing(dns):
    autoconfig = configured_at(Origin.WELL_KNOWN)
    found, _ = search(dns, further=True, autoconfig=autoconfig, answering=[CONFIGURED])

    assert found.best.proposal.source.origin is Origin.WELL_KNOWN
    assert [origin for _, origin in autoconfig.asked] == [Origin.AUTOCONFIG, Origin.WELL_KNOWN]


def test_where_nothing_is_found_anywhere_it_says_so(dns):
    found, prober = search(dns, further=True)

    assert found.best is None
    assert prober.calls == []
    assert str(looked_up_text(found)).startswith("Nothing was found in DNS, nor at contoso.example itself.")


def test_a_listed_provider_is_tried_only_where_that_was_wished(dns):
    found, prober = search(dns, address="me@gmail.com", further=True, answering=[("smtp.gmail.com", 587)])

    assert servers_of(found) == [("smtp.gmail.com", 587), ("smtp.gmail.com", 465)]
    assert len(prober.calls) == 2
    assert dns.asked == []
    assert str(looked_up_text(found)) == "The server answered. Nothing was looked up."


def test_an_international_domain_is_asked_for_in_ascii(dns):
    search(dns, address="me@m\u00fcnchen.example")

    assert "xn--mnchen-3ya.example MX" in dns.asked


@pytest.mark.parametrize("address", ["me@localhost", "me@intranet", "me@[192.0.2.1]", "me@x.onion"])
def test_a_domain_that_no_name_server_knows_is_not_asked_for(dns, address):
    autoconfig = configured_at(Origin.AUTOCONFIG)
    found, _ = search(dns, address=address, further=True, autoconfig=autoconfig)

    assert found.options == ()
    assert dns.asked == autoconfig.asked == []
    assert "can't be looked up" in str(looked_up_text(found))


def test_a_canceled_search_asks_no_more(dns):
    dns.zone = SERVICES
    cancel = Cancel()
    cancel.request()
    autoconfig = configured_at(Origin.AUTOCONFIG)
    found, prober = search(dns, further=True, cancel=cancel, autoconfig=autoconfig)

    assert (found.options, prober.calls, autoconfig.asked) == ((), [], [])


def test_silent_name_servers_find_nothing_and_hold_nobody_up(dns):
    dns.silent = {"contoso.example", "_submissions._tcp.contoso.example", "_submission._tcp.contoso.example"}
    prober = FakeProber()
    discovery = Discovery(
        dns=SystemDns(dns.resolver, lifetime_s=0.1),
        prober=prober,
        autoconfig=FakeAutoconfig,
        read_providers=lambda: replace(PROVIDERS),
    )

    found = discovery.search(parse_address("me@contoso.example"), further=False, cancel=Cancel())
    assert found.options == ()
    assert "DNS did not answer" in str(looked_up_text(found))
