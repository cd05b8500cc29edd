"""The form of an activity: opened, saved, and never left with something typed in it unasked."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from smtp_desktop.domain.delivery.activity import Activity, ActivityId
from smtp_desktop.domain.errors import FieldErrors, NoSuchActivity, SmtpDesktopError
from smtp_desktop.domain.events import ActivityDeleted, ActivitySaved, Event
from smtp_desktop.services.activities import Activities
from smtp_desktop.ui.activities.page import ActivitiesPage
from smtp_desktop.ui.activities.panel import ActivityPanel, ActivitySaveRequest
from smtp_desktop.ui.activities.template_look import Looks
from smtp_desktop.ui.runtime.tasks import Tasks
from smtp_desktop.ui.widgets.message_dialog import Answer, UnsavedDialog
from smtp_desktop.ui.widgets.message_text import shown


class ActivityEditing(QObject):
    """Carries the panel's intents to `Activities` and results back into panel and page."""

    panel_wanted = Signal(bool)
    """The Info panel should be visible, or not."""

    def __init__(
        self, *, window: QWidget, page: ActivitiesPage, panel: ActivityPanel, activities: Activities, tasks: Tasks
    ) -> None:
        super().__init__(window)
        self._window = window
        self._page = page
        self._panel = panel
        self._activities = activities
        self._tasks = tasks
        self._open = False
        self._saving: ActivitySaveRequest | None = None
        self._after_save: Callable[[Activity], None] | None = None
        looks = Looks(activities, tasks, self)
        panel.look_wanted.connect(looks.ask)
        looks.seen.connect(panel.show_look)
        looks.failed.connect(lambda error: panel.show_look_problem(shown(error.message)))
        page.create_asked.connect(self.create)
        panel.save_requested.connect(self._save)
        panel.close_requested.connect(self.close_panel)

    @property
    def is_open(self) -> bool:
        """Whether a form is open in the panel."""
        return self._open

    def on_event(self, event: Event) -> None:
        """The panel shows what has happened. The cards must have heard of it before."""
        match event:
            case ActivitySaved(activity=activity):
                self._refresh(activity)
            case ActivityDeleted(activity_id=activity_id):
                if self._open and self._panel.activity_id == activity_id:
                    self._hide_panel()
            case _:
                pass

    def refresh(self) -> None:
        """The panel, where it is open, shows what the cards know now: the SMTPs, and the activity."""
        if not self._open:
            return
        self._panel.offer(self._page.cards.profiles)
        activity = self._page.cards.activity(self._panel.activity_id)
        if activity:
            self._refresh(activity)
        self._panel.ask_for_look()

    def _refresh(self, activity: Activity) -> None:
        if self._open and self._saving is None:
            self._panel.refresh_stored(activity)

    def create(self) -> None:
        """The panel is open and empty, after unsaved changes were asked about."""
        self.confirm_close(self._start_create)

    def save(self) -> None:
        """The open form is saved."""
        if self._open:
            self._panel.save()

    def save_and(self, then: Callable[[Activity], None]) -> None:
        """The open form is saved; `then` gets what is stored, unless it could not be saved."""
        self._after_save = then
        self.save()

    def close_panel(self) -> None:
        """The panel is closed, after unsaved changes were asked about."""
        if self._open:
            self.confirm_close(self._hide_panel)

    def confirm_close(self, then: Callable[[], None]) -> None:
        """`then` is called once nothing typed can be lost by it; never, if the admin cancels."""
        if not self._open or not self._panel.is_changed():
            then()
            return
        stored = self._page.cards.activity(self._panel.activity_id)
        dialog = UnsavedDialog(self._window, name=stored.name if stored else self.tr("the new activity"))
        dialog.answered.connect(lambda answer: self._answered(answer, then))
        dialog.open()

    def _answered(self, answer: Answer, then: Callable[[], None]) -> None:
        match answer:
            case Answer.DISCARD:
                self._saving = self._after_save = None
                self._panel.revert()
                then()
            case Answer.SAVE:
                self.save_and(lambda _: then())
            case Answer.CANCEL:
                self._page.select(self._panel.activity_id)

    def edit(self, activity_id: ActivityId, *, focus: bool = True) -> None:
        """The panel is open on the activity, after unsaved changes were asked about."""
        if self._open and self._panel.activity_id == activity_id:
            if focus:
                self._panel.focus_first_field()
            return
        self.confirm_close(lambda: self._start_edit(activity_id, focus=focus))

    def _start_create(self) -> None:
        self._page.select(None)
        self._panel.offer(self._page.cards.profiles)
        self._panel.start_create()
        self._show_panel()
        self._panel.focus_first_field()

    def _start_edit(self, activity_id: ActivityId, *, focus: bool) -> None:
        activity = self._page.cards.activity(activity_id)
        if activity is None:
            return
        self._panel.offer(self._page.cards.profiles)
        self._panel.start_edit(activity, self._page.cards.route(activity_id))
        self._show_panel()
        self._page.select(activity_id)
        if focus:
            self._panel.focus_first_field()

    def _show_panel(self) -> None:
        self._open = True
        self.panel_wanted.emit(True)

    def _hide_panel(self) -> None:
        self._open = False
        self.panel_wanted.emit(False)
        self._page.grid.setFocus()

    def _save(self, request: ActivitySaveRequest) -> None:
        self._saving = request
        self._panel.set_busy(True)

        def work() -> Activity:
            if request.activity_id is None:
                return self._activities.create(request.draft)
            return self._activities.save(request.activity_id, request.draft)

        self._tasks.run(
            self._panel,
            work,
            lambda activity: self._saved(activity, request),
            lambda error: self._save_failed(error, request),
        )

    def _saved(self, activity: Activity, request: ActivitySaveRequest) -> None:
        if self._saving is not request:
            return
        self._saving = None
        self._panel.saved(activity)
        then, self._after_save = self._after_save, None
        if then:
            then(activity)
        else:
            self._page.select(activity.id)

    def _save_failed(self, error: SmtpDesktopError, request: ActivitySaveRequest) -> None:
        if self._saving is not request:
            return
        self._saving = None
        self._panel.set_busy(False)
        if self._after_save:
            # What was to follow must not follow a later save; the card that was clicked is not the open one.
            self._after_save = None
            self._page.select(self._panel.activity_id)
        if isinstance(error, FieldErrors):
            self._panel.show_errors(error.errors)
        else:
            self._panel.show_note(shown(error.message))
        if isinstance(error, NoSuchActivity):
            self._page.reload_asked.emit()
