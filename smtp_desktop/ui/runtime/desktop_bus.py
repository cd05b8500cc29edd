"""The client of a Linux desktop's notifications: org.freedesktop.Notifications on the session's D-Bus.

Desktop Notifications Specification 1.3. Uses jeepney, which keyring depends on: PySide6's QtDBus can't write
the UINT32 that the specification wants, and desktops refuse any other type.
"""
# ruff: noqa: PLC0415 - jeepney exists on Linux only, and is imported with the first notification

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jeepney import Message
    from jeepney.io.threading import DBusConnection

_NAME, _PATH = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"
_ANSWER_S = 5.0
_AS_THE_DESKTOP_LIKES = -1  # how long it is shown
_NORMAL = 1  # urgency
_DEFAULT = "default"  # the action of a click on the notification itself
_log = logging.getLogger(__name__)

Clicked = Callable[[], None]


class NoDesktopBus(Exception):
    """There is no session bus, or nothing shows notifications on it."""


class DesktopBus:
    """Shows notifications; connects with the first one. Safe from every thread; both methods may block for seconds."""

    def __init__(self, on_click: Callable[[Clicked], None]) -> None:
        """Calls `on_click` with the `clicked` of a notification that the user clicks, on a thread of this object."""
        self._on_click = on_click
        self._turn = threading.Lock()
        # Stays open: a desktop removes the notifications of a closed connection, and some report a click only to the
        # connection that it came by.
        self._bus: _BusConnection | None = None

    def show(self, title: str, words: str, clicked: Clicked) -> None:
        """Shows a notification. Raises NoDesktopBus."""
        from jeepney import DBusAddress, new_method_call

        desktop = DBusAddress(_PATH, bus_name=_NAME, interface=_NAME)
        # The name and the icon beside it are those of the program's desktop file.
        hints = {"desktop-entry": ("s", "smtp-desktop"), "urgency": ("y", _NORMAL)}
        body = ("SMTP Desktop", 0, "", title, _plain(words), [_DEFAULT, title], hints, _AS_THE_DESKTOP_LIKES)
        with self._turn:
            bus = self._bus = self._bus or _opened(self._on_click)
            try:
                bus.ask(new_method_call(desktop, "Notify", "susssasa{sv}i", body), clicked)
            except _failures() as error:
                self._drop()
                raise NoDesktopBus(type(error).__name__) from error

    def close(self) -> None:
        """Closes the connection; later clicks are ignored."""
        with self._turn:
            self._drop()

    def _drop(self) -> None:
        bus, self._bus = self._bus, None
        if bus:
            bus.close()


def _opened(on_click: Callable[[Clicked], None]) -> "_BusConnection":
    from jeepney import MatchRule, message_bus
    from jeepney.io.threading import open_dbus_connection

    try:
        bus = _BusConnection(open_dbus_connection(bus="SESSION"), on_click)
    except _failures() as error:
        raise NoDesktopBus(type(error).__name__) from error
    try:
        bus.ask(message_bus.AddMatch(MatchRule(type="signal", sender=_NAME, interface=_NAME, path=_PATH)))
    except _failures() as error:
        bus.close()
        raise NoDesktopBus(type(error).__name__) from error
    return bus


class _BusConnection:
    """An open connection, and the thread that reads from it."""

    def __init__(self, connection: "DBusConnection", on_click: Callable[[Clicked], None]) -> None:
        self._connection = connection
        self._on_click = on_click
        self._waiting: dict[int, tuple[Future[Message], Clicked | None]] = {}
        self._shown: dict[int, Clicked] = {}
        self._thread = threading.Thread(target=self._listen, name="notifications", daemon=True)
        self._thread.start()

    def ask(self, message: "Message", clicked: Clicked | None = None) -> None:
        """Sends `message` and waits for the answer; `clicked` belongs to the notification whose id is in the answer.
        Raises one of `_failures()`."""
        from jeepney.wrappers import unwrap_msg

        answer: Future[Message] = Future()
        number = next(self._connection.outgoing_serial)
        self._waiting[number] = (answer, clicked)
        self._connection.send(message, serial=number)
        if not self._thread.is_alive():
            raise ConnectionError("the bus is gone")
        unwrap_msg(answer.result(_ANSWER_S))  # raises DBusErrorResponse

    def close(self) -> None:
        """Closes the connection and ends its thread."""
        self._connection.interrupt()
        self._thread.join(_ANSWER_S)
        self._connection.close()

    def _listen(self) -> None:
        from jeepney.io.threading import ReceiveStopped

        try:
            while True:
                self._take(self._connection.receive())
        except ReceiveStopped:
            return
        except (OSError, EOFError) as error:
            _log.info("the session's D-Bus is gone: %s", type(error).__name__)
        for answer, _ in list(self._waiting.values()):
            answer.set_exception(ConnectionError("the bus is gone"))

    def _take(self, message: "Message") -> None:
        from jeepney import HeaderFields

        fields = message.header.fields
        asked = self._waiting.pop(fields.get(HeaderFields.reply_serial, 0), None)
        if asked:
            answer, clicked = asked
            if clicked and message.body:
                self._shown[message.body[0]] = clicked
            answer.set_result(message)
            return
        if fields.get(HeaderFields.interface) == _NAME:
            self._on_signal(fields.get(HeaderFields.member, ""), message.body)

    def _on_signal(self, signal: str, body: tuple[object, ...]) -> None:
        match signal, body:
            case "ActionInvoked", (int(number), action) if action == _DEFAULT and number in self._shown:
                self._on_click(self._shown[number])
            case "NotificationClosed", (int(number), _):
                self._shown.pop(number, None)
            case _:
                pass


def _plain(words: str) -> str:
    # The body may hold markup, which a name must not be taken for.
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _failures() -> tuple[type[Exception], ...]:
    """Returns the errors of a bus that is missing (KeyError: no address; RuntimeError, ValueError: an unknown kind of
    address), that refuses the connection, or that does not answer in time."""
    from jeepney import DBusErrorResponse
    from jeepney.auth import AuthenticationError

    return (KeyError, RuntimeError, OSError, ValueError, AuthenticationError, DBusErrorResponse)
