"""The rate at which the outbox stores mails of 4 KB, each on the disk before the trigger returns, compared with a bare
loop over sqlite3 (WAL, synchronous = FULL) that fills in the same text and inserts one row a mail. Prints a table;
fails if a case is below its share of the bare loop's rate. Needs only the program's own environment."""

import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from smtp_desktop.composition.application import Application
from smtp_desktop.domain.delivery.activity import ActivityDraft
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.vault.memory import ProcessVault

ROUNDS = 7
BATCH = 100
MAILS = {1: 1500, BATCH: 6000}
"""Mails per round, by mails per transaction: enough for the write-ahead log to restart, as in long use."""
LEAST = {1: 0.8, BATCH: 0.5}
"""The least share of the bare loop's rate, by mails per transaction."""
LINE = "All is well in {{ place }}, and every line of this report says so again.\n"
TEXT = f"Dear {{{{ name }}}},\n\n{LINE}{LINE.replace('{{ place }}', 'the plant') * 54}\n{LINE}Yours, {{{{ place }}}}\n"
SUBJECT = "Report for {{ name }}"
VALUES = [
    {"name": f"Customer {number}", "place": f"Plant {number % 90 + 10}", "email": f"customer{number}@company.example"}
    for number in range(max(MAILS.values()))
]
TABLE = "CREATE TABLE mail (id INTEGER PRIMARY KEY, created_at INTEGER, recipient TEXT, subject TEXT, content TEXT)"
INSERT = "INSERT INTO mail (created_at, recipient, subject, content) VALUES (?, ?, ?, ?)"


def filled(template: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        template = template.replace(f"{{{{ {name} }}}}", value)
    return template


def by_hand(path: Path, batch: int) -> float:
    """Returns the seconds that it takes to put mails into a table of their own, `batch` of them a transaction, with the
    outbox's settings."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(TABLE)
        started = time.perf_counter()
        for start in range(0, MAILS[batch], batch):
            connection.execute("BEGIN IMMEDIATE")
            for values in VALUES[start : start + batch]:
                now = int(datetime.now(UTC).timestamp() * 1e6)
                mail = (now, values["email"], filled(SUBJECT, values), filled(TEXT, values))
                connection.execute(INSERT, mail)
            connection.execute("COMMIT")
        return time.perf_counter() - started


def opened(home: Path) -> Application:
    """Returns the program on an empty folder, with an SMTP and an activity."""
    application = Application(home, vault=ProcessVault())
    server = ProfileDraft(
        name="relay",
        host_name="127.0.0.1",
        auth_required=False,
        from_address="me@company.example",
        is_default=True,
    )
    application.services.profiles.create(server)
    application.services.activities.create(ActivityDraft(name="report", to="{{ email }}", subject=SUBJECT, text=TEXT))
    return application


def by_outbox(home: Path, batch: int) -> float:
    """Returns the seconds that triggering takes, `batch` mails at a time."""
    with closing(opened(home)) as application:
        (activity,) = application.services.activities.all()
        started = time.perf_counter()
        for start in range(0, MAILS[batch], batch):
            if batch == 1:
                application.services.outbox.trigger(activity.id, VALUES[start])
            else:
                application.services.outbox.trigger_many(activity.id, VALUES[start : start + batch])
        return time.perf_counter() - started


CASES: dict[str, tuple[Callable[[Path, int], float], int]] = {
    "sqlite3 by hand, one by one": (by_hand, 1),
    "trigger, one by one": (by_outbox, 1),
    f"sqlite3 by hand, {BATCH} at a time": (by_hand, BATCH),
    f"trigger_many, {BATCH} at a time": (by_outbox, BATCH),
}


def measured() -> dict[str, list[float]]:
    """Returns the mails per second of each round by case; they take turns, after a round that does not count."""
    taken: dict[str, list[float]] = {name: [] for name in CASES}
    for number in range(ROUNDS + 1):
        for name, (run, batch) in CASES.items():
            with tempfile.TemporaryDirectory() as folder:
                per_second = MAILS[batch] / run(Path(folder) / "home", batch)
            if number:
                taken[name].append(per_second)
    return taken


def main() -> int:
    """Returns 1 where a limit is missed."""
    size = len(filled(TEXT, VALUES[0]))
    print(f"Python {sys.version.split()[0]} on {sys.platform}, SQLite {sqlite3.sqlite_version}, {size:,} bytes a mail,")
    print(f"median of {ROUNDS} rounds; ratios are those of each round")
    print(f"{'mails per second':<32}{'median':>9}{'least':>9}{'most':>9}{'of by hand':>12}{'limit':>7}")
    missed = False
    taken = measured()
    beside: list[float] = []
    for name, (run, batch) in CASES.items():
        numbers = "".join(f"{number:>9,.0f}" for number in (median(taken[name]), min(taken[name]), max(taken[name])))
        if run is by_hand:
            beside = taken[name]
            print(f"{name:<32}{numbers}{1:>12.2f}")
            continue
        ratio = median(own / other for own, other in zip(taken[name], beside, strict=True))
        reached = ratio >= LEAST[batch]
        missed = missed or not reached
        print(f"{name:<32}{numbers}{ratio:>12.2f}{LEAST[batch]:>7} {'yes' if reached else 'NO'}")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
