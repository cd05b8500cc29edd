"""The Info panel of an SMTP: what is refused."""

import pytest
from PySide6.QtWidgets import (
    QLineEdit,
    QScrollArea,
)
from ui.smtp_panel_hand import fill_generic, fill_graph, hand_at

from smtp_desktop.domain.errors import FieldError
from smtp_desktop.domain.message_text import msg
from smtp_desktop.ui.smtps.panel import SmtpPanel


@pytest.fixture
def hand(qtbot):
    return hand_at(SmtpPanel(), qtbot)


def test_every_missing_field_is_refused_at_once_and_nothing_is_asked_for(hand):
    hand.click("saveButton")
    assert hand.errors() == {
        "name": "Enter a name.",
        "hostName": "Enter the server's host name or IP address.",
        "userName": "Enter the user name, or switch off Auth Required.",
        "password": "Enter the password.",
    }
    assert hand.saves == []
    assert hand.part("nameField").hasFocus()


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("name", "two words", "Use letters, digits and underscore only."),
        ("name", "x" * 51, "Shorten it by 1"),
        ("fromAddress", "nobody", "This is not an email address"),
        ("hostName", "smtp_.exa mple", "This is not a host name"),
        ("smtpPort", "0", "A port is a whole number from 1 to 65535."),
        ("smtpPort", "65536", "A port is a whole number from 1 to 65535."),
        ("smtpPort", "", "Enter the port"),
        ("smtpPort", "smtp", "A port is a whole number"),
        ("signature", "x" * 251, "Shorten it by 1"),
        ("description", "x" * 1001, "Shorten it by 1"),
    ],
)
def test_refused_content_stays_and_says_why_beside_itself(hand, field, typed, said):
    fill_generic(hand)
    part = hand.part(f"{field}Field")
    if len(typed) > 200:
        part.setPlainText(typed)
    else:
        hand.enter(f"{field}Field", typed)
    hand.click("saveButton")
    assert list(hand.errors()) == [field]
    assert said in hand.errors()[field]
    assert part.property("invalid") is True
    assert said in part.accessibleDescription()
    assert (part.text() if isinstance(part, QLineEdit) else part.toPlainText()) == typed
    assert hand.saves == []


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("userName", "svc-mail", "Enter the mailbox's email address"),
        ("tenantId", "not a tenant", "tenant"),
        ("clientId", "123", "A client id looks like"),
        ("clientSecret", "", "Enter the client secret's value."),
        ("password", "", "Enter the password."),
    ],
)
def test_refused_content_of_a_mailbox(hand, field, typed, said):
    fill_graph(hand)
    hand.enter(f"{field}Field", typed)
    hand.click("saveButton")
    assert list(hand.errors()) == [field]
    assert said in hand.errors()[field]
    assert hand.saves == []


def test_an_error_goes_when_its_field_is_edited_and_the_others_stay(hand):
    hand.click("saveButton")
    hand.enter("hostNameField", "s")
    assert list(hand.errors()) == ["name", "userName", "password"]


def test_an_error_goes_when_another_field_makes_it_needless(hand):
    fill_generic(hand)
    hand.enter("userNameField", "apikey")
    hand.click("saveButton")
    assert list(hand.errors()) == ["fromAddress"]
    hand.enter("userNameField", "svc@northwind.example")
    assert hand.errors() == {}


def test_error_of_the_service_goes_only_with_its_own_field(hand):
    fill_generic(hand)
    hand.panel.show_errors((FieldError(field="name", message=msg("{name} is taken.", name="Relay")),))
    hand.enter("hostNameField", "smtp.other.example")
    assert hand.errors() == {"name": "Relay is taken."}
    hand.enter("nameField", "Relay_2")
    assert hand.errors() == {}


def test_error_below_the_fold_is_scrolled_to(hand):
    hand.resize(404, 420)
    hand.panel.show_errors((FieldError(field="description", message=msg("Too long.")),))
    assert hand.part("descriptionField").hasFocus()
    viewport = hand.panel.findChild(QScrollArea).viewport()
    label = hand.part("descriptionError")
    bottom = label.mapTo(viewport, label.rect().bottomLeft()).y()
    assert 0 <= bottom <= viewport.height()


def test_error_in_the_folded_part_unfolds_it(hand):
    hand.panel.show_errors((FieldError(field="envelope_sender", message=msg("Not this one.")),))
    assert hand.errors() == {"envelopeSender": "Not this one."}


def test_error_of_no_field_is_the_note(hand):
    hand.panel.show_errors((FieldError(field="trusted_ca_pem", message=msg("Not a certificate.")),))
    assert hand.sees("panelNote")
    assert hand.part("panelNote").text() == "Not a certificate."
    hand.panel.show_note("")
    assert not hand.sees("panelNote")


def test_without_sign_in_there_is_no_user_and_a_from_address_is_required(hand):
    fill_generic(hand)
    hand.click("authRequiredBox")
    assert not hand.sees("userNameField")
    assert not hand.sees("passwordField")
    assert not hand.sees("advancedButton")
    hand.click("saveButton")
    assert list(hand.errors()) == ["fromAddress"]
    hand.enter("fromAddressField", "Plant Floor <mes@plant.local>")
    hand.click("saveButton")
    assert len(hand.saves) == 1


def test_user_name_that_is_no_address_gets_a_hint_and_no_error(hand):
    fill_generic(hand)
    hand.enter("userNameField", "apikey")
    hand.enter("fromAddressField", "news@northwind.example")
    assert "apikey" in hand.hint("userName")
    hand.click("saveButton")
    assert len(hand.saves) == 1
