"""The internet of the pictures: mail servers of companies that do not exist, all of them on this computer."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import trustme
from servers.certificates import context_of
from servers.smtp.mailserver import MailServer
from servers.smtp.scripted import Peer, ScriptedServer, answer_ehlo

HERE = ("localhost", "127.0.0.1", "::1")
PASSWORD = "sample"
ENDS_IN_DAYS = 9
_USERS = dict.fromkeys(
    (
        "relay-svc@northwind.example",
        "archive@northwind.example",
        "hr@northwind.example",
        "invoices@northwind.example",
        "orders@northwind.example",
        "scan@contoso.example",
    ),
    PASSWORD,
)
_SERVERS = (
    ("smtp.northwind.example", "Northwind Traders", 71),
    ("hr.northwind.example", "Northwind Traders", ENDS_IN_DAYS),
    ("mail.old.example", "Northwind Traders", 200),
    ("shop.northwind.example", "Northwind Traders", 160),
    ("warehouse.northwind.example", "Northwind Traders", 118),
    ("smtp.office365.com", "Microsoft's part", 140),
    ("mail.contoso.example", "Contoso AG", 83),
    ("relay.fabrikam.example", "Fabrikam Ltd", 402),
)
"""Hosts that answer on port 587, whose they are, and for how many days their certificates are good."""

_ask_system = socket.getaddrinfo


class Network:
    """Knows where servers are. A server that is put in place of another one is found there from then on."""

    def __init__(self) -> None:
        self._ports: dict[tuple[str, int], int] = {}
        # A port that nobody listens on, nor will as long as this is bound.
        self._closed = socket.socket()
        self._closed.bind(("127.0.0.1", 0))

    def put(self, host: str, port: int, server: MailServer | ScriptedServer) -> None:
        """Makes `server` answer at that host and port."""
        self._ports[host, port] = server.port

    def close(self) -> None:
        """Closes the port that nobody listens on."""
        self._closed.close()

    def getaddrinfo(self, host: Any, port: Any, *args: Any, **options: Any) -> Any:
        """Stands in for the operating system's: finds no names but those of the pictures, and asks for none."""
        if host in HERE:
            return _ask_system(host, port, *args, **options)
        if host not in {known for known, _ in self._ports}:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        here = self._ports.get((host, port), self._closed.getsockname()[1])
        return _ask_system("127.0.0.1", here, *args, **options)


class Internet(Network):
    """Some companies' servers. The CA in `trusted_pem` has issued their certificates, but for that of Fabrikam."""

    def __init__(self, stack: ExitStack) -> None:
        super().__init__()
        self._contexts: dict[str, ssl.SSLContext] = {}
        stack.callback(self.close)
        public = trustme.CA(organization_name="Example Trust Services", organization_unit_name="Example Root CA")
        own = trustme.CA(organization_name="Fabrikam Ltd", organization_unit_name="Fabrikam Internal CA")
        self.trusted_pem = public.cert_pem.bytes()
        for host, company, days in _SERVERS:
            ca = own if company == "Fabrikam Ltd" else public
            self._contexts[host] = context_of(_issued(ca, host, company, days))
            self.put(host, 587, stack.enter_context(MailServer(starttls=self._contexts[host], users=_USERS)))
        contoso = stack.enter_context(MailServer(tls=self._contexts["mail.contoso.example"], users=_USERS))
        self.put("mail.contoso.example", 465, contoso)
        self.put("10.20.0.5", 25, stack.enter_context(MailServer()))

    @contextmanager
    def slow(self, host: str) -> Iterator[ScriptedServer]:
        """Makes the server at port 587 of `host` answer no sign-in inside the `with`."""
        context = self._contexts[host]

        def dawdle(peer: Peer) -> None:
            peer.send("220 mail.test ESMTP")
            answer_ehlo(peer, "STARTTLS")
            peer.expect("STARTTLS")
            peer.send("220 2.0.0 go ahead")
            peer.start_tls(context)
            answer_ehlo(peer, "AUTH PLAIN LOGIN")
            peer.expect("AUTH")
            peer.hold()

        before = self._ports[host, 587]
        with ScriptedServer(dawdle) as server:
            self.put(host, 587, server)
            try:
                yield server
            finally:
                self._ports[host, 587] = before


def _issued(ca: trustme.CA, host: str, company: str, days: int) -> trustme.LeafCert:
    now = datetime.now(UTC)
    return ca.issue_cert(
        host,
        common_name=host,
        organization_name=company,
        organization_unit_name="Mail",
        not_before=now - timedelta(days=90),
        not_after=now + timedelta(days=days, hours=1),
    )


@contextmanager
def internet() -> Iterator[Internet]:
    """Runs the servers inside the `with`, where no name is looked up anywhere else."""
    with ExitStack() as stack:
        there = Internet(stack)
        stack.enter_context(patch.object(socket, "getaddrinfo", there.getaddrinfo))
        yield there
