"""The bar below the SMTPs while several are selected, and what it does."""

from dataclasses import replace

import pytest
from fakes.transport import failed
from PySide6.QtCore import Qt
from ui.accessibility.accessible_tree import faults_of
from ui.driver import cells, tip_as_read
from ui.selection.selection_user import SelectionUser

from smtp_desktop.domain.diagnosis.conversation import FailureKind, Reply, Stage
from smtp_desktop.domain.smtp.draft import draft_of
from smtp_desktop.domain.smtp.edit import edit_of

CTRL = Qt.KeyboardModifier.ControlModifier
HOST, USER = "relay.plant.example", "mes@plant.example"


@pytest.fixture
def user(gui):
    for number in (1, 2, 10):
        gui.have(f"Floor_{number}", host_name=HOST, user_name=USER, tags="floor")
    gui.have("Other")
    gui.open()
    return SelectionUser(gui)


def refused(gui):
    reply = Reply(code=535, enhanced_code="5.7.8", text=("no",))
    server = gui.stored("Floor_1").server
    return failed(server, None, Stage.SIGN_IN, kind=FailureKind.REPLY, reply=reply)


def test_the_bar_comes_with_the_second_and_says_how_many(user, gui):
    gui.open_card("Floor_1")
    assert not gui.visible("selectionBar")
    user.select("Floor_2")
    gui.until(lambda: gui.visible("selectionBar") and not gui.panel.isVisible())
    assert gui.part("selectedWords").text() == "2 selected"
    gui.click("clearSelectionButton")
    gui.until(lambda: not gui.visible("selectionBar"))
    assert gui.selected() == []


def test_the_list_and_the_bar_can_be_read(user, gui):
    gui.click("listSegment")
    gui.part("table").selectAll()
    gui.until(lambda: gui.visible("selectionBar"))
    assert faults_of(gui.window) == []


def test_check_and_pause_are_for_all_of_them(user, gui):
    user.select("Floor_1", "Other")
    user.press("check")
    gui.until(lambda: len(gui.health.latest(1)) == 2)
    user.press("pause")
    gui.until(lambda: gui.part("pauseSelectedButton").text() == "Resume")
    assert len(gui.adapters.outbox_store.holds()) == 2
    user.press("pause")
    gui.until(lambda: not gui.adapters.outbox_store.holds())


def test_three_are_deleted_by_three_clicks(user, gui):
    user.select("Floor_1", "Floor_2", "Floor_10")
    user.press("delete")
    gui.click("okButton", gui.dialog("deleteDialog"))
    gui.until(lambda: gui.names() == ["Other"])
    assert not gui.visible("selectionBar")


def test_the_password_of_those_with_one_user_is_replaced_one_after_the_other(user, gui):
    user.select("Floor_1", "Floor_2", "Floor_10")
    user.press("replace")
    dialog = gui.dialog("replacePasswordDialog")
    assert f"All sign in at {HOST} as {USER}." in gui.words(dialog)
    gui.enter("newPasswordField", "the new one", dialog)
    gui.click("okButton", dialog)
    gui.until(lambda: gui.visible("closeDialogButton", dialog))
    assert user.results(dialog) == {"Floor_1": "Works", "Floor_2": "Works", "Floor_10": "Works"}
    assert gui.part("runWords", dialog).text() == "3 of 3 done: 3 work"
    gui.click("closeDialogButton", dialog)
    gui.until(lambda: gui.card("Floor_10").status.startswith("Working"))
    assert user.passwords("Floor_1", "Floor_2", "Floor_10") == ["the new one"] * 3


def test_others_that_sign_in_as_the_same_user_are_said(user, gui):
    user.select("Floor_1", "Floor_2")
    user.press("replace")
    dialog = gui.dialog("replacePasswordDialog")
    gui.until(lambda: gui.visible("othersHint", dialog))
    words = "One more SMTP signs in as this user. It is not selected and keeps the old password."
    assert gui.part("othersHint", dialog).text() == words


@pytest.mark.long
def test_one_without_a_tick_keeps_its_password(user, gui):
    user.select("Floor_1", "Floor_2")
    user.press("replace")
    dialog = gui.dialog("replacePasswordDialog")
    gui.enter("newPasswordField", "the new one", dialog)
    table = gui.part("results", dialog)
    table.setFocus()
    table.setCurrentIndex(table.model().index(1, 0))
    gui.press("Space")
    gui.click("okButton", dialog)
    gui.until(lambda: gui.visible("closeDialogButton", dialog))
    assert user.passwords("Floor_1", "Floor_2") == ["the new one", "s3cret of the relay"]


def test_a_refused_password_changes_nothing_and_is_said(user, gui):
    gui.transport.timeline = refused(gui)
    user.select("Floor_1", "Floor_2")
    user.press("replace")
    dialog = gui.dialog("replacePasswordDialog")
    gui.enter("newPasswordField", "wrong", dialog)
    gui.click("okButton", dialog)
    gui.until(lambda: gui.visible("closeDialogButton", dialog))
    said = user.results(dialog)
    assert said["Floor_1"].startswith("Refused; the old password is still set: 535 5.7.8 no")
    assert said["Floor_2"] == "Old password still set"
    assert user.passwords("Floor_1", "Floor_2") == ["s3cret of the relay"] * 2
    assert len(gui.transport.conversations) == 1


def test_while_it_runs_it_is_only_stopped_after_this_one(user, gui):
    gui.transport.block()
    user.select("Floor_1", "Floor_2")
    user.press("replace")
    dialog = gui.dialog("replacePasswordDialog")
    gui.enter("newPasswordField", "the new one", dialog)
    gui.click("okButton", dialog)
    gui.until(lambda: len(gui.transport.conversations) == 1)
    gui.press("Esc")
    assert dialog.isVisible()
    assert not gui.part("stopButton", dialog).isEnabled()
    gui.transport.release()
    gui.until(lambda: gui.visible("closeDialogButton", dialog))
    assert user.results(dialog) == {"Floor_1": "Works", "Floor_2": "Old password still set"}


@pytest.mark.long
def test_a_locked_vault_is_opened_first(user, gui):
    gui.vault.locked = True
    user.select("Floor_1", "Floor_2")
    user.press("replace")
    dialog = gui.dialog("replacePasswordDialog")
    gui.enter("newPasswordField", "the new one", dialog)
    gui.click("okButton", dialog)
    master = gui.dialog("masterPasswordDialog")
    gui.enter("masterPasswordField", "master", master)
    gui.click("okButton", master)
    gui.until(lambda: gui.visible("closeDialogButton", dialog))
    assert user.passwords("Floor_1", "Floor_2") == ["the new one"] * 2


def test_the_button_is_off_where_users_differ_and_says_why(user, gui):
    user.select("Floor_1", "Other")
    button = gui.part("replaceSelectedButton")
    assert not button.isEnabled()
    assert "They sign in at different servers" in tip_as_read(button.toolTip())
    assert button.accessibleDescription() in tip_as_read(button.toolTip())


def test_fields_are_set_in_all_and_what_is_refused_is_said_by_name(user, gui):
    user.select("Floor_1", "Floor_2", "Other")
    user.press("edit")
    dialog = gui.dialog("editFieldsDialog")
    changed = gui.stored("Floor_2")
    gui.profiles.save(changed.id, edit_of(changed, replace(draft_of(changed), smtp_port="2525")))
    gui.enter("smtpPortField", "465", dialog)
    gui.enter("addedTagsField", "Prod", dialog)
    gui.click("okButton", dialog)
    gui.until(lambda: gui.visible("closeDialogButton", dialog))
    said = user.results(dialog)
    assert (said["Floor_1"], said["Other"]) == ("Saved", "Saved")
    assert "Floor_2 has been changed elsewhere" in said["Floor_2"]
    ports = [gui.stored(name).server.smtp_port for name in ("Floor_1", "Floor_2", "Other")]
    assert (ports, gui.stored("Floor_1").tags) == ([465, 2525, 465], ("floor", "prod"))


@pytest.mark.long
def test_a_new_host_wants_a_password_for_it(user, gui):
    user.select("Floor_1", "Floor_2")
    user.press("edit")
    dialog = gui.dialog("editFieldsDialog")
    gui.enter("hostNameField", "new.example", dialog)
    gui.click("okButton", dialog)
    gui.until(lambda: gui.visible("closeDialogButton", dialog))
    assert all(words.startswith("Enter it again") for words in user.results(dialog).values())
    gui.click("closeDialogButton", dialog)
    user.press("edit")
    dialog = gui.dialog("editFieldsDialog")
    gui.enter("hostNameField", "new.example", dialog)
    gui.enter("passwordField", "its password", dialog)
    gui.click("okButton", dialog)
    gui.until(lambda: gui.visible("closeDialogButton", dialog))
    assert user.passwords("Floor_1", "Floor_2") == ["its password"] * 2
    assert gui.stored("Floor_2").server.host_name == "new.example"


@pytest.mark.long
def test_several_are_tested_by_ctrl_t_with_one_address(user, gui):
    user.select("Floor_1", "Other")
    gui.press("Ctrl+T")
    dialog = gui.dialog("severalTestsDialog")
    gui.click("okButton", dialog)
    assert gui.visible("toEmailAddressError", dialog)
    gui.enter("toEmailAddressField", "ops@company.example", dialog)
    gui.click("okButton", dialog)
    gui.until(lambda: gui.visible("closeDialogButton", dialog))
    assert all(words.startswith("Test passed") for words in user.results(dialog).values())
    assert sum(call.mail is not None for call in gui.transport.conversations) == 2


@pytest.mark.long
def test_compare_shows_what_differs_first(user, gui):
    user.select("Floor_1", "Other")
    gui.choose("Other", "compareAction")
    dialog = gui.dialog("compareDialog")
    model = gui.part("comparison", dialog).model()
    assert cells(model, 0)[:3] == ["Tags", "Host Name", "User Name"]
    assert cells(model, 1)[1] == HOST
    assert gui.part("comparisonWords", dialog).text() == "3 fields differ."


@pytest.mark.long
def test_a_narrow_bar_keeps_what_there_is_no_room_for_in_a_menu(user, gui):
    gui.window.resize(960, 700)
    user.select("Floor_1", "Floor_2")
    assert not gui.visible("exportSelectedButton")
    gui.click("moreSelectedButton")
    gui.click_entry(gui.menu("moreSelectedMenu"), "compareSelectedAction")
    gui.dialog("compareDialog")


def test_space_selects_a_card_besides_the_others_and_no_longer(user, gui):
    user.select("Floor_1")
    gui.press("Ctrl+Right")
    gui.press("Space")
    gui.until(lambda: gui.visible("selectionBar"))
    assert len(gui.selected()) == 2
    gui.press("Space")
    assert len(gui.selected()) == 1
