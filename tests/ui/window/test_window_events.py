"""A change comes to the window once, as an event, and it does not matter which part of the window gets that first."""

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtWidgets import QLabel
from ui.timelines import accepted, refused

from smtp_desktop.domain.checks.check_settings import CheckChoices, kept_choices
from smtp_desktop.domain.diagnosis.conversation import Stage, TlsMode
from smtp_desktop.domain.imports.source_file import SourceFile

pytestmark = pytest.mark.long


# Between the two, each part of the section gets an event before each other one.
@pytest.fixture(params=(False, True), ids=("forward", "backward"))
def shuffled(gui, request):
    """A window with Relay, the default, and Other, whose parts get events in the order they were built in, and in the
    opposite one."""
    for key, value in kept_choices(CheckChoices(every_minutes=30)).items():
        gui.preferences.put(key, value)
    gui.have("Relay", is_default=True)
    gui.have("Other")
    gui.open()
    gui.until(lambda: gui.window.smtps.is_loaded)
    section = gui.window.smtps
    if request.param:
        section.listeners = section.listeners[::-1]
    return gui


class ChangeCounter:
    """Counts how often the cards changed and the form was filled anew."""

    def __init__(self, gui):
        self.cards = self.form = 0
        gui.window.cards.profiles_changed.connect(self._count_cards)
        gui.panel.stored_changed.connect(self._count_form)

    def _count_cards(self):
        self.cards += 1

    def _count_form(self):
        self.form += 1


def is_default(gui):
    return gui.field("isDefaultBox").isChecked()


def read_again(gui):
    """The window has read the store once more."""
    loader = gui.window.smtps.loader
    gui.until(lambda: not loader.is_reading)
    with gui.qtbot.waitSignal(loader.loaded):
        gui.window.load()


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
    assert "Paused because the sign-in was refused: Other." in shuffled.window.smtps.automatic.status
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
def test_a_save_comes_back_once(gui, create):
    gui.have("Relay")
    gui.open()
    gui.until(lambda: gui.window.smtps.is_loaded)
    if create:
        gui.fill_new("Saved")
    else:
        gui.open_card("Relay")
        gui.enter("nameField", "Saved")
    counter = ChangeCounter(gui)
    gui.click_panel("saveButton")
    gui.until(lambda: "Saved" in gui.names() and not gui.panel.is_changed())
    gui.until(lambda: gui.field("deleteButton").isEnabled())
    read_again(gui)
    gui.finish_work()
    assert (counter.cards, counter.form) == (1, 1)


def test_a_delete_comes_back_once(gui):
    gui.have("Relay")
    gui.have("Other")
    gui.open()
    gui.until(lambda: gui.window.smtps.is_loaded)
    gui.open_card("Other")
    counter = ChangeCounter(gui)
    gui.choose("Relay", "deleteAction")
    gui.click("okButton", gui.dialog("deleteDialog"))
    gui.until(lambda: gui.names() == ["Other"])
    read_again(gui)
    gui.finish_work()
    assert (counter.cards, counter.form) == (1, 0)


def test_a_result_comes_back_once(gui):
    gui.have("Relay")
    gui.open()
    gui.until(lambda: gui.window.smtps.is_loaded)
    gui.open_card("Relay")
    rows, repainted = [], []
    history = gui.panel.history.history
    gui.until(lambda: not gui.tasks._asked)
    history.rowsInserted.connect(lambda *_: rows.append(True))
    history.modelReset.connect(lambda: rows.append(True))
    gui.window.cards.modelReset.connect(lambda: repainted.append(True))
    gui.click_card("Relay")
    gui.press("F5")
    dialog = gui.dialog("testDialog")
    gui.until(lambda: gui.visible("advice", dialog))
    read_again(gui)
    gui.finish_work()
    assert len(rows) == 1
    assert repainted == []


def test_what_happens_while_the_store_is_first_read_is_not_lost(gui):
    gui.have("Alpha")
    gui.store.slow = True
    gui.open_unready()
    gui.until(gui.store.read.is_set)
    gui.have("Beta")
    gui.window._watch.changed.disconnect(gui.window.load)  # what was read, without another reading
    gui.store.come.set()
    gui.until(lambda: gui.window.smtps.is_loaded)
    assert gui.names() == ["Alpha", "Beta"]


def test_after_an_import_the_window_reads_all_again(gui):
    gui.have("Alpha")
    gui.open()
    gui.until(lambda: gui.window.smtps.is_loaded)
    gui.window._watch.stop()
    files = [SourceFile(path="urls.txt", content=b"smtp://ann@smtp.company.example:587\n")]
    preview = gui.services.imports.look(files)
    gui.services.imports.run(preview, preview.proposed())
    gui.until(lambda: gui.names() == ["Alpha", "Smtp_company_example"])
