"""The time from exec until the cards are painted and the process has ended, with 20 and with 10,000 SMTPs in the
store, compared with a bare QMainWindow that is painted and exits; offscreen and on X11. Whole processes, as the
operating system accounts for them; byte code is warm. Prints a table; fails if a limit is exceeded.

Needs the Debian packages xvfb, libxcb-cursor0, libxkbcommon-x11-0, libxcb-icccm4, libxcb-keysyms1 and libxcb-shape0.
"""

import os
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from x_server import x_server

from smtp_desktop.composition.application import Application
from smtp_desktop.domain.checks.health import CheckResult, TestKind
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.store.health import SqliteHealth
from smtp_desktop.vault.memory import ProcessVault

ROUNDS = 15
FEW, MANY = 20, 10_000
BARE_LIMIT, MANY_LIMIT = 1.5, 1.1
BARE = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow

class Window(QMainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        QTimer.singleShot(0, self.close)

app = QApplication(sys.argv[:1])
window = Window()
window.resize(1440, 900)
window.show()
sys.exit(app.exec())
"""
# One name of Qt's makes PySide build all of that namespace's 93 enumerations, which every real window needs.
NAMED = BARE.replace("QTimer\n", "Qt, QTimer\n").replace("window = Window()\n", "window = Window()\nQt.Key.Key_A\n")


def fill(home: Path, count: int) -> None:
    """The store in `home` has `count` SMTPs, each checked some times: once with many, 14 times with few."""
    home.mkdir()
    now = datetime.now(UTC)
    with closing(Application(home, vault=ProcessVault())) as application:
        health = SqliteHealth(application.database)
        draft = ProfileDraft(
            name="relay",
            host_name="mail.company.example",
            auth_required=False,
            from_address="reports@company.example",
            description="Sends what the machines of one hall report.",
        )
        first = application.services.profiles.create(draft)
        with application.database.write() as connection:
            # Creating them one by one compares each with all others.
            row = dict(connection.execute("SELECT * FROM smtp WHERE id = ?", [first.id]).fetchone())
            connection.execute("DELETE FROM smtp WHERE id = ?", [first.id])
            connection.executemany(
                f"INSERT INTO smtp ({', '.join(row)}) VALUES ({', '.join(f':{column}' for column in row)})",
                [
                    row
                    | {
                        "id": f"{number:032x}",
                        "name": f"relay_{number:05}",
                        "is_default": number == 0,
                        "host_name": f"mail{number}.company.example",
                        "from_address": f"reports{number}@company.example",
                    }
                    for number in range(count)
                ],
            )
        for number in range(count):
            for minutes in range(14 if count == FEW else 1):
                at = now - timedelta(minutes=60 - minutes)
                profile_id = ProfileId(f"{number:032x}")
                result = CheckResult(profile_id=profile_id, at=at, test_kind=TestKind.CHECK, ok=True, duration_ms=120.0)
                health.record(result)


def milliseconds_of(command: Sequence[str], environment: Mapping[str, str]) -> tuple[float, float]:
    """Returns how long the process took, and of how much of the processor it had the use."""
    started = time.perf_counter()
    process = os.posix_spawn(command[0], command, environment)
    _, status, used = os.wait4(process, 0)
    taken = time.perf_counter() - started
    if status:
        raise SystemExit(f"{' '.join(command)} ended with {os.waitstatus_to_exitcode(status)}")
    return taken * 1000, (used.ru_utime + used.ru_stime) * 1000


def measured(folder: Path, platform: Mapping[str, str]) -> dict[str, list[tuple[float, float]]]:
    """Returns the milliseconds of each round by case; they take turns, after a round that does not count."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment |= platform
    program = [sys.executable, "-m", "smtp_desktop", "--home"]
    cases = {"bare QMainWindow": [sys.executable, "-c", BARE], "bare, names Qt.Key": [sys.executable, "-c", NAMED]}
    for count in (FEW, MANY):
        cases[f"{count:,} SMTPs"] = [*program, str(folder / str(count)), "--exit-after-first-paint"]
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in cases}
    for number in range(ROUNDS + 1):
        for name, command in cases.items():
            once = milliseconds_of(command, environment)
            if number:
                taken[name].append(once)
    return taken


def print_ratios(taken: Mapping[str, list[tuple[float, float]]]) -> tuple[float, float]:
    """Prints the rows of one platform. Returns the ratio of few to bare, and that of many to few."""
    walls = {name: [wall for wall, _ in rounds] for name, rounds in taken.items()}
    bare, _, few, many = walls.values()
    for name, rounds in taken.items():
        busy = median(cpu for _, cpu in rounds)
        numbers = "".join(f"{number:>9.0f}" for number in (median(walls[name]), min(walls[name]), max(walls[name])))
        print(f"  {name:<22}{numbers}{busy:>11.0f}{median_ratio(walls[name], bare):>12.2f}")
    return median_ratio(few, bare), median_ratio(many, few)


def median_ratio(these: Sequence[float], those: Sequence[float]) -> float:
    """Returns the median of the rounds' ratios: each round compares what ran within the same second, so that a machine
    which becomes slower for a while changes none of them."""
    return median(one / other for one, other in zip(these, those, strict=True))


def main() -> int:
    print(f"Python {sys.version.split()[0]}, exec to first paint and exit, median of {ROUNDS}")
    print(f"{'ms':<24}{'median':>9}{'least':>9}{'most':>9}{'processor':>11}{'of bare':>12}")
    kept = True
    with tempfile.TemporaryDirectory() as name, x_server() as display:
        folder = Path(name)
        for count in (FEW, MANY):
            fill(folder / str(count), count)
        platforms = {
            "offscreen": {"QT_QPA_PLATFORM": "offscreen"},
            "xcb": {"QT_QPA_PLATFORM": "xcb", "DISPLAY": display},
        }
        for platform, variables in platforms.items():
            print(platform)
            of_bare, of_few = print_ratios(measured(folder, variables))
            for what, ratio, limit in (
                (f"{FEW} of bare", of_bare, BARE_LIMIT),
                (f"{MANY:,} of {FEW}", of_few, MANY_LIMIT),
            ):
                print(f"  {what} {ratio:.2f}, at most {limit}: {'yes' if ratio <= limit else 'NO'}")
                kept = kept and ratio <= limit
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
