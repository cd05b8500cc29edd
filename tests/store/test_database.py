import errno
import os
import re
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, nullcontext
from pathlib import Path

import pytest

from smtp_desktop.domain.errors import StoreBusy, StoreDamaged, StoreError, StoreGone, StoreTooNew
from smtp_desktop.store import database_file
from smtp_desktop.store.changes import SqliteChangeSignal
from smtp_desktop.store.database import Database, schema_steps

STEP_1 = "CREATE TABLE t (x TEXT NOT NULL UNIQUE) STRICT; -- one; two\nINSERT INTO t VALUES ('a;b');"
STEP_2 = "ALTER TABLE t ADD COLUMN y TEXT;\nUPDATE t SET y = 'new';\n-- the end"
STEP_3 = "ALTER TABLE t ADD COLUMN z INTEGER NOT NULL DEFAULT 3;"
posix = pytest.mark.skipif(os.name != "posix", reason="POSIX permissions")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "store.db"


def opened(path, *steps, **options):
    return closing(Database(path, steps=steps or (STEP_1,), **options))


def rows(database, query="SELECT * FROM t"):
    with database.read() as connection:
        return [tuple(row) for row in connection.execute(query)]


def folder_bytes(folder):
    return {file.name: (file.read_bytes(), file.stat().st_mtime_ns) for file in folder.iterdir()}


def written_by(path, *statements):
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def test_a_new_file_gets_the_programs_own_schema(path):
    with closing(Database(path)) as database:
        assert rows(database, "PRAGMA user_version") == [(len(schema_steps()),)]
        assert rows(database, "SELECT count(*) FROM smtp") == [(0,)]
        strict = rows(database, "SELECT name FROM pragma_table_list WHERE schema = 'main' AND strict = 1")
        tables = rows(database, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        assert {"smtp", "check_result", "activity", "delivery", "smtp_hold"} < {name for (name,) in strict}
        assert set(strict) == set(tables)


def test_its_settings_lose_nothing(path):
    with opened(path) as database:
        settings = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        assert [rows(database, f"PRAGMA {name}")[0][0] for name in settings] == ["wal", 2, 1, 5000]


@posix
def test_only_its_owner_can_read_it(tmp_path):
    old_mask = os.umask(0)
    try:
        with opened(tmp_path / "new" / "home" / "store.db"):
            pass
        with opened(tmp_path / "new" / "home" / "store.db", STEP_1, STEP_2):
            files = {file.name: file.stat().st_mode & 0o777 for file in (tmp_path / "new" / "home").iterdir()}
    finally:
        os.umask(old_mask)
    assert files == dict.fromkeys(["store.db", "store.db-wal", "store.db-shm", "store.db.before-v2.bak"], 0o600)
    assert (tmp_path / "new" / "home").stat().st_mode & 0o777 == 0o700


def test_a_write_is_kept_whole_or_not_at_all(path):
    with opened(path) as database:
        with pytest.raises(sqlite3.IntegrityError), database.write() as connection:
            connection.executemany("INSERT INTO t VALUES (?)", [["half"], ["half"]])
        assert rows(database) == [("a;b",)]
        with database.write() as connection:
            connection.execute("INSERT INTO t VALUES ('whole')")
    with opened(path) as database:
        assert rows(database) == [("a;b",), ("whole",)]


def test_a_bug_stays_an_sqlite_error(path):
    with opened(path) as database:
        with pytest.raises(sqlite3.OperationalError, match="no such table"):
            rows(database, "SELECT * FROM missing_table")
        with pytest.raises(sqlite3.IntegrityError), database.write() as connection:
            connection.execute("INSERT INTO t VALUES ('a;b')")
        assert rows(database) == [("a;b",)]


class TestUpgrade:
    def test_takes_the_missing_steps_and_keeps_the_old_file(self, path):
        with opened(path, STEP_1):
            pass
        assert not list(path.parent.glob("*.bak"))
        with opened(path, STEP_1, STEP_2) as database:
            assert rows(database) == [("a;b", "new")]
            assert rows(database, "PRAGMA user_version") == [(2,)]
        backup = path.with_name("store.db.before-v2.bak")
        with closing(sqlite3.connect(backup)) as connection:
            assert connection.execute("SELECT * FROM t").fetchall() == [("a;b",)]
            assert connection.execute("PRAGMA user_version").fetchone() == (1,)

    def test_takes_many_steps_after_one_backup_of_the_oldest(self, path):
        with opened(path):
            pass
        with opened(path, STEP_1, STEP_2, STEP_3) as database:
            assert rows(database) == [("a;b", "new", 3)]
            assert rows(database, "PRAGMA user_version") == [(3,)]
        (backup,) = path.parent.glob("*.bak")
        assert backup.name == "store.db.before-v2.bak"
        with closing(sqlite3.connect(backup)) as connection:
            assert connection.execute("SELECT * FROM t").fetchall() == [("a;b",)]
            assert connection.execute("PRAGMA user_version").fetchone() == (1,)

    def test_a_later_upgrade_makes_a_backup_of_its_own(self, path):
        for steps in ((STEP_1,), (STEP_1, STEP_2), (STEP_1, STEP_2, STEP_3)):
            with opened(path, *steps):
                pass
        names = sorted(file.name for file in path.parent.glob("*.bak"))
        assert names == ["store.db.before-v2.bak", "store.db.before-v3.bak"]

    def test_a_backup_holds_what_was_committed_but_not_yet_moved_from_the_log(self, path):
        with opened(path) as old:
            with old.write() as connection:
                connection.execute("INSERT INTO t VALUES ('in the log')")
            with opened(path, STEP_1, STEP_2):
                pass
        with closing(sqlite3.connect(path.with_name("store.db.before-v2.bak"))) as connection:
            assert connection.execute("SELECT * FROM t").fetchall() == [("a;b",), ("in the log",)]

    def test_a_new_file_needs_no_backup(self, path):
        with opened(path, STEP_1, STEP_2) as database:
            assert rows(database) == [("a;b", "new")]
        assert [file.name for file in path.parent.iterdir()] == ["store.db"]

    def test_a_step_that_fails_half_way_changes_nothing(self, path):
        with opened(path, STEP_1):
            pass
        broken = "ALTER TABLE t ADD COLUMN y TEXT; UPDATE t SET x = 'lost'; SELECT * FROM missing_table;"
        with pytest.raises(sqlite3.OperationalError, match="no such table"):
            Database(path, steps=(STEP_1, broken))
        with opened(path, STEP_1) as database:
            assert rows(database) == [("a;b",)]
            assert rows(database, "PRAGMA user_version") == [(1,)]
        with opened(path, STEP_1, STEP_2) as database:
            assert rows(database) == [("a;b", "new")]

    def test_a_step_that_fails_takes_the_steps_before_it_back(self, path):
        with opened(path):
            pass
        with pytest.raises(sqlite3.OperationalError, match="no such table"):
            Database(path, steps=(STEP_1, STEP_2, "SELECT * FROM missing_table;"))
        with opened(path) as database:
            assert rows(database) == [("a;b",)]
            assert rows(database, "PRAGMA user_version") == [(1,)]

    def test_many_may_start_at_once(self, path):
        start = threading.Barrier(8, timeout=30)

        def start_up(_):
            start.wait()
            with opened(path, STEP_1, STEP_2) as database:
                return rows(database)

        with ThreadPoolExecutor(8) as threads:
            assert list(threads.map(start_up, range(8))) == [[("a;b", "new")]] * 8

    def test_many_may_upgrade_at_once_and_leave_one_backup(self, path):
        with opened(path):
            pass
        start = threading.Barrier(8, timeout=30)

        def start_up(_):
            start.wait()
            with opened(path, STEP_1, STEP_2, STEP_3) as database:
                return rows(database)

        with ThreadPoolExecutor(8) as threads:
            assert list(threads.map(start_up, range(8))) == [[("a;b", "new", 3)]] * 8
        assert [file.name for file in path.parent.glob("*.bak*")] == ["store.db.before-v2.bak"]


class TestTooNew:
    def test_is_refused_and_left_untouched(self, path):
        with opened(path, STEP_1, STEP_2):
            pass
        before = folder_bytes(path.parent)
        with pytest.raises(
            StoreTooNew, match=r"written by a newer version .*format 2; this version supports 1\)\. Nothing was changed"
        ):
            Database(path, steps=(STEP_1,))
        assert folder_bytes(path.parent) == before

    def test_is_refused_while_the_newer_program_runs(self, path):
        with opened(path, STEP_1) as old:
            with opened(path, STEP_1, STEP_2), pytest.raises(StoreTooNew):
                Database(path, steps=(STEP_1,))
            # Both connections still work.
            assert rows(old, "SELECT x FROM t") == [("a;b",)]


class TestUnusable:
    def refused(self, path, kind=StoreError, match="", **options):
        with pytest.raises(kind, match=match) as caught:
            Database(path, **{"steps": (STEP_1,)} | options)
        assert type(caught.value) is kind
        return caught.value

    @pytest.mark.parametrize("content", [b"Dear diary\n", b"SQLite format 3\0" + b"\xff" * 4096])
    def test_no_database_is_refused_and_left_untouched(self, path, content):
        path.write_bytes(content)
        before = folder_bytes(path.parent)
        self.refused(path, StoreDamaged, match="damaged or not a database")
        assert folder_bytes(path.parent) == before

    def test_another_programs_database_is_refused_and_left_untouched(self, path):
        written_by(path, "CREATE TABLE bookmarks (url TEXT)")
        before = folder_bytes(path.parent)
        self.refused(path, match="another program")
        assert folder_bytes(path.parent) == before

    def test_a_damaged_page_is_an_error_when_it_is_read(self, path):
        with opened(path) as database, database.write() as connection:
            connection.executemany("INSERT INTO t VALUES (?)", [[f"{n} {'x' * 500}"] for n in range(100)])
        content = bytearray(path.read_bytes())
        content[4096 : len(content)] = b"\xa5" * (len(content) - 4096)
        path.write_bytes(content)
        with opened(path) as database, pytest.raises(StoreDamaged, match="damaged"):
            rows(database)

    def test_a_folder_is_no_database(self, path):
        path.mkdir()
        self.refused(path, match="can't be read or written")

    def test_no_folder_can_be_made(self, path):
        path.write_text("a file")
        words = "|".join(re.escape(os.strerror(number)) for number in (errno.ENOTDIR, errno.EEXIST))
        self.refused(path / "store.db", match=f"can't be read or written: ({words})")

    @pytest.mark.parametrize("size", [0, 1, 15, 16, 50, 99, 100, 511, 512, 1024, 2047, 2048, 4096, 20480])
    def test_one_that_was_cut_short_is_no_new_database(self, path, size):
        with closing(Database(path)):
            pass
        cut = path.read_bytes()[:size]
        path.write_bytes(cut)
        self.refused(path, StoreDamaged, match="damaged or not a database", steps=None)
        assert path.read_bytes() == cut

    def test_a_log_without_its_database_is_not_written_into_a_new_one(self, path):
        path.parent.mkdir(exist_ok=True)
        log = path.with_name(f"{path.name}-wal")
        log.write_bytes(b"left alone")
        self.refused(path, StoreDamaged, match="is missing, but its log")
        assert (path.exists(), log.read_bytes()) == (False, b"left alone")

    def test_a_file_is_never_left_empty(self, path, monkeypatch):
        put_in_place, sizes = database_file._put_in_place, []

        def noting(unfinished, path):
            sizes.append((unfinished.stat().st_size, unfinished.stat().st_mode & 0o777, path.exists()))
            put_in_place(unfinished, path)

        monkeypatch.setattr(database_file, "_put_in_place", noting)  # the last moment before it has its name
        with opened(path):
            assert sizes == [(2048, 0o600, False)]
            assert [each.name for each in path.parent.iterdir() if each.name.endswith(".new")] == []

    def test_where_files_can_not_be_linked_it_is_renamed(self, path, monkeypatch):
        def refused(*_):
            raise OSError(errno.EPERM, "no links here")

        monkeypatch.setattr(Path, "hardlink_to", refused)  # as on a memory stick
        with opened(path) as database:
            assert rows(database) == [("a;b",)]

    @pytest.mark.skipif(sys.platform == "win32", reason="an open file can't be deleted there")
    @pytest.mark.parametrize("again", [False, True], ids=["deleted", "another in its place"])
    def test_one_that_is_gone_while_it_is_used_is_noticed(self, path, again):
        signal = SqliteChangeSignal(path)
        with opened(path) as database:
            signal.version()
            for each in path.parent.glob(f"{path.name}*"):
                each.unlink()
            with opened(path) if again else nullcontext():
                for use in (lambda: rows(database), lambda: database.value("SELECT 1"), signal.version):
                    with pytest.raises(StoreGone, match="was deleted or replaced while"):
                        use()
                with pytest.raises(StoreGone), database.write():
                    pass
        signal.close()

    def test_a_locked_one_is_busy(self, path):
        with opened(path) as holder, opened(path, busy_timeout_ms=1) as other:
            with holder.write():
                with pytest.raises(StoreBusy, match="Another program is using"), other.write():
                    pass
                assert rows(other) == [("a;b",)]
            with other.write() as connection:
                connection.execute("INSERT INTO t VALUES ('later')")

    def test_who_only_reads_waits_for_nobody_who_writes(self, path):
        with opened(path) as holder, holder.write():
            traced = []

            class Traced(sqlite3.Connection):
                def __init__(self, *arguments, **options):
                    super().__init__(*arguments, **options)
                    self.set_trace_callback(traced.append)

            with pytest.MonkeyPatch.context() as patch:
                connect = sqlite3.connect
                patch.setattr(sqlite3, "connect", lambda *given, **more: connect(*given, factory=Traced, **more))
                with opened(path) as other:
                    assert other.value("SELECT count(*) FROM sqlite_schema") > 0
        assert "PRAGMA synchronous = FULL" in traced
        # These take the lock of who writes, though the layout of a file that is there can't be changed.
        assert not [statement for statement in traced if "auto_vacuum" in statement or "page_size =" in statement]

    def test_an_upgrade_that_is_locked_out_is_busy(self, path):
        with opened(path) as holder, holder.write(), pytest.raises(StoreBusy):
            Database(path, steps=(STEP_1, STEP_2), busy_timeout_ms=1)

    def test_a_full_disk_changes_nothing(self, path):
        with opened(path) as database:
            rows(database, "PRAGMA max_page_count = 10")  # as if the disk were full
            with pytest.raises(StoreError, match="No space left"), database.write() as connection:
                connection.executemany("INSERT INTO t VALUES (?)", [[f"{n} {'x' * 5000}"] for n in range(100)])
            assert rows(database) == [("a;b",)]

    @posix
    def test_a_file_size_limit_changes_nothing(self, path):
        """In a process of its own, because the limit is that of the whole process."""
        with opened(path):
            pass
        script = """
import resource, signal, sys
from pathlib import Path
from smtp_desktop.domain.errors import StoreError
from smtp_desktop.store.database import Database
database = Database(Path(sys.argv[1]), steps=("", ))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))
try:
    with database.write() as connection:
        connection.executemany("INSERT INTO t VALUES (?)", [[f"{n} {'x' * 5000}"] for n in range(100)])
except StoreError as error:
    print("error:", error)
"""
        done = subprocess.run(
            [sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True, timeout=60
        )
        assert done.stdout.startswith("error: ")
        with opened(path) as database:
            assert rows(database) == [("a;b",)]


def test_a_closed_database_says_so(path):
    database = Database(path, steps=(STEP_1,))
    database.close()
    database.close()
    with pytest.raises(StoreError, match="closed"), database.read():
        pass


def test_a_killed_process_leaves_what_it_committed(path):
    script = """
import os, signal, sys
from pathlib import Path
from smtp_desktop.store.database import Database
database = Database(Path(sys.argv[1]), steps=(sys.argv[2],))
with database.write() as connection:
    connection.execute("INSERT INTO t VALUES ('committed')")
with database.write() as connection:
    connection.execute("INSERT INTO t VALUES ('half done')")
    os.kill(os.getpid(), signal.SIGTERM if os.name == "nt" else signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-c", script, str(path), STEP_1], check=False, timeout=60)
    assert done.returncode != 0
    with opened(path) as database:
        assert rows(database) == [("a;b",), ("committed",)]
