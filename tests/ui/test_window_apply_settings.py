"""Settings that were found go into the form, and work once they are saved."""

from fakes.small import MemoryPipeliningDenylist
from find_settings_hand import HOST, applied, differences, failed_test, looked_for, nobody_listens
from scripted_transport import accepted, refused
from servers.certificates import Authority
from servers.mailserver import MailServer
from servers.ports import closed_port
from window_world import PASSWORD

from smtp_desktop.domain.diagnosis.conversation import Stage
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.profile import EnvelopeSender
from smtp_desktop.transports.registry import Transports


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
        monkeypatch.setattr(world, "transport", Transports(MemoryPipeliningDenylist()))
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
    assert world.prober.calls[0].sender.spec == "ann@own.example"
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
