"""The pinned PySide6 must not drop references: 6.12.0 does on Python 3.11 (docs/dependencies.md)."""

import ast
import subprocess
import sys
from pathlib import Path

_SURVIVOR = """
from PySide6.QtCore import QCoreApplication, QObject, Signal

class Emitter(QObject):
    emitted = Signal()

application = QCoreApplication([])
emitter = Emitter()
received = []
emitter.emitted.connect(lambda: received.append(None))
for _ in range(100_000):
    emitter.emitted.emit()
for _ in range(100_000):
    emitter.setObjectName("emitter")
print(len(received), emitter.objectName(), True, None)
"""


def test_a_hundred_thousand_signals_and_void_calls_are_survived() -> None:
    # In a process of its own: the fault kills the interpreter.
    ended = subprocess.run([sys.executable, "-c", _SURVIVOR], capture_output=True, text=True, check=False, timeout=120)

    assert (ended.returncode, ended.stdout.split()) == (0, ["100000", "emitter", "True", "None"]), ended.stderr


def test_no_property_that_begins_with_i_is_set_by_a_keyword() -> None:
    """PySide 6.11 makes the name of the setter for `interval=` with the locale's upper case, and finds none in Turkish,
    where that of i is no I: QTimer(interval=…) raises AttributeError there."""
    keywords = [
        (path.name, keyword.value.lineno, keyword.arg)
        for path in (Path(__file__).parents[1] / "smtp_desktop" / "ui").rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id.startswith("Q")
        for keyword in call.keywords
        if (keyword.arg or "").startswith("i")
    ]

    assert keywords == []
