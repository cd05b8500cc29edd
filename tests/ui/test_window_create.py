"""Creating SMTPs in the window."""

from smtp_desktop.domain.secret import Secret


def test_an_empty_home_says_so_and_its_button_opens_the_form(world):
    world.open()
    assert world.visible("emptyState")
    assert not world.grid.isVisible()
    world.click("emptyCreateButton")
    assert world.panel.isVisible()
    assert world.focus().objectName() == "nameField"
    assert world.field("saveButton").text() == "Create"


def test_the_empty_state_goes_with_the_first_smtp(world):
    world.open()
    world.fill_new("First")
    world.click_panel("saveButton")
    world.until(lambda: world.names() == ["First"])
    assert not world.visible("emptyState")
    assert world.grid.isVisible()


def test_ctrl_n_opens_an_empty_form(world):
    world.have("Relay")
    world.open()
    world.press("Ctrl+N")
    assert world.panel.isVisible()
    assert world.typed("nameField") == ""
    assert world.focus().objectName() == "nameField"


def test_create_with_the_keyboard_only(world):
    world.open()
    world.press("Ctrl+N")
    world.write("Relay_1")
    world.tab_to("hostNameField")
    world.write("smtp.company.example")
    world.tab_to("smtpPortField")
    world.write("2525")
    world.tab_to("userNameField")
    world.write("ops@company.example")
    world.tab_to("passwordField")
    world.write(" pass word ")
    world.press("Ctrl+S")
    world.until(lambda: world.names() == ["Relay_1"])
    card = world.card("Relay_1")
    assert (card.detail, card.lead, card.chips) == (
        "smtp.company.example:2525",
        "ops@company.example",
        ("Generic", "TLS"),
    )
    row = world.stored("Relay_1")
    assert row.server.host_name == "smtp.company.example"
    assert row.server.smtp_port == 2525
    assert world.vault.secrets == {row.server.password_ref: Secret(" pass word ")}
    world.database.close()
    kept = b"".join(path.read_bytes() for path in world.home.iterdir())
    assert b"Relay_1" in kept
    assert b"pass word" not in kept


def test_after_create_the_form_edits_the_new_smtp_and_its_card_is_selected(world):
    world.open()
    world.fill_new("Fresh")
    world.press("Ctrl+S")
    world.until(lambda: world.field("saveButton").text() == "Save")
    assert world.selected() == ["Fresh"]
    assert not world.panel.is_changed()


def test_nothing_is_saved_while_a_field_is_refused(world):
    world.open()
    world.fill_new("Fresh", host="not a host")
    world.click_panel("saveButton")
    assert "host name" in world.field("hostNameError").text()
    assert world.store.all() == ()
    assert world.vault.secrets == {}


def test_a_taken_name_is_told_beside_the_name(world):
    world.have("Relay")
    world.open()
    world.fill_new("RELAY")
    world.click_panel("saveButton")
    world.until(lambda: world.visible("nameError"))
    assert world.field("nameError").text() == "Another SMTP has this name."
    assert world.typed("hostNameField") == "new.example"
    assert world.names() == ["Relay"]


def test_is_default_is_ticked_where_there_is_no_default(world):
    world.have("Relay", is_default=False)
    world.open()
    world.click("createButton")
    assert world.field("isDefaultBox").isChecked()


def test_is_default_is_not_ticked_where_there_is_one(world):
    world.have("Relay", is_default=True)
    world.open()
    world.click("createButton")
    assert not world.field("isDefaultBox").isChecked()


def test_a_new_default_takes_that_from_the_other_card(world):
    world.have("Old", is_default=True)
    world.have("Young")
    world.open()
    world.open_card("Young")
    world.click_panel("isDefaultBox")
    world.click_panel("saveButton")
    world.until(lambda: world.card("Young").is_default)
    assert not world.card("Old").is_default
    assert world.names() == ["Young", "Old"]
    assert [p.name for p in world.store.all() if p.is_default] == ["Young"]


def test_the_open_form_follows_when_its_smtp_is_the_default_no_more(world):
    world.have("Old", is_default=True)
    world.have("Young")
    world.open()
    world.open_card("Old")
    world.enter("signatureField", "kept while typing")
    world.choose("Young", "setDefaultAction")
    world.until(lambda: world.card("Young").is_default)
    world.until(lambda: not world.field("isDefaultBox").isChecked())
    assert world.field("signatureField").toPlainText() == "kept while typing"


def test_edit_saves_without_touching_the_stored_secret(world):
    world.have("Relay")
    before = world.stored("Relay")
    world.open()
    world.open_card("Relay")
    world.enter("nameField", "Renamed")
    world.click_panel("saveButton")
    world.until(lambda: world.names() == ["Renamed"])
    after = world.stored("Renamed")
    assert after.id == before.id
    assert after.server == before.server
    assert list(world.vault.secrets) == [before.server.password_ref]
