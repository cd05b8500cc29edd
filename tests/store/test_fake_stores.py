import pytest
from contracts.health_store_contract import HealthStoreContract
from contracts.profile_store_contract import ProfileStoreContract
from contracts.signed_in_store_contract import SignedInStoreContract
from fakes.authorization_servers import MemorySignedIn
from fakes.store import MemoryHealthStore, MemoryProfileStore


class TestMemoryProfileStore(ProfileStoreContract):
    @pytest.fixture
    def profiles(self):
        return MemoryProfileStore()


class TestMemoryHealthStore(HealthStoreContract):
    @pytest.fixture
    def profiles(self):
        return MemoryProfileStore()

    @pytest.fixture
    def health(self, profiles):
        return MemoryHealthStore(profiles)


class TestMemorySignedIn(SignedInStoreContract):
    @pytest.fixture
    def profiles(self):
        return MemoryProfileStore()

    @pytest.fixture
    def signed_in(self, profiles):
        return MemorySignedIn(profiles)
