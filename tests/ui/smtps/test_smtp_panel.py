"""The Info panel of an SMTP: what it takes and what it asks for."""

import pytest
from PySide6.QtCore import Qt
from ui.smtp_panel_driver import GENERIC, GRAPH, driver_at, fill_generic, fill_graph

from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.profile import (
    EnvelopeSender,
    ProfileType,
    SignIn,
    SmtpProfile,
)
from smtp_desktop.ui.checks.tested_settings import FormContent
from smtp_desktop.ui.smtps.panel import SaveRequest, SmtpPanel


@pytest.fixture
def driver(qtbot):
    return driver_at(SmtpPanel(), qtbot)


def test_create_starts_with_the_defaults_of_the_specification(driver):
    driver.panel.start_create(is_default=True)
    draft = driver.panel.draft()
    assert (draft.type, draft.smtp_port, draft.tls, draft.auth_required) == (ProfileType.GENERIC, "587", True, True)
    assert draft.is_default
    assert draft.password is None
    assert driver.panel.profile_id is None
    assert driver.part("saveButton").text() == "Create"
    assert driver.visible("cancelButton")
    assert not driver.visible("deleteButton")
    assert not driver.panel.is_changed()


def test_what_holds_is_asked_to_be_created(driver):
    fill_generic(driver)
    driver.enter("smtpPortField", "2525")
    driver.click("tlsBox")
    driver.enter("descriptionField", "For night jobs")
    driver.click("saveButton")
    (request,) = driver.saves
    assert isinstance(request, SaveRequest)
    assert request.profile_id is None
    assert request.draft == driver.panel.draft()
    assert (request.draft.name, request.draft.smtp_port, request.draft.tls) == ("Relay", "2525", False)
    assert request.draft.description == "For night jobs"
    assert request.draft.password == Secret("pa ss")
    assert driver.errors() == {}


def test_mailbox_that_holds_is_asked_to_be_created(driver):
    fill_graph(driver)
    driver.pick("signInField", "App only")
    driver.click("saveButton")
    (request,) = driver.saves
    assert request.draft.type is ProfileType.GRAPH
    assert request.draft.sign_in is SignIn.APP_ONLY
    assert request.draft.client_secret == Secret("secret")


def test_enter_in_a_line_saves(driver):
    fill_generic(driver)
    driver.qtbot.keyClick(driver.part("hostNameField"), Qt.Key.Key_Return)
    assert len(driver.saves) == 1


def test_enter_in_the_signature_is_a_new_line(driver):
    fill_generic(driver)
    driver.enter("signatureField", "one")
    driver.qtbot.keyClick(driver.part("signatureField"), Qt.Key.Key_Return)
    assert driver.saves == []
    assert driver.panel.draft().signature == "one\n"


def test_type_shows_its_own_fields(driver):
    server = ("hostNameField", "smtpPortField", "tlsBox", "authRequiredBox")
    graph = (
        *("tenantIdField", "clientIdField", "clientSecretField", "clientSecretValidUntilField"),
        "azureAppLink",
    )
    assert all(map(driver.visible, server))
    assert not any(map(driver.visible, graph))
    driver.pick("typeField", "MS Graph API")
    assert not any(map(driver.visible, server))
    assert all(map(driver.visible, graph))
    assert driver.visible("userNameField")
    driver.pick("signInField", "App only")
    assert not driver.visible("passwordField")
    assert driver.visible("userNameField")


def test_envelope_sender_is_under_advanced(driver):
    assert not driver.visible("envelopeSenderField")
    driver.click("advancedButton")
    assert driver.visible("envelopeSenderField")
    driver.pick("envelopeSenderField", "From Address")
    assert driver.panel.draft().envelope_sender is EnvelopeSender.FROM


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("name", "Other"),
        ("fromAddress", "a@b.example"),
        ("hostName", "h.example"),
        ("smtpPort", "25"),
        ("userName", "u"),
        ("signature", "s"),
        ("description", "d"),
        ("password", "p"),
    ],
)
def test_typing_is_a_change(driver, field, typed):
    driver.panel.start_edit(GENERIC, None)
    driver.enter(f"{field}Field", typed)
    assert driver.panel.is_changed()


@pytest.mark.parametrize("box", ["isDefaultBox", "tlsBox", "authRequiredBox"])
def test_ticking_is_a_change_and_ticking_back_is_none(driver, box):
    driver.panel.start_edit(GENERIC, None)
    driver.click(box)
    assert driver.panel.is_changed()
    driver.click(box)
    assert not driver.panel.is_changed()


def test_typing_the_same_again_is_no_change(driver):
    driver.panel.start_edit(GENERIC, None)
    driver.enter("nameField", "Other")
    driver.enter("nameField", " Corporate_Relay ")
    assert not driver.panel.is_changed()


def test_refresh_shows_the_new_state_and_keeps_what_was_typed(driver):
    driver.panel.start_edit(GENERIC, None)
    driver.enter("descriptionField", "typed")
    driver.qtbot.keyClicks(driver.part("passwordField"), "new")
    driver.panel.refresh_stored(
        SmtpProfile(id=GENERIC.id, name="Renamed", server=GENERIC.server, from_address=GENERIC.from_address)
    )
    draft = driver.panel.draft()
    assert (draft.name, draft.is_default, draft.signature) == ("Renamed", False, "")
    assert draft.description == "typed"
    assert draft.password == Secret("new")
    assert driver.panel.is_changed()
    driver.enter("descriptionField", "")
    driver.click("passwordReplaceButton")
    assert not driver.panel.is_changed()


def test_refresh_of_another_smtp_is_ignored(driver):
    driver.panel.start_edit(GENERIC, None)
    driver.panel.refresh_stored(GRAPH)
    assert driver.part("nameField").text() == "Corporate_Relay"


def test_test_takes_the_form_as_it_is(driver):
    driver.panel.start_edit(GENERIC, None)
    driver.click("testButton")
    driver.enter("smtpPortField", "2525")
    driver.click("testButton")
    unchanged, changed = driver.tests
    assert isinstance(changed, FormContent)
    assert (unchanged.profile_id, unchanged.changed) == ("relay", False)
    assert (changed.draft.smtp_port, changed.changed) == ("2525", True)


def test_test_needs_no_name_while_creating_but_all_else(driver):
    driver.enter("hostNameField", "smtp.northwind.example")
    driver.click("testButton")
    assert list(driver.errors()) == ["userName", "password"]
    assert driver.tests == []
    driver.enter("userNameField", "svc@northwind.example")
    driver.enter("passwordField", "pw")
    driver.click("testButton")
    assert len(driver.tests) == 1


def test_mailbox_is_tested_as_it_is_in_the_form(driver):
    driver.panel.start_edit(GRAPH, None)
    driver.click("testButton")
    driver.pick("signInField", "App only")
    driver.click("testButton")
    unchanged, changed = driver.tests
    assert (unchanged.profile_id, unchanged.changed) == ("mailbox", False)
    assert (changed.draft.sign_in, changed.changed) == (SignIn.APP_ONLY, True)


def test_delete_cancel_and_close_are_asked_for(driver):
    driver.panel.start_edit(GENERIC, None)
    driver.click("deleteButton")
    assert driver.deletes == ["relay"]
    driver.click("closeButton")
    assert len(driver.closes) == 1
    driver.panel.start_create(is_default=False)
    driver.click("cancelButton")
    assert len(driver.closes) == 2
