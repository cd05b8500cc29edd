"""The dialogs of the import in the states in which the tests look at them."""

from PySide6.QtWidgets import QWidget
from ui.imports.found_samples import FOUND

from smtp_desktop.ui.imports.dialog import ImportDialog
from smtp_desktop.ui.theme.theme import LIGHT
from smtp_desktop.ui.widgets.dialog import Dialog


def found_in_files(parent: QWidget) -> Dialog:
    dialog = ImportDialog(parent, theme=LIGHT)
    dialog.show_found(FOUND)
    return dialog
