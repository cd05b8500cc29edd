"""Backends for the library `keyring` that keep secrets in memory."""

import os
import threading
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError


class DictKeyring(KeyringBackend):
    """Keeps secrets in memory. Every call raises `failure`, if set."""

    priority = -2  # `keyring` finds every subclass by itself; it must never choose this one

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # the library gives it no types
        self.entries: dict[tuple[str, str], str] = {}
        self.failure: Exception | None = None

    def get_password(self, service: str, username: str) -> str | None:
        self.enter()
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.enter()
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self.enter()
        if (service, username) not in self.entries:
            raise PasswordDeleteError("not found")
        del self.entries[service, username]

    def enter(self) -> None:
        if self.failure:
            raise self.failure


class WindowsKeyring(DictKeyring):
    """Keeps as much in an entry as Windows' Credential Manager, and refuses more with such an error."""

    def set_password(self, service: str, username: str, password: str) -> None:
        if len(password.encode("utf-16-le")) > 2560:  # CRED_MAX_CREDENTIAL_BLOB_SIZE
            raise OSError(1783, "The stub received bad data")
        super().set_password(service, username, password)


class HangingKeyring(DictKeyring):
    """Blocks in every call, as while a prompt is open, until `answered` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = threading.Event()
        self.answered = threading.Event()

    def enter(self) -> None:
        self.asked.set()
        assert self.answered.wait(30)


class PipeKeyring(DictKeyring):
    """Blocks in every call until somebody has written to the named pipe SMTP_DESKTOP_TEST_PIPE, the first time."""

    _answered = False

    def enter(self) -> None:
        if not PipeKeyring._answered:
            with Path(os.environ["SMTP_DESKTOP_TEST_PIPE"]).open("rb", buffering=0) as pipe:
                pipe.read(1)
            PipeKeyring._answered = True


class FolderKeyring(DictKeyring):
    """Keeps each entry as a file in `folder`, so that several processes share them."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        folder.mkdir(exist_ok=True)
        self._folder = folder

    def get_password(self, service: str, username: str) -> str | None:
        file = self._file(service, username)
        return file.read_text(encoding="utf-8") if file.exists() else None

    def set_password(self, service: str, username: str, password: str) -> None:
        self._file(service, username).write_text(password, encoding="utf-8")

    def delete_password(self, service: str, username: str) -> None:
        try:
            self._file(service, username).unlink()
        except FileNotFoundError as error:
            raise PasswordDeleteError("not found") from error

    def _file(self, service: str, username: str) -> Path:
        return self._folder / f"{service} {username}".replace("/", "-")
