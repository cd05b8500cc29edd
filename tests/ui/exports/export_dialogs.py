"""The Export dialog in the states in which the tests look at it."""

from typing import Any

from PySide6.QtWidgets import QWidget
from ui.dialog_makers import typed

from smtp_desktop.ui.exports.dialog import SetupExportDialog
from smtp_desktop.ui.exports.request import ExportFormat
from smtp_desktop.ui.widgets.dialog import Dialog

PASSPHRASE = "correct horse battery staple"
EXPORT: dict[str, Any] = {"selected": 2, "total": 9, "propose": lambda: PASSPHRASE}


def sealed_export(parent: QWidget) -> Dialog:
    dialog = SetupExportDialog(parent, **EXPORT)
    dialog.format_field.choose(ExportFormat.SEALED)
    return typed(dialog, passphraseField=PASSPHRASE, repeatPassphraseField=PASSPHRASE)


def program_export(parent: QWidget) -> Dialog:
    dialog = SetupExportDialog(parent, **EXPORT)
    dialog.format_field.choose(ExportFormat.POSTFIX)
    return dialog
