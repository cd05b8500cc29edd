"""The start: of the window, of the command line, or of neither where only the version is asked for."""
# ruff: noqa: PLC0415 - the three doors: --version imports nothing, the command line no Qt

import gc
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NoReturn, TextIO

from smtp_desktop import __version__
from smtp_desktop.domain.shortage import SHORTAGE_ERRORS, lacking

_EX_CANTCREAT, _EX_TEMPFAIL = 73, 75  # sysexits.h; `cli.exit_codes` is not loaded for a version
_COMPLETION = "_SMTP_DESKTOP_COMPLETE"  # the shell asks what may follow, without any words
_FILES_WANTED = 4096  # a conversation holds four: 200 at once need more than the 256 that macOS gives


def program() -> NoReturn:
    """Runs the program, and ends the process at once: a worker that waits for a keyring which never answers would hold
    it for ever, and taking down all that was loaded takes longer than the system does. Nothing is lost by that: the
    database and the log are closed by now."""
    _occupy_standard_streams()
    try:
        code = main()
    except SHORTAGE_ERRORS as error:
        # Only what comes before or after a command: a command says itself what it could not do.
        what = lacking(error)
        if what is None:
            raise
        code = _EX_TEMPFAIL
        _write(sys.stderr, f"Error: The program has run out of {what}. Nothing was done. Try again later.\n")
    for stream in (sys.stdout, sys.stderr):
        _write(stream, "")
    os._exit(code)


def _occupy_standard_streams() -> None:
    """Opens the null device where a standard stream is closed (`<&-`): else the next file that is opened, such as the
    log, gets its number, and what a library writes to standard error goes into that file."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free


def _write(stream: TextIO | None, text: str) -> None:
    """Writes `text` and all that is buffered. Not where the stream is closed, full, or nobody reads it any more."""
    if stream:
        with suppress(OSError):
            stream.write(text)
            stream.flush()


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the program, as a window or in the terminal; returns its exit code (`cli.exit_codes`)."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if argv is None and Path(sys.argv[0]).name == "sendmail":
        arguments = ["send", *arguments]  # a link of that name, for programs that call nothing else
    if arguments == ["--version"]:
        return _print_version()
    # Nothing that is loaded at the start is ever garbage. It is looked for again as soon as the work begins.
    gc.disable()
    make_room_for_connections()
    if _COMPLETION not in os.environ and (not arguments or arguments[0].startswith("-")):
        from smtp_desktop.composition.window_options import window_options

        options = window_options(arguments)
        if options is not None:
            from smtp_desktop.composition.window import run_window

            return run_window(options)
    from smtp_desktop.cli.app import run
    from smtp_desktop.composition.command_line import close_log, open_demo, open_home, open_log, open_services

    try:
        return run(arguments, open_services, open_demo, open_home, open_log)
    finally:
        close_log()


def _print_version() -> int:
    try:
        if sys.stdout is None:
            return _EX_CANTCREAT
        sys.stdout.write(f"smtp-desktop {__version__}\n")
        sys.stdout.flush()
    except BrokenPipeError:
        return 0
    except OSError as error:
        _write(sys.stderr, f"Error: Standard output can't be written: {error.strerror}.\n")
        return _EX_CANTCREAT
    return 0


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
