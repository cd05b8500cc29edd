"""The page of activities, and the model of their cards."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import QWidget

from smtp_desktop.domain.delivery.activity import Activity, ActivityId
from smtp_desktop.domain.delivery.delivery import Delivery
from smtp_desktop.domain.delivery.routing import Route
from smtp_desktop.domain.natural_order import natural_key
from smtp_desktop.domain.smtp.profile import ProfileId, SmtpProfile, default_of
from smtp_desktop.ui.activities.words import chip_words, recipients_line, route_words, status_of
from smtp_desktop.ui.cards.card import Card
from smtp_desktop.ui.cards.card_list import CardList, Index, SearchableList
from smtp_desktop.ui.cards.card_page import CardPage
from smtp_desktop.ui.theme.theme import Theme
from smtp_desktop.ui.widgets.message_text import one_line
from smtp_desktop.ui.widgets.notice import Notice

_REFRESH_TIMES_MS = 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityFacts:
    """The data of the cards: all activities, all SMTPs, and by activity its route now and its latest delivery."""

    activities: Sequence[Activity] = ()
    profiles: Sequence[SmtpProfile] = ()
    routes: Mapping[ActivityId, Route] = field(default_factory=dict)
    latest: Mapping[ActivityId, Delivery] = field(default_factory=dict)


class ActivitySnapshot:
    """`facts`, sorted and ready to be shown.

    Made on a worker thread. Once it is loaded into a model, only that changes it.
    """

    def __init__(self, facts: ActivityFacts) -> None:
        self.facts = facts
        self.activities = {activity.id: activity for activity in facts.activities}
        default = default_of(facts.profiles)
        self.default = default.name if default else ""
        self._names = {profile.id: profile.name for profile in facts.profiles}
        self.sorted = SearchableList(facts.activities, order=_order, text=self._searchable)

    def chip(self, activity: Activity) -> str:
        """Returns the text of the chip: the SMTP that is used."""
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

    activity_changed = Signal(object)
    """An activity was created or changed, and the model has its new value. Carries its ActivityId."""
    activity_removed = Signal(object)
    """An activity was deleted, and is no longer in the model. Carries its ActivityId."""

    def __init__(self, now: Callable[[], datetime], parent: Any = None) -> None:
        self._snapshot = ActivitySnapshot(ActivityFacts())
        super().__init__(self._snapshot.sorted, parent)
        self._now = now

    @property
    def profiles(self) -> Sequence[SmtpProfile]:
        """All SMTPs: the default first, then by name."""
        return self._snapshot.facts.profiles

    def load(self, snapshot: ActivitySnapshot) -> None:
        """Shows the activities of `snapshot`."""
        before = [activity.id for activity in self._list.items]
        self._snapshot, self._list = snapshot, snapshot.sorted
        if self._search or before != [activity.id for activity in self._list.items]:
            self._rearrange()
        else:
            # No reset, so that selection and scroll position stay while deliveries come and go.
            self.refresh_times()

    def put(self, activity: Activity) -> None:
        """Adds or changes an activity."""
        self._list.put(activity, self._snapshot.activities.get(activity.id))
        self._snapshot.activities[activity.id] = activity
        self._rearrange()
        self.activity_changed.emit(activity.id)

    def remove(self, activity_id: ActivityId) -> None:
        """Removes an activity."""
        gone = self._snapshot.activities.pop(activity_id, None)
        if gone:
            self._list.remove(gone)
            self._rearrange()
        self.activity_removed.emit(activity_id)

    def show_only(self, search: str) -> None:
        """Shows only activities that contain `search` in name, subject, recipients, description or SMTP."""
        self._set_search(search)

    def activity_at(self, index: Index) -> Activity | None:
        """Returns the activity of a card; None for an invalid index."""
        return self._item_at(index)

    def activity(self, activity_id: ActivityId | None) -> Activity | None:
        """Returns the activity with that id, shown or not; None if there is none."""
        return self._snapshot.activities.get(activity_id) if activity_id else None

    def route(self, activity_id: ActivityId) -> Route | None:
        """Returns the route of an activity's mail now; None if it is not known."""
        return self._snapshot.facts.routes.get(activity_id)

    def index_of(self, activity_id: ActivityId | None) -> QModelIndex:
        """Returns the index of an activity; an invalid one if it is not shown."""
        return self._index(self.activity(activity_id))

    def _card(self, activity: Activity) -> Card:
        route = self.route(activity.id)
        status = status_of(activity, route, self._snapshot.facts.latest.get(activity.id), self._now())
        return Card(
            name=activity.name,
            lead=one_line(activity.subject),
            detail=recipients_line(activity),
            chips=(self._snapshot.chip(activity),),
            accent_chip=activity.enabled and activity.smtp_id is None and bool(self._snapshot.default),
            tone=status.tone,
            status=status.words,
            note=route_words(route) if route else "",
            dimmed=not activity.enabled,
        )


def _order(activity: Activity) -> tuple[str, str]:
    return (natural_key(activity.name), activity.id)


class ActivitiesPage(CardPage[ActivityId]):
    """Shows `cards`. Its `objectName` is `activitiesPage`."""

    def __init__(self, cards: ActivityCards, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "activity", parent)
        self.setObjectName("activitiesPage")
        self.cards = cards
        self.grid.setAccessibleName(self.tr("Activities"))
        self._show_cards(cards, self.tr("Activities"))
        self._repeat(cards.refresh_times, _REFRESH_TIMES_MS)

    def current(self) -> Activity | None:
        """Returns the activity whose card is selected."""
        return self.cards.activity_at(self.grid.currentIndex())

    def _total(self) -> int:
        return self.cards.total

    def _id_at_row(self, row: int) -> ActivityId | None:
        return self.cards.shown_at(row).id

    def _index_of(self, card_id: ActivityId | None) -> QModelIndex:
        return self.cards.index_of(card_id)

    def _fill_empty(self, notice: Notice) -> None:
        self._say_empty(
            notice,
            self.tr("No activities yet"),
            self.tr(
                "An activity is a job that sends mail: recipients, subject and body, with {{\u00a0placeholders\u00a0}} "
                "for anything that changes each time. Trigger it here or from a script or cron job; the message "
                "stays in the outbox until it has been sent."
            ),
        )

    def _no_match_words(self) -> str:
        return self.tr("No activities match the search.")

    def _is_searched(self) -> bool:
        return self.cards.is_searched

    def _fill_error(self, notice: Notice) -> None:
        notice.say_error(self.tr("Activities can't be shown"), self.reload_asked)
