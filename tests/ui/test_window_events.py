"""A change comes to the window once, as an event, and it does not matter which part of the window gets that first."""

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtWidgets import QLabel
from scripted_transport import accepted, refused

from smtp_desktop.domain.checks.check_settings import CheckChoices, kept_choices
from smtp_desktop.domain.diagnosis.conversation import Stage, TlsMode

# Between them, each part of the section gets an event before each other one.
ORDERS = ((3, 2, 1, 0), (2, 1, 0, 3), (1, 0, 3, 2), (0, 3, 2, 1))


@pytest.fixture(params=ORDERS, ids=lambda order: "".join(map(str, order)))
def shuffled(world, request):
    """A window with Relay, the default, and Other, whose parts get events in another order than they were built in."""
    for key, value in kept_choices(CheckChoices(every_minutes=30)).items():
        world.preferences.put(key, value)
    world.have("Relay", is_default=True)
    world.have("Other")
    world.open()
    world.until(lambda: world.window.smtps.is_loaded)
    section = world.window.smtps
    built = section.listeners
    assert len(built) == len(request.param)
    section.listeners = tuple(built[place] for place in request.param)
    return world


class ChangeCounter:
    """Counts how often the cards changed and the form was filled anew."""

    def __init__(self, world):
        self.cards = self.form = 0
        world.window.cards.profiles_changed.connect(self._count_cards)
        world.panel.stored_changed.connect(self._count_form)

    def _count_cards(self):
        self.cards += 1

    def _count_form(self):
        self.form += 1


def is_default(world):
    return world.field("isDefaultBox").isChecked()


def read_again(world):
    """The window has read the store once more."""
    loader = world.window.smtps.loader
    world.until(lambda: not loader.is_reading)
    with world.qtbot.waitSignal(loader.loaded):
        world.window.load()


def test_another_default_unticks_the_open_form(shuffled):
    shuffled.open_card("Relay")
    assert is_default(shuffled)
    shuffled.choose("Other", "setDefaultAction")
    shuffled.until(lambda: shuffled.names() == ["Other", "Relay"])
    assert shuffled.card("Other").is_default
    assert not shuffled.card("Relay").is_default
    assert not is_default(shuffled)
    assert not shuffled.panel.is_changed()


def test_the_new_default_ticks_the_open_form(shuffled):
    shuffled.open_card("Other")
    shuffled.choose("Relay", "deleteAction")
    shuffled.click("okButton", shuffled.dialog("deleteDialog"))
    shuffled.until(lambda: shuffled.names() == ["Other"])
    assert shuffled.card("Other").is_default
    assert is_default(shuffled)
    assert not shuffled.panel.is_changed()


def test_the_form_goes_with_its_smtp(shuffled):
    shuffled.open_card("Other")
    shuffled.choose("Other", "deleteAction")
    shuffled.click("okButton", shuffled.dialog("deleteDialog"))
    shuffled.until(lambda: shuffled.names() == ["Relay"])
    assert not shuffled.panel.isVisible()


def test_a_refused_sign_in_is_on_card_history_and_schedule(shuffled):
    shuffled.transport.timeline = refused(Stage.SIGN_IN, "no")
    shuffled.open_card("Other")
    shuffled.click_card("Other")
    shuffled.press("F5")
    dialog = shuffled.dialog("testDialog")
    shuffled.until(lambda: shuffled.visible("advice", dialog))
    assert shuffled.card("Other").status == "Sign-in refused · just now"
    assert "paused" in shuffled.card("Other").note
    assert "Paused where the sign-in was refused: Other." in shuffled.window.smtps.automatic.status
    assert [one.ok for one in shuffled.panel.history.history.results] == [False]


def test_what_a_server_shows_is_on_its_form(shuffled):
    shuffled.transport.timeline = accepted(mode=TlsMode.STARTTLS)
    shuffled.open_card("Other")
    shuffled.click_card("Other")
    shuffled.press("F5")
    dialog = shuffled.dialog("testDialog")
    shuffled.until(lambda: shuffled.visible("advice", dialog))
    shuffled.until(lambda: shuffled.panel.findChild(QLabel, "tlsHint").text() == "STARTTLS found on port 587")


def test_a_saved_sign_in_is_on_card_form_and_schedule(shuffled):
    refusal = {"ok": False, "stage": Stage.SIGN_IN, "at": datetime.now(UTC) - timedelta(hours=1)}
    shuffled.have_result(shuffled.stored("Other").id, **refusal, kind=refused(Stage.SIGN_IN).failure.kind)
    shuffled.until(lambda: "Other" in shuffled.window.smtps.automatic.status)
    shuffled.open_card("Other")
    shuffled.enter("userNameField", "someone.else@company.example")
    shuffled.click_panel("saveButton")
    shuffled.until(lambda: shuffled.card("Other").lead == "someone.else@company.example")
    shuffled.until(lambda: not shuffled.panel.is_changed())
    assert shuffled.window.smtps.automatic.status == ""
    assert "paused" not in shuffled.card("Other").note


@pytest.mark.parametrize("create", [True, False])
def test_a_save_comes_back_once(world, create):
    world.have("Relay")
    world.open()
    world.until(lambda: world.window.smtps.is_loaded)
    if create:
        world.fill_new("Saved")
    else:
        world.open_card("Relay")
        world.enter("nameField", "Saved")
    counter = ChangeCounter(world)
    world.click_panel("saveButton")
    world.until(lambda: "Saved" in world.names() and not world.panel.is_changed())
    world.until(lambda: world.field("deleteButton").isEnabled())
    read_again(world)
    world.finish_work()
    assert (counter.cards, counter.form) == (1, 1)


def test_a_delete_comes_back_once(world):
    world.have("Relay")
    world.have("Other")
    world.open()
    world.until(lambda: world.window.smtps.is_loaded)
    world.open_card("Other")
    counter = ChangeCounter(world)
    world.choose("Relay", "deleteAction")
    world.click("okButton", world.dialog("deleteDialog"))
    world.until(lambda: world.names() == ["Other"])
    read_again(world)
    world.finish_work()
    assert (counter.cards, counter.form) == (1, 0)


def test_a_result_comes_back_once(world):
    world.have("Relay")
    world.open()
    world.until(lambda: world.window.smtps.is_loaded)
    world.open_card("Relay")
    rows, repainted = [], []
    history = world.panel.history.history
    world.until(lambda: not world.tasks._asked)
    history.rowsInserted.connect(lambda *_: rows.append(True))
    history.modelReset.connect(lambda: rows.append(True))
    world.window.cards.modelReset.connect(lambda: repainted.append(True))
    world.click_card("Relay")
    world.press("F5")
    dialog = world.dialog("testDialog")
    world.until(lambda: world.visible("advice", dialog))
    read_again(world)
    world.finish_work()
    assert len(rows) == 1
    assert repainted == []


def test_what_happens_while_the_store_is_first_read_is_not_lost(world):
    world.have("Alpha")
    world.store.slow = True
    world.open_unready()
    world.until(world.store.read.is_set)
    world.have("Beta")
    world.window._watch.changed.disconnect(world.window.load)  # what was read, without another reading
    world.store.come.set()
    world.until(lambda: world.window.smtps.is_loaded)
    assert world.names() == ["Alpha", "Beta"]
