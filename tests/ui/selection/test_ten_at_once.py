"""Ten SMTPs at once: how many clicks it takes to delete them, and to replace their passwords."""

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint
from PySide6.QtGui import QMouseEvent
from ui.driver import LEFT

pytestmark = pytest.mark.long
HOST, USER = "relay.plant.example", "mes@plant.example"


class Clicks(QObject):
    """Counts how often a mouse button is pressed: `count`. A press that goes on to the widget around is still one."""

    def __init__(self, app):
        super().__init__(app)
        self._places = []
        app.installEventFilter(self)

    @property
    def count(self):
        return len(self._places)

    def eventFilter(self, watched, event):  # noqa: N802 - as Qt calls it
        if event.type() is QEvent.Type.MouseButtonPress and isinstance(event, QMouseEvent):
            place = (event.timestamp(), event.globalPosition().toPoint())
            if self._places[-1:] != [place]:
                self._places.append(place)
        return False


@pytest.fixture
def clicks(gui):
    """Ten SMTPs of one server are found in the list, beside another one."""
    for number in range(1, 11):
        gui.have(f"Floor_{number}", host_name=HOST, user_name=USER)
    gui.have("Other")
    gui.preferences.put("smtps.view", "list")
    gui.open_unready()
    gui.until(lambda: gui.window.cards.total == 11)
    gui.press("Ctrl+F")
    gui.write("floor")
    gui.until(lambda: gui.part("table").model().rowCount() == 10)
    clicks = Clicks(gui.app)
    yield clicks
    gui.app.removeEventFilter(clicks)
    clicks.deleteLater()


def tick_all(gui):
    header = gui.part("table").horizontalHeader()
    gui.qtbot.mouseClick(header.viewport(), LEFT, pos=QPoint(19, header.height() // 2))
    gui.until(lambda: gui.part("selectedWords").text() == "10 selected")


def test_ten_are_deleted_by_three_clicks(gui, clicks):
    tick_all(gui)
    gui.click("deleteSelectedButton")
    gui.click("okButton", gui.dialog("deleteDialog"))
    gui.until(lambda: [one.name for one in gui.store.all()] == ["Other"])
    assert clicks.count == 3


def test_ten_passwords_are_replaced_by_four_clicks(gui, clicks):
    tick_all(gui)
    gui.click("replaceSelectedButton")
    dialog = gui.dialog("replacePasswordDialog")
    gui.write("the new one")  # the field has the focus
    gui.click("okButton", dialog)
    gui.until(lambda: gui.visible("closeDialogButton", dialog))
    gui.click("closeDialogButton", dialog)
    gui.no_dialog("replacePasswordDialog")
    passwords = {gui.vault.get(gui.stored(f"Floor_{n}").server.password_ref).reveal() for n in range(1, 11)}
    assert passwords == {"the new one"}
    assert clicks.count == 4
