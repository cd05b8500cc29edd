"""Tests and checks in the window."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QPlainTextEdit
from ui.driver import tip_as_read
from ui.timelines import accepted, refused
from ui.window_driver import PASSWORD

from smtp_desktop.domain.checks.deliverability import takes_no_mail
from smtp_desktop.domain.diagnosis.conversation import Stage, TlsMode
from smtp_desktop.domain.secret import Secret

WORDS = "Username and <b>Password</b> not accepted <img src=x>"


def ask(gui, name="Relay"):
    """The dialog that asks for the recipient is open."""
    gui.choose(name, "testAction")
    return gui.dialog("testDialog")


def run(gui, name="Relay", to="admin@company.example"):
    dialog = ask(gui, name)
    gui.write(to)
    gui.press("Return")
    return dialog


def ended(gui, dialog):
    gui.until(lambda: gui.visible("advice", dialog))


def rows(dialog):
    return [row.accessibleName() for row in dialog.findChildren(QFrame) if row.property("area") == "row"]


def test_an_invalid_recipient_is_refused_there(gui):
    gui.have("Relay")
    gui.open()
    dialog = run(gui, to="nobody")
    error = gui.part("toEmailAddressError", dialog)
    assert "not an email address" in error.text()
    assert gui.part("toEmailAddressField", dialog).accessibleDescription() == error.text()
    assert gui.transport.conversations == []
    gui.write("@company.example")
    assert not error.isVisible()
    gui.press("Return")
    ended(gui, dialog)
    assert len(gui.transport.conversations) == 1


def test_a_test_sends_to_the_address_that_was_typed(gui):
    gui.have("Relay")
    gui.open()
    ended(gui, run(gui))
    conversation = gui.transport.conversations[0]
    assert conversation.server == gui.stored("Relay").server
    assert conversation.password == PASSWORD
    assert [to.spec for to in conversation.mail.envelope.recipients] == ["admin@company.example"]


def test_success_says_accepted_by_the_host_and_never_delivered(gui):
    gui.have("Relay")
    gui.open()
    dialog = run(gui)
    ended(gui, dialog)
    said = gui.words(dialog)
    assert "Test passed: the mail was accepted by relay.example" in said
    assert "250 2.0.0 Ok: queued as 4F2A" in said
    assert "delivered" not in said.lower()
    assert dialog.windowTitle() == "Test passed: the mail was accepted by relay.example"
    gui.until(lambda: gui.card("Relay").status == "Working · just now")
    assert gui.card("Relay").bars == ((True, 1.0),)
    assert [result.ok for result in gui.health.latest(9)[gui.stored("Relay").id]] == [True]


def test_what_works_but_is_on_its_card_and_still_after_a_restart(gui):
    gui.have("Relay")
    gui.warnings = (takes_no_mail("company.example"),)
    gui.open()
    gui.click("checkAllButton")
    gui.until(lambda: gui.card("Relay").status == "Works, but: takes no mail · just now")
    assert gui.card("Relay").bars == ((None, 1.0),)
    gui.close_window()
    gui.open()
    gui.until(lambda: gui.card("Relay").status == "Works, but: takes no mail · just now")


def test_failure_tells_step_words_and_advice(gui):
    gui.have("Relay")
    gui.transport.timeline = refused(Stage.SIGN_IN, "bad credentials", code=535, enhanced="5.7.8")
    gui.open()
    dialog = run(gui)
    ended(gui, dialog)
    assert dialog.windowTitle() == "Test failed: Relay could not sign in"
    said = gui.words(gui.part("advice", dialog))
    assert "The server said: 535 5.7.8 bad credentials" in said
    assert "\n1.\n" in said
    assert rows(dialog)[4].startswith("Sign in: failed. 535 5.7.8 bad credentials")
    assert rows(dialog)[5].startswith("Sender: not reached")
    gui.until(lambda: gui.card("Relay").status == "Sign-in refused · just now")
    assert gui.card("Relay").bars == ((False, 1.0),)


def test_what_a_server_says_is_never_read_as_html(gui):
    gui.have("Relay")
    gui.transport.timeline = refused(Stage.SIGN_IN, WORDS)
    gui.open()
    dialog = run(gui)
    ended(gui, dialog)
    holding = [label for label in dialog.findChildren(QLabel) if "<b>Password</b>" in label.text()]
    assert holding
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in holding)
    tips = [label.toolTip() for label in dialog.findChildren(QLabel) if "Password" in label.toolTip()]
    assert tips
    assert all(WORDS in tip_as_read(tip) for tip in tips)


def test_the_transcript_can_be_shown_and_hidden(gui):
    gui.have("Relay")
    gui.open()
    dialog = run(gui)
    ended(gui, dialog)
    assert not gui.visible("transcript", dialog)
    gui.click("showTranscriptButton", dialog)
    transcript = dialog.findChild(QPlainTextEdit, "transcript")
    assert transcript.isVisible()
    lines = transcript.toPlainText().splitlines()
    assert lines[1].endswith("S: 220 mx.example ESMTP <i>ready</i>")
    assert lines[2].endswith("C: EHLO desk.example")
    gui.click("showTranscriptButton", dialog)
    assert not transcript.isVisible()


def test_steps_are_shown_and_the_window_is_usable_while_it_runs(gui):
    gui.have("Alpha")
    gui.have("Relay")
    gui.transport.block()
    gui.open()
    dialog = run(gui)
    gui.until(lambda: "Greet: running" in "".join(rows(dialog)))
    assert rows(dialog)[0].startswith("Find host: done. 192.0.2.7")
    assert rows(dialog)[4].startswith("Sign in: not reached")
    gui.window.activateWindow()
    gui.until(gui.window.isActiveWindow)
    gui.press("Ctrl+F")
    gui.write("alp")
    assert gui.names() == ["Alpha"]
    gui.open_card("Alpha")
    gui.enter("signatureField", "Yours")
    gui.press("Ctrl+S")
    gui.until(lambda: gui.stored("Alpha").signature == "Yours")
    assert dialog.isVisible()
    assert "Greet: running" in "".join(rows(dialog))
    gui.transport.release()
    ended(gui, dialog)


def test_cancel_stops_it(gui):
    gui.have("Relay")
    gui.transport.block()
    gui.open()
    dialog = run(gui)
    gui.until(lambda: gui.transport.waiting.acquire(blocking=False))
    gui.click("cancelButton", dialog)
    assert gui.transport.conversations[0].cancel.requested
    ended(gui, dialog)
    assert dialog.windowTitle() == "Cancelled"
    assert [row.split(". ")[0] for row in rows(dialog)[3:5]] == ["Greet: not reached", "Sign in: not reached"]
    assert "cancelled" in rows(dialog)[3]
    gui.click("okButton", dialog)
    gui.no_dialog("testDialog")
    gui.finish_work()
    assert gui.health.latest(1) == {}
    gui.until(lambda: gui.card("Relay").status == "Never tested")


def test_esc_stops_it_too_and_once_more_closes_the_dialog(gui):
    gui.have("Relay")
    gui.transport.block()
    gui.open()
    dialog = run(gui)
    gui.until(lambda: gui.transport.waiting.acquire(blocking=False))
    gui.press("Esc")
    assert gui.transport.conversations[0].cancel.requested
    ended(gui, dialog)
    assert rows(dialog)[0].startswith("Find host: done. ")
    gui.press("Esc")
    gui.no_dialog("testDialog")


def test_esc_closes_the_dialog_while_the_server_still_holds_the_conversation(gui):
    gui.have("Relay")
    gui.transport.block()
    gui.transport.deaf = True
    gui.open()
    dialog = run(gui)
    gui.until(lambda: gui.transport.waiting.acquire(blocking=False))
    gui.press("Esc")
    assert not gui.part("cancelButton", dialog).isEnabled()
    assert "Stopping…" in gui.words(dialog)
    gui.press("Esc")
    gui.no_dialog("testDialog")
    assert gui.transport.conversations[0].cancel.requested


def test_closing_the_dialog_by_its_frame_stops_it(gui):
    gui.have("Relay")
    gui.transport.block()
    gui.open()
    dialog = run(gui)
    gui.until(lambda: gui.transport.waiting.acquire(blocking=False))
    dialog.close()
    gui.no_dialog("testDialog")
    assert gui.transport.conversations[0].cancel.requested
    gui.finish_work()
    assert gui.health.latest(1) == {}


def test_test_again_uses_the_same_dialog_and_recipient(gui):
    gui.have("Relay")
    gui.transport.timeline = refused(Stage.CONNECT, "busy", code=421, enhanced="4.3.2")
    gui.open()
    dialog = run(gui)
    ended(gui, dialog)
    gui.transport.timeline = accepted()
    gui.click("againButton", dialog)
    gui.until(lambda: "accepted by relay.example" in gui.words(dialog))
    sent_to = [c.mail.envelope.recipients[0].spec for c in gui.transport.conversations]
    assert sent_to == ["admin@company.example"] * 2


def test_edit_leads_from_the_failure_to_the_form(gui):
    gui.have("Relay")
    gui.transport.timeline = refused(Stage.SIGN_IN, "no")
    gui.open()
    dialog = run(gui)
    ended(gui, dialog)
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
    assert "as typed in the form, not saved yet" in gui.words(dialog)
    gui.write("admin@company.example")
    gui.press("Return")
    ended(gui, dialog)
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
    ended(gui, dialog)
    assert gui.transport.conversations[0].password == Secret("typed s3cret")
    assert gui.store.all() == ()
    assert gui.vault.secrets == {}


def test_the_panel_without_changes_does_not_say_unsaved(gui):
    gui.have("Relay")
    gui.open()
    gui.open_card("Relay")
    gui.press("Ctrl+T")
    assert "not saved yet" not in gui.words(gui.dialog("testDialog"))


def test_f5_checks_the_selected_card_and_sends_nothing(gui):
    gui.have("Alpha")
    gui.have("Beta")
    gui.open()
    gui.click_card("Beta")
    gui.press("F5")
    dialog = gui.dialog("testDialog")
    ended(gui, dialog)
    assert [(c.server.host_name, c.mail) for c in gui.transport.conversations] == [("beta.example", None)]
    assert "No mail was sent." in gui.words(dialog)
    assert [row.split(":")[0] for row in rows(dialog)] == ["Find host", "Connect", "Secure", "Greet", "Sign in"]


def check_all_by_key(gui):
    gui.press("Shift+F5")


def check_all_by_button(gui):
    gui.click("checkAllButton")


def check_everything(gui, way):
    for name in ("Alpha", "Beta", "Gamma"):
        gui.have(name)
    gui.have_graph("Mailbox")
    gui.transport.block()
    gui.transport.by_host["beta.example"] = refused(Stage.SIGN_IN, "no")
    gui.open()
    way(gui)
    # All at once: four conversations wait at the same time.
    for _ in range(4):
        gui.until(lambda: gui.transport.waiting.acquire(blocking=False))
    assert gui.card("Alpha").status == "Trying…"
    gui.transport.release()
    gui.until(lambda: gui.card("Alpha").status == "Working · just now")
    gui.until(lambda: gui.card("Beta").status == "Sign-in refused · just now")
    gui.until(lambda: gui.card("Gamma").status == "Working · just now")
    gui.until(lambda: gui.card("Mailbox").status == "Working · just now")
    assert all(c.mail is None for c in gui.transport.conversations)
    assert not gui.visible("messageDialog")


def test_shift_f5_checks_all_at_once(gui):
    check_everything(gui, check_all_by_key)


def test_the_button_checks_all_at_once(gui):
    check_everything(gui, check_all_by_button)


def test_check_all_tells_of_one_cause_once(gui):
    for name in ("Alpha", "Beta", "Gamma"):
        gui.have(name)
    gui.vault.secrets.clear()
    gui.open()
    gui.click("checkAllButton")
    dialog = gui.dialog("messageDialog")
    gui.until(lambda: all(gui.card(name).status == "Never tested" for name in gui.names()))
    assert "not in the keyring any more" in gui.words(dialog)
    gui.click("okButton", dialog)
    gui.no_dialog("messageDialog")


def test_the_panel_tells_how_the_server_secures_once_that_is_known(gui):
    gui.have("Relay")
    gui.transport.timeline = accepted(mode=TlsMode.STARTTLS)
    gui.open()
    gui.open_card("Relay")
    gui.press("F5")
    ended(gui, gui.dialog("testDialog"))
    gui.until(lambda: "STARTTLS" in gui.field("tlsHint").text())
