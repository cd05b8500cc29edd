"""The vault in the operating system's keyring, and all errors that the library `keyring` lets through."""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from smtp_desktop.domain.errors import VaultError
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret, SecretRef
from smtp_desktop.vault.secret_refs import new_ref, unknown_ref
from smtp_desktop.vault.turns import Turns

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

PREFIX = "keyring:"

_Result = TypeVar("_Result")
_SLOW_S = 3.0  # one that is open answers within milliseconds
_PATIENCE_S = 45.0  # a user may have to find the keyring's dialog first, and to type a password

_CHAINER = "keyring.backends.chainer"
# Backends that keep nothing (fail, null), or in a file that anyone can read or that asks on the terminal (keyrings.*).
_KEEP_NO_SECRETS = ("keyring.backends.fail", "keyring.backends.null", "keyrings.")

# What the backends let through from the libraries below them; looked up only where these are loaded.
_LOCKED_ERRORS = (
    ("keyring.errors", "KeyringLocked"),
    ("keyring.errors", "InitError"),
    ("secretstorage.exceptions", "LockedException"),
    ("secretstorage.exceptions", "PromptDismissedException"),
)
_OTHER_ERRORS = (
    ("keyring.errors", "KeyringError"),
    ("secretstorage.exceptions", "SecretStorageException"),
    ("jeepney", "DBusErrorResponse"),
    ("win32ctypes.pywin32.pywintypes", "error"),
    ("pywintypes", "error"),
    ("dbus", "DBusException"),
    ("gi.repository.GLib", "Error"),
)
# A dead or garbled D-Bus connection (OSError, EOFError, ValueError; SecretStorage also asserts what the service
# answers), and a backend that is named but missing or of no use here (ImportError, AttributeError, RuntimeError).
_GENERAL_ERRORS: tuple[type[Exception], ...] = (
    OSError,
    EOFError,
    ValueError,
    AssertionError,
    ImportError,
    AttributeError,
    RuntimeError,
)


class KeyringVault:
    """Keeps each secret as one entry of the keyring; no larger one than it takes (`large_secrets`). Safe from every
    thread.

    A call blocks while the keyring asks the user to unlock it, for 45 seconds at most; calls take turns, so that it
    asks once. One that is given up may still come to its end later.
    """

    def __init__(
        self,
        backend: "KeyringBackend | None" = None,
        *,
        patience_s: float = _PATIENCE_S,
        slow_s: float = _SLOW_S,
        slow: Callable[[], None] = lambda: None,
    ) -> None:
        """Uses `backend`, or the one that `keyring` finds when it is first needed. `slow` is called where a call has
        taken `slow_s` seconds: it may wait for the user."""
        self._backend = backend
        self._loading = threading.Lock()
        self._turns = Turns(patience_s, slow_s=slow_s, slow=slow)
        self._looks = Turns(
            patience_s, slow_s=slow_s, slow=slow
        )  # for what asks nobody, and need not wait until somebody is asked

    def usable(self) -> bool:
        """Whether the keyring can keep secrets. Never asks the user. Raises VaultError if the keyring is
        misconfigured."""
        with _errors_translated():
            return self._looks.run(lambda: _keeps_secrets(self._loaded()))

    def new_ref(self, owner: str, field: str) -> SecretRef:
        """Returns a reference that was never used. Raises VaultError if the keyring keeps no secrets."""
        if not self.usable():
            raise VaultError(msg("This system has no keyring that can store secrets. Install or start one."))
        return new_ref(PREFIX, owner, field)

    def put(self, ref: SecretRef, secret: Secret) -> None:
        """Keeps the secret under `ref`, and reads it back to be sure. Raises VaultError."""
        service, user_name = _entry(ref)

        def put(backend: "KeyringBackend") -> str | None:
            _refuse_surrogates(secret)
            backend.set_password(service, user_name, secret.reveal())
            return backend.get_password(service, user_name)

        kept = self._asked(put)
        if kept != secret.reveal():
            raise VaultError(msg("The system keyring accepted the secret but did not store it. Check the keyring."))

    def get(self, ref: SecretRef) -> Secret | None:
        """Returns the secret, or None if there is none. Raises VaultError."""
        service, user_name = _entry(ref)
        kept = self._asked(lambda backend: backend.get_password(service, user_name))
        return None if kept is None else Secret(kept)

    def erase(self, ref: SecretRef) -> None:
        """Erases the secret, if there is one. Raises VaultError."""
        from keyring.errors import PasswordDeleteError  # noqa: PLC0415 - as in _loaded

        service, user_name = _entry(ref)

        def erase(backend: "KeyringBackend") -> None:
            try:
                backend.delete_password(service, user_name)
            except PasswordDeleteError:
                # Backends raise the same for "not there" and for "not allowed".
                if backend.get_password(service, user_name) is not None:
                    raise

        self._asked(erase)

    def _asked(self, call: "Callable[[KeyringBackend], _Result]") -> _Result:
        """Returns what `call` returns for the backend. Raises VaultError."""
        with _errors_translated():
            return self._turns.run(lambda: call(self._loaded()))

    def _loaded(self) -> "KeyringBackend":
        with self._loading:
            if self._backend is None:
                import keyring  # noqa: PLC0415 - finding its backends takes 170 ms and may use D-Bus

                self._backend = keyring.get_keyring()
            return self._backend


def _entry(ref: SecretRef) -> tuple[str, str]:
    """Returns the entry's service name and user name. Each entry has a service name of its own: on Windows a second
    user name under the same service would displace the first."""
    if not ref.startswith(PREFIX):
        raise unknown_ref(ref)
    path = ref.removeprefix(PREFIX)
    field = path.split("/")[-2] if path.count("/") > 1 else ""
    return f"SMTPDesktop/{path}", field


def _keeps_secrets(backend: "KeyringBackend") -> bool:
    first = _first(backend)
    return first is not None and not type(first).__module__.startswith(_KEEP_NO_SECRETS)


def _first(backend: "KeyringBackend") -> "KeyringBackend | None":
    """Returns the backend that keeps new secrets: a chain writes to its first."""
    if type(backend).__module__ != _CHAINER:
        return backend
    chain: list[KeyringBackend] = getattr(backend, "backends")  # noqa: B009 - not in KeyringBackend's type
    return chain[0] if chain else None


def _refuse_surrogates(secret: Secret) -> None:
    try:
        secret.reveal().encode()
    except UnicodeEncodeError:
        # Without its cause, which holds the secret.
        raise VaultError(msg("The secret contains characters that a keyring can't store. Type it again.")) from None


@contextmanager
def _errors_translated() -> Iterator[None]:
    """Translates what the keyring raises, whatever its backend, into VaultError."""
    try:
        yield
    except VaultError:
        raise
    except _loaded_types(_LOCKED_ERRORS) as error:
        raise VaultError(msg("The system keyring is locked. Unlock it and try again.")) from error
    except _loaded_types(_OTHER_ERRORS) + _GENERAL_ERRORS as error:
        raise VaultError(
            msg("The system keyring failed: {reason}. Check that it runs, then try again.", reason=_reason(error))
        ) from error


def _loaded_types(names: tuple[tuple[str, str], ...]) -> tuple[type[Exception], ...]:
    found = (getattr(sys.modules.get(module), name, None) for module, name in names)
    return tuple(kind for kind in found if isinstance(kind, type) and issubclass(kind, Exception))


def _reason(error: Exception) -> str:
    # The text of a ValueError may quote what could not be converted.
    text = "" if isinstance(error, ValueError) else str(error)
    return text.rstrip(".") or type(error).__name__
