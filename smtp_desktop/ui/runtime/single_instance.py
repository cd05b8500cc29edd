"""The rule of one window per data folder: a second start brings the first window to the front."""

# ruff: noqa: PLC0415 - QtNetwork and hashlib take 15 ms to import, and are needed only after the first paint

from __future__ import annotations

import os
import stat
from collections.abc import Set
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLockFile, QObject, QTimer, Signal

from smtp_desktop.ui.runtime.activation import own_token, valid_token

if TYPE_CHECKING:
    from PySide6.QtNetwork import QLocalServer, QLocalSocket

_WAIT_MS = 2000
_LONGEST_LINE = 1024  # bytes
_LONGEST_ADDRESS = 90  # bytes; macOS has 104, of which Qt needs some for the name under which it makes the socket


class SingleInstance(QObject):
    """The lock that the window holds on its data folder, and the local socket on which later starts ask for it.

    A later start sends one line, the token with which the window may come to the front, or an empty one, and hangs up.
    """

    raised = Signal(str)
    """A later start asked for the window. Carries its activation token, or ""."""

    def __init__(self, home: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._home = home
        self._lock = QLockFile(str(home / "window.lock"))
        self._lock.setStaleLockTime(0)
        self._server: QLocalServer | None = None

    def take(self) -> bool:
        """Takes the lock. Returns False if another window holds it, and asks that one to come to the front."""
        if not self._lock.tryLock(0):
            self._ask_for_window()
            return False
        with suppress(OSError):  # a file system without permissions
            (self._home / "window.lock").chmod(0o600)
        return True

    def listen(self) -> None:
        """Listens for later starts; each emits `raised`. `take` must have returned True."""
        from PySide6.QtNetwork import QLocalServer

        address = self._address()
        # The socket of a killed process would block the name.
        QLocalServer.removeServer(address)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_connection)
        self._server.listen(address)

    def release(self) -> None:
        """Releases the lock, so that another process can open a window on this data folder."""
        if self._server:
            self._server.close()
        self._lock.unlock()

    def _address(self) -> str:
        """Returns where the window listens: on Windows a pipe's name, elsewhere a socket in a folder in which only this
        user can make one."""
        import hashlib

        home = self._home.resolve()
        name = f"smtp-desktop-{hashlib.sha256(os.fsencode(home)).hexdigest()[:24]}"
        if os.name != "posix":
            return name
        places = [home / "window.socket"]
        if runtime := os.environ.get("XDG_RUNTIME_DIR"):
            places.insert(0, Path(runtime) / name)
        for place in places:
            if len(os.fsencode(place)) <= _LONGEST_ADDRESS and _is_private(place.parent):
                return str(place)
        return str(_temporary_folder() / name)

    def _ask_for_window(self) -> None:
        from PySide6.QtNetwork import QLocalSocket

        socket = QLocalSocket()
        socket.connectToServer(self._address())
        if socket.waitForConnected(_WAIT_MS):
            socket.write(f"{own_token(os.environ)}\n".encode())
            socket.disconnectFromServer()
            if socket.state() is not QLocalSocket.LocalSocketState.UnconnectedState:
                socket.waitForDisconnected(_WAIT_MS)

    def _on_connection(self) -> None:
        while self._server and (connection := self._server.nextPendingConnection()):
            connection.disconnected.connect(connection.deleteLater)
            if os.name == "posix" and not is_from_one_of(int(connection.socketDescriptor()), {os.geteuid(), 0}):
                connection.abort()
                continue
            # One that sends no line gets nothing, and is not kept either.
            QTimer.singleShot(_WAIT_MS, connection, connection.abort)
            connection.readyRead.connect(lambda connection=connection: self._read(connection))
            if connection.canReadLine():
                self._read(connection)

    def _read(self, connection: QLocalSocket) -> None:
        if connection.bytesAvailable() > _LONGEST_LINE:
            connection.abort()
        elif connection.canReadLine():
            line = bytes(connection.readLine(_LONGEST_LINE).data()).decode("ascii", "replace")
            connection.readyRead.disconnect()
            connection.close()
            self.raised.emit(valid_token(line.removesuffix("\n")))


def _temporary_folder() -> Path:
    """Returns this user's folder for sockets among the temporary files. Where another user took its name first, a later
    start can't bring the window to the front, and nothing else happens."""
    import tempfile

    folder = Path(tempfile.gettempdir()) / f"smtp-desktop-{os.geteuid()}"
    with suppress(OSError):
        folder.mkdir(mode=0o700)
    return folder


def _is_private(folder: Path) -> bool:
    """Whether `folder` is this user's, and nobody else can write in it."""
    try:
        status = folder.stat()
    except OSError:
        return False
    return status.st_uid == os.geteuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def is_from_one_of(descriptor: int, users: Set[int]) -> bool:
    """Whether the other end of the socket is a process of one of `users`. True where the system does not say (macOS):
    there the socket's own permissions decide."""
    import socket
    import struct

    option = getattr(socket, "SO_PEERCRED", None)
    if option is None:
        return True
    with socket.fromfd(descriptor, socket.AF_UNIX, socket.SOCK_STREAM) as peer:
        _, user, _ = struct.unpack("3i", peer.getsockopt(socket.SOL_SOCKET, option, struct.calcsize("3i")))
    return user in users
