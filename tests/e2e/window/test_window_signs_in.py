"""A sign-in in the window, from nothing to a test mail: a real authorization server, browser, mail server and vault."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QLabel, QPlainTextEdit, QPushButton
from servers.oauth.accounts import AccountsOf
from servers.oauth.addresses import addresses_at
from servers.oauth.authorization_server import AuthorizationServer
from servers.oauth.grants import CLIENT_ID, USER_NAME
from servers.oauth.scripted_browser import ScriptedBrowser
from servers.smtp.scripted import ScriptedServer
from servers.smtp.token_script import TokenScript

from smtp_desktop.transports.oauth.authorization_servers import AuthorizationServers

pytestmark = pytest.mark.long


@pytest.fixture
def issuer():
    with AuthorizationServer(None) as server:
        yield server


@pytest.fixture
def browser(gui):
    browser = ScriptedBrowser()

    def open_address(address):
        browser.open(address)
        return True

    gui.window.smtps.sign_ins.runs.open_address = open_address
    yield browser
    browser.wait()


def fill_in_server(gui, port):
    gui.click("createButton", gui.window)
    panel = gui.window.smtps.panel
    gui.enter("nameField", "Company", panel)
    gui.enter("hostNameField", "127.0.0.1", panel)
    gui.enter("smtpPortField", str(port), panel)
    panel.findChild(QCheckBox, "tlsBox").setChecked(False)
    gui.click("browserSegment", panel)
    gui.enter("userNameField", USER_NAME, panel)
    return panel


def fill_in(gui, port, issuer):
    panel = fill_in_server(gui, port)
    gui.enter("clientIdField", CLIENT_ID, panel)
    gui.enter("issuerField", issuer.issuer, panel)
    gui.enter("scopeField", "smtp offline_access", panel)
    return panel


@pytest.fixture
def provider_server(gui, authority):
    """An authorization server in the place of Google's and Microsoft's, for the window of `gui`."""
    with AuthorizationServer(authority) as server:
        vars(gui.application).update(authorization_servers=AuthorizationServers(endpoints=addresses_at(server)))
        yield server


def title(gui):
    return gui.window.smtps.panel.findChild(QLabel, "signInTitle").text()


def test_somebody_signs_in_tests_creates_and_is_still_signed_in_when_the_token_has_ended(gui, issuer, browser):
    script = TokenScript(AccountsOf(issuer.grants))
    with ScriptedServer(script) as mail_server:
        panel = fill_in(gui, mail_server.port, issuer)
        gui.click("signInButton", panel)
        gui.until(lambda: title(gui) == f"Signed in as {USER_NAME}")
        dialog = gui.test("anna@contoso.example")
        gui.until(lambda: "On its way" in gui.words(dialog))
        tokens = [attempt.token for attempt in script.attempts]
        gui.click("showTranscriptButton", dialog)
        shown = dialog.findChild(QPlainTextEdit, "transcript").toPlainText() + gui.words(dialog)
        assert not [token for token in (*tokens, *issuer.grants.refresh_tokens) if token in shown]
        gui.click("okButton", dialog)
        gui.save(1)
        gui.until(lambda: title(gui) == f"Signed in as {USER_NAME}")
        issuer.grants.revoke_all()  # the refresh token stays good
        dialog = gui.test("anna@contoso.example")
        gui.until(lambda: "On its way" in gui.words(dialog))
        assert script.attempts[-1].token not in tokens
        assert len(script.mails.taken) == 2
        gui.click("okButton", dialog)


def test_a_sign_in_that_was_revoked_is_made_anew_from_the_panel(gui, issuer, browser):
    script = TokenScript(AccountsOf(issuer.grants))
    with ScriptedServer(script) as mail_server:
        panel = fill_in(gui, mail_server.port, issuer)
        gui.click("signInButton", panel)
        gui.until(lambda: title(gui) == f"Signed in as {USER_NAME}")
        gui.save(1)
        issuer.grants.revoke_all(refresh_tokens_too=True)
        dialog = gui.test("anna@contoso.example")
        gui.until(lambda: dialog.findChild(QPushButton, "signInButton"))
        gui.click("okButton", dialog)
        gui.until(panel.why_box.isVisible)
        more = panel.findChild(QLabel, "signInMore")
        gui.until(lambda: "renewed automatically" not in more.text())
        gui.click("whySignInButton", panel)
        gui.until(lambda: "renewed automatically" in more.text())
        dialog = gui.test("anna@contoso.example")
        gui.until(lambda: "On its way" in gui.words(dialog))
        gui.click("okButton", dialog)


def test_what_the_authorization_server_refuses_is_said_with_what_to_do(gui, issuer, browser):
    issuer.behavior.denies = {"error": "access_denied", "error_description": "The resource owner denied the request."}
    panel = fill_in(gui, 25, issuer)
    gui.click("signInButton", panel)
    dialog = gui.dialog("signInDialog")
    gui.until(lambda: dialog.findChild(QPushButton, "againButton").isVisible())
    assert "denied" in gui.words(dialog)
    issuer.behavior.denies = {}
    gui.qtbot.keyClick(dialog.findChild(QPushButton, "againButton"), Qt.Key.Key_Return)
    gui.until(lambda: title(gui) == f"Signed in as {USER_NAME}")


def test_a_code_signs_in_where_the_browser_is_elsewhere(gui, issuer):
    gui.window.smtps.sign_ins.runs.open_address = lambda _: True  # opens, and nobody signs in there
    panel = fill_in(gui, 25, issuer)
    gui.click("signInButton", panel)
    dialog = gui.dialog("signInDialog")
    gui.click("otherWayButton", dialog)
    code = dialog.findChild(QLabel, "deviceCode")
    gui.until(code.isVisible)
    issuer.grants.approve(code.text())
    gui.until(lambda: title(gui) == f"Signed in as {USER_NAME}")


@pytest.mark.parametrize(("provider", "secret"), [("Google", "s3cret"), ("Microsoft 365 and Outlook.com", "")])
def test_an_account_at_a_known_provider_goes_from_nothing_to_a_test_mail(
    gui, provider_server, authority, provider, secret
):
    browser = ScriptedBrowser(authority)
    gui.window.smtps.sign_ins.runs.open_address = lambda address: browser.open(address) or True
    provider_server.behavior.client_secret = secret
    script = TokenScript(AccountsOf(provider_server.grants))
    with ScriptedServer(script) as mail_server:
        panel = fill_in_server(gui, mail_server.port)
        gui.choose("providerField", provider, panel)
        gui.enter("clientIdField", CLIENT_ID, panel)
        if secret:
            gui.enter("clientSecretField", secret, panel)
        gui.click("signInButton", panel)
        gui.until(lambda: title(gui) == f"Signed in as {USER_NAME}")
        gui.save(1)
        provider_server.grants.revoke_all()  # the refresh token stays good
        dialog = gui.test("anna@contoso.example")
        gui.until(lambda: "On its way" in gui.words(dialog))
        assert len(script.mails.taken) == 1
        gui.click("okButton", dialog)
    browser.wait()


@pytest.mark.parametrize("provider", ["Microsoft 365 and Outlook.com", "Other"])
def test_an_app_goes_from_nothing_to_a_test_mail(gui, provider_server, provider):
    provider_server.behavior.client_secret = "s3cret"
    script = TokenScript(AccountsOf(provider_server.grants, of_apps=USER_NAME))
    with ScriptedServer(script) as mail_server:
        panel = fill_in_server(gui, mail_server.port)
        gui.click("app-onlySegment", panel)
        gui.choose("providerField", provider, panel)
        if provider == "Other":
            gui.enter("issuerField", provider_server.issuer, panel)
            gui.enter("scopeField", "smtp", panel)
        else:
            gui.enter("tenantIdField", "northwind.example", panel)
        gui.enter("clientIdField", CLIENT_ID, panel)
        gui.enter("clientSecretField", "s3cret", panel)
        gui.save(1)
        dialog = gui.test("anna@contoso.example")
        gui.until(lambda: "On its way" in gui.words(dialog))
        assert len(script.mails.taken) == 1
        gui.click("okButton", dialog)
