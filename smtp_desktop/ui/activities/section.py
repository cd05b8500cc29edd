"""The section of activities: its page, its panel, and what the user can do with them."""
# ruff: noqa: PLC0415 - the panel and what acts on it are loaded when the page is first shown

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
from smtp_desktop.domain.kept_form import KeptForm
from smtp_desktop.services.services import Services
from smtp_desktop.ui.activities.page import ActivitiesPage, ActivityCards, ActivityFacts, ActivitySnapshot
from smtp_desktop.ui.runtime.lazy import Lazy
from smtp_desktop.ui.runtime.tasks import Tasks
from smtp_desktop.ui.theme.theme import Theme
from smtp_desktop.ui.widgets.keys import on_delete
from smtp_desktop.ui.widgets.message_text import shown

if TYPE_CHECKING:
    from smtp_desktop.ui.activities.actions import ActivityActions
    from smtp_desktop.ui.activities.editor import ActivityEditor
    from smtp_desktop.ui.activities.panel import ActivityPanel

_RELOAD_MS = 250


@dataclass(frozen=True, slots=True, kw_only=True)
class _Workspace:
    """The objects behind the page of activities, built when it is first shown."""

    page: ActivitiesPage
    panel: ActivityPanel
    editor: ActivityEditor
    actions: ActivityActions


class ActivitiesSection(QObject):
    """The section of activities. Everything that may block runs on `tasks`."""

    panel_wanted = Signal(bool)
    """The panel should be shown beside the page (True) or hidden."""
    said = Signal(str)
    """What was done, as a sentence."""
    search_cleared = Signal()
    """The user wants to see all activities again."""
    counts_changed = Signal()
    """`count` may have changed."""
    deliveries_asked = Signal(object)
    """The user wants to see the deliveries of an activity. Carries its ActivityId."""

    def __init__(self, *, window: QWidget, services: Services, tasks: Tasks, theme: Theme) -> None:
        super().__init__(window)
        self._services, self._tasks = services, tasks
        self._reading = self._read_again = self._outdated = self._was_read = False
        self._after_reading: Callable[[], None] | None = None
        self._cards = ActivityCards(lambda: datetime.now(UTC), self)
        self._cards.modelReset.connect(self.counts_changed)
        self._workspace = Lazy(lambda: self._make_workspace(window, theme))

    def _make_workspace(self, window: QWidget, theme: Theme) -> _Workspace:
        from smtp_desktop.ui.activities.actions import ActivityActions
        from smtp_desktop.ui.activities.editor import ActivityEditor
        from smtp_desktop.ui.activities.panel import ActivityPanel

        page, panel = ActivitiesPage(self._cards, theme), ActivityPanel()
        activities, outbox, tasks = self._services.activities, self._services.outbox, self._tasks
        editor = ActivityEditor(window=window, page=page, panel=panel, activities=activities, tasks=tasks)
        actions = ActivityActions(
            window=window,
            page=page,
            panel=panel,
            editor=editor,
            activities=activities,
            outbox=outbox,
            tasks=tasks,
        )
        editor.panel_wanted.connect(self.panel_wanted)
        editor.said.connect(self.said)
        actions.deliveries_asked.connect(self.deliveries_asked)
        page.reload_asked.connect(self.load)
        page.clear_asked.connect(self.search_cleared)
        on_delete(page.grid, actions.delete_current)
        return _Workspace(page=page, panel=panel, editor=editor, actions=actions)

    @property
    def page(self) -> ActivitiesPage:
        return self._workspace().page

    @property
    def panel(self) -> ActivityPanel:
        return self._workspace().panel

    @property
    def count(self) -> int:
        """The number of activities."""
        return self._cards.total

    @property
    def is_open(self) -> bool:
        """Whether a form is open in the panel."""
        return self._workspace.is_made and self._workspace().editor.is_open

    def load(self) -> None:
        """Reads the cards from the store on a worker; if that is going on, once more after it."""
        if self._reading:
            self._read_again = True
            return
        self._reading, self._outdated = True, False
        self._tasks.run(self, self._read, self._show, self._show_error)

    def on_event(self, event: Event) -> None:
        """Updates the cards, which the panel follows."""
        match event:
            case ActivitySaved(activity=activity):
                self._cards.put(activity)
            case ActivityDeleted(activity_id=activity_id):
                self._cards.remove(activity_id)
            case ProfileSaved() | ProfileDeleted() | OutboxChanged():
                pass
            case _:
                return
        # What is being read now may lack this change. Changes of the outbox can wait for the next read.
        self._outdated = self._outdated or not isinstance(event, OutboxChanged)
        self.load()

    def search(self, typed: str) -> None:
        """Shows only activities that contain `typed`."""
        self._cards.show_only(typed)

    def set_theme(self, theme: Theme) -> None:
        """Paints the page in the colours of `theme`."""
        self._workspace.apply("theme", lambda workspace: workspace.page.set_theme(theme))

    def create(self) -> None:
        """Opens an empty form, after asking about unsaved changes."""
        self._workspace().editor.create()

    def edit(self, activity_id: ActivityId) -> None:
        """Opens the form of an activity, after asking about unsaved changes."""
        self._workspace().editor.edit(activity_id)

    def save(self) -> None:
        """Saves the form, if one is open."""
        self._workspace().editor.save()

    def trigger_current(self) -> None:
        """Triggers the activity in the open form, or else the selected one."""
        self._workspace().actions.trigger_current()

    def duplicate_current(self) -> None:
        """Duplicates the selected activity."""
        self._workspace().actions.duplicate_current()

    def delete_current(self) -> None:
        """Deletes the selected activity, once the user confirms it."""
        self._workspace().actions.delete_current()

    def close_panel(self) -> None:
        """Closes the panel, after asking about unsaved changes."""
        self._workspace().editor.close_panel()

    def confirm_close(self, go_on: Callable[[], None]) -> None:
        """Asks about unsaved changes and calls `go_on`; at once if there are none, never if the user cancels."""
        if self._workspace.is_made:
            self._workspace().editor.confirm_close(go_on)
        else:
            go_on()

    def unsaved(self) -> KeptForm | None:
        """Returns what the open form holds; None where nothing in it is unsaved."""
        return self._workspace().editor.unsaved() if self.is_open else None

    def resume(self, form: KeptForm, resumed: Callable[[], None]) -> None:
        """See `window.kept_forms.FormSection`."""
        if self._was_read:
            self._workspace().editor.resume(form, resumed)
        else:
            self._after_reading = lambda: self.resume(form, resumed)

    def _read(self) -> ActivitySnapshot:
        services = self._services
        facts = ActivityFacts(
            activities=tuple(services.activities.all()),
            profiles=tuple(services.profiles.all()),
            routes=services.activities.routes(),
            latest=services.outbox.latest_by_activity(),
        )
        return ActivitySnapshot(facts)

    def _show(self, snapshot: ActivitySnapshot) -> None:
        if not self._outdated:
            self._cards.load(snapshot)
            self._workspace.apply("state", _show_loaded)
            self._was_read = True
            act, self._after_reading = self._after_reading, None
            if act:
                act()
        self._on_read()

    def _show_error(self, error: SmtpDesktopError) -> None:
        self._workspace.apply("state", lambda workspace: workspace.page.show_error(shown(error.message)))
        self._on_read()

    def _on_read(self) -> None:
        self._reading = False
        if self._read_again:
            self._read_again = False
            # After a pause, or it would be read all the time while much happens.
            QTimer.singleShot(_RELOAD_MS, self, self.load)


def _show_loaded(workspace: _Workspace) -> None:
    workspace.page.show_loaded()
    workspace.editor.refresh()
