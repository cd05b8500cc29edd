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
from smtp_desktop.ui.smtps.panel import SaveRequest, SmtpPanel, TestRequest


@pytest.fixture
def hand(qtbot):
    return driver_at(SmtpPanel(), qtbot)


def test_create_starts_with_the_defaults_of_the_specification(hand):
    hand.panel.start_create(is_default=True)
    draft = hand.panel.draft()
    assert (draft.type, draft.smtp_port, draft.tls, draft.auth_required) == (ProfileType.GENERIC, "587", True, True)
    assert draft.is_default
    assert draft.password is None
    assert hand.panel.profile_id is None
    assert hand.part("saveButton").text() == "Create"
    assert hand.sees("cancelButton")
    assert not hand.sees("deleteButton")
    assert not hand.panel.is_changed()


def test_what_holds_is_asked_to_be_created(hand):
    fill_generic(hand)
    hand.enter("smtpPortField", "2525")
    hand.click("tlsBox")
    hand.enter("descriptionField", "For night jobs")
    hand.click("saveButton")
    (request,) = hand.saves
    assert isinstance(request, SaveRequest)
    assert request.profile_id is None
    assert request.draft == hand.panel.draft()
    assert (request.draft.name, request.draft.smtp_port, request.draft.tls) == ("Relay", "2525", False)
    assert request.draft.description == "For night jobs"
    assert request.draft.password == Secret("pa ss")
    assert hand.errors() == {}


def test_mailbox_that_holds_is_asked_to_be_created(hand):
    fill_graph(hand)
    hand.choose("signInField", "App only")
    hand.click("saveButton")
    (request,) = hand.saves
    assert request.draft.type is ProfileType.GRAPH
    assert request.draft.sign_in is SignIn.APP_ONLY
    assert request.draft.client_secret == Secret("secret")


def test_enter_in_a_line_saves(hand):
    fill_generic(hand)
    hand.qtbot.keyClick(hand.part("hostNameField"), Qt.Key.Key_Return)
    assert len(hand.saves) == 1


def test_enter_in_the_signature_is_a_new_line(hand):
    fill_generic(hand)
    hand.enter("signatureField", "one")
    hand.qtbot.keyClick(hand.part("signatureField"), Qt.Key.Key_Return)
    assert hand.saves == []
    assert hand.panel.draft().signature == "one\n"


def test_type_shows_its_own_fields(hand):
    server = ("hostNameField", "smtpPortField", "tlsBox", "authRequiredBox")
    graph = (
        *("signInField", "tenantIdField", "clientIdField", "clientSecretField", "clientSecretValidUntilField"),
        "azureAppLink",
    )
    assert all(map(hand.sees, server))
    assert not any(map(hand.sees, graph))
    hand.choose("typeField", "MS Graph API")
    assert not any(map(hand.sees, server))
    assert all(map(hand.sees, graph))
    assert hand.sees("userNameField")
    hand.choose("signInField", "App only")
    assert not hand.sees("passwordField")
    assert hand.sees("userNameField")


def test_envelope_sender_is_under_advanced(hand):
    assert not hand.sees("envelopeSenderField")
    hand.click("advancedButton")
    assert hand.sees("envelopeSenderField")
    hand.choose("envelopeSenderField", "From Address")
    assert hand.panel.draft().envelope_sender is EnvelopeSender.FROM


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
def test_typing_is_a_change(hand, field, typed):
    hand.panel.start_edit(GENERIC, None)
    hand.enter(f"{field}Field", typed)
    assert hand.panel.is_changed()


@pytest.mark.parametrize("box", ["isDefaultBox", "tlsBox", "authRequiredBox"])
def test_ticking_is_a_change_and_ticking_back_is_none(hand, box):
    hand.panel.start_edit(GENERIC, None)
    hand.click(box)
    assert hand.panel.is_changed()
    hand.click(box)
    assert not hand.panel.is_changed()


def test_typing_the_same_again_is_no_change(hand):
    hand.panel.start_edit(GENERIC, None)
    hand.enter("nameField", "Other")
    hand.enter("nameField", " Corporate_Relay ")
    assert not hand.panel.is_changed()


def test_refresh_shows_the_new_state_and_keeps_what_was_typed(hand):
    hand.panel.start_edit(GENERIC, None)
    hand.enter("descriptionField", "typed")
    hand.qtbot.keyClicks(hand.part("passwordField"), "new")
    hand.panel.refresh_stored(
        SmtpProfile(id=GENERIC.id, name="Renamed", server=GENERIC.server, from_address=GENERIC.from_address)
    )
    draft = hand.panel.draft()
    assert (draft.name, draft.is_default, draft.signature) == ("Renamed", False, "")
    assert draft.description == "typed"
    assert draft.password == Secret("new")
    assert hand.panel.is_changed()
    hand.enter("descriptionField", "")
    hand.click("passwordReplaceButton")
    assert not hand.panel.is_changed()


def test_refresh_of_another_smtp_is_ignored(hand):
    hand.panel.start_edit(GENERIC, None)
    hand.panel.refresh_stored(GRAPH)
    assert hand.part("nameField").text() == "Corporate_Relay"


def test_test_takes_the_form_as_it_is(hand):
    hand.panel.start_edit(GENERIC, None)
    hand.click("testButton")
    hand.enter("smtpPortField", "2525")
    hand.click("testButton")
    unchanged, changed = hand.tests
    assert isinstance(changed, TestRequest)
    assert (unchanged.profile_id, unchanged.changed) == ("relay", False)
    assert (changed.draft.smtp_port, changed.changed) == ("2525", True)


def test_test_needs_no_name_while_creating_but_all_else(hand):
    hand.enter("hostNameField", "smtp.northwind.example")
    hand.click("testButton")
    assert list(hand.errors()) == ["userName", "password"]
    assert hand.tests == []
    hand.enter("userNameField", "svc@northwind.example")
    hand.enter("passwordField", "pw")
    hand.click("testButton")
    assert len(hand.tests) == 1


def test_mailbox_is_tested_as_it_is_in_the_form(hand):
    hand.panel.start_edit(GRAPH, None)
    hand.click("testButton")
    hand.choose("signInField", "App only")
    hand.click("testButton")
    unchanged, changed = hand.tests
    assert (unchanged.profile_id, unchanged.changed) == ("mailbox", False)
    assert (changed.draft.sign_in, changed.changed) == (SignIn.APP_ONLY, True)


def test_delete_cancel_and_close_are_asked_for(hand):
    hand.panel.start_edit(GENERIC, None)
    hand.click("deleteButton")
    assert hand.deletes == ["relay"]
    hand.click("closeButton")
    assert len(hand.closes) == 1
    hand.panel.start_create(is_default=False)
    hand.click("cancelButton")
    assert len(hand.closes) == 2
