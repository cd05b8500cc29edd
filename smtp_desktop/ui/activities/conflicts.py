"""The question about an activity in the form that others changed meanwhile: mine or theirs, field by field."""

from PySide6.QtWidgets import QWidget

from smtp_desktop.domain.delivery.activity import Activity, ActivityDraft, activity_draft_of
from smtp_desktop.domain.delivery.activity_edit import ActivityEdit, Difference, differences, resolved
from smtp_desktop.domain.delivery.age_limit import age_limit_text
from smtp_desktop.ui.activities.fields import ProfileChoice
from smtp_desktop.ui.activities.panel import ActivityPanel
from smtp_desktop.ui.widgets.conflict_dialog import ConflictDialog, ConflictRow, value_words


def ask_about_conflict(window: QWidget, panel: ActivityPanel, edit: ActivityEdit, present: Activity) -> None:
    """Asks which side to keep, and saves what the user chose. `present` is the activity as others stored it."""
    rows = [_row(panel, one, edit, present) for one in differences(edit, present)]
    panel.note_version(present.version)
    dialog = ConflictDialog(window, name=present.name, rows=rows, times=panel.times)

    def choose(mine: frozenset[str]) -> None:
        if panel.activity_id != present.id:
            return
        panel.take_over(resolved(edit, present, mine), present)
        if panel.is_changed():
            panel.save()

    dialog.chosen.connect(choose)
    dialog.open()


def _row(panel: ActivityPanel, difference: Difference, edit: ActivityEdit, present: Activity) -> ConflictRow:
    name = difference.field
    field = panel.field(name)
    return ConflictRow(
        key=name,
        label=field.editor.accessibleName() if field else name,
        mine=_words(panel, name, edit.draft) if difference.mine else "",
        theirs=_words(panel, name, activity_draft_of(present)) if difference.theirs else "",
        before=_words(panel, name, edit.seen),
    )


def _words(panel: ActivityPanel, name: str, draft: ActivityDraft) -> str:
    field, value = panel.field(name), getattr(draft, name)
    editor = field.editor if field else None
    if isinstance(editor, ProfileChoice):
        return editor.words_for(value)
    if name == "expire_after_s":
        value = age_limit_text(value) if value else ""
    return value_words(editor, value)
