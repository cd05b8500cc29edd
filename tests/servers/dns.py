"""A DNS server on loopback, made of dnspython's own messages: it answers as told, or fails as told."""

import socket
import threading
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any, Self

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.resolver
import dns.rrset
from dns.message import Message
from dns.name import Name
from dns.rcode import Rcode
from servers.listener import PATIENCE_S, Listener

_TTL_S = 300
_UDP_ROOM_BYTES = 512

Records = Mapping[str, Any]  # by type: the text of a CNAME, and a list of texts of all others


class DnsServer(Listener):
    """Knows `zone`: record types and values by name. A name that is not there does not exist, unless another one ends
    with it. Names in `broken` get that rcode, those in `silent` no answer, those in `truncated` only over TCP.

    `asked` lists what was asked for, in order, as "NAME TYPE"; `over_tcp` as well, where it came that way.
    """

    def __init__(
        self,
        zone: Mapping[str, Records] | None = None,
        *,
        broken: Mapping[str, Rcode] | None = None,
        silent: Iterable[str] = (),
        truncated: Iterable[str] = (),
    ) -> None:
        super().__init__()
        self.zone = {name.lower(): records for name, records in (zone or {}).items()}
        self.broken = {name.lower(): code for name, code in (broken or {}).items()}
        self.silent = set(silent)
        self.truncated = set(truncated)
        self.asked: list[str] = []
        self.over_tcp: list[str] = []
        self.release = threading.Event()  # cleared, it keeps answers back
        self.release.set()
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._udp.bind(("127.0.0.1", self.port))
        self._receiving = threading.Thread(target=self._receive, daemon=True)

    def __enter__(self) -> Self:
        self._receiving.start()
        return super().__enter__()

    def stop(self) -> None:
        """Nothing is answered any more."""
        if self.stopping.is_set():
            return
        self.release.set()
        super().stop()
        self._udp.sendto(b"", ("127.0.0.1", self.port))  # only wakes the receiving thread
        self._receiving.join(PATIENCE_S)
        self._udp.close()

    def resolver(self) -> dns.resolver.Resolver:
        """Returns a resolver that asks this server alone."""
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], self.port
        return resolver

    def serve(self, sock: socket.socket) -> None:
        with suppress(OSError, EOFError):
            while True:
                query = _read(sock, int.from_bytes(_read(sock, 2), "big"))
                answer = self._answer(query, tcp=True)
                if answer is None:
                    return
                wire = answer.to_wire()
                sock.sendall(len(wire).to_bytes(2, "big") + wire)

    def _receive(self) -> None:
        while True:
            query, peer = self._udp.recvfrom(4096)
            if self.stopping.is_set():
                return
            threading.Thread(target=self._reply, args=(query, peer), daemon=True).start()

    def _reply(self, query: bytes, peer: tuple[str, int]) -> None:
        answer = self._answer(query, tcp=False)
        self.release.wait(PATIENCE_S)
        if answer is not None:
            with suppress(OSError):
                self._udp.sendto(answer.to_wire(), peer)

    def _answer(self, wire: bytes, *, tcp: bool) -> Message | None:
        try:
            query = dns.message.from_wire(wire)
        except dns.exception.DNSException:
            return None
        question = query.question[0]
        name, kind = question.name.to_text(omit_final_dot=True).lower(), dns.rdatatype.to_text(question.rdtype)
        (self.over_tcp if tcp else self.asked).append(f"{name} {kind}")
        if name in self.silent:
            return None
        response = dns.message.make_response(query)
        response.flags |= dns.flags.RA
        if name in self.broken:
            response.set_rcode(self.broken[name])
            return response
        if name in self.truncated and not tcp:
            response.flags |= dns.flags.TC
            return response
        self._fill(response, question.name, kind)
        if not tcp and query.edns < 0 and len(response.to_wire()) > _UDP_ROOM_BYTES:
            response.answer.clear()
            response.flags |= dns.flags.TC
        return response

    def _fill(self, response: Message, name: Name, kind: str) -> None:
        while True:
            key = name.to_text(omit_final_dot=True).lower()
            records = self.zone.get(key)
            if records is None:
                below = any(other.endswith(f".{key}") for other in self.zone)
                response.set_rcode(dns.rcode.NOERROR if below else dns.rcode.NXDOMAIN)
                self._add_soa(response)
                return
            if "CNAME" not in records:
                break
            response.answer.append(dns.rrset.from_text(name, _TTL_S, "IN", "CNAME", records["CNAME"]))
            name = dns.name.from_text(records["CNAME"])
        values = records.get(kind, [])
        if values:
            response.answer.append(dns.rrset.from_text(name, _TTL_S, "IN", kind, *values))
        else:
            self._add_soa(response)

    def _add_soa(self, response: Message) -> None:
        """The answer that there is nothing may be remembered (RFC 2308 5)."""
        soa = "ns.loopback. admin.loopback. 1 3600 600 86400 300"
        response.authority.append(dns.rrset.from_text(dns.name.root, _TTL_S, "IN", "SOA", soa))


def txt(*texts: str) -> dict[str, list[str]]:
    """Returns records of these texts, each one string."""
    return {"TXT": [f'"{text}"' for text in texts]}


def _read(sock: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        piece = sock.recv(count - len(data))
        if not piece:
            raise EOFError
        data += piece
    return data
