"""The Info panel of an SMTP: stored and typed secrets."""

import pytest
from ui.smtp_panel_driver import FACT, GENERIC, GRAPH, driver_at, fill_generic

from smtp_desktop.domain.secret import Secret
from smtp_desktop.ui.smtps.panel import SmtpPanel


@pytest.fixture
def hand(qtbot):
    return driver_at(SmtpPanel(), qtbot)


def test_app_password_is_taken_without_its_blanks(hand):
    fill_generic(hand)
    hand.enter("passwordField", "abcd efgh ijkl mnop")
    hand.click("saveButton")
    assert hand.saves[0].draft.password == Secret("abcdefghijklmnop")


def test_edit_shows_what_is_stored_and_never_the_secret(hand):
    hand.panel.start_edit(GENERIC, FACT)
    assert hand.part("nameField").text() == "Corporate_Relay"
    assert hand.part("hostNameField").text() == "smtp.northwind.example"
    assert hand.part("isDefaultBox").isChecked()
    assert hand.part("passwordField").text() == ""
    assert hand.part("passwordField").isReadOnly()
    assert hand.part("saveButton").text() == "Save"
    assert hand.sees("deleteButton")
    assert not hand.sees("cancelButton")
    assert not hand.panel.is_changed()


def test_edit_keeps_the_stored_secret_and_what_has_no_field(hand):
    hand.panel.start_edit(GENERIC, None)
    hand.enter("nameField", "Renamed")
    hand.click("saveButton")
    (request,) = hand.saves
    assert request.profile_id == "relay"
    assert request.draft.password is None
    assert request.draft.trusted_ca_pem == GENERIC.server.trusted_ca_pem


def test_replaced_secret_is_saved_and_keep_takes_it_back(hand):
    hand.panel.start_edit(GENERIC, None)
    hand.click("passwordReplaceButton")
    hand.qtbot.keyClicks(hand.part("passwordField"), "new")
    assert hand.panel.is_changed()
    hand.click("saveButton")
    assert hand.saves[0].draft.password == Secret("new")
    hand.click("passwordReplaceButton")
    assert not hand.panel.is_changed()
    assert hand.panel.draft().password is None


def test_another_host_asks_for_the_password_until_it_is_put_back(hand):
    hand.panel.start_edit(GENERIC, None)
    hand.enter("hostNameField", "smtp.other.example")
    assert not hand.part("passwordField").isReadOnly()
    assert hand.hint("password").startswith("Enter it again: the stored one was given for smtp.northwind.example")
    hand.click("saveButton")
    assert list(hand.errors()) == ["password"]
    assert hand.saves == []
    hand.enter("hostNameField", "SMTP.northwind.example.")
    assert hand.part("passwordField").isReadOnly()
    assert hand.hint("password") == ""
    assert hand.errors() == {}
    hand.click("saveButton")
    assert hand.saves[0].draft.password is None


def test_password_typed_for_another_host_stays_when_the_host_is_put_back(hand):
    hand.panel.start_edit(GENERIC, None)
    hand.enter("hostNameField", "smtp.other.example")
    hand.qtbot.keyClicks(hand.part("passwordField"), "new")
    assert hand.hint("password") == ""
    hand.enter("hostNameField", "smtp.northwind.example")
    assert hand.panel.draft().password == Secret("new")
    hand.click("passwordReplaceButton")
    assert hand.part("passwordField").isReadOnly()


def test_another_tenant_asks_for_both_secrets(hand):
    hand.panel.start_edit(GRAPH, None)
    assert hand.part("clientSecretField").isReadOnly()
    hand.enter("tenantIdField", "other.example")
    hand.click("saveButton")
    assert list(hand.errors()) == ["password", "clientSecret"]


def test_another_type_asks_for_the_password(hand):
    hand.panel.start_edit(GENERIC, None)
    hand.choose("typeField", "MS Graph API")
    assert not hand.part("passwordField").isReadOnly()
    hand.choose("typeField", "Generic")
    assert hand.part("passwordField").isReadOnly()
    assert not hand.panel.is_changed()


def test_typed_secret_is_forgotten_when_the_panel_goes_on(hand):
    hand.panel.start_edit(GENERIC, None)
    hand.qtbot.keyClicks(hand.part("passwordField"), "new")
    hand.panel.start_edit(GRAPH, None)
    assert hand.part("passwordField").text() == ""
    assert hand.panel.draft().password is None


def test_a_request_never_shows_the_secret(hand):
    fill_generic(hand)
    hand.click("saveButton")
    assert "pa ss" not in repr(hand.saves)
