"""KeyringVault against a real Secret Service.

Each test starts this file once more, in a D-Bus session of its own with a home of its own; `IN_SESSION` says what
the daemon there is like, and the classes at the end are then the tests.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from contracts.vault_contract import SecretsContract, VaultContract, a_ref

from smtp_desktop.domain.errors import VaultError
from smtp_desktop.domain.secret import Secret, SecretRef
from smtp_desktop.vault.keyring_vault import KeyringVault
from smtp_desktop.vault.sealed_file import EncryptedFileVault
from smtp_desktop.vault.system_vault import SecretStorage, SystemVault

IN_SESSION = os.environ.get("KEYRING_TEST_SESSION", "")
MISSING = [tool for tool in ("dbus-run-session", "gnome-keyring-daemon") if not shutil.which(tool)]
# The password goes through a pipe; `exec` makes pytest the process that the session waits for.
START = {
    "open": 'printf pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null && exec "$@"',
    "locked": 'printf pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null && exec "$@"',
    "no collection": 'gnome-keyring-daemon --start --components=secrets >/dev/null && exec "$@"',
}
CANARY = "Kanari3nvogel-hunter2"


def run_in_session(kind, tmp_path):
    """Returns how many tests passed in it; fails when any did not."""
    folders = {name: tmp_path / name for name in ("home", "share", "config", "cache", "run")}
    for folder in folders.values():
        folder.mkdir(mode=0o700)
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folders["home"]),
        "XDG_DATA_HOME": str(folders["share"]),
        "XDG_CONFIG_HOME": str(folders["config"]),
        "XDG_CACHE_HOME": str(folders["cache"]),
        "XDG_RUNTIME_DIR": str(folders["run"]),
        "KEYRING_TEST_SESSION": kind,
    }
    inner = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", __file__]
    if kind != "open":
        inner += ["-W", "ignore::ResourceWarning"]  # keyring closes no connection when the unlocking fails
    done = subprocess.run(
        ["dbus-run-session", "--", "sh", "-c", START[kind], "sh", *inner],
        cwd=Path(__file__).parents[2],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    passed = re.search(r"^(\d+) passed in", done.stdout, re.MULTILINE)
    assert passed, done.stdout
    return int(passed[1])


if not IN_SESSION:
    # A pytest.skip of the whole module would hide it from the count.
    needs_tools = pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}")

    @pytest.mark.long
    @needs_tools
    def test_an_unlocked_keyring_keeps_the_contract(tmp_path):
        assert run_in_session("open", tmp_path) >= 15
        kept = list((tmp_path / "share" / "keyrings").glob("*.keyring"))
        assert kept
        assert not [file for file in kept if CANARY.encode() in file.read_bytes()]

    @pytest.mark.long
    @needs_tools
    @pytest.mark.parametrize("kind", ["locked", "no collection"])
    def test_a_keyring_that_can_not_be_unlocked_fails(tmp_path, kind):
        assert run_in_session(kind, tmp_path) == 1


def default_collection():
    secretstorage = pytest.importorskip("secretstorage")
    connection = secretstorage.dbus_init()
    return connection, secretstorage.get_default_collection(connection)


if IN_SESSION == "open":

    class TestUnlocked(SecretsContract):
        @pytest.fixture
        def vault(self):
            return KeyringVault()

        def test_it_is_the_real_one(self, vault):
            assert vault.usable()
            assert type(vault._loaded()).__module__ == "keyring.backends.SecretService"

        def test_another_start_finds_the_secret(self, vault):
            ref = a_ref(vault)
            vault.put(ref, Secret(CANARY))
            assert KeyringVault().get(ref) == Secret(CANARY)

    class TestSystemVault(VaultContract):
        @pytest.fixture
        def vault(self, tmp_path):
            return self.started(tmp_path)

        def started(self, home):
            return SystemVault(
                KeyringVault(), EncryptedFileVault(home / "secrets.vault"), large_path=home / "large-secrets.vault"
            )

        def test_another_start_finds_a_large_secret(self, vault, tmp_path):
            assert vault.place() is SecretStorage.KEYRING
            ref = a_ref(vault)
            vault.put(ref, Secret(CANARY * 1000))
            assert self.started(tmp_path).get(ref) == Secret(CANARY * 1000)
            assert CANARY.encode() not in (tmp_path / "large-secrets.vault").read_bytes()
            assert not (tmp_path / "secrets.vault").exists()


def refused(ref):
    for call in (
        lambda: KeyringVault().put(ref, Secret(CANARY)),
        lambda: KeyringVault().get(ref),
        lambda: KeyringVault().erase(ref),
    ):
        with pytest.raises(VaultError, match=r"is locked\. Unlock it and try again"):
            call()


if IN_SESSION == "locked":

    def test_locked():
        vault = KeyringVault()
        ref = a_ref(vault)
        vault.put(ref, Secret("x"))
        connection, collection = default_collection()
        collection.lock()
        connection.close()
        refused(ref)


if IN_SESSION == "no collection":

    def test_no_collection():
        assert KeyringVault().usable()
        refused(SecretRef("keyring:p1/password/1"))
