"""The run time of commands, as whole processes, compared with a Python that does nothing. Byte code is warm. Prints a
table; fails if a limit is exceeded.

The limits are for the environment that dev.py makes, whose `python -c pass` also loads the finder of an editable
install. In a regular install Python itself starts in half of that time, and importing click takes four times as long.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

ROUNDS = 9
SMTPS = 20
PROGRAM = shutil.which("smtp-desktop", path=Path(sys.executable).parent) or "smtp-desktop"
NOTHING = "python -c pass"
COMMANDS: Mapping[str, Sequence[str]] = {
    NOTHING: (sys.executable, "-c", "pass"),
    "smtp-desktop --version": (PROGRAM, "--version"),
    "smtp-desktop smtp list": (PROGRAM, "smtp", "list"),
}
LIMITS = {"smtp-desktop --version": 3.0, "smtp-desktop smtp list": 5.0}


def fill(environment: Mapping[str, str]) -> None:
    """The data folder has some SMTPs."""
    for number in range(SMTPS):
        name, server = f"relay_{number:02}", ("--host", "mail.company.example", "--no-auth", "--from", "a@b.example")
        subprocess.run([PROGRAM, "smtp", "create", name, *server], check=True, env=environment, capture_output=True)


def milliseconds_of(command: Sequence[str], environment: Mapping[str, str]) -> float:
    started = time.perf_counter()
    process = os.posix_spawn(
        command[0], command, environment, file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    )
    _, status, _ = os.wait4(process, 0)
    taken = time.perf_counter() - started
    if status:
        raise SystemExit(f"{' '.join(command)} ended with {os.waitstatus_to_exitcode(status)}")
    return taken * 1000


def measured() -> dict[str, list[float]]:
    """Returns the milliseconds of each round by command; they take turns, after a round that does not count."""
    taken: dict[str, list[float]] = {name: [] for name in COMMANDS}
    with tempfile.TemporaryDirectory() as home:
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        environment["SMTP_DESKTOP_HOME"] = home
        fill(environment)
        for number in range(ROUNDS + 1):
            for name, command in COMMANDS.items():
                milliseconds = milliseconds_of(command, environment)
                if number:
                    taken[name].append(milliseconds)
    return taken


def main() -> int:
    print(f"Python {sys.version.split()[0]} on {sys.platform}, {SMTPS} SMTPs, median of {ROUNDS}")
    print(f"{'ms':<24}{'median':>9}{'least':>9}{'most':>9}{'of nothing':>12}{'at most':>9}")
    table = measured()
    missed = False
    for name, taken in table.items():
        ratio, limit = median(taken) / median(table[NOTHING]), LIMITS.get(name)
        numbers = "".join(f"{number:>9.0f}" for number in (median(taken), min(taken), max(taken)))
        judged = "" if limit is None else f"{limit:>9.1f} {'yes' if ratio <= limit else 'NO'}"
        print(f"{name:<24}{numbers}{ratio:>12.2f}{judged}")
        missed = missed or (limit is not None and ratio > limit)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
