"""The vault of a data folder."""

from pathlib import Path

from smtp_desktop.composition.data_folder import LARGE_SECRETS_FILE, VAULT_FILE, demo_ca
from smtp_desktop.domain.events import KeyringWaits
from smtp_desktop.services.ports import Events
from smtp_desktop.vault.keyring_vault import KeyringVault
from smtp_desktop.vault.sealed_file import EncryptedFileVault
from smtp_desktop.vault.system_vault import SystemVault


def system_vault(home: Path, events: Events) -> SystemVault:
    """Returns the system's keyring or the encrypted file in the data folder `home`; a demo keeps secrets in that alone.
    `events` receives KeyringWaits."""
    is_demo = demo_ca(home) is not None
    keyring = None if is_demo else KeyringVault(slow=lambda: events.publish(KeyringWaits()))
    return SystemVault(keyring, EncryptedFileVault(home / VAULT_FILE), large_path=home / LARGE_SECRETS_FILE)
