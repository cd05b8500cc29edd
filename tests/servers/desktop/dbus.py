"""A D-Bus session of its own, and what offers a service on a bus."""

import subprocess
import threading
from abc import ABC, abstractmethod
from pathlib import Path
from types import TracebackType
from typing import Self

from jeepney import Message, MessageType, message_bus
from jeepney.io.threading import DBusConnection, DBusRouter, Proxy, ReceiveStopped, open_dbus_connection

_PATIENCE_S = 10


class DBusSession:
    """A bus without any service, in `folder`."""

    def __init__(self, folder: Path) -> None:
        config = folder / "session.conf"
        config.write_text(
            f"<busconfig><type>session</type><listen>unix:path={folder / 'bus'}</listen><auth>EXTERNAL</auth>"
            '<policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/>'
            "</policy></busconfig>"
        )
        self._process = subprocess.Popen(
            ["dbus-daemon", f"--config-file={config}", "--nofork", "--print-address=1"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # says that it may not raise its limit of open files
            text=True,
        )

    def __enter__(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def end(self) -> None:
        """The bus is gone. Safe to call twice."""
        with self._process:
            self._process.terminate()


class DBusService(ABC):
    """Owns the name `name` on the bus at `address`, and answers calls on a thread of its own."""

    def __init__(self, address: str, name: str) -> None:
        self._connection: DBusConnection = open_dbus_connection(address)
        with DBusRouter(self._connection) as router:
            Proxy(message_bus, router, timeout=_PATIENCE_S).RequestName(name)
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.interrupt()
        self._thread.join(_PATIENCE_S)
        self._connection.close()

    def _serve(self) -> None:
        try:
            while True:
                message = self._connection.receive()
                answer = self._answer(message) if message.header.message_type is MessageType.method_call else None
                if answer:
                    self._connection.send(answer)
        except (ReceiveStopped, ConnectionError):
            return

    @abstractmethod
    def _answer(self, call: Message) -> Message | None: ...
