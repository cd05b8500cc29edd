"""Backends for the library `keyring` that keep secrets in memory."""

import threading

from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError


class DictKeyring(KeyringBackend):
    """Keeps secrets in memory. `failure` is raised by every call."""

    priority = -2  # keyring knows every class by itself; this one it must never choose

    def __init__(self):
        super().__init__()
        self.entries = {}
        self.failure = None

    def get_password(self, service, username):
        self.enter()
        return self.entries.get((service, username))

    def set_password(self, service, username, password):
        self.enter()
        self.entries[service, username] = password

    def delete_password(self, service, username):
        self.enter()
        if (service, username) not in self.entries:
            raise PasswordDeleteError("not found")
        del self.entries[service, username]

    def enter(self):
        if self.failure:
            raise self.failure


class HangingKeyring(DictKeyring):
    """Waits in every call, as while a prompt is open."""

    def __init__(self):
        super().__init__()
        self.asked = threading.Event()
        self.answered = threading.Event()

    def enter(self):
        self.asked.set()
        assert self.answered.wait(30)
