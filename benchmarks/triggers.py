"""How many mails a second the outbox keeps, each on the disk before the next, beside a bare loop over sqlite3 that does
the same by hand. Prints a table."""

import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from smtp_desktop.domain.activity import ActivityDraft
from smtp_desktop.domain.draft import ProfileDraft
from smtp_desktop.parts import Parts, build
from smtp_desktop.vault.memory import ProcessVault

ROUNDS = 7
MAILS = 500
BATCH = 100
NAMES = [{"name": f"Customer {number}"} for number in range(MAILS)]
TEXT = "Dear {{ name }},\n\nyour report is ready.\n"
TABLE = "CREATE TABLE mail (id INTEGER PRIMARY KEY, created_at INTEGER, recipient TEXT, subject TEXT, content TEXT)"
INSERT = "INSERT INTO mail (created_at, recipient, subject, content) VALUES (?, ?, ?, ?)"


class Unheard:
    """Takes events where nobody listens."""

    def publish(self, event: object) -> None:
        """Does nothing."""


def by_hand(path: Path, batch: int) -> None:
    """The mails are in a table of their own, `batch` of them a transaction, with the outbox's settings."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(TABLE)
        for start in range(0, MAILS, batch):
            connection.execute("BEGIN IMMEDIATE")
            for values in NAMES[start : start + batch]:
                content = TEXT.replace("{{ name }}", values["name"])
                now = int(datetime.now(UTC).timestamp() * 1e6)
                connection.execute(INSERT, [now, "a@company.example", f"For {values['name']}", content])
            connection.execute("COMMIT")


def opened(home: Path) -> Parts:
    """Returns the program on an empty folder, with an SMTP and an activity."""
    home.mkdir()
    parts = build(home, events=Unheard(), vault=ProcessVault())
    server = ProfileDraft(
        name="relay",
        host_name="127.0.0.1",
        auth_required=False,
        from_address="me@company.example",
        is_default=True,
    )
    parts.profiles.create(server)
    parts.activities.create(ActivityDraft(name="report", to="a@company.example", subject="For {{ name }}", text=TEXT))
    return parts


def by_outbox(home: Path, batch: int) -> float:
    """Returns the seconds that triggering took, `batch` mails at a time."""
    with closing(opened(home)) as parts:
        (activity,) = parts.activities.all()
        started = time.perf_counter()
        for start in range(0, MAILS, batch):
            if batch == 1:
                parts.outbox.trigger(activity.id, NAMES[start])
            else:
                parts.outbox.trigger_many(activity.id, NAMES[start : start + batch])
        return time.perf_counter() - started


def timed(path: Path, batch: int) -> float:
    started = time.perf_counter()
    by_hand(path, batch)
    return time.perf_counter() - started


CASES: dict[str, tuple[Callable[[Path, int], float], int]] = {
    "sqlite3 by hand, one by one": (timed, 1),
    "trigger, one by one": (by_outbox, 1),
    f"sqlite3 by hand, {BATCH} at a time": (timed, BATCH),
    f"trigger_many, {BATCH} at a time": (by_outbox, BATCH),
}


def measured() -> dict[str, list[float]]:
    """Returns the mails per second of each round by case; they take turns, after a round that does not count."""
    taken: dict[str, list[float]] = {name: [] for name in CASES}
    with tempfile.TemporaryDirectory() as folder:
        for number in range(ROUNDS + 1):
            for case, (name, (run, batch)) in enumerate(CASES.items()):
                per_second = MAILS / run(Path(folder) / f"{number}-{case}", batch)
                if number:
                    taken[name].append(per_second)
    return taken


def main() -> None:
    print(f"Python {sys.version.split()[0]} on {sys.platform}, SQLite {sqlite3.sqlite_version}, median of {ROUNDS}")
    print(f"{'mails per second':<32}{'median':>9}{'least':>9}{'most':>9}{'of by hand':>12}")
    beside = 0.0
    for name, taken in measured().items():
        beside = median(taken) if "by hand" in name else beside
        numbers = "".join(f"{number:>9,.0f}" for number in (median(taken), min(taken), max(taken)))
        print(f"{name:<32}{numbers}{median(taken) / beside:>12.2f}")


if __name__ == "__main__":
    main()
