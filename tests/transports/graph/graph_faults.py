"""Faults of Microsoft 365 and of the way to it that are not refusals, produced by real servers."""

import socket
import ssl
import struct
import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace

import pytest
from graph_driver import GraphDriver, a_mail
from servers.certificates import Authority
from servers.https import HttpsServer
from servers.https_calls import Answer, Drop, Hang
from servers.listener import Listener
from servers.ports import closed_port, deaf_port
from servers.proxy import ForwardProxy
from servers.smtp.server_faults import CONTEXTS

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import Stage, Step, StepStatus, Timeline
from smtp_desktop.domain.mail.message import Attachment, MessageBytes
from smtp_desktop.transports.graph.transport import GraphTransport
from smtp_desktop.transports.net.dial import FoundAddress, Resolve

DENIED = Answer(status=403, body=b"<!DOCTYPE html>\n<html><head><title>Denied</title></head><body>No.</body></html>")
GATEWAY = Answer(status=502, body=b"<html><head><title>Bad Gateway</title></head></html>")
NOT_MICROSOFT = Answer(status=200, json=["no object"])
HOTEL = Answer(status=200, body=b"<html>Please sign in to the hotel's network</html>")
_SOON_S = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultContext:
    """What a fault may use besides the two servers. `strangers` is a CA that nobody trusts."""

    stack: ExitStack
    environment: pytest.MonkeyPatch
    authority: Authority
    strangers: Authority


Fault = Callable[[GraphDriver, FaultContext], Timeline]


def scripted(server: str, path: str, answer: object) -> Fault:
    """Returns the fault of a test where `server` gives `answer` to the next request to `path`."""

    def play(driver: GraphDriver, context: FaultContext) -> Timeline:
        getattr(driver.servers, server).answer_next(path, answer)
        return driver.converse(a_mail())

    return play


def resolving(resolve: Resolve, *, deadline_s: float = 60.0) -> Fault:
    """Returns the fault of a test whose names are looked up by `resolve`."""

    def play(driver: GraphDriver, context: FaultContext) -> Timeline:
        driver.transport = GraphTransport(resolve=resolve, deadline_s=deadline_s)
        return driver.converse(a_mail())

    return play


def showing(context_of: Callable[[FaultContext], ssl.SSLContext]) -> Fault:
    """Returns the fault of a sign-in server that shows this certificate."""

    def play(driver: GraphDriver, context: FaultContext) -> Timeline:
        server = context.stack.enter_context(HttpsServer(context_of(context)))
        return at(driver, server.url)

    return play


def at(driver: GraphDriver, authority: str) -> Timeline:
    """Runs a test with another sign-in address and returns how it went."""
    driver.mailbox = replace(driver.mailbox, authority=authority)
    return driver.converse(a_mail())


def known(fault: str) -> Fault:
    """Returns the fault of a certificate that SMTP servers can have too."""
    return showing(lambda context: CONTEXTS[fault](context.authority, "127.0.0.1"))


def federated(driver: GraphDriver, context: FaultContext) -> Timeline:
    driver.servers.entra.federation_metadata_url = "https://sts.company.example/adfs/services/trust/mex"
    return driver.converse(a_mail())


def other_names(driver: GraphDriver, context: FaultContext) -> Timeline:
    raw = b"From: svc-mail@northwind.example\nTo: other@contoso.example\nSubject: x\n\nHello\n"
    return driver.converse(replace(a_mail(), message=MessageBytes(raw=raw, message_id="<1@x.example>")))


def large_finished_mail(driver: GraphDriver, context: FaultContext) -> Timeline:
    raw = b"From: svc-mail@northwind.example\nTo: anna@contoso.example\nSubject: x\n\n" + (b"x" * 76 + b"\n") * 50_000
    return driver.converse(replace(a_mail(), message=MessageBytes(raw=raw, message_id="<1@x.example>")))


def proxy_with_a_password(driver: GraphDriver, context: FaultContext) -> Timeline:
    proxy = context.stack.enter_context(ForwardProxy(user="clerk", password="sesame"))
    context.environment.setenv("HTTPS_PROXY", proxy.url)
    return driver.converse(a_mail())


def proxy_that_forbids(driver: GraphDriver, context: FaultContext) -> Timeline:
    proxy = context.stack.enter_context(ForwardProxy())
    context.environment.setenv("HTTPS_PROXY", proxy.url)
    return at(driver, "https://login.elsewhere.example")


def proxy_that_cant_be_used(driver: GraphDriver, context: FaultContext) -> Timeline:
    context.environment.setenv("HTTPS_PROXY", "nonsense://127.0.0.1:1")
    return driver.converse(a_mail())


def no_such_name(host: str, port: int) -> FoundAddress:
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


def dns_fails(host: str, port: int) -> FoundAddress:
    raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")


def dns_is_silent(driver: GraphDriver, context: FaultContext) -> Timeline:
    answers = threading.Event()
    context.stack.callback(answers.set)

    def resolve(host: str, port: int) -> FoundAddress:
        answers.wait()
        return here("127.0.0.1", port)

    return resolving(resolve, deadline_s=_SOON_S)(driver, context)


def no_such_graph(driver: GraphDriver, context: FaultContext) -> Timeline:
    def resolve(host: str, port: int) -> FoundAddress:
        return here("127.0.0.1", port) if port == driver.servers.entra.port else no_such_name(host, port)

    return resolving(resolve)(driver, context)


def here(ip: str, port: int) -> FoundAddress:
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port))]


def nobody_listens(driver: GraphDriver, context: FaultContext) -> Timeline:
    return at(driver, f"https://127.0.0.1:{closed_port()}")


def dropped_packets(driver: GraphDriver, context: FaultContext) -> Timeline:
    driver.transport = GraphTransport(deadline_s=_SOON_S)
    return at(driver, f"https://127.0.0.1:{deaf_port()}")


def silent_at(server: str, path: str) -> Fault:
    """Returns the fault of a test where `server` never answers `path`."""

    def play(driver: GraphDriver, context: FaultContext) -> Timeline:
        driver.transport = GraphTransport(deadline_s=1.0)  # what comes before is answered in less
        return scripted(server, path, Hang())(driver, context)

    return play


class Resets(Listener):
    """Ends every connection with a RST once the client has sent something."""

    def serve(self, sock: socket.socket) -> None:
        sock.recv(1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def hangs_up_at_once(driver: GraphDriver, context: FaultContext) -> Timeline:
    server = context.stack.enter_context(Resets())
    return at(driver, f"https://127.0.0.1:{server.port}")


def hangs_up_at_the_draft(driver: GraphDriver, context: FaultContext) -> Timeline:
    driver.servers.graph.permissions |= {"Mail.ReadWrite"}
    driver.servers.graph.drop_next("/messages")
    return driver.converse(a_mail(Attachment(name="large", content=bytes(3_500_000))))


def no_tls(driver: GraphDriver, context: FaultContext) -> Timeline:
    server = context.stack.enter_context(HttpsServer(None))
    return at(driver, server.url.replace("http:", "https:"))


def cancelled(driver: GraphDriver, context: FaultContext) -> Timeline:
    cancel = Cancel()

    def on_step(step: Step) -> None:
        if step.stage is Stage.TOKEN and step.status is StepStatus.RUNNING:
            cancel.request()

    return driver.converse(a_mail(), cancel=cancel, on_step=on_step)


FAULTS: dict[str, Fault] = {
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
    "a proxy's page at the sign-in": scripted("entra", "/token", DENIED),
    "a proxy's page at the sending": scripted("graph", "/sendMail", DENIED),
    "a proxy that reaches no sign-in": scripted("entra", "/token", GATEWAY),
    "a proxy that reaches no Graph": scripted("graph", "/sendMail", GATEWAY),
    "another service at the sign-in": scripted("entra", "openid-configuration", NOT_MICROSOFT),
    "another service at the mailbox": scripted("graph", "/mailFolders", NOT_MICROSOFT),
    "another service at the sending": scripted("graph", "/sendMail", NOT_MICROSOFT),
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
    "certificate of an unknown issuer": showing(lambda context: context.strangers.context()),
    "a cancel": cancelled,
}
