"""The queues of open mails, and the SMTPs that they lead to now."""

import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from smtp_desktop.domain.delivery.holds import HoldState, SmtpHold
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.store.outbox.holds import find_holds
from smtp_desktop.store.timestamps import to_microseconds

# The index has each queue in order: the mails of a held or busy SMTP are skipped without reading them.
_NEXT_QUEUE = """
SELECT min(queue) FROM delivery WHERE courier IS NULL AND next_try_at IS NOT NULL AND queue > ?
"""
_OF_QUEUE = "FROM delivery WHERE courier IS NULL AND next_try_at IS NOT NULL AND queue = ?"
_COUNT_IN_QUEUE = f"SELECT count(*) {_OF_QUEUE}"
_IN_QUEUE = f"SELECT next_try_at, id {_OF_QUEUE}"
DUE_IN_QUEUE = f"{_IN_QUEUE} AND next_try_at <= ? ORDER BY next_try_at, id LIMIT ?"
_ARRIVALS_BY_SMTP = "SELECT smtp_id, count(*) AS mails FROM arrival GROUP BY smtp_id"
FIRST_IN_QUEUE = f"{_IN_QUEUE} ORDER BY next_try_at, id LIMIT 1"


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRoute:
    """A queue, the SMTP that its mails go through now ("" where there is none), and the SMTPs before that one that are
    paused and look for a probe, each with the moment from which it does."""

    queue: str
    through: str
    probes: Mapping[str, int]
    held: bool = False
    """Whether every SMTP that its mails may go through is held or paused."""
    opens_at: int = 0
    """From when mails go `through` it: later than now where its own limits are used up."""


def routes(connection: sqlite3.Connection, *, excluding: Collection[str] = ()) -> Sequence[QueueRoute]:
    """Returns every queue that has an open mail, with its way. An SMTP in `excluding` takes nothing more."""
    queues = list(_queues(connection))
    if not queues:
        return ()  # mostly so; saves reading the SMTPs, which may be thousands
    smtps = connection.execute("SELECT id, is_default FROM smtp").fetchall()
    default_id = next((row["id"] for row in smtps if row["is_default"]), "")
    ways = _Ways({row["id"] for row in smtps}, find_holds(connection), excluding)
    return [ways.route(queue, default_id) for queue in queues]


class _Ways:
    """Which SMTPs are open, and from when."""

    def __init__(self, smtps: Collection[str], holds: Sequence[SmtpHold], excluding: Collection[str]) -> None:
        self._smtps = frozenset(smtps)
        self._holds: Mapping[str, SmtpHold] = {
            hold.profile_id: hold for hold in holds if hold.state is not HoldState.SLOWED
        }
        self._excluding = excluding

    def route(self, queue: str, default_id: str) -> QueueRoute:
        smtp_id, _, backup_id = queue.partition("\n")
        probes: dict[str, int] = {}
        for candidate in (smtp_id or default_id, backup_id):
            if candidate not in self._smtps:
                continue
            hold = self._holds.get(candidate)
            if hold is None or not hold.stops:
                opens_at = to_microseconds(hold.until) if hold and hold.until else 0
                through = "" if candidate in self._excluding else candidate
                return QueueRoute(queue=queue, through=through, probes=probes, opens_at=opens_at)
            if hold.state is not HoldState.HELD and hold.until and candidate not in self._excluding:
                probes[candidate] = to_microseconds(hold.until)
        held = not self._smtps.isdisjoint((smtp_id or default_id, backup_id))
        return QueueRoute(queue=queue, through="", probes=probes, held=held)


def count_held(connection: sqlite3.Connection) -> int:
    """Returns how many open mails wait for an SMTP that is held or paused."""
    held = [route.queue for route in routes(connection) if route.held]
    return sum(int(connection.execute(_COUNT_IN_QUEUE, [queue]).fetchone()[0]) for queue in held)


def count_waiting(connection: sqlite3.Connection) -> Mapping[ProfileId, int]:
    """Returns how many open mails, which are not being sent, belong to each SMTP that has any: those of the default
    SMTP are its own, and those of an SMTP that is gone. "" stands for none."""
    counts = {queue: int(connection.execute(_COUNT_IN_QUEUE, [queue]).fetchone()[0]) for queue in _queues(connection)}
    found = [(queue.partition("\n")[0], count) for queue, count in counts.items()]
    found += [(row["smtp_id"] or "", row["mails"]) for row in connection.execute(_ARRIVALS_BY_SMTP)]
    if not found:
        return {}  # mostly so; saves reading the SMTPs, which may be thousands
    smtps = connection.execute("SELECT id, is_default FROM smtp").fetchall()
    default_id = next((row["id"] for row in smtps if row["is_default"]), "")
    known = {row["id"] for row in smtps}
    waiting: dict[ProfileId, int] = {}
    for smtp_id, count in found:
        owner = ProfileId(smtp_id if smtp_id in known else default_id)
        waiting[owner] = waiting.get(owner, 0) + count
    return waiting


def _queues(connection: sqlite3.Connection) -> Iterator[str]:
    """Yields every queue that has an open mail, with one look-up in the index for each."""
    queue: str | None = ""
    while (queue := connection.execute(_NEXT_QUEUE, [queue]).fetchone()[0]) is not None:
        yield queue
