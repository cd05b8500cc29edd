"""A script for ScriptedServer that accepts one mail after the other, and errs as a test says.

script = MailScript(("PIPELINING", "CHUNKING"), {"RCPT TO:<nobody@": "550 5.1.1 nobody of that name"})
with ScriptedServer(script) as server:
    ...  # speak to server.port
assert script.taken[0].content == b"..."
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from servers.smtp.scripted import Peer, greet


@dataclass(frozen=True, slots=True)
class Taken:
    """A mail that was accepted; `content` is without dot-stuffing."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    by: str  # DATA or BDAT


@dataclass
class MailScript:
    """`refusals` are replies to lines that begin so. Unless it `discards`, content after a refused BDAT is read as
    commands. `at_content` is called before the reply to each content: a text is sent in place of the usual reply, and
    none where it hangs up."""

    offers: tuple[str, ...]
    refusals: Mapping[str, str] = field(default_factory=dict)
    discards: bool = True
    discards_once: bool = False  # the first of it, whatever `discards` says
    at_content: Callable[[Peer, int], str] = lambda _peer, _number: ""
    taken: list[Taken] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)  # all that were read as commands
    sender: str = ""  # of the mail in progress, as the recipients
    recipients: tuple[str, ...] = ()

    def __call__(self, peer: Peer) -> None:
        """Serves one connection."""
        greet(peer, *self.offers)
        self.serve(peer)

    def serve(self, peer: Peer) -> None:
        """Serves one connection that was greeted."""
        self._reset()
        while not (line := peer.line()).startswith("QUIT"):
            self.lines.append(line)
            self._reply(peer, line)
        self.lines.append(line)
        peer.send("221 2.0.0 bye")

    def _reply(self, peer: Peer, line: str) -> None:
        verb, _, words = line.partition(" ")
        refusal = next((reply for start, reply in self.refusals.items() if line.startswith(start)), "")
        if verb == "BDAT":
            self._bdat(peer, int(words.split()[0]), refusal)
        elif refusal:
            peer.send(refusal)
        elif verb == "MAIL" and self.sender:
            peer.send("503 5.5.1 nested MAIL command")
        elif verb == "MAIL":
            self.sender = _path(words)
            peer.send("250 2.1.0 sender fine")
        elif verb == "RCPT" and self.sender:
            self.recipients += (_path(words),)
            peer.send("250 2.1.5 recipient fine")
        elif verb == "DATA" and self.recipients:
            peer.send("354 go ahead")
            self._take(peer, peer.content(), "DATA")
        elif verb == "RSET":
            self._reset()
            peer.send("250 2.0.0 flushed")
        elif verb == "NOOP":
            peer.send("250 2.0.0 fine")
        else:
            peer.send(
                "503 5.5.1 bad sequence of commands" if verb in {"RCPT", "DATA"} else "500 5.5.2 command unrecognized"
            )

    def _bdat(self, peer: Peer, size_bytes: int, refusal: str) -> None:
        if not self.recipients or refusal:
            if self.discards or self.discards_once:
                self.discards_once = False
                peer.octets(size_bytes)
            peer.send(refusal or "503 5.5.1 no valid recipients")
            return
        self._take(peer, peer.octets(size_bytes), "BDAT")

    def _take(self, peer: Peer, content: bytes, by: str) -> None:
        reply = self.at_content(peer, len(self.taken))
        if not reply:
            self.taken.append(Taken(self.sender, self.recipients, content, by))
        peer.send(reply or f"250 2.0.0 queued as {len(self.taken)}")
        self._reset()

    def _reset(self) -> None:
        self.sender, self.recipients = "", ()


def _path(words: str) -> str:
    return words.partition("<")[2].partition(">")[0]
