"""What is done with an activity from its card: menu, switching, duplicating, deleting."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QContextMenuEvent
from PySide6.QtTest import QTest

from smtp_desktop.domain.delivery.delivery import DeliveryState
from smtp_desktop.ui.cards.card_painter import dots_rect

ORDER = [
    "editAction",
    "duplicateAction",
    "triggerAction",
    "showDeliveriesAction",
    "switchAction",
    "",
    "deleteAction",
]


def entries(menu):
    """Returns the menu's actions below its title by object name; a separator has an empty name."""
    return [a.objectName() for a in menu.actions() if a.isSeparator() or a.objectName()]


def test_a_right_click_opens_the_menu_in_order(activities):
    activities.have("Nightly")
    activities.open()
    menu = activities.right_click_card("Nightly")
    assert entries(menu) == ORDER
    assert activities.selected() == ["Nightly"]
    assert not activities.panel.isVisible()
    QTest.keyClick(menu, Qt.Key.Key_Escape)


def test_the_three_dots_and_the_menu_key_open_it_too(activities):
    activities.have("Nightly")
    activities.open()
    dots = dots_rect(activities.grid.visualRect(activities.index("Nightly")))
    activities.qtbot.mouseClick(activities.grid.viewport(), Qt.MouseButton.LeftButton, pos=dots.center())
    menu = activities.menu()
    assert entries(menu) == ORDER
    QTest.keyClick(menu, Qt.Key.Key_Escape)
    activities.no_dialog("moreActionsMenu")
    # The offscreen platform does not make this event from the key.
    activities.app.sendEvent(activities.grid, QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), QPoint()))
    assert entries(activities.menu()) == ORDER
    QTest.keyClick(activities.menu(), Qt.Key.Key_Escape)


def test_switching_off_and_on_in_the_menu(activities):
    activities.have_smtp("Relay", is_default=True)
    activities.have("Nightly")
    activities.open()
    activities.choose("Nightly", "switchAction")
    activities.until(lambda: activities.card("Nightly").status == "Switched off")
    assert not activities.stored("Nightly").enabled
    menu = activities.right_click_card("Nightly")
    assert not menu.findChild(QAction, "triggerAction").isEnabled()
    QTest.keyClick(menu, Qt.Key.Key_Escape)
    activities.no_dialog("moreActionsMenu")
    activities.choose("Nightly", "switchAction")
    activities.until(lambda: activities.stored("Nightly").enabled)


def test_show_deliveries_in_the_menu(activities):
    activity = activities.have("Nightly")
    activities.open()
    activities.choose("Nightly", "showDeliveriesAction")
    assert activities.asked_for == [activity.id]


def test_duplicate_opens_the_copy(activities):
    activities.have("Nightly", text="The text")
    activities.open()
    activities.choose("Nightly", "duplicateAction")
    dialog = activities.dialog("messageDialog")
    assert activities.words("messageText", dialog) == "Nightly was copied to Nightly_copied."
    activities.click("okButton", dialog)
    activities.until(lambda: activities.panel.isVisible() and activities.field("nameField").text() == "Nightly_copied")
    assert activities.stored("Nightly_copied").text == "The text"
    assert activities.selected() == ["Nightly_copied"]


@pytest.mark.parametrize("how", ["menu", "Del", "panel"])
def test_delete_asks_and_deletes(activities, how):
    activities.have_smtp("Relay", is_default=True)
    activity = activities.have("Nightly")
    activities.have("Other")
    sent = activities.have_delivery(activity, DeliveryState.SENT)
    activities.open()
    activities.open_card("Nightly")
    if how == "menu":
        activities.choose("Nightly", "deleteAction")
    elif how == "Del":
        activities.grid.setFocus()
        activities.press("Del")
    else:
        activities.click("deleteButton", activities.panel)
    dialog = activities.dialog("deleteDialog")
    assert "Its deliveries stay" in "\n".join(label.text() for label in dialog.findChildren(type(dialog.title)))
    activities.click("okButton", dialog)
    activities.until(lambda: activities.names() == ["Other"])
    activities.until(lambda: not activities.panel.isVisible())
    assert activities.stored("Nightly") is None
    assert activities.outbox.get(sent.id).activity_name == "Nightly"


def test_delete_can_be_cancelled(activities):
    activities.have("Nightly")
    activities.open()
    activities.choose("Nightly", "deleteAction")
    activities.click("cancelButton", activities.dialog("deleteDialog"))
    activities.no_dialog("deleteDialog")
    assert activities.stored("Nightly")
