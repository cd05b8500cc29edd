"""Looking for settings that work after a failed test."""

from dataclasses import replace

import pytest
from find_settings_driver import HOST, FindSettingsDriver, nobody_listens, probe_rows
from scripted_transport import accepted, refused, stopped
from window_world import PASSWORD

from smtp_desktop.domain.diagnosis.conversation import Failure, FailureKind, Reply, Stage
from smtp_desktop.domain.diagnosis.stages import stages_of
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.smtp.profile import GenericServer


@pytest.fixture
def driver(world):
    return FindSettingsDriver(world)


def test_what_is_tried_is_told_while_it_is_and_the_password_goes_out_once(world, driver):
    world.have("Relay", smtp_port="26")
    world.prober.answering = {(HOST, 587), (HOST, 465)}
    world.prober.block()
    world.open()
    test_dialog = driver.fail_test()
    world.click("findSettingsButton", test_dialog)
    dialog = world.dialog("findSettingsDialog")
    world.until(lambda: f"{HOST}:587: running. Trying…" in probe_rows(dialog))
    assert not world.visible("okButton", dialog)
    assert f"at {HOST} alone" in world.words(dialog)
    world.prober.release()
    world.until(lambda: world.visible("okButton", dialog))
    assert f"{HOST}:587: done. Answers with STARTTLS (TLSv1.3) and offers to sign in." in probe_rows(dialog)
    assert f"{HOST}:25: failed. It failed: refused." in probe_rows(dialog)
    assert probe_rows(dialog)[-1] == f"Sign in at {HOST}:587: done. Signed in."
    assert [look.password for look in world.prober.sign_ins] == [PASSWORD]


def test_another_suggestion_can_be_chosen_by_key(world, driver):
    world.have("Relay", smtp_port="26")
    world.prober.answering = {(HOST, 587), (HOST, 465)}
    world.open()
    dialog = driver.search_after_failure()
    assert "signed in there" in world.part("suggestionButton0", dialog).text()
    world.part("suggestionButton0", dialog).setFocus()
    world.press("Down")
    assert driver.differences(dialog) == "SMTP Port: now 26, suggested 465."
    assert "was not tried" in world.part("suretyText", dialog).text()
    world.press("Return")
    driver.wait_until_applied()
    assert world.typed("smtpPortField") == "465"


def test_a_suggestion_can_be_chosen_by_mouse(world, driver):
    world.have("Relay", smtp_port="26")
    world.prober.answering = {(HOST, 587), (HOST, 465)}
    world.open()
    dialog = driver.search_after_failure()
    world.click("suggestionButton1", dialog)
    world.click("okButton", dialog)
    driver.wait_until_applied()
    assert world.typed("smtpPortField") == "465"


def test_nothing_found_is_said_with_what_each_place_said(world, driver):
    world.have("Relay")
    world.open()
    dialog = driver.search_after_failure()
    assert dialog.windowTitle() == "No settings that work were found"
    assert "Ask the server's admin" in world.part("messageText", dialog).text()
    assert not world.visible("okButton", dialog)
    assert all(": failed. " in row for row in probe_rows(dialog))
    world.click("cancelButton", dialog)
    world.no_dialog("findSettingsDialog")
    assert world.visible("testDialog")


def test_a_sender_that_is_no_better_is_told(world, driver):
    world.have("Relay", from_address="ann@own.example")
    world.prober.answering = {(HOST, 587)}
    world.prober.sender_refusal = Reply(code=550, text=("nor this one",))
    world.open()
    dialog = driver.search_after_failure(timeline=refused(Stage.SENDER, "not yours", code=550))
    assert probe_rows(dialog) == [f"Sign in at {HOST}:587: failed. Refused: 550 nor this one"]
    assert "which addresses this user may send from" in world.part("messageText", dialog).text()


def test_where_there_is_nothing_to_try_that_is_said(world, driver):
    world.have("Relay", host_name="smtp.gmail.com", user_name="boss@gmail.com")
    missing = Failure(stage=Stage.FIND_HOST, kind=FailureKind.HOST_NOT_FOUND, message=msg("No such host."))
    timeline = stopped(missing, stages_of(GenericServer(host_name=HOST), sends=True))
    world.open()
    dialog = driver.search_after_failure(timeline=timeline)
    assert "nothing sensible to try" in world.part("messageText", dialog).text()
    assert world.prober.calls == []


@pytest.mark.parametrize("way", ["cancelButton", "Esc"])
def test_cancel_ends_the_search(world, driver, way):
    world.have("Relay")
    world.prober.block()
    world.open()
    world.click("findSettingsButton", driver.fail_test())
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
def test_where_other_settings_can_not_help_nothing_is_offered(world, driver, timeline):
    world.have("Relay", from_address="ann@own.example")
    world.open()
    dialog = driver.fail_test(timeline=timeline)
    assert not world.visible("findSettingsButton", dialog)


def test_a_check_leads_to_it_too(world, driver):
    world.have("Relay", smtp_port="26")
    world.prober.answering = {(HOST, 587)}
    world.transport.timeline = nobody_listens()
    world.open()
    world.click_card("Relay")
    world.press("F5")
    test_dialog = world.dialog("testDialog")
    world.until(lambda: world.visible("findSettingsButton", test_dialog))
    assert "587" in driver.differences(driver.search(test_dialog))


def test_a_locked_vault_is_opened_first(world, driver):
    world.have("Relay", smtp_port="26")
    world.prober.answering = {(HOST, 587)}
    world.open()
    test_dialog = driver.fail_test()
    world.vault.locked = True
    world.click("findSettingsButton", test_dialog)
    world.dialog("masterPasswordDialog")
    assert world.prober.calls == []
    world.write("master")
    world.press("Return")
    world.no_dialog("masterPasswordDialog")
    dialog = world.dialog("findSettingsDialog")
    world.until(lambda: world.visible("okButton", dialog))


def test_what_a_server_says_is_never_read_as_html(world, driver):
    world.have("Relay", smtp_port="26")
    world.prober.answering = {(HOST, 587)}
    world.prober.refusal = Reply(code=535, text=("<b>no</b>\x1b",))
    world.open()
    dialog = driver.search_after_failure()
    sure = world.part("suretyText", dialog)
    assert "<b>no</b>" in sure.text()
    assert "did not take the sign-in" in sure.text()


def test_the_settings_of_a_graph_mailbox_are_not_looked_for(world, driver):
    world.have_graph("Mailbox")
    world.open()
    failed = driver.fail_test("Mailbox", replace(nobody_listens()))
    assert not world.visible("findSettingsButton", failed)
