"""The Info panel of an SMTP: what only MS Graph API has, and the ways to the help."""

from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtCore import Qt
from ui.smtp_panel_driver import GENERIC, GRAPH, GUID, driver_at, fill_graph

from smtp_desktop.domain.smtp.profile import Cloud
from smtp_desktop.domain.smtp.providers import PROVIDERS
from smtp_desktop.ui.help.pages import HelpPage, HelpRequest, HelpValues, help_text
from smtp_desktop.ui.smtps.form.hints import (
    CERTIFICATE,
    FOR_APP_ONLY,
    PASSWORD_SIGN_IN,
    REGISTER,
    SCOPE,
    password_help,
)
from smtp_desktop.ui.smtps.panel import SmtpPanel

TODAY = date(2026, 11, 23)
CUSTOM = replace(
    GRAPH,
    server=replace(
        GRAPH.server,
        cloud=Cloud.CUSTOM,
        authority="https://login.plant.example",
        graph_url="https://graph.plant.example",
        client_secret_valid_until=date(2027, 5, 31),
    ),
)


@pytest.fixture
def driver(qtbot):
    return driver_at(SmtpPanel(today=lambda: TODAY), qtbot)


def test_cloud_and_last_day_are_asked_to_be_created(driver):
    fill_graph(driver)
    driver.enter("clientSecretValidUntilField", "2027-05-31")
    driver.click("advancedButton")
    driver.pick("cloudField", "US Government L5 (DoD)")
    driver.click("saveButton")
    (request,) = driver.saves
    assert request.draft.cloud is Cloud.US_DOD
    assert request.draft.client_secret_valid_until == "2027-05-31"


def test_all_clouds_are_offered(driver):
    driver.pick("typeField", "MS Graph API")
    driver.click("advancedButton")
    box = driver.part("cloudField")
    assert [box.itemText(row) for row in range(box.count())] == [
        "Global",
        "US Government L4",
        "US Government L5 (DoD)",
        "China (21Vianet)",
        "Custom",
    ]


def test_advanced_shows_what_the_type_has(driver):
    driver.click("advancedButton")
    assert [name for name in ("envelopeSenderField", "cloudField", "authorityField") if driver.visible(name)] == [
        "envelopeSenderField"
    ]
    driver.pick("typeField", "MS Graph API")
    assert driver.visible("cloudField")
    assert not any(map(driver.visible, ("envelopeSenderField", "authorityField", "graphUrlField")))
    driver.pick("cloudField", "Custom")
    assert all(map(driver.visible, ("authorityField", "graphUrlField")))
    driver.pick("typeField", "Generic")
    driver.click("authRequiredBox")
    assert not any(map(driver.visible, ("envelopeSenderField", "cloudField", "authorityField")))


def test_a_stored_mailbox_is_shown_and_nothing_is_changed(driver):
    driver.panel.start_edit(CUSTOM, None)
    assert not driver.panel.is_changed()
    driver.click("advancedButton")
    assert driver.part("cloudField").currentText() == "Custom"
    assert driver.part("authorityField").text() == "https://login.plant.example"
    assert driver.part("graphUrlField").text() == "https://graph.plant.example"
    assert driver.part("clientSecretValidUntilField").text() == "2027-05-31"


@pytest.mark.parametrize(
    ("field", "typed"),
    [("clientSecretValidUntil", "2028-01-01"), ("authority", "https://l.example"), ("graphUrl", "https://g.example")],
)
def test_typing_is_a_change_and_blanks_are_none(driver, field, typed):
    driver.panel.start_edit(CUSTOM, None)
    driver.click("advancedButton")
    before = driver.part(f"{field}Field").text()
    driver.enter(f"{field}Field", typed)
    assert driver.panel.is_changed()
    driver.enter(f"{field}Field", f" {before} ")
    assert not driver.panel.is_changed()


def test_another_cloud_is_a_change_but_addresses_that_it_does_not_use_are_none(driver):
    driver.panel.start_edit(GRAPH, None)
    driver.click("advancedButton")
    driver.pick("cloudField", "Custom")
    driver.enter("authorityField", "https://l.example")
    assert driver.panel.is_changed()
    driver.pick("cloudField", "Global")
    assert not driver.panel.is_changed()


def test_cloud_and_day_of_a_mailbox_are_no_change_of_a_server(driver):
    driver.panel.start_edit(GENERIC, None)
    driver.pick("typeField", "MS Graph API")
    driver.enter("clientSecretValidUntilField", "2027-05-31")
    driver.click("advancedButton")
    driver.pick("cloudField", "China (21Vianet)")
    driver.pick("typeField", "Generic")
    assert not driver.panel.is_changed()


@pytest.mark.parametrize("typed", ["http://login.plant.example", "login.plant.example", ""])
def test_an_address_that_is_not_https_opens_advanced(driver, typed):
    driver.panel.start_edit(CUSTOM, None)
    driver.click("advancedButton")
    driver.enter("authorityField", typed)
    driver.click("advancedButton")
    assert not driver.visible("authorityField")
    driver.click("saveButton")
    assert driver.saves == []
    assert "authority" in driver.errors()
    assert driver.visible("authorityField")
    driver.enter("authorityField", "https://login.plant.example")
    assert driver.errors() == {}


def test_a_day_that_is_none_is_refused(driver):
    driver.panel.start_edit(GRAPH, None)
    driver.enter("clientSecretValidUntilField", "31.05.2027")
    driver.click("saveButton")
    assert list(driver.errors()) == ["clientSecretValidUntil"]
    assert driver.part("clientSecretValidUntilField").hasFocus()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("2026-12-05", "Expires in 12 days."),
        ("2026-12-23", "Expires in 30 days."),
        ("2026-11-24", "Expires tomorrow."),
        ("2026-11-23", "Expires today."),
        ("2026-11-22", "Expired on 22 Nov 2026."),
    ],
)
def test_a_client_secret_that_ends_is_warned_of(driver, typed, said):
    driver.panel.start_edit(GRAPH, None)
    driver.enter("clientSecretValidUntilField", typed)
    hint = driver.hint("clientSecretValidUntil")
    assert hint == f"{said} Create a new secret in Entra ID and enter it here."
    assert driver.part("clientSecretValidUntilHint").property("role") == "warning"


@pytest.mark.parametrize("typed", ["", "2026-12-24", "soon"])
def test_a_client_secret_that_does_not_end_soon_is_not(driver, typed):
    driver.panel.start_edit(GRAPH, None)
    driver.enter("clientSecretValidUntilField", typed)
    assert driver.hint("clientSecretValidUntil") == "Entra ID shows this date. You are warned 60 days in advance."
    assert driver.part("clientSecretValidUntilHint").property("role") == "hint"


def test_the_sign_in_says_what_it_means(driver):
    driver.panel.start_edit(GRAPH, None)
    assert "retiring" in driver.hint("signIn")
    driver.pick("signInField", "App only")
    assert "RBAC for Applications" in driver.hint("signIn")


def test_another_cloud_asks_for_both_secrets_and_says_where_they_belong(driver):
    driver.panel.start_edit(GRAPH, None)
    driver.click("advancedButton")
    driver.pick("cloudField", "US Government L4")
    said = "entered for login.microsoftonline.com with graph.microsoft.com and is never sent anywhere else."
    assert said in driver.hint("password")
    assert said in driver.hint("clientSecret")
    driver.pick("cloudField", "Global")
    assert (driver.hint("password"), driver.hint("clientSecret")) == ("", "")


def test_another_authority_asks_for_both_secrets_and_says_where_they_belong(driver):
    driver.panel.start_edit(CUSTOM, None)
    driver.click("advancedButton")
    driver.enter("authorityField", "https://login.evil.example")
    assert "entered for https://login.plant.example with https://graph.plant.example and" in driver.hint("clientSecret")
    assert not driver.part("clientSecretField").isReadOnly()


def asked(driver):
    requests = []
    driver.panel.help_requested.connect(requests.append)
    return requests


def test_links_lead_to_the_help_with_what_the_form_holds(driver):
    requests = asked(driver)
    fill_graph(driver)
    values = HelpValues(client_id=GUID, tenant_id=GUID, mailbox="svc-mail@northwind.example")
    driver.click("azureAppLink")
    driver.click("signInLink")
    driver.pick("signInField", "App only")
    assert driver.part("signInLink").accessibleName() == "How to limit it to one mailbox"
    driver.click("signInLink")
    assert requests == [
        HelpRequest(page=HelpPage.AZURE_APP, section=section, values=values)
        for section in (REGISTER, PASSWORD_SIGN_IN, SCOPE)
    ]
    assert driver.saves == []


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return])
def test_links_are_followed_by_key(driver, key):
    requests = asked(driver)
    driver.panel.start_edit(GRAPH, None)
    link = driver.part("azureAppLink")
    link.setFocus()
    driver.qtbot.keyClick(link, key)
    assert [request.section for request in requests] == [REGISTER]
    assert driver.saves == []


def test_a_provider_with_app_passwords_has_a_link_and_others_have_none(driver):
    requests = asked(driver)
    driver.enter("hostNameField", "smtp.northwind.example")
    assert not driver.visible("passwordLink")
    driver.enter("hostNameField", "smtp.gmail.com")
    assert driver.hint("password") == "Gmail requires an app password here, not the account's password."
    assert driver.part("passwordLink").text() == "How to get an app password for Gmail"
    driver.click("passwordLink")
    driver.enter("hostNameField", "smtp-mail.outlook.com")
    assert driver.part("passwordLink").text() == "What to use instead of Outlook.com"
    driver.click("passwordLink")
    assert [(request.page, request.section) for request in requests] == [
        (HelpPage.APP_PASSWORDS, "gmail"),
        (HelpPage.APP_PASSWORDS, "outlook-com"),
    ]
    driver.click("authRequiredBox")
    assert not driver.visible("passwordLink")
    driver.click("authRequiredBox")
    driver.pick("typeField", "MS Graph API")
    assert not driver.visible("passwordLink")


def test_a_lost_password_is_said_first_and_the_link_stays(driver):
    driver.panel.start_edit(GENERIC, None)
    driver.enter("hostNameField", "smtp.gmail.com")
    assert driver.hint("password").startswith("Enter it again")
    assert driver.visible("passwordLink")


def test_every_place_that_a_link_leads_to_exists():
    azure = {section.name for section in help_text(HelpPage.AZURE_APP, HelpValues()).sections}
    assert azure >= {REGISTER, SCOPE, PASSWORD_SIGN_IN, CERTIFICATE}
    microsoft = {section.name for section in help_text(HelpPage.MICROSOFT_OAUTH, HelpValues()).sections}
    assert FOR_APP_ONLY in microsoft
    passwords = {section.name for section in help_text(HelpPage.APP_PASSWORDS, HelpValues()).sections}
    assert passwords >= {password_help(provider).section for provider in PROVIDERS}
