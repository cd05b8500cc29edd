"""The start: of the window, of the command line, or of neither where only the version is asked for."""
# ruff: noqa: PLC0415 - the three doors: --version imports nothing, the command line no Qt

import gc
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from smtp_desktop import __version__

if TYPE_CHECKING:
    from smtp_desktop.services.services import Services

_FILES_WANTED = 4096  # a conversation holds four: 200 at once need more than the 256 that macOS gives


def program() -> NoReturn:
    """Runs the program, and ends the process at once: a worker that waits for a keyring which never answers would hold
    it for ever, and taking down all that was loaded takes longer than the system does. Nothing is lost by that: the
    database and the log are closed by now."""
    code = main()
    for stream in (sys.stdout, sys.stderr):
        # There is none in a program without a console on Windows; `… | head` has closed it.
        if stream:
            with suppress(BrokenPipeError):
                stream.flush()
    os._exit(code)


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the program, as a window or in the terminal; returns its exit code (`cli.exit_codes`)."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments == ["--version"]:
        sys.stdout.write(f"smtp-desktop {__version__}\n")
        return 0
    # Nothing that is loaded at the start is ever garbage. It is looked for again as soon as the work begins.
    gc.disable()
    make_room_for_connections()
    if not arguments or arguments[0].startswith("-"):
        from smtp_desktop.composition.window_options import window_options

        options = window_options(arguments)
        if options is not None:
            from smtp_desktop.composition.window import run_window

            return run_window(options)
    from smtp_desktop.cli.app import run

    return run(arguments, open_services)


@contextmanager
def open_services(home: Path | None) -> Iterator["Services"]:
    """Opens the data folder `home`, or the usual one for None, for the command line. Raises StoreError."""
    from smtp_desktop.composition.application import Application
    from smtp_desktop.composition.data_folder import opened_home

    application = Application(opened_home(home))
    try:
        application.start_logging()
        if application.home_risk:
            sys.stderr.write(f"Warning: {application.home_risk}\n")
        gc.enable()
        yield application.services
    finally:
        application.close()


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
