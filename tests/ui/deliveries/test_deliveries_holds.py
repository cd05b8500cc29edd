"""Deliveries: what mails wait for while their SMTP sends nothing, and those that expired."""

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from ui.driver import cells, tip_as_read
from ui.outbox_driver import OutboxDriver, accepted, refused

from smtp_desktop.domain.delivery.delivery import DeliveryState
from smtp_desktop.domain.delivery.holds import HoldState, SmtpHold
from smtp_desktop.domain.diagnosis.kinds import Cause
from smtp_desktop.ui.deliveries.cells import DeliveryColumn

pytestmark = pytest.mark.long


@pytest.fixture
def outbox(gui):
    """Opens the page on a mail through the default SMTP, and on one with a backup."""
    gui.relay = gui.have("Relay", is_default=True)
    gui.backup = gui.have("Backup")
    outbox = OutboxDriver(gui)
    outbox.have("Plain")
    outbox.have("Backed", backup_id=gui.backup)
    gui.open()
    outbox.open_page()
    gui.until(lambda: len(outbox.subjects()) == 2)
    return outbox


def hold(gui, smtp_id, **values):
    now = datetime.now(UTC)
    values = {"since": now, "until": now + timedelta(minutes=15), "cause": Cause.SIGN_IN_REFUSED} | values
    gui.outbox_store.hold(SmtpHold(profile_id=smtp_id, **values))


def states(outbox):
    return dict(zip(outbox.subjects(), outbox.cells(DeliveryColumn.STATE), strict=True))


def note(gui):
    return gui.part("holdNote").text() if gui.visible("holdNote") else ""


def test_a_row_says_what_the_mail_waits_for_and_the_page_for_whom(gui, outbox):
    hold(gui, gui.relay)
    gui.until(lambda: states(outbox)["Plain"] == "On hold · Sign-in refused")
    assert states(outbox)["Backed"] == "Waiting"
    assert note(gui).startswith("Relay: On hold since ")
    assert note(gui).endswith(": the sign-in was refused · 1 waits")
    hold(gui, gui.backup, state=HoldState.PAUSED, cause=Cause.LIMIT)
    gui.until(lambda: note(gui).endswith("· 2 wait"))
    assert states(outbox)["Backed"] == "On hold · Sign-in refused"
    gui.outbox_store.resume(gui.relay)
    gui.until(lambda: states(outbox)["Plain"] == "Waiting")
    gui.until(lambda: note(gui) == "")


def test_a_paused_or_limited_one_says_when_the_next_mail_goes(gui, outbox):
    until = datetime.now(UTC) + timedelta(minutes=15)
    hold(gui, gui.relay, state=HoldState.PAUSED, cause=Cause.SERVER_BUSY, until=until)
    clock = f"{until.astimezone():%H:%M}"
    gui.until(lambda: clock in states(outbox)["Plain"])
    assert states(outbox)["Plain"].startswith("Next at ")
    assert states(outbox)["Plain"].endswith(" · Server busy")
    hold(gui, gui.relay, state=HoldState.LIMITED, cause=None, until=until)
    gui.until(lambda: states(outbox)["Plain"].endswith(" · Limit"))
    assert clock in states(outbox)["Backed"]  # no backup takes over what waits for a limit


def test_the_tool_tip_and_the_panel_say_all_of_it(gui, outbox):
    hold(gui, gui.relay)
    gui.until(lambda: states(outbox)["Plain"] == "On hold · Sign-in refused")
    tips = cells(outbox.table.model(), DeliveryColumn.STATE, Qt.ItemDataRole.ToolTipRole)
    tip = tip_as_read(tips[outbox.subjects().index("Plain")])
    assert tip.startswith("On hold since ")
    assert "Correct the user name or password" in tip
    outbox.open_row("Plain")
    assert outbox.said("stateText").startswith("On hold · Sign-in refused · ")
    assert outbox.said("holdText") == tip
    gui.outbox_store.resume(gui.relay)
    gui.until(lambda: not gui.visible("holdText", outbox.panel))
    gui.until(lambda: outbox.said("stateText").startswith("Waiting"))


def test_what_is_slowed_goes_on(gui, outbox):
    hold(gui, gui.relay, state=HoldState.SLOWED, connections=1)
    gui.click("smtpEntry")
    gui.until(lambda: gui.card("Relay").hold_chip == "Slowed")
    assert states(outbox)["Plain"] == "Waiting"
    assert note(gui) == ""


@pytest.fixture
def expired(gui, outbox):
    """One more mail that expired, after a try."""
    outbox.tried(outbox.have("Old"), DeliveryState.EXPIRED, refused())
    outbox.tried(outbox.have("Sent"), DeliveryState.SENT, accepted())
    gui.until(lambda: states(outbox).get("Old") == "Expired")
    return outbox


def test_expired_ones_are_counted_and_have_a_segment(gui, outbox, expired):
    assert "1 expired" in gui.part("deliveryCounts").accessibleName()
    gui.click("expiredSegment", outbox.page)
    gui.until(lambda: outbox.subjects() == ["Old"])


def test_the_segment_is_offered_only_where_some_expired(gui, outbox):
    assert not gui.visible("expiredSegment")


def test_the_menu_sends_an_expired_one_anyway(gui, outbox, expired):
    menu = outbox.right_click("Old")
    assert menu.findChild(QAction, "resendAction").text() == "Send anyway"
    gui.click_entry(menu, "resendAction")
    gui.until(lambda: states(outbox)["Old"] == "Waiting")
    assert outbox.right_click("Sent").findChild(QAction, "resendAction").text() == "Send again"


def test_the_panel_sends_an_expired_one_anyway(gui, outbox, expired):
    outbox.open_row("Old")
    button = gui.part("resendButton", outbox.panel)
    assert (button.text(), button.accessibleName()) == ("Send anyway", "Send anyway")
    gui.click(button)
    gui.until(lambda: states(outbox)["Old"] == "Waiting")
    outbox.open_row("Sent")
    assert button.text() == "Send again"
