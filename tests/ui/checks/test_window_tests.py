"""Tests in the window: of a stored SMTP, and of what is typed in the form."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPlainTextEdit
from ui.check_dialog_driver import CheckDialogDriver, rows_as_read, wait_for_end
from ui.driver import tip_as_read
from ui.timelines import accepted, refused
from ui.window_driver import PASSWORD

from smtp_desktop.domain.diagnosis.conversation import Stage
from smtp_desktop.domain.secret import Secret
from smtp_desktop.ui.checks.test_dialog import TestDialog

WORDS = "Username and <b>Password</b> not accepted <img src=x>"


def test_an_invalid_recipient_is_refused_there(gui):
    gui.have("Relay")
    gui.open()
    dialog = CheckDialogDriver(gui).start(to="nobody")
    error = gui.part("toEmailAddressError", dialog)
    assert "not an email address" in error.text()
    assert gui.part("toEmailAddressField", dialog).accessibleDescription() == f"Required. Invalid entry. {error.text()}"
    assert gui.transport.conversations == []
    gui.write("@company.example")
    assert not error.isVisible()
    gui.press("Return")
    wait_for_end(gui, dialog)
    assert len(gui.transport.conversations) == 1


def test_a_test_sends_to_the_address_that_was_typed(gui):
    gui.have("Relay")
    gui.open()
    CheckDialogDriver(gui).test()
    conversation = gui.transport.conversations[0]
    assert conversation.server == gui.stored("Relay").server
    assert conversation.password == PASSWORD
    assert [to.spec for to in conversation.mail.envelope.recipients] == ["admin@company.example"]


def test_success_says_accepted_by_the_host_and_never_delivered(gui):
    gui.have("Relay")
    gui.open()
    dialog = CheckDialogDriver(gui).test()
    said = gui.words(dialog)
    assert "Test passed: the message was accepted by relay.example" in said
    assert "250 2.0.0 Ok: queued as 4F2A" in said
    assert "delivered" not in said.lower()
    assert dialog.windowTitle() == "Test passed: the message was accepted by relay.example"
    gui.until(lambda: gui.card("Relay").status == "Working · just now")
    assert gui.card("Relay").bars == ((True, 1.0),)
    assert [result.ok for result in gui.health.latest(9)[gui.stored("Relay").id]] == [True]


def test_a_failure_shows_step_reply_and_advice(gui):
    gui.have("Relay")
    gui.transport.timeline = refused(Stage.SIGN_IN, "bad credentials", code=535, enhanced="5.7.8")
    gui.open()
    dialog = CheckDialogDriver(gui).test()
    assert dialog.windowTitle() == "Test failed: Relay could not sign in"
    said = gui.words(gui.part("advice", dialog))
    assert "The server said: 535 5.7.8 bad credentials" in said
    assert "\n1.\n" in said
    assert rows_as_read(dialog)[4].startswith("Sign in: failed. 535 5.7.8 bad credentials")
    assert rows_as_read(dialog)[5].startswith("Sender: not reached")
    gui.until(lambda: gui.card("Relay").status == "Sign-in refused · just now")
    assert gui.card("Relay").bars == ((False, 1.0),)


def test_what_a_server_says_is_never_read_as_html(gui):
    gui.have("Relay")
    gui.transport.timeline = refused(Stage.SIGN_IN, WORDS)
    gui.open()
    dialog = CheckDialogDriver(gui).test()
    holding = [label for label in dialog.findChildren(QLabel) if "<b>Password</b>" in label.text()]
    assert holding
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in holding)
    tips = [label.toolTip() for label in dialog.findChildren(QLabel) if "Password" in label.toolTip()]
    assert tips
    assert all(WORDS in tip_as_read(tip) for tip in tips)


def test_the_transcript_can_be_shown_and_hidden(gui):
    gui.have("Relay")
    gui.open()
    dialog = CheckDialogDriver(gui).test()
    assert not gui.visible("transcript", dialog)
    gui.click("showTranscriptButton", dialog)
    transcript = dialog.findChild(QPlainTextEdit, "transcript")
    assert transcript.isVisible()
    lines = transcript.toPlainText().splitlines()
    assert lines[1].endswith("S: 220 mx.example ESMTP <i>ready</i>")
    assert lines[2].endswith("C: EHLO desk.example")
    gui.click("showTranscriptButton", dialog)
    assert not transcript.isVisible()


def test_test_again_uses_the_same_dialog_and_recipient(gui):
    gui.have("Relay")
    gui.transport.timeline = refused(Stage.CONNECT, "busy", code=421, enhanced="4.3.2")
    gui.open()
    dialog = CheckDialogDriver(gui).test()
    gui.transport.timeline = accepted()
    gui.click("againButton", dialog)
    gui.until(lambda: "accepted by relay.example" in gui.words(dialog))
    sent_to = [c.mail.envelope.recipients[0].spec for c in gui.transport.conversations]
    assert sent_to == ["admin@company.example"] * 2


def test_edit_leads_from_the_failure_to_the_form(gui):
    gui.have("Relay")
    gui.transport.timeline = refused(Stage.SIGN_IN, "no")
    gui.open()
    dialog = CheckDialogDriver(gui).test()
    gui.click("editButton", dialog)
    gui.until(gui.panel.isVisible)
    assert gui.typed("nameField") == "Relay"


def test_the_panel_tests_what_is_typed_says_so_and_saves_nothing(gui):
    gui.have("Relay")
    before = gui.stored("Relay")
    gui.open()
    gui.open_card("Relay")
    gui.enter("hostNameField", "typed.example")
    gui.enter("passwordField", "typed s3cret")
    gui.click_panel("testButton")
    dialog = gui.dialog("testDialog")
    assert "typed.example:587" in gui.words(dialog)
    assert "as entered in the form, not saved yet" in gui.words(dialog)
    gui.write("admin@company.example")
    gui.press("Return")
    wait_for_end(gui, dialog)
    conversation = gui.transport.conversations[0]
    assert conversation.server.host_name == "typed.example"
    assert conversation.password == Secret("typed s3cret")
    assert gui.stored("Relay") == before
    assert gui.health.latest(1) == {}
    assert gui.typed("hostNameField") == "typed.example"
    assert list(gui.vault.secrets.values()) == [PASSWORD]


def test_the_panel_tests_a_new_smtp_before_it_has_a_name(gui):
    gui.open()
    gui.fill_new("")
    gui.press("Ctrl+T")
    dialog = gui.dialog("testDialog")
    gui.write("admin@company.example")
    gui.press("Return")
    wait_for_end(gui, dialog)
    assert gui.transport.conversations[0].password == Secret("typed s3cret")
    assert gui.store.all() == ()
    assert gui.vault.secrets == {}


def test_the_panel_without_changes_does_not_say_unsaved(gui):
    gui.have("Relay")
    gui.open()
    gui.open_card("Relay")
    gui.press("Ctrl+T")
    assert "not saved yet" not in gui.words(gui.dialog("testDialog"))


def dialogs(gui):
    return [dialog for dialog in gui.window.findChildren(TestDialog) if dialog.isVisible()]


def test_an_smtp_has_one_dialog_for_its_tests(gui):
    gui.have("Relay")
    gui.have("Other")
    gui.transport.block()
    gui.open()
    driver = CheckDialogDriver(gui)
    gui.choose("Relay", "testAction")
    dialog = gui.dialog("testDialog")
    gui.choose("Relay", "testAction")
    assert dialogs(gui) == [dialog]
    gui.until(dialog.isActiveWindow)
    gui.write("admin@company.example")
    gui.press("Return")
    gui.until(lambda: gui.transport.waiting.acquire(blocking=False))
    gui.choose("Relay", "testAction")
    assert dialogs(gui) == [dialog]
    gui.transport.release()
    wait_for_end(gui, dialog)
    gui.choose("Relay", "testAction")
    assert dialogs(gui) == [dialog]
    assert gui.part("toEmailAddressField", dialog).text() == "admin@company.example"
    gui.choose("Other", "testAction")
    assert len(dialogs(gui)) == 2
    assert len(gui.transport.conversations) == 1
    driver.dialog = dialog
    driver.click("cancelButton")


def test_another_check_of_an_smtp_runs_in_the_dialog_of_the_first(gui):
    gui.have("Relay")
    gui.open()
    dialog = CheckDialogDriver(gui).check()
    gui.window.activateWindow()
    gui.choose("Relay", "checkAction")
    gui.until(lambda: len(gui.transport.conversations) == 2)
    wait_for_end(gui, dialog)
    assert dialogs(gui) == [dialog]


def test_a_test_of_other_settings_takes_the_place_of_the_one_before(gui):
    gui.have("Relay")
    gui.open()
    gui.open_card("Relay")
    gui.click_panel("testButton")
    before = gui.dialog("testDialog")
    gui.enter("smtpPortField", "2525")
    gui.click_panel("testButton")
    gui.until(lambda: len(dialogs(gui)) == 1 and dialogs(gui) != [before])
    assert "relay.example:2525" in gui.words(gui.dialog("testDialog"))
