"""The actions on activities other than editing: trigger, duplicate and delete."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from PySide6.QtCore import QModelIndex, QObject, QPoint, Signal
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from smtp_desktop.domain.delivery.activity import Activity, ActivityId
from smtp_desktop.domain.delivery.activity_template import placeholders
from smtp_desktop.domain.delivery.delivery import Delivery
from smtp_desktop.domain.errors import MissingValues, NoSuchActivity, SmtpDesktopError
from smtp_desktop.services.activities import Activities
from smtp_desktop.services.outbox import Outbox
from smtp_desktop.ui.activities.dialogs import (
    DeleteActivityDialog,
    QueuedDialog,
    SaveFirstDialog,
    TriggerDialog,
    TriggerVersion,
)
from smtp_desktop.ui.activities.editor import ActivityEditor
from smtp_desktop.ui.activities.page import ActivitiesPage, ActivityCards
from smtp_desktop.ui.activities.panel import ActivityPanel
from smtp_desktop.ui.activities.previewer import MailPreviewer
from smtp_desktop.ui.cards.menus import activity_menu
from smtp_desktop.ui.runtime.tasks import Tasks
from smtp_desktop.ui.widgets.message_dialog import MessageDialog, show_error
from smtp_desktop.ui.widgets.message_text import shown

T = TypeVar("T")


class ActivityActions(QObject):
    """Passes what the user wants on page, panel and menu on to the services."""

    deliveries_asked = Signal(object)
    """The user wants to see the deliveries of an activity. Carries its ActivityId."""

    def __init__(
        self,
        *,
        window: QWidget,
        page: ActivitiesPage,
        panel: ActivityPanel,
        editor: ActivityEditor,
        activities: Activities,
        outbox: Outbox,
        tasks: Tasks,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._page = page
        self._panel = panel
        self._editor = editor
        self._activities = activities
        self._outbox = outbox
        self._tasks = tasks
        self._reading = False
        page.grid.opened.connect(lambda index: self._open_index(index, focus=False))
        page.grid.edit_asked.connect(lambda index: self._open_index(index, focus=True))
        page.grid.menu_asked.connect(self._show_menu)
        panel.delete_requested.connect(self.delete)
        panel.trigger_requested.connect(self._trigger_open)

    @property
    def _cards(self) -> ActivityCards:
        return self._page.cards

    def trigger_current(self) -> None:
        """Triggers the activity in the open form, or else the selected one."""
        if self._editor.is_open:
            self._panel.trigger()
        else:
            self._with_current(lambda activity: self.trigger(activity.id))

    def duplicate_current(self) -> None:
        """Duplicates the selected activity."""
        self._with_current(lambda activity: self.duplicate(activity.id))

    def delete_current(self) -> None:
        """Deletes the selected activity, once the user confirms it."""
        self._with_current(lambda activity: self.delete(activity.id))

    def _with_current(self, act: Callable[[Activity], object]) -> None:
        activity = self._page.current()
        if activity:
            act(activity)

    def _open_index(self, index: QModelIndex, *, focus: bool) -> None:
        activity = self._cards.activity_at(index)
        if activity:
            self._editor.edit(activity.id, focus=focus)

    def _trigger_open(self) -> None:
        activity_id = self._panel.activity_id
        if activity_id and not self._panel.is_changed():
            self.trigger(activity_id)
            return
        dialog = SaveFirstDialog(self._window, stored=activity_id is not None)
        dialog.answered.connect(self._trigger_version)
        dialog.open()

    def _trigger_version(self, version: TriggerVersion) -> None:
        if version is TriggerVersion.TYPED:
            self._editor.save_and(self.trigger)
        elif self._panel.activity_id:
            self.trigger(self._panel.activity_id)

    def trigger(self, activity_id: ActivityId) -> None:
        """Asks for the values of the placeholders, and then adds the mail to the outbox."""

        def read() -> tuple[Activity, tuple[str, ...]]:
            activity = self._activities.get(activity_id)
            return activity, placeholders(activity)

        def done(found: tuple[Activity, tuple[str, ...]]) -> None:
            self._reading = False
            self._ask_values(*found)

        def failed(error: SmtpDesktopError) -> None:
            self._reading = False
            self._failed(error)

        if not self._reading:  # one dialog, however often the key is pressed
            self._reading = True
            self._tasks.run(self, read, done, failed)

    def _ask_values(self, activity: Activity, names: tuple[str, ...]) -> None:
        if not activity.enabled:
            words = self.tr("{name} is switched off. Switch it on to trigger it.").format(name=activity.name)
            MessageDialog(self._window, title=self.tr("Switched off"), text=words).open()
            return
        values = self._panel.typed_samples() if self._panel.activity_id == activity.id else {}
        dialog = TriggerDialog(self._window, activity=activity, names=names, values=values)
        previewer = MailPreviewer(self._activities, self._tasks, dialog)
        dialog.preview_requested.connect(previewer.request)
        previewer.ready.connect(dialog.show_preview)
        previewer.failed.connect(lambda error: dialog.show_preview_problem(shown(error.message)))
        dialog.confirmed.connect(lambda values: self._queue(dialog, activity, values))
        dialog.request_preview()
        dialog.open()

    def _queue(self, dialog: TriggerDialog, activity: Activity, values: Mapping[str, str]) -> None:
        # Reports the end even if the dialog was closed meanwhile.
        def done(delivery: Delivery) -> None:
            if isValid(dialog):
                dialog.accept()
            self._show_queued(activity, delivery)

        def failed(error: SmtpDesktopError) -> None:
            if not isValid(dialog):
                self._failed(error)
            elif isinstance(error, MissingValues):
                dialog.show_missing(error.names)
            else:
                dialog.show_problem(shown(error.message))

        dialog.show_working()
        self._tasks.run(self, lambda: self._outbox.trigger(activity.id, values), done, failed)

    def _show_queued(self, activity: Activity, delivery: Delivery) -> None:
        dialog = QueuedDialog(self._window, name=activity.name, to=delivery.to)
        dialog.show_asked.connect(lambda: self.deliveries_asked.emit(activity.id))
        dialog.open()

    def duplicate(self, activity_id: ActivityId) -> None:
        """Duplicates an activity and, after a message, opens the copy."""
        original = self._cards.activity(activity_id)
        if original:
            name = original.name
            self._run(
                lambda: self._activities.duplicate(activity_id).id, lambda copy_id: self._show_copied(name, copy_id)
            )

    def _show_copied(self, name: str, copy_id: ActivityId) -> None:
        # The event has added the copy to the cards: Tasks delivers what a task publishes before its result.
        copy = self._cards.activity(copy_id)
        if copy is None:  # deleted again meanwhile
            return
        words = self.tr("{name} was copied to {copy}.").format(name=name, copy=copy.name)
        dialog = MessageDialog(self._window, title=self.tr("Duplicated"), text=words)
        dialog.finished.connect(lambda _: self._editor.edit(copy_id, focus=False))
        dialog.open()

    def delete(self, activity_id: ActivityId) -> None:
        """Deletes an activity, once the user confirms it."""
        activity = self._cards.activity(activity_id)
        if activity is None:
            return
        dialog = DeleteActivityDialog(self._window, name=activity.name)
        dialog.confirmed.connect(lambda: self._run(lambda: self._activities.delete(activity_id), lambda _: None))
        dialog.open()

    def switch(self, activity: Activity) -> None:
        """Switches an activity off, or on if it is off."""
        self._run(lambda: self._activities.set_enabled(activity.id, not activity.enabled), lambda _: None)

    def _show_menu(self, index: QModelIndex, where: QPoint) -> None:
        activity = self._cards.activity_at(index)
        if activity is None:
            return
        menu = activity_menu(self._window, activity)
        acts: dict[str, Callable[[], object]] = {
            "editAction": lambda: self._editor.edit(activity.id),
            "duplicateAction": lambda: self.duplicate(activity.id),
            "triggerAction": lambda: self.trigger(activity.id),
            "showDeliveriesAction": lambda: self.deliveries_asked.emit(activity.id),
            "switchAction": lambda: self.switch(activity),
            "deleteAction": lambda: self.delete(activity.id),
        }
        menu.triggered.connect(lambda action: acts[action.objectName()]())
        menu.popup(where)

    def _run(self, work: Callable[[], T], done: Callable[[T], None]) -> None:
        self._tasks.run(self, work, done, self._failed)

    def _failed(self, error: SmtpDesktopError) -> None:
        show_error(self._window, error)
        if isinstance(error, NoSuchActivity):
            self._page.reload_asked.emit()
