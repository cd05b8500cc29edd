"""A mail server that takes everything, as fast as a thread can, and remembers little more than the Message-IDs.

with Sink() as sink:
    ...  # speak to 127.0.0.1, sink.port, without TLS and sign-in
assert sink.message_ids == [...]
"""

import re
import socket
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from typing import BinaryIO

from servers.listener import Listener

_MESSAGE_ID = re.compile(rb"^Message-ID:\s*(<[^>]*>)", re.IGNORECASE | re.MULTILINE)


class Sink(Listener):
    """`when` hears of "mail" (a MAIL command has come), "content" (all of it has come, and no answer went out) and
    "taken" (the answer went out), on the connection's thread. `offers` are the extensions that it has beside SIZE and,
    unless it is only for `seven_bit`, 8BITMIME. With `keeps` it keeps the contents."""

    def __init__(
        self,
        when: Callable[[str], None] = lambda _what: None,
        *,
        offers: Sequence[str] = ("PIPELINING", "CHUNKING"),
        seven_bit: bool = False,
        keeps: bool = False,
    ) -> None:
        super().__init__()
        offers = ("sink.test", *offers, *(() if seven_bit else ("8BITMIME",)))
        self._capabilities = "".join(f"250-{each}\r\n" for each in offers).encode()
        self._keeps = keeps
        self.contents: list[bytes] = []
        self.message_ids: list[str] = []
        self.recipients: list[tuple[str, ...]] = []
        self.when = when
        self._turn = threading.Condition()

    @property
    def copies(self) -> Counter[str]:
        """How often each Message-ID came."""
        with self._turn:
            return Counter(self.message_ids)

    def serve(self, sock: socket.socket) -> None:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with sock.makefile("rb") as lines:
            sock.sendall(b"220 sink.test ESMTP\r\n")
            self._converse(sock, lines)

    def _converse(self, sock: socket.socket, lines: BinaryIO) -> None:
        recipients: list[str] = []
        while line := lines.readline():
            verb = line[:4].upper()
            if verb == b"EHLO":
                sock.sendall(self._capabilities + b"250 SIZE 50000000\r\n")
            elif verb == b"MAIL":
                recipients = []
                self.when("mail")
                sock.sendall(b"250 2.1.0 OK\r\n")
            elif verb == b"RCPT":
                recipients.append(line.decode().partition("<")[2].partition(">")[0])
                sock.sendall(b"250 2.1.5 OK\r\n")
            elif verb == b"DATA":
                sock.sendall(b"354 go ahead\r\n")
                self._take(sock, _content(lines), recipients)
            elif verb == b"BDAT":
                content = _exactly(lines, int(line.split()[1]))
                if recipients:
                    self._take(sock, content, recipients)
                else:
                    sock.sendall(b"503 5.5.1 for whom?\r\n")
            elif verb == b"QUIT":
                sock.sendall(b"221 2.0.0 bye\r\n")
                return
            else:
                sock.sendall(b"250 2.0.0 OK\r\n")

    def _take(self, sock: socket.socket, content: bytes, recipients: list[str]) -> None:
        found = _MESSAGE_ID.search(content)
        with self._turn:
            self.message_ids.append(found[1].decode() if found else "")
            self.recipients.append(tuple(recipients))
            if self._keeps:
                self.contents.append(content)
        recipients.clear()
        self.when("content")
        sock.sendall(b"250 2.0.0 taken\r\n")
        self.when("taken")


def _content(lines: BinaryIO) -> bytes:
    taken = []
    while (line := lines.readline()) != b".\r\n":
        if not line:
            raise ConnectionError("hung up within the content")
        taken.append(line)
    return b"".join(taken)


def _exactly(lines: BinaryIO, size_bytes: int) -> bytes:
    content = lines.read(size_bytes)
    if len(content) < size_bytes:
        raise ConnectionError("hung up within the content")
    return content
