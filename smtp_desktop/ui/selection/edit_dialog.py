"""The dialog that sets fields of several SMTPs at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLineEdit, QWidget

from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.profile import ProfileId, ProfileType, SmtpProfile
from smtp_desktop.domain.smtp.selection import FieldChange
from smtp_desktop.domain.smtp.tags import tags_of
from smtp_desktop.ui.selection.run_dialog import RunDialog
from smtp_desktop.ui.theme.styled import styled_label
from smtp_desktop.ui.theme.theme import Theme
from smtp_desktop.ui.widgets.field import object_name
from smtp_desktop.ui.widgets.popups import ComboBox


@dataclass(frozen=True, slots=True, kw_only=True)
class EditRequest:
    """Make this change of these SMTPs."""

    profile_ids: tuple[ProfileId, ...]
    change: FieldChange


class EditFieldsDialog(RunDialog):
    """Offers fields with a tick box each: those that are ticked are set, all others stay as they are."""

    started = Signal(object)
    """Carries an EditRequest."""

    def __init__(self, parent: QWidget, *, profiles: Sequence[SmtpProfile], theme: Theme) -> None:
        super().__init__(
            parent,
            name="editFieldsDialog",
            title=self.tr("Edit fields of {n} SMTPs").format(n=f"{len(profiles):,}"),
            profiles=profiles,
            theme=theme,
            words=self.tr("Checked fields are set in all of them. The other fields don't change."),
        )
        all_servers = all(profile.type is ProfileType.GENERIC for profile in profiles)
        self._boxes: dict[str, QCheckBox] = {}
        self._lines: dict[str, QLineEdit] = {}
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(6)
        self._tls = ComboBox()
        if all_servers:
            self._add_line("host_name", self.tr("Host Name"))
            self._add_line("password", self.tr("Password, for the new host"))
            self._lines["password"].setEchoMode(QLineEdit.EchoMode.Password)
            self._add_line("smtp_port", self.tr("SMTP Port"))
            self._tls.addItem(self.tr("On"), True)
            self._tls.addItem(self.tr("Off"), False)
            self._add("tls", self.tr("SMTP TLS/SSL"), self._tls)
        self._add_line("from_address", self.tr("From Address"))
        self._add_line("signature", self.tr("Signature"))
        self._add_line("added_tags", self.tr("Add tags"))
        self._add_line("removed_tags", self.tr("Remove tags"))
        fields = QWidget()
        fields.setLayout(self._grid)
        self.form.addWidget(fields)
        if not all_servers:
            words = self.tr("Host, port and TLS can be set only if all selected SMTPs are of type Generic.")
            self.form.addWidget(styled_label(words, "hint", wrap=True))
        next(iter(self._boxes.values())).setFocus()
        self._refresh()

    def _add_line(self, name: str, label: str) -> None:
        line = self._lines[name] = QLineEdit()
        line.textEdited.connect(lambda _: self._boxes[name].setChecked(True))
        self._add(name, label, line)

    def _add(self, name: str, label: str, editor: QWidget) -> None:
        box = self._boxes[name] = QCheckBox(label)
        box.setObjectName(object_name(name, "Tick"))
        box.toggled.connect(self._refresh)
        editor.setObjectName(object_name(name, "Field"))
        editor.setAccessibleName(label)
        row = self._grid.rowCount()
        self._grid.addWidget(box, row, 0)
        self._grid.addWidget(editor, row, 1)
        if isinstance(editor, ComboBox):
            editor.activated.connect(lambda _: box.setChecked(True))

    def _start_words(self) -> str:
        return self.tr("Save")

    def _waiting_words(self) -> str:
        return self.tr("Not changed")

    def _is_complete(self) -> bool:
        return any(box.isChecked() for box in self._boxes.values())

    def _start(self) -> None:
        typed = {name: line.text() for name, line in self._lines.items() if self._boxes[name].isChecked()}
        added, removed = tags_of(typed.pop("added_tags", "")), tags_of(typed.pop("removed_tags", ""))
        password = typed.pop("password", "")
        values: dict[str, str | bool] = dict(typed)
        if "tls" in self._boxes and self._boxes["tls"].isChecked():
            values["tls"] = bool(self._tls.currentData())
        change = FieldChange(
            values=values,
            added_tags=added,
            removed_tags=removed,
            password=Secret.typed(password) if password else None,
        )
        self.started.emit(EditRequest(profile_ids=tuple(self.rows.ticked()), change=change))
