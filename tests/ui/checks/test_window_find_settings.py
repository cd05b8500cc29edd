"""Looking for settings that work after a failed test."""

from dataclasses import replace

import pytest
from ui.check_dialog_driver import rows_as_read
from ui.find_settings_driver import HOST, FindSettingsDriver, nobody_listens
from ui.timelines import accepted, refused, stopped
from ui.window_driver import PASSWORD

from smtp_desktop.domain.diagnosis.conversation import Failure, FailureKind, Reply, Stage
from smtp_desktop.domain.diagnosis.stages import stages_of
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.smtp.profile import GenericServer


@pytest.fixture
def driver(gui):
    return FindSettingsDriver(gui)


def test_what_is_tried_is_shown_meanwhile_and_the_password_goes_out_once(gui, driver):
    gui.have("Relay", smtp_port="26")
    gui.prober.answering = {(HOST, 587), (HOST, 465)}
    gui.prober.block()
    gui.open()
    test_dialog = driver.fail_test()
    gui.click("findSettingsButton", test_dialog)
    dialog = gui.dialog("findSettingsDialog")
    gui.until(lambda: f"{HOST}:587: running. Trying…" in rows_as_read(dialog))
    assert not gui.visible("okButton", dialog)
    assert f"only at {HOST}" in gui.words(dialog)
    gui.prober.release()
    gui.until(lambda: gui.visible("okButton", dialog))
    assert f"{HOST}:587: done. Answers with STARTTLS (TLSv1.3) and offers sign-in." in rows_as_read(dialog)
    assert f"{HOST}:25: failed. It failed: refused." in rows_as_read(dialog)
    assert rows_as_read(dialog)[-1] == f"Sign in at {HOST}:587: done. Signed in."
    assert [look.password for look in gui.prober.sign_ins] == [PASSWORD]


def test_another_suggestion_can_be_chosen_by_key(gui, driver):
    gui.have("Relay", smtp_port="26")
    gui.prober.answering = {(HOST, 587), (HOST, 465)}
    gui.open()
    dialog = driver.search_after_failure()
    assert "signed in there" in gui.part("suggestionButton0", dialog).text()
    gui.part("suggestionButton0", dialog).setFocus()
    gui.press("Down")
    assert driver.differences(dialog) == "SMTP Port: now 26, suggested 465."
    assert "was not tried" in gui.part("confidenceText", dialog).text()
    gui.press("Return")
    driver.wait_until_applied()
    assert gui.typed("smtpPortField") == "465"


def test_a_suggestion_can_be_chosen_by_mouse(gui, driver):
    gui.have("Relay", smtp_port="26")
    gui.prober.answering = {(HOST, 587), (HOST, 465)}
    gui.open()
    dialog = driver.search_after_failure()
    gui.click("suggestionButton1", dialog)
    gui.click("okButton", dialog)
    driver.wait_until_applied()
    assert gui.typed("smtpPortField") == "465"


def test_nothing_found_is_said_with_what_each_place_said(gui, driver):
    gui.have("Relay")
    gui.open()
    dialog = driver.search_after_failure()
    assert dialog.windowTitle() == "No working settings found"
    assert "Ask the server's admin" in gui.part("messageText", dialog).text()
    assert not gui.visible("okButton", dialog)
    assert all(": failed. " in row for row in rows_as_read(dialog))
    gui.click("cancelButton", dialog)
    gui.no_dialog("findSettingsDialog")
    assert gui.visible("testDialog")


def test_a_sender_that_is_no_better_is_reported(gui, driver):
    gui.have("Relay", from_address="ann@own.example")
    gui.prober.answering = {(HOST, 587)}
    gui.prober.sender_refusal = Reply(code=550, text=("nor this one",))
    gui.open()
    dialog = driver.search_after_failure(timeline=refused(Stage.SENDER, "not yours", code=550))
    assert rows_as_read(dialog) == [f"Sign in at {HOST}:587: failed. Refused: 550 nor this one"]
    assert "which addresses this user may send from" in gui.part("messageText", dialog).text()


def test_where_there_is_nothing_to_try_that_is_said(gui, driver):
    gui.have("Relay", host_name="smtp.gmail.com", user_name="boss@gmail.com")
    missing = Failure(stage=Stage.FIND_HOST, kind=FailureKind.HOST_NOT_FOUND, message=msg("No such host."))
    timeline = stopped(missing, stages_of(GenericServer(host_name=HOST), sends=True))
    gui.open()
    dialog = driver.search_after_failure(timeline=timeline)
    assert "no other settings worth trying" in gui.part("messageText", dialog).text()
    assert gui.prober.calls == []


@pytest.mark.parametrize("way", ["cancelButton", "Esc"])
def test_cancel_ends_the_search(gui, driver, way):
    gui.have("Relay")
    gui.prober.block()
    gui.open()
    gui.click("findSettingsButton", driver.fail_test())
    dialog = gui.dialog("findSettingsDialog")
    gui.until(lambda: gui.prober.waiting.acquire(blocking=False))
    if way == "Esc":
        gui.press("Esc")
    else:
        gui.click(way, dialog)
    gui.no_dialog("findSettingsDialog")
    gui.finish_work()
    assert gui.prober.sign_ins == []


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
def test_where_other_settings_can_not_help_nothing_is_offered(gui, driver, timeline):
    gui.have("Relay", from_address="ann@own.example")
    gui.open()
    dialog = driver.fail_test(timeline=timeline)
    assert not gui.visible("findSettingsButton", dialog)


def test_a_check_leads_to_it_too(gui, driver):
    gui.have("Relay", smtp_port="26")
    gui.prober.answering = {(HOST, 587)}
    gui.transport.timeline = nobody_listens()
    gui.open()
    gui.click_card("Relay")
    gui.press("F5")
    test_dialog = gui.dialog("testDialog")
    gui.until(lambda: gui.visible("findSettingsButton", test_dialog))
    assert "587" in driver.differences(driver.search(test_dialog))


def test_a_locked_vault_is_opened_first(gui, driver):
    gui.have("Relay", smtp_port="26")
    gui.prober.answering = {(HOST, 587)}
    gui.open()
    test_dialog = driver.fail_test()
    gui.vault.locked = True
    gui.click("findSettingsButton", test_dialog)
    gui.dialog("masterPasswordDialog")
    assert gui.prober.calls == []
    gui.write("master")
    gui.press("Return")
    gui.no_dialog("masterPasswordDialog")
    dialog = gui.dialog("findSettingsDialog")
    gui.until(lambda: gui.visible("okButton", dialog))


def test_without_the_master_password_the_search_ends_and_says_why(gui, driver):
    gui.have("Relay", smtp_port="26")
    gui.open()
    test_dialog = driver.fail_test()
    gui.vault.locked = True
    gui.click("findSettingsButton", test_dialog)
    gui.click("cancelButton", gui.dialog("masterPasswordDialog"))
    gui.no_dialog("masterPasswordDialog")
    dialog = gui.dialog("findSettingsDialog")
    assert dialog.windowTitle() == "It couldn't be tried"
    assert "The vault is locked" in gui.words(dialog)
    assert gui.prober.calls == []


def test_what_a_server_says_is_never_read_as_html(gui, driver):
    gui.have("Relay", smtp_port="26")
    gui.prober.answering = {(HOST, 587)}
    gui.prober.refusal = Reply(code=535, text=("<b>no</b>\x1b",))
    gui.open()
    dialog = driver.search_after_failure()
    sure = gui.part("confidenceText", dialog)
    assert "<b>no</b>" in sure.text()
    assert "refused the sign-in" in sure.text()


def test_the_settings_of_a_graph_mailbox_are_not_looked_for(gui, driver):
    gui.have_graph("Mailbox")
    gui.open()
    failed = driver.fail_test("Mailbox", replace(nobody_listens()))
    assert not gui.visible("findSettingsButton", failed)
