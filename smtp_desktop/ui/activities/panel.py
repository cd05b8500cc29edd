"""What was changed in the form of an activity."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

from PySide6.QtCore import Qt, Signal

from smtp_desktop.domain.delivery.activity import Activity, ActivityDraft, ActivityId, activity_draft_of
from smtp_desktop.domain.delivery.routing import Route
from smtp_desktop.domain.smtp.profile import SmtpProfile
from smtp_desktop.ui.activities.form import ActivityForm
from smtp_desktop.ui.activities.template_look import Look, LookRequest
from smtp_desktop.ui.widgets.form_panel import FormPanel

_TRIMMED = ("name", "to", "cc", "bcc", "subject", "attachments")


def differs(draft: ActivityDraft, filled: ActivityDraft) -> bool:
    """Whether saving `draft` would store something else than `filled` says."""
    return _content(draft) != _content(filled)


def _content(draft: ActivityDraft) -> ActivityDraft:
    return replace(draft, **{name: getattr(draft, name).strip() for name in _TRIMMED})


def rebased(draft: ActivityDraft, filled: ActivityDraft, fresh: ActivityDraft) -> ActivityDraft:
    """Returns `fresh` with what differs between `filled` and `draft`, which is what a person typed."""
    typed = {
        field.name: getattr(draft, field.name)
        for field in fields(ActivityDraft)
        if getattr(draft, field.name) != getattr(filled, field.name)
    }
    return replace(fresh, **typed)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivitySaveRequest:
    """Save `draft`; an `activity_id` of None creates."""

    activity_id: ActivityId | None
    draft: ActivityDraft


class ActivityPanel(FormPanel[ActivityForm]):
    """The form of one activity. Takes values and emits intents."""

    save_requested = Signal(object)  # ActivitySaveRequest
    trigger_requested = Signal()
    delete_requested = Signal(object)  # ActivityId
    look_wanted = Signal(object)  # LookRequest

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
        self._form.look_changed.connect(self.ask_for_look)
        self._form.submitted.connect(self.save)
        self._save.clicked.connect(self._on_save)
        self._trigger.clicked.connect(self.trigger_requested)
        self._delete.clicked.connect(lambda: self.delete_requested.emit(self.activity_id))
        self._cancel.clicked.connect(self.close_requested)

    @property
    def activity_id(self) -> ActivityId | None:
        """The activity that is edited; None while one is created."""
        return self._stored.id if self._stored else None

    def start_create(self) -> None:
        """The form is empty, to create an activity."""
        self._start(ActivityDraft(), None)
        self._ask_for_look(at_once=True)

    def start_edit(self, activity: Activity, route: Route | None) -> None:
        """The form shows `activity`; `route` is the way that its mail takes now, if that is known."""
        self._start(activity_draft_of(activity), activity, route)
        self._ask_for_look(at_once=True)

    def revert(self) -> None:
        """Nothing that was typed is left; the form shows what is stored, or is empty where nothing is."""
        if self._stored:
            self.start_edit(self._stored, None)
        else:
            self.start_create()

    def _start(self, draft: ActivityDraft, stored: Activity | None, route: Route | None = None) -> None:
        self._stored = stored
        self.set_busy(False)
        self.show_note("")
        self._form.start(draft, route)
        self._scroll.verticalScrollBar().setValue(0)
        self._title.setText(self.tr("Edit Activity") if stored else self.tr("Create Activity"))
        self._show_buttons()

    def saved(self, activity: Activity) -> None:
        """What the form holds is stored as `activity`: nothing in it counts as typed any more."""
        created = self._stored is None
        self._stored = activity
        draft = activity_draft_of(activity)
        self.set_busy(False)
        self.show_note("")
        self._form.clear_errors()
        self._form.fill(draft, draft)
        self._title.setText(self.tr("Edit Activity"))
        self._show_buttons()
        if created:
            self.ask_for_look()

    def refresh_stored(self, activity: Activity) -> None:
        """What is stored is `activity` now: fields that nobody touched show it, what was typed stays.

        Nothing happens where the form is on another activity.
        """
        if activity.id != self.activity_id or activity == self._stored:
            return
        fresh = activity_draft_of(activity)
        self._stored = activity
        self._form.fill(fresh, rebased(self._form.draft(), self._form.filled, fresh))
        self._show_buttons()
        self.ask_for_look()

    def offer(self, profiles: Sequence[SmtpProfile]) -> None:
        """These SMTPs can be chosen."""
        self._form.offer(profiles)

    def ask_for_look(self) -> None:
        """It is asked what the mail looks like that the form describes."""
        self._ask_for_look(at_once=False)

    def _ask_for_look(self, *, at_once: bool) -> None:
        self.look_wanted.emit(LookRequest(draft=self._form.draft(), values=self._form.samples, at_once=at_once))

    def show_look(self, look: Look) -> None:
        """The form tells what `look` says."""
        self._form.show_look(look)

    def show_look_problem(self, words: str) -> None:
        """Nothing could be found out, for what `words` say."""
        self._form.show_look_problem(words)

    def draft(self) -> ActivityDraft:
        """Returns what is typed and chosen."""
        return self._form.draft()

    def is_changed(self) -> bool:
        """Whether leaving would lose something that was typed or chosen."""
        return differs(self._form.draft(), self._form.filled)

    def set_busy(self, busy: bool) -> None:
        """The form can be read and not changed while it is saved, or it can be used again."""
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
        """As a click on Create or Save."""
        self._save.click()

    def trigger(self) -> None:
        """As a click on Trigger now."""
        self._trigger.click()

    def _uncover(self, name: str) -> None:
        self._form.show_field(name)

    def _show_buttons(self) -> None:
        creating = self._stored is None
        self._save.setText(self.tr("Create") if creating else self.tr("Save"))
        self._trigger.setText(self.tr("Trigger now"))
        self._delete.setText(self.tr("Delete"))
        self._cancel.setText(self.tr("Cancel"))
        for button in (self._save, self._trigger, self._delete, self._cancel):
            button.setAccessibleName(button.text())
        self._delete.setVisible(not creating)
        self._cancel.setVisible(creating)

    def _on_save(self) -> None:
        # All rules are checked where it is saved: reading templates takes longer than a frame.
        self.save_requested.emit(ActivitySaveRequest(activity_id=self.activity_id, draft=self._form.draft()))
