"""The reader of one delivery for the panel, on a worker."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from smtp_desktop.domain.delivery.attempt import Attempt
from smtp_desktop.domain.delivery.delivery import Delivery, DeliveryId
from smtp_desktop.domain.diagnosis.advice import Advice
from smtp_desktop.domain.diagnosis.conversation import Failure
from smtp_desktop.domain.diagnosis.diagnosis import Diagnosis
from smtp_desktop.domain.errors import SmtpDesktopError
from smtp_desktop.domain.smtp.profile import SmtpProfile
from smtp_desktop.services.outbox import Outbox
from smtp_desktop.ui.runtime.tasks import Tasks

Diagnose = Callable[[Failure, SmtpProfile | None], Diagnosis]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryDetail:
    """A delivery, its attempts in order, and the advice on each of them; None for an attempt that did not fail."""

    delivery: Delivery
    attempts: tuple[Attempt, ...]
    advice: tuple[Advice | None, ...]


class DetailLoader(QObject):
    """Reads one delivery at a time for the panel."""

    loaded = Signal(object)
    """Carries a DeliveryDetail."""
    failed = Signal(object)
    """Carries an SmtpDesktopError, such as NoSuchDelivery."""

    def __init__(self, *, owner: QObject, outbox: Outbox, diagnose: Diagnose, tasks: Tasks) -> None:
        super().__init__(owner)
        self._outbox = outbox
        self._diagnose = diagnose
        self._tasks = tasks
        self.profiles: tuple[SmtpProfile, ...] = ()
        self._wanted: DeliveryId | None = None
        self._busy = False

    def load(self, delivery_id: DeliveryId) -> None:
        """Reads this delivery; if a read is running, after it, and in place of what was queued."""
        self._wanted = delivery_id
        self._read_next()

    def _read_next(self) -> None:
        if self._busy or self._wanted is None:
            return
        wanted, self._wanted = self._wanted, None
        outbox, diagnose, profiles = self._outbox, self._diagnose, self.profiles
        self._busy = True
        self._tasks.run(self, lambda: _read_detail(outbox, diagnose, profiles, wanted), self._on_read, self._on_failed)

    def _on_read(self, detail: DeliveryDetail) -> None:
        self._busy = False
        self.loaded.emit(detail)
        self._read_next()

    def _on_failed(self, error: SmtpDesktopError) -> None:
        self._busy = False
        self.failed.emit(error)
        self._read_next()


def _read_detail(
    outbox: Outbox, diagnose: Diagnose, profiles: Sequence[SmtpProfile], delivery_id: DeliveryId
) -> DeliveryDetail:
    """Raises NoSuchDelivery, StoreError."""
    attempts = tuple(outbox.attempts(delivery_id))
    by_name = {profile.name: profile for profile in profiles}

    def advice(attempt: Attempt) -> Advice | None:
        failure = attempt.timeline.failure
        return diagnose(failure, by_name.get(attempt.smtp_name)).advice if failure else None

    return DeliveryDetail(
        delivery=outbox.get(delivery_id), attempts=attempts, advice=tuple(advice(attempt) for attempt in attempts)
    )
