"""The panel of a delivery, and the actions on mails in the outbox."""

import csv
import threading
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QFileDialog, QLineEdit, QPlainTextEdit
from ui.driver import WAIT_MS
from ui.outbox_driver import TRY_LATER, OutboxDriver, accepted, refused

from smtp_desktop.domain.delivery.delivery import DeliveryFilter, DeliveryState
from smtp_desktop.domain.diagnosis.conversation import Failure, FailureKind, Stage, Step, StepStatus, Timeline
from smtp_desktop.domain.message_text import msg
from smtp_desktop.ui.deliveries.cells import DeliveryColumn

pytestmark = pytest.mark.long

WAITING, SENT, REFUSED, CANCELLED = (
    DeliveryState.WAITING,
    DeliveryState.SENT,
    DeliveryState.REFUSED,
    DeliveryState.CANCELLED,
)
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def outbox(gui):
    """Opens the page on four mails: waiting, waiting for another try, sent, refused."""
    gui.have("Relay", is_default=True)
    outbox = OutboxDriver(gui)
    outbox.tried(outbox.have("Gone"), SENT, accepted())
    outbox.tried(outbox.have("No", "nobody@x.example", activity_name="Welcome"), REFUSED, refused())
    late = outbox.have("Later", "a@x.example", "b@x.example")
    outbox.tried(late, WAITING, refused(TRY_LATER), next_try=timedelta(minutes=1))
    outbox.tried(late, WAITING, refused(TRY_LATER), next_try=timedelta(minutes=5), recipients={"b@x.example": REFUSED})
    outbox.have("New")
    gui.open()
    outbox.open_page()
    gui.until(lambda: len(outbox.subjects()) == 4)
    return outbox


def state(outbox, subject):
    return outbox.stored(subject).state


def test_a_click_shows_who_how_often_which_steps_and_what_to_do(gui, outbox):
    outbox.open_row("No")
    assert outbox.said("metaText") == "To nobody@x.example · activity Welcome · attempt 1 of 1"
    assert outbox.said("stateText") == "Refused · Default (Relay)"
    advice = gui.words(gui.part("advice", outbox.panel))
    assert "does not exist" in advice
    assert "550 5.1.1 No such user here" in advice
    steps = gui.words(gui.part("timeline", outbox.panel)).splitlines()
    assert "Recipient" in steps
    assert "Content" not in steps
    assert not gui.visible("recipients", outbox.panel)
    assert not gui.visible("attemptField", outbox.panel)


def test_several_recipients_and_attempts_can_be_told_apart(gui, outbox):
    outbox.open_row("Later")
    recipients = gui.words(gui.part("recipients", outbox.panel))
    assert recipients.splitlines() == [
        "a@x.example",
        "Waiting",
        "b@x.example",
        "Refused",
        "550 5.1.1 No such user here",
    ]
    assert outbox.said("metaText").endswith("attempt 2 of 2 so far")
    field = gui.part("attemptField", outbox.panel)
    assert isinstance(field, QComboBox)
    assert field.count() == 2
    field.setFocus()
    gui.press("Up")
    assert outbox.said("metaText").endswith("attempt 1 of 2 so far")


def test_a_mail_that_was_not_tried_has_no_steps(gui, outbox):
    outbox.open_row("New")
    assert outbox.said("metaText") == "To ops@company.example · not tried yet"
    assert not gui.visible("timeline", outbox.panel)
    assert not gui.visible("advice", outbox.panel)
    assert not gui.visible("showTranscriptButton", outbox.panel)
    assert not gui.visible("openSmtpButton", outbox.panel)


def test_advice_names_no_button_that_is_not_there_and_the_smtp_is_opened(gui, outbox):
    refused_connection = Failure(
        stage=Stage.CONNECT, kind=FailureKind.REFUSED, message=msg("Nothing answers on this port.")
    )
    steps = (Step(stage=Stage.CONNECT, status=StepStatus.FAILED),)
    timeline = Timeline(steps=steps, failure=refused_connection)
    outbox.tried(outbox.have("Lost"), WAITING, timeline, next_try=timedelta(minutes=1))
    gui.until(lambda: "Lost" in outbox.subjects())
    outbox.open_row("Lost")
    advice = gui.words(gui.part("advice", outbox.panel))
    assert "Find settings that work" not in advice
    assert "Check the port" in advice
    gui.click("openSmtpButton", outbox.panel)
    gui.until(lambda: gui.visible("smtpPanel"))
    assert gui.part("nameField", gui.part("smtpPanel")).text() == "Relay"


def test_what_was_pressed_leaves_the_focus_where_enter_does_nothing_else(gui, outbox):
    def focused():
        return gui.window.focusWidget().objectName()  # offscreen, no window is active after a dialog

    outbox.open_row("Later")
    gui.click("cancelDeliveryButton", outbox.panel)
    gui.click("okButton", gui.dialog("cancelDialog"))
    gui.until(lambda: gui.visible("resendButton", outbox.panel))
    assert focused() == "happenedSegment"
    gui.click("resendButton", outbox.panel)
    gui.until(lambda: gui.visible("sendNowButton", outbox.panel))
    assert focused() == "happenedSegment"


def test_the_transcript_shows_on_demand(gui, outbox):
    outbox.open_row("No")
    assert not gui.visible("transcript", outbox.panel)
    gui.click("showTranscriptButton", outbox.panel)
    assert gui.part("showTranscriptButton", outbox.panel).text() == "Hide transcript"
    transcript = gui.part("transcript", outbox.panel)
    assert isinstance(transcript, QPlainTextEdit)
    assert "S: 550 5.1.1 No such user here" in transcript.toPlainText()


def test_arrows_move_the_panel_and_esc_closes_it(gui, outbox):
    outbox.open_row("No")
    outbox.table.setFocus()
    gui.press("Down")
    gui.until(lambda: outbox.said("subjectText") == "Gone")
    gui.press("Esc")
    assert not outbox.panel.isVisible()
    gui.press("Up")
    gui.press("Return")
    gui.until(lambda: outbox.panel.isVisible() and outbox.said("subjectText") == "No")


def test_the_panel_follows_what_a_courier_does(gui, outbox):
    outbox.open_row("New")
    outbox.tried(outbox.stored("New").id, REFUSED, refused())
    gui.until(lambda: outbox.said("stateText").startswith("Refused"))
    assert outbox.said("metaText").endswith("attempt 1 of 1")


def test_the_open_one_is_selected_again_when_the_filter_shows_it(gui, outbox):
    outbox.open_row("No")
    gui.click("refusedSegment", outbox.page)
    gui.until(lambda: outbox.subjects() == ["No"])
    assert [delivery.subject for delivery in outbox.page.selected()] == ["No"]


def test_the_panel_stays_with_its_page(gui, outbox):
    outbox.open_row("No")
    gui.press("Ctrl+1")
    assert not outbox.panel.isVisible()
    gui.press("Ctrl+3")
    assert outbox.panel.isVisible()


def test_a_refused_mail_is_sent_again(gui, outbox):
    outbox.open_row("No")
    assert not gui.visible("sendNowButton", outbox.panel)
    gui.click("resendButton", outbox.panel)
    gui.until(lambda: state(outbox, "No") is WAITING)
    gui.until(lambda: outbox.cell("No", DeliveryColumn.STATE) == "Waiting")


def test_a_sent_mail_whose_content_was_dropped_says_so_and_is_not_sent_again(gui, outbox):
    outbox.open_row("Gone")
    assert not gui.visible("droppedText", outbox.panel)
    now = datetime.now(UTC)
    assert not gui.outbox_store.drop_contents(finished_before=now, now=now, limit=10)
    gui.until(lambda: gui.visible("droppedText", outbox.panel))
    assert "can't be sent again" in gui.part("droppedText", outbox.panel).text()
    assert not gui.visible("resendButton", outbox.panel)
    outbox.open_row("No")
    assert not gui.visible("droppedText", outbox.panel)
    assert gui.visible("resendButton", outbox.panel)


def test_a_sent_mail_is_sent_again_only_after_a_question(gui, outbox):
    outbox.open_row("Gone")
    gui.click("resendButton", outbox.panel)
    dialog = gui.dialog("resendDialog")
    assert "get it twice" in gui.words(dialog)
    gui.click("cancelButton", dialog)
    gui.no_dialog("resendDialog")
    assert state(outbox, "Gone") is SENT
    gui.click("resendButton", outbox.panel)
    gui.click("okButton", gui.dialog("resendDialog"))
    gui.until(lambda: state(outbox, "Gone") is WAITING)


def test_a_mail_is_sent_through_another_smtp_and_to_others_beside_its_record(gui, outbox):
    gui.have("Spare")
    gui.until(lambda: "Spare" in gui.names())
    outbox.open_row("No")
    gui.click("sendElsewhereButton", outbox.panel)
    dialog = gui.dialog("sendElsewhereDialog")
    via, to = gui.part("viaField", dialog), gui.part("toField", dialog)
    assert (via.currentText(), to.toPlainText()) == ("Default (Relay)", "nobody@x.example")
    via.setCurrentIndex(via.findText("Spare"))
    to.setPlainText("somebody")
    gui.click("okButton", dialog)
    gui.until(lambda: "is not an email address" in gui.part("toError", dialog).text())
    to.setPlainText("Ann <ann@x.example>; bo@x.example")
    gui.click("okButton", dialog)
    gui.no_dialog("sendElsewhereDialog")
    gui.until(lambda: outbox.said("metaText") == "To ann@x.example and 1 more · activity Welcome · not tried yet")
    assert outbox.said("stateText").endswith("Spare")
    assert outbox.subjects().count("No") == 2
    assert {one.state for one in gui.outbox.page(DeliveryFilter(search="No"))} == {WAITING, REFUSED}


def test_what_is_still_to_be_sent_is_not_sent_elsewhere(gui, outbox):
    outbox.open_row("Later")
    assert not gui.visible("sendElsewhereButton", outbox.panel)
    menu = outbox.right_click("Later")
    assert not next(a for a in menu.actions() if a.objectName() == "sendElsewhereAction").isEnabled()
    menu.close()


def test_all_refused_mails_are_sent_again_with_three_clicks(gui, outbox):
    assert not gui.visible("resendAllButton", outbox.page)
    outbox.tried(outbox.have("No 2"), REFUSED, refused())
    gui.click("refusedSegment", outbox.page)
    gui.until(lambda: outbox.subjects() == ["No 2", "No"])
    gui.click("resendAllButton", outbox.page)
    dialog = gui.dialog("resendAllDialog")
    assert dialog.windowTitle() == "Send 2 messages again?"
    gui.click("okButton", dialog)
    gui.until(lambda: state(outbox, "No") is state(outbox, "No 2") is WAITING)
    assert state(outbox, "Gone") is SENT
    gui.click("allSegment", outbox.page)
    gui.until(lambda: not gui.visible("resendAllButton", outbox.page))


def test_a_waiting_mail_is_sent_now_or_cancelled(gui, outbox):
    outbox.open_row("Later")
    before = outbox.stored("Later").next_try_at
    gui.click("sendNowButton", outbox.panel)
    gui.until(lambda: outbox.stored("Later").next_try_at < before)
    gui.click("cancelDeliveryButton", outbox.panel)
    gui.dialog("cancelDialog")
    gui.press("Return")
    gui.no_dialog("cancelDialog")
    assert state(outbox, "Later") is WAITING
    gui.click("cancelDeliveryButton", outbox.panel)
    dialog = gui.dialog("cancelDialog")
    assert "Cancel this message?" in gui.words(dialog)
    gui.click("okButton", dialog)
    gui.until(lambda: state(outbox, "Later") is CANCELLED)
    gui.until(lambda: not gui.visible("cancelDeliveryButton", outbox.panel))


def test_several_are_cancelled_at_once_from_the_menu(gui, outbox):
    outbox.click_row("New")
    outbox.click_row("Later", CTRL)
    outbox.click_row("No", CTRL)
    outbox.choose("Later", "cancelAction")
    dialog = gui.dialog("cancelDialog")
    assert dialog.windowTitle() == "Cancel 2 messages?"
    gui.click("okButton", dialog)
    gui.until(lambda: state(outbox, "New") is state(outbox, "Later") is CANCELLED)
    assert state(outbox, "No") is REFUSED


def test_the_menu_offers_what_is_possible(gui, outbox):
    menu = outbox.right_click("Gone")
    possible = [action.objectName() for action in menu.actions() if action.isEnabled() and action.objectName()]
    assert possible == ["openAction", "resendAction", "sendElsewhereAction", "copyMessageIdAction", "exportAction"]
    menu.close()


def test_the_message_id_is_copied(gui, outbox):
    outbox.choose("No", "copyMessageIdAction")
    assert gui.app.clipboard().text() == "<No@x.example>"


def export(gui, path):
    """Chooses the file as a user does, in Qt's own dialog."""
    gui.until(lambda: [d for d in gui.window.findChildren(QFileDialog) if d.isVisible()])
    dialog = next(d for d in gui.window.findChildren(QFileDialog) if d.isVisible())
    dialog.findChild(QLineEdit, "fileNameEdit").setText(str(path))
    dialog.accept()
    return gui.dialog("exportDialog")


def test_what_is_shown_is_exported(gui, outbox, tmp_path):
    gui.click("refusedSegment", outbox.page)
    gui.until(lambda: outbox.subjects() == ["No"])
    gui.click("exportButton", outbox.page)
    dialog = export(gui, tmp_path / "refused.csv")
    gui.until(lambda: "1 delivery was exported to" in gui.words(dialog))
    gui.click("okButton", dialog)
    with (tmp_path / "refused.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["subject"], row["state"], row["recipients"]) for row in rows] == [
        ("No", "refused", "nobody@x.example")
    ]
    assert not list(tmp_path.glob("*.part"))


def test_a_file_that_cant_be_written_is_reported(gui, outbox, tmp_path):
    gui.window.deliveries.export.write(gui.window.deliveries.loader.filter, tmp_path / "no-folder" / "x.csv")
    dialog = gui.dialog("exportDialog")
    gui.until(lambda: "couldn't be written" in gui.words(dialog))
    gui.click("okButton", dialog)


def test_a_stopped_export_leaves_the_old_file(gui, outbox, tmp_path):
    old = tmp_path / "old.csv"
    old.write_text("what was there")
    begun, go_on = threading.Event(), threading.Event()
    page = gui.outbox_store.page

    def slow(*args, **kwargs):
        begun.set()
        assert go_on.wait(WAIT_MS / 1000)
        return page(*args, **kwargs)

    gui.outbox_store.page = slow
    gui.window.deliveries.export.write(gui.window.deliveries.loader.filter, old)
    dialog = gui.dialog("exportDialog")
    gui.until(begun.is_set)
    gui.click("cancelButton", dialog)
    gui.no_dialog("exportDialog")
    go_on.set()
    gui.finish_work()
    assert old.read_text() == "what was there"
    assert not list(tmp_path.glob("*.part"))
