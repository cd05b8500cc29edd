"""Pictures of the SMTPs as cards, and of what is done with one."""

from PySide6.QtCore import QItemSelectionModel, QPoint
from PySide6.QtWidgets import QFrame, QLineEdit, QMenu

from shots.smtp_tests import ended_test
from shots.studio import Studio
from smtp_desktop.ui.smtps.page import SmtpView

_ADD = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows


def shoot_smtps(studio: Studio) -> None:
    """Takes cards and panel, the menu, duplicating, deleting, a failing test and panel, and several selected."""
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
    _shoot_proposal(studio)
    _shoot_several(studio)


def _shoot_proposal(studio: Studio) -> None:
    editor, panel = studio.window.smtps.editor, studio.window.smtps.panel
    editor.start_create()
    panel.address.editor.setText("alerts.northwind@gmail.com")
    panel.address.left.emit()
    studio.wait(panel.address.box.use.isVisible)
    studio.shoot("create-from-address")
    editor.close_panel()


def _shoot_several(studio: Studio) -> None:
    page = studio.window.page
    page.show_view(SmtpView.LIST)
    page.select(studio.profile("Corporate_Relay").id)
    for name in ("Corporate_Relay", "Corporate_Relay_copied"):
        index = page.list().table.index_of_card(page.cards.index_of(studio.profile(name).id))
        page.view.selectionModel().select(index, _ADD)
    studio.wait(lambda: any(bar.isVisible() for bar in studio.window.findChildren(QFrame, "selectionBar")))
    studio.shoot("list-selection")
    studio.click(studio.window, "replaceSelectedButton")
    dialog = studio.dialog("replacePasswordDialog")
    studio.find(dialog, QLineEdit, "newPasswordField").setText("placeholder")
    studio.shoot("replace-password", dialog)
    dialog.reject()
    page.show_view(SmtpView.CARDS)
