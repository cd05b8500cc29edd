"""The hold that keeps back a waiting mail."""

from collections.abc import Mapping

from smtp_desktop.domain.delivery.delivery import Delivery, DeliveryState
from smtp_desktop.domain.delivery.holds import HoldState, SmtpHold
from smtp_desktop.domain.smtp.profile import ProfileId


def hold_on(delivery: Delivery, holds: Mapping[ProfileId, SmtpHold], default_id: ProfileId | None) -> SmtpHold | None:
    """Returns the hold that a waiting mail waits for; None where it does not wait, or for something else.

    A mail whose SMTP is stopped goes through its backup, unless it may have been sent already.
    """
    own = delivery.smtp_id or default_id
    if delivery.state is not DeliveryState.WAITING or own is None:
        return None
    first = _delays(holds.get(own))
    if first is None or not first.stops or delivery.backup_id is None or delivery.unknown_tries:
        return first
    second = _delays(holds.get(delivery.backup_id))
    return first if second and second.stops else second


def _delays(hold: SmtpHold | None) -> SmtpHold | None:
    return None if hold is None or hold.state is HoldState.SLOWED else hold
