"""The short texts on the card of an activity."""

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QCoreApplication, QDate, QLocale

from smtp_desktop.domain.delivery.activity import Activity
from smtp_desktop.domain.delivery.delivery import Delivery, DeliveryState
from smtp_desktop.domain.delivery.routing import Route
from smtp_desktop.ui.cards.card import Tone
from smtp_desktop.ui.widgets.message_text import one_line, shown


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityStatus:
    """The status of an activity on its card."""

    tone: Tone
    words: str


def recipients_line(activity: Activity) -> str:
    """Returns the recipients, as typed."""
    return _tr("To {recipients}").format(recipients=one_line(activity.to))


def chip_words(activity: Activity, route: Route | None, *, bound: str, backup: str, default: str) -> str:
    """Returns the SMTP of an activity and its backup, and says when the backup is used now.

    `bound`, `backup` and `default` are names of SMTPs; empty if there is none.
    """
    if activity.smtp_id is None:
        first = _tr("Default · {name}").format(name=default) if default else _tr("No default SMTP")
    else:
        first = bound or _tr("SMTP was deleted")
    if not backup:
        return first
    if route and route.by_backup:
        return _tr("Backup {backup} · on hold: {first}").format(backup=backup, first=first)
    return _tr("{first} · backup {backup}").format(first=first, backup=backup)


def status_of(activity: Activity, route: Route | None, latest: Delivery | None, now: datetime) -> ActivityStatus:
    """Returns the state and time of the latest delivery, or why the activity can't be triggered."""
    if not activity.enabled:
        return ActivityStatus(tone=Tone.NONE, words=_tr("Switched off"))
    if route and route.profile_id is None:
        return ActivityStatus(tone=Tone.WARN, words=_tr("No SMTP to send through"))
    if latest is None:
        return ActivityStatus(tone=Tone.NONE, words=_tr("Never triggered"))
    time = short_time(latest.finished_at or latest.created_at, now)
    match latest.state:
        case DeliveryState.WAITING:
            return _waiting(latest, time, now)
        case DeliveryState.SENT:
            return _sent(latest, time)
        case _:
            return _other(latest.state, time)


def _other(state: DeliveryState, time: str) -> ActivityStatus:
    statuses = {
        DeliveryState.SENDING: ActivityStatus(tone=Tone.NONE, words=_tr("Sending…")),
        DeliveryState.REFUSED: ActivityStatus(tone=Tone.BAD, words=_tr("Refused · {time}").format(time=time)),
        DeliveryState.UNKNOWN: ActivityStatus(tone=Tone.WARN, words=_tr("Outcome unknown · {time}").format(time=time)),
        DeliveryState.EXPIRED: ActivityStatus(tone=Tone.BAD, words=_tr("Expired · {time}").format(time=time)),
        DeliveryState.CANCELLED: ActivityStatus(tone=Tone.NONE, words=_tr("Canceled · {time}").format(time=time)),
        DeliveryState.EXPIRED: ActivityStatus(tone=Tone.BAD, words=_tr("Expired · {time}").format(time=time)),
    }
    return statuses[state]


def _waiting(latest: Delivery, time: str, now: datetime) -> ActivityStatus:
    if latest.attempts and latest.next_try_at:
        when = short_time(latest.next_try_at, now)
        return ActivityStatus(tone=Tone.WARN, words=_tr("Waiting · next try {time}").format(time=when))
    return ActivityStatus(tone=Tone.WARN, words=_tr("Waiting · since {time}").format(time=time))


def _sent(latest: Delivery, time: str) -> ActivityStatus:
    if latest.refused_count:
        words = _tr("Sent, {n} refused · {time}").format(n=latest.refused_count, time=time)
        return ActivityStatus(tone=Tone.WARN, words=words)
    words = _tr("Sent by backup · {time}") if latest.by_backup else _tr("Sent · {time}")
    return ActivityStatus(tone=Tone.OK, words=words.format(time=time))


def route_words(route: Route) -> str:
    """Returns the SMTP that is used now, and why."""
    reason = shown(route.reason)
    return reason if route.profile_id is None else _tr("Now: {reason}").format(reason=reason)


def short_time(then: datetime, now: datetime) -> str:
    """Returns the local time of `then` if it is today, otherwise its day."""
    then, now = then.astimezone(), now.astimezone()
    if then.date() == now.date():
        return f"{then:%H:%M}"
    day_format = "d MMM" if then.year == now.year else "d MMM yyyy"
    return QLocale().toString(QDate(then.year, then.month, then.day), day_format)


def _tr(source: str) -> str:
    return QCoreApplication.translate("ActivityCards", source)
