"""The SMTP that a mail goes through, and the hold that keeps a waiting one back."""

from collections.abc import Iterable, Mapping

from smtp_desktop.domain.delivery.delivery import Delivery, DeliveryState
from smtp_desktop.domain.delivery.holds import HoldState, SmtpHold
from smtp_desktop.domain.smtp.profile import ProfileId, SmtpProfile


def smtp_name_of(delivery: Delivery, profiles: Iterable[SmtpProfile]) -> str:
    """Returns the name of the SMTP of the last attempt; before the first, of the one that the mail would go through.
    Empty where there is none."""
    if delivery.smtp_name:
        return delivery.smtp_name
    own = (one for one in profiles if (one.is_default if delivery.smtp_id is None else one.id == delivery.smtp_id))
    return next((one.name for one in own), "")


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
