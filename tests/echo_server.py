"""A server that knows the password, and says what a test wants at one place of the conversation."""

import base64
import ssl
from collections.abc import Callable, Sequence

import trustme
from servers.certificates import THIS_COMPUTER, Authority, context_of
from servers.smtp.scripted import Peer, Script

PLACES = (
    "greeting 220",
    "greeting 554",
    "EHLO 250",
    "EHLO 550",
    "STARTTLS 220",
    "STARTTLS 454",
    "EHLO in TLS 250",
    "EHLO in TLS 550",
    "AUTH list",
    "certificate of this computer",
    "certificate of another host",
    "issuer",
    "challenge 334",
    "AUTH 235",
    "AUTH 535",
    "AUTH 421",
    "MAIL 250",
    "MAIL 550",
    "RCPT 250",
    "RCPT 451",
    "RCPT 550",
    "DATA 354",
    "DATA 554",
    "content 250",
    "content 451",
    "content 554",
    "QUIT 221",
)
"""Where a server can say something, and the code with which it does."""

ENCODINGS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "upper case": str.upper,
    "backwards": lambda text: text[::-1],
    "Base64": lambda text: base64.b64encode(text.encode()).decode(),
    "hexadecimal": lambda text: text.encode().hex(),
    "quoted-printable": lambda text: "".join(f"={octet:02X}" for octet in text.encode()),
    "Base32": lambda text: base64.b32encode(text.encode()).decode(),
    "numbers": lambda text: " ".join(map(str, text.encode())),
    "doubled": lambda text: "".join(each * 2 for each in text),
}
"""How it says the password."""


def contexts(place: str, said: str, authority: Authority) -> ssl.SSLContext:
    """Returns the server's side of TLS, with a certificate that says `said` where `place` is one."""
    if place == "certificate of this computer":
        names = (*THIS_COMPUTER, f"{_label(said)}.example")
        return context_of(authority.issue_named(*names, common_name=said[:60], organization_name=f"Of {said}"[:60]))
    if place == "certificate of another host":
        return context_of(authority.issue_named(f"{_label(said)}.example", common_name=said[:60]))
    if place == "issuer":
        stranger = trustme.CA(organization_name=said[:60], organization_unit_name=said[:60])
        return context_of(stranger.issue_cert(*THIS_COMPUTER))
    return authority.context()


def _label(said: str) -> str:
    """Returns `said` as a part of a host name."""
    return "".join(each for each in said.lower() if each.isascii() and each.isalnum())[:60]


def echo(place: str, said: Sequence[str], context: ssl.SSLContext) -> Script:
    """Returns the script of a server with STARTTLS that takes every sign-in and mail, but says `said` at `place`."""

    def say(peer: Peer, at: str, *default: str) -> None:
        lines = [f"{place[-3:]}-{line}" for line in said] if place[:-4] == at else list(default)
        lines += default if at.startswith("EHLO") and place.endswith("250") else ()
        peer.send(*lines[:-1], f"{lines[-1][:3]} {lines[-1][4:]}")

    def expect(peer: Peer, verb: str) -> None:
        while not peer.line().startswith(verb):
            peer.send("500 not now")  # what follows a refusal

    def script(peer: Peer) -> None:
        say(peer, "greeting", "220 mail.test ESMTP")
        expect(peer, "EHLO")
        say(peer, "EHLO", "250-mail.test", "250-8BITMIME", "250-STARTTLS")
        expect(peer, "STARTTLS")
        say(peer, "STARTTLS", "220 go ahead")
        peer.start_tls(context)
        expect(peer, "EHLO")
        offer = [f"AUTH {' '.join(said)}"] if place == "AUTH list" else ["AUTH LOGIN"]
        say(peer, "EHLO in TLS", "250-mail.test", *(f"250-{line}" for line in (*offer, "8BITMIME")))
        expect(peer, "AUTH")
        peer.send("334 VXNlcm5hbWU6")
        peer.line()
        say(peer, "challenge", "334 UGFzc3dvcmQ6")
        peer.line()
        say(peer, "AUTH", "235 welcome")
        while (verb := peer.line()[:4]) != "DATA":
            say(peer, verb, "221 bye" if verb == "QUIT" else "250 fine")
            if verb == "QUIT":
                return
        say(peer, "DATA", "354 go ahead")
        if place != "DATA 554":
            peer.content()
            say(peer, "content", "250 queued")
        expect(peer, "QUIT")
        say(peer, "QUIT", "221 bye")

    return script
