"""A simulation of servers and networks that behave as the examples of advice say.

with ExampleNetwork(authority, strangers=another) as network:
    network.play(example)
    ...  # speak to example.context with network.resolve, network.limits and network.deadline_s
"""

import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace

from domain.diagnosis.advice_examples.example import Example
from servers.certificates import Authority
from servers.ports import closed_port, deaf_port
from servers.smtp.scripted import Peer, ScriptedServer
from servers.smtp.server_faults import CONTEXTS, SCRIPTS, FaultContext, Script, good, say

from smtp_desktop.transports.net.dial import FoundAddress
from smtp_desktop.transports.smtp.context import Limits

# Long enough for any machine; no passing test waits for one of them.
PATIENT = Limits(
    connect_s=20.0, greeting_s=20.0, silence_s=20.0, reply_s=20.0, pipelined_s=20.0, final_reply_s=20.0, quit_s=20.0
)
# Servers that speak TLS at once are silent until it begins.
_CURIOUS = replace(PATIENT, silence_s=0.02)
_SOON_S = 0.15
_HASTY = replace(_CURIOUS, connect_s=_SOON_S, greeting_s=_SOON_S)
_LIMITS = {
    "dropped packets": _HASTY,
    "silence": _HASTY,
    "TLS port": _HASTY,
    "silence at the content": replace(PATIENT, reply_s=1.0),  # the replies before it come within that
}
_NOT_OF_THE_SERVER = frozenset({"a cancel", "certificate of an unknown issuer", "changed certificate"})


def _no_such_name(host: str, port: int) -> FoundAddress:
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


def _dns_fails(host: str, port: int) -> FoundAddress:
    raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")


def _no_route(host: str, port: int) -> FoundAddress:
    # TCP has no broadcast: the operating system refuses at once, and nothing goes out.
    return _at("255.255.255.255", port)


def _at(ip: str, port: int) -> FoundAddress:
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port))]


class ExampleNetwork:
    """One server that plays one example after the other. `strangers` is an authority that nobody trusts."""

    def __init__(self, authority: Authority, strangers: Authority) -> None:
        self._authority = authority
        self._strangers = strangers
        self._server = ScriptedServer(self._perform)
        self._stack = ExitStack()
        self._contexts: dict[str, ssl.SSLContext] = {}
        self._script: Script = say
        self._scene: FaultContext | None = None
        self._answers_dns = threading.Event()
        self._resolve: Callable[[str, int], FoundAddress] = self._here
        self.limits = PATIENT
        self.deadline_s = 60.0

    def __enter__(self) -> "ExampleNetwork":
        self._stack.enter_context(self._server)
        self._stack.callback(self._answers_dns.set)
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def play(self, example: Example) -> None:
        """From now on `example` is played."""
        mischief = example.mischief
        resolvers = {
            "no such name": _no_such_name,
            "DNS fails": _dns_fails,
            "DNS is silent": self._dns_is_silent,
            "closed port": self._closed_port,
            "no route": _no_route,
            "dropped packets": self._dropped_packets,
        }
        known = {"", *_NOT_OF_THE_SERVER, *resolvers, *SCRIPTS, *CONTEXTS}
        assert mischief in known, f"nobody plays {mischief!r}"
        self._script = SCRIPTS.get(mischief, good if mischief else say)
        self._scene = FaultContext(example=example, context=self._context(example))
        self._resolve = resolvers.get(mischief, self._here)
        self.limits = _LIMITS.get(mischief, _CURIOUS if self._scene.implicit else PATIENT)
        self.deadline_s = _SOON_S if mischief == "DNS is silent" else 60.0

    def resolve(self, host: str, port: int) -> FoundAddress:
        """Finds every host on this computer, or fails as the example wants it."""
        return self._resolve(host, port)

    def _perform(self, peer: Peer) -> None:
        assert self._scene is not None
        self._script(peer, self._scene)

    def _context(self, example: Example) -> ssl.SSLContext:
        host = example.context.host
        if make := CONTEXTS.get(example.mischief):
            return make(self._authority, host)
        if example.mischief == "certificate of an unknown issuer":
            return self._strangers.context(host)
        if host not in self._contexts:
            self._contexts[host] = self._authority.context(host)
        return self._contexts[host]

    def _here(self, host: str, port: int) -> FoundAddress:
        return _at(self._server.host, self._server.port)

    def _dns_is_silent(self, host: str, port: int) -> FoundAddress:
        self._answers_dns.wait()
        return self._here(host, port)

    def _closed_port(self, host: str, port: int) -> FoundAddress:
        return _at("127.0.0.1", closed_port())

    def _dropped_packets(self, host: str, port: int) -> FoundAddress:
        """Finds a port whose queue is full, so that connecting to it neither works nor fails."""
        return _at("127.0.0.1", deaf_port())
