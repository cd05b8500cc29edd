"""Scripts of servers that behave as the examples of advice say: each is good until the stage where it is not."""

import ssl
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace

from domain.diagnosis.advice_examples.example import Example
from servers.certificates import Authority, self_signed_context
from servers.purposes import client_only_context
from servers.smtp.scripted import Peer, answer_ehlo

from smtp_desktop.domain.diagnosis.conversation import Stage

SUBMISSIONS = 465
_SOON_S = 0.15
_OFFERS = ("8BITMIME", "SIZE 50000000", "AUTH PLAIN LOGIN")


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultContext:
    """What a script plays: `example`, with certificates from `context`."""

    example: Example
    context: ssl.SSLContext
    offers: tuple[str, ...] = _OFFERS

    @property
    def implicit(self) -> bool:
        return self.example.context.tls is True and self.example.context.port == SUBMISSIONS

    @property
    def starttls(self) -> bool:
        return self.example.context.tls is True and not self.implicit


Script = Callable[[Peer, FaultContext], None]


def welcome(peer: Peer, scene: FaultContext) -> None:
    """The client has heard what is offered, over TLS where it is on."""
    if scene.implicit:
        peer.start_tls(scene.context)
    peer.send("220 scripted.test ESMTP")
    if scene.starttls:
        offer_starttls(peer, scene)
        peer.send("220 2.0.0 go ahead")
        peer.start_tls(scene.context)
    answer_ehlo(peer, *scene.offers)


def offer_starttls(peer: Peer, scene: FaultContext) -> None:
    """The client waits for the answer to STARTTLS."""
    answer_ehlo(peer, *scene.offers, "STARTTLS")
    peer.expect("STARTTLS")


def lead_to(stage: Stage, peer: Peer, scene: FaultContext) -> None:
    """All was well, and the client waits for the answer that decides `stage`."""
    if stage is Stage.GREET:
        if scene.implicit:
            peer.start_tls(scene.context)
        return
    if stage is Stage.SECURE:
        peer.send("220 scripted.test ESMTP")
        offer_starttls(peer, scene)
        return
    welcome(peer, scene)
    commands = (
        ("AUTH PLAIN ", Stage.SIGN_IN, "235 2.7.0 welcome"),
        ("MAIL FROM:", Stage.SENDER, "250 2.1.0 fine"),
        ("RCPT TO:", Stage.RECIPIENT, "250 2.1.5 fine"),
        ("DATA", None, "354 go ahead"),
    )
    for command, decided, answer in commands if scene.example.context.auth else commands[1:]:
        peer.expect(command)
        if stage is decided:
            return
        peer.send(answer)
    peer.content()


def say(peer: Peer, scene: FaultContext) -> None:
    """Says what the example says, and is polite from then on."""
    example = scene.example
    lead_to(example.stage, peer, scene)
    if example.to_ehlo:
        peer.send("220 scripted.test ESMTP")
        peer.expect("EHLO ")
    peer.send(*example.said)
    if not example.said[0].startswith("421"):
        while example.to_ehlo and peer.line().startswith(("EHLO ", "HELO ")):
            peer.send(*example.said)  # another name does not help
        if not example.to_ehlo:
            peer.expect("QUIT")
        peer.send("221 2.0.0 bye")


def good(peer: Peer, scene: FaultContext) -> None:
    """Takes the mail; what is wrong is the certificate, or what is offered."""
    lead_to(Stage.CONTENT, peer, scene)
    peer.send("250 2.0.0 queued")


def offering(*offers: str) -> Script:
    """Returns a good server that offers just this, which is not enough for the client."""

    def script(peer: Peer, scene: FaultContext) -> None:
        welcome(peer, replace(scene, offers=offers))
        while not (line := peer.line()).startswith("QUIT"):
            assert line.startswith("AUTH PLAIN ")
            peer.send("235 2.7.0 welcome")
        peer.send("221 2.0.0 bye")

    return script


def without_starttls(*offers: str) -> Script:
    """Returns a server that greets in clear and can't encrypt."""

    def script(peer: Peer, scene: FaultContext) -> None:
        peer.send("220 scripted.test ESMTP")
        answer_ehlo(peer, *offers)
        peer.expect("QUIT")
        peer.send("221 2.0.0 bye")

    return script


def leaving_at(stage: Stage) -> Script:
    """Returns a server that hangs up in place of an answer."""

    def script(peer: Peer, scene: FaultContext) -> None:
        lead_to(stage, peer, scene)
        peer.hang_up()

    return script


def silence(peer: Peer, scene: FaultContext) -> None:
    peer.hold()


def hangs_up(peer: Peer, scene: FaultContext) -> None:
    peer.hang_up()


def silent_at_the_content(peer: Peer, scene: FaultContext) -> None:
    lead_to(Stage.RECIPIENT, peer, scene)
    peer.send("250 2.1.5 fine")
    peer.expect("DATA")
    peer.hold()


def tls_port(peer: Peer, scene: FaultContext) -> None:
    """Waits for a handshake as long as the client waits for a greeting."""
    peer.start_tls(scene.context)


def tls_port_that_gives_up(peer: Peer, scene: FaultContext) -> None:
    peer.patience(_SOON_S)
    peer.start_tls(scene.context)


def nonsense_for_a_handshake(peer: Peer, scene: FaultContext) -> None:
    lead_to(Stage.SECURE, peer, scene)
    peer.send("220 go ahead")
    peer.something()
    peer.send("this is no TLS at all, and longer than a record's head")
    peer.hold()


def leaves_in_the_handshake(peer: Peer, scene: FaultContext) -> None:
    lead_to(Stage.SECURE, peer, scene)
    peer.send("220 go ahead")
    peer.hang_up()


def service(greeting: str, answer: str = "") -> Script:
    """Returns a server of another service, which says `greeting`, and `answer` to whatever it hears."""

    def script(peer: Peer, scene: FaultContext) -> None:
        peer.send(greeting)
        peer.something()
        peer.send(answer)

    return script


def hangs_up_at_ehlo(peer: Peer, scene: FaultContext) -> None:
    welcome_with_starttls(peer, scene)
    peer.expect("EHLO ")
    peer.hang_up()


def welcome_with_starttls(peer: Peer, scene: FaultContext) -> None:
    """The client is about to say EHLO over TLS."""
    peer.send("220 scripted.test ESMTP")
    offer_starttls(peer, scene)
    peer.send("220 2.0.0 go ahead")
    peer.start_tls(scene.context)


def hangs_up_before_the_content(peer: Peer, scene: FaultContext) -> None:
    lead_to(Stage.RECIPIENT, peer, scene)
    peer.send("250 2.1.5 fine")
    peer.expect("DATA")
    peer.send("354 go ahead")
    peer.hang_up()


def old_tls_context(authority: Authority, host: str) -> ssl.SSLContext:
    """Returns a context that knows no TLS above 1.1."""
    context = authority.context(host)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # that it is old is the point
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")
    return context


SCRIPTS: dict[str, Script] = {
    "silence": silence,
    "hangs up": hangs_up,
    "TLS port": tls_port,
    "TLS port that gives up": tls_port_that_gives_up,
    "silence at the content": silent_at_the_content,
    "hangs up at the sign-in": leaving_at(Stage.SIGN_IN),
    "hangs up at the recipient": leaving_at(Stage.RECIPIENT),
    "hangs up after the mail": leaving_at(Stage.CONTENT),
    "no STARTTLS": without_starttls("PIPELINING", "AUTH PLAIN"),
    "STARTTLS crossed out": without_starttls("PIPELINING", "XXXXXXXA", "AUTH PLAIN"),
    "nonsense for a handshake": nonsense_for_a_handshake,
    "hangs up in the handshake": leaves_in_the_handshake,
    "STARTTLS but no AUTH": without_starttls("STARTTLS", "PIPELINING"),
    "no AUTH": offering("8BITMIME"),
    "AUTH with OAuth alone": offering("AUTH XOAUTH2 OAUTHBEARER"),
    "no SMTPUTF8": offering("8BITMIME", "AUTH PLAIN"),
    "a small SIZE": offering("SIZE 10", "AUTH PLAIN"),
    "POP3": service("+OK POP3 server ready", "-ERR what?"),
    "HTTP": service("HTTP/1.1 400 Bad Request", "Connection: close"),
    "SSH": service("SSH-2.0-OpenSSH_9.2p1", "Invalid SSH identification string."),
    "nonsense": service("Welcome to the machine", "What?"),
    "hangs up at EHLO": hangs_up_at_ehlo,
    "hangs up before the content": hangs_up_before_the_content,
}
CONTEXTS: dict[str, Callable[[Authority, str], ssl.SSLContext]] = {
    "old TLS": old_tls_context,
    "expired certificate": lambda authority, _: authority.expired_context(),
    "early certificate": lambda authority, _: authority.early_context(),
    "certificate of another host": lambda authority, _: authority.context("mail.elsewhere.example"),
    "self-signed certificate": lambda *_: self_signed_context(),
    "certificate for another purpose": client_only_context,
}
