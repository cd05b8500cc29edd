import multiprocessing
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta

import pytest
from contracts.activity_store_contract import FULL, ActivityStoreContract
from contracts.outbox_claims_contract import OutboxClaimsContract, OutboxOrdersContract
from contracts.outbox_examples import ANN, FULL_LETTER, LATER, LEASE, NOW, PDF, letter, outcome, recipient, submission
from contracts.outbox_store_contract import ALL, OutboxStoreContract, add, claim, finished, found
from contracts.profile_store_contract import generic

from smtp_desktop.domain.delivery import CourierId
from smtp_desktop.domain.errors import StoreBusy, StoreError
from smtp_desktop.domain.message import Attachment
from smtp_desktop.store.activities import SqliteActivities
from smtp_desktop.store.database import Database
from smtp_desktop.store.outbox import SqliteOutbox
from smtp_desktop.store.profiles import SqliteProfiles


@pytest.fixture
def path(tmp_path):
    return tmp_path / "smtp-desktop.db"


@pytest.fixture
def database(path):
    with closing(Database(path)) as database:
        yield database


@pytest.fixture
def profiles(database):
    return SqliteProfiles(database)


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
        activities.put(FULL)
        database.close()
        with closing(Database(path)) as again:
            assert list(SqliteActivities(again).all()) == [FULL]


class TestSqliteOutbox(OutboxStoreContract):
    def test_everything_is_there_after_a_restart(self, outbox, database, path):
        (delivery_id,) = add(outbox, submission(FULL_LETTER))
        claim(outbox)
        outbox.finish(ANN, {delivery_id: outcome("waiting", recipient("waiting"), next_try_at=LATER)})
        before = (outbox.get(delivery_id), outbox.attempts(delivery_id))
        database.close()
        with closing(Database(path)) as again:
            reopened = SqliteOutbox(again)
            assert (reopened.get(delivery_id), reopened.attempts(delivery_id)) == before
            assert reopened.letter(delivery_id) == FULL_LETTER

    def test_an_attachment_is_kept_once_while_a_mail_uses_it(self, outbox, database):
        shared = [submission(letter(attachments=(PDF,))) for _ in range(50)]
        # The same content, read from the disk a second time.
        other = submission(letter(attachments=(Attachment(name="b", content=bytes(bytearray(PDF.content))),)))
        ids = add(outbox, *shared, other)
        assert count(database, "attachment") == 1
        outbox.cancel(ids[:-1], now=NOW)
        assert outbox.prune(finished_before=LATER, limit=100) == 50
        assert outbox.letter(ids[-1]) == other.letter
        outbox.cancel(ids[-1:], now=NOW)
        assert outbox.prune(finished_before=LATER, limit=100) == 1
        tables = ("delivery", "delivery_content", "attachment", "attachment_use", "delivery_attempt")
        assert [count(database, table) for table in tables] == [0] * 5

    def test_a_long_passage_is_kept_once_while_a_mail_of_the_batch_is_there(self, outbox, database):
        passage = "All is well. " * 300
        batch = [submission(letter(text=f"Dear {n},\n{passage}"), passages=(passage,)) for n in range(50)]
        ids = add(outbox, *batch)
        with database.read() as connection:
            assert connection.execute("SELECT content FROM attachment").fetchall()[0][0] == passage.encode()
            assert connection.execute("SELECT max(length(text)) FROM delivery_content").fetchone()[0] < 20
        outbox.cancel(ids[:-1], now=NOW)
        outbox.prune(finished_before=LATER, limit=100)
        assert outbox.letter(ids[-1]) == batch[-1].letter
        outbox.cancel(ids[-1:], now=NOW)
        outbox.prune(finished_before=LATER, limit=100)
        assert [count(database, table) for table in ("attachment", "attachment_use")] == [0, 0]

    def test_another_program_changing_an_smtp_or_an_activity_is_noticed(self, outbox, path):
        before = outbox.setup_version()
        with closing(Database(path)) as other:
            SqliteProfiles(other).put(generic("new"))
            between = outbox.setup_version()
            SqliteActivities(other).put(FULL)
        assert len({before, between, outbox.setup_version()}) == 3

    def test_pruning_takes_the_attempts_along(self, outbox, database):
        finished(outbox)
        assert count(database, "delivery_attempt") == 1
        outbox.prune(finished_before=LATER, limit=1)
        assert count(database, "delivery_attempt") == 0


class TestSqliteOutboxClaims(OutboxClaimsContract):
    def test_many_couriers_claim_each_mail_once(self, outbox, path):
        ids = add(outbox, *(submission() for _ in range(500)))
        with ThreadPoolExecutor(4) as threads:
            taken = list(threads.map(lambda name: claim_all(path, name), ["a", "b", "c", "d"]))
        assert sorted(each for one in taken for each in one) == ids

    def test_so_do_processes(self, outbox, path):
        ids = add(outbox, *(submission() for _ in range(500)))
        with multiprocessing.get_context("spawn").Pool(2) as processes:
            taken = processes.starmap(claim_all, [(path, "a"), (path, "b")])
            processes.close()
            processes.join()
        assert sorted(each for one in taken for each in one) == ids
        with closing(Database(path)) as again:
            assert claim(SqliteOutbox(again)) == []


def claim_all(path, name):
    """Returns what a courier on a connection of its own got, a few at a time."""
    taken = []
    with closing(Database(path)) as database:
        outbox = SqliteOutbox(database)
        while got := outbox.claim(CourierId(name), now=LATER, lease_ends_at=LEASE, limit=7):
            taken.extend(delivery.id for delivery in got)
            for delivery in got:
                assert outbox.hand_over([delivery.id], CourierId(name))
    return taken


class TestSqliteOutboxOrders(OutboxOrdersContract):
    pass


class TestTrouble:
    @pytest.fixture(autouse=True)
    def smtps(self, profiles):
        profiles.put(generic("main", default=True))

    def test_a_full_disk_keeps_nothing_half_written_and_all_that_was_accepted(self, outbox, database, path):
        accepted = add(outbox, submission(FULL_LETTER))
        with database.read() as connection:
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            connection.execute(f"PRAGMA max_page_count = {pages + 20}")  # SQLite's own way to have no room
        with pytest.raises(StoreError, match=r"no room left .*nothing was changed"):
            add(outbox, *(submission(letter(text=f"{n}" * 2000)) for n in range(100)))
        assert found(outbox) == accepted
        assert [count(database, table) for table in ("delivery_content", "attachment")] == [1, 2]
        assert outbox.letter(accepted[0]) == FULL_LETTER
        # A small one still fits, and the work goes on.
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
        with pytest.raises(StoreError, match="no room left"):
            accepted.extend(add(outbox, submission(letter(text="x" * 3000)))[0] for _ in range(1000))
        assert len(accepted) > 5
        database.close()
        with closing(Database(path)) as again:
            assert found(SqliteOutbox(again)) == accepted[::-1]
            assert all(SqliteOutbox(again).letter(each).text == "x" * 3000 for each in accepted)

    def test_a_locked_database_is_busy_and_then_works(self, outbox, path):
        accepted = add(outbox)
        with closing(Database(path, busy_timeout_ms=1)) as other:
            blocked = SqliteOutbox(other)
            with closing(sqlite3.connect(path)) as holder:
                holder.execute("BEGIN IMMEDIATE")
                for call in (lambda: add(blocked), lambda: claim(blocked), lambda: blocked.cancel(accepted, now=NOW)):
                    with pytest.raises(StoreBusy):
                        call()
                # Looking is never held up.
                assert found(blocked) == accepted
            assert add(blocked)[0] > accepted[0]
        assert outbox.count(ALL) == 2

    def test_a_bug_in_the_outcome_is_refused_as_a_whole(self, outbox):
        (delivery_id,) = add(outbox)
        claim(outbox)
        nonsense = outcome("waiting")  # waits for nothing
        with pytest.raises(sqlite3.IntegrityError):
            outbox.finish(ANN, {delivery_id: nonsense})
        assert outbox.get(delivery_id).attempts == 0
        assert outbox.finish(ANN, {delivery_id: outcome()}) == [delivery_id]


class TestSpeed:
    """By the plans that SQLite chooses, because time would depend on the machine."""

    @pytest.fixture
    def plans(self, outbox, database, profiles):
        """Returns the steps of everything that `call` runs."""
        profiles.put(generic("main", default=True))

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
            lambda outbox: outbox.next_due_at(),
            lambda outbox: outbox.recover(now=LATER, retry_at=LATER),
            lambda outbox: outbox.extend(ANN, lease_ends_at=LATER),
            lambda outbox: outbox.give_back(ANN, [1]),
            lambda outbox: outbox.letters([1]),
            lambda outbox: outbox.hand_over([1], ANN),
            lambda outbox: outbox.take_back(ANN, [1]),
            lambda outbox: outbox.finish(ANN, {1: outcome()}),
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
        assert not [step for step in steps if step.startswith("SCAN delivery")]

    def test_counting_reads_an_index_alone(self, outbox, plans):
        add(outbox)
        steps = plans(lambda: outbox.counts(midnight=NOW - timedelta(days=1)))
        assert len(steps) == 2
        assert all("COVERING INDEX" in step for step in steps)

    def test_no_page_sorts_all_deliveries(self, outbox, plans):
        add(outbox)
        assert not [step for step in plans(lambda: found(outbox)) if "INDEX" in step]
        refused = plans(lambda: found(outbox, states=frozenset({"refused"})))
        assert any("USING INDEX delivery_by_state" in step for step in refused)
