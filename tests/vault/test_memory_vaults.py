import threading

import pytest
from contracts.vault_contract import VaultContract, a_ref
from fakes.vault import MemoryVault

from smtp_desktop.domain.errors import VaultError, VaultLocked
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret
from smtp_desktop.vault.memory import ProcessVault


class TestProcessVault(VaultContract):
    @pytest.fixture
    def vault(self):
        return ProcessVault()

    def test_its_places_are_known_by_their_prefix(self, vault):
        assert a_ref(vault).startswith("memory:p1/password/")


class TestMemoryVault(VaultContract):
    @pytest.fixture
    def vault(self):
        return MemoryVault()

    def test_can_be_locked(self, vault):
        vault.locked = vault.new = True
        with pytest.raises(VaultLocked) as caught:
            a_ref(vault)
        assert caught.value.new
        vault.unlock(Secret("master"))
        assert vault.get(a_ref(vault)) is None

    def test_can_fail(self, vault):
        vault.failure = VaultError(msg("broken"))
        with pytest.raises(VaultError, match="broken"):
            vault.get("memory:x")

    def test_can_block(self, vault):
        ref = a_ref(vault)
        vault.block()
        thread = threading.Thread(target=vault.put, args=(ref, Secret("x")))
        thread.start()
        assert vault.waiting.wait(30)
        assert vault.secrets == {}
        vault.release()
        thread.join(30)
        assert vault.secrets == {ref: Secret("x")}
