"""One connection: bytes in and out, in clear or through TLS, without ever blocking."""

import socket
import ssl
from contextlib import suppress

from smtp_desktop.transports.deadline import READ, WRITE

_CHUNK_BYTES = 64 * 1024
_TLS_RECORD_TYPES = frozenset({0x14, 0x15, 0x16, 0x17})  # RFC 8446 5.1


class Channel:
    """Owns `sock`, which may still be connecting. `serve` moves the bytes; the caller waits for when it may."""

    def __init__(self, sock: socket.socket) -> None:
        self.socket = sock
        self.hung_up = False
        self.secured = False
        self.first_tls_byte: int | None = None  # the server's first after `start_tls`
        self.queued_bytes = 0
        """How many bytes were to go out so far, as they go over the network."""
        self.sent_bytes = 0
        """How many of them are with the operating system."""
        self._inbox = bytearray()
        self._outbox = bytearray()
        self._may_send = True
        self._closed = False
        self._tls: ssl.SSLObject | None = None
        self._prepared: ssl.SSLObject | None = None
        self._tls_in = ssl.MemoryBIO()
        self._tls_out = ssl.MemoryBIO()

    @property
    def interest(self) -> int:
        """What to wait for."""
        return READ | WRITE if self._outbox else READ

    @property
    def all_sent(self) -> bool:
        """Whether everything that was queued is with the operating system."""
        return not self._outbox and self._may_send

    @property
    def tls(self) -> ssl.SSLObject:
        """The TLS connection; `start_tls` was called before."""
        if self._tls is None:
            raise RuntimeError("TLS was never started")
        return self._tls

    @property
    def speaks_tls(self) -> bool:
        """Whether the server's first byte after `start_tls` was one of TLS."""
        return self.first_tls_byte in _TLS_RECORD_TYPES

    @property
    def greeted_in_clear(self) -> bool:
        """Whether the server's first byte after `start_tls` begins an SMTP reply instead."""
        return self.first_tls_byte is not None and chr(self.first_tls_byte) in "2345"

    @property
    def first_words(self) -> bytes:
        """What came in and was not taken yet."""
        return bytes(self._inbox)

    def take(self) -> bytes:
        """Returns what came in since the last call."""
        taken = bytes(self._inbox)
        self._inbox.clear()
        return taken

    def queue(self, data: bytes) -> None:
        """Will send all of `data`, in one go as far as the network takes it."""
        if self._tls is None:
            self._put(data)
            return
        view = memoryview(data)
        while view:
            view = view[self._tls.write(view) :]
        self._put(self._tls_out.read())

    def prepare_tls(self, context: ssl.SSLContext, host: str) -> None:
        """`start_tls` will have less to do. Nothing is sent yet."""
        self._prepared = context.wrap_bio(self._tls_in, self._tls_out, server_hostname=host)
        with suppress(ssl.SSLWantReadError):
            self._prepared.do_handshake()  # no more than its first words, for now

    def start_tls(self, context: ssl.SSLContext, host: str) -> None:
        """From now on only TLS is spoken; the handshake has begun. What was received before is gone."""
        self._inbox.clear()
        if self._prepared is None:
            self.prepare_tls(context, host)
        self._tls = self._prepared
        self._put(self._tls_out.read())

    def push(self) -> None:
        """Sends what is queued as far as the network takes it at once; the connection is up."""
        if self._outbox:
            self._send()

    def serve(self, events: int) -> None:
        """Sends and receives what the socket is ready for. Raises ssl.SSLError; a lost connection only shows in
        `hung_up`, and only once everything is read that the server said before."""
        if events & WRITE and self._outbox:
            self._send()
        if events & READ and not self.hung_up:
            self._receive()

    def close(self) -> None:
        """The connection is closed, with TLS's own farewell where that costs no wait. A second call does nothing."""
        if self._closed:
            return
        self._closed = True
        if self.secured and self._may_send:
            with suppress(ssl.SSLError):
                self.tls.unwrap()
        if self._tls:
            self._put(self._tls_out.read())
        if self._outbox and self._may_send:
            self._send()
        self.socket.close()

    def _put(self, data: bytes) -> None:
        self.queued_bytes += len(data)
        if self._may_send:
            self._outbox += data

    def _send(self) -> None:
        try:
            sent = self.socket.send(self._outbox)
        except BlockingIOError:
            return
        except OSError:
            # No end yet: the server's last words may still wait to be read.
            self._may_send = False
            self._outbox.clear()
            return
        self.sent_bytes += sent
        del self._outbox[:sent]

    def _receive(self) -> None:
        try:
            data = self.socket.recv(_CHUNK_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.hung_up = True
        if self._tls is None:
            self._inbox += data
        elif data:
            self._decrypt(data)

    def _decrypt(self, data: bytes) -> None:
        if self.first_tls_byte is None:
            self.first_tls_byte = data[0]
        self._tls_in.write(data)
        if not self.secured:
            self._handshake()
        if self.secured:
            self._read_tls()

    def _handshake(self) -> None:
        try:
            self.tls.do_handshake()
            self.secured = True
        except ssl.SSLWantReadError:
            pass
        finally:
            self._put(self._tls_out.read())

    def _read_tls(self) -> None:
        try:
            while not self.hung_up and (self._tls_in.pending or self.tls.pending()):
                data = self.tls.read(_CHUNK_BYTES)
                self._inbox += data
                self.hung_up = not data
        except ssl.SSLWantReadError:
            pass
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
            self.hung_up = True
        self._put(self._tls_out.read())
