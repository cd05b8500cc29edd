"""Activities in the window: their page, their panel, and all that is done with them."""
# ruff: noqa: PLC0415 - the page and what acts on it are loaded when it is first shown

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from smtp_desktop.domain.delivery.activity import ActivityId
from smtp_desktop.domain.errors import SmtpDesktopError
from smtp_desktop.domain.events import (
    ActivityDeleted,
    ActivitySaved,
    Event,
    OutboxChanged,
    ProfileDeleted,
    ProfileSaved,
)
from smtp_desktop.services.services import Services
from smtp_desktop.ui.activities.cards import ActivityCards, ActivityFacts, ActivityStock
from smtp_desktop.ui.runtime.lazy import Lazy
from smtp_desktop.ui.runtime.tasks import Tasks
from smtp_desktop.ui.theme.theme import Theme
from smtp_desktop.ui.widgets.keys import on_delete
from smtp_desktop.ui.widgets.message_text import shown

if TYPE_CHECKING:
    from smtp_desktop.ui.activities.actions import ActivityActions
    from smtp_desktop.ui.activities.editing import ActivityEditing
    from smtp_desktop.ui.activities.page import ActivitiesPage
    from smtp_desktop.ui.activities.panel import ActivityPanel

_AGAIN_MS = 250


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    """Where the admin works on activities, once the page was shown."""

    page: ActivitiesPage
    panel: ActivityPanel
    editing: ActivityEditing
    actions: ActivityActions


class ActivitiesSection(QObject):
    """Holds the parts together; the window places `page` and `panel`, and passes on keys and events."""

    panel_wanted = Signal(bool)
    """The panel should be visible, with the page beside it, or not."""
    counts_changed = Signal()
    """`count` may be another one."""
    deliveries_asked = Signal(object)
    """The deliveries of an activity should be seen: its ActivityId."""

    def __init__(self, *, window: QWidget, services: Services, tasks: Tasks, theme: Theme) -> None:
        super().__init__(window)
        self._services, self._tasks = services, tasks
        self._reading = self._again = self._outdated = False
        self._cards = ActivityCards(lambda: datetime.now(UTC), self)
        self._cards.modelReset.connect(self.counts_changed)
        self._desk = Lazy(lambda: self._make_desk(window, theme))

    def _make_desk(self, window: QWidget, theme: Theme) -> _Desk:
        from smtp_desktop.ui.activities.actions import ActivityActions
        from smtp_desktop.ui.activities.editing import ActivityEditing
        from smtp_desktop.ui.activities.page import ActivitiesPage
        from smtp_desktop.ui.activities.panel import ActivityPanel

        page, panel = ActivitiesPage(self._cards, theme), ActivityPanel()
        activities, outbox, tasks = self._services.activities, self._services.outbox, self._tasks
        editing = ActivityEditing(window=window, page=page, panel=panel, activities=activities, tasks=tasks)
        actions = ActivityActions(
            window=window,
            page=page,
            panel=panel,
            editing=editing,
            activities=activities,
            outbox=outbox,
            tasks=tasks,
        )
        editing.panel_wanted.connect(self.panel_wanted)
        actions.deliveries_asked.connect(self.deliveries_asked)
        page.reload_asked.connect(self.load)
        on_delete(page.grid, actions.delete_current)
        return _Desk(page=page, panel=panel, editing=editing, actions=actions)

    @property
    def page(self) -> ActivitiesPage:
        return self._desk().page

    @property
    def panel(self) -> ActivityPanel:
        return self._desk().panel

    @property
    def count(self) -> int:
        """How many activities there are."""
        return self._cards.total

    @property
    def is_open(self) -> bool:
        """Whether a form is open in the panel."""
        return self._desk.is_made and self._desk().editing.is_open

    def load(self) -> None:
        """The cards are read from the store, soon. Asking again while that goes on reads once more after it."""
        if self._reading:
            self._again = True
            return
        self._reading, self._outdated = True, False
        self._tasks.run(self, self._read, self._show, self._show_error)

    def on_event(self, event: Event) -> None:
        """Cards and panel show what has happened."""
        match event:
            case ActivitySaved(activity=activity):
                self._cards.put(activity)
            case ActivityDeleted(activity_id=activity_id):
                self._cards.remove(activity_id)
            case ProfileSaved() | ProfileDeleted() | OutboxChanged():
                pass
            case _:
                return
        if self._desk.is_made:
            self._desk().editing.on_event(event)
        # What is being read just now may lack this change; mails that come and go are told by the next one.
        self._outdated = self._outdated or not isinstance(event, OutboxChanged)
        self.load()

    def search(self, typed: str) -> None:
        """Only activities that hold `typed` are shown."""
        self._cards.show_only(typed)

    def set_theme(self, theme: Theme) -> None:
        """What is painted by hand has the colours of `theme`."""
        self._desk.apply("theme", lambda desk: desk.page.set_theme(theme))

    def create(self) -> None:
        """The panel is open and empty, after unsaved changes were asked about."""
        self._desk().editing.create()

    def edit(self, activity_id: ActivityId) -> None:
        """The panel is open on the activity, after unsaved changes were asked about."""
        self._desk().editing.edit(activity_id)

    def save(self) -> None:
        """The open form is saved."""
        self._desk().editing.save()

    def trigger_current(self) -> None:
        """The activity in the open form, or else the selected one, is triggered, once its values are given."""
        self._desk().actions.trigger_current()

    def duplicate_current(self) -> None:
        """The selected activity has a copy soon, which is opened."""
        self._desk().actions.duplicate_current()

    def delete_current(self) -> None:
        """Deleting the selected activity is asked about."""
        self._desk().actions.delete_current()

    def close_panel(self) -> None:
        """The panel is closed, after unsaved changes were asked about."""
        self._desk().editing.close_panel()

    def confirm_close(self, go_on: Callable[[], None]) -> None:
        """`go_on` is called once nothing typed can be lost by it; never, if the admin cancels."""
        if self._desk.is_made:
            self._desk().editing.confirm_close(go_on)
        else:
            go_on()

    def _read(self) -> ActivityStock:
        services = self._services
        facts = ActivityFacts(
            activities=tuple(services.activities.all()),
            profiles=tuple(services.profiles.all()),
            routes=services.activities.routes(),
            latest=services.outbox.latest_by_activity(),
        )
        return ActivityStock(facts)

    def _show(self, stock: ActivityStock) -> None:
        if not self._outdated:
            self._cards.load(stock)
            self._desk.apply("state", _show_loaded)
        self._read_again()

    def _show_error(self, error: SmtpDesktopError) -> None:
        self._desk.apply("state", lambda desk: desk.page.show_error(shown(error.message)))
        self._read_again()

    def _read_again(self) -> None:
        self._reading = False
        if self._again:
            self._again = False
            # Not at once: where much happens, it would be read all the time.
            QTimer.singleShot(_AGAIN_MS, self, self.load)


def _show_loaded(desk: _Desk) -> None:
    desk.page.show_loaded()
    desk.editing.refresh()
