"""The form of an activity."""

import shlex
from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QLineEdit, QVBoxLayout, QWidget

from smtp_desktop.domain.delivery.activity import ActivityDraft
from smtp_desktop.domain.delivery.routing import Route
from smtp_desktop.domain.smtp.profile import SmtpProfile
from smtp_desktop.ui.activities.cards import route_words
from smtp_desktop.ui.activities.fields import ActivityFields
from smtp_desktop.ui.activities.template_look import Look
from smtp_desktop.ui.widgets.field import Field


class ActivityForm(QWidget):
    """The fields of an activity, what they lead to, and the command that does the same."""

    edited = Signal()
    """Something else is typed or chosen."""
    look_changed = Signal()
    """Something is typed that changes what the mail looks like: the content, or a sample value."""
    submitted = Signal()

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
            fields.subject,
            fields.body,
            fields.attachments,
            fields.enabled,
            fields.description,
            fields.script,
        ):
            layout.addWidget(part)

    def _chain_tab_order(self) -> None:
        fields = self._fields
        before_body = (fields.name, fields.smtp, fields.backup, fields.to, fields.cc, fields.bcc, fields.subject)
        stops = [field.editor for field in before_body]
        stops += fields.body.stops
        stops += [fields.attachments.editor, fields.add_file, fields.enabled.editor, fields.description.editor]
        stops += [fields.script_line, fields.script_line.button]
        for before, after in pairwise(stops):
            QWidget.setTabOrder(before, after)
        self.first_stop, self.last_stop = stops[0], stops[-1]

    def _connect(self) -> None:
        for field in self._by_name.values():
            field.edited.connect(self._on_edited)
            if isinstance(field.editor, QLineEdit):
                field.editor.returnPressed.connect(self.submitted)
        self._fields.body.samples_edited.connect(self.look_changed)
        self._fields.body.names_changed.connect(self._chain_tab_order)
        self._fields.add_file.clicked.connect(self._choose_files)

    def draft(self) -> ActivityDraft:
        """Returns what is typed and chosen."""
        return self._fields.draft()

    @property
    def filled(self) -> ActivityDraft:
        """What the fields held before anything was typed."""
        return self._filled

    @property
    def samples(self) -> dict[str, str]:
        """The sample values of the preview, by placeholder."""
        return self._fields.body.samples

    def field(self, name: str) -> Field | None:
        """Returns the field that the domain calls so."""
        return self._by_name.get(name)

    def errors(self) -> dict[str, str]:
        """Returns what is said beside the fields now, by name, in the order of the form."""
        return {name: field.error for name, field in self._by_name.items() if field.error}

    def offer(self, profiles: Sequence[SmtpProfile]) -> None:
        """These SMTPs can be chosen."""
        self._fields.offer(profiles)

    def start(self, draft: ActivityDraft, route: Route | None) -> None:
        """The form shows `draft` with no errors and nothing typed; `route` is the way of its mail now, if known."""
        self._names = ()
        self._fields.body.start()
        self._show_route(route)
        self.fill(draft, draft)
        # What can't be chosen any more, as an SMTP that is gone, is not what somebody typed.
        self._filled = self.draft()
        self.clear_errors()

    def fill(self, filled: ActivityDraft, draft: ActivityDraft) -> None:
        """The fields show `draft`, of which `filled` is what nobody typed."""
        self._filled = filled
        self._filling = True
        self._fields.show(draft)
        self._filling = False
        self._show_script()

    def show_look(self, look: Look) -> None:
        """The form tells which SMTP is used and why, the placeholders, and what the mail looks like."""
        self._show_route(look.route)
        if look.names is not None:
            self._names = look.names
        self._fields.body.show_look(look)
        self._show_script()

    def _show_route(self, route: Route | None) -> None:
        words = route_words(route) if route else ""
        self._fields.smtp.set_hint(words, warns=route is not None and route.profile_id is None)

    def show_look_problem(self, words: str) -> None:
        """Nothing could be found out, for what `words` say."""
        self._fields.body.show_problem(words)

    def clear_errors(self) -> None:
        """No error stands beside a field."""
        for field in self._by_name.values():
            field.set_error("")

    def set_error(self, name: str, message: str) -> None:
        """`message` stands beside that field, which is in sight."""
        field = self._by_name[name]
        field.set_error(message)

    def show_field(self, name: str) -> None:
        """The field is on the tab that is seen, if it is on one."""
        self._fields.body.show_field(name)

    def set_locked(self, locked: bool) -> None:
        """The form can be read but not changed."""
        for field in self._by_name.values():
            field.set_locked(locked)
        self._fields.add_file.setEnabled(not locked)

    def _on_edited(self) -> None:
        if self._filling:
            return
        self._show_script()
        self.edited.emit()
        self.look_changed.emit()

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
        dialog.filesSelected.connect(self._fields.add_attachments)
        dialog.open()
