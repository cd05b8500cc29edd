"""Closing the window while mails wait."""

from datetime import timedelta

import pytest
from outbox_driver import TRY_LATER, OutboxDriver, accepted, refused
from PySide6.QtWidgets import QProgressBar

from smtp_desktop.domain.delivery.delivery import DeliveryState


@pytest.fixture
def outbox(world):
    """Two mails wait."""
    world.have("Relay", is_default=True)
    outbox = OutboxDriver(world)
    outbox.have("First")
    outbox.have("Second")
    world.open()
    return outbox


def closed(world):
    return not world.window.isVisible()


def test_with_nothing_waiting_it_closes_at_once(world):
    world.have("Relay", is_default=True)
    outbox = OutboxDriver(world)
    outbox.tried(outbox.have("Gone"), DeliveryState.SENT, accepted())
    world.open()
    world.close_window()


def test_keep_for_later_closes_and_loses_nothing(world, outbox):
    world.window.close()
    dialog = world.dialog("leavingDialog")
    assert "2 mails wait to be sent" in world.words(dialog)
    assert "smtp-desktop deliver" in world.words(dialog)
    with world.qtbot.waitSignal(world.window.closed):
        world.press("Return")
    assert outbox.stored("First").state is outbox.stored("Second").state is DeliveryState.WAITING


def test_cancel_stays(world, outbox):
    world.window.close()
    world.click("cancelButton", world.dialog("leavingDialog"))
    world.no_dialog("leavingDialog")
    assert world.window.isVisible()


def test_send_now_shows_progress_and_closes_when_all_are_sent(world, outbox):
    world.window.close()
    dialog = world.dialog("leavingDialog")
    world.click("sendNowButton", dialog)
    world.until(lambda: "Sending: 0 of 2" in world.words(dialog))
    outbox.tried(outbox.stored("First").id, DeliveryState.SENT, accepted())
    world.until(lambda: "Sending: 1 of 2" in world.words(dialog))
    bar = world.part("progress", dialog)
    assert isinstance(bar, QProgressBar)
    assert (bar.value(), bar.maximum()) == (1, 2)
    with world.qtbot.waitSignal(world.window.closed, timeout=5000):
        outbox.tried(outbox.stored("Second").id, DeliveryState.REFUSED, refused())


def test_what_fails_stays_waiting_and_is_told(world, outbox):
    world.window.close()
    dialog = world.dialog("leavingDialog")
    world.click("sendNowButton", dialog)
    world.until(lambda: "Sending: 0 of 2" in world.words(dialog))
    outbox.tried(outbox.stored("First").id, DeliveryState.SENT, accepted())
    later = timedelta(minutes=1)
    outbox.tried(outbox.stored("Second").id, DeliveryState.WAITING, refused(TRY_LATER), next_try=later)
    world.until(lambda: "1 mail could not be sent now" in world.words(dialog))
    assert world.window.isVisible()
    world.click("okButton", dialog)
    world.until(lambda: closed(world))


def test_sending_can_be_stopped(world, outbox):
    world.window.close()
    dialog = world.dialog("leavingDialog")
    world.click("sendNowButton", dialog)
    world.until(lambda: "Sending: 0 of 2" in world.words(dialog))
    with world.qtbot.waitSignal(world.window.closed, timeout=5000):
        world.click("okButton", dialog)
    assert outbox.stored("First").state is DeliveryState.WAITING


def test_mails_that_have_no_way_are_not_waited_for(world, outbox):
    world.profiles.delete(world.stored("Relay").id, new_default=None)
    world.until(lambda: world.window.cards.total == 0)
    world.window.close()
    dialog = world.dialog("leavingDialog")
    world.click("sendNowButton", dialog)
    world.until(lambda: "2 mails could not be sent now" in world.words(dialog))


def test_what_was_typed_is_asked_about_first(world, outbox):
    world.open_card("Relay")
    world.enter("hostNameField", "changed.example")
    world.press("Ctrl+3")
    world.window.close()
    dialog = world.dialog("unsavedDialog")
    assert world.visible("smtpPage")
    world.click("discardButton", dialog)
    world.click("okButton", world.dialog("leavingDialog"))
    world.until(lambda: closed(world))
