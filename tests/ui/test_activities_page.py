"""The page of activities: what cards tell, opening them, the menu, keys and search."""

import gc
import weakref
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QContextMenuEvent
from PySide6.QtTest import QTest
from window_world import tip_as_read

from smtp_desktop.domain.delivery.activity import Activity, ActivityId
from smtp_desktop.domain.delivery.delivery import Delivery, DeliveryId, DeliveryState, RecipientState
from smtp_desktop.domain.errors import StoreError
from smtp_desktop.domain.message_text import msg
from smtp_desktop.ui.activities.cards import ActivityCards, short_time, state_of
from smtp_desktop.ui.activities.page import ActivitiesPage
from smtp_desktop.ui.cards.card import Tone
from smtp_desktop.ui.cards.card_face import dots_rect
from smtp_desktop.ui.theme.theme import LIGHT

ORDER = [
    "editAction",
    "duplicateAction",
    "triggerAction",
    "showDeliveriesAction",
    "switchAction",
    "",
    "deleteAction",
]
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def entries(menu):
    """The menu's actions below its title; a separator is an empty name."""
    return [a.objectName() for a in menu.actions() if a.isSeparator() or a.objectName()]


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


def test_without_activities_the_page_says_what_one_is_and_offers_to_create_one(desk):
    desk.open()
    desk.until(lambda: desk.visible("emptyState"))
    assert not desk.grid.isVisible()
    desk.click("emptyCreateButton")
    assert desk.panel.isVisible()
    assert desk.field("saveButton").text() == "Create"
    assert desk.app.focusWidget().objectName() == "nameField"


def test_a_card_tells_subject_recipients_and_the_default_smtp(desk):
    desk.have_smtp("Corporate_Relay", is_default=True)
    desk.have("Nightly_Report", subject="Nightly report for {{ day }}", to="ops@company.example")
    desk.open()
    card = desk.card("Nightly_Report")
    assert (card.lead, card.detail) == ("Nightly report for {{ day }}", "To ops@company.example")
    assert card.chips == ("Default · Corporate_Relay",)
    assert card.accent_chip
    assert (card.status, card.tone) == ("Never triggered", Tone.NONE)
    assert card.note == "Now: Corporate_Relay, the default SMTP."


def test_a_bound_smtp_and_its_backup(desk):
    relay = desk.have_smtp("Corporate_Relay", is_default=True)
    gmail = desk.have_smtp("Alerts_Gmail")
    desk.have("Bound", smtp_id=gmail)
    desk.have("Backed", smtp_id=gmail, backup_id=relay)
    desk.open()
    assert desk.card("Bound").chips == ("Alerts_Gmail",)
    assert not desk.card("Bound").accent_chip
    assert desk.card("Backed").chips == ("Alerts_Gmail · backup Corporate_Relay",)


def test_a_held_smtp_shows_that_the_backup_is_used_now(desk):
    relay = desk.have_smtp("Corporate_Relay", is_default=True)
    gmail = desk.have_smtp("Alerts_Gmail")
    desk.have("Backed", smtp_id=gmail, backup_id=relay)
    desk.open()
    desk.have_hold(gmail)
    desk.outbox_changed()
    desk.until(lambda: desk.card("Backed").chips == ("Backup Corporate_Relay · held: Alerts_Gmail",))
    tip = tip_as_read(desk.index("Backed").data(Qt.ItemDataRole.ToolTipRole))
    assert "Now: Corporate_Relay, the backup, while Alerts_Gmail is held up." in tip


def test_without_any_smtp_the_card_says_so(desk):
    desk.have("Nightly")
    desk.open()
    card = desk.card("Nightly")
    assert (card.chips, card.accent_chip) == (("No default SMTP",), False)
    assert (card.status, card.tone) == ("No SMTP to send through", Tone.WARN)


def test_the_cards_follow_the_default(desk):
    desk.have_smtp("Old", is_default=True)
    new = desk.have_smtp("New")
    desk.have("Nightly")
    desk.open()
    desk.profiles.set_default(new)
    desk.until(lambda: desk.card("Nightly").chips == ("Default · New",))


def test_deleting_an_smtp_moves_its_card_to_the_default(desk):
    desk.have_smtp("Relay", is_default=True)
    gone = desk.have_smtp("Gone")
    desk.have("Nightly", smtp_id=gone)
    desk.open()
    desk.open_card("Nightly")
    desk.profiles.delete(gone, new_default=None)
    desk.until(lambda: desk.card("Nightly").chips == ("Default · Relay",))
    assert desk.field("smtpField").currentText() == "Default SMTP (Relay)"
    assert desk.section.is_open
    desk.press("Esc")


def test_the_latest_delivery_is_on_the_card(desk):
    desk.have_smtp("Relay", is_default=True)
    sent, refused = desk.have("Sent"), desk.have("Refused")
    desk.have_delivery(sent, DeliveryState.SENT)
    desk.have_delivery(refused, DeliveryState.REFUSED)
    desk.open()
    time = f"{desk.outbox.latest_by_activity()[sent.id].finished_at.astimezone():%H:%M}"
    assert (desk.card("Sent").status, desk.card("Sent").tone) == (f"Sent · {time}", Tone.OK)
    assert desk.card("Refused").tone is Tone.BAD
    desk.have_delivery(refused, DeliveryState.WAITING)
    desk.until(lambda: desk.card("Refused").status.startswith("Waiting · since "))


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
        (delivery(DeliveryState.CANCELLED), f"Cancelled · {LOCAL_NOON}", Tone.NONE),
    ],
)
def test_what_a_card_says_of_the_last_delivery(qapp, latest, words, tone):
    state = state_of(Activity(id=ActivityId("1"), name="Nightly"), None, latest, NOON)
    assert (state.words, state.tone) == (words, tone)


def test_another_day_is_told_in_place_of_the_time(qapp):
    assert short_time(NOON - timedelta(days=20), NOON) == "3 Nov"
    assert short_time(NOON - timedelta(days=400), NOON) == "19 Oct 2025"


def test_what_is_switched_off_looks_so(desk):
    desk.have_smtp("Relay", is_default=True)
    desk.have("Nightly", enabled=False)
    desk.open()
    card = desk.card("Nightly")
    assert (card.status, card.dimmed) == ("Switched off", True)


def test_a_long_chip_is_elided_inside_its_card(desk):
    first, second = desk.have_smtp("A" * 50, is_default=True), desk.have_smtp("B" * 50)
    desk.have("Nightly", smtp_id=first, backup_id=second)
    desk.have("Other")
    desk.open()
    cell = desk.grid.visualRect(desk.index("Nightly"))
    picture = desk.grid.viewport().grab().toImage()
    ground = picture.pixelColor(cell.right(), cell.top() + 8 + 14 + 82)
    beyond = {picture.pixelColor(cell.right() - 6, y).name() for y in range(cell.top() + 20, cell.bottom() - 20)}
    assert beyond == {ground.name()}
    assert "B" * 50 in desk.index("Nightly").data(Qt.ItemDataRole.ToolTipRole)


def test_a_screen_reader_hears_all_of_a_card(desk):
    desk.have_smtp("Relay", is_default=True)
    desk.have("Nightly", subject="Hello <b>you</b>")
    desk.open()
    assert desk.index("Nightly").data(Qt.ItemDataRole.AccessibleTextRole) == (
        "Nightly, Hello <b>you</b>, To ops@company.example, Default · Relay, Never triggered, "
        "Now: Relay, the default SMTP."
    )
    assert "<b>you</b>" in tip_as_read(desk.index("Nightly").data(Qt.ItemDataRole.ToolTipRole))


def test_a_click_opens_the_panel_and_leaves_the_focus_on_the_cards(desk):
    desk.have("Nightly")
    desk.open()
    desk.grid.setFocus()
    desk.open_card("Nightly")
    assert desk.app.focusWidget() is desk.grid
    assert desk.selected() == ["Nightly"]
    assert desk.section.is_open


@pytest.mark.parametrize("how", ["Return", "Enter", "double-click"])
def test_editing_puts_the_cursor_in_the_first_field(desk, how):
    desk.have("Nightly")
    desk.open()
    desk.grid.setFocus()
    if how == "double-click":
        desk.qtbot.mouseDClick(desk.grid.viewport(), Qt.MouseButton.LeftButton, pos=desk.place("Nightly"))
        # Only that ends a double-click: until then, a move would drag.
        desk.qtbot.mouseRelease(desk.grid.viewport(), Qt.MouseButton.LeftButton, pos=desk.place("Nightly"))
    else:
        desk.press("Right")
        desk.press(how)
    assert desk.field("nameField").text() == "Nightly"
    assert desk.app.focusWidget().objectName() == "nameField"


def test_a_right_click_opens_the_menu_in_order(desk):
    desk.have("Nightly")
    desk.open()
    menu = desk.right_click_card("Nightly")
    assert entries(menu) == ORDER
    assert desk.selected() == ["Nightly"]
    assert not desk.panel.isVisible()
    QTest.keyClick(menu, Qt.Key.Key_Escape)


def test_the_three_dots_and_the_menu_key_open_it_too(desk):
    desk.have("Nightly")
    desk.open()
    dots = dots_rect(desk.grid.visualRect(desk.index("Nightly")))
    desk.qtbot.mouseClick(desk.grid.viewport(), Qt.MouseButton.LeftButton, pos=dots.center())
    menu = desk.menu()
    assert entries(menu) == ORDER
    QTest.keyClick(menu, Qt.Key.Key_Escape)
    desk.no_dialog("moreActionsMenu")
    # The offscreen platform makes no such event of the key.
    desk.app.sendEvent(desk.grid, QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), QPoint()))
    assert entries(desk.menu()) == ORDER
    QTest.keyClick(desk.menu(), Qt.Key.Key_Escape)


def test_switching_off_and_on_in_the_menu(desk):
    desk.have_smtp("Relay", is_default=True)
    desk.have("Nightly")
    desk.open()
    desk.choose("Nightly", "switchAction")
    desk.until(lambda: desk.card("Nightly").status == "Switched off")
    assert not desk.stored("Nightly").enabled
    menu = desk.right_click_card("Nightly")
    assert not menu.findChild(QAction, "triggerAction").isEnabled()
    QTest.keyClick(menu, Qt.Key.Key_Escape)
    desk.no_dialog("moreActionsMenu")
    desk.choose("Nightly", "switchAction")
    desk.until(lambda: desk.stored("Nightly").enabled)


def test_show_deliveries_in_the_menu(desk):
    activity = desk.have("Nightly")
    desk.open()
    desk.choose("Nightly", "showDeliveriesAction")
    assert desk.asked_for == [activity.id]


def test_duplicate_opens_the_copy(desk):
    desk.have("Nightly", text="The text")
    desk.open()
    desk.choose("Nightly", "duplicateAction")
    dialog = desk.dialog("messageDialog")
    assert desk.words("messageText", dialog) == "Nightly was copied to Nightly_copied."
    desk.click("okButton", dialog)
    desk.until(lambda: desk.panel.isVisible() and desk.field("nameField").text() == "Nightly_copied")
    assert desk.stored("Nightly_copied").text == "The text"
    assert desk.selected() == ["Nightly_copied"]


@pytest.mark.parametrize("how", ["menu", "Del", "panel"])
def test_delete_asks_and_deletes(desk, how):
    desk.have_smtp("Relay", is_default=True)
    activity = desk.have("Nightly")
    desk.have("Other")
    sent = desk.have_delivery(activity, DeliveryState.SENT)
    desk.open()
    desk.open_card("Nightly")
    if how == "menu":
        desk.choose("Nightly", "deleteAction")
    elif how == "Del":
        desk.grid.setFocus()
        desk.press("Del")
    else:
        desk.click("deleteButton", desk.panel)
    dialog = desk.dialog("deleteDialog")
    assert "Its deliveries stay" in "\n".join(label.text() for label in dialog.findChildren(type(dialog.title)))
    desk.click("okButton", dialog)
    desk.until(lambda: desk.names() == ["Other"])
    desk.until(lambda: not desk.panel.isVisible())
    assert desk.stored("Nightly") is None
    assert desk.outbox.get(sent.id).activity_name == "Nightly"


def test_delete_can_be_cancelled(desk):
    desk.have("Nightly")
    desk.open()
    desk.choose("Nightly", "deleteAction")
    desk.click("cancelButton", desk.dialog("deleteDialog"))
    desk.no_dialog("deleteDialog")
    assert desk.stored("Nightly")


def test_search_looks_at_name_subject_recipients_and_smtp(desk):
    relay = desk.have_smtp("Corporate_Relay")
    desk.have("Alpha", subject="Unusual words")
    desk.have("Beta", to="someone@unusual.example")
    desk.have("Gamma", smtp_id=relay)
    desk.open()
    desk.section.search("UNUSUAL")
    assert desk.names() == ["Alpha", "Beta"]
    desk.section.search("corporate")
    assert desk.names() == ["Gamma"]
    desk.section.search("nothing like it")
    assert desk.visible("noMatchState")
    desk.section.search("")
    assert desk.names() == ["Alpha", "Beta", "Gamma"]


def test_a_selection_outlives_changes(desk):
    desk.have("Alpha")
    desk.have("Gamma")
    desk.open()
    desk.click_card("Gamma")
    desk.have("Beta")
    desk.until(lambda: desk.names() == ["Alpha", "Beta", "Gamma"])
    assert desk.selected() == ["Gamma"]


def test_an_unreadable_database_is_told_and_tried_again(desk):
    desk.have("Alpha")
    desk.store.failure = StoreError(msg("The disk is gone."))
    desk.open_unready()
    desk.until(lambda: desk.visible("errorState"))
    desk.store.failure = None
    desk.click("reloadButton")
    desk.until(lambda: desk.names() == ["Alpha"])


def test_keys_do_nothing_without_a_card(desk):
    desk.open()
    desk.section.trigger_current()
    desk.section.duplicate_current()
    desk.section.delete_current()
    desk.section.close_panel()
    assert not any(desk.visible(name) for name in ("triggerDialog", "messageDialog", "deleteDialog"))


def test_a_page_that_is_not_shown_needs_no_garbage_collector(qapp):
    # It would destroy the page on the thread that it happens to run on.
    page = ActivitiesPage(ActivityCards(lambda: NOON), LIGHT)
    page.show_loaded()
    gone = weakref.ref(page)
    gc.disable()
    try:
        del page
        assert gone() is None
    finally:
        gc.enable()


def test_its_cards_answer_to_the_pointer_and_are_scrolled_fast(qapp):
    page = ActivitiesPage(ActivityCards(lambda: NOON), LIGHT)
    viewport = page.grid.viewport()
    assert viewport.testAttribute(Qt.WidgetAttribute.WA_Hover)
    assert viewport.testAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
