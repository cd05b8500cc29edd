"""A sign-in in the window, from nothing to a test mail: a real authorization server, browser, mail server and vault."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QLabel, QPlainTextEdit, QPushButton
from servers.oauth.authorization_server import AuthorizationServer
from servers.oauth.grants import CLIENT_ID, USER_NAME
from servers.oauth.scripted_browser import ScriptedBrowser
from servers.smtp.scripted import ScriptedServer
from servers.smtp.token_script import TokenScript

pytestmark = pytest.mark.long


class Issued(dict):
    """The users whom the tokens of an authorization server sign in."""

    def __init__(self, server: AuthorizationServer) -> None:
        super().__init__()
        self._grants = server.grants

    def get(self, token, default=None):
        issued = self._grants.valid(token)
        return issued.account if issued else default


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


def fill_in(gui, port, issuer):
    gui.click("createButton", gui.window)
    panel = gui.window.smtps.panel
    gui.enter("nameField", "Company", panel)
    gui.enter("hostNameField", "127.0.0.1", panel)
    gui.enter("smtpPortField", str(port), panel)
    panel.findChild(QCheckBox, "tlsBox").setChecked(False)
    gui.click("browserSegment", panel)
    gui.enter("userNameField", USER_NAME, panel)
    gui.enter("clientIdField", CLIENT_ID, panel)
    gui.enter("issuerField", issuer.issuer, panel)
    gui.enter("scopeField", "smtp offline_access", panel)
    return panel


def title(gui):
    return gui.window.smtps.panel.findChild(QLabel, "signInTitle").text()


def test_somebody_signs_in_tests_creates_and_is_still_signed_in_when_the_token_has_ended(gui, issuer, browser):
    script = TokenScript(Issued(issuer))
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
    script = TokenScript(Issued(issuer))
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
