"""How long the command line takes, as whole processes, beside a Python that does nothing. Prints a table."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

ROUNDS = 7
PROGRAM = shutil.which("smtp-desktop", path=Path(sys.executable).parent) or "smtp-desktop"
COMMANDS: Mapping[str, Sequence[str]] = {
    "python -c pass": (sys.executable, "-c", "pass"),
    "smtp-desktop --version": (PROGRAM, "--version"),
    "smtp-desktop smtp list": (PROGRAM, "smtp", "list"),
}


def seconds_of(command: Sequence[str], environment: Mapping[str, str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def measured() -> dict[str, list[float]]:
    """Returns the seconds of each round by command; they take turns, after a round that does not count."""
    taken: dict[str, list[float]] = {name: [] for name in COMMANDS}
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "SMTP_DESKTOP_HOME": home}
        for number in range(ROUNDS + 1):
            for name, command in COMMANDS.items():
                seconds = seconds_of(command, environment)
                if number:
                    taken[name].append(seconds)
    return taken


def main() -> None:
    print(f"Python {sys.version.split()[0]} on {sys.platform}, median of {ROUNDS}")
    print(f"{'':<24}{'median':>10}{'least':>10}{'most':>10}")
    for name, taken in measured().items():
        numbers = "".join(f"{seconds * 1000:>7.0f} ms" for seconds in (median(taken), min(taken), max(taken)))
        print(f"{name:<24}{numbers}")


if __name__ == "__main__":
    main()
