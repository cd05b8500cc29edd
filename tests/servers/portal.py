"""A desktop that says over D-Bus what its user wants to see: `org.freedesktop.appearance` of the settings portal."""

import threading
from types import TracebackType

from jeepney import HeaderFields, Message, MessageType, message_bus, new_error, new_method_return
from jeepney.io.threading import DBusConnection, DBusRouter, Proxy, ReceiveStopped, open_dbus_connection

_PATIENCE_S = 10
_HIGH_CONTRAST = 1


class SettingsPortal:
    """Wants more contrast, on the bus at `address`."""

    def __init__(self, address: str) -> None:
        self._connection: DBusConnection = open_dbus_connection(address)
        with DBusRouter(self._connection) as router:
            Proxy(message_bus, router, timeout=_PATIENCE_S).RequestName("org.freedesktop.portal.Desktop")
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> "SettingsPortal":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.interrupt()
        self._thread.join(_PATIENCE_S)
        self._connection.close()

    def _serve(self) -> None:
        while True:
            try:
                message = self._connection.receive()
            except ReceiveStopped:
                return
            if message.header.message_type is MessageType.method_call:
                self._connection.send(self._answer(message))

    def _answer(self, message: Message) -> Message:
        match message.header.fields.get(HeaderFields.member):
            case "ReadAll":
                wishes = {"org.freedesktop.appearance": {"contrast": ("u", _HIGH_CONTRAST)}}
                return new_method_return(message, "a{sa{sv}}", (wishes,))
            case "Get":
                return new_method_return(message, "v", (("u", 2),))
            case _:
                return new_error(message, "org.freedesktop.DBus.Error.UnknownMethod")
