"""The frequent jobs by keys alone: no test here touches the pointer."""

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from ui.check_dialog_driver import wait_for_end
from ui.outbox_driver import OutboxDriver
from ui.outbox_driver import refused as no_such_user
from ui.timelines import refused

from smtp_desktop.domain.delivery.delivery import DeliveryState
from smtp_desktop.domain.diagnosis.conversation import Stage

pytestmark = pytest.mark.long
_FEW = 60  # more than a window has stops


class Keys:
    """A user with a keyboard at the window of `gui`."""

    def __init__(self, gui):
        self.gui = gui

    def press(self, *keys):
        for key in keys:
            target = QApplication.activePopupWidget() or QApplication.focusWidget() or self.gui.window
            QTest.keySequence(target, QKeySequence(key))

    def type(self, text):
        QTest.keyClicks(QApplication.focusWidget(), text)

    def tab_to(self, name):
        seen = []
        for _ in range(_FEW):
            seen.append(QApplication.focusWidget().objectName())
            if seen[-1] == name:
                return
            self.press("Tab")
        raise AssertionError(f"Tab never came to {name}: {seen}")

    def choose(self, name):
        """Chooses the entry of that object name in the menu that is open."""
        self.gui.until(QApplication.activePopupWidget)
        for _ in range(_FEW):
            action = QApplication.activePopupWidget().activeAction()
            if action is not None and action.objectName() == name:
                self.press("Return")
                return
            self.press("Down")
        raise AssertionError(f"no entry {name}")

    def go_to_card(self, name):
        """Goes to the grid, and there to that card by its first letters."""
        self.gui.activate()  # as a desktop does with the window below a dialog or menu that was closed
        self.tab_to("grid")
        self.type(name)
        self.gui.until(lambda: self.gui.grid.currentIndex().data() == name)


@pytest.fixture
def keys(gui):
    """Two SMTPs are there, of which the second one is refused."""
    gui.have("Alpha", is_default=True)
    gui.have("Beta")
    gui.transport.by_host["beta.example"] = refused(Stage.SIGN_IN, "535 5.7.8 no")
    gui.open()
    return Keys(gui)


def test_create(gui, keys):
    keys.press("Ctrl+N")
    for field, text in (
        ("nameField", "Gamma"),
        ("fromAddressField", "me@gamma.example"),
        ("hostNameField", "g.example"),
    ):
        keys.tab_to(field)
        keys.type(text)
    keys.tab_to("authRequiredBox")
    keys.press("Space", "Ctrl+S")
    gui.until(lambda: gui.stored("Gamma"))


def test_test_and_why_it_is_red(gui, keys):
    keys.go_to_card("Beta")
    keys.press("Ctrl+T")
    dialog = gui.dialog("testDialog")
    keys.type("me@x.example")
    keys.press("Return")
    wait_for_end(gui, dialog)
    keys.press("Esc")
    gui.no_dialog("testDialog")
    keys.go_to_card("Beta")
    keys.press("Return")
    gui.until(lambda: gui.visible("whyBox"))
    assert "535 5.7.8" in gui.part("whyReply").text()


def test_check_all(gui, keys):
    keys.press("Shift+F5")
    gui.until(lambda: gui.part("checkWords").text() == "2 checked: 1 working, 1 failed")


def test_set_the_default_and_duplicate(gui, keys):
    keys.go_to_card("Beta")
    keys.press("Shift+F10")
    keys.choose("setDefaultAction")
    gui.until(lambda: gui.stored("Beta").is_default)
    keys.go_to_card("Beta")
    keys.press("Ctrl+D")
    gui.dialog("duplicateDialog")
    keys.type("s3cret")
    keys.press("Return")
    gui.until(lambda: gui.stored("Beta_copied"))


def test_a_new_password(gui, keys):
    keys.go_to_card("Alpha")
    keys.press("Return")
    gui.until(lambda: gui.visible("passwordField"))
    keys.tab_to("passwordField")
    keys.type("a new one")
    keys.press("Ctrl+S")
    gui.until(lambda: [secret.reveal() for secret in gui.vault.secrets.values()].count("a new one") == 1)


def test_delete(gui, keys):
    keys.go_to_card("Beta")
    keys.press("Del")
    gui.dialog("deleteDialog")
    assert gui.focus().objectName() == "cancelButton"
    keys.tab_to("okButton")
    keys.press("Return")
    gui.until(lambda: gui.stored("Beta") is None)


@pytest.fixture
def floor(gui, keys):
    """Ten further SMTPs sign in at one server as one user."""
    for number in range(1, 11):
        gui.have(f"Floor_{number}", host_name="plant.example", user_name="mes@plant.example")
    gui.until(lambda: gui.window.cards.total == 12)
    return keys


def select_floor(gui, keys):
    """Searches for the ten, and selects what is found."""
    keys.press("Ctrl+F")
    keys.type("floor")
    gui.until(lambda: len(gui.names()) == 10)
    keys.tab_to("grid")
    keys.press("Ctrl+A")
    gui.until(lambda: gui.visible("selectionBar"))
    assert gui.part("selectedWords").text() == "10 selected"


def test_delete_ten(gui, floor):
    select_floor(gui, floor)
    floor.press("Del")
    gui.dialog("deleteDialog")
    assert gui.focus().objectName() == "cancelButton"
    floor.tab_to("okButton")
    floor.press("Return")
    gui.until(lambda: sorted(one.name for one in gui.store.all()) == ["Alpha", "Beta"])


def test_replace_ten_passwords(gui, floor):
    select_floor(gui, floor)
    floor.tab_to("replaceSelectedButton")
    floor.press("Space")
    dialog = gui.dialog("replacePasswordDialog")
    assert gui.focus().objectName() == "newPasswordField"
    floor.type("a new one")
    floor.press("Return")
    gui.until(lambda: gui.visible("closeDialogButton", dialog))
    assert gui.part("runWords", dialog).text() == "10 of 10 done: 10 work"
    floor.tab_to("closeDialogButton")
    floor.press("Return")
    gui.no_dialog("replacePasswordDialog")
    assert [secret.reveal() for secret in gui.vault.secrets.values()].count("a new one") == 10


def test_send_again(gui, keys):
    outbox = OutboxDriver(gui)
    for subject in ("Other", "No"):
        outbox.tried(outbox.have(subject), DeliveryState.REFUSED, no_such_user())
    keys.press("Ctrl+3")
    gui.until(lambda: gui.visible("deliveriesPage") and outbox.table.isVisible())
    keys.tab_to("table")
    keys.press("Shift+F10")
    keys.choose("resendAction")
    gui.until(lambda: outbox.stored("No").state is DeliveryState.WAITING)
    assert outbox.stored("Other").state is DeliveryState.REFUSED


def test_create_and_trigger_an_activity(gui, keys):
    keys.press("Ctrl+2")
    gui.until(lambda: gui.visible("activitiesPage"))
    keys.press("Ctrl+N")
    typed = {
        "nameField": "Backup",
        "toField": "ops@local.test",
        "subjectField": "Done",
        "textBodyField": "All is well.",
    }
    for field, text in typed.items():
        keys.tab_to(field)
        keys.type(text)
    keys.press("Ctrl+S")
    gui.until(lambda: [one.name for one in gui.services.activities.all()] == ["Backup"])
    gui.until(lambda: not gui.visible("emptyCreateButton"))
    keys.tab_to("grid")
    keys.type("Backup")
    keys.press("Shift+F10")
    keys.choose("triggerAction")
    gui.dialog("triggerDialog")
    keys.tab_to("okButton")
    keys.press("Return")
    outbox = OutboxDriver(gui)
    gui.until(lambda: outbox.stored("Done"))


def test_import_smtps_from_a_pasted_text(gui, keys):
    keys.press("F10")
    keys.choose("importAction")
    dialog = gui.dialog("importDialog")
    keys.tab_to("pasteButton")
    keys.press("Return")
    gui.dialog("pasteDialog")
    keys.type("smtp://ops@one.example:587")
    keys.tab_to("okButton")
    keys.press("Return")
    gui.no_dialog("pasteDialog")
    gui.switch_to(dialog)
    gui.until(dialog.table.isVisible)
    keys.tab_to("found")
    keys.press("Return")
    gui.dialog("foundPasswordDialog")
    keys.type("s3cret")
    keys.press("Return")
    gui.no_dialog("foundPasswordDialog")
    gui.switch_to(dialog)
    keys.tab_to("okButton")
    keys.press("Return")
    gui.until(lambda: gui.stored("One_example"))


def test_export_everything_by_keys(gui, keys):
    keys.press("F10")
    keys.choose("exportAction")
    gui.dialog("setupExportDialog")
    keys.tab_to("formatField")
    keys.press("Down")
    keys.tab_to("okButton")
    keys.press("Return")
    gui.until(lambda: gui.visible("exportFileDialog"))


def test_open_the_settings(gui, keys):
    keys.press("F10")
    keys.choose("settingsAction")
    gui.dialog("settingsDialog")
