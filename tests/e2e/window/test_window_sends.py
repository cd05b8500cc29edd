"""From an empty window to a test mail that arrives: the real store, encrypted file, SMTP client and a real server."""

import shiboken6
from e2e.canary import CANARY, USER, assert_hidden
from PySide6.QtWidgets import QApplication, QPlainTextEdit
from servers.smtp.mailserver import MailServer
from servers.smtp.scripted import ScriptedServer


def test_an_smtp_is_created_tested_and_its_password_is_nowhere(gui, authority):
    with MailServer(starttls=authority.context(), users={USER: CANARY}) as server:
        gui.create(server.port)
        dialog = gui.test()
        gui.until(lambda: "accepted by 127.0.0.1" in gui.words(dialog))
        gui.click("showTranscriptButton", dialog)
        transcript = dialog.findChild(QPlainTextEdit, "transcript").toPlainText()
    (mail,) = server.received
    assert (mail.sender, mail.recipients, mail.encrypted, mail.user) == (USER, ("me@company.example",), True, USER)
    assert f"SMTP Port: {server.port}".encode() in mail.content
    assert "AUTH PLAIN ••••" in transcript
    shown = [*(widget.windowTitle() for widget in QApplication.allWidgets()), gui.words(gui.window), transcript]
    for words in (*shown, gui.words(dialog)):
        assert_hidden(words.encode(), words)
    files = [path for path in gui.home.rglob("*") if path.is_file()]
    assert {"smtp-desktop.sqlite3", "secrets.vault", "smtp-desktop.log"} <= {path.name for path in files}
    for path in files:
        assert_hidden(path.read_bytes(), path)


def test_the_window_goes_on_while_a_server_is_silent(gui):
    with ScriptedServer(lambda peer: peer.hold()) as server:
        gui.create(server.port)
        dialog = gui.test()
        gui.until(lambda: "Testing Relay" in gui.words(dialog))
        gui.enter("searchField", "nothing like it", gui.window)
        gui.until(lambda: gui.window.cards.rowCount() == 0)
        gui.click("cancelButton", dialog)
        gui.until(lambda: dialog.windowTitle() == "Canceled")
        assert "Find host" in gui.words(dialog)
        gui.click("okButton", dialog)
        gui.until(lambda: not shiboken6.isValid(dialog))
    assert gui.window.isVisible()
