"""The connections under `requests`: dialled by us, judged by the system's trust store, ended by a cancel."""

import socket
import ssl
import threading
from contextlib import suppress
from typing import Any, Protocol

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPSConnectionPool


class Dialler(Protocol):
    """Who is asked for connections and told what becomes of them. On the thread that sends the request."""

    def dial(self, host: str, port: int) -> socket.socket:
        """Returns an open connection. Raises Ended."""
        ...

    def connected(self, connection: HTTPSConnection) -> None:
        """The connection is open, through a proxy if there is one, and encrypted."""
        ...

    def handing_over(self, *, complete: bool) -> None:
        """A request begins to go out or, `complete`, is with the operating system whole."""
        ...


class Brakes:
    """Ends every connection at once, from any thread: `requests` itself can't be interrupted."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._handles: list[socket.socket] = []
        self._pulled = False

    @property
    def pulled(self) -> bool:
        """Whether no connection can be used any more."""
        return self._pulled

    def fit(self, sock: socket.socket) -> None:
        """`sock` is among those that `pull` ends, whatever wraps it later."""
        handle = sock.dup()
        with self._lock:
            self._handles.append(handle)
            if self._pulled:
                _shut_down(handle)

    def pull(self) -> None:
        """Every connection is dead, those that are yet to come too; who waits for one is woken."""
        with self._lock:
            self._pulled = True
            for handle in self._handles:
                _shut_down(handle)

    def close(self) -> None:
        """The handles are given back. The connections themselves are not ended by it."""
        with self._lock:
            for handle in self._handles:
                handle.close()
            self._handles.clear()


def _shut_down(handle: socket.socket) -> None:
    # OSError: the connection ended before.
    with suppress(OSError):
        handle.shutdown(socket.SHUT_RDWR)


class DiallingAdapter(HTTPAdapter):
    """Gives `requests` connections that `dialler` made. Certificates are judged by `context` alone."""

    def __init__(self, dialler: Dialler, context: ssl.SSLContext) -> None:
        self._pool_class = _pool_class(dialler)
        self._context = context
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, ssl_context=self._context, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"https": self._pool_class}

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, ssl_context=self._context, **kwargs)
        manager.pool_classes_by_scheme = {**manager.pool_classes_by_scheme, "https": self._pool_class}
        return manager

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:  # noqa: ARG002 - the original's arguments
        # The original adds the CAs of a bundle of its own (certifi) to those that the system trusts.
        conn.cert_reqs = "CERT_REQUIRED"


def _pool_class(dialler: Dialler) -> type[HTTPSConnectionPool]:
    class Connection(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            # The hook that urllib3's own SOCKS support uses.
            sock = dialler.dial(self.host, self.port)
            sock.settimeout(_seconds(self.timeout))
            return sock

        def connect(self) -> None:
            super().connect()
            dialler.connected(self)

        def request(self, *args: Any, **kwargs: Any) -> None:
            dialler.handing_over(complete=False)
            super().request(*args, **kwargs)
            dialler.handing_over(complete=True)

    class Pool(HTTPSConnectionPool):
        ConnectionCls = Connection

    return Pool


def _seconds(timeout: Any) -> float | None:
    return float(timeout) if isinstance(timeout, int | float) else None
