"""Fakes that write each call to a log, which shows the order of calls, and that fail at one call."""

from collections.abc import Callable, Sequence

from fakes.store import MemoryProfileStore
from fakes.vault import MemoryVault

from smtp_desktop.domain.errors import StoreError, VaultError
from smtp_desktop.domain.secret import Secret, SecretRef
from smtp_desktop.domain.smtp.profile import ProfileId, SmtpProfile


class LoggingStore(MemoryProfileStore):
    """Writes each change to `log`. `put_failure` is raised by `add` and `change` alone."""

    def __init__(self, log: list[str]) -> None:
        super().__init__()
        self.log = log
        self.put_failure: StoreError | None = None

    def add(self, make: Callable[[Sequence[SmtpProfile]], SmtpProfile]) -> SmtpProfile:
        self._begin_put()
        return super().add(make)

    def change(self, profile_id: ProfileId, change: Callable[[SmtpProfile], SmtpProfile]) -> SmtpProfile:
        self._begin_put()
        return super().change(profile_id, change)

    def _begin_put(self) -> None:
        self.log.append("store.put")
        if self.put_failure:
            raise self.put_failure

    def delete(
        self, profile_id: ProfileId, *, new_default: ProfileId | None, keep_secrets: bool = False
    ) -> SmtpProfile:
        self.log.append("store.delete")
        return super().delete(profile_id, new_default=new_default, keep_secrets=keep_secrets)

    def announce_secret(self, ref: SecretRef) -> None:
        self.log.append("store.announce")
        super().announce_secret(ref)

    def forget_secret(self, ref: SecretRef) -> None:
        self.log.append("store.forget")
        super().forget_secret(ref)


class LoggingVault(MemoryVault):
    """Writes each call to `log`. `put_failures` are raised by the next puts, where not None; `erase_failure` by every
    erase; `on_put` runs within a put, as what the user does while the keyring asks for its password."""

    def __init__(self, log: list[str]) -> None:
        super().__init__()
        self.log = log
        self.put_failures: list[VaultError | None] = []
        self.erase_failure: VaultError | None = None
        self.on_put: Callable[[], None] = lambda: None

    def put(self, ref: SecretRef, secret: Secret) -> None:
        self.log.append("vault.put")
        self.on_put()
        failure = self.put_failures.pop(0) if self.put_failures else None
        if failure:
            raise failure
        super().put(ref, secret)

    def get(self, ref: SecretRef) -> Secret | None:
        self.log.append("vault.get")
        return super().get(ref)

    def erase(self, ref: SecretRef) -> None:
        self.log.append("vault.erase")
        if self.erase_failure:
            raise self.erase_failure
        super().erase(ref)
