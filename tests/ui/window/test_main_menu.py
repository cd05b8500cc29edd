"""The main menu, the breadcrumb, and what they lead to."""

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QTableView

from smtp_desktop.ui.theme.theme import LIGHT
from smtp_desktop.ui.window.main_window import MainWindow

PAGES = ["smtpPageAction", "activitiesPageAction", "deliveriesPageAction", "datesPageAction", "inboxPageAction"]


def named(menu):
    return [action.objectName() for action in menu.actions() if action.objectName()]


def key(name):
    """Presses a key in the menu that is open last."""
    QTest.keySequence(QApplication.activePopupWidget(), QKeySequence(name))


@pytest.fixture
def opened(gui):
    """The window is open, and what it opens outside is noted."""
    gui.open()
    gui.urls, gui.opens = [], True
    gui.window.menus.open_url = lambda url: gui.urls.append(url) or gui.opens
    return gui


def test_the_burger_opens_the_main_menu(opened):
    opened.click("burgerButton")
    menu = opened.menu("mainMenu")
    assert named(menu) == [
        *("importAction", "exportAction", "backUpAction", "restoreAction"),
        *("settingsAction", "shortcutsAction", "helpAction"),
        *("dataFolderAction", "logAction"),
        *("aboutAction", "quitAction"),
    ]
    assert [menu.actions()[0].text(), menu.actions()[7].text()] == ["Management", "Settings\tCtrl+,"]
    assert opened.part("burgerButton").isDown()
    menu.close()
    assert not opened.part("burgerButton").isDown()


def test_the_pages_stand_below_management_and_configuration_management_with_a_tick_at_the_one_shown(opened):
    opened.press("Ctrl+3")
    opened.press("F10")
    area = opened.menu("mainMenu").actions()[0].menu()
    pages = area.actions()[0].menu()
    assert (area.title(), pages.title()) == ("Management", "Configuration Management")
    assert named(pages) == PAGES
    assert [action.objectName() for action in pages.actions() if action.isChecked()] == ["deliveriesPageAction"]
    assert pages.actions()[4].text() == "Local inbox\tCtrl+5"


def test_arrow_keys_and_enter_lead_through_the_menu_to_a_page(opened):
    opened.press("F10")
    opened.menu("mainMenu")
    key("Down")
    key("Right")
    opened.menu("managementMenu")
    key("Right")
    pages = opened.menu("configurationMenu")
    opened.until(lambda: pages.activeAction() and pages.activeAction().objectName() == "smtpPageAction")
    key("Down")
    key("Return")
    opened.until(lambda: opened.visible("activitiesPage"))
    assert opened.part("activitiesEntry").isChecked()


def test_the_menu_opens_dialogs(opened):
    for name in ("settings", "shortcuts", "about", "help"):
        opened.press("F10")
        opened.click_entry(opened.menu("mainMenu"), f"{name}Action")
        opened.dialog(f"{name}Dialog")
        opened.press("Esc")
        opened.no_dialog(f"{name}Dialog")
        opened.activate()


def test_the_menu_quits(opened):
    opened.click("burgerButton")
    with opened.qtbot.waitSignal(opened.window.closed):
        opened.click_entry(opened.menu("mainMenu"), "quitAction")


def test_data_folder_and_log_are_opened_by_the_system(opened):
    for action in ("dataFolderAction", "logAction"):
        opened.click("burgerButton")
        opened.click_entry(opened.menu("mainMenu"), action)
    assert opened.urls == [QUrl.fromLocalFile(str(opened.home)), QUrl.fromLocalFile(str(opened.home / "window.log"))]


def test_where_the_system_opens_no_folder_it_is_said_where_that_is(opened):
    opened.opens = False
    opened.click("burgerButton")
    opened.click_entry(opened.menu("mainMenu"), "dataFolderAction")
    assert str(opened.home) in opened.words(opened.dialog("messageDialog"))


@pytest.mark.parametrize("crumb", ["managementCrumb", "configurationCrumb"])
def test_the_breadcrumb_leads_to_the_pages_by_mouse_and_by_keys(opened, crumb):
    opened.part(crumb).setFocus()
    opened.press("Return")
    pages = opened.menu("configurationMenu")
    opened.until(lambda: pages.activeAction() and pages.activeAction().objectName() == "smtpPageAction")
    key("Down")
    key("Return")
    opened.until(lambda: opened.visible("activitiesPage"))
    opened.click("configurationCrumb")
    opened.click_entry(opened.menu("configurationMenu"), "datesPageAction")
    opened.until(lambda: opened.visible("datesPage"))


def test_the_local_inbox_has_a_key(opened):
    opened.press("Ctrl+5")
    assert opened.visible("localInboxPage")
    assert opened.part("inboxEntry").isChecked()


def test_f9_folds_the_panel_and_unfolds_it(opened):
    opened.press("F9")
    assert opened.part("entityPanel").width() == 56
    assert opened.part("foldButton").toolTip() == "Unfold panel (F9)"
    opened.press("F9")
    assert opened.part("entityPanel").width() == 208
    assert opened.part("foldButton").text().strip() == "Fold panel"


def test_every_key_of_the_window_is_in_the_list_and_the_list_can_be_searched(opened):
    opened.window.menus.show_shortcuts()
    dialog = opened.dialog("shortcutsDialog")
    model = dialog.findChild(QTableView, "shortcutsTable").model()
    listed = {model.index(row, 1).data() for row in range(model.rowCount())}
    # Those of the grids are of what has the focus, and listed in words.
    keys = {one.key().toString() for one in opened.window.findChildren(QShortcut) if one.parent() is opened.window}
    assert len(keys) > 15
    assert keys <= listed
    opened.write("inbox")
    assert [model.index(row, 0).data() for row in range(model.rowCount())] == ["Show Local inbox"]


def test_no_two_keys_of_the_window_are_alike(opened):
    keys = [one.key().toString() for one in opened.window.findChildren(QShortcut) if one.parent() is opened.window]
    assert len(keys) == len(set(keys))


def test_f1_opens_the_help_at_the_page_that_is_shown(opened):
    opened.press("Ctrl+3")
    opened.press("F1")
    assert opened.dialog("helpDialog").windowTitle() == "Deliveries – Help"


def test_about_tells_versions_that_can_be_copied(opened):
    opened.window.menus.show_about()
    dialog = opened.dialog("aboutDialog")
    opened.click("copyVersionsButton", dialog)
    assert opened.app.clipboard().text() == opened.part("versionsText", dialog).text()
    assert opened.app.clipboard().text().startswith("SMTP Desktop ")


def test_a_demo_says_that_it_is_one(qtbot):
    window = MainWindow(theme=LIGHT, kept={}, demo=True)
    qtbot.addWidget(window)
    window.show()
    assert window.windowTitle() == "Demo – SMTP Desktop"
    assert "sample data" in window.findChild(QLabel, "demoWords").text()
    other = MainWindow(theme=LIGHT, kept={})
    qtbot.addWidget(other)
    assert other.windowTitle() == "SMTP Desktop"
    assert other.findChild(QLabel, "demoWords") is None


def test_actions_of_the_menu_have_their_keys_as_the_window_has_them(opened):
    opened.click("burgerButton")
    shown = {
        action.text().split("\t")[1]
        for action in opened.menu("mainMenu").findChildren(QAction)
        if "\t" in action.text()
    }
    keys = {one.key().toString() for one in opened.window.findChildren(QShortcut)}
    assert shown <= keys


def test_shift_f10_opens_the_menu_of_what_has_the_focus(gui):
    gui.have("Relay")
    gui.open()
    gui.click_card("Relay")
    gui.press("Shift+F10")
    assert named(gui.menu())[0] == "editAction"
    gui.menu().close()
    gui.no_dialog("moreActionsMenu")
    gui.press("Ctrl+F")
    gui.press("Shift+F10")
    gui.until(lambda: QApplication.activePopupWidget() is not None)
    QApplication.activePopupWidget().close()
