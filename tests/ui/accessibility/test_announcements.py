"""What a screen reader hears of results, errors, progress and copies, wherever the focus is."""

from ui.check_dialog_driver import CheckDialogDriver, wait_for_end
from ui.timelines import refused

from smtp_desktop.domain.diagnosis.conversation import Stage


def test_the_result_of_a_test_is_announced_with_what_it_means(gui, listener):
    gui.have("Relay")
    gui.transport.by_host["relay.example"] = refused(Stage.SIGN_IN, "535 5.7.8 no")
    gui.open()
    dialog = CheckDialogDriver(gui).test("Relay")
    wait_for_end(gui, dialog)
    said = next(words for words in listener.heard if "could not sign in" in words)
    assert "did not accept the user name and password" in said


def test_progress_and_the_end_of_checks_are_announced(gui, listener):
    for name in ("Alpha", "Beta", "Gamma"):
        gui.have(name)
    gui.transport.by_host["beta.example"] = refused(Stage.SIGN_IN, "no")
    gui.open()
    gui.click("checkAllButton")
    gui.until(lambda: "3 checked: 2 working, 1 failed" in listener.heard)
    assert "Checking 0 of 3" in listener.heard


def test_errors_of_a_form_interrupt(gui, listener):
    gui.open()
    gui.press("Ctrl+N")
    gui.press("Ctrl+S")
    gui.until(lambda: listener.interrupted)
    wrong = len(gui.errors())
    assert wrong > 1
    assert f"{wrong} fields need to be corrected." in listener.interrupted
    name = gui.focus()
    assert name.objectName() == "nameField"
    assert name.accessibleDescription().startswith("Required. Invalid entry. ")


def test_a_copy_is_announced(gui, qapp, listener):
    gui.open()
    gui.press("Ctrl+,")
    dialog = gui.dialog("settingsDialog")
    gui.click("copyVersionsButton", dialog)
    assert listener.heard[-1] == "Copied"
    assert "SMTP Desktop" in qapp.clipboard().text()


def test_a_search_that_finds_nothing_says_so(gui, listener):
    gui.have("Relay")
    gui.open()
    gui.press("Ctrl+F")
    gui.write("nothing like that")
    gui.until(lambda: any(words.startswith("Nothing found.") for words in listener.heard))
