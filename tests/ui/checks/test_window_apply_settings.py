"""Settings that were found go into the form, and work once they are saved."""

import pytest
from fakes.small import MemoryPipeliningDenylist
from servers.certificates import Authority
from servers.ports import closed_port
from servers.smtp.mailserver import MailServer
from ui.find_settings_driver import HOST, FindSettingsDriver, nobody_listens
from ui.timelines import accepted, refused
from ui.window_driver import PASSWORD

from smtp_desktop.domain.diagnosis.conversation import Stage
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.profile import EnvelopeSender
from smtp_desktop.transports.registry import Transports

pytestmark = pytest.mark.long


@pytest.fixture
def driver(gui):
    return FindSettingsDriver(gui)


def test_from_a_failed_test_over_apply_and_save_to_one_that_works(gui, driver):
    gui.have("Relay", smtp_port="26")
    gui.prober.answering = {(HOST, 587)}
    gui.open()
    dialog = driver.search_after_failure()
    assert dialog.windowTitle() == "Found settings that work"
    assert driver.differences(dialog) == "SMTP Port: now 26, suggested 587."
    assert "they work" in gui.part("confidenceText", dialog).text()
    gui.click("okButton", dialog)
    driver.wait_until_applied()
    assert (gui.typed("nameField"), gui.typed("smtpPortField")) == ("Relay", "587")
    assert gui.stored("Relay").server.smtp_port == 26
    assert gui.focus().objectName() == "saveButton"
    gui.press("Space")
    gui.until(lambda: gui.stored("Relay").server.smtp_port == 587)
    gui.until(lambda: not gui.panel.is_changed() and gui.field("testButton").isEnabled())
    gui.transport.timeline = accepted()
    gui.press("Ctrl+T")
    again = gui.dialog("testDialog")
    gui.write("admin@company.example")
    gui.press("Return")
    gui.until(lambda: "accepted by relay.example" in gui.words(again))
    last = gui.transport.conversations[-1]
    assert (last.server.smtp_port, last.password) == (587, PASSWORD)


def test_the_same_with_real_servers(gui, driver, monkeypatch, tmp_path):
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.path))
    user = "boss@[127.0.0.1]"  # no domain to guess a host from: nothing is looked up in DNS
    with MailServer(starttls=authority.context(), users={user: PASSWORD.reveal()}) as server:
        # In place of the fakes, which are asked to end when the test does.
        monkeypatch.setattr(gui, "transport", Transports(MemoryPipeliningDenylist()))
        monkeypatch.setattr(gui, "prober", gui.transport)
        gui.ports = (server.port,)
        gui.have("Relay", host_name="127.0.0.1", smtp_port=str(closed_port()), user_name=user)
        gui.open()
        test_dialog = driver.fail_test()
        dialog = driver.search(test_dialog)
        assert f"suggested {server.port}." in driver.differences(dialog)
        assert server.received == []
        gui.click("okButton", dialog)
        driver.wait_until_applied()
        gui.press("Space")
        gui.until(lambda: gui.stored("Relay").server.smtp_port == server.port)
        gui.until(lambda: not gui.panel.is_changed() and gui.field("testButton").isEnabled())
        assert "STARTTLS found" in gui.field("tlsHint").text()
        gui.press("Ctrl+T")
        again = gui.dialog("testDialog")
        gui.write("admin@company.example")
        gui.press("Return")
        gui.until(lambda: "accepted by 127.0.0.1" in gui.words(again))
        assert len(server.sign_ins) == 3
        assert len(server.received) == 2  # one of the test that was repeated by itself
        gui.finish_work()


def test_another_host_asks_for_the_password_anew(gui, driver):
    gui.have("Relay", host_name="imap.gmail.com", smtp_port="993", user_name="boss@gmail.com")
    gui.prober.answering = {("smtp.gmail.com", 465)}
    gui.open()
    dialog = driver.search_after_failure()
    differences = driver.differences(dialog)
    assert differences == (
        "Host Name: now imap.gmail.com, suggested smtp.gmail.com. SMTP Port: now 993, suggested 465."
    )
    assert dialog.windowTitle() == "Found settings that may work"
    assert "app password" in gui.words(dialog)
    assert gui.prober.sign_ins == []
    gui.click("okButton", dialog)
    driver.wait_until_applied()
    assert gui.typed("hostNameField") == "smtp.gmail.com"
    assert "never sent anywhere else" in gui.field("passwordError").text()
    assert gui.focus().objectName() == "passwordField"
    gui.click_panel("saveButton")
    assert gui.stored("Relay").server.host_name == "imap.gmail.com"
    gui.write("new s3cret")
    gui.click_panel("saveButton")
    gui.until(lambda: gui.stored("Relay").server.host_name == "smtp.gmail.com")
    gui.until(lambda: list(gui.vault.secrets.values()) == [Secret("new s3cret")])


def test_a_form_that_was_never_saved_is_helped_too(gui, driver):
    gui.open()
    gui.fill_new("", host="new.example")
    gui.enter("smtpPortField", "26")
    gui.prober.answering = {("new.example", 587)}
    gui.transport.timeline = nobody_listens()
    gui.click_panel("testButton")
    test_dialog = gui.dialog("testDialog")
    gui.write("admin@company.example")
    gui.press("Return")
    gui.until(lambda: gui.visible("advice", test_dialog))
    dialog = driver.search(test_dialog)
    assert [look.password for look in gui.prober.sign_ins] == [Secret("typed s3cret")]
    gui.click("okButton", dialog)
    driver.wait_until_applied()
    assert gui.typed("smtpPortField") == "587"
    assert (gui.typed("nameField"), gui.typed("passwordField")) == ("", "typed s3cret")
    gui.enter("nameField", "New")
    gui.press("Ctrl+S")
    gui.until(lambda: gui.stored("New") is not None)
    assert gui.stored("New").server.smtp_port == 587


def test_a_typed_password_is_not_taken_to_another_host(gui, driver):
    gui.open()
    gui.fill_new("New", host="imap.gmail.com")
    gui.prober.answering = {("smtp.gmail.com", 465)}
    gui.transport.timeline = nobody_listens()
    gui.click_panel("testButton")
    test_dialog = gui.dialog("testDialog")
    gui.write("admin@company.example")
    gui.press("Return")
    gui.until(lambda: gui.visible("advice", test_dialog))
    gui.click("okButton", driver.search(test_dialog))
    gui.until(lambda: gui.typed("hostNameField") == "smtp.gmail.com")
    assert gui.typed("passwordField") == ""
    assert gui.field("passwordError").text() == "Enter the password."


def test_a_new_smtp_whose_form_was_closed_meanwhile_comes_back(gui, driver):
    gui.have("Other")
    gui.open()
    gui.fill_new("New", host="new.example")
    gui.prober.answering = {("new.example", 465)}
    gui.transport.timeline = nobody_listens()
    gui.click_panel("testButton")
    test_dialog = gui.dialog("testDialog")
    gui.write("admin@company.example")
    gui.press("Return")
    gui.until(lambda: gui.visible("advice", test_dialog))
    gui.switch_to(gui.window)
    gui.click_card("Other")
    gui.click("discardButton", gui.dialog("unsavedDialog"))
    gui.until(lambda: gui.typed("nameField") == "Other")
    gui.switch_to(test_dialog)
    gui.click("okButton", driver.search(test_dialog))
    gui.until(lambda: gui.typed("nameField") == "New")
    assert (gui.typed("hostNameField"), gui.typed("smtpPortField")) == ("new.example", "465")
    assert gui.field("passwordError").text() == "Enter the password."


def test_what_was_typed_elsewhere_is_asked_about_before_the_form_changes(gui, driver):
    gui.have("Other")
    gui.have("Relay", smtp_port="26")
    gui.prober.answering = {(HOST, 587)}
    gui.open()
    gui.open_card("Other")
    gui.enter("signatureField", "Yours")
    test_dialog = driver.fail_test()
    gui.click("okButton", driver.search(test_dialog))
    unsaved = gui.dialog("unsavedDialog")
    gui.click("discardButton", unsaved)
    gui.until(lambda: gui.typed("nameField") == "Relay")
    assert gui.typed("smtpPortField") == "587"
    assert gui.stored("Other").signature == ""


def test_a_refused_sender_is_found_and_applied(gui, driver):
    gui.have("Relay", from_address="ann@own.example")
    gui.prober.answering = {(HOST, 587)}
    gui.open()
    test_dialog = driver.fail_test(timeline=refused(Stage.SENDER, "not yours", code=550, enhanced="5.7.0"))
    dialog = driver.search(test_dialog)
    assert driver.differences(dialog) == "Envelope sender: now User Name, suggested From Address."
    assert gui.prober.calls[0].sender.spec == "ann@own.example"
    gui.click("okButton", dialog)
    driver.wait_until_applied()
    gui.click_panel("saveButton")
    gui.until(lambda: gui.stored("Relay").server.envelope_sender is EnvelopeSender.FROM)


def test_tls_that_was_off_is_switched_on(gui, driver):
    gui.have("Relay", tls=False)
    gui.prober.answering = {(HOST, 587)}
    gui.open()
    dialog = driver.search_after_failure(timeline=refused(Stage.SENDER, "STARTTLS first", code=530))
    assert driver.differences(dialog) == "SMTP TLS/SSL: now Off, suggested On."
    gui.click("okButton", dialog)
    driver.wait_until_applied()
    gui.click_panel("saveButton")
    gui.until(lambda: gui.stored("Relay").server.tls)
