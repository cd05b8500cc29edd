"""`SystemVault` with and without a keyring."""

import keyring.backends.fail
import pytest
from contracts.vault_contract import VaultContract, a_ref
from fakes.keyring_backends import DictKeyring, WindowsKeyring

from smtp_desktop.domain.errors import VaultError, VaultLocked
from smtp_desktop.domain.secret import Secret, SecretRef
from smtp_desktop.vault.keyring_vault import KeyringVault
from smtp_desktop.vault.sealed_file import EncryptedFileVault
from smtp_desktop.vault.sealed_format import Argon2Cost
from smtp_desktop.vault.system_vault import SecretStorage, SystemVault

CHEAP = Argon2Cost(memory_kib=32, iterations=1, lanes=1)


def system_vault(backend, file_vault, tmp_path):
    return SystemVault(KeyringVault(backend), file_vault, large_path=tmp_path / "large-secrets.vault")


@pytest.fixture
def file_vault(tmp_path):
    return EncryptedFileVault(tmp_path / "secrets.vault", cost=CHEAP)


class TestWithAKeyring(VaultContract):
    @pytest.fixture
    def vault(self, file_vault, tmp_path):
        return system_vault(DictKeyring(), file_vault, tmp_path)

    def test_new_secrets_go_to_it_and_no_file_is_made(self, vault, tmp_path):
        assert vault.place() is SecretStorage.KEYRING
        ref = a_ref(vault)
        vault.put(ref, Secret("x"))
        assert ref.startswith("keyring:")
        assert list(tmp_path.iterdir()) == []

    def test_old_secrets_of_the_file_are_found_once_it_is_open(self, vault, file_vault, tmp_path):
        file_vault.unlock(Secret("master"))
        ref = a_ref(file_vault)
        file_vault.put(ref, Secret("old"))
        again = system_vault(DictKeyring(), EncryptedFileVault(tmp_path / "secrets.vault"), tmp_path)
        with pytest.raises(VaultLocked):
            again.get(ref)
        again.unlock(Secret("master"))
        assert again.get(ref) == Secret("old")
        again.erase(ref)
        assert file_vault.get(ref) is None


class TestWithWindowsKeyring(VaultContract):
    @pytest.fixture
    def vault(self, file_vault, tmp_path):
        return system_vault(WindowsKeyring(), file_vault, tmp_path)


class TestWithoutAKeyring(VaultContract):
    @pytest.fixture
    def locked(self, file_vault, tmp_path):
        return system_vault(keyring.backends.fail.Keyring(), file_vault, tmp_path)

    @pytest.fixture
    def vault(self, locked):
        locked.unlock(Secret("master"))
        return locked

    def test_new_secrets_go_to_the_file(self, vault):
        assert vault.place() is SecretStorage.FILE
        assert a_ref(vault).startswith("file:")

    def test_a_master_password_is_asked_for(self, locked):
        with pytest.raises(VaultLocked) as caught:
            a_ref(locked)
        assert caught.value.new

    def test_a_secret_of_a_missing_keyring_fails(self, vault):
        with pytest.raises(VaultError, match="system keyring failed"):
            vault.get(SecretRef("keyring:p1/password/1"))

    def test_an_unknown_reference_is_refused(self, vault):
        with pytest.raises(VaultError, match="does not know: memory:x"):
            vault.get(SecretRef("memory:x"))
