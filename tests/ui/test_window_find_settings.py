"""From a failed test to settings that work: found, looked at, applied to the form, saved."""

import socket
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QFrame
from scripted_transport import accepted, refused, stopped
from servers.certificates import Authority
from servers.mailserver import MailServer
from window_world import PASSWORD

from smtp_desktop.domain.conversation import Failure, FailureKind, Reply, Stage
from smtp_desktop.domain.profile import EnvelopeSender, GenericServer
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.stages import stages_of
from smtp_desktop.domain.text import text
from smtp_desktop.transports.registry import Transports

HOST = "relay.example"


def closed_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def nobody_listens():
    failure = Failure(stage=Stage.CONNECT, kind=FailureKind.REFUSED, message=text("Nothing listens on this port."))
    return stopped(failure, stages_of(GenericServer(host_name=HOST), sends=True))


def failed_test(world, name="Relay", timeline=None):
    """The test of a stored SMTP has failed."""
    if not isinstance(world.transport, Transports):
        world.transport.timeline = timeline or nobody_listens()
    world.choose(name, "testAction")
    dialog = world.dialog("testDialog")
    world.write("admin@company.example")
    world.press("Return")
    world.until(lambda: world.visible("advice", dialog))
    return dialog


def looked_for(world, trial):
    """The search was begun by its button, and has ended."""
    world.click("findSettingsButton", trial)
    dialog = world.dialog("findSettingsDialog")
    world.until(lambda: dialog.windowTitle() != "Looking for settings that work…")
    return dialog


def applied(world):
    """The dialogs are closed, and the form is in front."""
    world.no_dialog("findSettingsDialog")
    world.no_dialog("testDialog")
    world.until(lambda: world.panel.isVisible() and world.window.isActiveWindow())


def rows(dialog):
    return [row.accessibleName() for row in dialog.findChildren(QFrame) if row.property("area") == "row"]


def differences(world, dialog):
    world.until(lambda: world.visible("differences", dialog))
    return world.part("differences", dialog).accessibleName()


def test_from_a_failed_test_over_apply_and_save_to_one_that_works(world):
    world.have("Relay", smtp_port="26")
    world.prober.answering = {(HOST, 587)}
    world.open()
    dialog = looked_for(world, failed_test(world))
    assert dialog.windowTitle() == "Found settings that work"
    assert differences(world, dialog) == "SMTP Port: now 26, suggested 587."
    assert "they work" in world.part("suretyText", dialog).text()
    world.click("okButton", dialog)
    applied(world)
    assert (world.typed("nameField"), world.typed("smtpPortField")) == ("Relay", "587")
    assert world.stored("Relay").server.smtp_port == 26
    assert world.focus().objectName() == "saveButton"
    world.press("Space")
    world.until(lambda: world.stored("Relay").server.smtp_port == 587)
    world.until(lambda: not world.panel.is_changed() and world.field("testButton").isEnabled())
    world.transport.timeline = accepted()
    world.press("Ctrl+T")
    again = world.dialog("testDialog")
    world.write("admin@company.example")
    world.press("Return")
    world.until(lambda: "accepted by relay.example" in world.words(again))
    last = world.transport.conversations[-1]
    assert (last.server.smtp_port, last.password) == (587, PASSWORD)


def test_the_same_with_real_servers(world, monkeypatch, tmp_path):
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.path))
    user = "boss@[127.0.0.1]"  # no domain to guess a host from: nothing is looked up in DNS
    with MailServer(starttls=authority.context(), users={user: PASSWORD.reveal()}) as server:
        # In place of the fakes, which are asked to end when the test does.
        monkeypatch.setattr(world, "transport", Transports())
        monkeypatch.setattr(world, "prober", world.transport)
        world.ports = (server.port,)
        world.have("Relay", host_name="127.0.0.1", smtp_port=str(closed_port()), user_name=user)
        world.open()
        trial = failed_test(world)
        dialog = looked_for(world, trial)
        assert f"suggested {server.port}." in differences(world, dialog)
        assert server.received == []
        world.click("okButton", dialog)
        applied(world)
        world.press("Space")
        world.until(lambda: world.stored("Relay").server.smtp_port == server.port)
        world.until(lambda: not world.panel.is_changed() and world.field("testButton").isEnabled())
        assert "STARTTLS found" in world.field("tlsHint").text()
        world.press("Ctrl+T")
        again = world.dialog("testDialog")
        world.write("admin@company.example")
        world.press("Return")
        world.until(lambda: "accepted by 127.0.0.1" in world.words(again))
        assert len(server.sign_ins) == 2
        assert len(server.received) == 1
        world.finish_work()


def test_what_is_tried_is_told_while_it_is_and_the_password_goes_out_once(world):
    world.have("Relay", smtp_port="26")
    world.prober.answering = {(HOST, 587), (HOST, 465)}
    world.prober.block()
    world.open()
    trial = failed_test(world)
    world.click("findSettingsButton", trial)
    dialog = world.dialog("findSettingsDialog")
    world.until(lambda: f"{HOST}:587: running. Trying…" in rows(dialog))
    assert not world.visible("okButton", dialog)
    assert f"at {HOST} alone" in world.words(dialog)
    world.prober.release()
    world.until(lambda: world.visible("okButton", dialog))
    assert f"{HOST}:587: done. Answers with STARTTLS (TLSv1.3) and offers to sign in." in rows(dialog)
    assert f"{HOST}:25: failed. It failed: refused." in rows(dialog)
    assert rows(dialog)[-1] == f"Sign in at {HOST}:587: done. Signed in."
    assert [look.password for look in world.prober.sign_ins] == [PASSWORD]


def test_another_suggestion_can_be_chosen_by_key(world):
    world.have("Relay", smtp_port="26")
    world.prober.answering = {(HOST, 587), (HOST, 465)}
    world.open()
    dialog = looked_for(world, failed_test(world))
    assert "signed in there" in world.part("suggestionButton0", dialog).text()
    world.part("suggestionButton0", dialog).setFocus()
    world.press("Down")
    assert differences(world, dialog) == "SMTP Port: now 26, suggested 465."
    assert "was not tried" in world.part("suretyText", dialog).text()
    world.press("Return")
    applied(world)
    assert world.typed("smtpPortField") == "465"


def test_a_suggestion_can_be_chosen_by_mouse(world):
    world.have("Relay", smtp_port="26")
    world.prober.answering = {(HOST, 587), (HOST, 465)}
    world.open()
    dialog = looked_for(world, failed_test(world))
    world.click("suggestionButton1", dialog)
    world.click("okButton", dialog)
    applied(world)
    assert world.typed("smtpPortField") == "465"


def test_another_host_asks_for_the_password_anew(world):
    world.have("Relay", host_name="imap.gmail.com", smtp_port="993", user_name="boss@gmail.com")
    world.prober.answering = {("smtp.gmail.com", 465)}
    world.open()
    dialog = looked_for(world, failed_test(world))
    told = differences(world, dialog)
    assert told == ("Host Name: now imap.gmail.com, suggested smtp.gmail.com. SMTP Port: now 993, suggested 465.")
    assert dialog.windowTitle() == "Found settings that may work"
    assert "app password" in world.words(dialog)
    assert world.prober.sign_ins == []
    world.click("okButton", dialog)
    applied(world)
    assert world.typed("hostNameField") == "smtp.gmail.com"
    assert "sent nowhere else" in world.field("passwordError").text()
    assert world.focus().objectName() == "passwordField"
    world.click_panel("saveButton")
    assert world.stored("Relay").server.host_name == "imap.gmail.com"
    world.write("new s3cret")
    world.click_panel("saveButton")
    world.until(lambda: world.stored("Relay").server.host_name == "smtp.gmail.com")
    world.until(lambda: list(world.vault.secrets.values()) == [Secret("new s3cret")])


def test_a_form_that_was_never_saved_is_helped_too(world):
    world.open()
    world.fill_new("", host="new.example")
    world.enter("smtpPortField", "26")
    world.prober.answering = {("new.example", 587)}
    world.transport.timeline = nobody_listens()
    world.click_panel("testButton")
    trial = world.dialog("testDialog")
    world.write("admin@company.example")
    world.press("Return")
    world.until(lambda: world.visible("advice", trial))
    dialog = looked_for(world, trial)
    assert [look.password for look in world.prober.sign_ins] == [Secret("typed s3cret")]
    world.click("okButton", dialog)
    applied(world)
    assert world.typed("smtpPortField") == "587"
    assert (world.typed("nameField"), world.typed("passwordField")) == ("", "typed s3cret")
    world.enter("nameField", "New")
    world.press("Ctrl+S")
    world.until(lambda: world.stored("New") is not None)
    assert world.stored("New").server.smtp_port == 587


def test_a_typed_password_is_not_taken_to_another_host(world):
    world.open()
    world.fill_new("New", host="imap.gmail.com")
    world.prober.answering = {("smtp.gmail.com", 465)}
    world.transport.timeline = nobody_listens()
    world.click_panel("testButton")
    trial = world.dialog("testDialog")
    world.write("admin@company.example")
    world.press("Return")
    world.until(lambda: world.visible("advice", trial))
    world.click("okButton", looked_for(world, trial))
    world.until(lambda: world.typed("hostNameField") == "smtp.gmail.com")
    assert world.typed("passwordField") == ""
    assert world.field("passwordError").text() == "Enter the password."


def test_a_new_smtp_whose_form_was_closed_meanwhile_comes_back(world):
    world.have("Other")
    world.open()
    world.fill_new("New", host="new.example")
    world.prober.answering = {("new.example", 465)}
    world.transport.timeline = nobody_listens()
    world.click_panel("testButton")
    trial = world.dialog("testDialog")
    world.write("admin@company.example")
    world.press("Return")
    world.until(lambda: world.visible("advice", trial))
    world.window.activateWindow()
    world.until(world.window.isActiveWindow)
    world.click_card("Other")
    world.click("discardButton", world.dialog("unsavedDialog"))
    world.until(lambda: world.typed("nameField") == "Other")
    trial.activateWindow()
    world.until(trial.isActiveWindow)
    world.click("okButton", looked_for(world, trial))
    world.until(lambda: world.typed("nameField") == "New")
    assert (world.typed("hostNameField"), world.typed("smtpPortField")) == ("new.example", "465")
    assert world.field("passwordError").text() == "Enter the password."


def test_what_was_typed_elsewhere_is_asked_about_before_the_form_changes(world):
    world.have("Other")
    world.have("Relay", smtp_port="26")
    world.prober.answering = {(HOST, 587)}
    world.open()
    world.open_card("Other")
    world.enter("signatureField", "Yours")
    trial = failed_test(world)
    world.click("okButton", looked_for(world, trial))
    unsaved = world.dialog("unsavedDialog")
    world.click("discardButton", unsaved)
    world.until(lambda: world.typed("nameField") == "Relay")
    assert world.typed("smtpPortField") == "587"
    assert world.stored("Other").signature == ""


def test_a_refused_sender_is_found_and_applied(world):
    world.have("Relay", from_address="ann@own.example")
    world.prober.answering = {(HOST, 587)}
    world.open()
    trial = failed_test(world, timeline=refused(Stage.SENDER, "not yours", code=550, enhanced="5.7.0"))
    dialog = looked_for(world, trial)
    assert differences(world, dialog) == "Envelope sender: now User Name, suggested From Address."
    assert world.prober.looks[0].sender.spec == "ann@own.example"
    world.click("okButton", dialog)
    applied(world)
    world.click_panel("saveButton")
    world.until(lambda: world.stored("Relay").server.envelope_sender is EnvelopeSender.FROM)


def test_tls_that_was_off_is_switched_on(world):
    world.have("Relay", tls=False)
    world.prober.answering = {(HOST, 587)}
    world.open()
    dialog = looked_for(world, failed_test(world, timeline=refused(Stage.SENDER, "STARTTLS first", code=530)))
    assert differences(world, dialog) == "SMTP TLS/SSL: now Off, suggested On."
    world.click("okButton", dialog)
    applied(world)
    world.click_panel("saveButton")
    world.until(lambda: world.stored("Relay").server.tls)


def test_nothing_found_is_said_with_what_each_place_said(world):
    world.have("Relay")
    world.open()
    dialog = looked_for(world, failed_test(world))
    assert dialog.windowTitle() == "No settings that work were found"
    assert "Ask the server's admin" in world.part("messageText", dialog).text()
    assert not world.visible("okButton", dialog)
    assert all(": failed. " in row for row in rows(dialog))
    world.click("cancelButton", dialog)
    world.no_dialog("findSettingsDialog")
    assert world.visible("testDialog")


def test_a_sender_that_is_no_better_is_told(world):
    world.have("Relay", from_address="ann@own.example")
    world.prober.answering = {(HOST, 587)}
    world.prober.sender_refusal = Reply(code=550, text=("nor this one",))
    world.open()
    dialog = looked_for(world, failed_test(world, timeline=refused(Stage.SENDER, "not yours", code=550)))
    assert rows(dialog) == [f"Sign in at {HOST}:587: failed. Refused: 550 nor this one"]
    assert "which addresses this user may send from" in world.part("messageText", dialog).text()


def test_where_there_is_nothing_to_try_that_is_said(world):
    world.have("Relay", host_name="smtp.gmail.com", user_name="boss@gmail.com")
    missing = Failure(stage=Stage.FIND_HOST, kind=FailureKind.HOST_NOT_FOUND, message=text("No such host."))
    timeline = stopped(missing, stages_of(GenericServer(host_name=HOST), sends=True))
    world.open()
    dialog = looked_for(world, failed_test(world, timeline=timeline))
    assert "nothing sensible to try" in world.part("messageText", dialog).text()
    assert world.prober.looks == []


@pytest.mark.parametrize("way", ["cancelButton", "Esc"])
def test_cancel_ends_the_search(world, way):
    world.have("Relay")
    world.prober.block()
    world.open()
    world.click("findSettingsButton", failed_test(world))
    dialog = world.dialog("findSettingsDialog")
    world.until(lambda: world.prober.waiting.acquire(blocking=False))
    if way == "Esc":
        world.press("Esc")
    else:
        world.click(way, dialog)
    world.no_dialog("findSettingsDialog")
    world.finish_work()
    assert world.prober.sign_ins == []


@pytest.mark.parametrize(
    "timeline",
    [
        refused(Stage.SIGN_IN, "wrong password"),
        refused(Stage.RECIPIENT, "unknown", code=550),
        refused(Stage.CONTENT, "spam", code=554),
        refused(Stage.SENDER, "slow down", code=451),
        accepted(),
    ],
)
def test_where_other_settings_can_not_help_nothing_is_offered(world, timeline):
    world.have("Relay", from_address="ann@own.example")
    world.open()
    dialog = failed_test(world, timeline=timeline)
    assert not world.visible("findSettingsButton", dialog)


def test_a_check_leads_to_it_too(world):
    world.have("Relay", smtp_port="26")
    world.prober.answering = {(HOST, 587)}
    world.transport.timeline = nobody_listens()
    world.open()
    world.click_card("Relay")
    world.press("F5")
    trial = world.dialog("testDialog")
    world.until(lambda: world.visible("findSettingsButton", trial))
    assert "587" in differences(world, looked_for(world, trial))


def test_a_locked_vault_is_opened_first(world):
    world.have("Relay", smtp_port="26")
    world.prober.answering = {(HOST, 587)}
    world.open()
    trial = failed_test(world)
    world.vault.locked = True
    world.click("findSettingsButton", trial)
    world.dialog("masterPasswordDialog")
    assert world.prober.looks == []
    world.write("master")
    world.press("Return")
    world.no_dialog("masterPasswordDialog")
    dialog = world.dialog("findSettingsDialog")
    world.until(lambda: world.visible("okButton", dialog))


def test_what_a_server_says_is_never_read_as_html(world):
    world.have("Relay", smtp_port="26")
    world.prober.answering = {(HOST, 587)}
    world.prober.refusal = Reply(code=535, text=("<b>no</b>\x1b",))
    world.open()
    dialog = looked_for(world, failed_test(world))
    sure = world.part("suretyText", dialog)
    assert "<b>no</b>" in sure.text()
    assert "did not take the sign-in" in sure.text()


def test_the_settings_of_a_graph_mailbox_are_not_looked_for(world):
    world.have_graph("Mailbox")
    world.open()
    failed = failed_test(world, "Mailbox", replace(nobody_listens()))
    assert not world.visible("findSettingsButton", failed)
