"""Closing the window while mails wait."""

from datetime import timedelta

import pytest
from PySide6.QtWidgets import QProgressBar
from ui.outbox_driver import TRY_LATER, OutboxDriver, accepted, refused

from smtp_desktop.domain.delivery.delivery import DeliveryState


@pytest.fixture
def outbox(gui):
    """Two mails wait."""
    gui.have("Relay", is_default=True)
    outbox = OutboxDriver(gui)
    outbox.have("First")
    outbox.have("Second")
    gui.open()
    return outbox


def closed(gui):
    return not gui.window.isVisible()


def test_with_nothing_waiting_it_closes_at_once(gui):
    gui.have("Relay", is_default=True)
    outbox = OutboxDriver(gui)
    outbox.tried(outbox.have("Gone"), DeliveryState.SENT, accepted())
    gui.open()
    gui.close_window()


def test_keep_for_later_closes_and_loses_nothing(gui, outbox):
    gui.window.close()
    dialog = gui.dialog("closeDialog")
    assert "2 messages are waiting to be sent" in gui.words(dialog)
    assert "smtp-desktop outbox run" in gui.words(dialog)
    with gui.qtbot.waitSignal(gui.window.closed):
        gui.press("Return")
    assert outbox.stored("First").state is outbox.stored("Second").state is DeliveryState.WAITING


def test_it_does_not_ask_again_where_nobody_wants_that_until_the_settings_say_otherwise(gui, outbox):
    gui.window.close()
    dialog = gui.dialog("closeDialog")
    gui.part("neverAskBox", dialog).setChecked(True)
    gui.click("cancelButton", dialog)
    gui.no_dialog("closeDialog")
    gui.finish_work()
    assert "close.ask" not in gui.preferences.all()
    gui.window.close()
    gui.part("neverAskBox", gui.dialog("closeDialog")).setChecked(True)
    with gui.qtbot.waitSignal(gui.window.closed):
        gui.press("Return")
    assert gui.preferences.all()["close.ask"] == "off"
    assert outbox.stored("First").state is DeliveryState.WAITING


def test_without_the_question_it_closes_and_keeps_what_waits(gui, outbox):
    gui.press("Ctrl+,")
    dialog = gui.dialog("settingsDialog")
    gui.part("askAtCloseField", dialog).setChecked(False)
    gui.click("okButton", dialog)
    gui.until(lambda: gui.preferences.all().get("close.ask") == "off")
    gui.close_window()
    assert outbox.stored("First").state is DeliveryState.WAITING


def test_cancel_stays(gui, outbox):
    gui.window.close()
    gui.click("cancelButton", gui.dialog("closeDialog"))
    gui.no_dialog("closeDialog")
    assert gui.window.isVisible()


def test_send_now_shows_progress_and_closes_when_all_are_sent(gui, outbox):
    gui.window.close()
    dialog = gui.dialog("closeDialog")
    gui.click("sendNowButton", dialog)
    gui.until(lambda: "Sending: 0 of 2" in gui.words(dialog))
    outbox.tried(outbox.stored("First").id, DeliveryState.SENT, accepted())
    gui.until(lambda: "Sending: 1 of 2" in gui.words(dialog))
    bar = gui.part("progress", dialog)
    assert isinstance(bar, QProgressBar)
    assert (bar.value(), bar.maximum()) == (1, 2)
    with gui.qtbot.waitSignal(gui.window.closed, timeout=5000):
        outbox.tried(outbox.stored("Second").id, DeliveryState.REFUSED, refused())


def test_what_fails_stays_waiting_and_is_reported(gui, outbox):
    gui.window.close()
    dialog = gui.dialog("closeDialog")
    gui.click("sendNowButton", dialog)
    gui.until(lambda: "Sending: 0 of 2" in gui.words(dialog))
    outbox.tried(outbox.stored("First").id, DeliveryState.SENT, accepted())
    later = timedelta(minutes=1)
    outbox.tried(outbox.stored("Second").id, DeliveryState.WAITING, refused(TRY_LATER), next_try=later)
    gui.until(lambda: "1 message couldn't be sent now" in gui.words(dialog))
    assert gui.window.isVisible()
    gui.click("okButton", dialog)
    gui.until(lambda: closed(gui))


def test_sending_can_be_stopped(gui, outbox):
    gui.window.close()
    dialog = gui.dialog("closeDialog")
    gui.click("sendNowButton", dialog)
    gui.until(lambda: "Sending: 0 of 2" in gui.words(dialog))
    with gui.qtbot.waitSignal(gui.window.closed, timeout=5000):
        gui.click("okButton", dialog)
    assert outbox.stored("First").state is DeliveryState.WAITING


def test_mails_that_have_no_way_are_not_waited_for(gui, outbox):
    gui.profiles.delete(gui.stored("Relay").id, new_default=None)
    gui.until(lambda: gui.window.cards.total == 0)
    gui.window.close()
    dialog = gui.dialog("closeDialog")
    gui.click("sendNowButton", dialog)
    gui.until(lambda: "2 messages couldn't be sent now" in gui.words(dialog))


def test_what_was_typed_is_asked_about_first(gui, outbox):
    gui.open_card("Relay")
    gui.enter("hostNameField", "changed.example")
    gui.press("Ctrl+3")
    gui.window.close()
    dialog = gui.dialog("unsavedDialog")
    assert gui.visible("smtpPage")
    gui.click("discardButton", dialog)
    gui.click("okButton", gui.dialog("closeDialog"))
    gui.until(lambda: closed(gui))
