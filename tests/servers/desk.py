"""A mail server in scripts' clothes: it takes mails one behind the other, and errs as a test tells it.

desk = Desk("PIPELINING", "CHUNKING", refusals={"RCPT TO:<nobody@": "550 5.1.1 nobody of that name"})
with ScriptedServer(desk) as server:
    ...  # speak to server.port
assert desk.taken[0].content == b"..."
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from servers.scripted import Peer, greet


@dataclass(frozen=True, slots=True)
class Taken:
    """A mail that was accepted: `content` as it was meant, with no dot doubled."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    by: str  # DATA or BDAT


@dataclass
class Desk:
    """`refusals` are answers to lines that begin so. With `swallows` off, content behind a refused BDAT is read as
    commands. `at_content` is asked before each content is answered: a text is said in place of the usual
    answer, and none arrives when it hangs up."""

    offers: tuple[str, ...]
    refusals: Mapping[str, str] = field(default_factory=dict)
    swallows: bool = True
    swallows_once: bool = False  # the first of it, whatever `swallows` says
    at_content: Callable[[Peer, int], str] = lambda _peer, _number: ""
    taken: list[Taken] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)  # all that were read as commands
    sender: str = ""  # of the mail in hand, as those that follow
    recipients: tuple[str, ...] = ()

    def __call__(self, peer: Peer) -> None:
        """Serves one connection."""
        greet(peer, *self.offers)
        self.serve(peer)

    def serve(self, peer: Peer) -> None:
        """Serves one connection that was greeted."""
        self._forget()
        while not (line := peer.line()).startswith("QUIT"):
            self.lines.append(line)
            self._answer(peer, line)
        self.lines.append(line)
        peer.send("221 2.0.0 bye")

    def _answer(self, peer: Peer, line: str) -> None:
        verb, _, words = line.partition(" ")
        refusal = next((answer for start, answer in self.refusals.items() if line.startswith(start)), "")
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
            self._forget()
            peer.send("250 2.0.0 flushed")
        elif verb == "NOOP":
            peer.send("250 2.0.0 fine")
        else:
            peer.send(
                "503 5.5.1 bad sequence of commands" if verb in {"RCPT", "DATA"} else "500 5.5.2 command unrecognized"
            )

    def _bdat(self, peer: Peer, size_bytes: int, refusal: str) -> None:
        if not self.recipients or refusal:
            if self.swallows or self.swallows_once:
                self.swallows_once = False
                peer.octets(size_bytes)
            peer.send(refusal or "503 5.5.1 no valid recipients")
            return
        self._take(peer, peer.octets(size_bytes), "BDAT")

    def _take(self, peer: Peer, content: bytes, by: str) -> None:
        said = self.at_content(peer, len(self.taken))
        if not said:
            self.taken.append(Taken(self.sender, self.recipients, content, by))
        peer.send(said or f"250 2.0.0 queued as {len(self.taken)}")
        self._forget()

    def _forget(self) -> None:
        self.sender, self.recipients = "", ()


def _path(words: str) -> str:
    return words.partition("<")[2].partition(">")[0]
