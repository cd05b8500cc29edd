"""The form's fields for limits and for the name in EHLO, and the provider's limits in it."""

import pytest
from fakes.known_providers import PROVIDERS
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from ui.smtp_panel_driver import GENERIC, GRAPH, driver_at, fill_generic, fill_graph

from smtp_desktop.domain.smtp.known_limits import known_limits
from smtp_desktop.ui.smtps.panel import SmtpPanel

LIMITS = ("perMinuteField", "perHourField", "perDayField", "connectionsField", "mailsPerConnectionField")


@pytest.fixture
def driver(qtbot):
    return driver_at(SmtpPanel(limits_of=lambda draft: known_limits(draft, PROVIDERS)), qtbot)


def typed(driver):
    return [driver.part(name).text() for name in LIMITS if driver.visible(name)]


def unfold(driver):
    driver.part("advancedButton").setFocus()
    driver.press("Space")


def test_limits_and_name_are_typed_from_field_to_field(driver):
    fill_generic(driver)
    unfold(driver)
    driver.press("Tab")
    driver.press("Tab")
    driver.press("Tab")
    for keys in ("pc7.northwind.example", "30", "200", "1000", "3", "50"):
        driver.qtbot.keyClicks(driver.panel.focusWidget(), keys)
        driver.qtbot.keyClick(driver.panel.focusWidget(), Qt.Key.Key_Tab)
    driver.click("saveButton")
    (request,) = driver.saves
    draft = request.draft
    assert draft.ehlo_name == "pc7.northwind.example"
    assert (draft.per_minute, draft.per_hour, draft.per_day) == ("30", "200", "1000")
    assert (draft.connections, draft.mails_per_connection) == ("3", "50")


@pytest.mark.parametrize(
    ("fill", "stops"),
    [
        (fill_generic, "tagsField envelopeSenderField ehloNameField " + " ".join(LIMITS) + " historyButton"),
        (fill_graph, "tagsField cloudField " + " ".join(LIMITS[:4]) + " limitsLink historyButton"),
    ],
)
def test_tab_goes_through_advanced_in_reading_order(driver, fill, stops):
    fill(driver)
    unfold(driver)
    seen = []
    for _ in stops.split():
        driver.qtbot.keyClick(driver.panel.focusWidget(), Qt.Key.Key_Tab)
        seen.append(driver.panel.focusWidget().objectName())
    assert seen == stops.split()


def test_empty_fields_say_what_holds_without_them(driver):
    unfold(driver)
    shown = {name: driver.part(name).placeholderText() for name in ("ehloNameField", *LIMITS)}
    assert shown.pop("ehloNameField") == "Automatic, e.g. [192.0.2.1]"
    assert shown.pop("connectionsField") == "Automatic"
    assert set(shown.values()) == {"No limit"}
    assert [driver.part(name).accessibleName() for name in LIMITS] == [
        *(
            "Messages per minute",
            "Messages per hour",
            "Messages per day",
            "Connections at once",
            "Messages per connection",
        )
    ]


def test_a_providers_limits_are_taken_over_by_one_press(driver):
    unfold(driver)
    assert not driver.visible("limitsHint")
    driver.enter("hostNameField", "smtp.office365.com")
    said = driver.part("limitsHint").text()
    assert said.startswith(
        "Microsoft 365 allows at most 30 messages per minute, 10,000 messages per day, 3 connections at once."
    )
    driver.enter("perHourField", "100")
    driver.part("limitsLink").setFocus()
    driver.press("Space")
    assert typed(driver) == ["30", "100", "10000", "3", ""]
    assert driver.panel.is_changed()
    assert driver.part("perMinuteField").hasFocus()
    assert driver.part("limitsHint").text() == said
    assert not driver.visible("limitsLink")
    driver.enter("perDayField", "20")
    assert driver.visible("limitsLink")
    driver.enter("hostNameField", "smtp.northwind.example")
    assert not driver.visible("limitsHint")
    assert not driver.visible("limitsLink")
    assert typed(driver) == ["30", "100", "20", "3", ""]


def test_limits_of_a_mailbox_are_known_by_its_cloud(driver):
    fill_graph(driver)
    unfold(driver)
    assert not driver.visible("ehloNameField")
    assert not driver.visible("mailsPerConnectionField")
    driver.part("limitsLink").setFocus()
    driver.press("Space")
    assert typed(driver) == ["30", "", "10000", ""]
    driver.pick("cloudField", "China (21Vianet)")
    assert not driver.visible("limitsHint")


def test_limits_are_there_without_sign_in(driver):
    fill_generic(driver)
    driver.enter("fromAddressField", "plant@northwind.example")
    driver.click("authRequiredBox")
    unfold(driver)
    assert not driver.visible("envelopeSenderField")
    driver.enter("ehloNameField", "[192.0.2.7]")
    driver.enter("perMinuteField", "5")
    driver.click("saveButton")
    (request,) = driver.saves
    assert (request.draft.ehlo_name, request.draft.per_minute) == ("[192.0.2.7]", "5")


def test_what_is_wrong_is_said_at_its_field_and_advanced_opens(driver):
    fill_generic(driver)
    unfold(driver)
    driver.enter("ehloNameField", "pc7")
    driver.enter("perDayField", "many")
    unfold(driver)
    assert not driver.visible("perDayField")
    driver.click("saveButton")
    assert driver.saves == []
    assert driver.errors() == {
        "ehloName": "Enter the full name, for example pc7.company.example, or leave the field empty.",
        "perDay": "Enter a whole number up to 10,000,000, or 0 for no limit.",
    }
    assert driver.part("ehloNameField").hasFocus()
    driver.enter("perDayField", "7")
    assert list(driver.errors()) == ["ehloName"]


def test_nothing_is_taken_over_while_it_is_saved(driver):
    unfold(driver)
    driver.enter("hostNameField", "smtp.gmail.com")
    driver.panel.set_busy("Saving")
    assert not driver.part("limitsLink").isEnabled()
    assert all(driver.part(name).isReadOnly() for name in ("ehloNameField", *LIMITS))
    driver.panel.set_idle()
    assert driver.part("limitsLink").isEnabled()


@pytest.mark.parametrize("profile", [GENERIC, GRAPH])
def test_another_smtp_has_its_own(driver, profile):
    unfold(driver)
    driver.enter("perMinuteField", "5")
    driver.enter("ehloNameField", "pc7.northwind.example")
    driver.panel.start_edit(profile, None)
    assert not driver.panel.is_changed()
    assert [line.text() for name in LIMITS for line in driver.panel.findChildren(QLineEdit, name)] == [""] * 5
    assert driver.panel.draft().ehlo_name == ""
