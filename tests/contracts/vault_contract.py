"""The contract of every Vault while it is unlocked. A subclass gives the fixture `vault`."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.errors import Cancelled
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.profile import ProfileId, SecretField
from smtp_desktop.services.ports import Vault

SECRETS = ["hunter2", " blanks kept ", "pässwörd €", '🎉 \u2028 "quoted" \\ {x}', "a\tb\nc", "x" * 1000]


def a_ref(vault, identifier="p1", field=SecretField.PASSWORD):
    return vault.new_ref(ProfileId(identifier), field)


class SecretsContract:
    """What holds of a keyring's entries alone, too."""

    @pytest.mark.parametrize("value", SECRETS)
    def test_gives_back_what_was_put(self, vault: Vault, value):
        ref = a_ref(vault)
        vault.put(ref, Secret(value))
        assert vault.get(ref) == Secret(value)

    def test_a_new_reference_has_no_secret(self, vault: Vault):
        assert vault.get(a_ref(vault)) is None

    def test_every_new_reference_is_another(self, vault: Vault):
        refs = {a_ref(vault, field=field) for field in SecretField for _ in range(20)}
        assert len(refs) == 20 * len(SecretField)

    def test_keeps_each_under_its_own_reference(self, vault: Vault):
        refs = [a_ref(vault, "p1"), a_ref(vault, "p1"), a_ref(vault, "p2")]
        refs.append(a_ref(vault, "p1", SecretField.CLIENT_SECRET))
        for number, ref in enumerate(refs):
            vault.put(ref, Secret(f"secret {number}"))
        assert [vault.get(ref) for ref in refs] == [Secret(f"secret {number}") for number in range(4)]

    def test_putting_again_replaces(self, vault: Vault):
        ref = a_ref(vault)
        vault.put(ref, Secret("old"))
        vault.put(ref, Secret("new"))
        assert vault.get(ref) == Secret("new")

    def test_erases_one_and_leaves_the_others(self, vault: Vault):
        gone, kept = a_ref(vault), a_ref(vault)
        vault.put(gone, Secret("one"))
        vault.put(kept, Secret("two"))
        vault.erase(gone)
        assert vault.get(gone) is None
        assert vault.get(kept) == Secret("two")

    def test_erasing_nothing_is_fine(self, vault: Vault):
        ref = a_ref(vault)
        vault.erase(ref)
        vault.put(ref, Secret("x"))
        vault.erase(ref)
        vault.erase(ref)
        assert vault.get(ref) is None

    def test_a_reference_gives_nothing_of_the_secret_away(self, vault: Vault):
        ref = a_ref(vault)
        vault.put(ref, Secret("hunter2"))
        assert "hunter2" not in ref

    def test_threads_lose_nothing(self, vault: Vault):
        refs = [a_ref(vault) for _ in range(16)]
        with ThreadPoolExecutor(8) as threads:
            list(threads.map(lambda ref: vault.put(ref, Secret(ref)), refs))
            assert list(threads.map(vault.get, refs)) == [Secret(ref) for ref in refs]


class VaultContract(SecretsContract):
    def test_large_secrets_are_as_good_as_small_ones(self, vault: Vault):
        large, small = a_ref(vault), a_ref(vault)
        vault.put(large, Secret("x" * 100_000))
        vault.put(small, Secret("y"))
        assert (vault.get(large), vault.get(small)) == (Secret("x" * 100_000), Secret("y"))
        vault.erase(large)
        assert (vault.get(large), vault.get(small)) == (None, Secret("y"))

    def test_a_secret_may_grow_and_shrink(self, vault: Vault):
        ref = a_ref(vault)
        for value in ("small", "x" * 9000, "y" * 10_000, "small again", "z" * 9000):
            vault.put(ref, Secret(value))
            assert vault.get(ref) == Secret(value)
        vault.erase(ref)
        assert vault.get(ref) is None

    def test_whoever_has_a_secret_exclusively_has_it_alone(self, vault: Vault):
        ref = a_ref(vault)
        vault.put(ref, Secret("0"))

        def count(_: int) -> None:
            with vault.exclusive(ref, Cancel()):
                stored = vault.get(ref)
                assert stored
                vault.put(ref, Secret(str(int(stored.reveal()) + 1)))

        with ThreadPoolExecutor(4) as threads:
            list(threads.map(count, range(12)))
        assert vault.get(ref) == Secret("12")

    def test_others_read_write_and_have_other_secrets_meanwhile(self, vault: Vault):
        ref, other = a_ref(vault), a_ref(vault)
        with vault.exclusive(ref, Cancel()), vault.exclusive(other, Cancel()):
            vault.put(ref, Secret("x"))
            assert vault.get(ref) == Secret("x")

    def test_an_error_gives_it_free(self, vault: Vault):
        ref = a_ref(vault)
        with pytest.raises(KeyError), vault.exclusive(ref, Cancel()):
            raise KeyError
        with vault.exclusive(ref, Cancel()):
            pass

    def test_whoever_waits_can_give_up(self, vault: Vault):
        ref, cancel, gave_up = a_ref(vault), Cancel(), threading.Event()

        def wait() -> None:
            with pytest.raises(Cancelled), vault.exclusive(ref, cancel):
                pass
            gave_up.set()

        with vault.exclusive(ref, Cancel()):
            thread = threading.Thread(target=wait)
            thread.start()
            assert not gave_up.is_set()
            cancel.request()
            assert gave_up.wait(30)
            thread.join()
