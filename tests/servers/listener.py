"""The listener that loopback servers share: a thread for each connection, and nothing left open at its end."""

import socket
import ssl
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self

PATIENCE_S = 30.0


class Listener:
    """Accepts connections on a free loopback port between `with` and its end. With `context` each begins with a TLS
    handshake. A bug in a connection's thread is raised when the listener ends."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.connections = 0
        self.stopping = threading.Event()
        self._open: set[socket.socket] = set()
        self._opening = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._errors: list[BaseException] = []
        self._accepting = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self) -> Self:
        self._accepting.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        if self._errors and error is None:
            raise self._errors[0]

    def stop(self) -> None:
        """Nobody is served any more: every connection is closed, every thread has ended. Safe to call twice."""
        if self.stopping.is_set():
            return
        self.stopping.set()
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_S):
            pass  # only wakes the accepting thread
        self._accepting.join(PATIENCE_S)
        self._listener.close()
        self.hang_up_all()
        for thread in self._threads:
            thread.join(PATIENCE_S)

    def hang_up_all(self) -> None:
        """Every open connection is ended; new ones are still accepted."""
        with self._opening:
            for sock in self._open:
                hang_up(sock)

    def serve(self, sock: socket.socket) -> None:
        """Serves one connection to its end, on its own thread. OSError means that the peer has gone."""
        raise NotImplementedError

    def _accept(self) -> None:
        while True:
            sock, _ = self._listener.accept()
            if self.stopping.is_set():
                sock.close()
                return
            sock.settimeout(PATIENCE_S)
            self.connections += 1
            thread = threading.Thread(target=self._run, args=(sock,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _run(self, sock: socket.socket) -> None:
        try:
            if self._context is not None:
                sock = self._context.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
            with self._opening:
                self._open.add(sock)
            if self.stopping.is_set():
                return
            if isinstance(sock, ssl.SSLSocket):
                sock.do_handshake()
            self.serve(sock)
        except OSError:
            pass  # the peer has gone, or does not like the certificate
        except BaseException as error:  # noqa: BLE001 - handed to the test's own thread
            self._errors.append(error)
        finally:
            with self._opening:
                self._open.discard(sock)
                sock.close()


def hang_up(sock: socket.socket) -> None:
    """The connection under `sock` is ended; safe from every thread."""
    with suppress(OSError):
        # not SSLSocket's own, which takes the TLS object away from the thread that reads
        socket.socket.shutdown(sock, socket.SHUT_RDWR)
