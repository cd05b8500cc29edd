"""What the card of an activity says, in a few words."""

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QCoreApplication, QDate, QLocale

from smtp_desktop.domain.delivery.activity import Activity
from smtp_desktop.domain.delivery.delivery import Delivery, DeliveryState, Route
from smtp_desktop.ui.models.card import Tone
from smtp_desktop.ui.text import one_line, shown


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """How an activity stands."""

    tone: Tone
    words: str


def recipients_line(activity: Activity) -> str:
    """Returns who gets it, as typed."""
    return _tr("To {recipients}").format(recipients=one_line(activity.to))


def chip_words(activity: Activity, route: Route | None, *, bound: str, backup: str, default: str) -> str:
    """Returns which SMTP it goes out through, what stands by, and what is used in its place now. `bound`, `backup` and
    `default` are names, empty where there is none."""
    if activity.smtp_id is None:
        first = _tr("Default · {name}").format(name=default) if default else _tr("No default SMTP")
    else:
        first = bound or _tr("SMTP is gone")
    if not backup:
        return first
    if route and route.by_backup:
        return _tr("Backup {backup} · held: {first}").format(backup=backup, first=first)
    return _tr("{first} · backup {backup}").format(first=first, backup=backup)


def state_of(activity: Activity, route: Route | None, latest: Delivery | None, now: datetime) -> State:
    """Returns how the last delivery stands, with its time; or what keeps the activity from being triggered."""
    if not activity.enabled:
        return State(tone=Tone.NONE, words=_tr("Switched off"))
    if route and route.profile_id is None:
        return State(tone=Tone.WARN, words=_tr("No SMTP to send through"))
    if latest is None:
        return State(tone=Tone.NONE, words=_tr("Never triggered"))
    time = short_time(latest.finished_at or latest.created_at, now)
    match latest.state:
        case DeliveryState.WAITING:
            return _waiting(latest, time, now)
        case DeliveryState.SENT:
            return _sent(latest, time)
        case _:
            return _plain(latest.state, time)


def _plain(state: DeliveryState, time: str) -> State:
    found = {
        DeliveryState.SENDING: State(tone=Tone.NONE, words=_tr("Sending…")),
        DeliveryState.REFUSED: State(tone=Tone.BAD, words=_tr("Refused · {time}").format(time=time)),
        DeliveryState.UNKNOWN: State(tone=Tone.WARN, words=_tr("Outcome unknown · {time}").format(time=time)),
        DeliveryState.CANCELLED: State(tone=Tone.NONE, words=_tr("Cancelled · {time}").format(time=time)),
    }
    return found[state]


def _waiting(latest: Delivery, time: str, now: datetime) -> State:
    if latest.attempts and latest.next_try_at:
        when = short_time(latest.next_try_at, now)
        return State(tone=Tone.WARN, words=_tr("Waiting · next try {time}").format(time=when))
    return State(tone=Tone.WARN, words=_tr("Waiting · since {time}").format(time=time))


def _sent(latest: Delivery, time: str) -> State:
    if latest.refused_count:
        words = _tr("Sent, {n} refused · {time}").format(n=latest.refused_count, time=time)
        return State(tone=Tone.WARN, words=words)
    words = _tr("Sent by backup · {time}") if latest.by_backup else _tr("Sent · {time}")
    return State(tone=Tone.OK, words=words.format(time=time))


def route_words(route: Route) -> str:
    """Returns which SMTP is used now, and why."""
    reason = shown(route.reason)
    return reason if route.profile_id is None else _tr("Now: {reason}").format(reason=reason)


def short_time(then: datetime, now: datetime) -> str:
    """Returns the time of `then` where that is today, else its day; at the place of the person."""
    there, here = then.astimezone(), now.astimezone()
    if there.date() == here.date():
        return f"{there:%H:%M}"
    form = "d MMM" if there.year == here.year else "d MMM yyyy"
    return QLocale().toString(QDate(there.year, there.month, there.day), form)


def _tr(source: str) -> str:
    return QCoreApplication.translate("ActivityCards", source)
