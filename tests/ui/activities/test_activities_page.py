"""The page of activities: its cards, opening them, the menu, keys and search."""

import gc
import weakref
from datetime import datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from ui.driver import tip_as_read

from smtp_desktop.domain.delivery.activity import Activity, ActivityId
from smtp_desktop.domain.delivery.delivery import Delivery, DeliveryId, DeliveryState, RecipientState
from smtp_desktop.domain.errors import StoreError
from smtp_desktop.domain.message_text import msg
from smtp_desktop.ui.activities.page import ActivitiesPage, ActivityCards
from smtp_desktop.ui.activities.words import short_time, status_of
from smtp_desktop.ui.cards.card import Tone
from smtp_desktop.ui.theme.theme import LIGHT

NOON = datetime(2026, 11, 23, 12).astimezone()


def delivery(state, **changes):
    values = {
        "id": DeliveryId(1),
        "created_at": NOON,
        "state": state,
        "subject": "",
        "recipients": (),
        "message_id": "<1@x>",
        "size_bytes": 1,
    }
    return Delivery(**values | changes)


def test_without_activities_the_page_says_what_one_is_and_offers_to_create_one(activities):
    activities.open()
    activities.until(lambda: activities.visible("emptyState"))
    assert not activities.grid.isVisible()
    activities.click("emptyCreateButton")
    assert activities.panel.isVisible()
    assert activities.field("saveButton").text() == "Create"
    assert activities.app.focusWidget().objectName() == "nameField"


def test_a_card_shows_subject_recipients_and_the_default_smtp(activities):
    activities.have_smtp("Corporate_Relay", is_default=True)
    activities.have("Nightly_Report", subject="Nightly report for {{ day }}", to="ops@company.example")
    activities.open()
    card = activities.card("Nightly_Report")
    assert (card.lead, card.detail) == ("Nightly report for {{ day }}", "To ops@company.example")
    assert card.chips == ("Default · Corporate_Relay",)
    assert card.accent_chip
    assert (card.status, card.tone) == ("Never triggered", Tone.NONE)
    assert card.note == "Now: Corporate_Relay, the default SMTP."


def test_a_bound_smtp_and_its_backup(activities):
    relay = activities.have_smtp("Corporate_Relay", is_default=True)
    gmail = activities.have_smtp("Alerts_Gmail")
    activities.have("Bound", smtp_id=gmail)
    activities.have("Backed", smtp_id=gmail, backup_id=relay)
    activities.open()
    assert activities.card("Bound").chips == ("Alerts_Gmail",)
    assert not activities.card("Bound").accent_chip
    assert activities.card("Backed").chips == ("Alerts_Gmail · backup Corporate_Relay",)


def test_a_held_smtp_shows_that_the_backup_is_used_now(activities):
    relay = activities.have_smtp("Corporate_Relay", is_default=True)
    gmail = activities.have_smtp("Alerts_Gmail")
    activities.have("Backed", smtp_id=gmail, backup_id=relay)
    activities.open()
    activities.have_hold(gmail)
    activities.outbox_changed()
    activities.until(lambda: activities.card("Backed").chips == ("Backup Corporate_Relay · on hold: Alerts_Gmail",))
    tip = tip_as_read(activities.index("Backed").data(Qt.ItemDataRole.ToolTipRole))
    assert "Now: Corporate_Relay, the backup, while Alerts_Gmail is on hold." in tip


def test_without_any_smtp_the_card_says_so(activities):
    activities.have("Nightly")
    activities.open()
    card = activities.card("Nightly")
    assert (card.chips, card.accent_chip) == (("No default SMTP",), False)
    assert (card.status, card.tone) == ("No SMTP to send through", Tone.WARN)


def test_the_cards_follow_the_default(activities):
    activities.have_smtp("Old", is_default=True)
    new = activities.have_smtp("New")
    activities.have("Nightly")
    activities.open()
    activities.profiles.set_default(new)
    activities.until(lambda: activities.card("Nightly").chips == ("Default · New",))


def test_deleting_an_smtp_moves_its_card_to_the_default(activities):
    activities.have_smtp("Relay", is_default=True)
    gone = activities.have_smtp("Gone")
    activities.have("Nightly", smtp_id=gone)
    activities.open()
    activities.open_card("Nightly")
    activities.profiles.delete(gone, new_default=None)
    activities.until(lambda: activities.card("Nightly").chips == ("Default · Relay",))
    assert activities.field("smtpField").currentText() == "Default SMTP (Relay)"
    assert activities.section.is_open
    activities.press("Esc")


def test_the_latest_delivery_is_on_the_card(activities):
    activities.have_smtp("Relay", is_default=True)
    sent, refused = activities.have("Sent"), activities.have("Refused")
    activities.have_delivery(sent, DeliveryState.SENT)
    activities.have_delivery(refused, DeliveryState.REFUSED)
    activities.open()
    time = f"{activities.outbox.latest_by_activity()[sent.id].finished_at.astimezone():%H:%M}"
    assert (activities.card("Sent").status, activities.card("Sent").tone) == (f"Sent · {time}", Tone.OK)
    assert activities.card("Refused").tone is Tone.BAD
    activities.have_delivery(refused, DeliveryState.WAITING)
    activities.until(lambda: activities.card("Refused").status.startswith("Waiting · since "))


LOCAL_NOON = f"{NOON.astimezone():%H:%M}"
LATER = NOON + timedelta(minutes=4)


@pytest.mark.parametrize(
    ("latest", "words", "tone"),
    [
        (None, "Never triggered", Tone.NONE),
        (delivery(DeliveryState.WAITING), f"Waiting · since {LOCAL_NOON}", Tone.WARN),
        (
            delivery(DeliveryState.WAITING, attempts=1, next_try_at=LATER),
            f"Waiting · next try {LATER.astimezone():%H:%M}",
            Tone.WARN,
        ),
        (delivery(DeliveryState.SENDING), "Sending…", Tone.NONE),
        (delivery(DeliveryState.SENT), f"Sent · {LOCAL_NOON}", Tone.OK),
        (delivery(DeliveryState.SENT, finished_at=LATER), f"Sent · {LATER.astimezone():%H:%M}", Tone.OK),
        (delivery(DeliveryState.SENT, by_backup=True), f"Sent by backup · {LOCAL_NOON}", Tone.OK),
        (
            delivery(DeliveryState.SENT, recipients=(RecipientState(address="a@b", state=DeliveryState.REFUSED),)),
            f"Sent, 1 refused · {LOCAL_NOON}",
            Tone.WARN,
        ),
        (delivery(DeliveryState.REFUSED), f"Refused · {LOCAL_NOON}", Tone.BAD),
        (delivery(DeliveryState.UNKNOWN), f"Outcome unknown · {LOCAL_NOON}", Tone.WARN),
        (delivery(DeliveryState.CANCELLED), f"Canceled · {LOCAL_NOON}", Tone.NONE),
    ],
)
def test_what_a_card_says_of_the_last_delivery(qapp, latest, words, tone):
    state = status_of(Activity(id=ActivityId("1"), name="Nightly"), None, latest, NOON)
    assert (state.words, state.tone) == (words, tone)


def test_another_day_is_shown_in_place_of_the_time(qapp):
    assert short_time(NOON - timedelta(days=20), NOON) == "3 Nov"
    assert short_time(NOON - timedelta(days=400), NOON) == "19 Oct 2025"


def test_what_is_switched_off_looks_so(activities):
    activities.have_smtp("Relay", is_default=True)
    activities.have("Nightly", enabled=False)
    activities.open()
    card = activities.card("Nightly")
    assert (card.status, card.dimmed) == ("Switched off", True)


def test_a_long_chip_is_elided_inside_its_card(activities):
    first, second = activities.have_smtp("A" * 50, is_default=True), activities.have_smtp("B" * 50)
    activities.have("Nightly", smtp_id=first, backup_id=second)
    activities.have("Other")
    activities.open()
    cell = activities.grid.visualRect(activities.index("Nightly"))
    picture = activities.grid.viewport().grab().toImage()
    ground = picture.pixelColor(cell.right(), cell.top() + 8 + 14 + 82)
    beyond = {picture.pixelColor(cell.right() - 6, y).name() for y in range(cell.top() + 20, cell.bottom() - 20)}
    assert beyond == {ground.name()}
    assert "B" * 50 in activities.index("Nightly").data(Qt.ItemDataRole.ToolTipRole)


def test_a_screen_reader_hears_all_of_a_card(activities):
    activities.have_smtp("Relay", is_default=True)
    activities.have("Nightly", subject="Hello <b>you</b>")
    activities.open()
    assert activities.index("Nightly").data(Qt.ItemDataRole.AccessibleTextRole) == (
        "Nightly, Hello <b>you</b>, To ops@company.example, Default · Relay, Never triggered, "
        "Now: Relay, the default SMTP."
    )
    assert "<b>you</b>" in tip_as_read(activities.index("Nightly").data(Qt.ItemDataRole.ToolTipRole))


def test_a_click_opens_the_panel_and_leaves_the_focus_on_the_cards(activities):
    activities.have("Nightly")
    activities.open()
    activities.grid.setFocus()
    activities.open_card("Nightly")
    assert activities.app.focusWidget() is activities.grid
    assert activities.selected() == ["Nightly"]
    assert activities.section.is_open


@pytest.mark.parametrize("how", ["Return", "Enter", "double-click"])
def test_editing_puts_the_cursor_in_the_first_field(activities, how):
    activities.have("Nightly")
    activities.open()
    activities.grid.setFocus()
    if how == "double-click":
        activities.qtbot.mouseDClick(
            activities.grid.viewport(), Qt.MouseButton.LeftButton, pos=activities.position("Nightly")
        )
        # Only that ends a double-click: until then, a move would drag.
        activities.qtbot.mouseRelease(
            activities.grid.viewport(), Qt.MouseButton.LeftButton, pos=activities.position("Nightly")
        )
    else:
        activities.press("Right")
        activities.press(how)
    assert activities.field("nameField").text() == "Nightly"
    assert activities.app.focusWidget().objectName() == "nameField"


def test_search_looks_at_name_subject_recipients_and_smtp(activities):
    relay = activities.have_smtp("Corporate_Relay")
    activities.have("Alpha", subject="Unusual words")
    activities.have("Beta", to="someone@unusual.example")
    activities.have("Gamma", smtp_id=relay)
    activities.open()
    activities.section.search("UNUSUAL")
    assert activities.names() == ["Alpha", "Beta"]
    activities.section.search("corporate")
    assert activities.names() == ["Gamma"]
    activities.section.search("nothing like it")
    assert activities.visible("noMatchState")
    activities.section.search("")
    assert activities.names() == ["Alpha", "Beta", "Gamma"]


def test_a_selection_outlives_changes(activities):
    activities.have("Alpha")
    activities.have("Gamma")
    activities.open()
    activities.click_card("Gamma")
    activities.have("Beta")
    activities.until(lambda: activities.names() == ["Alpha", "Beta", "Gamma"])
    assert activities.selected() == ["Gamma"]


def test_an_unreadable_database_is_reported_and_tried_again(activities):
    activities.have("Alpha")
    activities.store.failure = StoreError(msg("The disk is gone."))
    activities.open_unready()
    activities.until(lambda: activities.visible("errorState"))
    activities.store.failure = None
    activities.click("reloadButton")
    activities.until(lambda: activities.names() == ["Alpha"])


def test_keys_do_nothing_without_a_card(activities):
    activities.open()
    activities.section.trigger_current()
    activities.section.duplicate_current()
    activities.section.delete_current()
    activities.section.close_panel()
    assert not any(activities.visible(name) for name in ("triggerDialog", "messageDialog", "deleteDialog"))


def test_a_page_that_is_not_shown_needs_no_garbage_collector(qapp):
    # It would delete the page on the thread that it happens to run on.
    page = ActivitiesPage(ActivityCards(lambda: NOON), LIGHT)
    page.show_loaded()
    gone = weakref.ref(page)
    gc.disable()
    try:
        del page
        assert gone() is None
    finally:
        gc.enable()


def test_its_cards_react_to_the_pointer_and_scroll_fast(qapp):
    page = ActivitiesPage(ActivityCards(lambda: NOON), LIGHT)
    viewport = page.grid.viewport()
    assert viewport.testAttribute(Qt.WidgetAttribute.WA_Hover)
    assert viewport.testAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
