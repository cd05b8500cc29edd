"""The activities as cards."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from smtp_desktop.domain.activity import Activity, ActivityId
from smtp_desktop.domain.delivery import Delivery, Route
from smtp_desktop.domain.profile import ProfileId, SmtpProfile
from smtp_desktop.ui.models.activity_words import chip_words, recipients_line, route_words, state_of
from smtp_desktop.ui.models.card import CARD_ROLE, CARD_ROLES, Card, card_data
from smtp_desktop.ui.text import one_line

_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityFacts:
    """All that the cards tell: activities, the SMTPs that they may use, the way that each one's mail takes now, and the
    newest delivery of each."""

    activities: Sequence[Activity] = ()
    profiles: Sequence[SmtpProfile] = ()
    routes: Mapping[ActivityId, Route] = field(default_factory=dict)
    latest: Mapping[ActivityId, Delivery] = field(default_factory=dict)


class ActivityCards(QAbstractListModel):
    """The activities that match the search, by name."""

    def __init__(self, now: Callable[[], datetime], parent: Any = None) -> None:
        super().__init__(parent)
        self._now = now
        self._activities: dict[ActivityId, Activity] = {}
        self._facts = ActivityFacts()
        self._names: dict[ProfileId, str] = {}
        self._default = ""
        self._shown: list[ActivityId] = []
        self._total_shown = 0
        self._search = ""

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default; it is never changed
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or role not in CARD_ROLES:
            return None
        return card_data(self._card(self._activities[self._shown[index.row()]]), role)

    @property
    def total(self) -> int:
        """How many activities there are, shown or not."""
        return len(self._activities)

    @property
    def profiles(self) -> Sequence[SmtpProfile]:
        """Every SMTP, the default first, then by name."""
        return self._facts.profiles

    def load(self, facts: ActivityFacts) -> None:
        """The cards are those of `facts`."""
        self._facts = facts
        self._activities = {activity.id: activity for activity in facts.activities}
        self._names = {profile.id: profile.name for profile in facts.profiles}
        self._default = next((profile.name for profile in facts.profiles if profile.is_default), "")
        self._sort()

    def put(self, activity: Activity) -> None:
        """The activity is shown as it is now."""
        self._activities[activity.id] = activity
        self._sort()

    def remove(self, activity_id: ActivityId) -> None:
        """The activity is gone."""
        self._activities.pop(activity_id, None)
        self._sort()

    def show_only(self, search: str) -> None:
        """Only activities that hold `search` in name, subject, recipients, description or SMTP are shown."""
        self._search = search.strip().lower()
        self._sort()

    def activity_at(self, index: _Index) -> Activity | None:
        """Returns the activity of a card."""
        if not index.isValid() or index.row() >= len(self._shown):
            return None
        return self._activities[self._shown[index.row()]]

    def activity(self, activity_id: ActivityId | None) -> Activity | None:
        """Returns the activity of that id, shown or not."""
        return self._activities.get(activity_id) if activity_id else None

    def route(self, activity_id: ActivityId) -> Route | None:
        """Returns the way that its mail takes now, where that is known."""
        return self._facts.routes.get(activity_id)

    def index_of(self, activity_id: ActivityId | None) -> QModelIndex:
        """Returns where the activity is shown; an invalid index if it is not."""
        return self.index(self._shown.index(activity_id)) if activity_id in self._shown else QModelIndex()

    def refresh_times(self) -> None:
        """A time that is not of today any more is shown as a day."""
        if self._shown:
            self.dataChanged.emit(self.index(0), self.index(len(self._shown) - 1), [CARD_ROLE])

    def _sort(self) -> None:
        fitting = [activity for activity in self._activities.values() if self._fits(activity)]
        wanted = [activity.id for activity in sorted(fitting, key=lambda activity: activity.name.lower())]
        if wanted == self._shown and self.total == self._total_shown:
            # No reset: the view keeps its selection and its place while deliveries come and go.
            self.refresh_times()
            return
        self.beginResetModel()
        self._shown, self._total_shown = wanted, self.total
        self.endResetModel()

    def _fits(self, activity: Activity) -> bool:
        parts = (activity.name, activity.subject, activity.to, activity.description, self._chip(activity))
        return not self._search or self._search in "\n".join(parts).lower()

    def _chip(self, activity: Activity) -> str:
        return chip_words(
            activity,
            self._facts.routes.get(activity.id),
            bound=self._name(activity.smtp_id),
            backup=self._name(activity.backup_id),
            default=self._default,
        )

    def _name(self, profile_id: ProfileId | None) -> str:
        return self._names.get(profile_id, "") if profile_id else ""

    def _card(self, activity: Activity) -> Card:
        route = self._facts.routes.get(activity.id)
        state = state_of(activity, route, self._facts.latest.get(activity.id), self._now())
        return Card(
            name=activity.name,
            lead=one_line(activity.subject),
            detail=recipients_line(activity),
            chips=(self._chip(activity),),
            accent_chip=activity.enabled and activity.smtp_id is None and bool(self._default),
            tone=state.tone,
            status=state.words,
            note=route_words(route) if route else "",
            dimmed=not activity.enabled,
        )
