"""The segments of the page of deliveries."""

from enum import StrEnum

from smtp_desktop.domain.delivery.delivery import OPEN_STATES, DeliveryState


class DeliverySegment(StrEnum):
    """The segments of the page."""

    ALL = "all"
    WAITING = "waiting"
    REFUSED = "refused"
    SENT = "sent"
    UNKNOWN = "unknown"
    EXPIRED = "expired"

    @property
    def states(self) -> frozenset[DeliveryState]:
        """The states that the segment shows; empty for all."""
        states: dict[DeliverySegment, frozenset[DeliveryState]] = {
            DeliverySegment.WAITING: OPEN_STATES,
            DeliverySegment.REFUSED: frozenset({DeliveryState.REFUSED}),
            DeliverySegment.SENT: frozenset({DeliveryState.SENT}),
            DeliverySegment.UNKNOWN: frozenset({DeliveryState.UNKNOWN}),
            DeliverySegment.EXPIRED: frozenset({DeliveryState.EXPIRED}),
        }
        return states.get(self, frozenset())


RESENT_AT_ONCE = (DeliverySegment.REFUSED, DeliverySegment.EXPIRED)
"""Those whose mails can be sent again all at once."""
