"""What the panel of a delivery needs, read on a worker."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from smtp_desktop.domain.delivery.delivery import Attempt, Delivery, DeliveryId
from smtp_desktop.domain.diagnosis.advice import Advice
from smtp_desktop.domain.diagnosis.conversation import Failure
from smtp_desktop.domain.smtp.profile import SmtpProfile
from smtp_desktop.services.outbox import Outbox

AdviceOn = Callable[[Failure, SmtpProfile | None], Advice | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """A delivery, its attempts, the first one first, and what to do about each that failed."""

    delivery: Delivery
    attempts: tuple[Attempt, ...]
    advice: tuple[Advice | None, ...]


def read_detail(
    outbox: Outbox, advice_on: AdviceOn, profiles: Sequence[SmtpProfile], delivery_id: DeliveryId
) -> Detail:
    """Raises NoSuchDelivery, StoreError."""
    attempts = tuple(outbox.attempts(delivery_id))
    by_name = {profile.name: profile for profile in profiles}

    def advice(attempt: Attempt) -> Advice | None:
        failure = attempt.timeline.failure
        return advice_on(failure, by_name.get(attempt.smtp_name)) if failure else None

    return Detail(
        delivery=outbox.get(delivery_id), attempts=attempts, advice=tuple(advice(attempt) for attempt in attempts)
    )
