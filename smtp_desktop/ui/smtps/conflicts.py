"""The question about an SMTP in the form that others changed meanwhile: mine or theirs, field by field."""

from collections.abc import Collection

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from smtp_desktop.domain.smtp.conflict import Difference, differences, resolved
from smtp_desktop.domain.smtp.draft import ProfileDraft, draft_of
from smtp_desktop.domain.smtp.edit import PLACE_FIELDS, ProfileEdit
from smtp_desktop.domain.smtp.oauth import AppCertificate
from smtp_desktop.domain.smtp.profile import SecretField, SmtpProfile
from smtp_desktop.ui.cards.field_labels import field_labels
from smtp_desktop.ui.smtps.panel import SmtpPanel
from smtp_desktop.ui.widgets.conflict_dialog import ConflictDialog, ConflictRow, value_words
from smtp_desktop.ui.widgets.message_text import day_text


def ask_about_conflict(window: QWidget, panel: SmtpPanel, edit: ProfileEdit, present: SmtpProfile) -> None:
    """Asks which side to keep, and saves what the user chose. `present` is the SMTP as others stored it."""
    found = differences(edit, present)
    rows = [_row(panel, one, edit, present) for one in found]
    bound = any(set(one.fields) & set(PLACE_FIELDS) for one in found)
    note = "A password is sent only to the host or tenant it was entered for, so they go together."
    note = QCoreApplication.translate("SmtpConflicts", note) if bound else ""
    panel.note_version(present.version)
    dialog = ConflictDialog(window, name=present.name, rows=rows, times=panel.times, note=note)

    def choose(keys: frozenset[str]) -> None:
        if panel.profile_id != present.id:
            return
        mine = [name for one in found if one.fields[0] in keys for name in one.fields]
        panel.take_over(resolved(edit, present, mine), present)
        if panel.is_changed():
            panel.save()

    dialog.chosen.connect(choose)
    dialog.open()


def _row(panel: SmtpPanel, difference: Difference, edit: ProfileEdit, present: SmtpProfile) -> ConflictRow:
    names = difference.fields
    replaced = [field for field in SecretField if present.secret_refs.get(field) != edit.refs.get(field)]
    return ConflictRow(
        key=names[0],
        label=_joined(list(dict.fromkeys(_label(panel, name) for name in names))),
        mine=_values(panel, names, edit.draft, edit.draft.typed_secrets) if difference.mine else "",
        theirs=_values(panel, names, draft_of(present), replaced) if difference.theirs else "",
        before="\n".join(_words(panel, name, edit.seen) for name in names if name not in set(SecretField)),
    )


def _values(panel: SmtpPanel, names: tuple[str, ...], draft: ProfileDraft, changed: Collection[SecretField]) -> str:
    """`changed` are the secrets that this side has changed."""
    return "\n".join(
        _secret_words(_label(panel, name), changed=name in changed)
        if name in set(SecretField)
        else _words(panel, name, draft)
        for name in names
    )


def _label(panel: SmtpPanel, name: str) -> str:
    field = panel.field(name)
    if (field is None or name in set(SecretField)) and name in (labels := field_labels()):
        return labels[name]
    if field is None:
        return QCoreApplication.translate("SmtpConflicts", "Trusted certificate")
    return field.editor.accessibleName()


def _words(panel: SmtpPanel, name: str, draft: ProfileDraft) -> str:
    field, value = panel.field(name), getattr(draft, name)
    if isinstance(value, AppCertificate):
        value = QCoreApplication.translate("SmtpConflicts", "valid until {day}").format(day=day_text(value.valid_until))
    elif field is None and value:  # a certificate says nothing at a glance
        value = QCoreApplication.translate("SmtpConflicts", "its own")
    return value_words(field.editor if field else None, value)


def _secret_words(label: str, *, changed: bool) -> str:
    template = (
        QCoreApplication.translate("SmtpConflicts", "{field} changed")
        if changed
        else QCoreApplication.translate("SmtpConflicts", "{field} as before")
    )
    return template.format(field=label)


def _joined(labels: list[str]) -> str:
    if len(labels) == 1:
        return labels[0]
    return QCoreApplication.translate("SmtpConflicts", "{some} and {last}").format(
        some=", ".join(labels[:-1]), last=labels[-1]
    )
