"""Widgets that are made when they are first shown, and the pages that are."""

from PySide6.QtWidgets import QWidget
from ui.outbox_driver import OutboxDriver

from smtp_desktop.ui.runtime.lazy import Lazy


def test_it_is_made_once_and_gets_what_came_before():
    made = []
    lazy = Lazy(lambda: made.append([]) or made[-1])
    lazy.apply("state", lambda one: one.append("loading"))
    lazy.apply("trouble", lambda one: one.append("locked"))
    lazy.apply("state", lambda one: one.append("loaded"))
    assert (lazy.is_made, made) == (False, [])
    assert lazy() is lazy()
    lazy.apply("state", lambda one: one.append("failed"))
    assert made == [["loaded", "locked", "failed"]]


def test_counts_are_reported_of_pages_that_were_never_shown(gui):
    gui.have("Relay")
    gui.have_activity("Nightly")
    OutboxDriver(gui).have("Waits")
    gui.open()
    gui.until(lambda: gui.window.entities._counts["activities"].text() == "1")
    gui.until(lambda: gui.window.entities._counts["deliveries"].text() == "1 waiting")
    pages = ("activitiesPage", "deliveriesPage", "datesPage", "localInboxPage", "smtpPanel")
    assert [name for name in pages if gui.window.findChild(QWidget, name)] == []
    for name, entry in zip(pages, ("activities", "deliveries", "dates", "inbox"), strict=False):
        gui.click(f"{entry}Entry")
        assert gui.visible(name)
    gui.click("smtpEntry")
    gui.open_card("Relay")
