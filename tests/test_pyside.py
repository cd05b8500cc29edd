"""The pinned PySide6 must not drop references: 6.12.0 does on Python 3.11 (docs/dependencies.md)."""

import subprocess
import sys

_SURVIVOR = """
from PySide6.QtCore import QCoreApplication, QObject, Signal

class Bell(QObject):
    rung = Signal()

application = QCoreApplication([])
bell = Bell()
heard = []
bell.rung.connect(lambda: heard.append(None))
for _ in range(100_000):
    bell.rung.emit()
for _ in range(100_000):
    bell.setObjectName("bell")
print(len(heard), bell.objectName(), True, None)
"""


def test_a_hundred_thousand_signals_and_void_calls_are_survived() -> None:
    # In a process of its own: the fault kills the interpreter.
    ended = subprocess.run([sys.executable, "-c", _SURVIVOR], capture_output=True, text=True, check=False, timeout=120)

    assert (ended.returncode, ended.stdout.split()) == (0, ["100000", "bell", "True", "None"]), ended.stderr
