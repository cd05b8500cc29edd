"""Notifications ahead of end dates."""

import pytest
from ui.dates_driver import DatesDriver

from smtp_desktop.domain.checks.check_settings import NOTIFY_KEY


@pytest.fixture
def dates(gui):
    return DatesDriver(gui)


def titles(gui):
    return [notice.title for notice in gui.notices.shown]


def test_a_client_secret_that_ends_soon_is_notified_of_once(gui, dates):
    dates.have_secret("Box", 12)
    gui.open()
    gui.until(lambda: len(titles(gui)) == 1)
    (notice,) = gui.notices.shown
    assert notice.title.endswith(": in 12 days")
    assert notice.words == "Box"
    gui.close_window()
    gui.open()
    gui.until(lambda: gui.window.dates.model.total == 1)
    gui.finish_work()
    assert len(titles(gui)) == 1


def test_several_are_one_notification_that_leads_to_the_dates(gui, dates):
    dates.have_secret("Box", 12)
    dates.have_secret("Other", 6)
    gui.open()
    gui.until(lambda: titles(gui) == ["2 dates are near"])
    gui.notices.click()
    assert gui.window.frame.current == "dates"


def test_whoever_wants_no_notifications_gets_none(gui, dates):
    dates.have_secret("Box", 12)
    gui.preferences.put(NOTIFY_KEY, "0")
    gui.open()
    gui.until(lambda: gui.window.dates.model.total == 1)
    gui.finish_work()
    assert titles(gui) == []
