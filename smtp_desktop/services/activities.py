"""The activities service: creates, changes and deletes activities, and previews their mails."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from smtp_desktop.domain.delivery.activity import Activity, ActivityDraft, ActivityId
from smtp_desktop.domain.delivery.activity_edit import ActivityEdit, merged
from smtp_desktop.domain.delivery.activity_rules import activity_errors, activity_from_draft
from smtp_desktop.domain.delivery.activity_template import RenderedMessage, render
from smtp_desktop.domain.delivery.routing import Route, route_of
from smtp_desktop.domain.errors import ChangedMeanwhile, FieldError, FieldErrors, NoSuchActivity
from smtp_desktop.domain.events import ActivityDeleted, ActivitySaved
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.smtp.profile import copy_name
from smtp_desktop.services.delivery.ports import ActivityStore, OutboxStore
from smtp_desktop.services.ports import Events, ProfileStore


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityChange:
    """An activity as it was stored right before a change, and after it. Both are the same where nothing changed."""

    before: Activity
    after: Activity


class Activities:
    """The activities in the data folder. Any call but `preview` may block on the disk. Publishes ActivitySaved and
    ActivityDeleted."""

    def __init__(
        self,
        *,
        store: ActivityStore,
        profiles: ProfileStore,
        outbox: OutboxStore,
        events: Events,
        new_id: Callable[[], ActivityId],
    ) -> None:
        self._store = store
        self._profiles = profiles
        self._outbox = outbox
        self._events = events
        self._new_id = new_id

    def all(self) -> Sequence[Activity]:
        """Returns every activity, by name in natural order."""
        return self._store.all()

    def get(self, activity_id: ActivityId) -> Activity:
        """Returns the activity. Raises NoSuchActivity."""
        return self._store.get(activity_id)

    def by_name(self, name: str) -> Activity:
        """Returns the activity of that name, ignoring case. Raises NoSuchActivity."""
        activity = self._store.named(name.strip())
        if activity:
            return activity
        raise NoSuchActivity(msg("There is no activity named {name}.", name=name))

    def create(self, draft: ActivityDraft, activity_id: ActivityId | None = None) -> Activity:
        """Saves the draft as a new activity. Raises FieldErrors, NoSuchProfile, StoreError, and ChangedMeanwhile where
        `activity_id` is taken; then nothing was saved."""
        self._refuse_taken_name(draft, None)
        activity = activity_from_draft(draft, activity_id or self._new_id())

        def make(stored: Sequence[Activity]) -> Activity:
            if any(one.id == activity.id for one in stored):
                raise ChangedMeanwhile(msg("Others have just created {name}. Nothing was saved.", name=activity.name))
            return activity

        return self._published(self._store.add(make))

    def save(self, activity_id: ActivityId, edit: ActivityEdit) -> Activity:
        """Changes the activity by `edit`, whatever else others have changed since it was begun. Raises as `create`
        does, NoSuchActivity, and ActivityChanged where others changed the same; then it is unchanged."""
        return self.change(activity_id, edit).after

    def change(self, activity_id: ActivityId, edit: ActivityEdit) -> ActivityChange:
        """Does as `save`, and returns how the activity was stored before as well."""
        self._refuse_taken_name(merged(edit, self._store.get(activity_id)), activity_id)
        before: list[Activity] = []

        def change(present: Activity) -> Activity:
            before[:] = [present]
            return activity_from_draft(merged(edit, present), activity_id)

        after = self._published(self._store.change(activity_id, change))
        return ActivityChange(before=before[0], after=after)

    def duplicate(self, activity_id: ActivityId) -> Activity:
        """Saves a copy under an unused name and returns it. Raises NoSuchActivity, StoreError."""
        new_id = self._new_id()

        def make(stored: Sequence[Activity]) -> Activity:
            original = next((one for one in stored if one.id == activity_id), None)
            if original is None:
                raise NoSuchActivity(msg("This activity no longer exists."))
            return replace(original, id=new_id, name=copy_name(original.name, frozenset(one.name for one in stored)))

        return self._published(self._store.add(make))

    def delete(self, activity_id: ActivityId) -> None:
        """Deletes the activity; its deliveries stay. Raises NoSuchActivity, StoreError."""
        self._store.delete(activity_id)
        self._events.publish(ActivityDeleted(activity_id=activity_id))

    def set_enabled(self, activity_id: ActivityId, enabled: bool) -> Activity:
        """Switches the activity on or off; only an enabled one can be triggered. Raises NoSuchActivity, StoreError."""
        return self._published(self._store.change(activity_id, lambda activity: replace(activity, enabled=enabled)))

    def preview(self, draft: ActivityDraft, values: Mapping[str, object]) -> RenderedMessage:
        """Returns the mail that the draft gives with `values`; queues nothing. Raises MissingValues, FieldErrors."""
        return render(draft, values)

    def route(self, activity: Activity) -> Route:
        """Returns the SMTP that its mails would go out through now, and why."""
        return self._routes([activity])[activity.id]

    def routes(self) -> Mapping[ActivityId, Route]:
        """Returns the routes of all activities."""
        return self._routes(self._store.all())

    def _routes(self, activities: Sequence[Activity]) -> dict[ActivityId, Route]:
        profiles = self._profiles.all()
        held = {hold.profile_id for hold in self._outbox.holds() if hold.stops}
        return {
            activity.id: route_of(smtp_id=activity.smtp_id, backup_id=activity.backup_id, profiles=profiles, held=held)
            for activity in activities
        }

    def _published(self, activity: Activity) -> Activity:
        self._events.publish(ActivitySaved(activity=activity))
        return activity

    def _refuse_taken_name(self, draft: ActivityDraft, own_id: ActivityId | None) -> None:
        # The database refuses it as well. Checked first, a taken name is reported together with the errors of the other
        # fields.
        other = self._store.named(draft.name.strip())
        if other and other.id != own_id:
            taken = FieldError(field="name", message=msg("Another activity already has this name."))
            raise FieldErrors((taken, *activity_errors(draft)))
