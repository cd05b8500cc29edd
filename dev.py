#!/usr/bin/env python3
"""Runs, tests and checks SMTP Desktop in a checkout. Sets up its own environment in .venv.

    python3 dev.py run [ARGS]     run the program, for example: run --demo, run smtp list
    python3 dev.py test [ARGS]    run the tests, except slow ones; ARGS are passed to pytest
    python3 dev.py test --long    run the slow tests
    python3 dev.py lint           run ruff, mypy and import-linter
    python3 dev.py lock [ARGS]    update both lock files (needs uv); ARGS are passed to uv, for example: lock --upgrade
    python3 dev.py shots          take screenshots of the window, into build/shots
    python3 dev.py shots --release    replace the screenshots in docs/screenshots
    python3 dev.py corpus         diagnose a collection of server replies, and print how many are diagnosed correctly
    python3 dev.py diagnosis      regenerate docs/diagnosis.md
    python3 dev.py cli            regenerate the reference of commands and of exported files in docs

    python3 dev.py --install-packages COMMAND ...    install system packages without asking

On Windows: py dev.py run. Needs the standard library only.
"""

import ctypes
import hashlib
import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
import venv
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

if sys.version_info < (3, 11):  # noqa: UP036 - said by older ones, which can read as far as here
    sys.exit("SMTP Desktop needs Python 3.11 or newer; this is {}.{}.".format(*sys.version_info[:2]))

ROOT = Path(__file__).resolve().parent
ENVIRONMENT = ROOT / ".venv"
LOCK = ROOT / "requirements.lock"  # what the program needs
DEV_LOCK = ROOT / "requirements-dev.lock"  # what developers need on top of it
PROJECT = ROOT / "pyproject.toml"
WINDOWS = os.name == "nt"
PYTHON = ENVIRONMENT / ("Scripts/python.exe" if WINDOWS else "bin/python")
STAMP = ENVIRONMENT / ".set-up"

SCRATCH_BYTES = 4 * 2**30  # ten times what all tests leave behind

EX_USAGE = 64
EX_UNAVAILABLE = 69

# What Qt's libraries link, by the Debian package that brings it. Even the offscreen platform needs these.
LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libxkbcommon.so.0": "libxkbcommon0",
}
# What a window on X11 needs in addition.
WINDOW_LIBRARIES = {
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
}


# Whether the user wants done what the question is about.
Agrees = Callable[[str], bool]


class Runs(Protocol):
    def __call__(self, command: Sequence[str], *, quiet: bool = False) -> bool: ...


class CannotSetUp(Exception):
    """The environment can't be made; the text says what to do."""


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def runs(command: Sequence[str], *, quiet: bool = False) -> bool:
    """Returns whether `command` could be run and ended well. Its output goes to standard error, or nowhere."""
    output = subprocess.DEVNULL if quiet else sys.stderr
    try:
        ended = subprocess.run(command, check=False, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
    except OSError:
        return False
    return ended.returncode == 0


# --- Debian's packages


def loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def missing_packages(wanted: Mapping[str, str], present: Callable[[str], bool] = loads) -> list[str]:
    """Returns the Debian packages of those libraries in `wanted` that are not `present`."""
    return [package for library, package in wanted.items() if not present(library)]


def apt_line(packages: Sequence[str]) -> str:
    return shlex.join(["apt-get", "install", "-y", "--no-install-recommends", *packages])


def packages_message(packages: Sequence[str], why: str, *, debian: bool) -> str:
    """Returns the one message for a user whose computer lacks `packages`, and where we do not install them."""
    if debian:
        return f"{why}. Run this once, then try again:\n\n    sudo {apt_line(packages)}\n"
    text = f"{why}. Install your system's equivalents of these Debian packages, then try again:"
    return f"{text}\n\n    {' '.join(packages)}\n"


def root_prefix(*, is_root: bool, sudo: str | None, terminal: bool) -> list[str] | None:
    """Returns what goes before a command that needs root, or None where we can't become root."""
    if is_root:
        return []
    if sudo is None:
        return None
    return [sudo] if terminal else [sudo, "-n"]  # -n: fails instead of asking for a password


def has_terminal() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def ask(question: str) -> bool:
    """Returns whether the user answers yes; without a terminal nobody is asked and the answer is no."""
    if not has_terminal():
        return False
    say(question)
    try:
        return input().strip().lower() in {"y", "yes"}
    except EOFError:
        return False


def yes(question: str) -> bool:  # noqa: ARG001 - stands in for `ask`
    return True


def install_packages(packages: Sequence[str], why: str, agrees: Agrees, run: Runs = runs) -> None:
    """Installs Debian packages if the user agrees. Raises CannotSetUp, which says what to run, if not."""
    if shutil.which("apt-get") is None:
        raise CannotSetUp(packages_message(packages, why, debian=False))
    message = packages_message(packages, why, debian=True)
    prefix = root_prefix(is_root=os.geteuid() == 0, sudo=shutil.which("sudo"), terminal=has_terminal())
    if prefix is None:
        raise CannotSetUp(message)
    line = shlex.join([*prefix, *shlex.split(apt_line(packages))])
    if not agrees(f"{why}. This command installs them:\n\n    {line}\n\nRun it now? [y/N]"):
        raise CannotSetUp(message)
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    install = [*apt, "install", "-y", "-q", "--no-install-recommends", *packages]
    say(f"installing {' '.join(packages)} ...")
    # Package lists may be missing or old, and reading them anew is slow: only after a first failure.
    if not (run(install, quiet=True) or (run([*apt, "update", "-q"]) and run(install))):
        raise CannotSetUp(message)


def ensure_libraries(agrees: Agrees, *, window: bool) -> None:
    """Makes sure that Qt finds its shared libraries. Raises CannotSetUp."""
    if not sys.platform.startswith("linux"):
        return
    missing = missing_packages(LIBRARIES | WINDOW_LIBRARIES if window else LIBRARIES)
    if missing:
        install_packages(missing, "Qt needs shared libraries that are missing here", agrees)


# --- The environment


def fingerprint(files: Sequence[bytes], python: str) -> str:
    """Returns what changes when the environment must be made anew: `files` are the locks and pyproject.toml."""
    parts = (*files, python.encode(), str(ROOT).encode())
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


def is_set_up(wanted: str) -> bool:
    return PYTHON.exists() and STAMP.exists() and STAMP.read_text(encoding="ascii") == wanted


@contextmanager
def only_one() -> Iterator[None]:
    """Lets one process at a time pass; the system lets go of the lock when a process dies."""
    folder = ROOT / "build"  # git ignores it
    folder.mkdir(exist_ok=True)
    with (folder / "dev.lock").open("a+b") as file:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415 - is only there on Windows

            while True:
                try:
                    msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
                    break
                except OSError:  # it gives up after ten tries, a second apart
                    time.sleep(1)
        else:
            import fcntl  # noqa: PLC0415 - is not there on Windows

            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def ensure_environment(agrees: Agrees) -> None:
    """Makes .venv hold exactly what both locks pin, and the program. Raises CannotSetUp."""
    files = [path.read_bytes() for path in (LOCK, DEV_LOCK, PROJECT)]
    wanted = fingerprint(files, f"{sys.version} {sys.base_prefix}")
    if is_set_up(wanted):
        return
    with only_one():
        if is_set_up(wanted):  # another process made it while we waited
            return
        say("setting up .venv (only once, about a minute) ...")
        pip = make_environment(agrees)
        install(pip)
        STAMP.write_text(wanted, encoding="ascii")


def make_environment(agrees: Agrees) -> list[str]:
    """Makes .venv anew and empty; returns the command that is its pip."""
    if not has_module("ensurepip") and not has_module("pip"):
        # A fresh Debian has neither.
        install_packages(["python3-venv"], "Python can't make environments here", agrees)
        importlib.invalidate_caches()
    with_pip = has_module("ensurepip")
    try:
        if ENVIRONMENT.exists():
            shutil.rmtree(ENVIRONMENT)
        venv.EnvBuilder(with_pip=with_pip, symlinks=not WINDOWS).create(ENVIRONMENT)
    except (OSError, subprocess.CalledProcessError) as error:
        raise CannotSetUp(f"Python could not make the environment {ENVIRONMENT}: {error}") from error
    return [str(PYTHON), "-m", "pip"] if with_pip else [sys.executable, "-m", "pip", "--python", str(PYTHON)]


def has_module(name: str) -> bool:
    return importlib.util.find_spec(name) is not None


def install(pip: Sequence[str]) -> None:
    install_command = [*pip, "-q", "--disable-pip-version-check", "install"]
    pinned = [*install_command, "--require-hashes", "--only-binary", ":all:", "-r", str(LOCK), "-r", str(DEV_LOCK)]
    # setuptools, which builds it, is among the pinned ones: nothing else is fetched.
    program = [*install_command, "--no-deps", "--no-build-isolation", "-e", str(ROOT)]
    if not (runs(pinned) and runs(program)):
        raise CannotSetUp(
            "The packages could not be installed; see pip's output above. Run the same command to try again."
        )


# --- The commands


def opens_window(arguments: Sequence[str]) -> bool:
    """Returns whether the program opens its window with these arguments, rather than work in the terminal."""
    rest = iter(arguments)
    for argument in rest:
        if argument == "--home":
            next(rest, None)  # a folder, not a command
        elif not argument.startswith("-") or argument in {"-h", "--help", "--version"}:
            return False
    return True


def no_display_message(platform: str, environ: Mapping[str, str]) -> str | None:
    """Returns what to say where no window can open, None where one can."""
    displays = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    if not platform.startswith("linux") or any(environ.get(name) for name in displays):
        return None
    return (
        "There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set), so no window can open.\n"
        "These work without one:\n\n"
        "    python3 dev.py run smtp list\n"
        "    python3 dev.py run inbox --demo\n"
        "    python3 dev.py test\n"
        "    QT_QPA_PLATFORM=offscreen python3 dev.py run --demo    (the window, unseen)\n"
    )


def run_program(arguments: Sequence[str]) -> int:
    message = no_display_message(sys.platform, os.environ) if opens_window(arguments) else None
    if message:
        # The environment is made all the same: the commands that are named need it.
        say(message)
        return EX_UNAVAILABLE
    return call([str(PYTHON), "-m", "smtp_desktop", *arguments], cwd=Path.cwd())


def pytest_arguments(arguments: Sequence[str]) -> list[str]:
    """Returns what `arguments` of `dev.py test` are for pytest. `--long` chooses the tests marked `long`, which
    are left out without it."""
    others = [argument for argument in arguments if argument != "--long"]
    chosen = ["-m", "long"] if "--long" in arguments else []
    # The whole suite goes to every core; for a few tests, starting more processes takes longer than it saves.
    return [*chosen, *(others or ["-n", "auto", "--dist", "loadgroup"])]


def scratch(memory: Path = Path("/dev/shm")) -> dict[str, str]:
    """Returns the variable by which pytest keeps the files of tests in `memory`: databases wait for a disk at each
    commit, a third of the time that all tests take. Empty where there is no such folder, it is small, or no program may
    run in it."""
    if not memory.is_dir() or not os.access(memory, os.W_OK | os.X_OK):
        return {}
    status = os.statvfs(memory)
    usable = not status.f_flag & os.ST_NOEXEC and status.f_bavail * status.f_frsize > SCRATCH_BYTES
    return {"PYTEST_DEBUG_TEMPROOT": str(memory)} if usable else {}


def run_tests(arguments: Sequence[str]) -> int:
    # What takes long may take much room as well.
    folder = {} if "--long" in arguments else scratch()
    return call([str(PYTHON), "-m", "pytest", *pytest_arguments(arguments)], {"QT_QPA_PLATFORM": "offscreen", **folder})


def lint() -> int:
    tools = (
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        ["mypy"],
        ["lint-imports"],
    )
    folder = PYTHON.parent
    codes = []
    for tool, *arguments in tools:
        say(f"$ {shlex.join([tool, *arguments])}")
        codes.append(call([str(folder / (tool + ".exe" if WINDOWS else tool)), *arguments]))
    return max(codes)


def pinned_names(lock: str) -> list[str]:
    """Returns the names of the packages that the text of a lock file pins."""
    return re.findall(r"^([\w.-]+)==", lock, re.MULTILINE)


def lock(arguments: Sequence[str]) -> int:
    """Writes both lock files; what is pinned there stays, unless `arguments` tell uv to upgrade it."""
    if shutil.which("uv") is None:
        raise CannotSetUp("uv is not on PATH. Install it (pipx install uv), then try again.")
    # Without any address: whoever installs chooses the index.
    uv = [
        *[
            "uv",
            "pip",
            "compile",
            "--universal",
            "--generate-hashes",
            "--no-header",
            "--quiet",
            "--python-version",
            "3.11",
        ],
        *arguments,
    ]
    code = call([*uv, PROJECT.name, "-o", LOCK.name])
    if code:
        return code
    # At the program's versions, and without the packages that its own lock names.
    program = pinned_names(LOCK.read_text(encoding="ascii"))
    left_out = [option for name in program for option in ("--no-emit-package", name)]
    return call([*uv, "--group", "dev", "-c", LOCK.name, *left_out, "-o", DEV_LOCK.name])


def shots(arguments: Sequence[str]) -> int:
    return call([str(PYTHON), str(ROOT / "docs" / "screenshots.py"), *arguments], {"QT_QPA_PLATFORM": "offscreen"})


def corpus(arguments: Sequence[str]) -> int:
    return call([str(PYTHON), str(ROOT / "tests" / "corpus" / "score.py"), *arguments])


def diagnosis() -> int:
    return call([str(PYTHON), str(ROOT / "docs" / "diagnosis.py")])


def cli() -> int:
    pages = (ROOT / "docs" / name for name in ("cli.py", "export.py"))
    return max(call([str(PYTHON), str(page)]) for page in pages)


def call(command: Sequence[str], defaults: Mapping[str, str] | None = None, *, cwd: Path = ROOT) -> int:
    """Returns the exit code of `command`; variables in `defaults` give way to those of the environment."""
    return subprocess.run(command, check=False, cwd=cwd, env={**(defaults or {}), **os.environ}).returncode


def prepared(command: str, arguments: Sequence[str], agrees: Agrees) -> int:
    """Makes what `command` needs, then does it; returns its exit code. Raises CannotSetUp."""
    ensure_environment(agrees)
    if command == "lint":
        return lint()
    if command == "corpus":
        return corpus(arguments)
    if command == "diagnosis":
        return diagnosis()
    if command == "cli":
        return cli()
    sees_window = command == "run" and os.environ.get("QT_QPA_PLATFORM", "xcb") == "xcb"
    needs_qt = opens_window(arguments) and no_display_message(sys.platform, os.environ) is None
    if command != "run" or needs_qt:
        ensure_libraries(agrees, window=sees_window)
    return {"run": run_program, "test": run_tests, "shots": shots}[command](arguments)


def main(arguments: Sequence[str]) -> int:
    agrees = ask
    if arguments and arguments[0] == "--install-packages":
        agrees, arguments = yes, arguments[1:]
    command, rest = (arguments[0], arguments[1:]) if arguments else ("", ())
    if command in {"run", "test", "lint", "shots", "corpus", "diagnosis", "cli"}:
        return prepared(command, rest, agrees)
    if command == "lock":
        return lock(rest)
    say(__doc__ or "")
    return 0 if command in {"-h", "--help", "help"} else EX_USAGE


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except CannotSetUp as error:
        say(f"\n{error}")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
