"""`KeyringVault` on backends that fail, lie, and block."""

import threading

import keyring.backends.fail
import keyring.backends.null
import pytest
from contracts.vault_contract import SecretsContract, a_ref
from fakes.keyring_backends import DictKeyring, HangingKeyring
from keyring.errors import InitError, KeyringError, KeyringLocked, PasswordDeleteError, PasswordSetError

from smtp_desktop.domain.errors import VaultError
from smtp_desktop.domain.secret import Secret, SecretRef
from smtp_desktop.vault.keyring_vault import KeyringVault


class Undeletable(DictKeyring):
    def delete_password(self, service, username):
        raise PasswordDeleteError("denied")


class Forgetful(DictKeyring):
    def get_password(self, service, username):
        return "something else"


class PlainText(DictKeyring):
    __module__ = "keyrings.alt.file"


class Chain(DictKeyring):
    __module__ = "keyring.backends.chainer"

    def __init__(self, *backends):
        super().__init__()
        self.backends = list(backends)


@pytest.fixture
def backend():
    return DictKeyring()


class TestKeyringVault(SecretsContract):
    @pytest.fixture
    def vault(self, backend):
        return KeyringVault(backend)

    def test_every_secret_has_a_service_name_of_its_own(self, vault, backend):
        ref = a_ref(vault)
        vault.put(ref, Secret("x"))
        kind, _, path = ref.partition(":")
        assert kind == "keyring"
        assert path.startswith("p1/password/")
        assert backend.entries == {(f"SMTPDesktop/{path}", "password"): "x"}

    @pytest.mark.parametrize("call", ["get", "erase"])
    def test_a_reference_into_another_vault_is_refused(self, vault, call):
        with pytest.raises(VaultError, match="does not know"):
            getattr(vault, call)(SecretRef("file:p1/password/1"))


class TestUsable:
    @pytest.mark.parametrize(
        ("backend", "usable"),
        [
            (DictKeyring(), True),
            (keyring.backends.fail.Keyring(), False),
            (keyring.backends.null.Keyring(), False),
            (PlainText(), False),
            (Chain(PlainText(), DictKeyring()), False),
            (Chain(DictKeyring(), PlainText()), True),
            (Chain(), False),
        ],
        ids=["real", "fail", "null", "plain text", "plain text first", "plain text second", "empty chain"],
    )
    def test_usable_where_secrets_can_be_kept(self, backend, usable):
        vault = KeyringVault(backend)
        assert vault.usable() is usable
        if not usable:
            with pytest.raises(VaultError, match="no keyring"):
                a_ref(vault)

    @pytest.mark.parametrize("name", ["no.such.module.Keyring", "keyring.backends.fail.NoSuchClass", "", "x"])
    def test_a_keyring_that_is_named_but_missing_fails(self, monkeypatch, name):
        # keyring keeps what it found for the whole process.
        monkeypatch.setattr("keyring.core._keyring_backend", None)
        monkeypatch.setenv("PYTHON_KEYRING_BACKEND", name)
        with pytest.raises(VaultError, match="system keyring failed"):
            KeyringVault().usable()

    def test_finds_the_systems_own(self, monkeypatch):
        monkeypatch.setattr("keyring.core._keyring_backend", None)
        monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
        assert not KeyringVault().usable()


class TestFailures:
    def failing(self, backend, failure):
        vault = KeyringVault(backend)
        ref = a_ref(vault)
        vault.put(ref, Secret("x"))
        backend.failure = failure
        return [lambda: vault.put(ref, Secret("hunter2")), lambda: vault.get(ref), lambda: vault.erase(ref)]

    @pytest.mark.parametrize("failure", [KeyringLocked("dismissed"), InitError("Prompt dismissed")])
    def test_a_locked_keyring_says_what_to_do(self, backend, failure):
        for call in self.failing(backend, failure):
            with pytest.raises(VaultError, match=r"is locked\. Unlock it and try again") as caught:
                call()
            assert caught.value.__cause__ is failure

    @pytest.mark.parametrize(
        "failure",
        [
            KeyringError("broken"),
            PasswordSetError("broken"),
            OSError("broken"),
            EOFError("broken"),
            AssertionError("broken"),
            RuntimeError("broken"),
        ],
        ids=lambda failure: type(failure).__name__,
    )
    def test_any_other_failure_has_its_reason(self, backend, failure):
        for call in self.failing(backend, failure):
            with pytest.raises(VaultError, match=r"system keyring failed: broken\. Check"):
                call()

    def test_the_libraries_below_are_known(self, backend):
        jeepney = pytest.importorskip("jeepney", reason="a library of Linux's keyring")
        exceptions = pytest.importorskip("secretstorage.exceptions", reason="a library of Linux's keyring")
        header = jeepney.Header(
            jeepney.Endianness.little,
            jeepney.MessageType.error,
            0,
            1,
            0,
            1,
            {jeepney.HeaderFields.error_name: "org.x.Y"},
        )
        dbus_error = jeepney.DBusErrorResponse(jeepney.Message(header, ("no",)))
        for failure in (dbus_error, exceptions.SecretServiceNotAvailableException("no")):
            for call in self.failing(backend, failure):
                with pytest.raises(VaultError, match="system keyring failed"):
                    call()
            backend.failure = None
        for failure in (exceptions.LockedException("no"), exceptions.PromptDismissedException("no")):
            for call in self.failing(backend, failure):
                with pytest.raises(VaultError, match="is locked"):
                    call()
            backend.failure = None

    def test_a_conversion_error_does_not_quote_the_secret(self, backend):
        for call in self.failing(backend, ValueError("can't convert hunter2")):
            with pytest.raises(VaultError, match="failed: ValueError") as caught:
                call()
            assert "hunter2" not in str(caught.value)

    def test_a_secret_that_can_not_be_written_is_refused_without_a_trace_of_it(self, backend):
        vault = KeyringVault(backend)
        with pytest.raises(VaultError, match="characters") as caught:
            vault.put(a_ref(vault), Secret("hunter\ud800"))
        assert caught.value.__cause__ is None
        assert caught.value.__suppress_context__
        assert backend.entries == {}

    @pytest.mark.parametrize("backend", [keyring.backends.null.Keyring(), Forgetful()])
    def test_a_secret_that_is_not_kept_fails(self, backend):
        with pytest.raises(VaultError, match="did not store it"):
            KeyringVault(backend).put(SecretRef("keyring:p1/password/1"), Secret("x"))

    def test_no_keyring_at_all_fails(self):
        with pytest.raises(VaultError, match="system keyring failed"):
            KeyringVault(keyring.backends.fail.Keyring()).get(SecretRef("keyring:p1/password/1"))

    def test_a_secret_that_can_not_be_erased_fails(self):
        vault = KeyringVault(Undeletable())
        ref = a_ref(vault)
        vault.erase(ref)
        vault.put(ref, Secret("x"))
        with pytest.raises(VaultError, match="denied"):
            vault.erase(ref)


class TestHangingKeyring:
    def test_a_call_waits_for_the_answer(self):
        backend = HangingKeyring()
        vault = KeyringVault(backend)
        ref = a_ref(vault)
        thread = threading.Thread(target=vault.put, args=(ref, Secret("x")))
        thread.start()
        assert backend.asked.wait(30)
        assert vault.usable()  # what asks nobody is not blocked by it
        assert a_ref(vault) != ref
        assert thread.is_alive()
        backend.answered.set()
        thread.join(30)
        assert vault.get(ref) == Secret("x")

    def test_one_that_never_answers_is_given_up_with_a_word(self):
        backend = HangingKeyring()
        vault = KeyringVault(backend, patience_s=0.05)
        ref = a_ref(vault)
        for call in (lambda: vault.put(ref, Secret("x")), lambda: vault.get(ref), lambda: vault.erase(ref)):
            with pytest.raises(VaultError, match=r"did not answer for 0 seconds\. It may be waiting"):
                call()
        # It answers at last: what was asked first is done, the others were not asked.
        backend.answered.set()
        hung = next(one for one in threading.enumerate() if one.name == "keyring")
        hung.join(30)
        assert vault.get(ref) == Secret("x")

    def test_one_that_is_slow_is_said_once_and_waited_for(self):
        backend, said = HangingKeyring(), []

        def slow() -> None:
            said.append("slow")
            backend.answered.set()

        ref = a_ref(KeyringVault(DictKeyring()))
        assert KeyringVault(backend, slow_s=0, slow=slow).get(ref) is None
        assert said == ["slow"]

    def test_while_one_call_hangs_others_fail_at_once(self):
        backend = HangingKeyring()
        vault = KeyringVault(backend, patience_s=0.05)
        ref = a_ref(vault)
        with pytest.raises(VaultError, match="did not answer"):
            vault.get(ref)
        vault._turns._patience_s = 3600.0  # nobody waits for so long here
        with pytest.raises(VaultError, match="did not answer"):
            vault.get(ref)
        backend.answered.set()
