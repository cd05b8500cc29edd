"""The dialogs of the import in the states in which the tests look at them."""

from PySide6.QtWidgets import QPlainTextEdit, QWidget
from ui.dialog_makers import typed
from ui.imports.found_samples import FOUND

from smtp_desktop.ui.imports.dialog import ImportDialog
from smtp_desktop.ui.imports.entry_dialogs import DetailsDialog, FoundPasswordDialog, PassphraseDialog, PasteDialog
from smtp_desktop.ui.theme.theme import LIGHT
from smtp_desktop.ui.widgets.dialog import Dialog


def found_in_files(parent: QWidget) -> Dialog:
    dialog = ImportDialog(parent, theme=LIGHT)
    dialog.show_found(FOUND)
    return dialog


def asked_password(parent: QWidget) -> Dialog:
    return typed(FoundPasswordDialog(parent, row=FOUND.rows[1]), passwordField="s3cret")


def asked_passphrase(parent: QWidget) -> Dialog:
    return typed(PassphraseDialog(parent), passphraseField="four words and more")


def pasted(parent: QWidget) -> Dialog:
    dialog = PasteDialog(parent)
    field = dialog.findChild(QPlainTextEdit, "pastedText")
    assert field is not None
    field.setPlainText("smtp://relay.example:587")
    return dialog


def shown_details(parent: QWidget) -> Dialog:
    return DetailsDialog(parent, row=FOUND.rows[6], lines="> 655  port = 5B7")
