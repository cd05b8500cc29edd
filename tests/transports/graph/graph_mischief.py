"""What goes wrong with Microsoft 365 without an answer that would be the reason, really done by servers."""

import socket
import ssl
import struct
import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace

import pytest
from graph_hand import Hand, a_mail
from servers.certificates import Authority
from servers.https import HttpsServer
from servers.https_calls import Answer, Drop, Hang
from servers.listening import Listener
from servers.mischief import CONTEXTS
from servers.ports import closed_port, deaf_port
from servers.proxy import ForwardProxy

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import Stage, Step, StepStatus, Timeline
from smtp_desktop.domain.mail.message import Attachment, MessageBytes
from smtp_desktop.transports.graph.transport import GraphTransport
from smtp_desktop.transports.net.dial import FoundAddress, Resolve

HOTEL = Answer(status=200, body=b"<html>Please sign in to the hotel's network</html>")
_SOON_S = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Wings:
    """What an example may use besides the two servers. `strangers` is an authority that nobody trusts."""

    stack: ExitStack
    environment: pytest.MonkeyPatch
    authority: Authority
    strangers: Authority


Mischief = Callable[[Hand, Wings], Timeline]


def scripted(server: str, path: str, answer: object) -> Mischief:
    """Returns what happens where `answer` is the next one of `server` to `path`."""

    def play(hand: Hand, wings: Wings) -> Timeline:
        getattr(hand.servers, server).answer_next(path, answer)
        return hand.converse(a_mail())

    return play


def resolving(resolve: Resolve, *, deadline_s: float = 60.0) -> Mischief:
    """Returns what happens where names are looked up so."""

    def play(hand: Hand, wings: Wings) -> Timeline:
        hand.transport = GraphTransport(resolve=resolve, deadline_s=deadline_s)
        return hand.converse(a_mail())

    return play


def showing(context_of: Callable[[Wings], ssl.SSLContext]) -> Mischief:
    """Returns what happens where the sign-in shows this certificate."""

    def play(hand: Hand, wings: Wings) -> Timeline:
        server = wings.stack.enter_context(HttpsServer(context_of(wings)))
        return at(hand, server.url)

    return play


def at(hand: Hand, authority: str) -> Timeline:
    """Returns how a test with another sign-in address goes."""
    hand.mailbox = replace(hand.mailbox, authority=authority)
    return hand.converse(a_mail())


def known(mischief: str) -> Mischief:
    """Returns what happens where the certificate is as bad as with an SMTP server."""
    return showing(lambda wings: CONTEXTS[mischief](wings.authority, "127.0.0.1"))


def federated(hand: Hand, wings: Wings) -> Timeline:
    hand.servers.entra.federation_metadata_url = "https://sts.company.example/adfs/services/trust/mex"
    return hand.converse(a_mail())


def other_names(hand: Hand, wings: Wings) -> Timeline:
    raw = b"From: svc-mail@northwind.example\nTo: other@contoso.example\nSubject: x\n\nHello\n"
    return hand.converse(replace(a_mail(), message=MessageBytes(raw=raw, message_id="<1@x.example>")))


def large_finished_mail(hand: Hand, wings: Wings) -> Timeline:
    raw = b"From: svc-mail@northwind.example\nTo: anna@contoso.example\nSubject: x\n\n" + (b"x" * 76 + b"\n") * 50_000
    return hand.converse(replace(a_mail(), message=MessageBytes(raw=raw, message_id="<1@x.example>")))


def proxy_with_a_password(hand: Hand, wings: Wings) -> Timeline:
    proxy = wings.stack.enter_context(ForwardProxy(user="clerk", password="sesame"))
    wings.environment.setenv("HTTPS_PROXY", proxy.url)
    return hand.converse(a_mail())


def proxy_that_forbids(hand: Hand, wings: Wings) -> Timeline:
    proxy = wings.stack.enter_context(ForwardProxy())
    wings.environment.setenv("HTTPS_PROXY", proxy.url)
    return at(hand, "https://login.elsewhere.example")


def proxy_that_cant_be_used(hand: Hand, wings: Wings) -> Timeline:
    wings.environment.setenv("HTTPS_PROXY", "nonsense://127.0.0.1:1")
    return hand.converse(a_mail())


def no_such_name(host: str, port: int) -> FoundAddress:
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


def dns_fails(host: str, port: int) -> FoundAddress:
    raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")


def dns_is_silent(hand: Hand, wings: Wings) -> Timeline:
    answers = threading.Event()
    wings.stack.callback(answers.set)

    def resolve(host: str, port: int) -> FoundAddress:
        answers.wait()
        return here("127.0.0.1", port)

    return resolving(resolve, deadline_s=_SOON_S)(hand, wings)


def no_such_graph(hand: Hand, wings: Wings) -> Timeline:
    def resolve(host: str, port: int) -> FoundAddress:
        return here("127.0.0.1", port) if port == hand.servers.entra.port else no_such_name(host, port)

    return resolving(resolve)(hand, wings)


def here(ip: str, port: int) -> FoundAddress:
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port))]


def nobody_listens(hand: Hand, wings: Wings) -> Timeline:
    return at(hand, f"https://127.0.0.1:{closed_port()}")


def dropped_packets(hand: Hand, wings: Wings) -> Timeline:
    hand.transport = GraphTransport(deadline_s=_SOON_S)
    return at(hand, f"https://127.0.0.1:{deaf_port()}")


def silent_at(server: str, path: str) -> Mischief:
    """Returns what happens where `server` says nothing to `path`."""

    def play(hand: Hand, wings: Wings) -> Timeline:
        hand.transport = GraphTransport(deadline_s=1.0)  # what comes before is answered within that
        return scripted(server, path, Hang())(hand, wings)

    return play


class Resets(Listener):
    """Ends every connection with a RST, once the client has begun to speak."""

    def serve(self, sock: socket.socket) -> None:
        sock.recv(1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def hangs_up_at_once(hand: Hand, wings: Wings) -> Timeline:
    server = wings.stack.enter_context(Resets())
    return at(hand, f"https://127.0.0.1:{server.port}")


def hangs_up_at_the_draft(hand: Hand, wings: Wings) -> Timeline:
    hand.servers.graph.permissions |= {"Mail.ReadWrite"}
    hand.servers.graph.drop_next("/messages")
    return hand.converse(a_mail(Attachment(name="large", content=bytes(3_500_000))))


def no_tls(hand: Hand, wings: Wings) -> Timeline:
    server = wings.stack.enter_context(HttpsServer(None))
    return at(hand, server.url.replace("http:", "https:"))


def cancelled(hand: Hand, wings: Wings) -> Timeline:
    cancel = Cancel()

    def on_step(step: Step) -> None:
        if step.stage is Stage.TOKEN and step.outcome is StepStatus.RUNNING:
            cancel.request()

    return hand.converse(a_mail(), cancel=cancel, on_step=on_step)


MISCHIEF: dict[str, Mischief] = {
    "a federated account": federated,
    "hangs up after the mail": scripted("graph", "/sendMail", Drop(after_work=True)),
    "other names": other_names,
    "a large finished mail": large_finished_mail,
    "a proxy with a password": proxy_with_a_password,
    "a proxy that can't be used": proxy_that_cant_be_used,
    "a proxy that forbids": proxy_that_forbids,
    "a hotel's page at the sign-in": scripted("entra", "openid-configuration", HOTEL),
    "a hotel's page at the mailbox": scripted("graph", "/mailFolders", HOTEL),
    "a hotel's page at the sending": scripted("graph", "/sendMail", HOTEL),
    "no such name": resolving(no_such_name),
    "no such Graph": no_such_graph,
    "DNS fails": resolving(dns_fails),
    "DNS is silent": dns_is_silent,
    "closed port": nobody_listens,
    # TCP has no broadcast: the operating system refuses at once, and nothing goes out.
    "no route": resolving(lambda _, port: here("255.255.255.255", port)),
    "dropped packets": dropped_packets,
    "silence at the sign-in": silent_at("entra", "/token"),
    "silence at the mailbox": silent_at("graph", "/mailFolders"),
    "hangs up at once": hangs_up_at_once,
    "hangs up at the sign-in": scripted("entra", "/token", Drop()),
    "hangs up at the draft": hangs_up_at_the_draft,
    "no TLS": no_tls,
    "old TLS": known("old TLS"),
    "expired certificate": known("expired certificate"),
    "early certificate": known("early certificate"),
    "certificate of another host": known("certificate of another host"),
    "certificate for another purpose": known("certificate for another purpose"),
    "self-signed certificate": known("self-signed certificate"),
    "certificate of an unknown issuer": showing(lambda wings: wings.strangers.context()),
    "a cancel": cancelled,
}
