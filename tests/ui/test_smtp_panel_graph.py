"""The Info panel of an SMTP: what only MS Graph API has, and the ways to the help."""

from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtCore import Qt
from ui.smtp_panel_driver import GENERIC, GRAPH, GUID, driver_at, fill_graph

from smtp_desktop.domain.smtp.profile import Cloud
from smtp_desktop.domain.smtp.providers import PROVIDERS
from smtp_desktop.ui.help.pages import HelpPage, HelpRequest, HelpValues, help_text
from smtp_desktop.ui.smtps.hints import PASSWORD_SIGN_IN, REGISTER, SCOPE, password_help
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
def hand(qtbot):
    return driver_at(SmtpPanel(today=lambda: TODAY), qtbot)


def test_cloud_and_last_day_are_asked_to_be_created(hand):
    fill_graph(hand)
    hand.enter("clientSecretValidUntilField", "2027-05-31")
    hand.click("advancedButton")
    hand.choose("cloudField", "US Government L5 (DoD)")
    hand.click("saveButton")
    (request,) = hand.saves
    assert request.draft.cloud is Cloud.US_DOD
    assert request.draft.client_secret_valid_until == "2027-05-31"


def test_all_clouds_are_offered(hand):
    box = hand.part("cloudField")
    assert [box.itemText(row) for row in range(box.count())] == [
        "Global",
        "US Government L4",
        "US Government L5 (DoD)",
        "China (21Vianet)",
        "Custom",
    ]


def test_advanced_shows_what_the_type_has(hand):
    hand.click("advancedButton")
    assert [name for name in ("envelopeSenderField", "cloudField", "authorityField") if hand.sees(name)] == [
        "envelopeSenderField"
    ]
    hand.choose("typeField", "MS Graph API")
    assert hand.sees("cloudField")
    assert not any(map(hand.sees, ("envelopeSenderField", "authorityField", "graphUrlField")))
    hand.choose("cloudField", "Custom")
    assert all(map(hand.sees, ("authorityField", "graphUrlField")))
    hand.choose("typeField", "Generic")
    hand.click("authRequiredBox")
    assert not hand.sees("advancedButton")


def test_a_stored_mailbox_is_shown_and_nothing_is_changed(hand):
    hand.panel.start_edit(CUSTOM, None)
    assert not hand.panel.is_changed()
    hand.click("advancedButton")
    assert hand.part("cloudField").currentText() == "Custom"
    assert hand.part("authorityField").text() == "https://login.plant.example"
    assert hand.part("graphUrlField").text() == "https://graph.plant.example"
    assert hand.part("clientSecretValidUntilField").text() == "2027-05-31"


@pytest.mark.parametrize(
    ("field", "typed"),
    [("clientSecretValidUntil", "2028-01-01"), ("authority", "https://l.example"), ("graphUrl", "https://g.example")],
)
def test_typing_is_a_change_and_blanks_are_none(hand, field, typed):
    hand.panel.start_edit(CUSTOM, None)
    hand.click("advancedButton")
    before = hand.part(f"{field}Field").text()
    hand.enter(f"{field}Field", typed)
    assert hand.panel.is_changed()
    hand.enter(f"{field}Field", f" {before} ")
    assert not hand.panel.is_changed()


def test_another_cloud_is_a_change_but_addresses_that_it_does_not_use_are_none(hand):
    hand.panel.start_edit(GRAPH, None)
    hand.click("advancedButton")
    hand.choose("cloudField", "Custom")
    hand.enter("authorityField", "https://l.example")
    assert hand.panel.is_changed()
    hand.choose("cloudField", "Global")
    assert not hand.panel.is_changed()


def test_cloud_and_day_of_a_mailbox_are_no_change_of_a_server(hand):
    hand.panel.start_edit(GENERIC, None)
    hand.choose("typeField", "MS Graph API")
    hand.enter("clientSecretValidUntilField", "2027-05-31")
    hand.click("advancedButton")
    hand.choose("cloudField", "China (21Vianet)")
    hand.choose("typeField", "Generic")
    assert not hand.panel.is_changed()


@pytest.mark.parametrize("typed", ["http://login.plant.example", "login.plant.example", ""])
def test_an_address_that_is_not_https_opens_advanced(hand, typed):
    hand.panel.start_edit(CUSTOM, None)
    hand.click("advancedButton")
    hand.enter("authorityField", typed)
    hand.click("advancedButton")
    assert not hand.sees("authorityField")
    hand.click("saveButton")
    assert hand.saves == []
    assert "authority" in hand.errors()
    assert hand.sees("authorityField")
    hand.enter("authorityField", "https://login.plant.example")
    assert hand.errors() == {}


def test_a_day_that_is_none_is_refused(hand):
    hand.panel.start_edit(GRAPH, None)
    hand.enter("clientSecretValidUntilField", "31.05.2027")
    hand.click("saveButton")
    assert list(hand.errors()) == ["clientSecretValidUntil"]
    assert hand.part("clientSecretValidUntilField").hasFocus()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("2026-12-05", "Ends in 12 days."),
        ("2026-12-23", "Ends in 30 days."),
        ("2026-11-24", "Ends tomorrow."),
        ("2026-11-23", "Ends today."),
        ("2026-11-22", "Ended on 22 Nov 2026."),
    ],
)
def test_a_client_secret_that_ends_is_warned_of(hand, typed, said):
    hand.panel.start_edit(GRAPH, None)
    hand.enter("clientSecretValidUntilField", typed)
    hint = hand.hint("clientSecretValidUntil")
    assert hint == f"{said} Create a new secret in Entra ID and enter it here."
    assert hand.part("clientSecretValidUntilHint").property("role") == "warning"


@pytest.mark.parametrize("typed", ["", "2026-12-24", "soon"])
def test_a_client_secret_that_does_not_end_soon_is_not(hand, typed):
    hand.panel.start_edit(GRAPH, None)
    hand.enter("clientSecretValidUntilField", typed)
    assert hand.hint("clientSecretValidUntil") == "Entra ID shows the day. You are warned 30 days ahead."
    assert hand.part("clientSecretValidUntilHint").property("role") == "hint"


def test_the_sign_in_says_what_it_means(hand):
    hand.panel.start_edit(GRAPH, None)
    assert "retiring" in hand.hint("signIn")
    hand.choose("signInField", "App only")
    assert "RBAC for Applications" in hand.hint("signIn")


def test_another_cloud_asks_for_both_secrets_and_says_where_they_belong(hand):
    hand.panel.start_edit(GRAPH, None)
    hand.click("advancedButton")
    hand.choose("cloudField", "US Government L4")
    said = "given for login.microsoftonline.com with graph.microsoft.com and is sent nowhere else."
    assert said in hand.hint("password")
    assert said in hand.hint("clientSecret")
    hand.choose("cloudField", "Global")
    assert (hand.hint("password"), hand.hint("clientSecret")) == ("", "")


def test_another_authority_asks_for_both_secrets_and_says_where_they_belong(hand):
    hand.panel.start_edit(CUSTOM, None)
    hand.click("advancedButton")
    hand.enter("authorityField", "https://login.evil.example")
    assert "given for https://login.plant.example with https://graph.plant.example and" in hand.hint("clientSecret")
    assert not hand.part("clientSecretField").isReadOnly()


def asked(hand):
    requests = []
    hand.panel.help_requested.connect(requests.append)
    return requests


def test_links_lead_to_the_help_with_what_the_form_holds(hand):
    requests = asked(hand)
    fill_graph(hand)
    values = HelpValues(client_id=GUID, tenant_id=GUID, mailbox="svc-mail@northwind.example")
    hand.click("azureAppLink")
    hand.click("signInLink")
    hand.choose("signInField", "App only")
    assert hand.part("signInLink").accessibleName() == "How to scope it to one mailbox"
    hand.click("signInLink")
    assert requests == [
        HelpRequest(page=HelpPage.AZURE_APP, section=section, values=values)
        for section in (REGISTER, PASSWORD_SIGN_IN, SCOPE)
    ]
    assert hand.saves == []


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return])
def test_links_are_followed_by_key(hand, key):
    requests = asked(hand)
    hand.panel.start_edit(GRAPH, None)
    link = hand.part("azureAppLink")
    link.setFocus()
    hand.qtbot.keyClick(link, key)
    assert [request.section for request in requests] == [REGISTER]
    assert hand.saves == []


def test_a_provider_with_app_passwords_has_a_link_and_others_have_none(hand):
    requests = asked(hand)
    hand.enter("hostNameField", "smtp.northwind.example")
    assert not hand.sees("passwordLink")
    hand.enter("hostNameField", "smtp.gmail.com")
    assert hand.hint("password") == "Gmail takes an app password here, not the account's."
    assert hand.part("passwordLink").text() == "How to get an app password for Gmail"
    hand.click("passwordLink")
    hand.enter("hostNameField", "smtp-mail.outlook.com")
    assert hand.part("passwordLink").text() == "What to do instead of Outlook.com"
    hand.click("passwordLink")
    assert [(request.page, request.section) for request in requests] == [
        (HelpPage.APP_PASSWORDS, "gmail"),
        (HelpPage.APP_PASSWORDS, "outlook-com"),
    ]
    hand.click("authRequiredBox")
    assert not hand.sees("passwordLink")
    hand.click("authRequiredBox")
    hand.choose("typeField", "MS Graph API")
    assert not hand.sees("passwordLink")


def test_a_lost_password_is_said_first_and_the_link_stays(hand):
    hand.panel.start_edit(GENERIC, None)
    hand.enter("hostNameField", "smtp.gmail.com")
    assert hand.hint("password").startswith("Enter it again")
    assert hand.sees("passwordLink")


def test_every_place_that_a_link_leads_to_exists():
    azure = {section.name for section in help_text(HelpPage.AZURE_APP, HelpValues()).sections}
    assert azure >= {REGISTER, SCOPE, PASSWORD_SIGN_IN}
    passwords = {section.name for section in help_text(HelpPage.APP_PASSWORDS, HelpValues()).sections}
    assert passwords >= {password_help(provider).section for provider in PROVIDERS}
