"""A D-Bus session of its own, and in it a desktop that shows notifications.

with DBusSession() as address, NotificationServer(address) as server:
    ...  # DBUS_SESSION_BUS_ADDRESS is to be `address`
    server.shown.get(timeout=5)
"""

import queue
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from jeepney import DBusAddress, HeaderFields, Message, MessageType, message_bus, new_method_return, new_signal
from jeepney.io.threading import DBusConnection, DBusRouter, Proxy, ReceiveStopped, open_dbus_connection

NAME, PATH = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"
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


@dataclass(frozen=True)
class Shown:
    """A notification as it came over the bus."""

    number: int
    signature: str
    sender: str
    body: tuple[object, ...]


class NotificationServer:
    """Takes notifications; `shown` are those that came. It reports a click as GNOME does: to the sender alone."""

    def __init__(self, address: str) -> None:
        self.shown: queue.SimpleQueue[Shown] = queue.SimpleQueue()
        self._connection: DBusConnection = open_dbus_connection(address)
        with DBusRouter(self._connection) as router:
            Proxy(message_bus, router, timeout=_PATIENCE_S).RequestName(NAME)
        self._number = 6
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> "NotificationServer":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.interrupt()
        self._thread.join(_PATIENCE_S)
        self._connection.close()

    def click(self, shown: Shown, action: str = "default") -> None:
        """Somebody clicks the notification."""
        signal = new_signal(DBusAddress(PATH, interface=NAME), "ActionInvoked", "us", (shown.number, action))
        signal.header.fields[HeaderFields.destination] = shown.sender
        self._connection.send(signal)

    def _serve(self) -> None:
        try:
            while True:
                self._answer(self._connection.receive())
        except (ReceiveStopped, ConnectionError):
            return

    def _answer(self, message: Message) -> None:
        fields = message.header.fields
        if message.header.message_type is MessageType.method_call and fields[HeaderFields.member] == "Notify":
            self._number += 1
            self.shown.put(
                Shown(self._number, fields[HeaderFields.signature], fields[HeaderFields.sender], message.body)
            )
            self._connection.send(new_method_return(message, "u", (self._number,)))
