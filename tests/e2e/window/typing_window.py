"""The window as a process of its own whose user types by keys: `python typing_window.py HOME < commands`. Commands come
one a line on standard input, each answered by a line on standard output:

    key KEYS           presses a shortcut
    type FIELD TEXT    types into the field of that object name
    click BUTTON       clicks the button of that object name
    look FIELD         answers with the text of the field
    words LABEL        answers with the text of the label
    close              closes the window as its frame's button does
    freeze             stops the GUI thread for good
"""

import sys
import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QPlainTextEdit, QWidget

from smtp_desktop.bootstrap import program
from smtp_desktop.ui.window.main_window import MainWindow

_LOOK_AGAIN_MS = 20


class User(QObject):
    """Carries out commands, each as soon as what it is about is there."""

    heard = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.heard.connect(self._act)

    def listen(self) -> None:
        for line in sys.stdin:
            self.heard.emit(line.rstrip("\n"))

    def _act(self, command: str) -> None:
        verb, _, rest = command.partition(" ")
        name, _, text = rest.partition(" ")
        acts: dict[str, Callable[[], str | None]] = {
            "key": lambda: _press(rest),
            "type": lambda: _type(name, text),
            "click": lambda: _click(name),
            "look": lambda: _text_of(name),
            "words": lambda: _words_of(name),
            "close": _close,
            "freeze": _freeze,
        }
        answer = acts[verb]()
        if answer is None:
            QTimer.singleShot(_LOOK_AGAIN_MS, self, lambda: self._act(command))
        else:
            sys.stdout.write(f"{answer}\n")
            sys.stdout.flush()


def _window() -> MainWindow | None:
    found = [each for each in QApplication.topLevelWidgets() if isinstance(each, MainWindow)]
    return found[0] if found and found[0].is_attached and found[0].smtps.is_loaded else None


def _find(kind: type[QWidget], name: str) -> QWidget | None:
    window = _window()
    found = [each for each in window.findChildren(kind, name) if each.isVisible()] if window else []
    return found[0] if found else None


def _press(keys: str) -> str | None:
    window = _window()
    if window is None:
        return None
    window.activateWindow()
    QTest.keySequence(window, QKeySequence(keys))
    return "pressed"


def _type(name: str, text: str) -> str | None:
    field = _find(QLineEdit, name) or _find(QPlainTextEdit, name)
    if field is None:
        return None
    field.setFocus(Qt.FocusReason.OtherFocusReason)
    QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(field, text)
    return "typed"


def _click(name: str) -> str | None:
    button = _find(QAbstractButton, name)
    if button is None:
        return None
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    return "clicked"


def _text_of(name: str) -> str | None:
    field = _find(QLineEdit, name) or _find(QPlainTextEdit, name)
    if isinstance(field, QPlainTextEdit):
        return field.toPlainText()
    return field.text() if isinstance(field, QLineEdit) else None


def _words_of(name: str) -> str | None:
    label = _find(QLabel, name)
    return label.accessibleName() or label.text() if isinstance(label, QLabel) else None


def _close() -> str | None:
    window = _window()
    if window is None:
        return None
    window.close()
    return "asked"


def _freeze() -> str | None:
    QTimer.singleShot(0, lambda: threading.Event().wait())
    return "frozen"


if __name__ == "__main__":
    user = User()
    threading.Thread(target=user.listen, daemon=True).start()
    sys.argv[1:] = ["--home", sys.argv[1]]
    program()
