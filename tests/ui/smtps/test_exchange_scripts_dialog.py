"""The PowerShell that lets an app send as one mailbox, in the window."""

from PySide6.QtWidgets import QApplication

from smtp_desktop.domain.smtp.profile import SignIn


def test_it_is_copied_with_the_ids_filled_in(gui):
    gui.have_graph("Invoices", sign_in=SignIn.APP_ONLY, password=None)
    server = gui.stored("Invoices").server
    gui.open()
    gui.choose("Invoices", "exchangeScriptsAction")
    dialog = gui.dialog("exchangeScriptsDialog")
    assert "Replace <object-id> with the Object ID" in gui.words(dialog)
    gui.click("copyScript0Button", dialog)
    copied = QApplication.clipboard().text()
    assert f"$appId = '{server.client_id}'" in copied
    assert f"-Resource '{server.user_name}'" in copied
    assert dialog.isVisible()


def test_a_mailbox_that_is_signed_in_to_by_password_has_none(gui):
    gui.have_graph("Invoices")
    gui.open()
    menu = gui.right_click_card("Invoices")
    assert "exchangeScriptsAction" not in [action.objectName() for action in menu.actions()]
