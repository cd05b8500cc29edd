"""What the card of an activity says, in a few words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from PySide6.QtCore import QCoreApplication, QDate, QLocale, QModelIndex

from smtp_desktop.domain.delivery.activity import Activity, ActivityId
from smtp_desktop.domain.delivery.delivery import Delivery, DeliveryState
from smtp_desktop.domain.delivery.routing import Route
from smtp_desktop.domain.smtp.profile import ProfileId, SmtpProfile
from smtp_desktop.ui.cards.card import Card, Tone
from smtp_desktop.ui.cards.card_list import CardList, Index, Shelf
from smtp_desktop.ui.widgets.message_text import one_line, shown


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityFacts:
    """All that the cards tell: activities, the SMTPs that they may use, the way that each one's mail takes now, and the
    newest delivery of each."""

    activities: Sequence[Activity] = ()
    profiles: Sequence[SmtpProfile] = ()
    routes: Mapping[ActivityId, Route] = field(default_factory=dict)
    latest: Mapping[ActivityId, Delivery] = field(default_factory=dict)


class ActivityStock:
    """`facts`, ready to be shown. Made on a worker; once it is shown, it is the model's."""

    def __init__(self, facts: ActivityFacts) -> None:
        self.facts = facts
        self.activities = {activity.id: activity for activity in facts.activities}
        self.default = next((profile.name for profile in facts.profiles if profile.is_default), "")
        self._names = {profile.id: profile.name for profile in facts.profiles}
        self.shelf = Shelf(facts.activities, order=_order, text=self._searchable)

    def chip(self, activity: Activity) -> str:
        """Returns which SMTP it goes out through."""
        return chip_words(
            activity,
            self.facts.routes.get(activity.id),
            bound=self._name(activity.smtp_id),
            backup=self._name(activity.backup_id),
            default=self.default,
        )

    def _searchable(self, activity: Activity) -> str:
        parts = (activity.name, activity.subject, activity.to, activity.description, self.chip(activity))
        return "\n".join(parts)

    def _name(self, profile_id: ProfileId | None) -> str:
        return self._names.get(profile_id, "") if profile_id else ""


class ActivityCards(CardList[Activity]):
    """The activities that match the search, by name."""

    def __init__(self, now: Callable[[], datetime], parent: Any = None) -> None:
        self._stock = ActivityStock(ActivityFacts())
        super().__init__(self._stock.shelf, parent)
        self._now = now

    @property
    def profiles(self) -> Sequence[SmtpProfile]:
        """Every SMTP, the default first, then by name."""
        return self._stock.facts.profiles

    def load(self, stock: ActivityStock) -> None:
        """The cards are those of `stock`."""
        before = [activity.id for activity in self._shelf.things]
        self._stock, self._shelf = stock, stock.shelf
        if self._search or before != [activity.id for activity in self._shelf.things]:
            self._arrange()
        else:
            # No reset: the view keeps its selection and its place while deliveries come and go.
            self.refresh_times()

    def put(self, activity: Activity) -> None:
        """The activity is shown as it is now."""
        self._shelf.put(activity, self._stock.activities.get(activity.id))
        self._stock.activities[activity.id] = activity
        self._arrange()

    def remove(self, activity_id: ActivityId) -> None:
        """The activity is gone."""
        gone = self._stock.activities.pop(activity_id, None)
        if gone:
            self._shelf.remove(gone)
            self._arrange()

    def show_only(self, search: str) -> None:
        """Only activities that hold `search` in name, subject, recipients, description or SMTP are shown."""
        self._look_for(search)

    def activity_at(self, index: Index) -> Activity | None:
        """Returns the activity of a card."""
        return self._at(index)

    def activity(self, activity_id: ActivityId | None) -> Activity | None:
        """Returns the activity of that id, shown or not."""
        return self._stock.activities.get(activity_id) if activity_id else None

    def route(self, activity_id: ActivityId) -> Route | None:
        """Returns the way that its mail takes now, where that is known."""
        return self._stock.facts.routes.get(activity_id)

    def index_of(self, activity_id: ActivityId | None) -> QModelIndex:
        """Returns where the activity is shown; an invalid index if it is not."""
        return self._index(self.activity(activity_id))

    def _card(self, activity: Activity) -> Card:
        route = self.route(activity.id)
        state = state_of(activity, route, self._stock.facts.latest.get(activity.id), self._now())
        return Card(
            name=activity.name,
            lead=one_line(activity.subject),
            detail=recipients_line(activity),
            chips=(self._stock.chip(activity),),
            accent_chip=activity.enabled and activity.smtp_id is None and bool(self._stock.default),
            tone=state.tone,
            status=state.words,
            note=route_words(route) if route else "",
            dimmed=not activity.enabled,
        )


def _order(activity: Activity) -> tuple[str, str]:
    return (activity.name.lower(), activity.id)
