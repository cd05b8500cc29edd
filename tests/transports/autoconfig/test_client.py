"""The look-up of a domain's configuration, on real HTTPS servers of this computer."""

import socket
import threading
from contextlib import ExitStack

import pytest
from servers.certificates import Authority
from servers.https import HttpsServer
from servers.https_calls import Answer, Drop, Garbage, Hang, Pieces

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.discovery.proposal import Origin
from smtp_desktop.transports.autoconfig.client import HttpsAutoconfig, address_of

DOMAIN = "contoso.example"
FILE = (
    b'<clientConfig version="1.1"><emailProvider id="contoso.example"><outgoingServer type="smtp">'
    b"<hostname>smtp.contoso.example</hostname><port>465</port><socketType>SSL</socketType>"
    b"</outgoingServer></emailProvider></clientConfig>"
)
FOUND = Answer(status=200, headers={"Content-Type": "text/xml"}, body=FILE)


class Network:
    """Servers by host name, each with a certificate for its name; the names are found on this computer."""

    def __init__(self, authority: Authority, stack: ExitStack) -> None:
        self._authority, self._stack = authority, stack
        self._servers: dict[str, HttpsServer] = {}
        self.resolved: list[tuple[str, int]] = []

    def server(self, host: str, *, certificate_for: str = "") -> HttpsServer:
        server = self._stack.enter_context(HttpsServer(self._authority.context(certificate_for or host)))
        self._servers[host] = server
        return server

    def resolve(self, host, port):
        self.resolved.append((host, port))
        if host not in self._servers:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", self._servers[host].port))]

    def read(self, origin=Origin.AUTOCONFIG, *, cancel=None, limit_s=30.0):
        return HttpsAutoconfig(resolve=self.resolve, limit_s=limit_s).read(DOMAIN, origin, cancel=cancel or Cancel())


@pytest.fixture
def network(trusted):
    with ExitStack() as stack:
        yield Network(trusted, stack)


@pytest.mark.parametrize(
    ("origin", "host", "path"),
    [
        (Origin.AUTOCONFIG, "autoconfig.contoso.example", "/mail/config-v1.1.xml"),
        (Origin.WELL_KNOWN, "contoso.example", "/.well-known/autoconfig/mail/config-v1.1.xml"),
    ],
)
def test_the_file_is_read_at_both_places_and_only_the_domain_leaves(network, origin, host, path):
    server = network.server(host)
    server.answer_next("/", FOUND)

    (one,) = network.read(origin).servers

    assert one.host_name == "smtp.contoso.example"
    (call,) = server.calls
    assert (call.method, call.path) == ("GET", path)
    assert call.query in ({}, {"emailaddress": "@contoso.example"})
    assert network.resolved == [(host, 443)]
    assert not {"Cookie", "Authorization", "Referer"} & set(call.headers)


@pytest.mark.parametrize(
    "answer",
    [
        Answer(status=404),
        Answer(status=500, body=FILE),
        Answer(status=204),
        Answer(status=200, body=b"<html>Welcome</html>"),
        Answer(status=200, body=b"<!DOCTYPE x><clientConfig/>"),
        Answer(status=200, body=FILE + b" " * 300_000),
        Drop(),
        Drop(reset=True),
        Garbage(),
    ],
    ids=repr,
)
def test_what_is_no_file_is_none(network, answer):
    network.server("autoconfig.contoso.example").answer_next("/", answer)

    assert network.read() is None


def test_a_file_in_small_pieces_is_read(network):
    network.server("autoconfig.contoso.example").answer_next("/", Pieces(answer=FOUND))

    assert network.read().servers


def test_no_server_is_none(network):
    assert network.read() is None


def test_a_certificate_for_another_name_is_not_trusted(network):
    server = network.server("autoconfig.contoso.example", certificate_for="evil.example")
    server.answer_next("/", FOUND)

    assert network.read() is None
    assert server.calls == []


def test_a_redirect_to_another_server_with_tls_is_followed(network):
    network.server("autoconfig.contoso.example").answer_next(
        "/", Answer(status=302, headers={"Location": "https://conf.hoster.example/c.xml?d=contoso.example"})
    )
    hoster = network.server("conf.hoster.example")
    hoster.answer_next("/c.xml", Answer(status=301, headers={"Location": "/d.xml"}), FOUND)
    hoster.answer_next("/d.xml", FOUND)

    assert network.read().servers
    assert [call.path for call in hoster.calls] == ["/c.xml", "/d.xml"]


@pytest.mark.parametrize(
    "location",
    [
        "http://autoconfig.contoso.example/mail/config-v1.1.xml",
        "https://localhost/c.xml",
        "https://127.0.0.1/c.xml",
        "https://[::1]/c.xml",
        "https://intranet/c.xml",
        "https://conf.hoster.example:8443/c.xml",
        "https://user:pw@conf.hoster.example/c.xml",
        "file:///etc/passwd",
        "ftp://conf.hoster.example/c.xml",
        "https://[broken/",
        "https://conf.hoster.example:port/",
        "",
    ],
)
def test_a_redirect_to_anywhere_else_is_not_followed(network, location):
    server = network.server("autoconfig.contoso.example")
    hoster = network.server("conf.hoster.example")
    headers = {"Location": location} if location else {}
    server.answer_next("/", Answer(status=302, headers=headers), Answer(status=404))

    assert network.read() is None
    assert len(server.calls) <= 2
    assert hoster.calls == []
    assert {host for host, _ in network.resolved} == {"autoconfig.contoso.example"}


def test_redirects_end(network):
    server = network.server("autoconfig.contoso.example")
    moved = Answer(status=302, headers={"Location": "/mail/config-v1.1.xml"})
    server.answer_next("/", *[moved] * 20)

    assert network.read() is None
    assert len(server.calls) == 4


def test_a_silent_server_is_given_up_when_the_user_stops(network):
    server = network.server("autoconfig.contoso.example")
    server.answer_next("/", Hang())
    cancel, ended = Cancel(), []
    thread = threading.Thread(target=lambda: ended.append(network.read(cancel=cancel)))
    thread.start()
    assert server.silent.wait(30)

    cancel.request()

    thread.join(30)
    assert ended == [None]


def test_a_silent_server_is_given_up_in_time(network):
    network.server("autoconfig.contoso.example").answer_next("/", Hang())

    assert network.read(limit_s=0.2) is None


def test_the_address_names_no_local_part():
    assert "me" not in address_of(DOMAIN, Origin.AUTOCONFIG).replace("emailaddress", "")
    assert address_of(DOMAIN, Origin.WELL_KNOWN).endswith("contoso.example/.well-known/autoconfig/mail/config-v1.1.xml")
