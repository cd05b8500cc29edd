"""The Info panel of an SMTP: what is refused."""

import pytest
from PySide6.QtWidgets import (
    QLineEdit,
    QScrollArea,
)
from ui.smtp_panel_driver import driver_at, fill_generic, fill_graph

from smtp_desktop.domain.errors import FieldError
from smtp_desktop.domain.message_text import msg
from smtp_desktop.ui.smtps.panel import SmtpPanel


@pytest.fixture
def driver(qtbot):
    return driver_at(SmtpPanel(), qtbot)


def test_every_missing_field_is_refused_at_once_and_nothing_is_asked_for(driver):
    driver.click("saveButton")
    assert driver.errors() == {
        "name": "Enter a name.",
        "hostName": "Enter the server's host name or IP address.",
        "userName": "Enter the user name, or turn off Auth Required.",
        "password": "Enter the password.",
    }
    assert driver.saves == []
    assert driver.part("nameField").hasFocus()


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("name", "two words", "Use only letters, digits and underscores."),
        ("name", "x" * 51, "Shorten it by 1"),
        ("fromAddress", "nobody", "This is not an email address"),
        ("hostName", "smtp_.exa mple", "This is not a host name"),
        ("smtpPort", "0", "Enter a whole number from 1 to 65535."),
        ("smtpPort", "65536", "Enter a whole number from 1 to 65535."),
        ("smtpPort", "", "Enter the port"),
        ("smtpPort", "smtp", "Enter a whole number"),
        ("signature", "x" * 251, "Shorten it by 1"),
        ("description", "x" * 1001, "Shorten it by 1"),
    ],
)
def test_refused_content_stays_and_says_why_beside_itself(driver, field, typed, said):
    fill_generic(driver)
    part = driver.part(f"{field}Field")
    if len(typed) > 200:
        part.setPlainText(typed)
    else:
        driver.enter(f"{field}Field", typed)
    driver.click("saveButton")
    assert list(driver.errors()) == [field]
    assert said in driver.errors()[field]
    assert part.property("invalid") is True
    assert said in part.accessibleDescription()
    assert (part.text() if isinstance(part, QLineEdit) else part.toPlainText()) == typed
    assert driver.saves == []


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("userName", "svc-mail", "Enter the mailbox's email address"),
        ("tenantId", "not a tenant", "tenant"),
        ("clientId", "123", "A client ID looks like"),
        ("clientSecret", "", "Enter the client secret's value."),
        ("password", "", "Enter the password."),
    ],
)
def test_refused_content_of_a_mailbox(driver, field, typed, said):
    fill_graph(driver)
    driver.enter(f"{field}Field", typed)
    driver.click("saveButton")
    assert list(driver.errors()) == [field]
    assert said in driver.errors()[field]
    assert driver.saves == []


def test_an_error_goes_when_its_field_is_edited_and_the_others_stay(driver):
    driver.click("saveButton")
    driver.enter("hostNameField", "s")
    assert list(driver.errors()) == ["name", "userName", "password"]


def test_an_error_goes_when_another_field_makes_it_needless(driver):
    fill_generic(driver)
    driver.enter("userNameField", "apikey")
    driver.click("saveButton")
    assert list(driver.errors()) == ["fromAddress"]
    driver.enter("userNameField", "svc@northwind.example")
    assert driver.errors() == {}


def test_error_of_the_service_goes_only_with_its_own_field(driver):
    fill_generic(driver)
    driver.panel.show_errors((FieldError(field="name", message=msg("{name} is taken.", name="Relay")),))
    driver.enter("hostNameField", "smtp.other.example")
    assert driver.errors() == {"name": "Relay is taken."}
    driver.enter("nameField", "Relay_2")
    assert driver.errors() == {}


def test_error_below_the_fold_is_scrolled_to(driver):
    driver.resize(404, 420)
    driver.panel.show_errors((FieldError(field="description", message=msg("Too long.")),))
    assert driver.part("descriptionField").hasFocus()
    viewport = driver.panel.findChild(QScrollArea).viewport()
    label = driver.part("descriptionError")
    bottom = label.mapTo(viewport, label.rect().bottomLeft()).y()
    assert 0 <= bottom <= viewport.height()


def test_error_in_the_folded_part_unfolds_it(driver):
    driver.panel.show_errors((FieldError(field="envelope_sender", message=msg("Not this one.")),))
    assert driver.errors() == {"envelopeSender": "Not this one."}


def test_error_of_no_field_is_the_note(driver):
    driver.panel.show_errors((FieldError(field="trusted_ca_pem", message=msg("Not a certificate.")),))
    assert driver.visible("panelNote")
    assert driver.part("panelNote").text() == "Not a certificate."
    driver.panel.show_note("")
    assert not driver.visible("panelNote")


def test_without_sign_in_there_is_no_user_and_a_from_address_is_required(driver):
    fill_generic(driver)
    driver.click("authRequiredBox")
    assert not driver.visible("userNameField")
    assert not driver.visible("passwordField")
    driver.click("advancedButton")
    assert not driver.visible("envelopeSenderField")
    driver.click("saveButton")
    assert list(driver.errors()) == ["fromAddress"]
    driver.enter("fromAddressField", "Plant Floor <mes@plant.local>")
    driver.click("saveButton")
    assert len(driver.saves) == 1


def test_user_name_that_is_no_address_gets_a_hint_and_no_error(driver):
    fill_generic(driver)
    driver.enter("userNameField", "apikey")
    driver.enter("fromAddressField", "news@northwind.example")
    assert "apikey" in driver.hint("userName")
    driver.click("saveButton")
    assert len(driver.saves) == 1
