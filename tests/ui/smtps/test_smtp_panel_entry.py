"""The Info panel of an SMTP: what it does by itself while it is filled in."""

import pytest
from PySide6.QtWidgets import QPushButton, QScrollArea
from ui.smtp_panel_driver import driver_at

from smtp_desktop.domain.secret import Secret
from smtp_desktop.ui.smtps.panel import SmtpPanel


@pytest.fixture
def driver(qtbot):
    return driver_at(SmtpPanel(), qtbot)


def test_a_pasted_address_of_a_server_is_taken_apart_when_the_field_is_left(driver):
    driver.enter("hostNameField", "smtp.office365.com:2525")
    assert driver.part("smtpPortField").text() == "587"
    driver.part("smtpPortField").setFocus()
    assert driver.part("hostNameField").text() == "smtp.office365.com"
    assert driver.part("smtpPortField").text() == "2525"


def test_a_pasted_url_fills_what_is_empty_before_it_is_saved(driver):
    driver.enter("nameField", "Relay")
    driver.enter("userNameField", "typed@northwind.example")
    driver.enter("hostNameField", "smtps://ops:s3cret@mail.northwind.example")
    driver.panel.save()
    draft = driver.saves[0].draft
    assert (draft.host_name, draft.smtp_port, draft.user_name) == (
        "mail.northwind.example",
        "465",
        "typed@northwind.example",
    )
    assert draft.password == Secret("s3cret")


def test_the_from_address_is_offered_as_user_name(driver):
    assert not driver.visible("userNameLink")
    driver.enter("fromAddressField", "Northwind <no-reply@northwind.example>")
    link = driver.part("userNameLink")
    assert isinstance(link, QPushButton)
    assert link.text() == "Use no-reply@northwind.example"
    driver.click(link)
    assert driver.part("userNameField").text() == "no-reply@northwind.example"
    assert not driver.visible("userNameLink")


def test_signature_and_description_grow_when_they_are_used(driver):
    low = driver.part("signatureField").height()
    assert driver.part("descriptionField").height() == low
    driver.enter("signatureField", "Regards")
    driver.until(lambda: driver.part("signatureField").height() > low)
    assert driver.part("descriptionField").height() == low


def test_the_whole_server_is_seen_without_scrolling_in_a_window_of_900_pixels(driver):
    driver.resize(404, 900 - 56)
    scroll = driver.panel.findChild(QScrollArea)
    tls = driver.part("tlsBox")
    assert tls.mapTo(scroll.viewport(), tls.rect().bottomLeft()).y() <= scroll.viewport().height()


def test_errors_of_one_type_go_with_it(driver):
    driver.panel.save()
    assert "userName" in driver.errors()
    driver.pick("typeField", "MS Graph API")
    assert driver.errors().keys() == {"name"}
