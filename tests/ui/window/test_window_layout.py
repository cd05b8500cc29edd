"""What the window remembers, its settings, and who can use it."""

import pytest
from PySide6.QtCore import QEvent, QPointF, QSize, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QLabel, QSplitter
from ui.accessibility.accessible_tree import nameless
from ui.outbox_driver import OutboxDriver, accepted

from smtp_desktop.domain.delivery.delivery import DeliveryState
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.smtp.profile import EnvelopeSender
from smtp_desktop.ui.cards.card import Tone
from smtp_desktop.ui.theme.theme import DARK, LIGHT

pytestmark = pytest.mark.long

_COUNT_PADDING_PX = 7  # of the style sheet


def drag(gui, widget, by):
    """The widget is dragged sideways by so many pixels."""
    start = QPointF(widget.rect().center())
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    from_here = widget.mapToGlobal(QPointF())
    for kind, at, button, held in (
        (QEvent.Type.MouseButtonPress, start, left, left),
        (QEvent.Type.MouseMove, start + QPointF(by, 0), none, left),
        (QEvent.Type.MouseButtonRelease, start + QPointF(by, 0), left, none),
    ):
        event = QMouseEvent(kind, at, from_here + at, button, held, Qt.KeyboardModifier.NoModifier)
        gui.app.sendEvent(widget, event)


def handle(gui):
    """Returns what stands between page and panel, once it stands there."""
    found = gui.window.findChild(QSplitter).handle(1)
    gui.until(lambda: found.x() + found.width() >= gui.panel.parentWidget().x() > 0)
    return found


def test_size_fold_and_panel_width_come_back(gui):
    gui.have("Relay")
    gui.open()
    gui.window.resize(960, 700)
    gui.click("foldButton")
    assert gui.part("entityPanel").width() == 56
    gui.until(lambda: gui.window.page.width() == 960 - 56)
    gui.open_card("Relay")
    assert gui.panel.width() == 404
    drag(gui, handle(gui), 30)
    width = gui.panel.width()
    assert 340 < width < 404
    gui.close_window()

    gui.open()
    # Qt shrinks what it restores to the screen, and the offscreen one is narrower than that.
    assert (gui.window.width() > 700, gui.window.height()) == (True, 700)
    gui.window.resize(960, 700)
    assert gui.part("entityPanel").width() == 56
    gui.open_card("Relay")
    assert gui.panel.width() == width
    gui.click("foldButton")
    gui.close_window()
    gui.open()
    gui.window.resize(960, 700)
    assert gui.part("entityPanel").width() == 208


def test_a_first_window_is_no_larger_than_the_screen(gui):
    gui.open_unready()
    gui.close_window()
    gui.preferences.put("window.geometry", "")
    gui.open_unready()
    # With the frame that the system draws around it.
    within = gui.window.screen().availableSize() - QSize(16, 44)
    assert gui.window.size() == gui.window.size().boundedTo(within)


def test_the_panel_keeps_to_its_limits(gui):
    gui.have("Relay")
    gui.open()
    gui.open_card("Relay")
    drag(gui, handle(gui), -900)
    assert gui.panel.width() == 640
    drag(gui, handle(gui), 900)
    assert gui.panel.width() == 340


def test_folded_entries_tell_their_names_as_tool_tips(gui):
    gui.open()
    entry = gui.part("smtpEntry")
    assert entry.text().strip() == "SMTP"
    gui.click("foldButton")
    assert entry.text() == ""
    assert entry.toolTip() == "SMTP"


def test_closing_without_a_readable_database_still_closes(gui):
    gui.open()
    gui.database.close()
    gui.close_window()


def test_cards_are_painted_in_the_chosen_theme(gui):
    gui.have("Relay")
    gui.open()
    middle = gui.grid.visualRect(gui.index("Relay")).center()

    def ground():
        return gui.grid.viewport().grab().toImage().pixelColor(middle.x(), middle.y() + 20).name()

    assert ground() == LIGHT.colors["surface"].lower()
    gui.press("Ctrl+,")
    gui.part("themeField", gui.dialog("settingsDialog")).setFocus()
    gui.write("D")
    gui.until(lambda: ground() == DARK.colors["surface"].lower())


def test_every_control_of_the_window_has_a_name(gui):
    gui.have("Relay", envelope_sender=EnvelopeSender.FROM, from_address="a@b.example")
    gui.have_graph("Mailbox")
    gui.inbox.add(sender="a@b.example", recipients=["c@d.example"], raw=b"Subject: x\r\n\r\nhello")
    gui.open()
    assert nameless(gui.window) == []
    for name in ("Relay", "Mailbox"):
        gui.open_card(name)
        assert nameless(gui.window) == []
    gui.click("inboxEntry")
    assert nameless(gui.window) == []


@pytest.mark.parametrize("action", ["duplicateAction", "testAction", "deleteAction"])
def test_every_control_of_the_dialogs_has_a_name(gui, action):
    gui.have("Relay", is_default=True)
    gui.have("Other")
    gui.open()
    gui.choose("Relay", action)
    dialog = gui.dialog(action.replace("Action", "Dialog"))
    assert nameless(dialog) == []


def test_every_control_of_a_finished_test_has_a_name(gui):
    gui.have("Relay")
    gui.open()
    gui.choose("Relay", "testAction")
    dialog = gui.dialog("testDialog")
    gui.write("a@b.example")
    gui.press("Return")
    gui.until(lambda: gui.visible("advice", dialog))
    gui.click("showTranscriptButton", dialog)
    assert nameless(dialog) == []


def test_tab_reaches_everything_in_reading_order(gui):
    gui.have("Relay")
    gui.open()
    gui.open_card("Relay")
    gui.part("burgerButton").setFocus(Qt.FocusReason.TabFocusReason)
    order = []
    for _ in range(60):
        order.append(gui.focus().objectName())
        gui.press("Tab")
        if gui.focus().objectName() == order[0]:
            break
    wanted = ["searchField", "checkAllButton", "createButton", "smtpEntry", "grid", "nameField", "hostNameField"]
    wanted += ["userNameField", "passwordField", "deleteButton", "testButton", "saveButton"]
    assert [name for name in order if name in wanted] == wanted


def test_the_smallest_window_shows_footer_and_cards(gui):
    gui.have("Relay")
    gui.open()
    gui.window.resize(960, 600)
    gui.open_card("Relay")
    assert gui.window.size().toTuple() == (960, 600)
    for name in ("saveButton", "testButton", "deleteButton"):
        button = gui.field(name)
        corner = button.mapTo(gui.window, button.rect().bottomRight())
        assert gui.window.rect().contains(corner)
    assert gui.grid.columns() >= 1
    assert gui.grid.viewport().rect().contains(gui.grid.visualRect(gui.index("Relay")).topLeft())


def test_ctrl_1_leads_back_to_the_smtps(gui):
    gui.open()
    gui.click("inboxEntry")
    assert not gui.visible("smtpPage")
    gui.press("Ctrl+1")
    assert gui.visible("smtpPage")
    assert gui.part("smtpEntry").isChecked()


def test_keys_lead_to_every_page(gui):
    gui.open()
    for key, page, entry in (
        ("Ctrl+2", "activitiesPage", "activitiesEntry"),
        ("Ctrl+3", "deliveriesPage", "deliveriesEntry"),
        ("Ctrl+1", "smtpPage", "smtpEntry"),
    ):
        gui.press(key)
        assert gui.visible(page)
        assert gui.part(entry).isChecked()


def test_create_is_offered_where_there_is_something_to_create(gui):
    gui.open()
    for entry, offered in (("smtpEntry", True), ("activitiesEntry", True), ("deliveriesEntry", False)):
        gui.click(entry)
        assert gui.visible("createButton") is offered
    gui.click("activitiesEntry")
    gui.press("Ctrl+N")
    gui.until(gui.window.activities.panel.isVisible)
    assert not gui.panel.isVisible()


def test_check_all_is_offered_only_where_the_smtps_are(gui):
    gui.have("Relay")
    gui.open()
    for page in ("activities", "smtp", "deliveries", "smtp", "dates", "smtp", "inbox"):
        gui.click(f"{page}Entry")
        assert gui.visible("checkAllButton") is (page == "smtp")


def test_every_control_of_the_deliveries_has_a_name(gui):
    gui.have("Relay", is_default=True)
    outbox = OutboxDriver(gui)
    outbox.tried(outbox.have("Mail", "a@x.example", "b@x.example"), DeliveryState.SENT, accepted())
    gui.open()
    outbox.open_page()
    outbox.open_row("Mail")
    gui.click("showTranscriptButton", outbox.panel)
    assert nameless(gui.window) == []


def test_a_data_folder_that_others_can_write_is_said_in_a_line(gui):
    gui.adapters.home_risk = msg("Other users can write to the data folder {path}.", path="/home/x")
    gui.open()
    note = gui.window.frame.findChild(QLabel, "frameNote")
    assert (note.text(), note.isVisible()) == ("Other users can write to the data folder /home/x.", True)


def test_the_width_of_a_panel_that_is_closed_comes_back(gui):
    gui.have("Relay")
    gui.open()
    gui.window.resize(960, 700)
    gui.open_card("Relay")
    drag(gui, handle(gui), 30)
    width = gui.panel.width()
    assert width < 404
    gui.press("Esc")
    gui.until(lambda: not gui.panel.isVisible())
    gui.close_window()
    gui.open()
    gui.open_card("Relay")
    assert gui.panel.width() == width


def test_nothing_is_built_before_it_is_shown(gui):
    before = gui.app.topLevelWidgets()
    gui.open()
    # What waits to be shown would be a window of its own.
    assert set(gui.app.topLevelWidgets()) - set(before) == {gui.window}


def test_a_badge_in_the_panel_of_pages_ends_where_a_plain_count_does(gui):
    gui.open()
    entities = gui.window.frame.entities
    ends = []
    for tone in (Tone.NONE, Tone.WARN, Tone.NONE):
        entities.set_count("dates", "4", tone=tone)
        label = next(label for label in gui.part("datesEntry").findChildren(QLabel) if label.text() == "4")
        ends.append(label.geometry().right() - (_COUNT_PADDING_PX if tone is Tone.NONE else 0))
    assert len(set(ends)) == 1
