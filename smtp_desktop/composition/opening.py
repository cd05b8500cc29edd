"""Opening the window."""
# ruff: noqa: PLC0415 - what the first paint does not need is loaded after it

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from smtp_desktop.composition.data_folder import opened_home
from smtp_desktop.composition.parts import Parts, SystemClock, build
from smtp_desktop.domain.errors import SmtpDesktopError

if TYPE_CHECKING:
    from smtp_desktop.composition.window_options import WindowOptions
    from smtp_desktop.domain.secret import Secret
    from smtp_desktop.domain.smtp.profile import ProfileId, SmtpProfile
    from smtp_desktop.services.ports import Events
    from smtp_desktop.ui.window.open_home import OpenHome
    from smtp_desktop.ui.window.window_parts import WindowParts

_UNAVAILABLE = 69
_CONFIGURATION = 78
_REST_AFTER_S = 120  # what failed for the first time is tried again after a minute
_FIRST_CARDS = 60  # more than most screens have room for
_NO_DISPLAY = """\
There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set), so the window can't open.
The command line works without one: smtp-desktop smtp list, smtp-desktop --help.
"""


def run_window(options: "WindowOptions") -> int:
    """The window was open; returns the exit code."""
    if _has_no_display():
        sys.stderr.write(_NO_DISPLAY)
        return _UNAVAILABLE
    if options.demo:
        return _run_demo(only_paint=options.only_paint)
    try:
        home = opened_home(Path(options.home) if options.home else None)
    except SmtpDesktopError as error:
        sys.stderr.write(f"Error: {error}\n")
        return _CONFIGURATION
    return _show(home, lambda events: build(home, events=events), only_paint=options.only_paint)


def _has_no_display() -> bool:
    """Qt would abort without one. Only Linux can lack it; QT_QPA_PLATFORM is left to whoever sets it."""
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return sys.platform.startswith("linux") and not any(os.environ.get(name) for name in names)


def _run_demo(*, only_paint: bool) -> int:
    """The window was open on a throw-away home with samples: one that works, others that fail in ways of their own."""
    import secrets
    import tempfile

    from smtp_desktop.composition import demo
    from smtp_desktop.composition.adapters import VAULT_FILE
    from smtp_desktop.domain.secret import Secret
    from smtp_desktop.vault.sealed_file import EncryptedFileVault

    with tempfile.TemporaryDirectory(prefix="smtp-desktop-demo-") as folder:
        home, master = Path(folder), Secret(secrets.token_urlsafe(32))

        def make_parts(events: "Events") -> Parts:
            # A file, not this process's memory: the courier is another process. It is told the password by its pipe.
            vault = EncryptedFileVault(home / VAULT_FILE)
            vault.unlock(master)
            return build(home, events=events, vault=vault)

        def fill(parts: Parts) -> None:
            working, password = parts.inbox_setup.open(), parts.inbox.password
            demo.fill(parts.profiles, parts.activities, working, password, SystemClock().now().date())

        return _show(home, make_parts, fill=fill, courier_secret=master, only_paint=only_paint)


def _show(
    home: Path,
    make_parts: "Callable[[Events], Parts]",
    *,
    only_paint: bool,
    fill: "Callable[[Parts], None]" = lambda _: None,
    courier_secret: "Secret | None" = None,
) -> int:
    from threading import Lock

    from smtp_desktop.ui.window.app import run_window as run

    opened: list[Parts] = []
    # Who ends the program while a worker still builds waits for it: what was opened is closed.
    building = Lock()

    def open_home(events: "Events") -> "OpenHome":
        with building:
            parts = make_parts(events)
            opened.append(parts)
            fill(parts)
            return looked_at(parts, lambda: make_window_parts(parts))

    def make_window_parts(parts: Parts) -> "WindowParts":
        with building:
            parts.start_logging()
            return with_processes(window_parts(parts), courier_secret)

    try:
        return run(home, open_home, only_paint=only_paint)
    finally:
        with building:
            for parts in opened:
                parts.close()


def looked_at(parts: Parts, make: "Callable[[], WindowParts]") -> "OpenHome":
    """Returns what the first paint needs of `parts`; `make` is called for all else after that."""
    from smtp_desktop.store.overview import read_overview
    from smtp_desktop.ui.cards.card import BARS
    from smtp_desktop.ui.window.open_home import OpenHome

    overview = read_overview(parts.database, count=_FIRST_CARDS, results=BARS)
    return OpenHome(
        kept=parts.preferences.all(),
        overview=overview,
        holds=_holds(parts, overview.profiles) if overview.held else {},
        log_path=parts.log_path,
        parts=make,
    )


def _holds(parts: Parts, profiles: "Sequence[SmtpProfile]") -> "dict[ProfileId, str]":
    from smtp_desktop.ui.smtps.loading import holds_in_words

    return holds_in_words(parts.outbox, profiles)


def with_processes(
    parts: "WindowParts", secret: "Secret | None", *, rest_after_s: float = _REST_AFTER_S
) -> "WindowParts":
    """Returns `parts` with the processes that the window starts; the one that sends ends when it had nothing to do for
    `rest_after_s`. `secret` is the master password where it is known without asking."""
    from dataclasses import replace

    program = (sys.executable, "-m", "smtp_desktop", "--home", str(parts.home))
    return replace(
        parts,
        courier_command=(*program, "deliver", "--watch", "--with-window", "--rest-after", str(rest_after_s)),
        round_command=(*program, "check-round"),
        courier_secret=secret,
    )


def window_parts(parts: Parts) -> "WindowParts":
    """Returns what the window works with; it sends nothing by itself."""
    from smtp_desktop.ui.window.window_parts import WindowParts

    return WindowParts(
        profiles=parts.profiles,
        tester=parts.tester,
        finder=parts.finder,
        rounds=parts.rounds,
        mailbox_reader=parts.mailbox_reader,
        activities=parts.activities,
        end_dates=parts.end_dates,
        outbox=parts.outbox,
        next_work_at=parts.next_work_at,
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
