"""Holds in the window: on the card, in the panel; paused and resumed by mouse and keys."""

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtGui import QAction
from ui.driver import tip_as_read
from ui.outbox_driver import OutboxDriver, accepted

from smtp_desktop.domain.delivery.delivery import DeliveryState
from smtp_desktop.domain.delivery.holds import HoldState, SmtpHold
from smtp_desktop.domain.diagnosis.kinds import Cause
from smtp_desktop.ui.cards.card import Tone

pytestmark = pytest.mark.long


@pytest.fixture
def outbox(gui):
    """Stores a default SMTP and another, and opens the window."""
    gui.relay = gui.have("Relay", is_default=True)
    gui.other = gui.have("Other")
    gui.open()
    return OutboxDriver(gui)


def hold(gui, **values):
    now = datetime.now(UTC)
    values = {"since": now, "until": now + timedelta(minutes=15), "cause": Cause.SIGN_IN_REFUSED} | values
    gui.outbox_store.hold(SmtpHold(profile_id=gui.relay, **values))


def sent_by_backup(gui, outbox, subject):
    mail = outbox.have(subject, smtp_id=gui.relay, backup_id=gui.other)
    outbox.tried(mail, DeliveryState.SENT, accepted(), smtp="Other", by_backup=True)


def holds(gui):
    return {hold.profile_id: (hold.state, hold.by_hand) for hold in gui.outbox_store.holds()}


PAUSED_BY_HAND = (HoldState.PAUSED, True)


def tip(gui, name):
    return tip_as_read(gui.index(name).data(3))  # Qt.ItemDataRole.ToolTipRole


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ({}, ("On hold", Tone.BAD, "Sign-in refused · 3 wait")),
        ({"state": HoldState.PAUSED, "cause": Cause.LIMIT}, ("Paused", Tone.WARN, "Limit reached · 3 wait")),
        ({"state": HoldState.PAUSED, "by_hand": True, "cause": None}, ("Paused", Tone.WARN, "Manually · 3 wait")),
        (
            {"state": HoldState.PROBING, "cause": Cause.SERVER_BUSY},
            ("Trying one message", Tone.WARN, "Server busy · 3 wait"),
        ),
        ({"state": HoldState.SLOWED, "connections": 1}, ("Slowed", Tone.NONE, "Never tested")),
    ],
)
def test_a_card_has_a_chip_the_reason_and_how_many_wait(gui, outbox, values, shown):
    outbox.have_many(3)
    hold(gui, **values)
    chip, tone, status = shown
    gui.until(lambda: gui.card("Relay").hold_chip == chip)
    card = gui.card("Relay")
    assert (card.tone, card.status) == (tone, status)
    assert chip in tip(gui, "Relay")
    assert card.note.splitlines()[0] in tip(gui, "Relay")
    assert gui.card("Other").hold_chip == ""
    gui.outbox_store.resume(gui.relay)
    gui.until(lambda: (gui.card("Relay").hold_chip, gui.card("Relay").status) == ("", "Never tested"))


def test_the_age_of_the_last_check_is_in_the_tool_tip_of_a_card_on_hold(gui, outbox):
    gui.have_result(gui.relay)
    hold(gui)
    gui.until(lambda: gui.card("Relay").hold_chip == "On hold")
    gui.until(lambda: "Working · just now" in tip(gui, "Relay"))
    assert "just now" not in gui.card("Relay").status


def test_a_limit_says_when_the_next_mail_goes(gui, outbox):
    hold(gui, state=HoldState.LIMITED, cause=None)
    gui.until(lambda: gui.card("Relay").hold_chip == "Limit")
    assert gui.card("Relay").status.startswith("Next message at ")


def test_the_menu_pauses_and_resumes(gui, outbox):
    gui.choose("Relay", "pauseAction")
    gui.until(lambda: gui.card("Relay").hold_chip == "Paused")
    assert holds(gui) == {gui.relay: PAUSED_BY_HAND}
    menu = gui.right_click_card("Relay")
    assert menu.findChild(QAction, "pauseAction") is None
    assert menu.findChild(QAction, "resumeAction").text() == "Resume\tCtrl+P"
    gui.click_entry(menu, "resumeAction")
    gui.until(lambda: gui.card("Relay").hold_chip == "")
    assert holds(gui) == {}


def test_a_key_pauses_and_resumes_the_selected_card(gui, outbox):
    gui.press("Right")
    gui.press("Left")
    assert gui.selected() == ["Relay"]
    gui.press("Ctrl+P")
    gui.until(lambda: gui.card("Relay").hold_chip == "Paused")
    gui.press("Ctrl+P")
    gui.until(lambda: gui.card("Relay").hold_chip == "")
    assert holds(gui) == {}


def test_several_are_paused_together_and_only_the_stopped_resumed(gui, outbox):
    gui.grid.setFocus()
    gui.press("Ctrl+A")
    assert sorted(gui.selected()) == ["Other", "Relay"]
    gui.click_entry(gui.right_click_card("Relay"), "pauseAction")
    gui.until(lambda: holds(gui) == {gui.relay: PAUSED_BY_HAND, gui.other: PAUSED_BY_HAND})
    gui.until(lambda: gui.card("Other").hold_chip == "Paused")
    gui.outbox_store.resume(gui.other)
    gui.until(lambda: gui.card("Other").hold_chip == "")
    menu = gui.right_click_card("Relay")
    assert menu.findChild(QAction, "resumeAction").text() == "Resume 1\tCtrl+P"
    gui.click_entry(menu, "resumeAction")
    gui.until(lambda: holds(gui) == {})


def test_the_panel_says_why_and_what_to_do_and_resumes(gui, outbox):
    outbox.have_many(2)
    hold(gui, reply="535 5.7.8 <b>no</b>")
    gui.click_card("Relay")
    gui.until(lambda: gui.visible("holdBox", gui.panel))
    box = gui.field("holdBox")
    words = gui.words(box)
    assert words.startswith("On hold since ")
    assert ": the sign-in was refused · 2 wait\n" in words
    assert "The server said: 535 5.7.8 <b>no</b>" in words
    assert "Correct the user name or password" in words
    assert words.replace("\n", " ") == box.accessibleName()
    assert not gui.visible("pauseSendingLink", gui.panel)
    gui.click_panel("resumeButton")
    gui.until(lambda: not gui.visible("holdBox", gui.panel))
    assert holds(gui) == {}


def test_check_now_checks_and_ends_the_hold_where_it_works(gui, outbox):
    hold(gui)
    gui.click_card("Relay")
    gui.until(lambda: gui.visible("holdBox", gui.panel))
    gui.click_panel("checkNowButton")
    dialog = gui.dialog("testDialog")
    gui.until(lambda: holds(gui) == {})
    gui.until(lambda: gui.visible("okButton", dialog))
    gui.click("okButton", dialog)
    gui.until(lambda: not gui.visible("holdBox", gui.panel))


def test_the_panel_pauses_by_keys_and_offers_no_check_then(gui, outbox):
    gui.click_card("Relay")
    gui.field("advancedButton").setFocus()
    gui.tab_to("pauseSendingLink")
    gui.press("Return")
    gui.until(lambda: gui.visible("holdBox", gui.panel))
    assert gui.words(gui.field("holdBox")).startswith("Paused manually since ")
    assert not gui.visible("checkNowButton", gui.panel)
    gui.field("closeButton").setFocus()
    gui.press("Tab")
    assert gui.focus().objectName() == "resumeButton"
    gui.press("Space")
    gui.until(lambda: holds(gui) == {})
    gui.until(lambda: gui.visible("pauseSendingLink", gui.panel))


def test_the_panel_of_another_smtp_or_of_a_new_one_shows_no_hold(gui, outbox):
    hold(gui)
    gui.click_card("Relay")
    gui.until(lambda: gui.visible("holdBox", gui.panel))
    gui.click_card("Other")
    gui.until(lambda: gui.typed("nameField") == "Other")
    assert not gui.visible("holdBox", gui.panel)
    gui.click("createButton")
    gui.until(lambda: gui.typed("nameField") == "")
    assert not gui.visible("holdBox", gui.panel)
    assert not gui.visible("pauseSendingLink", gui.panel)


@pytest.mark.parametrize("values", [{"state": HoldState.LIMITED, "cause": None}, {"state": HoldState.SLOWED}])
def test_what_is_not_stopped_is_only_told_of_and_can_be_paused(gui, outbox, values):
    hold(gui, connections=2, **values)
    gui.click_card("Relay")
    gui.until(lambda: gui.visible("holdBox", gui.panel))
    assert not gui.visible("resumeButton", gui.panel)
    assert gui.visible("pauseSendingLink", gui.panel)


@pytest.mark.parametrize(("count", "said"), [(1, "1 message went through its backup"), (2, "2 messages went through")])
def test_the_panel_says_how_many_went_through_the_backup_since_the_hold_began(gui, outbox, count, said):
    for number in range(count):
        sent_by_backup(gui, outbox, f"Around {number}")
    hold(gui, since=datetime.now(UTC) - timedelta(hours=1))
    gui.click_card("Relay")
    gui.until(lambda: gui.visible("holdBox", gui.panel))
    assert said in gui.field("holdBackup").text()
    assert said in gui.field("holdBox").accessibleName()


def test_what_the_backup_sent_before_the_hold_began_is_not_counted(gui, outbox):
    sent_by_backup(gui, outbox, "Before")
    hold(gui, since=datetime.now(UTC) + timedelta(hours=1))
    gui.click_card("Relay")
    gui.until(lambda: gui.visible("holdBox", gui.panel))
    assert not gui.visible("holdBackup", gui.panel)
