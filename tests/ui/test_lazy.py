"""Widgets that are made when they are first shown, and the pages that are."""

from outbox_driver import OutboxDriver
from PySide6.QtWidgets import QWidget

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


def test_counts_are_told_of_pages_that_were_never_shown(world):
    world.have("Relay")
    world.have_activity("Nightly")
    OutboxDriver(world).have("Waits")
    world.open()
    world.until(lambda: world.window.entities._counts["activities"].text() == "1")
    world.until(lambda: world.window.entities._counts["deliveries"].text() == "1 waiting")
    pages = ("activitiesPage", "deliveriesPage", "datesPage", "localInboxPage", "smtpPanel")
    assert [name for name in pages if world.window.findChild(QWidget, name)] == []
    for name, entry in zip(pages, ("activities", "deliveries", "dates", "inbox"), strict=False):
        world.click(f"{entry}Entry")
        assert world.visible(name)
    world.click("smtpEntry")
    world.open_card("Relay")
