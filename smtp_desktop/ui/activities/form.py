"""The form of an activity."""

import shlex
from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QLineEdit, QVBoxLayout, QWidget

from smtp_desktop.domain.delivery.activity import ActivityDraft
from smtp_desktop.domain.delivery.routing import Route
from smtp_desktop.domain.smtp.profile import SmtpProfile
from smtp_desktop.ui.activities.fields import ActivityFields
from smtp_desktop.ui.activities.previewer import MailPreview
from smtp_desktop.ui.activities.words import route_words
from smtp_desktop.ui.widgets.field import Field


class ActivityForm(QWidget):
    """The fields of an activity, the preview of its mail, and the command line that triggers it."""

    edited = Signal()
    """The user changed a field."""
    preview_outdated = Signal()
    """The user changed a field or a sample value, so that the preview is out of date."""
    submitted = Signal()
    """Enter was pressed in a field of one line."""

    def __init__(self) -> None:
        super().__init__()
        self._fields = ActivityFields(self)
        self._filled = ActivityDraft()
        self._filling = False
        self._names: tuple[str, ...] = ()
        self._by_name = self._fields.by_name()
        self._lay_out()
        self._chain_tab_order()
        self._connect()
        self._show_script()

    def _lay_out(self) -> None:
        fields = self._fields
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for part in (
            fields.name,
            fields.smtp,
            fields.backup,
            fields.to,
            fields.cc,
            fields.bcc,
            fields.reply_to,
            fields.subject,
            fields.body,
            fields.attachments,
            fields.headers,
            fields.expire_after,
            fields.enabled,
            fields.description,
            fields.script,
        ):
            layout.addWidget(part)

    def _chain_tab_order(self) -> None:
        fields = self._fields
        recipients = (fields.to, fields.cc, fields.bcc, fields.reply_to)
        before_body = (fields.name, fields.smtp, fields.backup, *recipients, fields.subject)
        stops = [field.editor for field in before_body]
        stops += fields.body.stops
        stops += [*fields.attachments.stops, fields.headers.editor, fields.expire_after.editor]
        stops += [fields.enabled.editor, fields.description.editor]
        stops += [fields.script_line, fields.script_line.button]
        for before, after in pairwise(stops):
            QWidget.setTabOrder(before, after)
        self.first_stop, self.last_stop = stops[0], stops[-1]

    def _connect(self) -> None:
        for field in self._by_name.values():
            field.edited.connect(self._on_edited)
            if isinstance(field.editor, QLineEdit) and field is not self._fields.attachments:
                field.editor.returnPressed.connect(self.submitted)
        self._fields.body.samples_edited.connect(self.preview_outdated)
        self._fields.body.names_changed.connect(self._chain_tab_order)
        self._fields.attachments.add_file.clicked.connect(self._choose_files)

    def draft(self) -> ActivityDraft:
        """Returns the content of the fields."""
        return self._fields.draft()

    @property
    def filled(self) -> ActivityDraft:
        """The content of the fields before the user changed anything."""
        return self._filled

    @property
    def samples(self) -> dict[str, str]:
        """The sample values of the preview, by placeholder."""
        return self._fields.body.samples

    def field(self, name: str) -> Field | None:
        """Returns a field by its name in the domain; None if there is none."""
        return self._by_name.get(name)

    def errors(self) -> dict[str, str]:
        """Returns the errors that are shown, by name of the field, in the order of the form."""
        return {name: field.error for name, field in self._by_name.items() if field.error}

    def offer(self, profiles: Sequence[SmtpProfile]) -> None:
        """Offers these SMTPs."""
        self._fields.offer(profiles)

    def start(self, draft: ActivityDraft, route: Route | None) -> None:
        """Shows `draft`, with no errors and unchanged. `route` is that of its mail now, if known."""
        self._names = ()
        self._fields.body.start()
        self._show_route(route)
        self.fill(draft, draft)
        # What can't be chosen any more, such as a deleted SMTP, is not a change by the user.
        self._filled = self.draft()
        self.clear_errors()

    def fill(self, filled: ActivityDraft, draft: ActivityDraft) -> None:
        """Shows `draft`; what differs from `filled` counts as changed by the user."""
        self._filled = filled
        self._filling = True
        self._fields.show(draft)
        self._filling = False
        self._show_script()

    def show_preview(self, preview: MailPreview) -> None:
        """Shows the route with its reason, the placeholders, and the mail."""
        self._show_route(preview.route)
        if preview.names is not None:
            self._names = preview.names
        self._fields.body.show_preview(preview)
        self._fields.attachments.show_sizes(preview.sizes)
        self._show_script()

    def _show_route(self, route: Route | None) -> None:
        words = route_words(route) if route else ""
        self._fields.smtp.set_hint(words, warns=route is not None and route.profile_id is None)

    def show_preview_problem(self, words: str) -> None:
        """Shows why no preview could be made."""
        self._fields.body.show_problem(words)

    def clear_errors(self) -> None:
        """Removes all errors."""
        for field in self._by_name.values():
            field.set_error("")

    def set_error(self, name: str, message: str) -> None:
        """Shows an error beside that field."""
        self._by_name[name].set_error(message)

    def show_field(self, name: str) -> None:
        """Switches to the tab of that field, if it is on one."""
        self._fields.body.show_field(name)

    def set_locked(self, locked: bool) -> None:
        """Sets whether the form is read-only."""
        for field in self._by_name.values():
            field.set_locked(locked)

    def _on_edited(self) -> None:
        if self._filling:
            return
        self._show_script()
        self.edited.emit()
        self.preview_outdated.emit()

    def _show_script(self) -> None:
        name = self._fields.draft().name.strip() or "NAME"
        words = ["smtp-desktop", "trigger", shlex.quote(name)]
        words += [f"-s {shlex.quote(placeholder)}=…" for placeholder in self._names]
        self._fields.script_line.show_line(" ".join(words))

    def _choose_files(self) -> None:
        dialog = QFileDialog(self, self.tr("Add files"))
        dialog.setObjectName("addFileDialog")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(self._fields.attachments.add)
        dialog.open()
