"""A non-blocking byte channel over one socket, in clear or through TLS."""

import socket
import ssl
from contextlib import suppress

from smtp_desktop.transports.deadline import READ, WRITE

_CHUNK_BYTES = 64 * 1024
_CLEAR_BYTES = 4096  # enough for a refusal
_TLS_RECORD_TYPES = frozenset({0x14, 0x15, 0x16, 0x17})  # RFC 8446 5.1


class Channel:
    """Owns `sock`, which may still be connecting. The caller waits for the socket, and `handle_events` moves the
    bytes."""

    def __init__(self, sock: socket.socket) -> None:
        self.socket = sock
        self.hung_up = False
        self.secured = False
        self.first_tls_byte: int | None = None  # the server's first after `start_tls`
        self.not_tls = b""
        """The beginning of what came in place of TLS after `start_tls`."""
        self.queued_bytes = 0
        """Bytes that were queued so far, as they go over the network."""
        self.sent_bytes = 0
        """How many of those the operating system has taken."""
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
        """The events to wait for, READ or READ | WRITE."""
        return READ | WRITE if self._outbox else READ

    @property
    def all_sent(self) -> bool:
        """Whether the operating system has taken everything that was queued."""
        return not self._outbox and self._may_send

    @property
    def tls(self) -> ssl.SSLObject:
        """The TLS connection; `start_tls` must have been called."""
        if self._tls is None:
            raise RuntimeError("TLS was never started")
        return self._tls

    @property
    def speaks_tls(self) -> bool:
        """Whether the server's first byte after `start_tls` began a TLS record."""
        return self.first_tls_byte in _TLS_RECORD_TYPES

    @property
    def greeted_in_clear(self) -> bool:
        """Whether the server's first byte after `start_tls` began an SMTP reply instead."""
        return self.first_tls_byte is not None and chr(self.first_tls_byte) in "2345"

    @property
    def unread(self) -> bytes:
        """The data received and not yet consumed."""
        return bytes(self._inbox)

    def take(self) -> bytes:
        """Returns what was received since the last call."""
        taken = bytes(self._inbox)
        self._inbox.clear()
        return taken

    def queue(self, data: bytes) -> None:
        """Queues `data` to be sent; what is queued together is sent in one packet as far as the network allows."""
        if self._tls is None:
            self._append(data)
            return
        view = memoryview(data)
        while view:
            view = view[self._tls.write(view) :]
        self._append(self._tls_out.read())

    def prepare_tls(self, context: ssl.SSLContext, host: str) -> None:
        """Does part of the work of `start_tls` ahead of time. Nothing is sent yet."""
        self._prepared = context.wrap_bio(self._tls_in, self._tls_out, server_hostname=host)
        with suppress(ssl.SSLWantReadError):
            self._prepared.do_handshake()  # no more than the ClientHello, for now

    def start_tls(self, context: ssl.SSLContext, host: str) -> None:
        """Begins the handshake; from now on only TLS is spoken. Drops what was received before."""
        self._inbox.clear()
        if self._prepared is None:
            self.prepare_tls(context, host)
        self._tls = self._prepared
        self._append(self._tls_out.read())

    def flush(self) -> None:
        """Sends what is queued as far as the network takes it at once; the socket must be connected."""
        if self._outbox:
            self._send()

    def handle_events(self, events: int) -> None:
        """Sends and receives what the socket is ready for. Raises ssl.SSLError. A lost connection raises nothing: it
        shows in `hung_up` once everything was read that the server sent before."""
        if events & WRITE and self._outbox:
            self._send()
        if events & READ and not self.hung_up:
            self._receive()

    def close(self) -> None:
        """Closes the connection, with TLS's close_notify where that costs no wait. A second call does nothing."""
        if self._closed:
            return
        self._closed = True
        if self.secured and self._may_send:
            with suppress(ssl.SSLError):
                self.tls.unwrap()
        if self._tls:
            self._append(self._tls_out.read())
        if self._outbox and self._may_send:
            self._send()
        self.socket.close()

    def _append(self, data: bytes) -> None:
        self.queued_bytes += len(data)
        if self._may_send:
            self._outbox += data

    def _send(self) -> None:
        try:
            sent = self.socket.send(self._outbox)
        except BlockingIOError:
            return
        except OSError:
            # Not the end yet: the server's last reply may still wait to be read.
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
        if not self.speaks_tls:
            self.not_tls = (self.not_tls + data)[:_CLEAR_BYTES]
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
            self._append(self._tls_out.read())

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
        self._append(self._tls_out.read())
