"""The start of the program, and the one place where its objects are built. The only file that knows all rooms."""
# ruff: noqa: PLC0415 - every way to start imports only what it needs: --version nothing, the command line no Qt

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

from smtp_desktop import __version__

if TYPE_CHECKING:
    from datetime import datetime
    from importlib.resources.abc import Traversable
    from pathlib import Path

    from smtp_desktop.domain.advice import AdviceRule
    from smtp_desktop.domain.errors import StoreError
    from smtp_desktop.domain.events import Event
    from smtp_desktop.domain.profile import ProfileId
    from smtp_desktop.domain.secret import Secret
    from smtp_desktop.local_inbox.on_demand import InboxOnDemand
    from smtp_desktop.services.inbox_setup import InboxSetup
    from smtp_desktop.services.mailbox import MailboxReader
    from smtp_desktop.services.ports import Events, Vault
    from smtp_desktop.services.profiles import Profiles
    from smtp_desktop.services.testing import Tester
    from smtp_desktop.store.database import Database
    from smtp_desktop.store.preferences import SqlitePreferences
    from smtp_desktop.ui.main_window import WindowParts

_HOME_VARIABLE = "SMTP_DESKTOP_HOME"
_UNAVAILABLE = 69
_CONFIGURATION = 78
_ADVICE = {"generic": "advice.json", "graph": "advice_graph.json"}  # by ProfileType
_NO_DISPLAY = """\
There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set), so the window can't open.
The command line works without one: smtp-desktop smtp list, smtp-desktop --help.
"""


def program() -> NoReturn:
    """The process is over, at once: a worker that waits for a keyring which never answers would hold it for ever.
    Nothing is lost by that: the database and the log are closed by now."""
    code = main()
    for stream in (sys.stdout, sys.stderr):
        # There is none in a program without a console on Windows; `… | head` may have closed it.
        with suppress(BrokenPipeError):
            if stream:
                stream.flush()
    os._exit(code)


def main(argv: Sequence[str] | None = None) -> int:
    """The program ran, as a window or in the terminal; returns its exit code (`cli.exit_codes`)."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments == ["--version"]:
        sys.stdout.write(f"smtp-desktop {__version__}\n")
        return 0
    window = _window_options(arguments)
    if window is not None:
        return _run_window(window)
    from smtp_desktop.cli.app import run

    return run(arguments, lambda home: build(_opened_home(home), events=_Unheard()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Every object of the program on one data folder, each built once. `log_path` is the present log file."""

    home: "Path"
    log_path: "Path"
    database: "Database"
    profiles: "Profiles"
    tester: "Tester"
    mailbox_reader: "MailboxReader"
    preferences: "SqlitePreferences"
    inbox: "InboxOnDemand"
    inbox_setup: "InboxSetup"
    vault: "Vault"
    unlock: "Callable[[Secret], None]"
    secret_place: Callable[[], str]
    events: "Events"

    def close(self) -> None:
        """Everything is on the disk and nothing is held open; the parts are of no use any more."""
        from smtp_desktop.logs import stop_logging

        self.inbox.stop()
        self.database.close()
        stop_logging()


def build(home: "Path", *, events: "Events", vault: "Vault | None" = None) -> Parts:
    """Returns the parts on the data folder `home`. `vault`, which is never locked,
    takes the place of the system's. Any thread may call it.

    Raises StoreError where the database, or the folder, can't be used; then nothing is held open.
    """
    import logging

    from smtp_desktop.domain.events import MailReceived
    from smtp_desktop.domain.profile import ProfileType
    from smtp_desktop.local_inbox.on_demand import InboxOnDemand
    from smtp_desktop.logs import start_logging, stop_logging
    from smtp_desktop.services.inbox_setup import InboxSetup
    from smtp_desktop.services.mailbox import MailboxReader
    from smtp_desktop.services.profiles import Profiles
    from smtp_desktop.services.testing import Tester
    from smtp_desktop.store.database import Database
    from smtp_desktop.store.health import SqliteHealth
    from smtp_desktop.store.preferences import SqlitePreferences
    from smtp_desktop.store.profiles import SqliteProfiles
    from smtp_desktop.transports.registry import Transports

    try:
        log_path = start_logging(home / "logs", logging.INFO)
    except OSError as error:
        raise _unusable(home, error) from error
    try:
        database = Database(home / "smtp-desktop.sqlite3")
    except BaseException:  # whatever it is goes on; only the log file is let go first
        stop_logging()
        raise
    store = SqliteProfiles(database)
    secrets = _passing_secrets(vault) if vault else _system_secrets(home)
    profiles = Profiles(store=store, vault=secrets.vault, events=events, new_id=_new_id)
    preferences = SqlitePreferences(database)
    transports = Transports()
    rules = {kind: _AdviceRules(name) for kind, name in _ADVICE.items()}
    inbox = InboxOnDemand(lambda count: events.publish(MailReceived(count=count)))
    return Parts(
        home=home,
        log_path=log_path,
        database=database,
        profiles=profiles,
        tester=Tester(
            store=store,
            health=SqliteHealth(database),
            vault=secrets.vault,
            transport=transports,
            clock=SystemClock(),
            events=events,
            advice_rules={ProfileType(kind): of_kind for kind, of_kind in rules.items()},
            new_message_id=_new_message_id,
            program=f"SMTP Desktop {__version__}",
        ),
        mailbox_reader=MailboxReader(
            store=store, vault=secrets.vault, mailboxes=transports, advice_rules=rules["graph"]
        ),
        preferences=preferences,
        inbox=inbox,
        inbox_setup=InboxSetup(server=inbox, profiles=profiles, preferences=preferences),
        vault=secrets.vault,
        unlock=secrets.unlock,
        secret_place=secrets.place,
        events=events,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _WindowOptions:
    home: str | None
    demo: bool


def _window_options(arguments: Sequence[str]) -> _WindowOptions | None:
    """Returns what to open the window with, or None where the command line is meant, or has to say what is wrong."""
    home, demo = None, False
    rest = iter(arguments)
    for argument in rest:
        if argument == "--demo":
            demo = True
        elif argument == "--home":
            home = next(rest, "")
        elif argument.startswith("--home="):
            home = argument.removeprefix("--home=")
        else:
            return None
    return None if home == "" or (home and demo) else _WindowOptions(home=home, demo=demo)


def _run_window(options: _WindowOptions) -> int:
    from pathlib import Path

    from smtp_desktop.domain.errors import SmtpDesktopError

    if _has_no_display():
        sys.stderr.write(_NO_DISPLAY)
        return _UNAVAILABLE
    if options.demo:
        return _run_demo()
    try:
        home = _opened_home(Path(options.home) if options.home else None)
    except SmtpDesktopError as error:
        sys.stderr.write(f"Error: {error}\n")
        return _CONFIGURATION
    return _show(home, lambda events: build(home, events=events))


def _has_no_display() -> bool:
    """Qt would abort without one. Only Linux can lack it; QT_QPA_PLATFORM is left to whoever sets it."""
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return sys.platform.startswith("linux") and not any(os.environ.get(name) for name in names)


def _run_demo() -> int:
    """The window was open on a throw-away home with samples: one that works, others that fail in ways of their own."""
    import tempfile
    from pathlib import Path

    from smtp_desktop.vault.memory import ProcessVault

    with tempfile.TemporaryDirectory(prefix="smtp-desktop-demo-") as folder:
        home = Path(folder)
        return _show(home, lambda events: build(home, events=events, vault=ProcessVault()), samples=True)


def _show(home: "Path", make_parts: "Callable[[Events], Parts]", *, samples: bool = False) -> int:
    from threading import Lock

    from smtp_desktop import demo
    from smtp_desktop.ui.app import run_window

    opened: list[Parts] = []
    # Who ends the program while a worker still builds waits for it: what was opened is closed.
    building = Lock()

    def make_window_parts(events: "Events") -> "WindowParts":
        with building:
            parts = make_parts(events)
            opened.append(parts)
            if samples:
                demo.fill(parts.profiles, parts.inbox_setup.open(), parts.inbox.password, SystemClock().now().date())
        return window_parts(parts)

    try:
        return run_window(home, make_window_parts)
    finally:
        with building:
            for parts in opened:
                parts.close()


def window_parts(parts: Parts) -> "WindowParts":
    """Returns what the window works with."""
    from smtp_desktop.ui.main_window import WindowParts

    return WindowParts(
        profiles=parts.profiles,
        tester=parts.tester,
        mailbox_reader=parts.mailbox_reader,
        preferences=parts.preferences,
        unlock=parts.unlock,
        secret_place=parts.secret_place,
        home=parts.home,
        log_path=parts.log_path,
        inbox=parts.inbox,
        open_inbox=parts.inbox_setup.open,
        reopen_inbox=parts.inbox_setup.reopen,
    )


def _opened_home(chosen: "Path | None") -> "Path":
    """Returns the data folder: `chosen`, else the environment's, else the system's usual one. It exists; if this made
    it, for its owner only. Raises StoreError."""
    from pathlib import Path

    if chosen is None:
        variable = os.environ.get(_HOME_VARIABLE)
        chosen = Path(variable) if variable else _usual_home()
    home = chosen.expanduser().absolute()
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise _unusable(home, error) from error
    return home


def _usual_home() -> "Path":
    import platformdirs

    return platformdirs.user_data_path("smtp-desktop", appauthor=False)


def _unusable(home: "Path", error: OSError) -> "StoreError":
    from smtp_desktop.domain.errors import StoreError
    from smtp_desktop.domain.text import text

    return StoreError(
        text(
            "The data folder {path} can't be used: {reason}. Check its permissions, or choose another with --home.",
            path=str(home),
            reason=error.strerror or type(error).__name__,
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Secrets:
    """A vault, how it is opened, and where it keeps what it is given, in words for the window."""

    vault: "Vault"
    unlock: "Callable[[Secret], None]"
    place: Callable[[], str]


def _system_secrets(home: "Path") -> _Secrets:
    from smtp_desktop.vault.encrypted_file import EncryptedFileVault
    from smtp_desktop.vault.keyring_vault import KeyringVault
    from smtp_desktop.vault.system import Place, SystemVault

    words = {Place.KEYRING: "kept in the system keyring", Place.FILE: "kept in an encrypted file"}
    vault = SystemVault(KeyringVault(), EncryptedFileVault(home / "secrets.vault"))
    return _Secrets(vault=vault, unlock=vault.unlock, place=lambda: words[vault.place()])


def _passing_secrets(vault: "Vault") -> _Secrets:
    return _Secrets(vault=vault, unlock=lambda _master: None, place=lambda: "gone when the program ends")


def _new_id() -> "ProfileId":
    import uuid

    from smtp_desktop.domain.profile import ProfileId

    return ProfileId(uuid.uuid4().hex)


def _new_message_id(domain: str) -> str:
    from email.utils import make_msgid

    return make_msgid(domain=domain)


class SystemClock:
    """This computer's clock."""

    def now(self) -> "datetime":
        from datetime import UTC, datetime

        return datetime.now(UTC)


class _Unheard:
    """Takes events where nobody listens."""

    def publish(self, event: "Event") -> None:
        """Does nothing."""


class _AdviceRules(Sequence["AdviceRule"]):
    """The rules in one file of the resources, read when the first failure asks for advice."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._rules: tuple[AdviceRule, ...] | None = None

    def __getitem__(self, index: Any) -> Any:
        return self._read()[index]

    def __len__(self) -> int:
        return len(self._read())

    def _read(self) -> "tuple[AdviceRule, ...]":
        if self._rules is None:
            import json

            from smtp_desktop.domain.advice import rules_from

            self._rules = rules_from(json.loads(_resource(self._name).read_text(encoding="utf-8")))
        return self._rules


def _resource(name: str) -> "Traversable":
    """Returns a file of the installed package's resources, or of the folder beside it in a checkout."""
    from importlib.resources import files
    from importlib.util import find_spec
    from pathlib import Path

    if find_spec("smtp_desktop.resources"):
        return files("smtp_desktop.resources") / name
    return Path(__file__).parent.parent / "resources" / name
