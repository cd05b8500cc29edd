"""Tokens that are too large for Windows' keyring: a sign-in is as good as with small ones, and so is an app's key."""

from dataclasses import replace
from pathlib import Path

import pytest
from fakes.keyring_backends import WindowsKeyring
from services.sign_in.sign_in_harness import SHOP, SignInHarness

from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.profile import AppCredential, SecretField, SignIn
from smtp_desktop.vault.keyring_vault import KeyringVault
from smtp_desktop.vault.sealed_file import EncryptedFileVault
from smtp_desktop.vault.system_vault import SystemVault


@pytest.fixture
def backend() -> WindowsKeyring:
    return WindowsKeyring()


@pytest.fixture
def vault(backend: WindowsKeyring, tmp_path: Path) -> SystemVault:
    return SystemVault(
        KeyringVault(backend),
        EncryptedFileVault(tmp_path / "secrets.vault"),
        large_path=tmp_path / "large-secrets.vault",
    )


@pytest.fixture
def it(vault: SystemVault) -> SignInHarness:
    harness = SignInHarness(vault)
    harness.servers.token_length = 3000
    return harness


def test_they_are_used_renewed_and_erased(it: SignInHarness, vault: SystemVault, backend: WindowsKeyring) -> None:
    shop = it.signed_in()
    it.pass_time(hours=1)
    assert len(it.token(shop).value.reveal()) == 3000
    assert len(it.servers.refreshes) == 1
    assert it.token(shop).value == it.servers.issued[1].access_token
    # The client secret, and the key of the file.
    assert len(backend.entries) == 2
    assert not [entry for entry in backend.entries.values() if "A2" in entry]
    it.sign_ins.sign_out(shop.id)
    assert vault.get(shop.secret_refs[SecretField.TOKENS]) is None


def test_a_copy_of_an_app_has_a_copy_of_its_large_key(it: SignInHarness, vault: SystemVault) -> None:
    app = replace(
        SHOP,
        sign_in=SignIn.APP_ONLY,
        app_credential=AppCredential.SECRET,
        client_secret=Secret("k" * 4000),
    )
    copy = it.profiles.duplicate(it.profiles.create(app).id, None)
    assert vault.get(copy.secret_refs[SecretField.CLIENT_SECRET]) == Secret("k" * 4000)
