"""What the window remembers, its settings, and who can use it."""

import pytest
from outbox_driver import OutboxDriver, accepted
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QAccessible, QColor, QMouseEvent, QPalette
from PySide6.QtWidgets import QComboBox, QLabel, QSplitter, QWidget

from smtp_desktop.domain.checks.check_settings import OFF, ON, SENDER_CHECKS_KEY
from smtp_desktop.domain.delivery.delivery import DeliveryState
from smtp_desktop.domain.smtp.profile import EnvelopeSender
from smtp_desktop.ui.theme.theme import DARK, LIGHT


def drag(world, widget, by):
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
        world.app.sendEvent(widget, event)


def handle(world):
    """Returns what stands between page and panel, once it stands there."""
    found = world.window.findChild(QSplitter).handle(1)
    world.until(lambda: found.x() + found.width() >= world.panel.parentWidget().x() > 0)
    return found


def test_size_fold_and_panel_width_come_back(world):
    world.have("Relay")
    world.open()
    # No wider: Qt shrinks what it restores to the screen, and the offscreen one is small.
    world.window.resize(960, 700)
    world.click("burgerButton")
    assert world.part("entityPanel").width() == 56
    world.until(lambda: world.window.page.width() == 960 - 56)
    world.open_card("Relay")
    assert world.panel.width() == 404
    drag(world, handle(world), 30)
    width = world.panel.width()
    assert 340 < width < 404
    world.close_window()

    world.open()
    assert (world.window.width(), world.window.height()) == (960, 700)
    assert world.part("entityPanel").width() == 56
    world.open_card("Relay")
    assert world.panel.width() == width
    world.click("burgerButton")
    world.close_window()
    world.open()
    assert world.part("entityPanel").width() == 208


def test_a_first_window_is_no_larger_than_the_screen(world):
    world.open_unready()
    world.close_window()
    world.preferences.put("window.geometry", "")
    world.open_unready()
    screen = world.window.screen().availableSize()
    assert world.window.width() <= max(screen.width(), world.window.minimumWidth())
    assert world.window.height() <= max(screen.height(), world.window.minimumHeight())


def test_the_panel_keeps_to_its_limits(world):
    world.have("Relay")
    world.open()
    world.open_card("Relay")
    drag(world, handle(world), -900)
    assert world.panel.width() == 640
    drag(world, handle(world), 900)
    assert world.panel.width() == 340


def test_folded_entries_tell_their_names_as_tool_tips(world):
    world.open()
    entry = world.part("smtpEntry")
    assert entry.text().strip() == "SMTP"
    world.click("burgerButton")
    assert entry.text() == ""
    assert entry.toolTip() == "SMTP"


def test_closing_without_a_readable_database_still_closes(world):
    world.open()
    world.database.close()
    world.close_window()


@pytest.fixture
def settings(world):
    world.open()
    world.press("Ctrl+,")
    return world.dialog("settingsDialog")


def test_the_theme_changes_at_once_and_is_remembered(world, settings):
    choice = world.part("themeField", settings)
    for words, theme in (("Dark", DARK), ("Light", LIGHT), ("Dark", DARK)):
        choice.setFocus()
        world.press("Down" if theme is DARK else "Up")
        assert choice.currentText() == words
        assert world.app.palette().color(QPalette.ColorRole.Window) == QColor(theme.bg)
        assert world.app.palette().color(QPalette.ColorRole.Text) == QColor(theme.text)
    world.click("okButton", settings)
    world.no_dialog("settingsDialog")
    world.until(lambda: world.preferences.get("theme") == "dark")
    world.close_window()
    world.open()
    assert world.app.palette().color(QPalette.ColorRole.Window) == QColor(DARK.bg)
    world.press("Ctrl+,")
    assert world.dialog("settingsDialog").findChild(QComboBox, "themeField").currentText() == "Dark"


def test_looking_up_the_senders_domain_is_on_and_can_be_switched_off(world, settings):
    assert world.part("senderChecksField", settings).isChecked()
    world.part("senderChecksField", settings).setFocus()
    world.press("Space")
    world.click("okButton", settings)
    world.no_dialog("settingsDialog")
    world.until(lambda: world.preferences.get(SENDER_CHECKS_KEY) == OFF)
    world.close_window()
    world.open()
    world.press("Ctrl+,")
    again = world.dialog("settingsDialog")
    assert not world.part("senderChecksField", again).isChecked()
    world.click("senderChecksField", again)
    world.click("okButton", again)
    world.until(lambda: world.preferences.get(SENDER_CHECKS_KEY) == ON)


def test_settings_left_unchanged_keep_nothing(world, settings):
    world.click("okButton", settings)
    world.no_dialog("settingsDialog")
    world.close_window()
    assert SENDER_CHECKS_KEY not in world.preferences.all()


def test_cards_are_painted_in_the_chosen_theme(world):
    world.have("Relay")
    world.open()
    middle = world.grid.visualRect(world.index("Relay")).center()

    def ground():
        return world.grid.viewport().grab().toImage().pixelColor(middle.x(), middle.y() + 20).name()

    assert ground() == LIGHT.surface.lower()
    world.press("Ctrl+,")
    world.part("themeField", world.dialog("settingsDialog")).setFocus()
    world.write("D")
    world.until(lambda: ground() == DARK.surface.lower())


def test_settings_tell_where_things_are_and_versions_can_be_copied(world, settings):
    said = world.words(settings)
    assert str(world.home) in said
    assert str(world.home / "window.log") in said
    world.click("copyVersionsButton", settings)
    copied = world.app.clipboard().text()
    for part in ("SMTP Desktop", "Python", "Qt"):
        assert part in copied


def nameless(root):
    """Returns the controls that the keyboard reaches and a screen reader has no name for."""
    found = []
    for widget in (root, *root.findChildren(QWidget)):
        if not widget.isVisible() or widget.focusPolicy() is Qt.FocusPolicy.NoFocus or isinstance(widget, QLabel):
            continue
        if widget.isWindow() or widget.focusProxy():
            continue
        spoken = QAccessible.queryAccessibleInterface(widget)
        if spoken is None or not spoken.text(QAccessible.Text.Name).strip():
            found.append((type(widget).__name__, widget.objectName()))
    return found


def test_every_control_of_the_window_has_a_name(world):
    world.have("Relay", envelope_sender=EnvelopeSender.FROM, from_address="a@b.example")
    world.have_graph("Mailbox")
    world.inbox.add(sender="a@b.example", recipients=["c@d.example"], raw=b"Subject: x\r\n\r\nhello")
    world.open()
    assert nameless(world.window) == []
    for name in ("Relay", "Mailbox"):
        world.open_card(name)
        assert nameless(world.window) == []
    world.click("inboxEntry")
    assert nameless(world.window) == []


@pytest.mark.parametrize("action", ["duplicateAction", "testAction", "deleteAction"])
def test_every_control_of_the_dialogs_has_a_name(world, action):
    world.have("Relay", is_default=True)
    world.have("Other")
    world.open()
    world.choose("Relay", action)
    dialog = world.dialog(action.replace("Action", "Dialog"))
    assert nameless(dialog) == []


def test_every_control_of_a_finished_test_has_a_name(world):
    world.have("Relay")
    world.open()
    world.choose("Relay", "testAction")
    dialog = world.dialog("testDialog")
    world.write("a@b.example")
    world.press("Return")
    world.until(lambda: world.visible("advice", dialog))
    world.click("showTranscriptButton", dialog)
    assert nameless(dialog) == []


def test_every_control_of_the_settings_has_a_name(settings):
    assert nameless(settings) == []


def test_tab_reaches_everything_in_reading_order(world):
    world.have("Relay")
    world.open()
    world.open_card("Relay")
    world.part("burgerButton").setFocus(Qt.FocusReason.TabFocusReason)
    order = []
    for _ in range(60):
        order.append(world.focus().objectName())
        world.press("Tab")
        if world.focus().objectName() == order[0]:
            break
    wanted = ["searchField", "checkAllButton", "createButton", "smtpEntry", "grid", "nameField", "hostNameField"]
    wanted += ["userNameField", "passwordField", "deleteButton", "testButton", "saveButton"]
    assert [name for name in order if name in wanted] == wanted


def test_the_smallest_window_shows_footer_and_cards(world):
    world.have("Relay")
    world.open()
    world.window.resize(960, 600)
    world.open_card("Relay")
    assert world.window.size().toTuple() == (960, 600)
    for name in ("saveButton", "testButton", "deleteButton"):
        button = world.field(name)
        corner = button.mapTo(world.window, button.rect().bottomRight())
        assert world.window.rect().contains(corner)
    assert world.grid.columns() >= 1
    assert world.grid.viewport().rect().contains(world.grid.visualRect(world.index("Relay")).topLeft())


def test_ctrl_1_leads_back_to_the_smtps(world):
    world.open()
    world.click("inboxEntry")
    assert not world.visible("smtpPage")
    world.press("Ctrl+1")
    assert world.visible("smtpPage")
    assert world.part("smtpEntry").isChecked()


def test_keys_lead_to_every_page(world):
    world.open()
    for key, page, entry in (
        ("Ctrl+2", "activitiesPage", "activitiesEntry"),
        ("Ctrl+3", "deliveriesPage", "deliveriesEntry"),
        ("Ctrl+1", "smtpPage", "smtpEntry"),
    ):
        world.press(key)
        assert world.visible(page)
        assert world.part(entry).isChecked()


def test_create_is_offered_where_there_is_something_to_create(world):
    world.open()
    for entry, offered in (("smtpEntry", True), ("activitiesEntry", True), ("deliveriesEntry", False)):
        world.click(entry)
        assert world.visible("createButton") is offered
    world.click("activitiesEntry")
    world.press("Ctrl+N")
    world.until(world.window.activities.panel.isVisible)
    assert not world.panel.isVisible()


def test_retention_and_retry_limit_are_remembered(world, settings):
    retention, retry = world.part("retentionField", settings), world.part("retryLimitField", settings)
    assert (retention.value(), retry.value()) == (90, 5)
    retention.setFocus()
    world.press("Ctrl+A")
    world.write("30")
    retry.setFocus()
    world.press("Up")
    world.click("okButton", settings)
    world.until(lambda: world.preferences.get("outbox.retry_days") == "6")
    assert world.preferences.get("outbox.retention_days") == "30"
    world.close_window()
    world.open()
    world.press("Ctrl+,")
    again = world.dialog("settingsDialog")
    assert world.part("retentionField", again).value() == 30


def test_every_control_of_the_deliveries_has_a_name(world):
    world.have("Relay", is_default=True)
    outbox = OutboxDriver(world)
    outbox.tried(outbox.have("Mail", "a@x.example", "b@x.example"), DeliveryState.SENT, accepted())
    world.open()
    outbox.open_page()
    outbox.open_row("Mail")
    world.click("showTranscriptButton", outbox.panel)
    assert nameless(world.window) == []
