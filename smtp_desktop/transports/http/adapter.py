"""The connections under `requests`: dialled by the program, verified by the system's trust store, cancellable."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Protocol

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError, MaxRetryError


class ConnectionListener(Protocol):
    """Makes connections and is notified of what becomes of them, on the thread that sends the request."""

    def dial(self, host: str, port: int) -> socket.socket:
        """Returns an open connection. Raises SessionError."""
        ...

    def connected(self, connection: HTTPConnection) -> None:
        """Notes that the connection is open, through a proxy if there is one, and encrypted where it is to be."""
        ...

    def request_sent(self, *, complete: bool) -> None:
        """Notes that a request begins to be sent or, if `complete`, was handed to the operating system whole."""
        ...


class OpenSockets:
    """The sockets of all connections, to shut them down from any thread: `requests` itself can't be interrupted."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._handles: list[socket.socket] = []
        self._shut_down = False

    @property
    def is_shut_down(self) -> bool:
        """Whether no connection can be used any more."""
        return self._shut_down

    def add(self, sock: socket.socket) -> None:
        """Adds `sock` to those that `shut_down` ends, whatever wraps it later."""
        handle = sock.dup()
        with self._lock:
            self._handles.append(handle)
            if self._shut_down:
                _shut_down(handle)

    def shut_down(self) -> None:
        """Shuts every socket down, and each that is added later; wakes the threads that wait for one."""
        with self._lock:
            self._shut_down = True
            for handle in self._handles:
                _shut_down(handle)

    def close(self) -> None:
        """Closes the duplicates; the connections stay open."""
        with self._lock:
            for handle in self._handles:
                handle.close()
            self._handles.clear()


def _shut_down(handle: socket.socket) -> None:
    # OSError: the connection ended before.
    with suppress(OSError):
        handle.shutdown(socket.SHUT_RDWR)


class DiallingAdapter(HTTPAdapter):
    """Gives `requests` connections that `listener` makes. `context` alone verifies certificates; where it is None, the
    adapter serves addresses without TLS."""

    def __init__(self, listener: ConnectionListener, context: ssl.SSLContext | None = None) -> None:
        self._pools = _pool_classes(listener)
        self._context = context
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, ssl_context=self._context, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, ssl_context=self._context, **kwargs)
        manager.pool_classes_by_scheme = {**manager.pool_classes_by_scheme, "https": self._pools["https"]}
        return manager

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:  # noqa: ARG002 - the original's arguments
        # The original adds the CAs of certifi to those that the system trusts.
        conn.cert_reqs = "CERT_REQUIRED"


def _pool_classes(listener: ConnectionListener) -> dict[str, type[HTTPConnectionPool]]:
    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            # The hook that urllib3's own SOCKS support uses.
            sock = listener.dial(self.host, self.port)
            sock.settimeout(_seconds(self.timeout))
            return sock

        def connect(self) -> None:
            super().connect()
            listener.connected(self)

        def request(self, *args: Any, **kwargs: Any) -> None:
            listener.request_sent(complete=False)
            super().request(*args, **kwargs)
            listener.request_sent(complete=True)

    class Encrypted(Plain, HTTPSConnection):
        pass

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class EncryptedPool(HTTPSConnectionPool):
        ConnectionCls = Encrypted

    return {"http": PlainPool, "https": EncryptedPool}


def _seconds(timeout: Any) -> float | None:
    return float(timeout) if isinstance(timeout, int | float) else None


def causes_of(error: BaseException | None) -> Iterator[BaseException]:
    """Yields `error`, and what lies below it in the libraries, from the outside in."""
    while error is not None:
        yield error
        inner = error.reason if isinstance(error, MaxRetryError) else None
        if inner is None and error.args and isinstance(error.args[0], HTTPError | OSError):
            inner = error.args[0]
        error = inner or error.__cause__ or error.__context__
