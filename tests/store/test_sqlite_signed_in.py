import pytest
from contracts.signed_in_store_contract import SignedInStoreContract

from smtp_desktop.store.signed_in import SqliteSignedIn


class TestSqliteSignedIn(SignedInStoreContract):
    @pytest.fixture
    def signed_in(self, database):
        return SqliteSignedIn(database)
