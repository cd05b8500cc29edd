"""Secrets that are too large for a keyring: where they are, several processes, damage, lost keys, crashes."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from contracts.vault_contract import a_ref
from fakes.keyring_backends import DictKeyring, WindowsKeyring

from smtp_desktop.domain.errors import VaultDamaged, VaultError
from smtp_desktop.domain.secret import Secret, SecretRef
from smtp_desktop.vault import sealed_format
from smtp_desktop.vault.keyring_vault import KeyringVault
from smtp_desktop.vault.large_secrets import LargeSecrets, fits_a_keyring
from smtp_desktop.vault.sealed_file import EncryptedFileVault
from smtp_desktop.vault.system_vault import SystemVault

CANARY = "Kanari3nvogel-hunter2 "
LARGE = Secret(CANARY * 100)
posix = pytest.mark.skipif(os.name != "posix", reason="POSIX signals")

# A child process, whose keyring is a folder with a file for each entry. Its script is followed by this one's.
CHILD = """
import os, signal, sys
from pathlib import Path
from fakes.keyring_backends import FolderKeyring
from smtp_desktop.domain.secret import Secret, SecretRef
from smtp_desktop.vault.keyring_vault import KeyringVault
from smtp_desktop.vault.large_secrets import LargeSecrets
home = Path(sys.argv[1])
large = LargeSecrets(home / "large-secrets.vault", KeyringVault(FolderKeyring(home / "entries")))
def put(name): large.put(SecretRef("keyring:" + name), Secret(name * 500))
def die(): os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def backend():
    return WindowsKeyring()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "large-secrets.vault"


@pytest.fixture
def start(backend, tmp_path, path):
    """Returns the vault of another process, on the same keyring and files."""

    def started():
        return SystemVault(KeyringVault(backend), EncryptedFileVault(tmp_path / "secrets.vault"), large_path=path)

    return started


@pytest.fixture
def vault(start):
    return start()


def keys(backend):
    return [service for service, _ in backend.entries if "large-secrets/key" in service]


class TestWhereASecretIs:
    @pytest.mark.parametrize(("value", "fits"), [("x" * 1280, True), ("x" * 1281, False), ("🎉" * 641, False)])
    def test_the_limit_is_that_of_windows(self, vault, backend, path, value, fits):
        assert fits_a_keyring(Secret(value)) is fits
        ref = a_ref(vault)
        vault.put(ref, Secret(value))
        assert path.exists() is not fits
        assert (value in backend.entries.values()) is fits

    def test_no_file_and_no_key_before_there_is_a_large_secret(self, vault, backend, path):
        ref = a_ref(vault)
        vault.put(ref, Secret("x"))
        assert vault.get(a_ref(vault)) is None
        vault.erase(ref)
        assert backend.entries == {}
        assert list(path.parent.iterdir()) == []

    def test_all_large_secrets_share_one_key_and_another_start_finds_it(self, vault, start, backend):
        refs = [a_ref(vault) for _ in range(3)]
        for ref in refs:
            vault.put(ref, LARGE)
        assert len(keys(backend)) == 1
        assert len(backend.entries) == 1
        other = start()
        assert [other.get(ref) for ref in refs] == [LARGE] * 3
        other.erase(refs[0])
        assert [vault.get(ref) for ref in refs] == [None, LARGE, LARGE]

    def test_neither_file_nor_references_give_a_secret_away(self, vault, path, backend):
        ref = a_ref(vault)
        vault.put(ref, LARGE)
        for file in path.parent.iterdir():
            content = file.read_bytes()
            assert CANARY.encode() not in content
            assert not [value for value in backend.entries.values() if value.encode() in content]
        if os.name == "posix":
            assert path.stat().st_mode & 0o777 == 0o600

    def test_each_data_folder_has_its_own_key(self, vault, backend, tmp_path):
        other_path = tmp_path / "other" / "large-secrets.vault"
        other = SystemVault(
            KeyringVault(backend), EncryptedFileVault(tmp_path / "other" / "secrets.vault"), large_path=other_path
        )
        refs = a_ref(vault), a_ref(other)
        vault.put(refs[0], LARGE)
        other.put(refs[1], Secret("y" * 2000))
        assert len(keys(backend)) == 2
        assert (vault.get(refs[0]), other.get(refs[1])) == (LARGE, Secret("y" * 2000))

    def test_a_large_secret_of_an_older_version_is_still_found(self, tmp_path, path):
        keyring = KeyringVault(DictKeyring())
        ref = a_ref(keyring)
        keyring.put(ref, LARGE)
        vault = SystemVault(keyring, EncryptedFileVault(tmp_path / "secrets.vault"), large_path=path)
        assert vault.get(ref) == LARGE
        vault.put(ref, Secret("z" * 2000))
        assert vault.get(ref) == Secret("z" * 2000)
        assert keyring.get(ref) is None


class TestDamage:
    @pytest.fixture
    def small(self, vault):
        ref = a_ref(vault)
        vault.put(ref, Secret("small"))
        return ref

    @pytest.fixture
    def large(self, vault):
        ref = a_ref(vault)
        vault.put(ref, LARGE)
        return ref

    def assert_stays_as_it_is(self, vault, path, small, large, error):
        content = path.read_bytes()
        for call in (lambda: vault.get(large), lambda: vault.put(large, LARGE), lambda: vault.erase(large)):
            with pytest.raises(error, match=r"large-secrets\.vault"):
                call()
        assert path.read_bytes() == content
        # Passwords are not affected.
        assert vault.get(small) == Secret("small")
        vault.put(small, Secret("changed"))
        assert vault.get(small) == Secret("changed")
        vault.erase(small)
        with pytest.raises(error):  # nobody knows what else is in the file
            vault.get(small)

    def test_a_file_without_its_key_is_an_error_and_left_alone(self, start, backend, path, small, large):
        backend.entries = {entry: value for entry, value in backend.entries.items() if entry[0] not in keys(backend)}
        self.assert_stays_as_it_is(start(), path, small, large, VaultError)

    def test_a_damaged_file_is_an_error_and_left_alone(self, vault, path, small, large):
        content = bytearray(path.read_bytes())
        content[-100] ^= 1
        path.write_bytes(content)
        self.assert_stays_as_it_is(vault, path, small, large, VaultDamaged)

    def test_a_key_that_does_not_open_it_is_an_error(self, start, backend, path, small, large):
        for entry in backend.entries:
            if "large-secrets/key" in entry[0]:
                backend.entries[entry] = "f" * 64
        self.assert_stays_as_it_is(start(), path, small, large, VaultDamaged)

    def test_without_the_file_one_begins_anew(self, vault, path, large, backend):
        path.unlink()
        assert vault.get(large) is None
        vault.put(large, LARGE)
        assert vault.get(large) == LARGE
        assert len(keys(backend)) == 2

    def test_a_keyring_that_fails_makes_no_file(self, vault, backend, path):
        ref = a_ref(vault)
        backend.failure = OSError("broken")
        with pytest.raises(VaultError, match="system keyring failed"):
            vault.put(ref, LARGE)
        assert not path.exists()

    def test_too_many_secrets_are_refused_and_none_is_lost(self, vault, large, monkeypatch):
        # The limit's 64 MB would take seconds.
        monkeypatch.setattr("smtp_desktop.vault.sealed_format.LARGEST_BYTES", 10_000)
        with pytest.raises(VaultError, match="would exceed"):
            vault.put(a_ref(vault), Secret("x" * 10_000))
        assert vault.get(large) == LARGE


class TestCrashes:
    """What another process left that died between two steps."""

    def test_a_key_without_a_file_harms_nothing(self, vault, start, path, backend):
        vault.put(a_ref(vault), LARGE)
        path.unlink()
        again = start()
        ref = a_ref(again)
        again.put(ref, LARGE)
        assert start().get(ref) == LARGE

    def test_where_a_secret_is_in_both_the_one_in_the_file_counts(self, vault, backend, path):
        keyring = KeyringVault(backend)
        ref = a_ref(vault)
        keyring.put(ref, Secret("old"))
        LargeSecrets(path, keyring).put(ref, LARGE)
        assert vault.get(ref) == LARGE
        vault.put(ref, Secret("new"))
        assert vault.get(ref) == Secret("new")
        vault.erase(ref)
        assert vault.get(ref) is None
        assert keyring.get(ref) is None


def child(home, script):
    return subprocess.Popen(
        [sys.executable, "-c", CHILD + script, str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )


class TestProcesses:
    @pytest.mark.long
    def test_several_that_begin_at_once_lose_nothing(self, tmp_path):
        script = """
print("ready", flush=True)
sys.stdin.readline()
for number in range(10):
    put(f"{os.getpid()}-{number}-")
    print(f"{os.getpid()}-{number}-")
"""
        children = [child(tmp_path, script) for _ in range(3)]
        for process in children:
            assert process.stdout.readline().strip() == "ready"
        for process in children:
            process.stdin.write("go\n")
            process.stdin.flush()
        names = [name for process in children for name in process.communicate(timeout=60)[0].split()]
        assert len(set(names)) == 30
        reader = "\n".join(
            f"print(large.get(SecretRef('keyring:{name}')).reveal() == '{name}' * 500)" for name in names
        )
        out, _ = child(tmp_path, reader).communicate(timeout=60)
        assert out.split() == ["True"] * 30
        assert len(list((tmp_path / "entries").iterdir())) == 1

    @posix
    @pytest.mark.long
    @pytest.mark.parametrize(
        "event", ["'open' and str(args[0]).endswith('.new')", "'os.rename'", "'os.rename' and (home / 'once').exists()"]
    )
    def test_one_that_is_killed_at_a_step_leaves_what_others_can_go_on_with(self, tmp_path, event):
        script = f"""
sys.addaudithook(lambda event, args: event == {event} and die())
put("a")
(home / "once").touch()
put("b")
"""
        process = child(tmp_path, script)
        process.communicate(timeout=60)
        assert process.returncode == -9
        out, _ = child(
            tmp_path,
            "put('c'); print([bool(large.get(SecretRef('keyring:' + name))) for name in 'abc'])",
        ).communicate(timeout=60)
        assert out.strip() == f"[{'once' in event}, False, True]"


def test_there_is_room_for_the_tokens_of_thousands_of_smtps():
    key = sealed_format.new_key(Secret("x"), sealed_format.Argon2Cost(memory_kib=8, iterations=1, lanes=1))
    secrets = {SecretRef(f"keyring:{number}"): Secret("x" * 7000) for number in range(5000)}
    assert len(sealed_format.seal(secrets, key)) < sealed_format.LARGEST_BYTES


def test_threads_that_begin_at_once_make_one_key(vault, backend):
    refs = [a_ref(vault) for _ in range(8)]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda ref: vault.put(ref, LARGE), refs))
    assert len(keys(backend)) == 1
    assert [vault.get(ref) for ref in refs] == [LARGE] * 8
