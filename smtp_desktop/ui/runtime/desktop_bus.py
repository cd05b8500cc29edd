"""Notifications of a Linux desktop: org.freedesktop.Notifications on the session's D-Bus.

Desktop Notifications Specification 1.3. Through jeepney, which the keyring's Secret Service brings along: PySide6's
QtDBus can write no UINT32, which the specification wants, and the desktops refuse any other number.
"""
# ruff: noqa: PLC0415 - jeepney exists on Linux only, and is loaded when there is something to tell

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
    """Nobody shows notifications on this session's D-Bus, or there is none."""


class DesktopBus:
    """Shows notifications. Opened with the first one. Safe from every thread; both calls may block for seconds."""

    def __init__(self, heard: Callable[[Clicked], None]) -> None:
        """`heard` gets what was handed to `show` with a notification that is clicked, on a thread of this object."""
        self._heard = heard
        self._turn = threading.Lock()
        # A desktop takes notifications away with the connection that they came by, and some tell a click to that
        # connection alone: so it stays open.
        self._line: _Line | None = None

    def show(self, title: str, words: str, clicked: Clicked) -> None:
        """The desktop shows it. Raises NoDesktopBus."""
        from jeepney import DBusAddress, new_method_call

        desktop = DBusAddress(_PATH, bus_name=_NAME, interface=_NAME)
        # The name and the icon beside it are those of the program's desktop file.
        hints = {"desktop-entry": ("s", "smtp-desktop"), "urgency": ("y", _NORMAL)}
        body = ("SMTP Desktop", 0, "", title, _plain(words), [_DEFAULT, title], hints, _AS_THE_DESKTOP_LIKES)
        with self._turn:
            line = self._line = self._line or _opened(self._heard)
            try:
                line.ask(new_method_call(desktop, "Notify", "susssasa{sv}i", body), clicked)
            except _failures() as error:
                self._drop()
                raise NoDesktopBus(type(error).__name__) from error

    def close(self) -> None:
        """No click is heard any more."""
        with self._turn:
            self._drop()

    def _drop(self) -> None:
        line, self._line = self._line, None
        if line:
            line.close()


def _opened(heard: Callable[[Clicked], None]) -> "_Line":
    from jeepney import MatchRule, message_bus
    from jeepney.io.threading import open_dbus_connection

    try:
        line = _Line(open_dbus_connection(bus="SESSION"), heard)
    except _failures() as error:
        raise NoDesktopBus(type(error).__name__) from error
    try:
        line.ask(message_bus.AddMatch(MatchRule(type="signal", sender=_NAME, interface=_NAME, path=_PATH)))
    except _failures() as error:
        line.close()
        raise NoDesktopBus(type(error).__name__) from error
    return line


class _Line:
    """An open connection, and the thread that hears what comes by it."""

    def __init__(self, connection: "DBusConnection", heard: Callable[[Clicked], None]) -> None:
        self._connection = connection
        self._heard = heard
        self._waiting: dict[int, tuple[Future[Message], Clicked | None]] = {}
        self._shown: dict[int, Clicked] = {}
        self._thread = threading.Thread(target=self._listen, name="notifications", daemon=True)
        self._thread.start()

    def ask(self, message: "Message", clicked: Clicked | None = None) -> None:
        """It was asked, and answered; `clicked` belongs to the notification that the answer names."""
        from jeepney.wrappers import unwrap_msg

        answer: Future[Message] = Future()
        number = next(self._connection.outgoing_serial)
        self._waiting[number] = (answer, clicked)
        self._connection.send(message, serial=number)
        if not self._thread.is_alive():
            raise ConnectionError("the bus is gone")
        unwrap_msg(answer.result(_ANSWER_S))  # raises DBusErrorResponse

    def close(self) -> None:
        """The connection is closed, and its thread has ended."""
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
            self._hear(fields.get(HeaderFields.member, ""), message.body)

    def _hear(self, signal: str, body: tuple[object, ...]) -> None:
        match signal, body:
            case "ActionInvoked", (int(number), action) if action == _DEFAULT and number in self._shown:
                self._heard(self._shown[number])
            case "NotificationClosed", (int(number), _):
                self._shown.pop(number, None)
            case _:
                pass


def _plain(words: str) -> str:
    # The body may hold markup: a name must not be taken for some.
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _failures() -> tuple[type[Exception], ...]:
    """Returns what is raised where there is no bus (KeyError: not named; RuntimeError, ValueError: of a kind that is
    not known), none that lets us in, or nobody who answers in time."""
    from jeepney import DBusErrorResponse
    from jeepney.auth import AuthenticationError

    return (KeyError, RuntimeError, OSError, ValueError, AuthenticationError, DBusErrorResponse)
