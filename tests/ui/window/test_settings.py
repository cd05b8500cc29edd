"""The settings: kept, taken over from scripts, and read."""

from contextlib import closing

import pytest
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QComboBox
from ui.accessibility.accessible_tree import nameless

from smtp_desktop.domain.checks.check_settings import OFF, ON, SENDER_CHECKS_KEY
from smtp_desktop.domain.delivery.outbox_settings import RETENTION_KEY, RETRY_KEY
from smtp_desktop.store.database import Database
from smtp_desktop.store.preferences import SqlitePreferences
from smtp_desktop.ui.theme.theme import DARK, LIGHT


@pytest.fixture
def settings(gui):
    gui.open()
    gui.press("Ctrl+,")
    return gui.dialog("settingsDialog")


def test_the_theme_changes_at_once_and_is_remembered(gui, settings):
    choice = gui.part("themeField", settings)
    for words, theme in (("Dark", DARK), ("Light", LIGHT), ("Dark", DARK)):
        choice.setFocus()
        gui.press("Down" if theme is DARK else "Up")
        assert choice.currentText() == words
        assert gui.app.palette().color(QPalette.ColorRole.Window) == theme.color("bg")
        assert gui.app.palette().color(QPalette.ColorRole.Text) == theme.color("text")
    gui.click("okButton", settings)
    gui.no_dialog("settingsDialog")
    gui.until(lambda: gui.preferences.get("theme") == "dark")
    gui.close_window()
    gui.open()
    assert gui.app.palette().color(QPalette.ColorRole.Window) == DARK.color("bg")
    gui.press("Ctrl+,")
    assert gui.dialog("settingsDialog").findChild(QComboBox, "themeField").currentText() == "Dark"


def test_contents_of_sent_mails_are_kept_for_as_many_days_as_wished(gui, settings):
    field = gui.part("contentField", settings)
    assert (field.value(), field.minimum()) == (7, 0)
    field.setFocus()
    gui.press("Down")
    gui.click("okButton", settings)
    gui.until(lambda: gui.preferences.get("outbox.content_days") == "6")


def test_what_the_command_line_has_set_is_taken_over_by_an_open_window(gui):
    gui.open()
    chosen = []
    gui.window.theme_chosen.connect(chosen.append)
    with closing(Database(gui.home / "smtp-desktop.db")) as elsewhere:
        for key, value in {"theme": "dark", "outbox.retention_days": "30", "checks.every_minutes": "15"}.items():
            SqlitePreferences(elsewhere).put(key, value)
    gui.until(lambda: chosen == ["dark"])
    gui.until(lambda: gui.window.smtps.automatic.choices.every_minutes == 15)
    gui.press("Ctrl+,")
    settings = gui.dialog("settingsDialog")
    assert gui.part("retentionField", settings).value() == 30
    gui.part("retryLimitField", settings).setFocus()
    gui.press("Up")
    gui.click("okButton", settings)
    gui.until(lambda: gui.preferences.get("outbox.retry_days") == "6")
    assert gui.preferences.get("outbox.retention_days") == "30"


def test_looking_up_the_senders_domain_is_on_and_can_be_switched_off(gui, settings):
    assert gui.part("senderChecksField", settings).isChecked()
    gui.part("senderChecksField", settings).setFocus()
    gui.press("Space")
    gui.click("okButton", settings)
    gui.no_dialog("settingsDialog")
    gui.until(lambda: gui.preferences.get(SENDER_CHECKS_KEY) == OFF)
    gui.close_window()
    gui.open()
    gui.press("Ctrl+,")
    again = gui.dialog("settingsDialog")
    assert not gui.part("senderChecksField", again).isChecked()
    gui.click("senderChecksField", again)
    gui.click("okButton", again)
    gui.until(lambda: gui.preferences.get(SENDER_CHECKS_KEY) == ON)


def test_a_setting_that_a_script_changes_meanwhile_stays_unless_it_was_changed_here(gui, settings):
    gui.preferences.put(RETRY_KEY, "2")
    gui.enter("retentionField", "30", settings)
    gui.click("okButton", settings)
    gui.no_dialog("settingsDialog")
    gui.until(lambda: gui.preferences.get(RETENTION_KEY) == "30")
    assert gui.preferences.get(RETRY_KEY) == "2"
    gui.activate()
    gui.press("Ctrl+,")
    again = gui.dialog("settingsDialog")
    assert [gui.part(name, again).value() for name in ("retentionField", "retryLimitField")] == [30, 2]


def test_settings_left_unchanged_keep_nothing(gui, settings):
    gui.click("okButton", settings)
    gui.no_dialog("settingsDialog")
    gui.close_window()
    assert SENDER_CHECKS_KEY not in gui.preferences.all()


def test_settings_tell_where_things_are_and_versions_can_be_copied(gui, settings):
    said = gui.words(settings)
    assert str(gui.home) in said
    assert str(gui.home / "window.log") in said
    gui.click("copyVersionsButton", settings)
    copied = gui.app.clipboard().text()
    for part in ("SMTP Desktop", "Python", "Qt"):
        assert part in copied


def test_every_control_of_the_settings_has_a_name(settings):
    assert nameless(settings) == []


def test_retention_and_retry_limit_are_remembered(gui, settings):
    retention, retry = gui.part("retentionField", settings), gui.part("retryLimitField", settings)
    assert (retention.value(), retry.value()) == (90, 5)
    retention.setFocus()
    gui.press("Ctrl+A")
    gui.write("30")
    retry.setFocus()
    gui.press("Up")
    gui.click("okButton", settings)
    gui.until(lambda: gui.preferences.get("outbox.retry_days") == "6")
    assert gui.preferences.get("outbox.retention_days") == "30"
    gui.close_window()
    gui.open()
    gui.press("Ctrl+,")
    again = gui.dialog("settingsDialog")
    assert gui.part("retentionField", again).value() == 30
