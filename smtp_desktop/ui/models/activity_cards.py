"""The activities as cards."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from PySide6.QtCore import QModelIndex

from smtp_desktop.domain.delivery.activity import Activity, ActivityId
from smtp_desktop.domain.delivery.delivery import Delivery, Route
from smtp_desktop.domain.smtp.profile import ProfileId, SmtpProfile
from smtp_desktop.ui.models.activity_words import chip_words, recipients_line, route_words, state_of
from smtp_desktop.ui.models.card import Card
from smtp_desktop.ui.models.card_list import CardList, Index
from smtp_desktop.ui.models.shelf import Shelf
from smtp_desktop.ui.text import one_line


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
