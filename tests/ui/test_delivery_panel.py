"""The panel of a delivery, and what can be done with mails in the outbox."""

import csv
import threading
from datetime import timedelta

import pytest
from outbox_hand import TRY_LATER, OutboxHand, refused, taken
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QFileDialog, QLineEdit, QPlainTextEdit
from window_world import WAIT_MS

from smtp_desktop.domain.delivery.delivery import DeliveryState
from smtp_desktop.ui.deliveries.model import Column

WAITING, SENT, REFUSED, CANCELLED = (
    DeliveryState.WAITING,
    DeliveryState.SENT,
    DeliveryState.REFUSED,
    DeliveryState.CANCELLED,
)
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def hand(world):
    """The page is open: one mail waits, one waits for another try, one is sent, one is refused."""
    world.have("Relay", is_default=True)
    hand = OutboxHand(world)
    hand.tried(hand.have("Gone"), SENT, taken())
    hand.tried(hand.have("No", "nobody@x.example", activity_name="Welcome"), REFUSED, refused())
    late = hand.have("Later", "a@x.example", "b@x.example")
    hand.tried(late, WAITING, refused(TRY_LATER), next_try=timedelta(minutes=1))
    hand.tried(late, WAITING, refused(TRY_LATER), next_try=timedelta(minutes=5), recipients={"b@x.example": REFUSED})
    hand.have("New")
    world.open()
    hand.open_page()
    world.until(lambda: len(hand.subjects()) == 4)
    return hand


def state(hand, subject):
    return hand.stored(subject).state


def test_a_click_tells_who_how_often_which_steps_and_what_to_do(world, hand):
    hand.open_row("No")
    assert hand.said("metaText") == "To nobody@x.example · activity Welcome · attempt 1 of 1"
    assert hand.said("stateText") == "Refused · Default (Relay)"
    advice = world.words(world.part("advice", hand.panel))
    assert "does not exist" in advice
    assert "550 5.1.1 No such user here" in advice
    steps = world.words(world.part("timeline", hand.panel)).splitlines()
    assert "Recipient" in steps
    assert "Content" not in steps
    assert not world.visible("recipients", hand.panel)
    assert not world.visible("attemptField", hand.panel)


def test_several_recipients_and_attempts_can_be_told_apart(world, hand):
    hand.open_row("Later")
    recipients = world.words(world.part("recipients", hand.panel))
    assert recipients.splitlines() == [
        "a@x.example",
        "Waiting",
        "b@x.example",
        "Refused",
        "550 5.1.1 No such user here",
    ]
    assert hand.said("metaText").endswith("attempt 2 of 2")
    field = world.part("attemptField", hand.panel)
    assert isinstance(field, QComboBox)
    assert field.count() == 2
    field.setFocus()
    world.press("Up")
    assert hand.said("metaText").endswith("attempt 1 of 2")


def test_a_mail_that_was_not_tried_has_no_steps(world, hand):
    hand.open_row("New")
    assert hand.said("metaText") == "To ops@company.example · not tried yet"
    assert not world.visible("timeline", hand.panel)
    assert not world.visible("advice", hand.panel)
    assert not world.part("showTranscriptButton", hand.panel).isEnabled()


def test_the_transcript_shows_on_demand(world, hand):
    hand.open_row("No")
    assert not world.visible("transcript", hand.panel)
    world.click("showTranscriptButton", hand.panel)
    transcript = world.part("transcript", hand.panel)
    assert isinstance(transcript, QPlainTextEdit)
    assert "S: 550 5.1.1 No such user here" in transcript.toPlainText()


def test_arrows_move_the_panel_and_esc_closes_it(world, hand):
    hand.open_row("No")
    hand.table.setFocus()
    world.press("Down")
    world.until(lambda: hand.said("subjectText") == "Gone")
    world.press("Esc")
    assert not hand.panel.isVisible()
    world.press("Up")
    world.press("Return")
    world.until(lambda: hand.panel.isVisible() and hand.said("subjectText") == "No")


def test_the_panel_follows_what_a_courier_does(world, hand):
    hand.open_row("New")
    hand.tried(hand.stored("New").id, REFUSED, refused())
    world.until(lambda: hand.said("stateText").startswith("Refused"))
    assert hand.said("metaText").endswith("attempt 1 of 1")


def test_the_open_one_is_selected_again_when_the_filter_shows_it(world, hand):
    hand.open_row("No")
    world.click("refusedSegment", hand.page)
    world.until(lambda: hand.subjects() == ["No"])
    assert [delivery.subject for delivery in hand.page.selected()] == ["No"]


def test_the_panel_stays_with_its_page(world, hand):
    hand.open_row("No")
    world.press("Ctrl+1")
    assert not hand.panel.isVisible()
    world.press("Ctrl+3")
    assert hand.panel.isVisible()


def test_a_refused_mail_is_sent_again(world, hand):
    hand.open_row("No")
    assert not world.visible("sendNowButton", hand.panel)
    world.click("resendButton", hand.panel)
    world.until(lambda: state(hand, "No") is WAITING)
    world.until(lambda: hand.cell("No", Column.STATE) == "Waiting")


def test_a_sent_mail_is_sent_again_only_after_a_question(world, hand):
    hand.open_row("Gone")
    world.click("resendButton", hand.panel)
    dialog = world.dialog("resendDialog")
    assert "second time" in world.words(dialog)
    world.click("cancelButton", dialog)
    world.no_dialog("resendDialog")
    assert state(hand, "Gone") is SENT
    world.click("resendButton", hand.panel)
    world.click("okButton", world.dialog("resendDialog"))
    world.until(lambda: state(hand, "Gone") is WAITING)


def test_a_waiting_mail_is_hurried_or_cancelled(world, hand):
    hand.open_row("Later")
    before = hand.stored("Later").next_try_at
    world.click("sendNowButton", hand.panel)
    world.until(lambda: hand.stored("Later").next_try_at < before)
    world.click("cancelDeliveryButton", hand.panel)
    world.until(lambda: state(hand, "Later") is CANCELLED)
    world.until(lambda: not world.visible("cancelDeliveryButton", hand.panel))


def test_several_are_cancelled_at_once_from_the_menu(world, hand):
    hand.click_row("New")
    hand.click_row("Later", CTRL)
    hand.click_row("No", CTRL)
    hand.choose("Later", "cancelAction")
    world.until(lambda: state(hand, "New") is state(hand, "Later") is CANCELLED)
    assert state(hand, "No") is REFUSED


def test_the_menu_offers_what_is_possible(world, hand):
    menu = hand.right_click("Gone")
    possible = [action.objectName() for action in menu.actions() if action.isEnabled() and action.objectName()]
    assert possible == ["openAction", "resendAction", "copyMessageIdAction", "exportAction"]
    menu.close()


def test_the_message_id_is_copied(world, hand):
    hand.choose("No", "copyMessageIdAction")
    assert world.app.clipboard().text() == "<No@x.example>"


def export(world, path):
    """The file is chosen as a person does, in Qt's own dialog."""
    world.until(lambda: [d for d in world.window.findChildren(QFileDialog) if d.isVisible()])
    dialog = next(d for d in world.window.findChildren(QFileDialog) if d.isVisible())
    dialog.findChild(QLineEdit, "fileNameEdit").setText(str(path))
    dialog.accept()
    return world.dialog("exportDialog")


def test_what_is_shown_is_exported(world, hand, tmp_path):
    world.click("refusedSegment", hand.page)
    world.until(lambda: hand.subjects() == ["No"])
    world.click("exportButton", hand.page)
    dialog = export(world, tmp_path / "refused.csv")
    world.until(lambda: "1 delivery is in" in world.words(dialog))
    world.click("okButton", dialog)
    with (tmp_path / "refused.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["subject"], row["state"], row["recipients"]) for row in rows] == [
        ("No", "refused", "nobody@x.example")
    ]
    assert not list(tmp_path.glob("*.part"))


def test_a_file_that_cant_be_written_is_told(world, hand, tmp_path):
    world.window.deliveries.export.write(world.window.deliveries.loading.wanted, tmp_path / "no-folder" / "x.csv")
    dialog = world.dialog("exportDialog")
    world.until(lambda: "could not be written" in world.words(dialog))
    world.click("okButton", dialog)


def test_a_stopped_export_leaves_the_old_file(world, hand, tmp_path):
    old = tmp_path / "old.csv"
    old.write_text("what was there")
    begun, go_on = threading.Event(), threading.Event()
    page = world.outbox_store.page

    def slow(*args, **kwargs):
        begun.set()
        assert go_on.wait(WAIT_MS / 1000)
        return page(*args, **kwargs)

    world.outbox_store.page = slow
    world.window.deliveries.export.write(world.window.deliveries.loading.wanted, old)
    dialog = world.dialog("exportDialog")
    world.until(begun.is_set)
    world.click("cancelButton", dialog)
    world.no_dialog("exportDialog")
    go_on.set()
    world.finish_work()
    assert old.read_text() == "what was there"
    assert not list(tmp_path.glob("*.part"))
