import pytest
from contracts.health_store_contract import HealthStoreContract
from contracts.profile_store_contract import ProfileStoreContract
from contracts.setup_store_contract import SetupStoreContract
from contracts.signed_in_store_contract import SignedInStoreContract
from fakes.authorization_servers import MemorySignedIn
from fakes.setup import MemorySetupStore
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


class TestMemorySetupStore(SetupStoreContract):
    @pytest.fixture
    def profiles(self):
        return MemoryProfileStore()

    @pytest.fixture
    def setups(self, profiles):
        return MemorySetupStore(profiles)
