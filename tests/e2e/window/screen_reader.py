"""A desktop of its own, and on it what a screen reader does: it reads the accessible tree over AT-SPI, acts through it,
and hears what is announced. It has no keyboard and no pointer.

with Desktop(folder) as desktop:
    environment = desktop.environment  # of the program
    reader = ScreenReader(desktop, "smtp-desktop")
"""

import os
import shutil
import subprocess
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from jeepney import DBusAddress, MatchRule, Message, Properties, message_bus, new_method_call
from jeepney.io.blocking import DBusConnection, Proxy, open_dbus_connection
from jeepney.wrappers import DBusErrorResponse, unwrap_msg

PATIENCE_S = 30
_PAUSE_S = 0.05
_ATSPI = "org.a11y.atspi"
_ROOT = "/org/a11y/atspi/accessible/root"
_MOST = 4_000  # nodes of a tree
_STATES = {
    "checked": 4,
    "enabled": 8,
    "focusable": 11,
    "focused": 12,
    "modal": 16,
    "selectable": 22,
    "selected": 23,
    "showing": 25,
    "checkable": 41,
}
"""The numbers of AtspiStateType."""
T = TypeVar("T")
MISSING = [
    tool
    for tool in ("Xvfb", "dbus-daemon", "/usr/libexec/at-spi-bus-launcher", "/usr/libexec/at-spi2-registryd")
    if not shutil.which(tool)
]
"""What this machine lacks for it."""


class Desktop:
    """An X server without a screen, and a bus on which helps are offered their services."""

    def __init__(self, folder: Path) -> None:
        self._runtime = folder / "runtime"
        self._runtime.mkdir(mode=0o700)
        self._processes: list[subprocess.Popen[bytes]] = []
        self.environment: dict[str, str] = {}

    def __enter__(self) -> "Desktop":
        reads, writes = os.pipe()
        command = ["Xvfb", "-displayfd", str(writes), "-screen", "0", "1440x900x24", "-nolisten", "tcp", "-noreset"]
        self._start(command, pass_fds=(writes,))
        os.close(writes)
        with os.fdopen(reads) as display:
            number = display.readline().strip()
        self.environment = {
            "DISPLAY": f":{number}",
            "XDG_RUNTIME_DIR": str(self._runtime),
            "QT_QPA_PLATFORM": "xcb",
            "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
        }
        bus = ["dbus-daemon", "--session", "--nofork", "--print-address=1"]
        session = self._start(bus, stdout=subprocess.PIPE, env={**os.environ, **self.environment})
        assert session.stdout is not None
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = session.stdout.readline().decode().strip()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in reversed(self._processes):
            with process:
                process.terminate()

    def _start(self, command: list[str], **how: Any) -> "subprocess.Popen[bytes]":
        self._processes.append(subprocess.Popen(command, stderr=subprocess.DEVNULL, **how))
        return self._processes[-1]


@dataclass(frozen=True)
class Node:
    """An object of the tree."""

    reader: "ScreenReader"
    bus: str
    path: str

    def call(self, interface: str, method: str, signature: str = "", *values: object) -> tuple[Any, ...]:
        address = DBusAddress(self.path, bus_name=self.bus, interface=f"{_ATSPI}.{interface}")
        message = new_method_call(address, method, signature or None, values)
        return self.reader.ask(message)

    def get(self, interface: str, name: str) -> Any:
        address = DBusAddress(self.path, bus_name=self.bus, interface=f"{_ATSPI}.{interface}")
        return self.reader.ask(Properties(address).get(name))[0][1]

    @property
    def name(self) -> str:
        return str(self.get("Accessible", "Name"))

    @property
    def description(self) -> str:
        return str(self.get("Accessible", "Description"))

    @property
    def role(self) -> str:
        return str(self.call("Accessible", "GetRoleName")[0])

    @property
    def states(self) -> set[str]:
        low, high = self.call("Accessible", "GetState")[0]
        bits = low | high << 32
        return {name for name, number in _STATES.items() if bits >> number & 1}

    @property
    def children(self) -> list["Node"]:
        return [Node(self.reader, bus, path) for bus, path in self.call("Accessible", "GetChildren")[0]]

    @property
    def text(self) -> str:
        return str(self.call("Text", "GetText", "ii", 0, -1)[0])

    @property
    def actions(self) -> list[str]:
        names = [str(name) for name, *_ in self.call("Action", "GetActions")[0]]
        count = self.get("Action", "NActions")
        return [str(self.call("Action", "GetName", "i", number)[0]) for number in range(count)] or names

    def act(self, name: str = "Press") -> None:
        """Does the action of that name."""
        assert self.call("Action", "DoAction", "i", self.actions.index(name))[0]

    def write(self, text: str) -> None:
        """Puts `text` into a field."""
        assert self.call("EditableText", "SetTextContents", "s", text)[0]

    def walk(self) -> Iterator["Node"]:
        """Returns it and all below it that is shown, in reading order."""
        left, seen = [self], 0
        while left and seen < _MOST:
            node = left.pop()
            seen += 1
            yield node
            try:
                below = node.children
            except DBusErrorResponse:  # gone meanwhile
                continue
            left += reversed(below)

    def all(self, role: str = "", name: str = "") -> list["Node"]:
        """Returns what is shown of that role and name; the name may be the beginning of one."""
        found = []
        for node in self.walk():
            try:
                fits = (not role or node.role == role) and (not name or node.name.startswith(name))
                if fits and "showing" in node.states:
                    found.append(node)
            except DBusErrorResponse:
                continue
        return found

    def find(self, role: str, name: str = "") -> "Node":
        """Returns the first one, as soon as it is shown."""
        return until(lambda: next(iter(self.all(role, name)), None), f"{role} {name}")

    def press(self, role: str, name: str = "", action: str = "Press") -> None:
        """Does that action on the first one. Where the tree changes meanwhile it is read anew, as every reader does."""
        until(lambda: self._tried(role, name, action), f"{action} on {role} {name}")

    def _tried(self, role: str, name: str, action: str) -> bool:
        try:
            found = self.all(role, name)
            if found:
                found[0].act(action)
        except DBusErrorResponse:  # gone meanwhile
            return False
        return bool(found)


def until(look: Callable[[], T | None], what: str) -> T:
    """Returns what is found once there is something."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(_PAUSE_S)  # another process does it and tells nobody: looking again is all there is
    raise AssertionError(f"never came: {what}")


class ScreenReader:
    """Reads the program of that name; `heard` is what it announced."""

    def __init__(self, desktop: Desktop, program: str) -> None:
        session = open_dbus_connection(desktop.environment["DBUS_SESSION_BUS_ADDRESS"])
        address = DBusAddress("/org/a11y/bus", bus_name="org.a11y.Bus", interface="org.a11y.Bus")
        where = unwrap_msg(session.send_and_get_reply(new_method_call(address, "GetAddress"), timeout=PATIENCE_S))[0]
        session.close()
        self._program = program
        self._connection: DBusConnection = open_dbus_connection(where)
        rule = MatchRule(type="signal", interface=f"{_ATSPI}.Event.Object", member="Announcement")
        Proxy(message_bus, self._connection, timeout=PATIENCE_S).AddMatch(rule)
        self._announced: deque[Message] = deque(maxlen=1_000)
        self._filter = self._connection.filter(rule, queue=self._announced)
        self._filter.__enter__()
        registry = DBusAddress(
            "/org/a11y/atspi/registry", bus_name=f"{_ATSPI}.Registry", interface=f"{_ATSPI}.Registry"
        )
        event = new_method_call(registry, "RegisterEvent", "sass", ("Object:Announcement:", [], ""))
        self.ask(event)

    def ask(self, message: Message) -> tuple[Any, ...]:
        """Returns the answer to a message on the bus of the helps."""
        return tuple(unwrap_msg(self._connection.send_and_get_reply(message, timeout=PATIENCE_S)))

    @property
    def heard(self) -> list[str]:
        """What was announced so far."""
        self.ask(
            new_method_call(
                DBusAddress("/", bus_name="org.freedesktop.DBus", interface="org.freedesktop.DBus.Peer"), "Ping"
            )
        )
        return [str(message.body[3][1]) for message in self._announced]

    def until_heard(self, words: str) -> str:
        """Returns what was announced that holds `words`, once it was."""
        return until(lambda: next((said for said in self.heard if words in said), None), f"{words}: {self.heard}")

    def application(self) -> Node:
        """Returns the program as soon as it is there."""
        desktop = Node(self, f"{_ATSPI}.Registry", _ROOT)
        return until(lambda: next((one for one in desktop.children if one.name == self._program), None), "the program")

    def close(self) -> None:
        self._connection.close()
