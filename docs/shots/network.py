"""The internet of the pictures: mail servers of companies that do not exist, all of them on this computer."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from servers.certificates import Authority, context_of
from servers.mailserver import MailServer
from servers.scripted import Peer, ScriptedServer, answer_ehlo

HERE = ("localhost", "127.0.0.1", "::1")
PASSWORD = "sample"
USERS = dict.fromkeys(("relay-svc@northwind.example", "hr@northwind.example", "scan@contoso.example"), PASSWORD)
ENDS_IN_DAYS = 9

_ask_system = socket.getaddrinfo


class Network:
    """Knows where servers are. A server that is put in place of another one is found there from then on."""

    def __init__(self) -> None:
        self._ports: dict[tuple[str, int], int] = {}
        # A port that nobody listens on, nor will as long as this is bound.
        self._closed = socket.socket()
        self._closed.bind(("127.0.0.1", 0))

    def put(self, host: str, port: int, server: MailServer | ScriptedServer) -> None:
        """`server` answers at that host and port."""
        self._ports[host, port] = server.port

    def close(self) -> None:
        """Nothing is held open."""
        self._closed.close()

    def getaddrinfo(self, host: Any, port: Any, *args: Any, **options: Any) -> Any:
        """In place of the operating system's: no name but those of the pictures is found, and none is asked for."""
        if host in HERE:
            return _ask_system(host, port, *args, **options)
        if host not in {known for known, _ in self._ports}:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        here = self._ports.get((host, port), self._closed.getsockname()[1])
        return _ask_system("127.0.0.1", here, *args, **options)


class Internet(Network):
    """Some companies' servers. `authority` has issued their certificates, but for that of fabrikam.example."""

    def __init__(self, authority: Authority, strangers: Authority, stack: ExitStack) -> None:
        super().__init__()
        stack.callback(self.close)
        ends = datetime.now(UTC) + timedelta(days=ENDS_IN_DAYS, hours=1)
        certificate = {
            "smtp.northwind.example": authority.issue("smtp.northwind.example", "mail.northwind.example"),
            "hr.northwind.example": authority.issue("hr.northwind.example", not_after=ends),
            "mail.contoso.example": authority.issue("mail.contoso.example"),
            "relay.fabrikam.example": strangers.issue("relay.fabrikam.example"),
            "warehouse.northwind.example": authority.issue("warehouse.northwind.example"),
        }
        self._contexts = {host: context_of(one) for host, one in certificate.items()}
        for host, context in self._contexts.items():
            self.put(host, 587, stack.enter_context(MailServer(starttls=context, users=USERS)))
        tls = stack.enter_context(MailServer(tls=self._contexts["mail.contoso.example"], users=USERS))
        self.put("mail.contoso.example", 465, tls)
        self._stack = stack

    @contextmanager
    def slow(self, host: str) -> Iterator[ScriptedServer]:
        """Inside the `with`, what listens at port 587 of `host` takes its time over the sign-in."""
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


@contextmanager
def internet(authority: Authority, folder: Path) -> Iterator[Internet]:
    """Inside the `with` the servers run, and no name is looked up anywhere else."""
    (folder / "strangers").mkdir()
    with ExitStack() as stack:
        there = Internet(authority, Authority(folder / "strangers"), stack)
        stack.enter_context(patch.object(socket, "getaddrinfo", there.getaddrinfo))
        yield there
