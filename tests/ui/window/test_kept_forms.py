"""What is typed and not saved outlives the window: it is kept while it is typed, and offered by the next one."""

from dataclasses import replace

import pytest

from smtp_desktop.domain.kept_form import FormKind
from smtp_desktop.domain.smtp.draft import draft_of
from smtp_desktop.domain.smtp.edit import edit_of
from smtp_desktop.ui.runtime import form_keeper

pytestmark = pytest.mark.long


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(form_keeper, "_EVERY_MS", 10)  # every test would wait for half a second


def kept(gui):
    return list(gui.adapters.kept_forms.all().values())


def crash(gui):
    """The window is gone without having decided on anything."""
    gui.finish_work()
    gui.tasks.close()
    gui._drop_window()


def type_into(gui, name, field, text):
    """Types into the form of an SMTP, which keeps it."""
    gui.open_card(name)
    gui.enter(field, text)
    gui.until(lambda: any(form.name == name for form in kept(gui)))


def reopen(gui):
    """The next window offers what was kept."""
    gui.open()
    gui.until(lambda: gui.visible("keptFormsBar"))


def test_what_is_typed_is_kept_and_comes_back_after_a_crash(gui):
    gui.have("Relay", host_name="old.example", description="of old")
    gui.open()
    gui.open_card("Relay")
    gui.enter("hostNameField", "new.example")
    gui.enter("passwordField", "a s3cret")
    gui.until(lambda: [form.values["host_name"] for form in kept(gui)] == ["new.example"])
    (form,) = kept(gui)
    assert (form.kind, form.name, form.changed, form.typed_secret) == (FormKind.SMTP, "Relay", ("host_name",), True)
    crash(gui)
    files = list((gui.home / "unsaved").iterdir())
    assert [file.stat().st_mode & 0o777 for file in files] == [0o600]
    assert b"s3cret" not in files[0].read_bytes()

    # Meanwhile a script has changed something else.
    (stored,) = gui.store.all()
    gui.services.profiles.save(stored.id, edit_of(stored, replace(draft_of(stored), description="of today")))
    reopen(gui)
    gui.click("continueFormButton")
    assert gui.typed("hostNameField") == "new.example"
    assert gui.field("descriptionField").toPlainText() == "of today"
    assert gui.field("panelNote").text() == (
        "Your unsaved entries have been restored. They are not saved yet. Passwords and secrets are "
        "never kept: enter them again."
    )
    assert not gui.visible("keptFormsBar")
    gui.enter("passwordField", "another s3cret")
    gui.click_panel("saveButton")
    gui.until(lambda: gui.stored("Relay").server.host_name == "new.example")
    gui.until(lambda: not kept(gui))


def test_a_new_smtp_comes_back_whole(gui):
    gui.have("Relay")
    gui.open()
    gui.click("createButton")
    gui.enter("nameField", "Other")
    gui.until(lambda: [form.values["name"] for form in kept(gui)] == ["Other"])
    crash(gui)
    reopen(gui)
    assert gui.part("keptFormWords").accessibleName().startswith("An unsaved new SMTP was kept: Other, from ")
    gui.click("continueFormButton")
    assert (gui.typed("nameField"), gui.field("saveButton").text()) == ("Other", "Create")


def test_what_it_was_about_may_be_gone(gui):
    relay = gui.have("Relay")
    gui.open()
    type_into(gui, "Relay", "hostNameField", "new.example")
    crash(gui)
    gui.services.profiles.delete(relay)
    reopen(gui)
    gui.click("continueFormButton")
    assert (gui.typed("nameField"), gui.typed("hostNameField")) == ("Relay", "new.example")
    assert "has since been deleted; saving creates a new one." in gui.field("panelNote").text()


def test_an_activity_comes_back(gui):
    gui.have("Relay")
    gui.have_activity("Nightly", subject="Of old")
    gui.open()
    gui.press("Ctrl+2")
    gui.until(lambda: gui.window.activities.count == 1)
    gui.window.activities.edit(next(iter(gui.activities.all())).id)
    panel = gui.window.activities.panel
    gui.enter("subjectField", "Of today", panel)
    gui.until(lambda: [form.values["subject"] for form in kept(gui)] == ["Of today"])
    crash(gui)
    reopen(gui)
    gui.click("continueFormButton")
    panel = gui.window.activities.panel
    gui.until(panel.isVisible)
    assert gui.part("subjectField", panel).text() == "Of today"
    assert panel.is_changed()


@pytest.mark.parametrize("way", ["discard the offer", "discard in the form", "undo", "save"])
def test_nothing_is_kept_that_was_decided_on(gui, way):
    gui.have("Relay", host_name="old.example")
    gui.open()
    type_into(gui, "Relay", "descriptionField", "typed")
    if way == "discard the offer":
        crash(gui)
        reopen(gui)
        gui.click("discardFormButton")
        assert not gui.visible("keptFormsBar")
    elif way == "discard in the form":
        gui.click_panel("closeButton")
        gui.click("discardButton", gui.dialog("unsavedDialog"))
    elif way == "undo":
        gui.enter("descriptionField", "")
    else:
        gui.click_panel("saveButton")
    gui.until(lambda: not kept(gui))


def test_a_window_that_is_closed_leaves_nothing_to_be_offered(gui):
    gui.have("Relay")
    gui.open()
    type_into(gui, "Relay", "descriptionField", "typed")
    with gui.qtbot.waitSignal(gui.window.closed):
        gui.window.close()
        gui.click("discardButton", gui.dialog("unsavedDialog"))
    assert kept(gui) == []


def test_a_form_is_looked_at_while_it_is_open_and_no_longer(gui):
    gui.have("Relay")
    gui.open()
    timer = gui.window.sections.unsaved._keepers[FormKind.SMTP]._timer
    assert not timer.isActive()
    type_into(gui, "Relay", "descriptionField", "typed")
    assert timer.isActive()
    gui.click_panel("closeButton")
    gui.click("discardButton", gui.dialog("unsavedDialog"))
    gui.until(lambda: not timer.isActive())
    gui.until(lambda: not kept(gui))
    type_into(gui, "Relay", "descriptionField", "again")


def test_an_offer_stays_while_something_else_is_typed(gui):
    gui.have("Relay")
    gui.have("Other")
    gui.open()
    type_into(gui, "Relay", "descriptionField", "first")
    crash(gui)
    reopen(gui)
    gui.open_card("Other")
    gui.enter("descriptionField", "second")
    gui.until(lambda: {form.values["description"] for form in kept(gui)} == {"first", "second"})
    gui.click("continueFormButton")
    gui.click("cancelButton", gui.dialog("unsavedDialog"))
    assert gui.visible("keptFormsBar")


def test_files_of_somebody_else_are_left_out(gui):
    folder = gui.home / "unsaved"
    folder.mkdir()
    for name, content in {
        "a": b"",
        "b": b"[]",
        "c": b"\xff",
        "d": b'{"kind": "smtp"}',
        "e": b'{"kind": "x", "at": "2026-01-01T00:00:00+00:00", "stored_id": null, "values": {}, "changed": []}',
        "f": b"[" * 100_000,
    }.items():
        (folder / f"{name}.json").write_bytes(content)
    (folder / "g.json").mkdir()
    assert kept(gui) == []
    gui.have("Relay")
    gui.open()
    gui.finish_work()
    assert not gui.visible("keptFormsBar")
