"""The editor of activities: opens and saves the form, and asks before unsaved changes are lost."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from smtp_desktop.domain.delivery.activity import Activity, ActivityId
from smtp_desktop.domain.delivery.activity_edit import ActivityChanged
from smtp_desktop.domain.errors import FieldErrors, NoSuchActivity, SmtpDesktopError
from smtp_desktop.domain.kept_form import KeptForm
from smtp_desktop.services.activities import Activities
from smtp_desktop.ui.activities.page import ActivitiesPage
from smtp_desktop.ui.activities.panel import ActivityPanel, ActivitySaveRequest
from smtp_desktop.ui.activities.previewer import MailPreviewer
from smtp_desktop.ui.runtime.tasks import Tasks
from smtp_desktop.ui.widgets.message_dialog import Answer, UnsavedDialog
from smtp_desktop.ui.widgets.message_text import shown


class ActivityEditor(QObject):
    """Passes what the user wants in the panel on to `Activities`.

    What is saved or deleted comes back as an event, which changes the cards; the panel follows the cards.
    """

    said = Signal(str)
    """What was done, as a sentence."""
    panel_wanted = Signal(bool)
    """The Info panel should be shown (True) or hidden."""

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
        self._after_save: Callable[[ActivityId], None] | None = None
        self._connect(MailPreviewer(activities, tasks, self))

    def _connect(self, previewer: MailPreviewer) -> None:
        page, panel = self._page, self._panel
        panel.preview_requested.connect(previewer.request)
        previewer.ready.connect(panel.show_preview)
        previewer.failed.connect(lambda error: panel.show_preview_problem(shown(error.message)))
        page.cards.activity_changed.connect(self._on_changed)
        page.cards.activity_removed.connect(self._on_removed)
        page.create_asked.connect(self.create)
        panel.save_requested.connect(self._save)
        panel.close_requested.connect(self.close_panel)

    @property
    def is_open(self) -> bool:
        """Whether a form is open in the panel."""
        return self._open

    def refresh(self) -> None:
        """Updates an open panel from the cards: the SMTPs, and the activity."""
        if not self._open:
            return
        self._panel.offer(self._page.cards.profiles)
        if self._panel.activity_id and self._page.cards.activity(self._panel.activity_id) is None:
            self._on_deleted_elsewhere()
        elif self._panel.activity_id:
            self._on_changed(self._panel.activity_id)
        self._panel.request_preview()

    def _on_deleted_elsewhere(self) -> None:
        if self._saving:
            return  # the end of the save says so
        if self._panel.is_changed():
            self._panel.detach()
        else:
            self._hide_panel()

    def _on_changed(self, activity_id: ActivityId) -> None:
        activity = self._page.cards.activity(activity_id)
        # The end of a save updates the panel itself.
        if activity and self._open and self._saving is None:
            self._panel.refresh_stored(activity)

    def _on_removed(self, activity_id: ActivityId) -> None:
        if self._open and self._panel.activity_id == activity_id and self._saving is None:
            self._hide_panel()

    def create(self) -> None:
        """Opens an empty form, after asking about unsaved changes."""
        self.confirm_close(self._start_create)

    def save(self) -> None:
        """Saves the form, if one is open."""
        if self._open:
            self._panel.save()

    def save_and(self, then: Callable[[ActivityId], None]) -> None:
        """Saves the form, and calls `then` if that went well."""
        self._after_save = then
        self.save()

    def close_panel(self) -> None:
        """Closes the panel, after asking about unsaved changes."""
        if self._open:
            self.confirm_close(self._hide_panel)

    def confirm_close(self, then: Callable[[], None]) -> None:
        """Asks about unsaved changes and calls `then`; at once if there are none, never if the user cancels."""
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
        """Opens the form of an activity, after asking about unsaved changes. `focus` moves the focus to the form."""
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

    def unsaved(self) -> KeptForm | None:
        """Returns what the open form holds; None where nothing in it is unsaved."""
        return self._panel.unsaved() if self._open else None

    def resume(self, form: KeptForm, resumed: Callable[[], None]) -> None:
        """Opens the form with what was typed before the program ended, after asking about unsaved changes; then calls
        `resumed`."""
        self.confirm_close(lambda: self._resume(form, resumed))

    def _resume(self, form: KeptForm, resumed: Callable[[], None]) -> None:
        stored = self._page.cards.activity(ActivityId(form.stored_id)) if form.stored_id else None
        if stored:
            self._start_edit(stored.id, focus=True)
        else:
            self._start_create()
        self._panel.resume(form)
        resumed()

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

        def work() -> ActivityId:
            if request.activity_id is None:
                return self._activities.create(request.edit.draft).id
            return self._activities.save(request.activity_id, request.edit).id

        self._tasks.run(
            self._panel,
            work,
            lambda activity_id: self._on_saved(activity_id, request),
            lambda error: self._on_save_failed(error, request),
        )

    def _on_saved(self, activity_id: ActivityId, request: ActivitySaveRequest) -> None:
        if self._saving is not request:
            return
        self._saving = None
        then, self._after_save = self._after_save, None
        # The event of the save has changed the cards: Tasks delivers what a task publishes before its result.
        activity = self._page.cards.activity(activity_id)
        if activity is None:  # deleted again meanwhile
            self._hide_panel()
            return
        self._panel.show_saved(activity)
        form = self.tr("{name} was saved.") if request.activity_id else self.tr("{name} was created.")
        self.said.emit(form.format(name=activity.name))
        if then:
            then(activity_id)
        else:
            self._page.select(activity_id)

    def _on_save_failed(self, error: SmtpDesktopError, request: ActivitySaveRequest) -> None:
        if self._saving is not request:
            return
        self._saving = None
        self._panel.set_busy(False)
        if self._after_save:
            # What should have followed must not follow a later save, and the open activity is the selected one again.
            self._after_save = None
            self._page.select(self._panel.activity_id)
        match error:
            case FieldErrors():
                self._panel.show_errors(error.errors)
            case ActivityChanged():
                self._ask_about_conflict(request, error.present)
            case NoSuchActivity():
                self._panel.detach()
                self._page.reload_asked.emit()
            case _:
                self._panel.show_note(shown(error.message))

    def _ask_about_conflict(self, request: ActivitySaveRequest, present: Activity) -> None:
        from smtp_desktop.ui.activities.conflicts import ask_about_conflict  # noqa: PLC0415 - loaded when first needed

        ask_about_conflict(self._window, self._panel, request.edit, present)
