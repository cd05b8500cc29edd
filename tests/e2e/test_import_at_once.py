"""Processes that import the same files at once: each SMTP is there once, with its password."""

from contextlib import closing

import pytest
from e2e.program import MASTER

from smtp_desktop.domain.secret import Secret
from smtp_desktop.store.database import Database
from smtp_desktop.store.profiles import SqliteProfiles
from smtp_desktop.vault.sealed_file import EncryptedFileVault

pytestmark = pytest.mark.long
COUNT = 12


def test_each_smtp_is_imported_once(program, tmp_path):
    path = tmp_path / "smtps.csv"
    rows = [f"S{number},h{number}.example,587,yes,u{number}@b.example,pw{number}" for number in range(COUNT)]
    path.write_text("\n".join(["Name,Host,Port,TLS,User,Password", *rows]), encoding="ascii")
    program.smtp("create", "First", "--host", "h.example", "--no-auth", "--from", "a@b.example")
    processes = [program.start("smtp", "import", str(path), "--json") for _ in range(4)]
    outputs = [process.communicate(timeout=120) for process in processes]
    assert [process.returncode for process in processes] == [0] * 4, outputs

    listed = program.smtp("list")
    assert sorted(one["name"] for one in listed) == sorted(["First", *(f"S{number}" for number in range(COUNT))])
    vault = EncryptedFileVault(program.home / "secrets.vault")
    vault.unlock(Secret(MASTER))
    with closing(Database(program.home / "smtp-desktop.sqlite3")) as database:
        store = SqliteProfiles(database)
        stored = {one.name: vault.get(ref).reveal() for one in store.all() for ref in one.secret_refs.values()}
        assert stored == {f"S{number}": f"pw{number}" for number in range(COUNT)}
        assert list(store.stale_secrets()) == []
