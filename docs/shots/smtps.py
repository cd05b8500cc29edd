"""Pictures of the SMTPs as cards, and of what is done with one."""

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QLineEdit, QMenu

from shots.smtp_tests import ended_test
from shots.studio import Studio


def shoot_smtps(studio: Studio) -> None:
    """Takes cards and panel, the menu, duplicating, deleting, a test that fails, and the panel that says why."""
    window = studio.window
    studio.open_card("Corporate_Relay")
    studio.shoot("grid")
    studio.click(window.smtps.panel, "deleteButton")
    dialog = studio.dialog("deleteDialog")
    studio.shoot("delete-default", dialog)
    dialog.reject()
    window.smtps.actions.duplicate_current()
    dialog = studio.dialog("duplicateDialog")
    studio.find(dialog, QLineEdit, "entityPasswordField").setText("placeholder")
    studio.shoot("duplicate", dialog)
    dialog.reject()
    index = window.page.grid.currentIndex()
    window.page.grid.menu_asked.emit(index, window.page.grid.mapToGlobal(QPoint(215, 48)))
    menu = studio.find(window, QMenu, "moreActionsMenu")
    studio.shoot("more-actions", menu)
    menu.close()
    dialog = ended_test(studio, "Alerts_Mail")
    studio.shoot("test-failed", dialog)
    dialog.reject()
    box = window.smtps.panel.why_box
    studio.wait(box.isVisible)
    studio.shoot("failed-panel")
    box.detail_link.click()
    dialog = studio.dialog("historyEntryDialog")
    studio.shoot("history-entry", dialog)
    dialog.reject()
