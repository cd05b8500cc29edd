"""Tests and checks in the window."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QPlainTextEdit
from scripted_transport import accepted, refused
from window_world import PASSWORD, tip_as_read

from smtp_desktop.domain.checks.sender_warnings import takes_no_mail
from smtp_desktop.domain.diagnosis.conversation import Stage, TlsMode
from smtp_desktop.domain.secret import Secret

WORDS = "Username and <b>Password</b> not accepted <img src=x>"


def ask(world, name="Relay"):
    """The dialog that asks for the recipient is open."""
    world.choose(name, "testAction")
    return world.dialog("testDialog")


def run(world, name="Relay", to="admin@company.example"):
    dialog = ask(world, name)
    world.write(to)
    world.press("Return")
    return dialog


def ended(world, dialog):
    world.until(lambda: world.visible("advice", dialog))


def rows(dialog):
    return [row.accessibleName() for row in dialog.findChildren(QFrame) if row.property("area") == "row"]


def test_an_invalid_recipient_is_refused_there(world):
    world.have("Relay")
    world.open()
    dialog = run(world, to="nobody")
    error = world.part("toEmailAddressError", dialog)
    assert "not an email address" in error.text()
    assert world.part("toEmailAddressField", dialog).accessibleDescription() == error.text()
    assert world.transport.conversations == []
    world.write("@company.example")
    assert not error.isVisible()
    world.press("Return")
    ended(world, dialog)
    assert len(world.transport.conversations) == 1


def test_a_test_sends_to_the_address_that_was_typed(world):
    world.have("Relay")
    world.open()
    ended(world, run(world))
    conversation = world.transport.conversations[0]
    assert conversation.server == world.stored("Relay").server
    assert conversation.password == PASSWORD
    assert [to.spec for to in conversation.mail.envelope.recipients] == ["admin@company.example"]


def test_success_says_accepted_by_the_host_and_never_delivered(world):
    world.have("Relay")
    world.open()
    dialog = run(world)
    ended(world, dialog)
    said = world.words(dialog)
    assert "Test passed: the mail was accepted by relay.example" in said
    assert "250 2.0.0 Ok: queued as 4F2A" in said
    assert "delivered" not in said.lower()
    assert dialog.windowTitle() == "Test passed: the mail was accepted by relay.example"
    world.until(lambda: world.card("Relay").status == "Working · just now")
    assert world.card("Relay").bars == ((True, 1.0),)
    assert [result.ok for result in world.health.latest(9)[world.stored("Relay").id]] == [True]


def test_what_works_but_is_on_its_card_and_still_after_a_restart(world):
    world.have("Relay")
    world.warnings = (takes_no_mail("company.example"),)
    world.open()
    world.click("checkAllButton")
    world.until(lambda: world.card("Relay").status == "Works, but: takes no mail · just now")
    assert world.card("Relay").bars == ((None, 1.0),)
    world.close_window()
    world.open()
    world.until(lambda: world.card("Relay").status == "Works, but: takes no mail · just now")


def test_failure_tells_step_words_and_advice(world):
    world.have("Relay")
    world.transport.timeline = refused(Stage.SIGN_IN, "bad credentials", code=535, enhanced="5.7.8")
    world.open()
    dialog = run(world)
    ended(world, dialog)
    assert dialog.windowTitle() == "Test failed: Relay could not sign in"
    said = world.words(world.part("advice", dialog))
    assert "The server said: 535 5.7.8 bad credentials" in said
    assert "\n1.\n" in said
    assert rows(dialog)[4].startswith("Sign in: failed. 535 5.7.8 bad credentials")
    assert rows(dialog)[5].startswith("Sender: not reached")
    world.until(lambda: world.card("Relay").status == "Sign-in refused · just now")
    assert world.card("Relay").bars == ((False, 1.0),)


def test_what_a_server_says_is_never_read_as_html(world):
    world.have("Relay")
    world.transport.timeline = refused(Stage.SIGN_IN, WORDS)
    world.open()
    dialog = run(world)
    ended(world, dialog)
    holding = [label for label in dialog.findChildren(QLabel) if "<b>Password</b>" in label.text()]
    assert holding
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in holding)
    tips = [label.toolTip() for label in dialog.findChildren(QLabel) if "Password" in label.toolTip()]
    assert tips
    assert all(WORDS in tip_as_read(tip) for tip in tips)


def test_the_transcript_can_be_shown_and_hidden(world):
    world.have("Relay")
    world.open()
    dialog = run(world)
    ended(world, dialog)
    assert not world.visible("transcript", dialog)
    world.click("showTranscriptButton", dialog)
    transcript = dialog.findChild(QPlainTextEdit, "transcript")
    assert transcript.isVisible()
    lines = transcript.toPlainText().splitlines()
    assert lines[1].endswith("S: 220 mx.example ESMTP <i>ready</i>")
    assert lines[2].endswith("C: EHLO desk.example")
    world.click("showTranscriptButton", dialog)
    assert not transcript.isVisible()


def test_steps_are_shown_and_the_window_is_usable_while_it_runs(world):
    world.have("Alpha")
    world.have("Relay")
    world.transport.block()
    world.open()
    dialog = run(world)
    world.until(lambda: "Greet: running" in "".join(rows(dialog)))
    assert rows(dialog)[0].startswith("Find host: done. 192.0.2.7")
    assert rows(dialog)[4].startswith("Sign in: not reached")
    world.window.activateWindow()
    world.until(world.window.isActiveWindow)
    world.press("Ctrl+F")
    world.write("alp")
    assert world.names() == ["Alpha"]
    world.open_card("Alpha")
    world.enter("signatureField", "Yours")
    world.press("Ctrl+S")
    world.until(lambda: world.stored("Alpha").signature == "Yours")
    assert dialog.isVisible()
    assert "Greet: running" in "".join(rows(dialog))
    world.transport.release()
    ended(world, dialog)


def test_cancel_stops_it(world):
    world.have("Relay")
    world.transport.block()
    world.open()
    dialog = run(world)
    world.until(lambda: world.transport.waiting.acquire(blocking=False))
    world.click("cancelButton", dialog)
    assert world.transport.conversations[0].cancel.requested
    ended(world, dialog)
    assert dialog.windowTitle() == "Cancelled"
    assert [row.split(". ")[0] for row in rows(dialog)[3:5]] == ["Greet: not reached", "Sign in: not reached"]
    assert "cancelled" in rows(dialog)[3]
    world.click("okButton", dialog)
    world.no_dialog("testDialog")
    world.finish_work()
    assert world.health.latest(1) == {}
    world.until(lambda: world.card("Relay").status == "Never tested")


def test_esc_stops_it_too_and_once_more_closes_the_dialog(world):
    world.have("Relay")
    world.transport.block()
    world.open()
    dialog = run(world)
    world.until(lambda: world.transport.waiting.acquire(blocking=False))
    world.press("Esc")
    assert world.transport.conversations[0].cancel.requested
    ended(world, dialog)
    assert rows(dialog)[0].startswith("Find host: done. ")
    world.press("Esc")
    world.no_dialog("testDialog")


def test_esc_closes_the_dialog_while_the_server_still_holds_the_conversation(world):
    world.have("Relay")
    world.transport.block()
    world.transport.deaf = True
    world.open()
    dialog = run(world)
    world.until(lambda: world.transport.waiting.acquire(blocking=False))
    world.press("Esc")
    assert not world.part("cancelButton", dialog).isEnabled()
    assert "Stopping…" in world.words(dialog)
    world.press("Esc")
    world.no_dialog("testDialog")
    assert world.transport.conversations[0].cancel.requested


def test_closing_the_dialog_by_its_frame_stops_it(world):
    world.have("Relay")
    world.transport.block()
    world.open()
    dialog = run(world)
    world.until(lambda: world.transport.waiting.acquire(blocking=False))
    dialog.close()
    world.no_dialog("testDialog")
    assert world.transport.conversations[0].cancel.requested
    world.finish_work()
    assert world.health.latest(1) == {}


def test_test_again_uses_the_same_dialog_and_recipient(world):
    world.have("Relay")
    world.transport.timeline = refused(Stage.CONNECT, "busy", code=421, enhanced="4.3.2")
    world.open()
    dialog = run(world)
    ended(world, dialog)
    world.transport.timeline = accepted()
    world.click("againButton", dialog)
    world.until(lambda: "accepted by relay.example" in world.words(dialog))
    sent_to = [c.mail.envelope.recipients[0].spec for c in world.transport.conversations]
    assert sent_to == ["admin@company.example"] * 2


def test_edit_leads_from_the_failure_to_the_form(world):
    world.have("Relay")
    world.transport.timeline = refused(Stage.SIGN_IN, "no")
    world.open()
    dialog = run(world)
    ended(world, dialog)
    world.click("editButton", dialog)
    world.until(world.panel.isVisible)
    assert world.typed("nameField") == "Relay"


def test_the_panel_tests_what_is_typed_says_so_and_saves_nothing(world):
    world.have("Relay")
    before = world.stored("Relay")
    world.open()
    world.open_card("Relay")
    world.enter("hostNameField", "typed.example")
    world.enter("passwordField", "typed s3cret")
    world.click_panel("testButton")
    dialog = world.dialog("testDialog")
    assert "typed.example:587" in world.words(dialog)
    assert "as typed in the form, not saved yet" in world.words(dialog)
    world.write("admin@company.example")
    world.press("Return")
    ended(world, dialog)
    conversation = world.transport.conversations[0]
    assert conversation.server.host_name == "typed.example"
    assert conversation.password == Secret("typed s3cret")
    assert world.stored("Relay") == before
    assert world.health.latest(1) == {}
    assert world.typed("hostNameField") == "typed.example"
    assert list(world.vault.secrets.values()) == [PASSWORD]


def test_the_panel_tests_a_new_smtp_before_it_has_a_name(world):
    world.open()
    world.fill_new("")
    world.press("Ctrl+T")
    dialog = world.dialog("testDialog")
    world.write("admin@company.example")
    world.press("Return")
    ended(world, dialog)
    assert world.transport.conversations[0].password == Secret("typed s3cret")
    assert world.store.all() == ()
    assert world.vault.secrets == {}


def test_the_panel_without_changes_does_not_say_unsaved(world):
    world.have("Relay")
    world.open()
    world.open_card("Relay")
    world.press("Ctrl+T")
    assert "not saved yet" not in world.words(world.dialog("testDialog"))


def test_f5_checks_the_selected_card_and_sends_nothing(world):
    world.have("Alpha")
    world.have("Beta")
    world.open()
    world.click_card("Beta")
    world.press("F5")
    dialog = world.dialog("testDialog")
    ended(world, dialog)
    assert [(c.server.host_name, c.mail) for c in world.transport.conversations] == [("beta.example", None)]
    assert "No mail was sent." in world.words(dialog)
    assert [row.split(":")[0] for row in rows(dialog)] == ["Find host", "Connect", "Secure", "Greet", "Sign in"]


def check_all_by_key(world):
    world.press("Shift+F5")


def check_all_by_button(world):
    world.click("checkAllButton")


def check_everything(world, way):
    for name in ("Alpha", "Beta", "Gamma"):
        world.have(name)
    world.have_graph("Mailbox")
    world.transport.block()
    world.transport.by_host["beta.example"] = refused(Stage.SIGN_IN, "no")
    world.open()
    way(world)
    # All at once: four conversations wait at the same time.
    for _ in range(4):
        world.until(lambda: world.transport.waiting.acquire(blocking=False))
    assert world.card("Alpha").status == "Trying…"
    world.transport.release()
    world.until(lambda: world.card("Alpha").status == "Working · just now")
    world.until(lambda: world.card("Beta").status == "Sign-in refused · just now")
    world.until(lambda: world.card("Gamma").status == "Working · just now")
    world.until(lambda: world.card("Mailbox").status == "Working · just now")
    assert all(c.mail is None for c in world.transport.conversations)
    assert not world.visible("messageDialog")


def test_shift_f5_checks_all_at_once(world):
    check_everything(world, check_all_by_key)


def test_the_button_checks_all_at_once(world):
    check_everything(world, check_all_by_button)


def test_check_all_tells_of_one_cause_once(world):
    for name in ("Alpha", "Beta", "Gamma"):
        world.have(name)
    world.vault.secrets.clear()
    world.open()
    world.click("checkAllButton")
    dialog = world.dialog("messageDialog")
    world.until(lambda: all(world.card(name).status == "Never tested" for name in world.names()))
    assert "not in the keyring any more" in world.words(dialog)
    world.click("okButton", dialog)
    world.no_dialog("messageDialog")


def test_the_panel_tells_how_the_server_secures_once_that_is_known(world):
    world.have("Relay")
    world.transport.timeline = accepted(mode=TlsMode.STARTTLS)
    world.open()
    world.open_card("Relay")
    world.press("F5")
    ended(world, world.dialog("testDialog"))
    world.until(lambda: "STARTTLS" in world.field("tlsHint").text())
