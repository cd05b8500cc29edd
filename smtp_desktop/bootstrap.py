"""The ways to start the program; `parts` builds its objects."""
# ruff: noqa: PLC0415 - every way to start imports only what it needs: --version nothing, the command line no Qt

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from smtp_desktop import __version__
from smtp_desktop.parts import VAULT_FILE, Parts, SystemClock, Unheard, build, unusable_home

if TYPE_CHECKING:
    from pathlib import Path

    from smtp_desktop.domain.secret import Secret
    from smtp_desktop.services.ports import Events
    from smtp_desktop.ui.window_parts import WindowParts

_HOME_VARIABLE = "SMTP_DESKTOP_HOME"
_UNAVAILABLE = 69
_CONFIGURATION = 78
_FILES_WANTED = 4096  # a conversation holds four: 200 at once need more than the 256 that macOS gives
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
    make_room_for_connections()
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments == ["--version"]:
        sys.stdout.write(f"smtp-desktop {__version__}\n")
        return 0
    window = _window_options(arguments)
    if window is not None:
        return _run_window(window)
    from smtp_desktop.cli.app import run

    return run(arguments, lambda home: build(_opened_home(home), events=Unheard()))


def make_room_for_connections() -> None:
    """This process may hold some thousand files and connections open, where the system lets it."""
    if sys.platform == "win32":
        return  # has no such limit
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES_WANTED if hard == resource.RLIM_INFINITY else min(_FILES_WANTED, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        # ValueError: macOS has a further limit of its own.
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


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
    import secrets
    import tempfile
    from pathlib import Path

    from smtp_desktop.domain.secret import Secret
    from smtp_desktop.vault.encrypted_file import EncryptedFileVault

    with tempfile.TemporaryDirectory(prefix="smtp-desktop-demo-") as folder:
        home, master = Path(folder), Secret(secrets.token_urlsafe(32))

        def make_parts(events: "Events") -> Parts:
            # A file, not this process's memory: the courier is another process. It is told the password by its pipe.
            vault = EncryptedFileVault(home / VAULT_FILE)
            vault.unlock(master)
            return build(home, events=events, vault=vault)

        return _show(home, make_parts, samples=True, courier_secret=master)


def _show(
    home: "Path",
    make_parts: "Callable[[Events], Parts]",
    *,
    samples: bool = False,
    courier_secret: "Secret | None" = None,
) -> int:
    from dataclasses import replace
    from threading import Lock

    from smtp_desktop import demo
    from smtp_desktop.ui.app import run_window

    opened: list[Parts] = []
    # Who ends the program while a worker still builds waits for it: what was opened is closed.
    building = Lock()
    program = (sys.executable, "-m", "smtp_desktop", "--home", str(home))
    courier, checker = (*program, "deliver", "--watch", "--with-window"), (*program, "check-round")

    def make_window_parts(events: "Events") -> "WindowParts":
        with building:
            parts = make_parts(events)
            opened.append(parts)
            if samples:
                demo.fill(
                    parts.profiles,
                    parts.activities,
                    parts.inbox_setup.open(),
                    parts.inbox.password,
                    SystemClock().now().date(),
                )
        return replace(
            window_parts(parts), courier_command=courier, round_command=checker, courier_secret=courier_secret
        )

    try:
        return run_window(home, make_window_parts)
    finally:
        with building:
            for parts in opened:
                parts.close()


def window_parts(parts: Parts) -> "WindowParts":
    """Returns what the window works with; it sends nothing by itself."""
    from smtp_desktop.ui.window_parts import WindowParts

    return WindowParts(
        profiles=parts.profiles,
        tester=parts.tester,
        finder=parts.finder,
        rounds=parts.rounds,
        mailbox_reader=parts.mailbox_reader,
        activities=parts.activities,
        deadlines=parts.deadlines,
        outbox=parts.outbox,
        change_signal=parts.change_signal,
        preferences=parts.preferences,
        unlock=parts.unlock,
        secret_place=parts.secret_place,
        home=parts.home,
        log_path=parts.log_path,
        authorities=parts.authorities,
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
        raise unusable_home(home, error) from error
    return home


def _usual_home() -> "Path":
    import platformdirs

    return platformdirs.user_data_path("smtp-desktop", appauthor=False)
