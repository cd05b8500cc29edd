"""Checks in the window: of the selected SMTP, and of all at once."""

from ui.check_dialog_driver import rows_as_read, wait_for_end
from ui.timelines import accepted, refused

from smtp_desktop.domain.checks.deliverability import takes_no_mail
from smtp_desktop.domain.diagnosis.conversation import Stage, TlsMode


def test_f5_checks_the_selected_card_and_sends_nothing(gui):
    gui.have("Alpha")
    gui.have("Beta")
    gui.open()
    gui.click_card("Beta")
    gui.press("F5")
    dialog = gui.dialog("testDialog")
    wait_for_end(gui, dialog)
    assert [(c.server.host_name, c.mail) for c in gui.transport.conversations] == [("beta.example", None)]
    assert "No message was sent." in gui.words(dialog)
    assert [row.split(":")[0] for row in rows_as_read(dialog)] == ["Find host", "Connect", "Secure", "Greet", "Sign in"]


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


def test_check_all_reports_one_cause_once(gui):
    for name in ("Alpha", "Beta", "Gamma"):
        gui.have(name)
    gui.vault.secrets.clear()
    gui.open()
    gui.click("checkAllButton")
    dialog = gui.dialog("messageDialog")
    gui.until(lambda: all(gui.card(name).status == "Never tested" for name in gui.names()))
    assert "no longer in the keyring" in gui.words(dialog)
    gui.click("okButton", dialog)
    gui.no_dialog("messageDialog")


def test_the_panel_shows_how_the_server_secures_once_that_is_known(gui):
    gui.have("Relay")
    gui.transport.timeline = accepted(mode=TlsMode.STARTTLS)
    gui.open()
    gui.open_card("Relay")
    gui.press("F5")
    wait_for_end(gui, gui.dialog("testDialog"))
    gui.until(lambda: "STARTTLS" in gui.field("tlsHint").text())


def test_what_works_but_is_on_its_card_and_still_after_a_restart(gui):
    gui.have("Relay")
    gui.warnings = (takes_no_mail("company.example"),)
    gui.open()
    gui.click("checkAllButton")
    gui.until(lambda: gui.card("Relay").status == "Works, but: accepts no mail · just now")
    assert gui.card("Relay").bars == ((None, 1.0),)
    gui.close_window()
    gui.open()
    gui.until(lambda: gui.card("Relay").status == "Works, but: accepts no mail · just now")
