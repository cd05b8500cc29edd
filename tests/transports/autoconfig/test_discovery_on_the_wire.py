"""The whole search with real servers of this computer: DNS, the domain's web server, and mail servers."""

import socket

import pytest
from fakes.known_providers import PROVIDERS
from fakes.small import MemoryPipeliningDenylist
from servers.dns import DnsServer
from servers.https import HttpsServer
from servers.smtp.mailserver import MailServer

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import TlsMode
from smtp_desktop.domain.discovery.found import looked_up_text
from smtp_desktop.domain.mail.address import parse_address
from smtp_desktop.services.discovery.discovery import Discovery
from smtp_desktop.transports.autoconfig.client import HttpsAutoconfig
from smtp_desktop.transports.net.dns import SystemDns
from smtp_desktop.transports.registry import Transports

ME = "secret.name@contoso.example"
USERS = {ME: "pw"}


@pytest.fixture
def dns():
    with DnsServer() as server:
        yield server


@pytest.fixture
def web(trusted):
    with HttpsServer(trusted.context("autoconfig.contoso.example")) as server:
        yield server


def search(dns, web):
    """Returns what was found for the address, with all that the user can allow."""

    def resolve(host, port):
        if host != "autoconfig.contoso.example":
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", web.port))]

    discovery = Discovery(
        dns=SystemDns(dns.resolver),
        prober=Transports(MemoryPipeliningDenylist()),
        autoconfig=lambda: HttpsAutoconfig(resolve=resolve),
        read_providers=lambda: PROVIDERS,
    )
    return discovery.search(parse_address(ME), further=True, cancel=Cancel())


def service(port):
    return {"_submission._tcp.contoso.example": {"SRV": [f"0 1 {port} localhost."]}}


def test_a_server_that_dns_names_is_tried_and_nobody_learns_more_than_the_domain(dns, web, trusted):
    with MailServer(starttls=trusted.context("localhost"), users=USERS) as server:
        dns.zone = service(server.port)
        found = search(dns, web)

    assert found.best.answers
    assert (found.best.proposal.address, found.best.proposal.mode) == (("localhost", server.port), TlsMode.STARTTLS)
    assert str(looked_up_text(found)) == "The server answered. Only the domain was looked up."
    assert (server.sign_ins, server.received) == ([], [])
    told = [*dns.asked, *(f"{call.path}?{call.query_text}" for call in web.calls)]
    assert not any("secret" in one for one in told)


def test_how_tls_is_really_turned_on_counts(dns, web, trusted):
    with MailServer(tls=trusted.context("localhost"), users=USERS) as server:
        dns.zone = service(server.port)
        found = search(dns, web)

    assert (found.best.answers, found.best.proposal.mode) == (True, TlsMode.IMPLICIT)


@pytest.mark.parametrize(
    "options", [{"users": USERS}, {"users": USERS, "mechanisms": ()}], ids=["no TLS", "no sign-in"]
)
def test_a_server_without_tls_or_without_a_sign_in_does_not_answer_as_it_should(dns, web, trusted, options):
    secured = {"starttls": trusted.context("localhost")} if "mechanisms" in options else {}
    with MailServer(**options, **secured) as server:
        dns.zone = service(server.port)
        found = search(dns, web)

    assert not found.best.answers
    assert found.best.failure


def test_a_server_with_a_certificate_for_another_name_does_not_answer_as_it_should(dns, web, trusted):
    with MailServer(starttls=trusted.context("mail.evil.example"), users=USERS) as server:
        dns.zone = service(server.port)
        found = search(dns, web)

    assert not found.best.answers
