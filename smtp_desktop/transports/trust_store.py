"""The system's trust store, read once for many connections."""

import ssl
import sys
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from threading import Lock

import truststore

_KEPT = 32  # as many CAs of companies as anybody has at once

_State = tuple[tuple[str, int, int, int], ...]


def system_context() -> ssl.SSLContext:
    """Returns a new context that trusts what the system trusts. What is added to it is trusted nowhere else."""
    if _bundle():
        # truststore does the same here, but anew for every connection, and reading the bundle takes 40 ms of a core:
        # 200 checks at a time would wait for little else.
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.set_default_verify_paths()
        return context
    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def read_once(make: Callable[[str], ssl.SSLContext]) -> Callable[[str], ssl.SSLContext]:
    """Returns `make` with a memory: while the system's bundle of certificates is the same file with the same content,
    the same text gives the same context. Nobody may change it. Where the system has no such file, nothing is kept."""
    turn = Lock()

    @lru_cache(maxsize=_KEPT)
    def kept(trusted_ca_pem: str, _state: _State) -> ssl.SSLContext:
        return make(trusted_ca_pem)

    def context(trusted_ca_pem: str) -> ssl.SSLContext:
        bundle = _bundle()
        if not bundle:
            return make(trusted_ca_pem)
        with turn:  # those that come at the same time shall not all read it
            return kept(trusted_ca_pem, _state_of(bundle))

    return context


def _bundle() -> tuple[Path, ...]:
    """Returns the files and folders that OpenSSL reads by itself, SSL_CERT_FILE and SSL_CERT_DIR first; none where they
    hold no bundle, and where the system verifies in its own way."""
    if sys.platform in {"win32", "darwin"}:
        return ()
    paths = ssl.get_default_verify_paths()
    return tuple(Path(path) for path in (paths.cafile, paths.capath) if path) if paths.cafile else ()


def _state_of(bundle: tuple[Path, ...]) -> _State:
    stats = [(str(path), path.stat()) for path in bundle]
    return tuple((path, stat.st_ino, stat.st_mtime_ns, stat.st_size) for path, stat in stats)
