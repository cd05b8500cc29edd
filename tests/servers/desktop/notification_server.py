"""A desktop that shows notifications.

with DBusSession() as address, NotificationServer(address) as server:
    ...  # DBUS_SESSION_BUS_ADDRESS is to be `address`
    server.shown.get(timeout=5)
"""

import queue
from dataclasses import dataclass

from jeepney import DBusAddress, HeaderFields, Message, new_method_return, new_signal
from servers.desktop.dbus import DBusService

NAME, PATH = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"


@dataclass(frozen=True)
class Shown:
    """A notification as it came over the bus."""

    number: int
    signature: str
    sender: str
    body: tuple[object, ...]


class NotificationServer(DBusService):
    """Takes notifications; `shown` are those that came. It reports a click as GNOME does: to the sender alone."""

    def __init__(self, address: str) -> None:
        self.shown: queue.SimpleQueue[Shown] = queue.SimpleQueue()
        super().__init__(address, NAME)
        self._number = 6

    def click(self, shown: Shown, action: str = "default") -> None:
        """Somebody clicks the notification."""
        signal = new_signal(DBusAddress(PATH, interface=NAME), "ActionInvoked", "us", (shown.number, action))
        signal.header.fields[HeaderFields.destination] = shown.sender
        self._connection.send(signal)

    def _answer(self, call: Message) -> Message | None:
        fields = call.header.fields
        if fields[HeaderFields.member] != "Notify":
            return None
        self._number += 1
        self.shown.put(Shown(self._number, fields[HeaderFields.signature], fields[HeaderFields.sender], call.body))
        return new_method_return(call, "u", (self._number,))
