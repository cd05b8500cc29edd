"""The Info panel of an SMTP: signing in without a password, and the client that this needs."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from ui.smtp_panel_driver import GENERIC, GRAPH, GUID, driver_at, fill_graph

from smtp_desktop.domain.secret import Secret, SecretRef
from smtp_desktop.domain.sign_in.signed_in import SignedIn
from smtp_desktop.domain.sign_in.tokens import TokenSet, token_set_of
from smtp_desktop.domain.smtp.oauth import AppCertificate, OAuthClient, OAuthProvider
from smtp_desktop.domain.smtp.profile import AppCredential, SignIn
from smtp_desktop.ui.help.pages import HelpPage
from smtp_desktop.ui.smtps.panel import SmtpPanel

NOW = datetime.now(UTC)
TOKENS = TokenSet(
    access_token=Secret("access"),
    expires_at=NOW + timedelta(hours=1),
    refresh_token=Secret("refresh"),
    account="svc@northwind.example",
)
SIGNED_IN = replace(
    GENERIC,
    server=replace(
        GENERIC.server,
        host_name="smtp.office365.com",
        user_name="svc@northwind.example",
        sign_in=SignIn.BROWSER,
        oauth=OAuthClient(provider=OAuthProvider.MICROSOFT, client_id=GUID),
        password_ref=None,
        tokens_ref=SecretRef("sealed:tokens"),
    ),
)
STATE = SignedIn(
    profile_id=SIGNED_IN.id, account="svc@northwind.example", signed_in_at=NOW, valid_until=NOW + timedelta(minutes=40)
)
CERTIFICATE = AppCertificate(
    pem="-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", valid_until=date(2028, 2, 3)
)
NEXT = AppCertificate(
    pem="-----BEGIN CERTIFICATE-----\nBBBB\n-----END CERTIFICATE-----\n", valid_until=date(2030, 2, 3)
)


@pytest.fixture
def driver(qtbot):
    return driver_at(SmtpPanel(), qtbot)


def fill_browser(driver, host="smtp.office365.com"):
    driver.enter("nameField", "Relay")
    driver.enter("hostNameField", host)
    driver.pick("signInField", "Browser (OAuth2)")
    driver.enter("userNameField", "svc@northwind.example")


def asked(driver):
    requests = []
    driver.panel.sign_in_requested.connect(requests.append)
    return requests


@pytest.mark.parametrize(
    ("host", "label"),
    [
        ("smtp.gmail.com", "Google"),
        ("smtp.office365.com", "Microsoft 365 and Outlook.com"),
        ("smtp-mail.outlook.com", "Microsoft 365 and Outlook.com"),
        ("smtp.northwind.example", "Other"),
    ],
)
def test_the_host_proposes_the_provider(driver, host, label):
    fill_browser(driver, host)
    assert driver.part("providerField").currentText() == label


def test_a_provider_that_was_chosen_stays_whatever_the_host(driver):
    fill_browser(driver, "smtp.northwind.example")
    driver.pick("providerField", "Google")
    driver.enter("hostNameField", "smtp.office365.com")
    assert driver.part("providerField").currentText() == "Google"


MICROSOFT = "Microsoft 365 and Outlook.com"
SHOWN = ("tenantIdField", "clientIdField", "clientSecretField", "issuerField", "tokenUrlField", "scopeField")


@pytest.mark.parametrize(
    ("provider", "sign_in", "shown"),
    [
        ("Google", "Browser (OAuth2)", "clientIdField clientSecretField"),
        ("Google", "App only", "serviceAccountField"),
        (MICROSOFT, "Browser (OAuth2)", "tenantIdField clientIdField clientSecretField"),
        (
            "Microsoft 365 and Outlook.com",
            "App only",
            "tenantIdField clientIdField appCredentialField clientSecretField",
        ),
        (
            "Other",
            "Browser (OAuth2)",
            "clientIdField clientSecretField issuerField authorizeUrlField tokenUrlField deviceUrlField scopeField",
        ),
        ("Other", "App only", "clientIdField clientSecretField issuerField tokenUrlField scopeField"),
    ],
)
def test_the_client_has_the_fields_of_its_provider(driver, provider, sign_in, shown):
    driver.pick("signInField", sign_in)
    driver.pick("providerField", provider)
    every = (*SHOWN, "authorizeUrlField", "deviceUrlField", "appCredentialField", "serviceAccountField")
    assert {name for name in every if driver.visible(name)} == set(shown.split())
    assert not driver.visible("passwordField")
    assert driver.visible("signInState") is (sign_in != "App only")


def test_an_issuer_says_all_addresses(driver):
    fill_browser(driver, "smtp.northwind.example")
    driver.enter("issuerField", "https://login.northwind.example")
    assert not any(map(driver.visible, ("authorizeUrlField", "tokenUrlField", "deviceUrlField")))
    driver.enter("issuerField", "")
    assert all(map(driver.visible, ("authorizeUrlField", "tokenUrlField", "deviceUrlField")))


def test_what_a_sign_in_needs_is_asked_for_before_it(driver):
    requests = asked(driver)
    driver.pick("signInField", "Browser (OAuth2)")
    driver.enter("hostNameField", "smtp.gmail.com")
    driver.click("clientButton")  # folds it
    driver.click("signInButton")
    assert requests == []
    assert set(driver.errors()) == {"userName", "clientId", "clientSecret"}
    assert driver.part("userNameField").hasFocus()
    assert driver.visible("clientIdField")


def test_signing_in_needs_neither_name_nor_host(driver):
    requests = asked(driver)
    driver.pick("signInField", "Browser (OAuth2)")
    driver.pick("providerField", "Microsoft 365 and Outlook.com")
    driver.enter("userNameField", "svc@northwind.example")
    driver.enter("clientIdField", GUID)
    driver.click("signInButton")
    (request,) = requests
    assert request.draft.client.provider is OAuthProvider.MICROSOFT
    assert request.stored is None


def test_what_a_sign_in_brought_is_created_with_the_smtp(driver):
    fill_browser(driver)
    driver.enter("clientIdField", GUID)
    assert driver.part("signInTitle").text() == "Not signed in yet"
    driver.panel.form.sign_in.take_tokens(TOKENS, "svc@northwind.example")
    assert driver.part("signInTitle").text() == "Signed in as svc@northwind.example"
    assert driver.part("signInMore").text().endswith(", renewed automatically")
    assert driver.part("signInButton").text() == "Sign in again"
    driver.click("saveButton")
    (request,) = driver.saves
    assert token_set_of(request.draft.tokens).refresh_token == Secret("refresh")


@pytest.mark.parametrize(("field", "typed"), [("userNameField", "x@northwind.example"), ("clientIdField", "c" * 8)])
def test_tokens_of_another_user_or_client_are_not_used(driver, field, typed):
    fill_browser(driver)
    driver.enter("clientIdField", GUID)
    driver.panel.form.sign_in.take_tokens(TOKENS, "svc@northwind.example")
    driver.enter(field, typed)
    assert driver.panel.draft().tokens is None
    assert driver.part("signInTitle").text() == "Not signed in yet"


def test_tokens_of_a_form_that_is_left_are_gone(driver):
    fill_browser(driver)
    driver.enter("clientIdField", GUID)
    driver.panel.form.sign_in.take_tokens(TOKENS, "svc@northwind.example")
    driver.panel.start_create(is_default=False)
    fill_browser(driver)
    driver.enter("clientIdField", GUID)
    assert driver.panel.draft().tokens is None


def test_the_account_that_signed_in_can_become_the_user(driver):
    fill_browser(driver)
    driver.panel.form.sign_in.take_tokens(TOKENS, "other@northwind.example")
    assert driver.part("userNameField").text() == "other@northwind.example"
    assert driver.panel.draft().tokens


def test_who_is_signed_in_for_a_stored_smtp_is_shown(driver):
    driver.panel.start_edit(SIGNED_IN, None)
    driver.panel.form.sign_in.show_signed_in(STATE)
    assert driver.part("signInTitle").text() == "Signed in as svc@northwind.example"
    assert not driver.visible("clientIdField")  # folded: nothing has to be done there
    assert driver.visible("signOutButton")
    assert not driver.panel.is_changed()
    driver.enter("userNameField", "other@northwind.example")
    assert driver.part("signInTitle").text() == "Not signed in yet"


@pytest.mark.parametrize(
    ("state", "title", "more"),
    [
        (replace(STATE, problem="sign_in_ended", valid_until=NOW), "Signed in as svc@", "could not be renewed since"),
        (
            replace(STATE, valid_until=NOW - timedelta(hours=1)),
            "Signed in as svc@",
            "renewed automatically with the next",
        ),
        (replace(STATE, ends_at=NOW - timedelta(hours=1)), "The sign-in has ended", "ended at"),
        (replace(STATE, ends_at=NOW + timedelta(hours=1)), "Signed in as svc@", "; sign in again by"),
    ],
)
def test_a_sign_in_that_does_not_go_on_says_so(driver, state, title, more):
    driver.panel.start_edit(SIGNED_IN, None)
    driver.panel.form.sign_in.show_signed_in(state)
    assert driver.part("signInTitle").text().startswith(title)
    assert more in driver.part("signInMore").text()
    assert driver.part("signInButton").text() == "Sign in again"


def test_a_stored_smtp_that_signs_in_alike_is_asked_for_as_it_is_stored(driver):
    requests = asked(driver)
    driver.panel.start_edit(SIGNED_IN, None)
    driver.click("signInButton")
    driver.enter("userNameField", "other@northwind.example")
    driver.click("signInButton")
    assert [request.of_stored for request in requests] == [SIGNED_IN, None]


def test_a_mailbox_keeps_password_and_app_only_and_never_a_browser(driver):
    driver.pick("signInField", "Browser (OAuth2)")
    driver.pick("typeField", "MS Graph API")
    assert not driver.visible("browserSegment")
    assert driver.panel.draft().sign_in is SignIn.APP_ONLY
    driver.pick("typeField", "Generic")
    assert driver.visible("browserSegment")


def test_a_sign_in_by_code_stays_one(driver):
    by_code = replace(SIGNED_IN, server=replace(SIGNED_IN.server, sign_in=SignIn.DEVICE, tokens_ref=None))
    driver.panel.start_edit(by_code, None)
    assert not driver.panel.is_changed()
    assert driver.part("signInMore").text() == "shows a code for another device"


def test_a_password_at_a_provider_that_gives_them_up_can_be_changed(driver):
    changes = []
    driver.panel.form.sign_in.change_requested.connect(lambda: changes.append(True))
    driver.panel.start_edit(replace(GENERIC, server=replace(GENERIC.server, host_name="smtp.office365.com")), None)
    assert driver.part("signInLink").text() == "Change sign-in…"
    driver.click("signInLink")
    assert changes == [True]
    driver.panel.start_edit(GENERIC, None)
    assert not driver.visible("signInLink")


@pytest.mark.parametrize(
    ("provider", "page"),
    [("Google", HelpPage.GOOGLE_OAUTH), (MICROSOFT, HelpPage.MICROSOFT_OAUTH), ("Other", HelpPage.OTHER_OAUTH)],
)
def test_how_to_register_the_client_is_said_for_its_provider(driver, provider, page):
    requests = []
    driver.panel.help_requested.connect(requests.append)
    driver.pick("signInField", "Browser (OAuth2)")
    driver.pick("providerField", provider)
    driver.until(lambda: driver.part("providerLink").height() > 1)  # it is laid out
    driver.click("providerLink")
    assert [request.page for request in requests] == [page]


def test_the_key_of_a_service_account_is_pasted_or_read(driver):
    driver.enter("nameField", "Relay")
    driver.enter("hostNameField", "smtp.gmail.com")
    driver.pick("signInField", "App only")
    driver.enter("userNameField", "svc@northwind.example")
    driver.click("saveButton")
    assert set(driver.errors()) == {"serviceAccount"}
    driver.panel.form.sign_in.take_service_account(Secret('{"type": "service_account"}'))
    driver.click("saveButton")
    (request,) = driver.saves
    assert request.draft.service_account == Secret('{"type": "service_account"}')


# The certificates of an app


def fill_app_only(driver):
    fill_graph(driver)
    driver.pick("signInField", "App only")
    driver.pick("appCredentialField", "Certificate")


def test_a_certificate_takes_the_place_of_the_client_secret(driver):
    fill_app_only(driver)
    assert not driver.visible("clientSecretField")
    driver.click("saveButton")
    assert set(driver.errors()) == {"certificate"}
    driver.panel.form.sign_in.certificate.take(CERTIFICATE, Secret("key"))
    assert driver.errors() == {}
    assert driver.part("certificateWords").text().startswith("Valid until 3 Feb 2028")
    driver.click("saveButton")
    (request,) = driver.saves
    assert request.draft.app_credential is AppCredential.CERTIFICATE
    assert (request.draft.app_certificate, request.draft.certificate) == (CERTIFICATE, Secret("key"))


WITH_CERTIFICATE = replace(
    GRAPH,
    server=replace(
        GRAPH.server,
        sign_in=SignIn.APP_ONLY,
        app_credential=AppCredential.CERTIFICATE,
        app_certificate=CERTIFICATE,
        certificate_ref=SecretRef("sealed:certificate"),
        password_ref=None,
        client_secret_ref=None,
    ),
)


def test_a_renewed_certificate_stands_beside_the_present_one_until_the_switch(driver):
    driver.panel.start_edit(WITH_CERTIFICATE, None)
    certificates = driver.panel.form.sign_in.certificate
    asked_for = []
    certificates.make_asked.connect(lambda: asked_for.append("make"))
    assert driver.part("makeCertificateButton").text() == "Renew…"
    driver.click("makeCertificateButton")
    assert asked_for == ["make"]
    certificates.take(NEXT, Secret("next key"))
    draft = driver.panel.draft()
    assert (draft.app_certificate, draft.next_app_certificate) == (CERTIFICATE, NEXT)
    assert (draft.certificate, draft.next_certificate) == (None, Secret("next key"))
    assert not driver.visible("makeCertificateButton")
    driver.click("switchCertificateButton")
    draft = driver.panel.draft()
    assert (draft.app_certificate, draft.next_app_certificate) == (NEXT, None)
    assert (draft.certificate, draft.next_certificate) == (Secret("next key"), None)


def test_the_next_certificate_can_be_dropped_and_a_stored_one_is_switched_to_by_the_program(driver):
    both = replace(
        WITH_CERTIFICATE,
        server=replace(
            WITH_CERTIFICATE.server, next_app_certificate=NEXT, next_certificate_ref=SecretRef("sealed:next")
        ),
    )
    driver.panel.start_edit(both, None)
    switched = []
    driver.panel.form.sign_in.certificate.switch_asked.connect(lambda: switched.append(True))
    driver.click("switchCertificateButton")
    assert switched == [True]
    driver.click("removeNextCertificateButton")
    assert driver.panel.draft().next_app_certificate is None
    assert driver.panel.is_changed()


def test_a_certificate_can_be_removed_and_another_one_imported(driver):
    driver.panel.start_edit(WITH_CERTIFICATE, None)
    saved, imported = [], []
    certificates = driver.panel.form.sign_in.certificate
    certificates.save_asked.connect(saved.append)
    certificates.import_asked.connect(lambda: imported.append(True))
    driver.click("saveCertificateButton")
    driver.click("removeCertificateButton")
    assert driver.panel.draft().app_certificate is None
    driver.click("importCertificateButton")
    assert (saved, imported) == ([CERTIFICATE], [True])
