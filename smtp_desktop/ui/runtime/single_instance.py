"""The rule of one window per data folder: a second start brings the first window to the front."""

# ruff: noqa: PLC0415 - QtNetwork and hashlib take 15 ms to import, and are needed only after the first paint

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLockFile, QObject, Signal

if TYPE_CHECKING:
    from PySide6.QtNetwork import QLocalServer

_WAIT_MS = 2000


class SingleInstance(QObject):
    """The lock that the window holds on its data folder, and the local socket on which later starts ask for it."""

    raised = Signal()
    """A later start asked for the window."""

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
        return True

    def listen(self) -> None:
        """Listens for later starts; each emits `raised`. `take` must have returned True."""
        from PySide6.QtNetwork import QLocalServer

        # The socket of a killed process would block the name.
        QLocalServer.removeServer(self._name())
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_connection)
        self._server.listen(self._name())

    def release(self) -> None:
        """Releases the lock, so that another process can open a window on this data folder."""
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
