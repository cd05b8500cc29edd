"""The Info panel of an SMTP: stored and typed secrets."""

import pytest
from ui.smtp_panel_driver import FACT, GENERIC, GRAPH, driver_at, fill_generic

from smtp_desktop.domain.secret import Secret
from smtp_desktop.ui.smtps.panel import SmtpPanel


@pytest.fixture
def driver(qtbot):
    return driver_at(SmtpPanel(), qtbot)


def test_app_password_is_taken_without_its_blanks(driver):
    fill_generic(driver)
    driver.enter("passwordField", "abcd efgh ijkl mnop")
    driver.click("saveButton")
    assert driver.saves[0].draft.password == Secret("abcdefghijklmnop")


def test_edit_shows_what_is_stored_and_never_the_secret(driver):
    driver.panel.start_edit(GENERIC, FACT)
    assert driver.part("nameField").text() == "Corporate_Relay"
    assert driver.part("hostNameField").text() == "smtp.northwind.example"
    assert driver.part("isDefaultBox").isChecked()
    assert driver.part("passwordField").text() == ""
    assert driver.part("passwordField").isReadOnly()
    assert driver.part("saveButton").text() == "Save"
    assert driver.visible("deleteButton")
    assert not driver.visible("cancelButton")
    assert not driver.panel.is_changed()


def test_edit_keeps_the_stored_secret_and_what_has_no_field(driver):
    driver.panel.start_edit(GENERIC, None)
    driver.enter("nameField", "Renamed")
    driver.click("saveButton")
    (request,) = driver.saves
    assert request.profile_id == "relay"
    assert request.draft.password is None
    assert request.draft.trusted_ca_pem == GENERIC.server.trusted_ca_pem


def test_replaced_secret_is_saved_and_keep_takes_it_back(driver):
    driver.panel.start_edit(GENERIC, None)
    driver.click("passwordReplaceButton")
    driver.qtbot.keyClicks(driver.part("passwordField"), "new")
    assert driver.panel.is_changed()
    driver.click("saveButton")
    assert driver.saves[0].draft.password == Secret("new")
    driver.click("passwordReplaceButton")
    assert not driver.panel.is_changed()
    assert driver.panel.draft().password is None


def test_another_host_asks_for_the_password_until_it_is_put_back(driver):
    driver.panel.start_edit(GENERIC, None)
    driver.enter("hostNameField", "smtp.other.example")
    assert not driver.part("passwordField").isReadOnly()
    assert driver.hint("password").startswith("Enter it again: the stored one was entered for smtp.northwind.example")
    driver.click("saveButton")
    assert list(driver.errors()) == ["password"]
    assert driver.saves == []
    driver.enter("hostNameField", "SMTP.northwind.example.")
    assert driver.part("passwordField").isReadOnly()
    assert driver.hint("password") == ""
    assert driver.errors() == {}
    driver.click("saveButton")
    assert driver.saves[0].draft.password is None


def test_password_typed_for_another_host_stays_when_the_host_is_put_back(driver):
    driver.panel.start_edit(GENERIC, None)
    driver.enter("hostNameField", "smtp.other.example")
    driver.qtbot.keyClicks(driver.part("passwordField"), "new")
    assert driver.hint("password") == ""
    driver.enter("hostNameField", "smtp.northwind.example")
    assert driver.panel.draft().password == Secret("new")
    driver.click("passwordReplaceButton")
    assert driver.part("passwordField").isReadOnly()


def test_another_tenant_asks_for_both_secrets(driver):
    driver.panel.start_edit(GRAPH, None)
    assert driver.part("clientSecretField").isReadOnly()
    driver.enter("tenantIdField", "other.example")
    driver.click("saveButton")
    assert list(driver.errors()) == ["password", "clientSecret"]


def test_another_type_asks_for_the_password(driver):
    driver.panel.start_edit(GENERIC, None)
    driver.pick("typeField", "MS Graph API")
    assert not driver.part("passwordField").isReadOnly()
    driver.pick("typeField", "Generic")
    assert driver.part("passwordField").isReadOnly()
    assert not driver.panel.is_changed()


def test_typed_secret_is_forgotten_when_the_panel_goes_on(driver):
    driver.panel.start_edit(GENERIC, None)
    driver.qtbot.keyClicks(driver.part("passwordField"), "new")
    driver.panel.start_edit(GRAPH, None)
    assert driver.part("passwordField").text() == ""
    assert driver.panel.draft().password is None


def test_a_request_never_shows_the_secret(driver):
    fill_generic(driver)
    driver.click("saveButton")
    assert "pa ss" not in repr(driver.saves)
