"""Fakes of the small ports."""

import itertools
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from smtp_desktop.domain.errors import PortTaken
from smtp_desktop.domain.events import Event
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.services.ports import Clock
from smtp_desktop.store.server_denylists import REMEMBERED_FOR


class FixedClock:
    """Shows `moment`, which can be set."""

    def __init__(self, moment: datetime = datetime(2026, 11, 23, tzinfo=UTC)) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment


class RecordedEvents:
    """Keeps what was published in `published`, and writes each call to `log`."""

    def __init__(self, log: list[str] | None = None) -> None:
        self.log = [] if log is None else log
        self.published: list[Event] = []

    def publish(self, event: Event) -> None:
        self.log.append("publish")
        self.published.append(event)


def numbered_ids() -> Callable[[], ProfileId]:
    """Returns a maker of the ids p1, p2 and so on."""
    numbers = itertools.count(1)
    return lambda: ProfileId(f"p{next(numbers)}")


class MemoryPreferences:
    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def all(self) -> dict[str, str]:
        return dict(self.kept)

    def put(self, key: str, value: str) -> None:
        self.kept[key] = value


class MemoryMechanismDenylist:
    """Remembers for as long as it lives."""

    def __init__(self) -> None:
        self.refused: set[tuple[str, int, str]] = set()

    def has(self, host: str, port: int, mechanism: str) -> bool:
        return (host, port, mechanism) in self.refused

    def add(self, host: str, port: int, mechanism: str) -> None:
        self.refused.add((host, port, mechanism))


class MemoryPipeliningDenylist:
    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or FixedClock()
        self.broke_at: dict[tuple[str, int], datetime] = {}

    def has(self, host: str, port: int) -> bool:
        broke_at = self.broke_at.get((host, port))
        return broke_at is not None and self._clock.now() - broke_at < REMEMBERED_FOR

    def add(self, host: str, port: int) -> None:
        self.broke_at[host, port] = self._clock.now()


class FakeInboxServer:
    """Listens in name only. Ports in `taken` are another program's."""

    def __init__(self, *, taken: Iterable[int] = (), serial: str = "1") -> None:
        self.user_name = "demo@localhost"
        self.password = Secret(f"inbox s3cret {serial}")
        self.ca_pem = ""
        self._taken = set(taken)
        self._serial = serial
        self._port: int | None = None

    @property
    def password_digest(self) -> str:
        return f"digest of {self.password.reveal()}"

    def start(self, port: int = 0, *, demands_sign_in: bool = True, earlier_digest: str = "") -> int:
        if self._port is None:
            self.earlier_digest = earlier_digest
            if port in self._taken:
                raise PortTaken(msg("Port {port} is taken.", port=port))
            self._port = port or 40_000
            self.ca_pem = f"CA {self._serial}"
        return self._port

    def stop(self) -> None:
        self._port = None
