"""Creating SMTPs in the window."""

from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.limits import SendLimits


def test_an_empty_home_says_so_and_its_button_opens_the_form(gui):
    gui.open()
    assert gui.visible("emptyState")
    assert not gui.grid.isVisible()
    gui.click("emptyCreateButton")
    assert gui.panel.isVisible()
    assert gui.focus().objectName() == "mailAddressField"
    assert gui.field("saveButton").text() == "Create"


def test_the_empty_state_goes_with_the_first_smtp(gui):
    gui.open()
    gui.fill_new("First")
    gui.click_panel("saveButton")
    gui.until(lambda: gui.names() == ["First"])
    assert not gui.visible("emptyState")
    assert gui.grid.isVisible()


def test_ctrl_n_opens_an_empty_form(gui):
    gui.have("Relay")
    gui.open()
    gui.press("Ctrl+N")
    assert gui.panel.isVisible()
    assert gui.typed("nameField") == ""
    assert gui.focus().objectName() == "mailAddressField"


def test_create_with_the_keyboard_only(gui):
    gui.open()
    gui.press("Ctrl+N")
    gui.tab_to("nameField")
    gui.write("Relay_1")
    gui.tab_to("hostNameField")
    gui.write("smtp.company.example")
    gui.tab_to("smtpPortField")
    gui.write("2525")
    gui.tab_to("userNameField")
    gui.write("ops@company.example")
    gui.tab_to("passwordField")
    gui.write(" pass word ")
    gui.press("Ctrl+S")
    gui.until(lambda: gui.names() == ["Relay_1"])
    card = gui.card("Relay_1")
    assert (card.detail, card.lead, card.chips) == (
        "smtp.company.example:2525",
        "ops@company.example",
        ("Generic", "TLS"),
    )
    row = gui.stored("Relay_1")
    assert row.server.host_name == "smtp.company.example"
    assert row.server.smtp_port == 2525
    assert gui.vault.secrets == {row.server.password_ref: Secret(" pass word ")}
    gui.database.close()
    kept = b"".join(path.read_bytes() for path in gui.home.rglob("*") if path.is_file())
    assert b"Relay_1" in kept
    assert b"pass word" not in kept


def test_after_create_the_form_edits_the_new_smtp_and_its_card_is_selected(gui):
    gui.open()
    gui.fill_new("Fresh")
    gui.press("Ctrl+S")
    gui.until(lambda: gui.field("saveButton").text() == "Save")
    assert gui.selected() == ["Fresh"]
    assert not gui.panel.is_changed()


def test_nothing_is_saved_while_a_field_is_refused(gui):
    gui.open()
    gui.fill_new("Fresh", host="not a host")
    gui.click_panel("saveButton")
    assert "host name" in gui.field("hostNameError").text()
    assert gui.store.all() == ()
    assert gui.vault.secrets == {}


def test_a_taken_name_is_reported_beside_the_name(gui):
    gui.have("Relay")
    gui.open()
    gui.fill_new("RELAY")
    gui.click_panel("saveButton")
    gui.until(lambda: gui.visible("nameError"))
    assert gui.field("nameError").text() == "Another SMTP already has this name."
    assert gui.typed("hostNameField") == "new.example"
    assert gui.names() == ["Relay"]


def test_is_default_is_ticked_where_there_is_no_default(gui):
    gui.have("Relay", is_default=False)
    gui.open()
    gui.click("createButton")
    assert gui.field("isDefaultBox").isChecked()


def test_is_default_is_not_ticked_where_there_is_one(gui):
    gui.have("Relay", is_default=True)
    gui.open()
    gui.click("createButton")
    assert not gui.field("isDefaultBox").isChecked()


def test_a_new_default_takes_that_from_the_other_card(gui):
    gui.have("Old", is_default=True)
    gui.have("Young")
    gui.open()
    gui.open_card("Young")
    gui.click_panel("isDefaultBox")
    gui.click_panel("saveButton")
    gui.until(lambda: gui.card("Young").is_default)
    assert not gui.card("Old").is_default
    assert gui.names() == ["Young", "Old"]
    assert [p.name for p in gui.store.all() if p.is_default] == ["Young"]


def test_the_default_can_not_just_stop_being_it(gui):
    gui.have("Only", is_default=True)
    gui.open()
    gui.open_card("Only")
    gui.click_panel("isDefaultBox")
    gui.click_panel("saveButton")
    gui.until(lambda: gui.visible("isDefaultError"))
    assert gui.field("isDefaultError").text() == (
        "This is the default SMTP. To change that, make another SMTP the default."
    )
    assert gui.card("Only").is_default
    gui.click_panel("isDefaultBox")
    assert not gui.visible("isDefaultError")


def test_the_open_form_follows_when_its_smtp_is_the_default_no_more(gui):
    gui.have("Old", is_default=True)
    gui.have("Young")
    gui.open()
    gui.open_card("Old")
    gui.enter("signatureField", "kept while typing")
    gui.choose("Young", "setDefaultAction")
    gui.until(lambda: gui.card("Young").is_default)
    gui.until(lambda: not gui.field("isDefaultBox").isChecked())
    assert gui.field("signatureField").toPlainText() == "kept while typing"


def test_edit_saves_without_touching_the_stored_secret(gui):
    gui.have("Relay")
    before = gui.stored("Relay")
    gui.open()
    gui.open_card("Relay")
    gui.enter("nameField", "Renamed")
    gui.click_panel("saveButton")
    gui.until(lambda: gui.names() == ["Renamed"])
    after = gui.stored("Renamed")
    assert after.id == before.id
    assert after.server == before.server
    assert list(gui.vault.secrets) == [before.server.password_ref]


def test_the_providers_limits_are_taken_over_and_stored_with_the_keyboard_only(gui):
    gui.open()
    gui.press("Ctrl+N")
    gui.tab_to("nameField")
    gui.write("Mail")
    gui.tab_to("hostNameField")
    gui.write("smtp.gmail.com")
    gui.tab_to("userNameField")
    gui.write("ops@company.example")
    gui.tab_to("passwordField")
    gui.write("pass word")
    gui.tab_to("advancedButton")
    gui.press("Space")
    gui.tab_to("ehloNameField")
    gui.write("pc7.company.example")
    gui.tab_to("connectionsField")
    gui.write("2")
    gui.tab_to("limitsLink")
    gui.press("Space")
    gui.press("Ctrl+S")
    gui.until(lambda: gui.names() == ["Mail"])
    stored = gui.stored("Mail")
    assert stored.limits == SendLimits(per_day=500, connections=2)
    assert stored.server.ehlo_name == "pc7.company.example"
