"""What the tests of the use cases need beyond `fakes`: failures at one call, the calls' order, a scripted wire."""

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from fakes.store import MemoryProfileStore
from fakes.transport import Call
from fakes.vault import MemoryVault

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import Stage, Step, StepStatus, Timeline, TlsMode
from smtp_desktop.domain.errors import StoreError, VaultError
from smtp_desktop.domain.events import Event
from smtp_desktop.domain.mail.message import Mail
from smtp_desktop.domain.secret import Secret, SecretRef
from smtp_desktop.domain.smtp.profile import ProfileId, SecretField, Server, SmtpProfile

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class LoggingStore(MemoryProfileStore):
    """Writes each change to `log`. `put_failure` is raised by `put` alone."""

    def __init__(self, log: list[str]) -> None:
        super().__init__()
        self.log = log
        self.put_failure: StoreError | None = None

    def put(self, profile: SmtpProfile) -> None:
        self.log.append("store.put")
        if self.put_failure:
            raise self.put_failure
        super().put(profile)

    def delete(self, profile_id: ProfileId, *, new_default: ProfileId | None) -> None:
        self.log.append("store.delete")
        super().delete(profile_id, new_default=new_default)

    def announce_secret(self, ref: SecretRef) -> None:
        self.log.append("store.announce")
        super().announce_secret(ref)

    def forget_secret(self, ref: SecretRef) -> None:
        self.log.append("store.forget")
        super().forget_secret(ref)


class LoggingVault(MemoryVault):
    """Writes each call to `log`. `put_failures` are raised by the next puts, where not None; `erase_failure` by every
    erase; `on_put` runs within a put, as what a person does while the keyring asks for its password."""

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


class ListedEvents:
    def __init__(self, log: list[str]) -> None:
        self.log = log
        self.published: list[Event] = []

    def publish(self, event: Event) -> None:
        self.log.append("publish")
        self.published.append(event)


class FixedClock:
    def now(self) -> datetime:
        return NOW


@dataclass
class ScriptedTransport:
    """Answers every conversation with `timeline`; `during` runs within it."""

    timeline: Timeline
    conversations: list[Call] = field(default_factory=list)
    during: Callable[[], None] = lambda: None

    def converse(
        self,
        server: Server,
        *,
        secrets: Mapping[SecretField, Secret],
        mail: Mail | None,
        known_mode: TlsMode | None,
        cancel: Cancel,
        on_step: Callable[[Step], None],
    ) -> Timeline:
        self.conversations.append(
            Call(server=server, secrets=dict(secrets), mail=mail, known_mode=known_mode, cancel=cancel)
        )
        on_step(Step(stage=Stage.FIND_HOST, outcome=StepStatus.RUNNING))
        self.during()
        for step in self.timeline.steps:
            on_step(step)
        return self.timeline


def numbered_ids() -> Callable[[], ProfileId]:
    """Returns a maker of the ids p1, p2 and so on."""
    numbers: Iterator[int] = itertools.count(1)
    return lambda: ProfileId(f"p{next(numbers)}")
