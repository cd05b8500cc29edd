"""From an empty window to a test mail that arrives: the real store, encrypted file, SMTP client and a real server."""

import pytest
import shiboken6
from e2e.test_secrets_stay_hidden import CANARY, USER, assert_hidden
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QLineEdit, QPlainTextEdit, QPushButton
from servers.mailserver import MailServer
from servers.scripted import ScriptedServer

from smtp_desktop.bootstrap import build, window_parts
from smtp_desktop.ui.bus import Bus
from smtp_desktop.ui.main_window import MainWindow
from smtp_desktop.ui.tasks import Tasks
from smtp_desktop.ui.theme import ThemeChoice, apply_theme

PATIENCE_MS = 30_000


class Desk:
    """The window on a home without a keyring, worked by mouse and keys."""

    def __init__(self, qtbot, app, home):
        home.mkdir(mode=0o700)
        self.qtbot, self.home = qtbot, home
        self.bus, self.tasks = Bus(), Tasks()
        self.parts = build(home, events=self.bus)
        theme = apply_theme(app, ThemeChoice.LIGHT)
        self.window = MainWindow(
            parts=window_parts(self.parts),
            bus=self.bus,
            tasks=self.tasks,
            theme=theme,
            choice=ThemeChoice.LIGHT,
            kept={},
        )
        self.window.resize(1440, 900)
        self.window.show()
        self.until(self.window.page.findChild(QPushButton, "emptyCreateButton").isVisible)

    def until(self, holds):
        self.qtbot.waitUntil(lambda: bool(holds()), timeout=PATIENCE_MS)

    def dialog(self, name):
        def there():
            return [d for d in self.window.findChildren(QDialog, name) if d.isVisible()]

        self.until(there)
        return there()[0]

    def click(self, name, within):
        button = within.findChild(QPushButton, name)
        self.until(lambda: button.isVisible() and button.isEnabled())
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    def enter(self, name, words, within):
        field = within.findChild(QLineEdit, name)
        self.qtbot.mouseClick(field, Qt.MouseButton.LeftButton)
        field.selectAll()
        # Pasted: Qt's tests can type ASCII only.
        QApplication.clipboard().setText(words)
        self.qtbot.keyClick(field, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
        assert field.text() == words

    def words(self, widget):
        return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())

    def create(self, port, **fields):
        panel = self.window.panel
        self.click("createButton", self.window)
        typed = {"nameField": "Relay", "hostNameField": "localhost", "smtpPortField": str(port), "userNameField": USER}
        for name, words in {**typed, "passwordField": CANARY, **fields}.items():
            self.enter(name, words, panel)
        self.click("saveButton", panel)
        master = self.dialog("masterPasswordDialog")
        self.enter("masterPasswordField", "opens it all", master)
        self.enter("repeatPasswordField", "opens it all", master)
        self.click("okButton", master)
        self.until(lambda: self.window.cards.total == 1)
        self.until(lambda: panel.profile_id is not None)

    def test(self, to="me@company.example"):
        self.click("testButton", self.window.panel)
        dialog = self.dialog("testDialog")
        self.enter("toEmailAddressField", to, dialog)
        self.click("okButton", dialog)
        return dialog

    def close(self):
        self.tasks.close()
        self.tasks._pool.shutdown(wait=True)
        shiboken6.delete(self.window)
        shiboken6.delete(self.tasks)
        self.parts.close()


@pytest.fixture
def desk(qtbot, qapp, tmp_path, authority, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.path))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    it = Desk(qtbot, qapp, tmp_path / "home")
    yield it
    it.close()


def test_an_smtp_is_created_tested_and_its_password_is_nowhere(desk, authority):
    with MailServer(starttls=authority.context(), users={USER: CANARY}) as server:
        desk.create(server.port)
        dialog = desk.test()
        desk.until(lambda: "accepted by localhost" in desk.words(dialog))
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
        desk.until(lambda: not shiboken6.isValid(dialog))
    assert desk.window.isVisible()
