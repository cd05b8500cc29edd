"""One window per home: a second start brings the first to the front."""

# ruff: noqa: PLC0415 - QtNetwork and hashlib take 15 ms to load, and nobody can ask for the window before it is there

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLockFile, QObject, Signal

if TYPE_CHECKING:
    from PySide6.QtNetwork import QLocalServer

_WAIT_MS = 2000


class SingleInstance(QObject):
    """The lock that the window of a home holds as long as it lives, and the socket that others ask it by."""

    raised = Signal()
    """Another start asks for the window."""

    def __init__(self, home: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._home = home
        self._lock = QLockFile(str(home / "window.lock"))
        self._lock.setStaleLockTime(0)
        self._server: QLocalServer | None = None

    def take(self) -> bool:
        """Returns whether this process is now the home's only window; otherwise asks the other one to show."""
        if not self._lock.tryLock(0):
            self._ask_for_window()
            return False
        return True

    def listen(self) -> None:
        """Emits `raised` from now on when there are other starts. The home must have been taken."""
        from PySide6.QtNetwork import QLocalServer

        # A socket that a killed process left behind would refuse the name.
        QLocalServer.removeServer(self._name())
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_connection)
        self._server.listen(self._name())

    def release(self) -> None:
        """Lets another process open a window on this home."""
        if self._server:
            self._server.close()
        self._lock.unlock()

    def _name(self) -> str:
        import hashlib

        digest = hashlib.sha256(str(self._home.resolve()).encode()).hexdigest()[:24]
        return f"smtp-desktop-{digest}"

    def _ask_for_window(self) -> None:
        from PySide6.QtNetwork import QLocalSocket

        socket = QLocalSocket()
        socket.connectToServer(self._name())
        socket.waitForConnected(_WAIT_MS)
        socket.disconnectFromServer()

    def _on_connection(self) -> None:
        while self._server and (connection := self._server.nextPendingConnection()):
            connection.disconnected.connect(connection.deleteLater)
            connection.close()
        self.raised.emit()
