"""Two processes that change activities, and the SMTPs that these use, step by step on the real store.

As `test_two_writers`: what is stored is what the writers that were told "saved" would have stored one after the other.
"""

import itertools
import os
import random
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from contracts.profile_store_contract import generic
from fakes.databases import opened_database
from fakes.small import RecordedEvents
from fakes.stored import put
from services.two_writers.stepping import Killed, Stepping, Turns

from smtp_desktop.domain.delivery.activity import Activity, ActivityDraft, ActivityId, activity_draft_of
from smtp_desktop.domain.delivery.activity_edit import edit_of
from smtp_desktop.domain.errors import SmtpDesktopError
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.services.activities import Activities
from smtp_desktop.store.activities import SqliteActivities
from smtp_desktop.store.database import Database
from smtp_desktop.store.outbox.outbox import SqliteOutbox
from smtp_desktop.store.profiles import SqliteProfiles

ROUNDS = 10
LONG_ROUNDS = int(os.environ.get("SMTP_DESKTOP_TEST_RACES", "100"))
MAIN, SPARE = ProfileId("main"), ProfileId("spare")
NIGHTLY, WEEKLY = (
    Activity(id=ActivityId(name), name=name, to="ops@company.example", subject=name, text="Hello", smtp_id=SPARE)
    for name in ("Nightly", "Weekly")
)


class TwoActivityWritersHarness:
    def __init__(self, database: Database, turns: Turns) -> None:
        self.turns = turns
        self.profiles, self.activities = SqliteProfiles(database), SqliteActivities(database)
        self.outbox = SqliteOutbox(database)
        self._numbers = itertools.count(1)
        with database.write() as connection:
            for table in ("activity", "smtp"):
                connection.execute(f"DELETE FROM {table}")
        put(self.profiles, generic("main", default=True))
        put(self.profiles, generic("spare"))
        for activity in (NIGHTLY, WEEKLY):
            put(self.activities, activity)

    def process(self) -> Activities:
        store: Any = Stepping(self.activities, self.turns)
        profiles: Any = Stepping(self.profiles, self.turns)
        return Activities(
            store=store,
            profiles=profiles,
            outbox=self.outbox,
            events=RecordedEvents(),
            new_id=lambda: ActivityId(f"new{next(self._numbers)}"),
        )

    def stored(self) -> tuple[list[ActivityDraft], list[tuple[ProfileId, bool]]]:
        activities = [activity_draft_of(one) for one in self.activities.all()]
        return activities, [(one.id, one.is_default) for one in self.profiles.all()]


@dataclass(frozen=True)
class Operation:
    name: str
    act: Callable[[TwoActivityWritersHarness], object]


def edit(seen: Activity, *, by_form: bool, **typed: Any) -> Operation:
    def act(harness: TwoActivityWritersHarness) -> None:
        activities = harness.process()
        base = seen if by_form else activities.get(seen.id)
        activities.save(seen.id, edit_of(base, replace(activity_draft_of(base), **typed), named=typed))

    return Operation(f"{'form' if by_form else 'command'} on {seen.name}: {typed}", act)


def delete_smtp(profile_id: ProfileId, new_default: ProfileId | None) -> Operation:
    def act(harness: TwoActivityWritersHarness) -> None:
        harness.turns.step()
        harness.profiles.delete(profile_id, new_default=new_default)

    return Operation(f"delete {profile_id}", act)


EDITS: tuple[dict[str, Any], ...] = (
    {"subject": "New"},
    {"subject": "Other", "cc": "c@company.example"},
    {"text": "New"},
    {"enabled": False},
    {"name": "Monthly"},
    {"smtp_id": MAIN},
    {"smtp_id": None, "backup_id": SPARE},
    {"backup_id": MAIN},
)
OPERATIONS = (
    *(
        edit(seen, by_form=by_form, **typed)
        for seen in (NIGHTLY, WEEKLY)
        for by_form in (True, False)
        for typed in EDITS
    ),
    Operation("switch off", lambda harness: harness.process().set_enabled(NIGHTLY.id, False)),
    Operation("copy", lambda harness: harness.process().duplicate(NIGHTLY.id)),
    Operation("delete", lambda harness: harness.process().delete(NIGHTLY.id)),
    Operation("create", lambda harness: harness.process().create(replace(activity_draft_of(NIGHTLY), name="Monthly"))),
    delete_smtp(SPARE, None),
    delete_smtp(MAIN, SPARE),
)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with closing(opened_database(tmp_path / "db")) as database:
        yield database


def one_after_the_other(database: Database, operations: tuple[Operation, ...]) -> Any:
    """Returns what is stored once these were done one after the other; None where one is refused."""
    harness = TwoActivityWritersHarness(database, Turns(lambda names: names[0]))
    try:
        for operation in operations:
            operation.act(harness)
    except SmtpDesktopError:
        return None
    return harness.stored()


def assert_both_hold(database: Database, operations: dict[str, Operation], turns: Turns) -> None:
    harness = TwoActivityWritersHarness(database, turns)
    ends = turns.run({name: lambda one=one: one.act(harness) for name, one in operations.items()})  # type: ignore[misc]  # each its own
    stored = harness.stored()
    done = [operations[name] for name, end in ends.items() if end is None]
    killed = [operations[name] for name, end in ends.items() if isinstance(end, Killed)]
    subsets = [[*done, *some] for count in range(len(killed) + 1) for some in itertools.combinations(killed, count)]
    orders = [order for subset in subsets for order in itertools.permutations(subset)]
    assert any(one_after_the_other(database, order) == stored for order in orders), (operations, ends)


@pytest.mark.parametrize("rounds", [ROUNDS, pytest.param(LONG_ROUNDS, marks=pytest.mark.long)])
def test_two_writers_at_once_keep_what_both_said_or_one_is_refused(database: Database, rounds: int) -> None:
    chance = random.Random(rounds)
    for number in range(rounds):
        first, second = chance.choices(OPERATIONS, k=2)
        killed_at = {chance.choice(("first", "second")): chance.randint(1, 4)} if number % 4 == 0 else {}
        assert_both_hold(database, {"first": first, "second": second}, Turns(chance.choice, killed_at))
