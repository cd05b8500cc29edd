import multiprocessing
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta

import pytest
from contracts.activity_store_contract import FULL, ActivityStoreContract
from contracts.outbox_claims_contract import OutboxClaimsContract, OutboxCommandsContract
from contracts.outbox_examples import ANN, FULL_MESSAGE, LATER, LEASE, NOW, PDF, entry, message, recipient, update
from contracts.outbox_holds_contract import OutboxHoldsContract, OutboxLimitsContract, OutboxTimesContract
from contracts.outbox_store_contract import ALL, OutboxStoreContract, add, claim, finished, found
from contracts.profile_store_contract import generic
from fakes.stored import put

from smtp_desktop.domain.delivery.delivery import CourierId, DeliveryFilter, DeliveryState
from smtp_desktop.domain.errors import StoreBusy, StoreError
from smtp_desktop.domain.mail.message import Attachment
from smtp_desktop.store.activities import SqliteActivities
from smtp_desktop.store.database import Database
from smtp_desktop.store.outbox.outbox import SqliteOutbox
from smtp_desktop.store.profiles import SqliteProfiles


@pytest.fixture
def activities(database):
    return SqliteActivities(database)


@pytest.fixture
def outbox(database):
    return SqliteOutbox(database)


def count(database, table):
    with database.read() as connection:
        return connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


class TestSqliteActivities(ActivityStoreContract):
    def test_everything_is_there_after_a_restart(self, activities, database, path):
        put(activities, FULL)
        database.close()
        with closing(Database(path)) as again:
            assert list(SqliteActivities(again).all()) == [FULL]


class TestSqliteOutbox(OutboxStoreContract):
    def test_everything_is_there_after_a_restart(self, outbox, database, path):
        (delivery_id,) = add(outbox, entry(FULL_MESSAGE))
        claim(outbox)
        outbox.finish(ANN, {delivery_id: update("waiting", recipient("waiting"), next_try_at=LATER)})
        before = (outbox.get(delivery_id), outbox.attempts(delivery_id))
        database.close()
        with closing(Database(path)) as again:
            reopened = SqliteOutbox(again)
            assert (reopened.get(delivery_id), reopened.attempts(delivery_id)) == before
            assert reopened.message(delivery_id) == FULL_MESSAGE

    def test_an_attachment_is_kept_once_while_a_mail_uses_it(self, outbox, database):
        shared = [entry(message(attachments=(PDF,))) for _ in range(50)]
        # The same content, read from the disk a second time.
        other = entry(message(attachments=(Attachment(name="b", content=bytes(bytearray(PDF.content))),)))
        ids = add(outbox, *shared, other)
        assert count(database, "attachment") == 1
        outbox.cancel(ids[:-1], now=NOW)
        assert outbox.prune(finished_before=LATER, limit=100) == 50
        assert outbox.message(ids[-1]) == other.message
        outbox.cancel(ids[-1:], now=NOW)
        assert outbox.prune(finished_before=LATER, limit=100) == 1
        tables = ("delivery", "mail", "attachment", "attachment_use", "delivery_attempt")
        assert [count(database, table) for table in tables] == [0] * 5

    def test_a_long_passage_is_kept_once_while_a_mail_has_it(self, outbox, database):
        shared_text = "All is well. " * 300
        batch = [entry(message(text=f"Dear {n},\n{shared_text}"), shared_texts=(shared_text,)) for n in range(50)]
        ids = add(outbox, *batch)
        with database.read() as connection:
            assert connection.execute("SELECT content FROM attachment").fetchall()[0][0] == shared_text.encode()
            assert connection.execute("SELECT max(length(text)) FROM mail").fetchone()[0] < 20
        outbox.cancel(ids[:-1], now=NOW)
        outbox.prune(finished_before=LATER, limit=100)
        assert outbox.message(ids[-1]) == batch[-1].message
        outbox.cancel(ids[-1:], now=NOW)
        outbox.prune(finished_before=LATER, limit=100)
        assert [count(database, table) for table in ("attachment", "attachment_use")] == [0, 0]

    def test_a_change_of_an_smtp_or_activity_by_another_process_is_noticed(self, outbox, path):
        before = outbox.setup_version()
        with closing(Database(path)) as other:
            put(SqliteProfiles(other), generic("new"))
            between = outbox.setup_version()
            put(SqliteActivities(other), FULL)
        assert len({before, between, outbox.setup_version()}) == 3

    def test_a_passage_that_was_pruned_is_kept_again(self, outbox, database, path):
        shared_text = "All is well. " * 300
        mail = entry(message(text=f"Dear {shared_text}"), shared_texts=(shared_text,))
        (first,) = add(outbox, mail)
        with closing(Database(path)) as other:
            assert SqliteOutbox(other).cancel([first], now=NOW) == 1
            assert SqliteOutbox(other).prune(finished_before=LATER, limit=1) == 1
        assert count(database, "attachment") == 0
        second, third = add(outbox, mail), add(outbox, mail)
        assert outbox.messages([*second, *third]) == [mail.message] * 2
        assert count(database, "attachment") == 1

    def test_without_a_courier_arrivals_are_promoted_after_some_thousand(self, outbox, database):
        ids = add(outbox, *(entry() for _ in range(5000)))
        assert (count(database, "arrival"), count(database, "delivery")) == (5000, 0)
        ids += add(outbox)
        assert (count(database, "arrival"), count(database, "delivery")) == (0, 5001)
        ids += add(outbox)
        assert count(database, "arrival") == 1
        assert [each.id for each in outbox.page(ALL, before=None, limit=6000)] == ids[::-1]

    def test_a_dropped_content_takes_what_nobody_else_shares_along(self, outbox, database):
        ids = add(outbox, *(entry(message(attachments=(PDF,))) for _ in range(2)))
        assert len(claim(outbox, now=NOW)) == 2
        outbox.finish(ANN, {ids[0]: update("sent"), ids[1]: update("refused")})
        outbox.drop_contents(finished_before=LATER, now=LATER, limit=10)
        assert [count(database, table) for table in ("attachment", "attachment_use", "mail", "delivery")] == [
            1,
            1,
            1,
            2,
        ]
        assert outbox.message(ids[1]).attachments == (PDF,)

    def test_pruning_takes_the_attempts_along(self, outbox, database):
        finished(outbox)
        assert count(database, "delivery_attempt") == 1
        outbox.prune(finished_before=LATER, limit=1)
        assert count(database, "delivery_attempt") == 0


class TestSqliteOutboxHolds(OutboxHoldsContract):
    """Holds, in SQLite."""


class TestSqliteOutboxLimits(OutboxLimitsContract):
    """Limits, in SQLite."""


class TestSqliteOutboxTimes(OutboxTimesContract):
    """Times, in SQLite."""


class TestSqliteOutboxClaims(OutboxClaimsContract):
    @pytest.mark.long
    def test_many_couriers_claim_each_mail_once(self, outbox, path):
        ids = add(outbox, *(entry() for _ in range(500)))
        with ThreadPoolExecutor(4) as threads:
            taken = list(threads.map(lambda name: claim_all(path, name), ["a", "b", "c", "d"]))
        assert sorted(each for one in taken for each in one) == ids

    @pytest.mark.long
    def test_so_do_processes(self, outbox, path):
        ids = add(outbox, *(entry() for _ in range(500)))
        with multiprocessing.get_context("spawn").Pool(2) as processes:
            taken = processes.starmap(claim_all, [(path, "a"), (path, "b")])
            processes.close()
            processes.join()
        assert sorted(each for one in taken for each in one) == ids
        with closing(Database(path)) as again:
            assert claim(SqliteOutbox(again)) == []


def claim_all(path, name):
    """Returns the mails that a courier on its own connection claimed, a few at a time."""
    taken = []
    with closing(Database(path)) as database:
        outbox = SqliteOutbox(database)
        while got := outbox.claim(CourierId(name), now=LATER, lease_ends_at=LEASE, limit=7):
            taken.extend(delivery.id for delivery in got)
            for delivery in got:
                assert outbox.mark_data_started([delivery.id], CourierId(name))
    return taken


@pytest.mark.long
class TestSeveralProcesses:
    def test_each_of_their_mails_is_claimed_once_while_they_come(self, profiles, path):
        put(profiles, generic("main", default=True))
        with multiprocessing.get_context("spawn").Pool(4) as processes:
            adding = [processes.apply_async(add_each, (path, name, 150)) for name in "xy"]
            claiming = [processes.apply_async(claim_until, (path, name, 300)) for name in "ab"]
            added = [each for one in adding for each in one.get(60)]
            taken = [each for one in claiming for each in one.get(60)]
        assert sorted(taken) == sorted(added)
        assert len({number for number, _ in taken}) == len({subject for _, subject in taken}) == 300

    def test_a_killed_one_has_lost_and_doubled_nothing_that_was_confirmed(self, profiles, path):
        put(profiles, generic("main", default=True))
        confirmed = []
        for kill_after in (1, 30, 200):
            with subprocess.Popen(
                [sys.executable, "-c", _ADDING, str(path)], stdout=subprocess.PIPE, text=True
            ) as process:
                confirmed += [int(process.stdout.readline()) for _ in range(kill_after)]
                process.kill()
                confirmed += [int(line) for line in process.stdout if line.endswith("\n")]
        with closing(Database(path)) as database:
            outbox = SqliteOutbox(database)
            stored = found_all(outbox)
            assert set(confirmed) <= set(stored)
            assert len(confirmed) == len(set(confirmed))
            assert len(stored) <= len(confirmed) + 3  # at most one of each process was not confirmed
            assert claim(outbox, limit=len(stored) + 1) == sorted(stored)
            shared_text = "All is well. " * 300
            assert all(one.text == f"{one.message_id}\n{shared_text}" for one in outbox.messages(stored))


_ADDING = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from smtp_desktop.domain.mail.address import parse_address
from smtp_desktop.domain.mail.message import TemplateMessage
from smtp_desktop.domain.delivery.outbox_entry import OutboxEntry
from smtp_desktop.store.database import Database
from smtp_desktop.store.outbox.outbox import SqliteOutbox
outbox, shared_text = SqliteOutbox(Database(Path(sys.argv[1]))), "All is well. " * 300
for number in range(100_000):
    now, name = datetime(2026, 3, 1, tzinfo=UTC), f"<{number}@x>"
    to = (parse_address("a@x.example"),)
    message = TemplateMessage(to=to, subject="s", message_id=name, date=now, text=f"{name}\\n{shared_text}")
    ids = outbox.add([OutboxEntry(message=message, created_at=now, size_bytes=1, shared_texts=(shared_text,))])
    print(ids[0], flush=True)
"""


def add_each(path, name, number):
    """Adds mails one by one; returns their numbers and subjects."""
    with closing(Database(path)) as database:
        outbox = SqliteOutbox(database)
        return [(add(outbox, entry(message(f"{name}{n}")))[0], f"{name}{n}") for n in range(number)]


def claim_until(path, name, number):
    """Returns the mails that a courier claimed of `number` mails that several couriers share."""
    taken = []
    with closing(Database(path)) as database:
        outbox = SqliteOutbox(database)
        while outbox.count(ALL) < number or outbox.count(DeliveryFilter(states=frozenset({DeliveryState.WAITING}))):
            got = outbox.claim(CourierId(name), now=LATER, lease_ends_at=LEASE, limit=7)
            taken.extend((delivery.id, delivery.subject) for delivery in got)
    return taken


def found_all(outbox):
    return [delivery.id for delivery in outbox.page(ALL, before=None, limit=1_000_000)]


class TestSqliteOutboxCommands(OutboxCommandsContract):
    pass


class TestFailures:
    @pytest.fixture(autouse=True)
    def smtps(self, profiles):
        put(profiles, generic("main", default=True))

    def test_a_full_disk_keeps_nothing_half_written_and_all_that_was_accepted(self, outbox, database, path):
        accepted = add(outbox, entry(FULL_MESSAGE))
        with database.read() as connection:
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            connection.execute(f"PRAGMA max_page_count = {pages + 20}")  # as if the disk were full
        with pytest.raises(StoreError, match=r"No space left .*Nothing was changed"):
            add(outbox, *(entry(message(text=f"{n}" * 2000)) for n in range(100)))
        assert found(outbox) == accepted
        assert [count(database, table) for table in ("mail", "attachment")] == [1, 2]
        assert outbox.message(accepted[0]) == FULL_MESSAGE
        # A small one still fits.
        (small,) = add(outbox)
        assert claim(outbox) == [accepted[0], small]
        database.close()
        with closing(Database(path)) as again:
            assert found(SqliteOutbox(again)) == [small, *accepted]

    def test_a_disk_that_fills_up_bit_by_bit_loses_no_accepted_mail(self, outbox, database, path):
        with database.read() as connection:
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            connection.execute(f"PRAGMA max_page_count = {pages + 30}")
        accepted = []
        with pytest.raises(StoreError, match="No space left"):
            accepted.extend(add(outbox, entry(message(text="x" * 3000)))[0] for _ in range(1000))
        assert len(accepted) > 5
        database.close()
        with closing(Database(path)) as again:
            assert found(SqliteOutbox(again)) == accepted[::-1]
            assert all(SqliteOutbox(again).message(each).text == "x" * 3000 for each in accepted)

    def test_a_locked_database_is_busy_and_then_works(self, outbox, path):
        accepted = add(outbox)
        with closing(Database(path, busy_timeout_ms=1)) as other:
            blocked = SqliteOutbox(other)
            with closing(sqlite3.connect(path)) as holder:
                holder.execute("BEGIN IMMEDIATE")
                for call in (lambda: add(blocked), lambda: claim(blocked), lambda: blocked.cancel(accepted, now=NOW)):
                    with pytest.raises(StoreBusy):
                        call()
                # Reads are not blocked.
                assert found(blocked) == accepted
            assert add(blocked)[0] > accepted[0]
        assert outbox.count(ALL) == 2

    def test_a_bug_in_an_update_is_refused_as_a_whole(self, outbox):
        (delivery_id,) = add(outbox)
        claim(outbox)
        nonsense = update("waiting")  # waits for nothing
        with pytest.raises(sqlite3.IntegrityError):
            outbox.finish(ANN, {delivery_id: nonsense})
        assert outbox.get(delivery_id).attempts == 0
        assert outbox.finish(ANN, {delivery_id: update()}) == [delivery_id]


class TestSpeed:
    """Measured by SQLite's query plans: times would depend on the machine."""

    @pytest.fixture
    def plans(self, outbox, database, profiles):
        """Returns the steps of everything that `call` runs."""
        put(profiles, generic("main", default=True))

        def steps(call):
            queries = []
            connection = database._connection
            connection.set_trace_callback(queries.append)
            call()
            connection.set_trace_callback(None)
            looked_at = [q for q in queries if q.strip().split()[0] in {"SELECT", "UPDATE", "DELETE"}]
            return [row["detail"] for q in looked_at for row in connection.execute(f"EXPLAIN QUERY PLAN {q}")]

        return steps

    @pytest.mark.parametrize(
        "call",
        [
            claim,
            lambda outbox: outbox.next_due_at(now=LATER),
            lambda outbox: outbox.reclaim_expired(now=LATER, retry_at=[LATER]),
            lambda outbox: outbox.extend(ANN, lease_ends_at=LATER),
            lambda outbox: outbox.release_lease(ANN, [1]),
            lambda outbox: outbox.messages([1]),
            lambda outbox: outbox.mark_data_started([1], ANN),
            lambda outbox: outbox.unmark_data_started(ANN, [1]),
            lambda outbox: outbox.finish(ANN, {1: update()}),
            lambda outbox: outbox.prune(finished_before=LATER, limit=10),
            lambda outbox: outbox.first_finished_at(),
            lambda outbox: outbox.latest_by_activity(),
            lambda outbox: outbox.attempts(1),
            lambda outbox: found(outbox, activity_id="job"),
        ],
    )
    def test_no_call_walks_through_all_deliveries(self, outbox, plans, call):
        add(outbox)
        steps = plans(lambda: call(outbox))
        assert steps
        assert not [step for step in steps if step.startswith(("SCAN delivery", "SCAN mail"))]

    def test_counting_reads_an_index_alone(self, outbox, plans):
        add(outbox)
        steps = plans(lambda: outbox.counts(midnight=NOW - timedelta(days=1)))
        counted = [step for step in steps if " delivery USING " in step]
        assert len(counted) == 2
        assert all("COVERING INDEX" in step for step in counted)
        assert [step for step in steps if " mail " in step] == ["SEARCH mail USING INTEGER PRIMARY KEY (rowid>?)"]

    def test_no_page_sorts_all_deliveries(self, outbox, plans):
        add(outbox)
        assert not [step for step in plans(lambda: found(outbox)) if "delivery USING" in step and "INDEX" in step]
        refused = plans(lambda: found(outbox, states=frozenset({"refused"})))
        assert any("USING INDEX delivery_by_state" in step for step in refused)
