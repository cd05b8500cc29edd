"""The short texts on a delivery in the table and in its panel."""

from collections.abc import Mapping
from datetime import datetime

from PySide6.QtCore import QCoreApplication

from smtp_desktop.domain.delivery.delivery import Delivery, DeliveryState
from smtp_desktop.domain.delivery.hold_words import HoldWords
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.ui.cards.card import Tone
from smtp_desktop.ui.cards.card_holds import ShownHolds, with_waiting

_MINUTE_S, _HOUR_S = 60, 3600
_NAMED_HOLDS = 3
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
        DeliveryState.UNKNOWN: _tr("Unknown"),
        DeliveryState.CANCELLED: _tr("Canceled"),
        DeliveryState.EXPIRED: _tr("Expired"),
    }
    return names[state]


def state_text(delivery: Delivery, now: datetime, hold: HoldWords | None = None) -> str:
    """Returns the state with the time until the next try, the number of refusals, and whether it may arrive twice.
    `hold` is what the mail waits for, if it does not only wait for its next try."""
    words = state_name(delivery.state)
    if delivery.state is DeliveryState.SENT and delivery.by_backup:
        words = _tr("Sent by backup")
    if hold:
        words = hold.row
    elif counts_down(delivery) and delivery.next_try_at and delivery.next_try_at > now:
        words = _with_next_try(delivery, (delivery.next_try_at - now).total_seconds())
    if delivery.refused_count and delivery.state not in {DeliveryState.REFUSED, DeliveryState.EXPIRED}:
        words = _tr("{state} · {n} refused").format(state=words, n=delivery.refused_count)
    return _tr("{state} · may arrive twice").format(state=words) if delivery.may_be_twice else words


def usual_state_texts() -> tuple[str, ...]:
    """Returns the longest texts of the states that most mails have."""
    return _tr("Next try in {time}").format(time=_duration(59 * _MINUTE_S)), _tr("Sent by backup"), _tr("Unknown")


def hold_tip(hold: HoldWords) -> str:
    """Returns all that is to be said about what a mail waits for."""
    return "\n".join(part for part in (hold.title, hold.meaning, hold.advice) if part)


def holds_note(holds: ShownHolds, names: Mapping[ProfileId, str], now: datetime) -> str:
    """Returns a line for each SMTP that mails wait for, the first few, with the reason; empty if there is none."""
    waited_for = [(names[one], held) for one, held in holds.items() if held.waiting and one in names]
    lines = [
        _tr("{name}: {hold}").format(name=name, hold=with_waiting(held.words(now).title, held))
        for name, held in waited_for[:_NAMED_HOLDS]
    ]
    more = len(waited_for) - len(lines)
    return "\n".join([*lines, _tr("and {n} more").format(n=more)] if more else lines)


def counts_down(delivery: Delivery) -> bool:
    """Returns whether the text of the state changes with time."""
    return delivery.next_try_at is not None and delivery.state in {DeliveryState.WAITING, DeliveryState.UNKNOWN}


def _with_next_try(delivery: Delivery, left_s: float) -> str:
    if delivery.state is DeliveryState.WAITING:
        return _tr("Next try in {time}").format(time=_duration(left_s))
    return _tr("{state} · next try in {time}").format(state=state_name(delivery.state), time=_duration(left_s))


def _duration(seconds: float) -> str:
    left = max(1, int(seconds))
    hours, minutes = left // _HOUR_S, left % _HOUR_S // _MINUTE_S
    if hours:
        return _tr("{h} h {min} min").format(h=hours, min=minutes) if minutes else _tr("{h} h").format(h=hours)
    return _tr("{min} min").format(min=minutes) if minutes else _tr("{s} s").format(s=left)


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
