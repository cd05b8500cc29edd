"""How every start begins: the window, the command line, or what needs neither."""
# ruff: noqa: PLC0415 - every way to start imports only what it needs: --version nothing, the command line no Qt

import gc
import os
import sys

from smtp_desktop import __version__

TYPE_CHECKING = False  # typing's own takes longer to load than all of --version
if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from typing import NoReturn

    from smtp_desktop.composition.parts import Parts
    from smtp_desktop.composition.window_options import WindowOptions

_FILES_WANTED = 4096  # a conversation holds four: 200 at once need more than the 256 that macOS gives


def program() -> "NoReturn":
    """The process is over, at once: a worker that waits for a keyring which never answers would hold it for ever, and
    taking down all that was loaded takes longer than the system does. Nothing is lost by that: the database and the
    log are closed by now."""
    code = main()
    for stream in (sys.stdout, sys.stderr):
        try:
            # There is none in a program without a console on Windows.
            if stream:
                stream.flush()
        except BrokenPipeError:
            continue  # `… | head` has closed it
    os._exit(code)


def main(argv: "Sequence[str] | None" = None) -> int:
    """The program ran, as a window or in the terminal; returns its exit code (`cli.exit_codes`)."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments == ["--version"]:
        sys.stdout.write(f"smtp-desktop {__version__}\n")
        return 0
    # Nothing that is loaded at the start is ever garbage. It is looked for again as soon as the work begins.
    gc.disable()
    make_room_for_connections()
    if not arguments or arguments[0].startswith("-"):
        from smtp_desktop.composition.window_options import window_options

        window = window_options(arguments)
        if window is not None:
            return _run_window(window)
    from smtp_desktop.cli.app import run

    return run(arguments, _opened)


def _run_window(options: "WindowOptions") -> int:
    if sys.platform == "linux":
        from smtp_desktop.composition.ahead import load_libraries

        load_libraries()
    from smtp_desktop.composition.opening import run_window

    return run_window(options)


def _opened(home: "Path | None") -> "Parts":
    from smtp_desktop.composition.data_folder import opened_home
    from smtp_desktop.composition.parts import Unheard, build

    parts = build(opened_home(home), events=Unheard())
    parts.start_logging()
    gc.enable()
    return parts


def make_room_for_connections() -> None:
    """This process may hold some thousand files and connections open, where the system lets it."""
    if sys.platform == "win32":
        return  # has no such limit
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES_WANTED if hard == resource.RLIM_INFINITY else min(_FILES_WANTED, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        from contextlib import suppress

        # ValueError: macOS has a further limit of its own.
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
