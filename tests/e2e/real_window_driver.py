"""The window as a user works with it, with everything real behind it."""

import shiboken6
from e2e.test_secrets_stay_hidden import CANARY, USER
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox, QDialog, QLabel, QLineEdit, QPushButton

from smtp_desktop.composition.application import Application
from smtp_desktop.ui.runtime.bus import Bus
from smtp_desktop.ui.runtime.tasks import Tasks
from smtp_desktop.ui.runtime.worker_programs import WorkerPrograms
from smtp_desktop.ui.theme.theme import LIGHT, ThemeChoice, dressed
from smtp_desktop.ui.window.main_window import MainWindow

PATIENCE_MS = 30_000
NONE = WorkerPrograms()


class RealWindowDriver:
    """The window on a home without a keyring, worked by mouse and keys."""

    def __init__(self, qtbot, app, home, programs=NONE):
        home.mkdir(mode=0o700)
        self.qtbot, self.home = qtbot, home
        self.bus, self.tasks = Bus(), Tasks()
        self.application = Application(home, events=self.bus)
        self.services = self.application.services

        def make():
            window = MainWindow(theme=LIGHT, kept={"theme": ThemeChoice.LIGHT})
            window.attach(services=self.services, bus=self.bus, tasks=self.tasks, theme=LIGHT, programs=programs)
            return window

        self.window = dressed(app, LIGHT, make)
        self.window.resize(1440, 900)
        self.window.show()
        self.until(lambda: self.window.page.findChild(QPushButton, "emptyCreateButton"))

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

    def choose(self, name, words, within):
        box = within.findChild(QComboBox, name)
        box.setFocus()
        self.qtbot.keyClicks(box, words)
        assert box.currentText() == words

    def words(self, widget):
        return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())

    def create(self, port, **fields):
        panel = self.window.smtps.panel
        self.click("createButton", self.window)
        typed = {"nameField": "Relay", "hostNameField": "127.0.0.1", "smtpPortField": str(port), "userNameField": USER}
        for name, words in {**typed, "passwordField": CANARY, **fields}.items():
            self.enter(name, words, panel)
        self.save(1)

    def save(self, total):
        """The form is saved in the encrypted file, whose password is chosen; there are `total` SMTPs."""
        panel = self.window.smtps.panel
        self.click("saveButton", panel)
        master = self.dialog("masterPasswordDialog")
        self.enter("masterPasswordField", "opens it all", master)
        self.enter("repeatPasswordField", "opens it all", master)
        self.click("okButton", master)
        self.until(lambda: self.window.cards.total == total)
        self.until(lambda: panel.profile_id is not None)

    def test(self, to="me@company.example"):
        self.click("testButton", self.window.smtps.panel)
        dialog = self.dialog("testDialog")
        self.enter("toEmailAddressField", to, dialog)
        self.click("okButton", dialog)
        return dialog

    def close(self):
        self.tasks.close()
        self.tasks._pool.shutdown(wait=True)
        shiboken6.delete(self.window)
        shiboken6.delete(self.tasks)
        self.application.close()
