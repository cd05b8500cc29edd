"""The program in the background: closing hides the window, the tray brings it back, and what waits is sent on."""

import sys

import pytest
from ui.outbox_driver import OutboxDriver
from ui.timelines import refused

from smtp_desktop.domain.delivery.holds import SmtpHold
from smtp_desktop.domain.diagnosis.conversation import Stage
from smtp_desktop.domain.events import OutboxChanged
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.settings import BACKGROUND_KEY
from smtp_desktop.ui.background import background, tray

NOTES_ITS_INPUT = "import pathlib, sys; pathlib.Path('handed-over').write_text(sys.stdin.read())"


@pytest.fixture
def with_tray(monkeypatch):
    """A desktop with a tray, which the offscreen platform lacks."""
    for module in (background, tray):
        monkeypatch.setattr(module, "has_tray", lambda: True)


@pytest.fixture
def hidden(gui, with_tray):
    """The window was closed, and its program goes on."""
    gui.preferences.put(BACKGROUND_KEY, "on")
    gui.have("Shop")
    gui.have("Plant")
    gui.open()
    gui.window.close()
    assert not gui.window.isVisible()
    return gui


def choose(gui, name):
    """An entry of the tray's menu is clicked."""
    tray = gui.window.sections.background.tray
    (action,) = (action for action in tray.menu.actions() if action.objectName() == name)
    action.trigger()


def state(gui):
    return gui.window.sections.background.tray.state.text()


def in_settings(gui):
    gui.switch_to(gui.window)
    gui.press("Ctrl+,")
    return gui.dialog("settingsDialog")


def test_closing_ends_the_program_unless_the_user_wants_it_to_go_on(gui, with_tray):
    gui.open()
    assert gui.window.sections.background.tray is None
    gui.close_window()


def test_the_tray_brings_the_hidden_window_back(hidden):
    choose(hidden, "trayShowAction")
    hidden.until(hidden.window.isVisible)
    hidden.window.close()
    hidden.window.sections.background.tray.icon.activated.emit(tray.QSystemTrayIcon.ActivationReason.Trigger)
    hidden.until(hidden.window.isVisible)


@pytest.mark.long
def test_a_second_start_brings_it_back_too(hidden):
    hidden.window.bring_to_front("token")
    hidden.until(hidden.window.isVisible)


def test_a_form_that_is_not_saved_stays_in_the_hidden_window(gui, with_tray):
    gui.preferences.put(BACKGROUND_KEY, "on")
    gui.open()
    gui.fill_new("Half")
    gui.window.close()
    assert not gui.window.isVisible()
    choose(gui, "trayQuitAction")
    question = gui.dialog("unsavedDialog")  # which needs the window behind it
    assert gui.window.isVisible()
    gui.click("cancelButton", question)
    assert gui.typed("nameField") == "Half"


def test_checks_go_on_and_the_tray_says_how_many_fail(hidden):
    hidden.until(lambda: state(hidden) == "All SMTPs are working")
    hidden.transport.by_host["shop.example"] = refused(Stage.SIGN_IN, "no")
    choose(hidden, "trayCheckAllAction")
    hidden.until(lambda: state(hidden) == "1 SMTP is failing")
    assert hidden.window.sections.background.tray.icon.toolTip() == "SMTP Desktop: 1 SMTP is failing"
    plant = hidden.stored("Plant")
    hidden.outbox_store.hold(SmtpHold(profile_id=plant.id, since=hidden.adapters.clock.now()))
    hidden.bus.publish(OutboxChanged())
    hidden.until(lambda: state(hidden) == "2 SMTPs are failing")
    assert hidden.window.smtps.automatic._timer.isActive()
    assert not hidden.window.isVisible()


@pytest.mark.long
def test_quit_ends_it(hidden):
    with hidden.qtbot.waitSignal(hidden.window.closed):
        choose(hidden, "trayQuitAction")


@pytest.mark.parametrize("master", [pytest.param(None, marks=pytest.mark.long), Secret("the master password")])
def test_what_waits_is_handed_over_to_a_courier_that_goes_on(gui, with_tray, master):
    gui.preferences.put(BACKGROUND_KEY, "on")
    gui.detached_command, gui.courier_secret = (sys.executable, "-c", NOTES_ITS_INPUT), master
    gui.have("Relay", is_default=True)
    OutboxDriver(gui).have("First")
    gui.open()
    with gui.qtbot.waitSignal(gui.window.closed):
        choose(gui, "trayQuitAction")  # and nothing is asked
    assert gui.window._closing.left_behind.wait(20) == 0
    assert (gui.home / "handed-over").read_text() == ("the master password\n" if master else "\n")


@pytest.mark.long
def test_nothing_is_left_behind_where_nothing_waits(gui, with_tray):
    gui.preferences.put(BACKGROUND_KEY, "on")
    gui.detached_command = ("/nonexistent",)
    gui.have("Relay", is_default=True)
    gui.open()
    with gui.qtbot.waitSignal(gui.window.closed):
        choose(gui, "trayQuitAction")


def test_it_is_chosen_in_the_settings_with_its_start_at_login(gui, with_tray, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    gui.login_command = ("smtp-desktop", "--background")
    entry = tmp_path / "config" / "autostart" / "smtp-desktop.desktop"
    gui.open()
    dialog = in_settings(gui)
    assert not gui.visible("noTrayNote", dialog)
    assert not gui.part("startAtLoginBox", dialog).isEnabled()
    gui.click("backgroundBox", dialog)
    gui.click("startAtLoginBox", dialog)
    gui.click("okButton", dialog)
    gui.until(entry.exists)
    gui.until(lambda: gui.window.sections.background.wanted)
    assert gui.preferences.all()[BACKGROUND_KEY] == "on"
    dialog = in_settings(gui)
    assert gui.part("startAtLoginBox", dialog).isChecked()
    gui.click("backgroundBox", dialog)
    gui.click("okButton", dialog)
    gui.until(lambda: not entry.exists())
    gui.until(lambda: not gui.window.sections.background.wanted)


def test_a_desktop_without_a_tray_says_so_and_closing_ends_the_program(gui):
    gui.preferences.put(BACKGROUND_KEY, "on")
    gui.open()
    dialog = in_settings(gui)
    assert "no tray" in gui.part("noTrayNote", dialog).text()
    assert "not available" in gui.part("noLoginNote", dialog).text()
    gui.click("okButton", dialog)
    gui.no_dialog("settingsDialog")
    gui.close_window()


@pytest.mark.long
def test_the_command_line_switches_it_on_in_the_open_window(gui, with_tray):
    gui.open()
    gui.preferences.put(BACKGROUND_KEY, "on")
    gui.window.sections.settings.refresh()
    gui.until(lambda: gui.window.sections.background.keeps_running)
