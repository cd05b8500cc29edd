"""`EncryptedFileVault`: several processes, damage, forgery, crashes."""

import base64
import json
import os
import random
import subprocess
import sys
from contextlib import suppress

import pytest
from contracts.vault_contract import VaultContract, a_ref

from smtp_desktop.domain.errors import VaultDamaged, VaultError, VaultLocked, WrongMasterPassword
from smtp_desktop.domain.secret import Secret, SecretRef
from smtp_desktop.domain.smtp.profile import ProfileId, SecretField
from smtp_desktop.vault import sealed_format, sealing
from smtp_desktop.vault.sealed_file import EncryptedFileVault
from smtp_desktop.vault.sealed_format import Argon2Cost

CHEAP = Argon2Cost(memory_kib=32, iterations=1, lanes=1)
MASTER = Secret("corréct horse")
CANARY = "Kanari3nvogel-ß-hunter2"
FORGERIES = int(os.environ.get("SMTP_DESKTOP_TEST_INPUTS", "100000"))
posix = pytest.mark.skipif(os.name != "posix", reason="POSIX signals, limits and permissions")

# The head of every child process, which gets the path as argument and the master password on standard input.
CHILD = """
import os, signal, sys
from pathlib import Path
from smtp_desktop.domain.errors import VaultError
from smtp_desktop.domain.smtp.profile import ProfileId, SecretField
from smtp_desktop.domain.secret import Secret
from smtp_desktop.vault.sealed_file import EncryptedFileVault
path = Path(sys.argv[1])
vault = EncryptedFileVault(path)
vault.unlock(Secret(sys.stdin.buffer.readline().decode().strip()))
ref = vault.new_ref(ProfileId("child"), SecretField.PASSWORD)
"""


def mutated(chance: random.Random, content: bytes) -> bytes:
    """Returns `content` as a forger might leave it: with parts that are repeated, gone, nested, or other bytes."""
    changed = bytearray(content)
    for _ in range(chance.randrange(3)):
        at, end = sorted(chance.choices(range(len(changed) + 1), k=2))
        changed[at:end] = chance.choice(
            [b"", changed[at:end] * 2, chance.randbytes(3), b"[" * chance.randrange(2000), b"9", b"null", b"1e9", b'"']
        )
    return bytes(changed)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "home" / "secrets.vault"


def opened(path, master=MASTER):
    vault = EncryptedFileVault(path, cost=CHEAP)
    vault.unlock(master)
    return vault


@pytest.fixture
def vault(path):
    return opened(path)


@pytest.fixture
def ref(vault):
    ref = a_ref(vault)
    vault.put(ref, Secret(CANARY))
    return ref


def child(path, script):
    return subprocess.Popen(
        [sys.executable, "-c", CHILD + script, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )


def finished(process, go=b""):
    out, _ = process.communicate(MASTER.reveal().encode() + b"\n" + go, timeout=60)
    return out.decode()


class TestEncryptedFileVault(VaultContract):
    def test_keeps_it_for_the_next_start(self, path, ref):
        assert ref.startswith("file:p1/password/")
        assert opened(path).get(ref) == Secret(CANARY)

    def test_two_open_vaults_see_each_others_changes(self, path, vault, ref):
        other = opened(path)
        other.put(ref, Secret("changed"))
        assert vault.get(ref) == Secret("changed")
        vault.erase(ref)
        assert other.get(ref) is None

    def test_what_no_keyring_can_keep_is_kept(self, vault):
        ref = a_ref(vault)
        for value in ("", "a\ud800b", "\0"):
            vault.put(ref, Secret(value))
            assert vault.get(ref) == Secret(value)

    @pytest.mark.parametrize("call", ["get", "erase"])
    def test_a_reference_into_another_vault_is_refused(self, vault, call):
        with pytest.raises(VaultError, match="does not know"):
            getattr(vault, call)(SecretRef("keyring:p1/password/1"))


class TestLock:
    def calls(self, vault):
        ref = SecretRef("file:p1/password/1")
        return [
            lambda: vault.new_ref(ProfileId("p1"), SecretField.PASSWORD),
            lambda: vault.put(ref, Secret("x")),
            lambda: vault.get(ref),
            lambda: vault.erase(ref),
        ]

    def test_is_locked_and_new_at_first(self, path):
        for call in self.calls(EncryptedFileVault(path)):
            with pytest.raises(VaultLocked, match="Choose a master password") as caught:
                call()
            assert caught.value.new
        assert not path.parent.exists()

    def test_is_locked_at_the_next_start(self, path, ref):
        for call in self.calls(EncryptedFileVault(path)):
            with pytest.raises(VaultLocked, match="Enter the master password") as caught:
                call()
            assert not caught.value.new

    @pytest.mark.parametrize("wrong", ["", "correct horse", "CORRÉCT HORSE", "corréct horse "])
    def test_a_wrong_password_does_not_open_it(self, path, ref, wrong):
        vault = EncryptedFileVault(path)
        with pytest.raises(WrongMasterPassword):
            vault.unlock(Secret(wrong))
        with pytest.raises(VaultLocked):
            vault.get(ref)
        vault.unlock(MASTER)
        assert vault.get(ref) == Secret(CANARY)

    def test_a_wrong_password_does_not_lock_an_open_one(self, vault, ref):
        with pytest.raises(WrongMasterPassword):
            vault.unlock(Secret("wrong"))
        assert vault.get(ref) == Secret(CANARY)

    def test_the_same_password_from_another_keyboard_opens_it(self, path, ref):
        assert opened(path, Secret("corre\u0301ct horse")).get(ref) == Secret(CANARY)

    def test_a_new_one_needs_a_password(self, path):
        with pytest.raises(VaultLocked, match="empty") as caught:
            EncryptedFileVault(path).unlock(Secret(""))
        assert caught.value.new
        assert not path.exists()

    def test_a_lost_file_asks_for_a_new_password(self, path, vault, ref):
        path.unlink()
        with pytest.raises(VaultLocked) as caught:
            vault.get(ref)
        assert caught.value.new

    def test_another_file_in_its_place_needs_its_own_password(self, path, vault, ref):
        path.unlink()
        opened(path, Secret("other"))
        with pytest.raises(VaultLocked) as caught:
            vault.put(ref, Secret("x"))
        assert not caught.value.new
        with pytest.raises(WrongMasterPassword):
            vault.unlock(MASTER)
        vault.unlock(Secret("other"))
        assert vault.get(ref) is None


class TestFile:
    def test_no_file_holds_a_secret_or_the_master_password(self, path, vault, ref):
        vault.put(a_ref(vault), Secret("other"))
        for secret in (CANARY, MASTER.reveal()):
            forms = [secret.encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be", "latin-1")]
            forms += [base64.b64encode(form)[:-4] for form in forms]
            forms += [secret.encode().hex().encode(), json.dumps(secret)[1:-1].encode()]
            for file in path.parent.iterdir():
                content = file.read_bytes()
                assert not [form for form in forms if form in content]

    def test_its_size_gives_little_away(self, path, vault):
        ref = a_ref(vault)
        sizes = set()
        for value in ("x", "x" * 40):
            vault.put(ref, Secret(value))
            sizes.add(path.stat().st_size)
        assert len(sizes) == 1

    def test_the_same_secret_never_looks_the_same(self, path, vault, ref):
        before = path.read_bytes()
        vault.put(ref, Secret(CANARY))
        assert path.read_bytes() != before

    def test_the_header_states_how_the_key_is_derived(self, path):
        EncryptedFileVault(path).unlock(MASTER)
        header = json.loads(path.read_bytes().split(b"\n")[0])
        assert (header["version"], header["key"], header["cipher"]) == (1, "argon2id", "aes-256-gcm")
        assert (header["memory_kib"], header["iterations"], header["lanes"]) == (65536, 3, 4)
        assert len(base64.b64decode(header["salt"])) == 16

    @posix
    def test_only_its_owner_can_read_it(self, path):
        old_mask = os.umask(0)
        try:
            opened(path).put("file:p1/password/1", Secret("x"))
        finally:
            os.umask(old_mask)
        modes = {file.name: file.stat().st_mode & 0o777 for file in path.parent.iterdir()}
        assert modes == {"secrets.vault": 0o600, "secrets.vault.lock": 0o600}
        assert path.parent.stat().st_mode & 0o777 == 0o700

    @posix
    def test_its_lock_follows_no_link(self, path, tmp_path):
        path.parent.mkdir()
        path.with_name("secrets.vault.lock").symlink_to(tmp_path / "elsewhere")
        with pytest.raises(VaultError, match="can't be read or written"):
            opened(path)
        assert not (tmp_path / "elsewhere").exists()

    def test_a_folder_in_its_place_fails(self, path):
        path.mkdir(parents=True)
        with pytest.raises(VaultError, match="can't be read or written"):
            opened(path)


class TestDamage:
    def test_every_flipped_byte_is_noticed(self, path, ref):
        whole = path.read_bytes()
        for offset in range(len(whole)):
            content = bytearray(whole)
            content[offset] ^= (0x01, 0x20, 0x80)[offset % 3]
            path.write_bytes(content)
            with pytest.raises(VaultDamaged):
                EncryptedFileVault(path).unlock(MASTER)

    def test_every_cut_is_noticed(self, path, ref):
        whole = path.read_bytes()
        for length in range(len(whole)):
            path.write_bytes(whole[:length])
            with pytest.raises(VaultDamaged):
                EncryptedFileVault(path).unlock(MASTER)

    def test_an_open_vault_notices_and_does_not_overwrite_it(self, path, vault, ref):
        path.write_bytes(path.read_bytes() + b"x")
        damaged = path.read_bytes()
        for call in (lambda: vault.get(ref), lambda: vault.put(ref, Secret("x")), lambda: vault.erase(ref)):
            with pytest.raises(VaultDamaged):
                call()
        assert path.read_bytes() == damaged

    def with_header(self, path, **changes):
        """Changes the header of the file, and its checksum to match."""
        header, sealed_secrets, _ = path.read_bytes().split(b"\n")[:3]
        header = json.dumps({**json.loads(header), **changes}).encode()
        lines = header + b"\n" + sealed_secrets + b"\n"
        path.write_bytes(lines + sealing.checksum_line(lines))

    @pytest.mark.parametrize(
        "changes",
        [
            {"memory_kib": 2**40},
            {"memory_kib": 4 * 1024 * 1024, "iterations": 100},
            {"memory_kib": 256 * 1024, "iterations": 16},
            {"memory_kib": 257 * 1024, "iterations": 1},
            {"added": [[[[]]]] * 300},
            {"memory_kib": 0},
            {"memory_kib": "many"},
            {"iterations": 10**9},
            {"lanes": -1},
            {"lanes": 1000},
            {"salt": "?"},
            {"salt": ""},
            {"nonce": ""},
            {"nonce": 7},
            {"format": "other"},
        ],
        ids=str,
    )
    def test_a_forged_header_is_noticed(self, path, ref, changes):
        self.with_header(path, **changes)
        with pytest.raises(VaultDamaged):
            EncryptedFileVault(path).unlock(MASTER)

    @pytest.mark.parametrize("depth", [300, 1000, 100_000])
    def test_a_header_that_is_nested_deep_is_noticed(self, path, ref, depth):
        lines = b"[" * depth + b"]" * depth + b"\n" + path.read_bytes().split(b"\n")[1] + b"\n"
        path.write_bytes(lines + sealing.checksum_line(lines))
        with pytest.raises(VaultDamaged):
            EncryptedFileVault(path).unlock(MASTER)

    def test_a_file_too_large_for_it_is_not_read(self, path, ref):
        with path.open("ab") as file:
            file.truncate(2**36)  # takes no room on the disk
        with pytest.raises(VaultDamaged):
            EncryptedFileVault(path).unlock(MASTER)

    @pytest.mark.parametrize("number", [pytest.param(300), pytest.param(FORGERIES, marks=pytest.mark.long)])
    def test_no_forged_file_ends_in_anything_else(self, path, ref, number):
        chance = random.Random(number)
        header, sealed_secrets, _ = path.read_bytes().split(b"\n")[:3]
        for _ in range(number):
            lines = mutated(chance, header) + b"\n" + mutated(chance, sealed_secrets) + b"\n"
            content = lines + sealing.checksum_line(lines)
            with suppress(VaultError):  # with its kinds: damaged, another password, a newer version
                sealed_format.unseal(content, sealed_format.key_for(content, MASTER))

    def test_the_cipher_covers_the_header(self, path, vault, ref):
        self.with_header(path, added="x")
        with pytest.raises(VaultDamaged):
            vault.get(ref)

    def test_a_newer_version_is_refused(self, path, ref):
        self.with_header(path, version=2)
        with pytest.raises(VaultError, match="newer version") as caught:
            EncryptedFileVault(path).unlock(MASTER)
        assert type(caught.value) is VaultError


class TestProcesses:
    def test_several_that_write_at_once_lose_nothing(self, path, vault, ref):
        script = """
print("ready", flush=True)
sys.stdin.buffer.readline()
for number in range(25):
    ref = vault.new_ref(ProfileId("child"), SecretField.PASSWORD)
    vault.put(ref, Secret(ref))
    print(ref)
"""
        children = [child(path, script) for _ in range(3)]
        for process in children:
            process.stdin.write(MASTER.reveal().encode() + b"\n")
            process.stdin.flush()
        for process in children:
            assert process.stdout.readline().strip() == b"ready"
        for process in children:
            process.stdin.write(b"go\n")
            process.stdin.flush()
        refs = [SecretRef(line) for process in children for line in process.communicate(timeout=60)[0].decode().split()]
        assert len(set(refs)) == 75
        assert [vault.get(ref) for ref in refs] == [Secret(ref) for ref in refs]
        assert vault.get(ref) == Secret(CANARY)

    @posix
    def test_one_that_is_killed_before_the_replacement_changes_nothing(self, path, vault, ref):
        # The audit hook runs exactly between the writing of the temporary file and its renaming.
        script = """
sys.addaudithook(lambda event, args: event == "os.rename" and os.kill(os.getpid(), signal.SIGKILL))
vault.put(ref, Secret("never kept"))
"""
        process = child(path, script)
        finished(process)
        assert process.returncode == -9
        assert path.with_name("secrets.vault.new").exists()
        assert vault.get(ref) == Secret(CANARY)
        vault.put(ref, Secret("goes on"))
        assert opened(path).get(ref) == Secret("goes on")
        assert sorted(file.name for file in path.parent.iterdir()) == ["secrets.vault", "secrets.vault.lock"]

    @posix
    def test_a_disk_that_takes_no_more_changes_nothing(self, path, vault, ref):
        script = """
import resource
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
try:
    vault.put(ref, Secret("never kept"))
except VaultError as error:
    print("error:", error)
"""
        assert finished(child(path, script)).startswith("error: The encrypted file")
        assert vault.get(ref) == Secret(CANARY)
        assert sorted(file.name for file in path.parent.iterdir()) == ["secrets.vault", "secrets.vault.lock"]


def test_a_key_does_not_show():
    key = sealed_format.new_key(MASTER, CHEAP)
    assert "value" not in repr(key)
    assert str(key.value) not in repr(key)
