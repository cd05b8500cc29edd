import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest
from contracts.profile_store_contract import generic
from contracts.setup_store_contract import SetupStoreContract

from smtp_desktop.domain.setup import Setup
from smtp_desktop.store.database import Database
from smtp_desktop.store.setup import SqliteSetup


class TestSqliteSetup(SetupStoreContract):
    @pytest.fixture
    def setups(self, database):
        return SqliteSetup(database)

    def test_another_process_sees_all_of_a_change_or_nothing(self, setups, path):
        with closing(Database(path)) as other:
            seen = []

            def make(setup: Setup) -> Setup:
                seen.append(SqliteSetup(other).read())
                return replace(setup, profiles=(generic("a", default=True), generic("b")))

            after = setups.change(make)
            assert seen == [Setup()]
            assert SqliteSetup(other).read() == after

    def test_nobody_else_writes_in_between(self, setups, path):
        def make(setup: Setup) -> Setup:
            with closing(sqlite3.connect(path, timeout=0)) as other, pytest.raises(sqlite3.OperationalError):
                other.execute("BEGIN IMMEDIATE")
            return setup

        setups.change(make)
