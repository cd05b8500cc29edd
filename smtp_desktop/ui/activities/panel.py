"""The Info panel of an activity: its form and buttons."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from PySide6.QtCore import Qt, Signal

from smtp_desktop.domain.delivery.activity import Activity, ActivityDraft, ActivityId, activity_draft_of, differs
from smtp_desktop.domain.delivery.activity_edit import ActivityEdit, rebased
from smtp_desktop.domain.delivery.routing import Route
from smtp_desktop.domain.kept_form import FormKind, KeptForm, kept_form, with_typed
from smtp_desktop.domain.smtp.profile import SmtpProfile
from smtp_desktop.ui.activities.form import ActivityForm
from smtp_desktop.ui.activities.previewer import MailPreview, PreviewRequest, sample_value
from smtp_desktop.ui.widgets.field import Field
from smtp_desktop.ui.widgets.form_panel import FormPanel, resumed_words


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivitySaveRequest:
    """A request to save `edit`, or to create an activity of its draft if `activity_id` is None."""

    activity_id: ActivityId | None
    edit: ActivityEdit


class ActivityPanel(FormPanel[ActivityForm]):
    """The form of one activity. It takes values and emits what the user wants."""

    save_requested = Signal(object)  # ActivitySaveRequest
    trigger_requested = Signal()
    delete_requested = Signal(object)  # ActivityId
    preview_requested = Signal(object)  # PreviewRequest

    def __init__(self) -> None:
        super().__init__(ActivityForm())
        self.setObjectName("activityPanel")
        self._stored: Activity | None = None
        self._busy = False
        self._set_content(self._form)
        self._delete = self._make_button("deleteButton", "dangerText")
        self._cancel = self._make_button("cancelButton", "")
        self._trigger = self._make_button("triggerButton", "")
        self._save = self._make_button("saveButton", "primary")
        self._lay_out_footer(left=(self._delete, self._cancel), right=(self._trigger, self._save))
        self._connect()
        self._start(ActivityDraft(), None)

    def _connect(self) -> None:
        self._form.preview_outdated.connect(self.request_preview)
        self._form.submitted.connect(self.save)
        self._save.clicked.connect(self._on_save)
        self._trigger.clicked.connect(self.trigger_requested)
        self._delete.clicked.connect(lambda: self.delete_requested.emit(self.activity_id))
        self._cancel.clicked.connect(self.close_requested)

    @property
    def activity_id(self) -> ActivityId | None:
        """The id of the activity that is edited; None while one is created."""
        return self._stored.id if self._stored else None

    def start_create(self) -> None:
        """Shows an empty form to create an activity."""
        self._start(ActivityDraft(), None)
        self._request_preview(at_once=True)

    def start_edit(self, activity: Activity, route: Route | None) -> None:
        """Shows `activity`; `route` is that of its mail now, if known."""
        self._start(activity_draft_of(activity), activity, route)
        self._request_preview(at_once=True)

    def revert(self) -> None:
        """Discards what was typed, and shows what is stored, or an empty form."""
        if self._stored:
            self.start_edit(self._stored, None)
        else:
            self.start_create()

    def _start(self, draft: ActivityDraft, stored: Activity | None, route: Route | None = None) -> None:
        self._stored = stored
        self._note_opened(stored.version if stored else 0)
        self.set_busy(False)
        self.show_note("")
        self._form.start(draft, route)
        self._scroll.verticalScrollBar().setValue(0)
        self._title.setText(self.tr("Edit Activity") if stored else self.tr("Create Activity"))
        self._show_buttons()

    def show_saved(self, activity: Activity) -> None:
        """Shows `activity`, which the content of the form was saved as: nothing counts as changed any more."""
        created = self._stored is None
        self._stored = activity
        self._note_opened(activity.version)
        draft = activity_draft_of(activity)
        self.set_busy(False)
        self.show_note("")
        self._form.clear_errors()
        self._form.fill(draft, draft)
        self._title.setText(self.tr("Edit Activity"))
        self._show_buttons()
        if created:
            self.request_preview()

    def refresh_stored(self, activity: Activity) -> None:
        """Shows the new stored value of the activity; what was typed stays.

        Does nothing if the form shows another activity.
        """
        if activity.id != self.activity_id or activity == self._stored:
            return
        self.note_version(activity.version)
        self._show_edit(rebased(self.edit(), activity), activity)

    def take_over(self, edit: ActivityEdit, stored: Activity) -> None:
        """Shows `edit` of what is stored now, in the place of what was typed."""
        self._show_edit(edit, stored)

    def detach(self) -> None:
        """Keeps what was typed, to create an activity of it: the one that was edited is deleted."""
        self._show_edit(ActivityEdit(seen=ActivityDraft(), draft=self._form.draft()), None)
        self._title.setText(self.tr("Create Activity"))
        self.show_note(
            self.tr(
                "This activity was deleted elsewhere. Your entries are still here: choose Create to save them as "
                "a new activity."
            )
        )

    def _show_edit(self, edit: ActivityEdit, stored: Activity | None) -> None:
        self._stored = stored
        self._form.fill(edit.seen, edit.draft)
        self._show_buttons()
        self.request_preview()

    def offer(self, profiles: Sequence[SmtpProfile]) -> None:
        """Offers these SMTPs."""
        self._form.offer(profiles)

    def request_preview(self) -> None:
        """Requests a preview of what the form describes."""
        self._request_preview(at_once=False)

    def _request_preview(self, *, at_once: bool) -> None:
        self.preview_requested.emit(
            PreviewRequest(draft=self._form.draft(), values=self._form.samples, at_once=at_once)
        )

    def typed_samples(self) -> dict[str, str]:
        """Returns the sample values of the preview that the user typed, by placeholder."""
        draft = self._form.draft()
        return {name: value for name, value in self._form.samples.items() if value != sample_value(name, draft)}

    def show_preview(self, preview: MailPreview) -> None:
        """Shows the preview in the form."""
        self._form.show_preview(preview)

    def show_preview_problem(self, words: str) -> None:
        """Shows why no preview could be made."""
        self._form.show_preview_problem(words)

    def field(self, name: str) -> Field | None:
        """Returns the field of that name in snake case; None where there is none."""
        return self._form.field(name)

    def draft(self) -> ActivityDraft:
        """Returns the content of the form."""
        return self._form.draft()

    def edit(self) -> ActivityEdit:
        """Returns what the user has changed in the form, and what it was made from."""
        return ActivityEdit(seen=self._form.filled, draft=self._form.draft())

    def is_changed(self) -> bool:
        """Returns whether the form has unsaved changes."""
        return differs(self._form.draft(), self._form.filled)

    def unsaved(self) -> KeptForm | None:
        """Returns what the form holds; None where nothing in it is unsaved."""
        if not self.is_changed():
            return None
        return kept_form(FormKind.ACTIVITY, self._form.draft(), self._form.filled, self._stored, datetime.now(UTC))

    def resume(self, form: KeptForm) -> None:
        """Enters, unsaved, what was typed before the program ended."""
        self._form.fill(self._form.filled, with_typed(self._form.draft(), form, whole=self._stored is None))
        self.show_note(resumed_words(form, gone=self._stored is None and form.stored_id is not None))
        self.request_preview()

    def set_busy(self, busy: bool) -> None:
        """Makes the form read-only while it is saved, or usable again."""
        if busy == self._busy:
            return
        focused = self.focusWidget()
        self._busy = busy
        self._form.set_locked(busy)
        for button in (self._save, self._trigger, self._delete):
            button.setEnabled(not busy)
        if focused and not busy:
            focused.setFocus(Qt.FocusReason.OtherFocusReason)

    def save(self) -> None:
        """Clicks Create or Save."""
        self._save.click()

    def trigger(self) -> None:
        """Clicks Trigger now."""
        self._trigger.click()

    def _reveal(self, name: str) -> None:
        self._form.show_field(name)

    def _show_buttons(self) -> None:
        creating = self._stored is None
        self._save.setText(self.tr("Create") if creating else self.tr("Save"))
        self._trigger.setText(self.tr("Trigger now"))
        self._delete.setText(self.tr("Delete"))
        self._cancel.setText(self.tr("Cancel"))
        for button in (self._save, self._trigger, self._delete, self._cancel):
            button.setAccessibleName(button.text())
        for button in (self._trigger, self._delete):
            button.setVisible(not creating)
        self._cancel.setVisible(creating)

    def _on_save(self) -> None:
        # The rules are checked by the service, on a worker: parsing templates takes longer than a frame.
        self.save_requested.emit(ActivitySaveRequest(activity_id=self.activity_id, edit=self.edit()))
