"""The memory of the program with its window open on 20 SMTPs, compared with KeePassXC at its first start: the
proportional set size (PSS) of the process and its children, once they have been idle for a second. The courier is not
among them, since it runs only while mail is due. Each on an X server of its own. Prints a table; fails if the limit is
exceeded.

Needs Linux and the Debian packages keepassxc, xvfb, libxcb-cursor0, libxkbcommon-x11-0, libxcb-icccm4, libxcb-keysyms1
and libxcb-shape0.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from statistics import median

from x_server import x_server

from smtp_desktop.composition.application import Application
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.vault.memory import ProcessVault

ROUNDS = 7
SMTPS = 20
AT_LEAST_S, AT_MOST_S = 3.0, 60.0
IDLE = 0.05  # of one processor
LIMIT = 1.1


def fill(home: Path) -> None:
    """The store in `home` has some SMTPs."""
    home.mkdir()
    with closing(Application(home, vault=ProcessVault())) as application:
        for number in range(SMTPS):
            application.services.profiles.create(
                ProfileDraft(
                    name=f"relay_{number:02}",
                    host_name="mail.company.example",
                    auth_required=False,
                    from_address="reports@company.example",
                    is_default=number == 0,
                )
            )


def family_of(process: int) -> list[int]:
    """Returns the process and all that it started, directly or not."""
    family = [process]
    for tasks in Path(f"/proc/{process}/task").iterdir():
        for child in (tasks / "children").read_text().split():
            family += family_of(int(child))
    return family


def busy_s(process: int) -> float:
    """Returns for how long the process has had the use of a processor."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def wait_for_rest(process: int) -> None:
    """For a second neither the process nor what it started had anything to do."""
    time.sleep(AT_LEAST_S)
    give_up_at = time.monotonic() + AT_MOST_S
    before = -1.0
    while time.monotonic() < give_up_at:
        now = sum(map(busy_s, family_of(process)))
        if 0 <= now - before <= IDLE:
            return
        before = now
        time.sleep(1)


def pss_mb(process: int) -> float:
    """Returns the proportional set size of that process alone."""
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def megabytes_of(command: Sequence[str], environment: Mapping[str, str]) -> list[float]:
    """Returns what each process takes, the one that was started first."""
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as started:
        wait_for_rest(started.pid)
        if started.poll() is not None:
            raise SystemExit(f"{' '.join(command)} ended by itself with {started.returncode}")
        taken = [pss_mb(process) for process in family_of(started.pid)]
        started.send_signal(signal.SIGTERM)
    return taken


def measured(folder: Path, display: str) -> dict[str, list[list[float]]]:
    """Returns the megabytes of each round by case; they take turns, after a round that does not count."""
    base = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    base |= {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "LC_ALL": "C.UTF-8"}
    home = folder / "home"
    fill(home)
    ours = [sys.executable, "-m", "smtp_desktop", "--home", str(home)]
    taken: dict[str, list[list[float]]] = {"KeePassXC": [], "SMTP Desktop": []}
    for number in range(ROUNDS + 1):
        empty = folder / f"empty-{number}"
        empty.mkdir()
        for name, command, owner in (
            ("KeePassXC", [shutil.which("keepassxc") or "keepassxc"], empty),
            ("SMTP Desktop", ours, folder),
        ):
            megabytes = megabytes_of(command, base | {"HOME": str(owner), "XDG_RUNTIME_DIR": str(owner)})
            if number:
                taken[name].append(megabytes)
    return taken


def main() -> int:
    print(f"Python {sys.version.split()[0]}, PSS at rest, median of {ROUNDS}")
    print(f"{'MB':<16}{'median':>9}{'least':>9}{'most':>9}{'processes':>11}{'of KeePassXC':>14}")
    with tempfile.TemporaryDirectory() as name, x_server() as display:
        table = measured(Path(name), display)
    peer = median(sum(one) for one in table["KeePassXC"])
    for name, rounds in table.items():
        totals = [sum(one) for one in rounds]
        numbers = "".join(f"{number:>9.0f}" for number in (median(totals), min(totals), max(totals)))
        print(f"{name:<16}{numbers}{len(rounds[-1]):>11}{median(totals) / peer:>14.2f}")
    first = median(one[0] for one in table["SMTP Desktop"])
    print(f"the window's process alone: {first:.0f} MB, {first / peer:.2f} of KeePassXC")
    ratio = median(sum(one) for one in table["SMTP Desktop"]) / peer
    print(f"at most {LIMIT} of KeePassXC: {'yes' if ratio <= LIMIT else 'NO'}")
    return 0 if ratio <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
