"""Looking for settings that work after a failed test."""

from dataclasses import replace

import pytest
from find_settings_hand import HOST, applied, differences, failed_test, looked_for, nobody_listens, rows
from scripted_transport import accepted, refused, stopped
from window_world import PASSWORD

from smtp_desktop.domain.diagnosis.conversation import Failure, FailureKind, Reply, Stage
from smtp_desktop.domain.diagnosis.stages import stages_of
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.smtp.profile import GenericServer


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
    missing = Failure(stage=Stage.FIND_HOST, kind=FailureKind.HOST_NOT_FOUND, message=msg("No such host."))
    timeline = stopped(missing, stages_of(GenericServer(host_name=HOST), sends=True))
    world.open()
    dialog = looked_for(world, failed_test(world, timeline=timeline))
    assert "nothing sensible to try" in world.part("messageText", dialog).text()
    assert world.prober.calls == []


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
    assert world.prober.calls == []
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
