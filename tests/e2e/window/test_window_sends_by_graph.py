"""A Microsoft 365 mailbox in the window: five fields, Test, and either "accepted" or the one thing to fix.

A proxy leads the real addresses of Microsoft's global cloud to the servers of the tests.
"""

import pytest
from e2e.canary import CANARY
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QMenu, QPlainTextEdit, QTableView, QTextBrowser
from servers.microsoft.entra import EntraServer
from servers.microsoft.graph import GraphServer
from servers.microsoft.tenant import CLIENT_ID, CLIENT_SECRET, TENANT, USER_NAME, Microsoft
from servers.proxy import ForwardProxy

pytestmark = pytest.mark.long

LOGIN, GRAPH = "login.microsoftonline.com", "graph.microsoft.com"


@pytest.fixture
def servers(authority, monkeypatch):
    tls = authority.context(LOGIN, GRAPH)
    entra = EntraServer(
        tls,
        tenant=TENANT,
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        user_name=USER_NAME,
        password=CANARY,
    )
    for name in ("NO_PROXY", "no_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    with entra, GraphServer(tls, entra, mailbox=USER_NAME, permissions={"Mail.Send", "Mail.Read"}) as graph:
        entra.public_url, graph.public_url = f"https://{LOGIN}", f"https://{GRAPH}"
        entra.graph_url = graph.public_url
        with ForwardProxy(routes={f"{LOGIN}:443": entra.port, f"{GRAPH}:443": graph.port}) as proxy:
            monkeypatch.setenv("HTTPS_PROXY", proxy.url)
            yield Microsoft(entra=entra, graph=graph)


def fill_in(gui, *, client_secret=CLIENT_SECRET):
    gui.click("createButton", gui.window)
    panel = gui.window.smtps.panel
    gui.choose("typeField", "MS Graph API", panel)
    fields = {
        "nameField": "Invoices",
        "userNameField": USER_NAME,
        "passwordField": CANARY,
        "tenantIdField": TENANT,
        "clientIdField": CLIENT_ID,
        "clientSecretField": client_secret,
    }
    for name, words in fields.items():
        gui.enter(name, words, panel)


def test_five_fields_are_filled_in_and_a_mail_is_accepted(gui, servers):
    fill_in(gui)
    dialog = gui.test("anna@contoso.example")
    gui.until(lambda: "accepted by Microsoft 365" in gui.words(dialog))
    (mail,) = servers.graph.sent
    assert mail.recipients == ("anna@contoso.example",)
    gui.click("showTranscriptButton", dialog)
    shown = dialog.findChild(QPlainTextEdit, "transcript").toPlainText() + gui.words(dialog) + gui.words(gui.window)
    token = servers.graph.calls[-1].headers["Authorization"].removeprefix("Bearer ")
    assert not [secret for secret in (CANARY, CLIENT_SECRET, token) if secret in shown]
    gui.click("okButton", dialog)


def test_the_one_thing_to_fix_is_shown(gui, servers):
    fill_in(gui, client_secret="the secret's id")
    dialog = gui.test("anna@contoso.example")
    gui.until(lambda: "The client secret is not valid" in gui.words(dialog))
    words = gui.words(dialog)
    assert "AADSTS7000215" in words
    assert "trace id" in words
    assert "the secret's id" not in words
    assert servers.graph.sent == []


def test_the_mailbox_is_read(gui, servers):
    servers.graph.fill(30)
    fill_in(gui)
    gui.save(1)
    grid = gui.window.page.grid
    grid.menu_asked.emit(gui.window.cards.index(0, 0), grid.mapToGlobal(QPoint(40, 40)))
    menu = gui.window.findChild(QMenu, "moreActionsMenu")
    gui.until(menu.isVisible)
    action = next(action for action in menu.actions() if action.objectName() == "readMailboxAction")
    gui.qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())
    dialog = gui.dialog("mailboxDialog")
    table = dialog.findChild(QTableView, "table")
    gui.until(lambda: table.model().rowCount() >= 25)
    table.scrollToBottom()
    gui.until(lambda: table.model().rowCount() == 30)
    gui.qtbot.keyClick(table, Qt.Key.Key_Home)
    gui.qtbot.keyClick(table, Qt.Key.Key_Return)
    body = dialog.findChild(QTextBrowser, "htmlView")
    gui.until(lambda: "Hello 0" in body.toPlainText())
    assert "tracker" not in " ".join(str(call) for call in servers.graph.calls)
    assert QApplication.activeModalWidget() is None
