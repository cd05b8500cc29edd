"""From an empty window to a test mail that arrives: the real store, encrypted file, SMTP client and a real server."""

import shiboken6
from e2e.test_secrets_stay_hidden import CANARY, USER, assert_hidden
from PySide6.QtWidgets import QApplication, QPlainTextEdit
from servers.mailserver import MailServer
from servers.scripted import ScriptedServer


def test_an_smtp_is_created_tested_and_its_password_is_nowhere(desk, authority):
    with MailServer(starttls=authority.context(), users={USER: CANARY}) as server:
        desk.create(server.port)
        dialog = desk.test()
        desk.until(lambda: "accepted by 127.0.0.1" in desk.words(dialog))
        desk.click("showTranscriptButton", dialog)
        transcript = dialog.findChild(QPlainTextEdit, "transcript").toPlainText()
    (mail,) = server.received
    assert (mail.sender, mail.recipients, mail.encrypted, mail.user) == (USER, ("me@company.example",), True, USER)
    assert f"SMTP Port: {server.port}".encode() in mail.content
    assert "AUTH PLAIN ••••" in transcript
    shown = [*(widget.windowTitle() for widget in QApplication.allWidgets()), desk.words(desk.window), transcript]
    for words in (*shown, desk.words(dialog)):
        assert_hidden(words.encode(), words)
    files = [path for path in desk.home.rglob("*") if path.is_file()]
    assert {"smtp-desktop.sqlite3", "secrets.vault", "smtp-desktop.log"} <= {path.name for path in files}
    for path in files:
        assert_hidden(path.read_bytes(), path)


def test_the_window_goes_on_while_a_server_is_silent(desk):
    with ScriptedServer(lambda peer: peer.hold()) as server:
        desk.create(server.port)
        dialog = desk.test()
        desk.until(lambda: "Testing Relay" in desk.words(dialog))
        desk.enter("searchField", "nothing like it", desk.window)
        desk.until(lambda: desk.window.cards.rowCount() == 0)
        desk.click("cancelButton", dialog)
        desk.until(lambda: dialog.windowTitle() == "Cancelled")
        assert "Find host" in desk.words(dialog)
        desk.click("okButton", dialog)
        desk.until(lambda: not shiboken6.isValid(dialog))
    assert desk.window.isVisible()
