"""The short texts on a delivery in the table and in its panel."""

from collections.abc import Mapping
from datetime import datetime

from PySide6.QtCore import QCoreApplication

from smtp_desktop.domain.delivery.delivery import Delivery, DeliveryState
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.ui.cards.card import Tone

_MINUTE_S, _HOUR_S = 60, 3600
_TONES = {
    DeliveryState.WAITING: Tone.WARN,
    DeliveryState.SENDING: Tone.WARN,
    DeliveryState.SENT: Tone.OK,
    DeliveryState.REFUSED: Tone.BAD,
    DeliveryState.UNKNOWN: Tone.WARN,
    DeliveryState.CANCELLED: Tone.NONE,
    DeliveryState.EXPIRED: Tone.BAD,
}


def tone_of(delivery: Delivery) -> Tone:
    """Returns the colour of a delivery's state."""
    if delivery.state is DeliveryState.SENT and delivery.refused_count:
        return Tone.WARN
    return _TONES[delivery.state]


def state_name(state: DeliveryState) -> str:
    """Returns a state in a word or two."""
    names = {
        DeliveryState.WAITING: _tr("Waiting"),
        DeliveryState.SENDING: _tr("Sending…"),
        DeliveryState.SENT: _tr("Sent"),
        DeliveryState.REFUSED: _tr("Refused"),
        DeliveryState.UNKNOWN: _tr("Not known"),
        DeliveryState.CANCELLED: _tr("Cancelled"),
        DeliveryState.EXPIRED: _tr("Expired"),
    }
    return names[state]


def state_text(delivery: Delivery, now: datetime) -> str:
    """Returns the state with the time until the next try, the number of refusals, and whether it may arrive twice."""
    words = state_name(delivery.state)
    if delivery.state is DeliveryState.SENT and delivery.by_backup:
        words = _tr("Sent by backup")
    if counts_down(delivery) and delivery.next_try_at and delivery.next_try_at > now:
        words = f"{words} {_countdown((delivery.next_try_at - now).total_seconds())}"
    if delivery.refused_count and delivery.state is not DeliveryState.REFUSED:
        words = _tr("{state} · {n} refused").format(state=words, n=delivery.refused_count)
    return _tr("{state} · may arrive twice").format(state=words) if delivery.may_be_twice else words


def counts_down(delivery: Delivery) -> bool:
    """Returns whether the text of the state changes with time."""
    return delivery.next_try_at is not None and delivery.state in {DeliveryState.WAITING, DeliveryState.UNKNOWN}


def _countdown(seconds: float) -> str:
    left = int(seconds)
    hours, minutes = left // _HOUR_S, left % _HOUR_S // _MINUTE_S
    return f"{hours}:{minutes:02}:{left % _MINUTE_S:02}" if hours else f"{minutes}:{left % _MINUTE_S:02}"


def smtp_text(delivery: Delivery, names: Mapping[ProfileId, str], default_name: str) -> str:
    """Returns the SMTP that a delivery uses or used: "Default (NAME)", and "A → B" if B was the backup of A."""
    if delivery.smtp_id:
        own = names.get(delivery.smtp_id, "" if delivery.by_backup else delivery.smtp_name)
    else:
        name = default_name if delivery.by_backup else delivery.smtp_name or default_name
        own = _tr("Default ({name})").format(name=name) if name else _tr("Default")
    if delivery.by_backup and delivery.smtp_name:
        return f"{own} → {delivery.smtp_name}" if own else f"→ {delivery.smtp_name}"
    return own or _tr("(deleted)")


def _tr(source: str) -> str:
    return QCoreApplication.translate("Deliveries", source)
