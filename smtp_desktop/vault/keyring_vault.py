"""Secrets in the operating system's keyring. The only place that knows keyring's errors, and those it lets through."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from smtp_desktop.domain.errors import VaultError
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret, SecretRef
from smtp_desktop.domain.smtp.profile import ProfileId, SecretField
from smtp_desktop.vault.places import new_ref, unknown_place

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

PREFIX = "keyring:"

_WINDOWS = "keyring.backends.Windows"
# CRED_MAX_CREDENTIAL_BLOB_SIZE is 5 * 512 bytes, and the Credential Manager keeps UTF-16.
_WINDOWS_LIMIT_BYTES = 2560
_WINDOWS_LIMIT_CHARACTERS = _WINDOWS_LIMIT_BYTES // 2

_CHAINER = "keyring.backends.chainer"
# They keep nothing (fail, null) or keep it in a file that anyone can read or that asks on the terminal (keyrings.*).
_KEEP_NO_SECRETS = ("keyring.backends.fail", "keyring.backends.null", "keyrings.")

# What each backend lets through of the library below it; looked up only where that is loaded.
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
    """Keeps each secret as one entry of the keyring. Any call may wait without limit while the keyring asks its
    owner; calls take turns, so that he is asked once. Safe from every thread."""

    def __init__(self, backend: "KeyringBackend | None" = None) -> None:
        """Uses `backend`, or the one that `keyring` finds when it is first needed."""
        self._backend = backend
        self._loading = threading.Lock()
        self._turn = threading.Lock()

    def usable(self) -> bool:
        """Whether the keyring can keep secrets. Asks nobody. Raises VaultError when it is set up wrongly."""
        with _told():
            return _keeps_secrets(self._loaded())

    def new_ref(self, profile_id: ProfileId, field: SecretField) -> SecretRef:
        """Returns a place that nothing was ever kept in. Raises VaultError where the keyring keeps no secrets."""
        if not self.usable():
            raise VaultError(msg("This system has no keyring that can keep secrets. Install or start one."))
        return new_ref(PREFIX, profile_id, field)

    def put(self, ref: SecretRef, secret: Secret) -> None:
        """The secret is kept at `ref`: it was read back. Raises VaultError."""
        service, user_name = _entry(ref)
        with self._calling() as backend:
            _refuse_unfit(backend, secret)
            backend.set_password(service, user_name, secret.reveal())
            kept = backend.get_password(service, user_name)
        if kept != secret.reveal():
            raise VaultError(msg("The system keyring took the secret but did not keep it. Check the keyring."))

    def get(self, ref: SecretRef) -> Secret | None:
        """Returns None when nothing is kept there. Raises VaultError."""
        service, user_name = _entry(ref)
        with self._calling() as backend:
            kept = backend.get_password(service, user_name)
        return None if kept is None else Secret(kept)

    def erase(self, ref: SecretRef) -> None:
        """Nothing is kept at `ref`. Raises VaultError."""
        from keyring.errors import PasswordDeleteError  # noqa: PLC0415 - as in _loaded

        service, user_name = _entry(ref)
        with self._calling() as backend:
            try:
                backend.delete_password(service, user_name)
            except PasswordDeleteError:
                # Backends say the same for "was not there" and for "would not go".
                if backend.get_password(service, user_name) is not None:
                    raise

    @contextmanager
    def _calling(self) -> Iterator["KeyringBackend"]:
        with self._turn, _told():
            yield self._loaded()

    def _loaded(self) -> "KeyringBackend":
        with self._loading:
            if self._backend is None:
                import keyring  # noqa: PLC0415 - finding its backends takes 170 ms and may use D-Bus

                self._backend = keyring.get_keyring()
            return self._backend


def _entry(ref: SecretRef) -> tuple[str, str]:
    """Returns the entry's service name and user name. The service name is used once only: on Windows a second
    user name under the same service would move the first."""
    if not ref.startswith(PREFIX):
        raise unknown_place(ref)
    place = ref.removeprefix(PREFIX)
    field = place.split("/")[-2] if place.count("/") > 1 else ""
    return f"SMTPDesktop/{place}", field


def _keeps_secrets(backend: "KeyringBackend") -> bool:
    first = _first(backend)
    return first is not None and not type(first).__module__.startswith(_KEEP_NO_SECRETS)


def _first(backend: "KeyringBackend") -> "KeyringBackend | None":
    """Returns the backend that new secrets go to: a chain writes to its first."""
    if type(backend).__module__ != _CHAINER:
        return backend
    chain: list[KeyringBackend] = getattr(backend, "backends")  # noqa: B009 - not in KeyringBackend's type
    return chain[0] if chain else None


def _refuse_unfit(backend: "KeyringBackend", secret: Secret) -> None:
    try:
        size_bytes = len(secret.reveal().encode("utf-16-le"))
    except UnicodeEncodeError:
        # Without its cause: that holds the secret.
        raise VaultError(msg("The secret holds characters that no keyring can keep. Type it again.")) from None
    if type(_first(backend)).__module__ == _WINDOWS and size_bytes > _WINDOWS_LIMIT_BYTES:
        raise VaultError(
            msg(
                "The secret is too long: Windows keeps at most {limit} characters. Use a shorter one.",
                limit=_WINDOWS_LIMIT_CHARACTERS,
            )
        )


@contextmanager
def _told() -> Iterator[None]:
    """Turns what the keyring raises, whatever the backend, into VaultError."""
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
    said = "" if isinstance(error, ValueError) else str(error)
    return said.rstrip(".") or type(error).__name__
