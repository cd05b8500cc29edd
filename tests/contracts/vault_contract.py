"""The contract of every Vault while it is unlocked. A subclass gives the fixture `vault`."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.profile import ProfileId, SecretField
from smtp_desktop.services.ports import Vault

SECRETS = ["hunter2", " blanks kept ", "pässwörd €", '🎉 \u2028 "quoted" \\ {x}', "a\tb\nc", "x" * 1000]


def a_ref(vault, identifier="p1", field=SecretField.PASSWORD):
    return vault.new_ref(ProfileId(identifier), field)


class VaultContract:
    @pytest.mark.parametrize("value", SECRETS)
    def test_gives_back_what_was_put(self, vault: Vault, value):
        ref = a_ref(vault)
        vault.put(ref, Secret(value))
        assert vault.get(ref) == Secret(value)

    def test_a_new_reference_has_no_secret(self, vault: Vault):
        assert vault.get(a_ref(vault)) is None

    def test_every_new_reference_is_another(self, vault: Vault):
        refs = {a_ref(vault, field=field) for field in SecretField for _ in range(20)}
        assert len(refs) == 40

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
