"""The window as a user works with it, with everything real behind it."""

from collections.abc import Callable
from pathlib import Path

import shiboken6
from e2e.canary import CANARY, USER
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox, QDialog, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

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

    def __init__(self, qtbot: QtBot, app: QApplication, home: Path, programs: WorkerPrograms = NONE) -> None:
        home.mkdir(mode=0o700)
        self.qtbot, self.home = qtbot, home
        self.bus, self.tasks = Bus(), Tasks()
        self.application = Application(home, events=self.bus)
        self.services = self.application.services

        def make() -> MainWindow:
            window = MainWindow(theme=LIGHT, kept={"theme": ThemeChoice.LIGHT})
            window.attach(services=self.services, bus=self.bus, tasks=self.tasks, theme=LIGHT, programs=programs)
            return window

        self.window = dressed(app, LIGHT, make)
        self.window.resize(1440, 900)
        self.window.show()
        self.until(lambda: self.window.page.findChild(QPushButton, "emptyCreateButton"))

    def until(self, holds: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(holds()), timeout=PATIENCE_MS)

    def dialog(self, name: str) -> QDialog:
        def there() -> list[QDialog]:
            return [d for d in self.window.findChildren(QDialog, name) if d.isVisible()]

        self.until(there)
        return there()[0]

    def click(self, name: str, within: QWidget) -> None:
        button = within.findChild(QPushButton, name)
        assert button is not None, name
        self.until(lambda: button.isVisible() and button.isEnabled())
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    def enter(self, name: str, words: str, within: QWidget) -> None:
        field = within.findChild(QLineEdit, name)
        assert field is not None, name
        self.qtbot.mouseClick(field, Qt.MouseButton.LeftButton)
        field.selectAll()
        # Pasted: Qt's tests can type ASCII only.
        QApplication.clipboard().setText(words)
        self.qtbot.keyClick(field, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
        assert field.text() == words

    def choose(self, name: str, words: str, within: QWidget) -> None:
        box = within.findChild(QComboBox, name)
        assert box is not None, name
        box.setFocus()
        self.qtbot.keyClicks(box, words)
        assert box.currentText() == words

    def words(self, widget: QWidget) -> str:
        return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())

    def create(self, port: int, **fields: str) -> None:
        panel = self.window.smtps.panel
        self.click("createButton", self.window)
        typed = {"nameField": "Relay", "hostNameField": "127.0.0.1", "smtpPortField": str(port), "userNameField": USER}
        for name, words in {**typed, "passwordField": CANARY, **fields}.items():
            self.enter(name, words, panel)
        self.save(1)

    def save(self, total: int) -> None:
        """The form is saved in the encrypted file, whose password is chosen; there are `total` SMTPs."""
        panel = self.window.smtps.panel
        self.click("saveButton", panel)
        master = self.dialog("masterPasswordDialog")
        self.enter("masterPasswordField", "opens it all", master)
        self.enter("repeatPasswordField", "opens it all", master)
        self.click("okButton", master)
        self.until(lambda: self.window.cards.total == total)
        self.until(lambda: panel.profile_id is not None)

    def test(self, to: str = "me@company.example") -> QDialog:
        self.click("testButton", self.window.smtps.panel)
        dialog = self.dialog("testDialog")
        self.enter("toEmailAddressField", to, dialog)
        self.click("okButton", dialog)
        return dialog

    def close(self) -> None:
        self.tasks.close()
        self.tasks._pool.shutdown(wait=True)
        shiboken6.delete(self.window)
        shiboken6.delete(self.tasks)
        self.application.close()
