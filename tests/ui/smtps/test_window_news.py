"""The window says quietly what was done."""

from ui.driver import LEFT

from smtp_desktop.domain.events import KeyringWaits


def said(gui):
    return gui.part("quietLine").text() if gui.visible("quietLine") else ""


def test_a_save_says_so(gui):
    gui.have("Relay")
    gui.open()
    gui.open_card("Relay")
    gui.enter("signatureField", "Yours")
    gui.press("Ctrl+S")
    gui.until(lambda: said(gui) == "Relay was saved.")
    assert gui.part("quietLine").accessibleName() == "Relay was saved."
    line = gui.part("quietLine")
    assert line.parentWidget().rect().contains(line.geometry())
    gui.qtbot.mouseClick(line, LEFT)
    gui.until(lambda: said(gui) == "")


def test_a_default_that_moved_says_from_whom(gui):
    gui.have("Relay", is_default=True)
    gui.have("Other")
    gui.open()
    gui.choose("Other", "setDefaultAction")
    gui.until(lambda: said(gui) == "Other is now the default instead of Relay.")


def test_what_is_created_as_the_default_says_both(gui):
    gui.have("Relay", is_default=True)
    gui.open()
    gui.fill_new("New")
    gui.click_panel("isDefaultBox")
    gui.click_panel("saveButton")
    gui.until(lambda: said(gui) == "New was created. New is now the default instead of Relay.")


def test_an_activity_says_so_too(gui):
    gui.have_activity("Nightly")
    gui.have("Relay")
    gui.open()
    gui.press("Ctrl+2")
    gui.until(gui.window.activities.page.isVisible)
    gui.press("Ctrl+N")
    panel = gui.window.activities.panel
    gui.until(panel.isVisible)
    gui.enter("nameField", "Weekly", panel)
    gui.enter("toField", "ops@company.example", panel)
    gui.enter("subjectField", "About", panel)
    gui.enter("textBodyField", "Hello", panel)
    gui.click("saveButton", panel)
    gui.until(lambda: said(gui) == "Weekly was created.")


def test_a_keyring_that_is_waited_for_is_said(gui):
    gui.open()
    gui.bus.publish(KeyringWaits())
    gui.until(lambda: said(gui) == "Waiting for the system keyring. It may be asking for its password.")
