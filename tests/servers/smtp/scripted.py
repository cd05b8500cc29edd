"""Servers that say what a test tells them to, on real loopback sockets.

def refuse(peer: Peer) -> None:
    peer.send("554 go away")

with ScriptedServer(refuse) as server:
    ...  # speak to server.port
assert server.peers[0].received == b""
"""

import socket
import ssl
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType

_PATIENCE_S = 30.0  # ends a broken test, not a passing one


class ClientGone(Exception):
    """The client hung up, or the server is being stopped."""


class Peer:
    """One connection, seen from the server. `received` holds all decrypted bytes, `chunks` how they came in."""

    def __init__(self, sock: socket.socket, silent: threading.Event) -> None:
        self._sock = sock
        self._silent = silent
        self._buffer = b""
        self.chunks: list[bytes] = []
        self.gone = threading.Event()

    @property
    def received(self) -> bytes:
        return b"".join(self.chunks)

    def send(self, *lines: str) -> None:
        """Sends `lines` at once, each with its CRLF."""
        self.send_bytes("".join(f"{line}\r\n" for line in lines).encode())

    def send_bytes(self, data: bytes) -> None:
        """Sends `data` as it is."""
        try:
            self._sock.sendall(data)
        except OSError as error:
            raise ClientGone from error

    def line(self) -> str:
        """Returns the client's next line, without its CRLF; what is no UTF-8 is escaped."""
        # A client that tries TLS at once says such a line where its random bytes happen to hold a CRLF.
        return self._until(b"\r\n")[:-2].decode(errors="backslashreplace")

    def expect(self, beginning: str) -> str:
        """Returns the client's next line, which begins so."""
        line = self.line()
        assert line.startswith(beginning), f"{beginning!r} was expected, not {line!r}"
        return line

    def content(self) -> bytes:
        """Returns what the client sends after 354, dots undone, without the final one."""
        data = b"\r\n" + self._until(b"\r\n.\r\n") if not self._buffer.startswith(b".\r\n") else self._until(b".\r\n")
        return data.removesuffix(b".\r\n").removeprefix(b"\r\n").replace(b"\r\n..", b"\r\n.")

    def octets(self, count: int) -> bytes:
        """Returns the client's next `count` bytes."""
        while len(self._buffer) < count:
            self._more()
        data, self._buffer = self._buffer[:count], self._buffer[count:]
        return data

    def something(self) -> None:
        """The client has said more, whatever it is."""
        self._more()

    def waiting(self) -> bytes:
        """Returns what has come in behind the last line that was read."""
        return self._buffer

    def patience(self, seconds: float) -> None:
        """From now on the server hangs up when it waits for longer than this."""
        self._sock.settimeout(seconds)

    def start_tls(self, context: ssl.SSLContext) -> None:
        """From now on both speak TLS. Raises ClientGone where the client does not like it."""
        try:
            self._sock = context.wrap_socket(self._sock, server_side=True)
        except OSError as error:
            raise ClientGone from error

    def hang_up(self) -> None:
        """Closes the connection the polite way."""
        with suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)

    def reset(self) -> None:
        """Closes the connection with a RST."""
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._sock.close()

    def hold(self) -> None:
        """Stays silent until the client hangs up; the server's `silent` is set by then."""
        self._silent.set()
        self._sock.settimeout(None)  # a client's patience may be as long as this server's
        while True:
            self._more()

    def close(self) -> None:
        """The connection is closed; safe from every thread."""
        self.hang_up()

    def finish(self) -> None:
        """Frees the socket; on the script's own thread."""
        self._sock.close()
        self.gone.set()

    def _until(self, end: bytes) -> bytes:
        while end not in self._buffer:
            self._more()
        head, _, self._buffer = self._buffer.partition(end)
        return head + end

    def _more(self) -> None:
        try:
            data = self._sock.recv(65536)
        except OSError as error:
            raise ClientGone from error
        if not data:
            raise ClientGone
        self.chunks.append(data)
        self._buffer += data


Script = Callable[[Peer], None]


class ScriptedServer:
    """Runs the n-th script for the n-th connection, and the last one for all further ones. With `tls` every
    connection begins with a handshake. A script's failed assertion is raised when the server stops."""

    def __init__(self, *scripts: Script, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> None:
        self._scripts = scripts
        self._tls = tls
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._listener = socket.create_server((host, 0), family=family)
        self.host = host
        self.port: int = self._listener.getsockname()[1]
        self.peers: list[Peer] = []
        self.silent = threading.Event()
        self._threads: list[threading.Thread] = []
        self._errors: list[BaseException] = []
        self._stopping = False
        self._accepting = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self) -> "ScriptedServer":
        self._accepting.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        if self._errors and error is None:
            raise self._errors[0]

    def stop(self) -> None:
        """Every connection and thread has ended."""
        self._stopping = True
        with suppress(OSError), socket.create_connection((self.host, self.port), timeout=_PATIENCE_S):
            pass  # only wakes the accepting thread
        self._accepting.join(_PATIENCE_S)
        self._listener.close()
        for peer in self.peers:
            peer.close()
        for thread in self._threads:
            thread.join(_PATIENCE_S)

    def _accept(self) -> None:
        while True:
            sock, _ = self._listener.accept()
            if self._stopping:
                sock.close()
                return
            sock.settimeout(_PATIENCE_S)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # or a reply behind a handshake waits for 40 ms
            script = self._scripts[min(len(self.peers), len(self._scripts) - 1)]
            peer = Peer(sock, self.silent)
            self.peers.append(peer)
            thread = threading.Thread(target=self._run, args=(script, peer), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _run(self, script: Script, peer: Peer) -> None:
        try:
            if self._tls:
                peer.start_tls(self._tls)
            script(peer)
        except ClientGone:
            pass
        except BaseException as error:  # noqa: BLE001 - handed to the test's own thread
            self._errors.append(error)
        finally:
            peer.finish()


def greet(peer: Peer, *capabilities: str) -> None:
    """Greets, and answers EHLO with `capabilities`."""
    peer.send("220 scripted.test ESMTP")
    answer_ehlo(peer, *capabilities)


def answer_ehlo(peer: Peer, *capabilities: str) -> None:
    """Answers EHLO with `capabilities`."""
    peer.expect("EHLO ")
    lines = ("scripted.test", *capabilities)
    peer.send(*(f"250{' ' if number == len(lines) else '-'}{line}" for number, line in enumerate(lines, start=1)))


def take_envelope(peer: Peer) -> None:
    """Accepts sender, recipient and DATA, asked for line by line: the content comes next."""
    peer.expect("MAIL FROM:")
    peer.send("250 2.1.0 sender fine")
    peer.expect("RCPT TO:")
    peer.send("250 2.1.5 recipient fine")
    peer.expect("DATA")
    peer.send("354 go ahead")


def take_mail(peer: Peer) -> bytes:
    """Accepts one mail, asked for line by line, and the QUIT behind it. Returns its content."""
    take_envelope(peer)
    content = peer.content()
    peer.send("250 2.0.0 queued as 4711")
    quit_politely(peer)
    return content


def quit_politely(peer: Peer) -> None:
    """Answers QUIT and hangs up."""
    peer.expect("QUIT")
    peer.send("221 2.0.0 bye")
